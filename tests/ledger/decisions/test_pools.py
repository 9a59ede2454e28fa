"""Opening balances, indicators, budgets, quota wages and distribution (SW-05, P0 … P3, P10)."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from ledger.errors import (
    Authority,
    Budget,
    Criteria,
    Duplicate,
    Evidence,
    Future,
    Insufficient,
    Invalid,
    Sod,
    State,
    WrongCentre,
)
from ledger.fact import Fact
from ledger.facts.pools import UnitDueRecovered
from tests.spec import Line, do, given, stamped, when

TODAY = "2026-02-02"


def opened(balances: dict[str, str], by: str = "SYSTEM", as_of: str = TODAY) -> Line:
    return do("OpenBalances", by, as_of=as_of, balances=balances)


def test_no_money_comes_to_a_retired_unit() -> None:
    """[rule 85]"""
    retired = [
        do("RegisterUnit", "P-ADM", unit="T9", name="新班", level=4, parent="W1"),
        do("RetireUnit", "P-ADM", unit="T9", effective=TODAY, reason="撤并"),
    ]
    story = given(*retired)
    story.when(do("CreditQuotaWage", "P-C1", unit="T9", amount="1.00", source_doc="Q-1")).then_refused(State)
    budget = do("AllocateBudget", "P-C1", unit="T9", pool="wage", source="wage", year="2026", amount="1.00", doc="B-1")
    story.when(budget).then_refused(State)
    story.when(do("PassDown", "P-C1", unit="W1", child="T9", amount="1.00", reason="下拨")).then_refused(State)


# -- opening balances -----------------------------------------------------------------------------------------------


def test_balances_are_opened_per_owner_against_opening() -> None:
    balances = {"POOL_WAGE:W1": "85000.00", "PAY_PERF:P-A": "10.00", "DUE_UNIT:W1": "-5.00", "SRC_GROUP:HQ": "-7.00"}
    story = when(opened(balances)).then_facts("BalanceOpened", "BalanceOpened", "BalanceOpened")
    assert [fact.stream for fact in story.recorded] == ["person-P-A", "unit-HQ", "unit-W1"]
    story.then_balances({**balances, "OPENING": "-84998.00"})


def test_the_book_is_dated_as_of_however_old_it_is() -> None:
    story = when(opened({"POOL_WAGE:W1": "1.00"}, as_of="2024-05-31")).then_facts("BalanceOpened")
    fact = story.recorded[0]
    assert (fact.business_date, fact.shift, fact.posting_period) == ("2024-05-31", None, "2024-05")


def test_the_book_is_not_opened_as_of_tomorrow() -> None:
    when(opened({"POOL_WAGE:W1": "1.00"}, as_of="2026-02-03")).then_refused(Future)


@pytest.mark.parametrize("by", ["P-C1", "P-H2", "P-ADM", "SYSTEM"])
def test_clerks_heads_admins_and_imports_open_balances(by: str) -> None:
    when(opened({"POOL_WAGE:W1": "1.00"}, by)).then_facts("BalanceOpened")


def test_others_do_not_open_balances() -> None:
    when(opened({"POOL_WAGE:W1": "1.00"}, "P-U1H")).then_refused(Authority)


@pytest.mark.parametrize(
    ("account", "code"),
    [
        ("POOL_WAGE:ZZ", "UNKNOWN_UNIT"),
        ("POOL_WAGE:P-A", "UNKNOWN_UNIT"),
        ("PAY_PERF:P-ZZ", "UNKNOWN_PERSON"),
        ("PAY_PERF:W1", "UNKNOWN_PERSON"),
        ("OPENING", "INVALID"),
        ("FUND_SAFETY:W1", "INVALID"),
        ("CLR_TRADE:T1", "INVALID"),
        ("SRC_GROUP:U1", "INVALID"),
        ("POOL:W1", "INVALID"),
        ("POOL_WAGE", "INVALID"),
        ("POOL_WAGE:", "INVALID"),
    ],
)
def test_an_account_has_a_known_owner_that_can_have_it(account: str, code: str) -> None:
    when(opened({account: "1.00"})).then_refused(code)


def test_an_unknown_owner_is_found_before_authority() -> None:
    when(opened({"POOL_WAGE:ZZ": "1.00"}, "P-A")).then_refused("UNKNOWN_UNIT")


@pytest.mark.parametrize("amount", ["1", "1.0", "+1.00", "-0", 1])
def test_an_opened_amount_is_money(amount: Any) -> None:
    when(opened({"POOL_WAGE:W1": amount})).then_refused(Invalid)


def test_nothing_is_not_opened() -> None:
    when(opened({})).then_refused(Invalid)


def test_an_account_with_entries_is_not_opened() -> None:
    wages = do("CreditQuotaWage", "P-C1", unit="W1", amount="1.00", source_doc="C-1")
    given(wages).when(opened({"POOL_WAGE:W2": "1.00", "POOL_WAGE:W1": "1.00"})).then_refused(State)
    given(opened({"POOL_WAGE:W1": "1.00"})).when(opened({"POOL_WAGE:W1": "1.00"})).then_refused(State)
    given(opened({"PAY_PERF:P-A": "1.00"})).when(opened({"PAY_PERF:P-A": "1.00"})).then_refused(State)
    given(opened({"POOL_WAGE:W1": "1.00"})).when(opened({"POOL_SAFETY:W1": "1.00"})).then_facts("BalanceOpened")


def test_a_forgotten_opening_is_made_good_with_a_reason_and_an_approver() -> None:
    """[rule 75]"""
    story = given(credit())
    late = do("OpenBalances", "P-C1", as_of=TODAY, balances={"POOL_WAGE:W1": "5.00"}, reason="漏建账")
    story.when(late).then_refused(Authority)
    late["data"]["approved_by"] = "P-C1"
    story.when(late).then_refused(Sod)
    late["data"]["approved_by"] = "P-H1"
    story.when(late).then_refused(Authority)
    late["data"]["approved_by"] = "P-G1"
    story.when(late).then_facts("BalanceOpened").then_balances({"POOL_WAGE:W1": "25.00"})
    story.when(late | {"id": "again"}).then_refused(State)


@pytest.mark.parametrize("account", ["PAY_PERF:P-C1", "DEP_RISK:P-C1", "DUE_PERSON:P-C1"])
def test_nobody_opens_balances_of_his_own(account: str) -> None:
    """[rule 52]"""
    own = do("OpenBalances", "P-C1", as_of=TODAY, balances={account: "-5.00"}, approved_by="P-H0")
    when(own).then_refused(Sod)


def test_a_balance_payable_to_a_person_is_approved_where_a_person_opens_it() -> None:
    """[rule 52]"""
    pay = do("OpenBalances", "P-C1", as_of=TODAY, balances={"PAY_BONUS:P-G1": "9.00"})
    when(pay).then_refused(Authority)
    for approver, refusal in (("P-G1", Sod), ("P-C1", Sod), ("P-H1", Authority)):
        when(pay | {"data": pay["data"] | {"approved_by": approver}}).then_refused(refusal)
    story = when(pay | {"data": pay["data"] | {"approved_by": "P-H0"}}).then_facts("BalanceOpened")
    story.when(pay | {"id": "again"}).then_refused(State)


def test_an_opened_due_is_owed_to_the_roots_fund() -> None:
    story = given(opened({"DUE_PERSON:P-DM": "-260.00", "FUND_SAFETY:HQ": "300.00"}))
    assert story.ledger.states["unit-HQ"].spendable == 40_00
    assert [(due.fund, due.open) for due in story.ledger.states["person-P-DM"].dues] == [("HQ", 260_00)]


# -- indicators and budgets -----------------------------------------------------------------------------------------

indicator = partial(do, "SetWageIndicator", unit="U1", year="2026", source="wage", doc="ZB-1")


def allocate(by: str = "P-C1", /, **data: Any) -> Line:
    whole = {"unit": "U1", "pool": "wage", "source": "wage", "year": "2026", "amount": "6000.00", "doc": "B-1"}
    return do("AllocateBudget", by, **{**whole, **data})


def goal(unit: str = "U1", **data: Any) -> Line:
    whole = {"unit": unit, "year": "2026", "evidence": ["paper:确认书"], "approvals": ["P-G1", "P-G2"]}
    return do("AchieveSafetyGoal", "P-G1", **{**whole, **data})


@pytest.mark.parametrize("by", ["P-H0", "P-G1", "SYSTEM"])
def test_head_leading_group_or_import_set_an_indicator(by: str) -> None:
    when(indicator(by, amount="1.00")).then_facts("WageIndicatorSet")


@pytest.mark.parametrize(("by", "refusal"), [("P-H2", WrongCentre), ("P-H1", WrongCentre), ("P-C1", Authority)])
def test_others_do_not_set_an_indicator(by: str, refusal: Any) -> None:
    when(indicator(by, amount="1.00")).then_refused(refusal)


def test_an_indicator_is_never_below_what_is_used() -> None:
    story = given(allocate())
    story.when(indicator("P-H0", amount="5999.99")).then_refused(Invalid)
    story.when(indicator("P-H0", amount="6000.00")).then_facts("WageIndicatorSet")


def test_a_source_is_used_up_to_its_indicator_over_all_pools_of_the_year() -> None:
    next_year = indicator(year="2027", amount="6000.00")
    story = given(indicator(amount="10000.00"), next_year, allocate())
    story.when(allocate(pool="safety", amount="4000.01", doc="B-2")).then_refused(Budget)
    story.when(allocate(pool="safety", amount="4000.00", doc="B-2")).then_facts("BudgetAllocated")
    story.when(allocate(year="2027", doc="B-3")).then_facts("BudgetAllocated")
    story.when(allocate(source="project", pool="project", doc="B-4")).then_facts("BudgetAllocated")
    story.then_balances({"SRC_WAGE:U1": "-16000.00", "POOL_SAFETY:U1": "4000.00", "POOL_PROJECT:U1": "6000.00"})


def test_without_an_indicator_nothing_is_over_it() -> None:
    when(allocate(amount="9999999.99")).then_facts("BudgetAllocated")


def test_an_indicator_binds_the_units_below_and_no_others() -> None:
    """[rule 20]"""
    story = given(indicator(amount="10000.00"), allocate(unit="W1", amount="7000.00"))
    story.when(allocate(unit="T1", amount="3000.01")).then_refused(Budget)
    story.when(allocate("P-C2", unit="U2", amount="20000.00")).then_facts("BudgetAllocated")
    story.when(allocate(unit="T1", amount="3000.00")).then_facts("BudgetAllocated")
    story.when(indicator("P-H0", amount="9999.99")).then_refused(Invalid)


def test_a_year_without_indicator_is_no_way_round_that_of_the_date() -> None:
    """[rule 53]"""
    given(indicator(amount="10000.00")).when(allocate(year="2027")).then_refused(Budget)
    given(indicator(year="2027", amount="10000.00")).when(allocate(year="2027")).then_facts("BudgetAllocated")


@pytest.mark.parametrize("period", ["2026", "2026-Q1", "2026-02"])
def test_quota_wages_count_in_year_quarter_and_month_of_their_date(period: str) -> None:
    """[rule 20]"""
    story = given(indicator(source="quota", year=period, amount="20.00"), credit("T1", "15.00"))
    story.when(credit("W2", "5.01")).then_refused(Budget)
    story.when(credit("T1", "5.01")).then_refused(Duplicate)
    story.when(credit("W2", "5.00")).then_facts("QuotaWageCredited")


@pytest.mark.parametrize("period", ["2026-Q2", "2026-03", "2027"])
def test_an_indicator_of_another_period_does_not_bind(period: str) -> None:
    limit = indicator(source="quota", year=period, amount="0.00")
    given(limit).when(credit("T1", "15.00")).then_facts("QuotaWageCredited")


def test_a_reversed_quota_wage_counts_no_more() -> None:
    undo = do("ReverseEntry", "P-C1", of="q", reason="重复", approved_by="P-H1")
    limit = indicator(source="quota", year="2026-02", amount="15.00")
    given(limit, {**credit("T1", "15.00"), "id": "q"}, undo).when(credit("W1", "15.00")).then_facts("QuotaWageCredited")


def test_the_indicators_below_do_not_pass_that_of_their_superior() -> None:
    """[rule 20]"""
    story = given(indicator("P-G1", unit="HQ", amount="100.00"), indicator(amount="60.00"))
    story.when(indicator("P-G1", unit="U2", amount="40.01")).then_refused(Invalid)
    story.when(indicator("P-G1", unit="U2", amount="40.00")).then_facts("WageIndicatorSet")
    story.when(indicator("P-G1", unit="HQ", amount="99.99")).then_refused(Invalid)
    story.when(indicator("P-G1", unit="U2", amount="40.01", source="quota")).then_facts("WageIndicatorSet")
    story.when(indicator("P-G1", unit="U2", amount="40.01", year="2026-Q1")).then_facts("WageIndicatorSet")


def test_the_stop_of_each_unit_is_its_own() -> None:
    """[rule 20]"""
    soft = do("PublishPolicy", "P-G1", unit="U1", key="budget.hard", value=False, effective=TODAY, legal_basis="办法")
    story = given(indicator(amount="1.00"), soft).when(allocate()).then_facts("BudgetAllocated")
    story.given(indicator("P-G1", unit="HQ", amount="6000.00")).when(allocate(doc="B-2")).then_refused(Budget)


def test_the_stop_is_soft_where_policy_says_so() -> None:
    soft = do("PublishPolicy", "P-SO", key="budget.hard", value=False, effective=TODAY, legal_basis="办法")
    given(indicator(amount="1.00"), soft).when(allocate()).then_facts("BudgetAllocated")


def test_group_money_needs_the_safety_goal_of_the_unit_and_year() -> None:
    group = partial(allocate, source="group", pool="safety")
    when(group()).then_refused(Criteria)
    given(goal("U2"), goal(year="2025")).when(group()).then_refused(Criteria)
    given(goal()).when(group()).then_facts("BudgetAllocated").then_balances({"SRC_GROUP:HQ": "-6000.00"})


def test_a_group_indicator_limits_the_units_share_and_on_the_root_all() -> None:
    group = partial(allocate, source="group", pool="safety")
    share = indicator(source="group", amount="6000.00")
    story = given(goal(), goal("U2"), share, group())
    story.when(group(doc="B-2", amount="0.01")).then_refused(Budget)
    story.given(indicator(source="group", unit="HQ", amount="7000.00"))
    story.when(group("P-C2", unit="U2", amount="1000.01")).then_refused(Budget)
    story.when(group("P-C2", unit="U2", amount="1000.00")).then_facts("BudgetAllocated")


def test_a_document_allocates_only_once_per_unit() -> None:
    given(allocate()).when(allocate(amount="1.00")).then_refused(Duplicate)
    given(allocate()).when(allocate("P-C2", unit="U2")).then_facts("BudgetAllocated")


def test_criteria_come_before_duplicate_before_budget() -> None:
    story = given(indicator(amount="6000.00"), allocate())
    story.when(allocate(source="group")).then_refused(Criteria)
    story.when(allocate()).then_refused(Duplicate)


@pytest.mark.parametrize(("by", "refusal"), [("P-C2", WrongCentre), ("P-H0", WrongCentre), ("P-U1H", Authority)])
def test_only_the_units_centre_allocates(by: str, refusal: Any) -> None:
    when(allocate(by)).then_refused(refusal)


def test_a_safety_goal_is_stated_once_with_evidence_and_approvals() -> None:
    when(goal(evidence=[])).then_refused(Evidence)
    when(goal(evidence=["确认书"])).then_refused(Evidence)
    when(goal(approvals=["P-G1", "P-G1"])).then_refused(Authority)
    given(goal()).when(goal()).then_refused(Duplicate)


# -- quota wages and recovery ---------------------------------------------------------------------------------------


def credit(unit: str = "W1", amount: str = "20.00", doc: str = "C-1", by: str = "P-C1") -> Line:
    return do("CreditQuotaWage", by, unit=unit, amount=amount, source_doc=doc)


def recovered(story_facts: list[Fact]) -> list[tuple[str, int]]:
    (fact,) = (fact for fact in story_facts if isinstance(fact, UnitDueRecovered))
    return [(part.document, part.amount) for part in fact.parts]


def test_settled_production_feeds_the_pool_once_per_document() -> None:
    story = when(credit()).then_facts("QuotaWageCredited")
    story.then_balances({"POOL_WAGE:W1": "20.00", "SRC_QUOTA:W1": "-20.00"})
    story.when(credit(amount="1.00")).then_refused(Duplicate)
    story.when(credit("W2")).then_facts("QuotaWageCredited")


@pytest.mark.parametrize(("by", "refusal"), [("P-C2", WrongCentre), ("P-H1", Authority), ("P-W1D", Authority)])
def test_only_the_clerk_of_the_units_centre_credits(by: str, refusal: Any) -> None:
    when(credit(by=by)).then_refused(refusal)


@pytest.mark.parametrize(
    ("pool", "due", "amount", "paid", "left"),
    [
        ("0.00", "-50.00", "20.00", 20_00, {"POOL_WAGE:W1": "0.00", "DUE_UNIT:W1": "-30.00"}),
        ("0.00", "-20.00", "50.00", 20_00, {"POOL_WAGE:W1": "30.00", "DUE_UNIT:W1": "0.00"}),
        ("5.00", "-20.00", "10.00", 15_00, {"POOL_WAGE:W1": "0.00", "DUE_UNIT:W1": "-5.00"}),
    ],
)
def test_new_money_pays_what_the_pool_owes_as_far_as_it_goes(
    pool: str, due: str, amount: str, paid: int, left: dict[str, str]
) -> None:
    story = given(opened({"POOL_WAGE:W1": pool, "DUE_UNIT:W1": due})).when(credit(amount=amount))
    story.then_facts("QuotaWageCredited", "UnitDueRecovered").then_balances(left)
    assert recovered(story.recorded) == [(f"opening:{TODAY}", paid)]


def test_an_allocated_wage_budget_pays_dues_and_another_pools_does_not() -> None:
    story = given(opened({"DUE_UNIT:U1": "-50.00"}))
    story.when(allocate(pool="safety", doc="B-2")).then_facts("BudgetAllocated")
    story.when(allocate()).then_facts("BudgetAllocated", "UnitDueRecovered")
    story.then_balances({"POOL_WAGE:U1": "5950.00", "DUE_UNIT:U1": "0.00"})
    story.when(allocate(doc="B-3")).then_facts("BudgetAllocated")


def test_the_oldest_due_is_recovered_first() -> None:
    leg = do(
        "ImportTransferLeg",
        transfer="X-1",
        leg="out",
        unit="W1",
        counter="W2",
        amount="30.00",
        kind="handover",
    )
    story = given(opened({"DUE_UNIT:W1": "-10.00"}), leg).when(credit(amount="25.00"))
    assert recovered(story.recorded) == [(f"opening:{TODAY}", 10_00), ("transfer:X-1", 15_00)]
    story.when(credit(amount="25.00", doc="C-2"))
    assert recovered(story.recorded) == [("transfer:X-1", 15_00)]
    story.then_balances({"DUE_UNIT:W1": "0.00", "POOL_WAGE:W1": "10.00"})


def test_what_a_unit_pays_of_its_due_the_fund_may_spend() -> None:
    story = given(opened({"DUE_UNIT:W1": "-10.00", "FUND_SAFETY:HQ": "10.00"}))
    assert story.ledger.states["unit-HQ"].spendable == 0
    assert story.given(credit(amount="4.00")).ledger.states["unit-HQ"].spendable == 4_00


# -- distribution ---------------------------------------------------------------------------------------------------


def distribute(*shares: tuple[str, str], by: str = "P-W1D", unit: str = "W1") -> Line:
    return do("DistributeWage", by, unit=unit, lines=[{"person": who, "amount": amount} for who, amount in shares])


POOL = opened({"POOL_WAGE:W1": "100.00"})


@pytest.mark.parametrize("by", ["P-W1D", "P-C1"])
def test_a_lead_or_the_centres_clerk_distributes_the_pool(by: str) -> None:
    story = given(POOL).when(distribute(("P-A", "60.00"), ("P-B", "40.00"), by=by)).then_facts("WageDistributed")
    story.then_balances({"POOL_WAGE:W1": "0.00", "PAY_PERF:P-A": "60.00", "PAY_PERF:P-B": "40.00"})


def test_each_person_is_told_his_own_wage_only() -> None:
    story = given(POOL).when(distribute(("P-A", "60.00"), ("P-B", "40.00")))
    mirrors = {fact.stream: fact for fact in story.recorded if fact.mirror}
    assert sorted(mirrors) == ["person-P-A", "person-P-B"]
    assert [line.person for line in mirrors["person-P-A"].lines] == ["P-A"]  # type: ignore[attr-defined]


@pytest.mark.parametrize(("by", "refusal"), [("P-C2", WrongCentre), ("P-W2D", Authority), ("P-T1L", Authority)])
def test_others_do_not_distribute_the_pool(by: str, refusal: Any) -> None:
    given(POOL).when(distribute(("P-A", "1.00"), by=by)).then_refused(refusal)


def test_a_person_is_named_once_and_somebody_is_named() -> None:
    given(POOL).when(distribute(("P-A", "1.00"), ("P-A", "2.00"))).then_refused(Invalid)
    given(POOL).when(distribute()).then_refused(Invalid)
    given(POOL).when(distribute(("P-ZZ", "1.00"))).then_refused("UNKNOWN_PERSON")


def test_a_paper_pays_once_per_unit() -> None:
    """[rule 21]"""
    paid = distribute(("P-A", "10.00"))
    paid["data"]["doc"] = "FF-1"
    story = given(POOL, {**paid, "id": "d"})
    again = distribute(("P-B", "1000.00"))
    again["data"]["doc"] = "FF-1"
    story.when(again).then_refused(Duplicate)
    undo = do("ReverseEntry", "P-C1", of="d", reason="错发", approved_by="P-H1")
    story.given(undo).when(paid).then_facts("WageDistributed")


def test_nothing_is_no_amount() -> None:
    """[rule 21]"""
    given(POOL).when(distribute(("P-A", "1.00"), ("P-B", "0.00"))).then_refused(Invalid)
    when(credit(amount="0.00")).then_refused(Invalid)
    when(allocate(amount="0.00")).then_refused(Invalid)
    when(opened({"POOL_WAGE:W1": "0.00"})).then_facts("BalanceOpened")


@pytest.mark.parametrize(
    ("approver", "outcome"),
    [
        (None, Sod),
        ("P-W1D", Sod),
        ("P-W2D", Authority),
        ("P-H2", Authority),
        ("P-C1", None),
        ("P-H1", None),
        ("P-U1H", None),
    ],
)
def test_who_pays_himself_needs_anothers_word(approver: str | None, outcome: Any) -> None:
    """[rule 52]"""
    own = distribute(("P-A", "1.00"), ("P-W1D", "1.00"))
    own["data"] |= {"approved_by": approver} if approver else {}
    story = given(POOL).when(own)
    if outcome:
        story.then_refused(outcome)
    else:
        assert story.then_facts("WageDistributed").recorded[0].approved_by == approver  # type: ignore[attr-defined]


def test_no_more_is_distributed_than_is_available() -> None:
    given(POOL).when(distribute(("P-A", "60.00"), ("P-B", "40.01"))).then_refused(Insufficient)


def test_a_late_distribution_keeps_its_date_and_posts_to_its_open_month() -> None:
    late = stamped(distribute(("P-A", "1.00")), recorded_at="2026-04-02T09:00:00+08:00")
    fact = given(POOL).when(late).then_facts("WageDistributed").recorded[0]
    assert (fact.business_date, fact.posting_period, fact.adjusts_period) == ("2026-02-02", "2026-02", None)
