"""Risk deposits, yellow cards and orders to transfer (ASS-34, L5; contract §2.11, §5.35, §5.36, §5.43)."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from ledger.errors import Authority, Basis, Duplicate, Insufficient, NotReady, State, WrongCentre
from ledger.facts.deposits import DepositCollected, TransferOrdered, YellowCardIssued
from ledger.state.person import Person
from tests.spec import Line, Story, do, given, when

AT = "2026-02-02T09:00:00+08:00"
GROUP = ["P-G1", "P-G2"]
who: Any = {"person": "P-U1H", "unit": "U1", "year": "2026"}
collect = partial(do, "CollectDeposit", by="P-OFF", at=AT, **who, post="head", basis="协议")
give_back = partial(do, "ReturnDeposit", by="P-C0", at=AT, **who, reason="年度合格")
forfeit = partial(do, "ForfeitDeposit", by="P-G1", at=AT, **who, approvals=GROUP)


def policy(key: str, value: Any) -> Line:
    return do("PublishPolicy", "P-SO", AT, key=key, value=value, effective="2026-02-02", legal_basis="法务意见")


CASH, HOLDBACK = policy("deposit.mode", "cash"), policy("deposit.mode", "holdback")


def graded(result: str, year: str = "2026", unit: str = "U1") -> list[Line]:
    """The year of a unit with this score."""
    quarter = partial(do, "ScoreUnitQuarter", "P-SO", AT, unit=unit, score=result)
    annual = do("ScoreUnitYear", "P-G1", AT, unit=unit, year=year, annual=result, approvals=GROUP)
    return [quarter(quarter=f"{year}-Q1"), annual]


def leader(story: Story, person: str = "P-U1H") -> Person:
    found = story.ledger.lookup(f"person-{person}")
    assert isinstance(found, Person)
    return found


# -- collecting -----------------------------------------------------------------------------------------------------


def test_without_a_policy_nobody_pays_a_deposit() -> None:
    when(collect()).then_refused(Basis)


@pytest.mark.parametrize(("person", "post", "amount"), [("P-U1H", "head", "500.00"), ("P-U1D", "deputy", "350.00")])
def test_a_cash_deposit_is_held_for_the_root(person: str, post: str, amount: str) -> None:
    story = given(CASH).when(collect(person=person, post=post)).then_facts("DepositCollected")
    story.then_balances({f"DEP_RISK:{person}": amount, "SRC_DEPOSIT:HQ": f"-{amount}"})
    fact = story.recorded[0]
    assert isinstance(fact, DepositCollected)
    assert (fact.stream, fact.mode, fact.basis) == (f"person-{person}", "cash", "协议")


@pytest.mark.parametrize(
    "other",
    [{"post": "deputy"}, {"unit": "HQ"}, {"person": "P-OFF"}, {"year": "2022"}, {"person": "P-U1M", "post": "deputy"}],
)
def test_a_deposit_is_of_who_held_the_post_on_a_day_of_the_year(other: dict[str, str]) -> None:
    """[rules 50 and 59]"""
    given(CASH).when(collect(**other)).then_refused(State)


def test_amounts_are_the_policys() -> None:
    amounts = policy("deposit.amounts", {"head": "800.00", "deputy": "1.00"})
    given(CASH, amounts).when(collect()).then_facts("DepositCollected").then_balances({"DEP_RISK:P-U1H": "800.00"})


@pytest.mark.parametrize("basis", ["", "  "])
def test_a_deposit_names_its_basis(basis: str) -> None:
    given(CASH).when(collect(basis=basis)).then_refused(Basis)
    unnamed = do("CollectDeposit", "P-OFF", AT, **who, post="head")
    given(CASH).when(unnamed).then_refused(Basis)


def test_a_deposit_is_collected_once_per_person_and_year() -> None:
    story = given(CASH, collect())
    story.when(collect()).then_refused(Duplicate)
    story.when(collect(basis="")).then_refused(Basis)
    story.when(collect(year="2027")).then_facts("DepositCollected")
    story.when(collect(person="P-U1D", post="deputy")).then_facts("DepositCollected")
    story.given(*graded("90"), give_back()).when(collect()).then_refused(Duplicate)


@pytest.mark.parametrize(
    ("by", "refusal"), [("P-C1", WrongCentre), ("P-SO", Authority), ("P-U1H", Authority), ("SYSTEM", Authority)]
)
def test_office_or_the_roots_clerk_keep_deposits(by: str, refusal: Any) -> None:
    given(CASH).when(collect(by=by)).then_refused(refusal)
    given(CASH, collect(by="P-C0"), *graded("90")).when(give_back(by=by)).then_refused(refusal)


def test_a_holdback_is_taken_from_and_returned_to_the_performance_wage() -> None:
    wages = do("OpenBalances", at=AT, as_of="2026-02-02", balances={"PAY_PERF:P-U1H": "500.00"})
    story = given(HOLDBACK, wages).when(collect()).then_facts("DepositCollected")
    story.then_balances({"PAY_PERF:P-U1H": "0.00", "DEP_RISK:P-U1H": "500.00", "SRC_DEPOSIT:HQ": "0.00"})
    story.given(CASH, *graded("90")).when(give_back()).then_facts("DepositReturned")
    story.then_balances({"PAY_PERF:P-U1H": "500.00", "DEP_RISK:P-U1H": "0.00", "SRC_DEPOSIT:HQ": "0.00"})


def test_a_holdback_needs_a_wage_to_hold_back() -> None:
    wages = do("OpenBalances", at=AT, as_of="2026-02-02", balances={"PAY_PERF:P-U1H": "499.99"})
    story = given(HOLDBACK, wages)
    story.when(collect()).then_refused(Insufficient)
    story.when(collect(basis="")).then_refused(Basis)


def undo(of: str, by: str = "P-C1", approved_by: str = "P-G1") -> Line:
    return do("ReverseEntry", by, AT, of=of, reason="错", approved_by=approved_by)


def test_a_deposit_is_taken_back_while_it_is_held() -> None:
    """[rule 71] Its key is free again; STATE once it was returned or forfeited."""
    story = given(CASH, collect(known_as="d-1")).when(undo("d-1")).then_facts("EntryReversed")
    story.then_balances({"DEP_RISK:P-U1H": "0.00", "SRC_DEPOSIT:HQ": "0.00"})
    story.when(collect()).then_facts("DepositCollected")
    returned = given(CASH, collect(known_as="d-1"), *graded("90"), give_back())
    returned.when(undo("d-1")).then_refused(State)
    forfeited = given(CASH, collect(known_as="d-1"), *graded("80"), forfeit())
    forfeited.when(undo("d-1")).then_refused(State)


def test_a_deposit_that_was_returned_is_held_again_with_the_streak_that_it_had_ended() -> None:
    """[rule 71]"""
    failed = [*graded("80", "2025"), forfeit(year="2025")]
    story = given(CASH, *failed, collect(), *graded("90"))
    before = leader(story)
    story.given(give_back(known_as="r-1"))
    assert leader(story).deposits.streak == 0
    story.given(undo("r-1"))
    assert leader(story).deposits == before.deposits
    story.when(give_back()).then_facts("DepositReturned")


def test_a_forfeit_is_taken_back_while_its_card_is_the_last_there() -> None:
    """[rule 71] Deposit, card, streak and keys as before, also where no deposit was held."""
    story = given(CASH, collect(), *graded("80"))
    before = leader(story)
    story.given(forfeit(known_as="f-1")).when(undo("f-1", "P-C0", "P-H0")).then_facts("EntryReversed")
    assert leader(story).deposits == before.deposits
    story.then_balances({"DEP_RISK:P-U1H": "500.00", "FUND_SAFETY:HQ": "0.00"})
    story.when(forfeit()).then_facts("DepositForfeited", "YellowCardIssued")
    bare = given(CASH, *graded("80"), forfeit(known_as="f-1")).when(undo("f-1")).then_facts("EntryReversed")
    assert leader(bare).deposits.failed == {}
    bare.when(forfeit(known_as="f-2")).then_facts("YellowCardIssued")
    later = given(CASH, *graded("80", "2025"), *graded("80"), forfeit(year="2025", known_as="f-1"), forfeit())
    later.when(undo("f-1")).then_refused(State)


# -- returning ------------------------------------------------------------------------------------------------------


def test_what_is_not_held_is_not_returned() -> None:
    when(give_back()).then_refused(State)
    story = given(CASH, collect(), *graded("90"))
    story.when(give_back(year="2027")).then_refused(State)
    story.when(give_back(unit="HQ")).then_refused(State)
    story.given(give_back()).when(give_back()).then_refused(State)
    given(CASH, collect(), *graded("80"), forfeit()).when(give_back()).then_refused(State)


def test_a_deposit_waits_for_the_grade() -> None:
    story = given(CASH, collect())
    story.when(give_back()).then_refused(NotReady)
    story.given(*graded("90")).when(give_back()).then_facts("DepositReturned")
    story.then_balances({"DEP_RISK:P-U1H": "0.00", "SRC_DEPOSIT:HQ": "0.00"})


def test_who_has_left_the_post_gets_it_back_without_a_grade() -> None:
    leave = do("EndAssignment", "P-HR", AT, person="P-U1H", unit="U1", role="unit_head", last_day="2026-02-01")
    given(CASH, collect(), leave).when(give_back()).then_facts("DepositReturned")


def test_another_post_or_a_later_end_does_not_count() -> None:
    other = do("AssignPerson", "P-HR", AT, person="P-U1H", unit="U1", role="member", since="2026-01-01")
    end_other = do("EndAssignment", "P-HR", AT, person="P-U1H", unit="U1", role="member", last_day="2026-02-01")
    given(CASH, collect(), other, end_other).when(give_back()).then_refused(NotReady)
    for last_day in ("2026-02-02", "2026-02-03"):
        later = do("EndAssignment", "P-HR", AT, person="P-U1H", unit="U1", role="unit_head", last_day=last_day)
        given(CASH, collect(), later).when(give_back()).then_refused(NotReady)


def also(role: str) -> Line:
    return do("AssignPerson", "P-HR", AT, person="P-U1H", unit="U1", role=role, since="2026-01-01", home=False)


def left(role: str) -> Line:
    return do("EndAssignment", "P-HR", AT, person="P-U1H", unit="U1", role=role, last_day="2026-02-01")


def test_another_post_of_the_same_rank_at_the_unit_keeps_the_deposit() -> None:
    """[rule 50]"""
    other = do(
        "AssignPerson", "P-HR", AT, person="P-U1H", unit="U1", role="company_head", since="2026-01-01", home=False
    )
    leave = do("EndAssignment", "P-HR", AT, person="P-U1H", unit="U1", role="unit_head", last_day="2026-02-01")
    given(CASH, collect(), other, leave).when(give_back()).then_refused(NotReady)


def test_the_end_of_the_deputys_post_frees_no_deposit_of_a_head() -> None:
    """[rule 50]"""
    deputy = do(
        "AssignPerson", "P-HR", AT, person="P-U1H", unit="U1", role="unit_deputy", since="2026-01-01", home=False
    )
    end = do("EndAssignment", "P-HR", AT, person="P-U1H", unit="U1", role="unit_deputy", last_day="2026-02-01")
    given(CASH, collect(), deputy, end).when(give_back()).then_refused(NotReady)
    leave = do("EndAssignment", "P-HR", AT, person="P-U1H", unit="U1", role="unit_head", last_day="2026-02-01")
    stays = do(
        "AssignPerson", "P-HR", AT, person="P-U1H", unit="U1", role="duty_director", since="2026-01-01", home=False
    )
    given(CASH, collect(), stays, leave).when(give_back()).then_facts("DepositReturned")


# -- forfeiting -----------------------------------------------------------------------------------------------------


def test_a_failed_year_costs_the_deposit_and_brings_a_yellow_card() -> None:
    story = given(CASH, collect(), *graded("80")).when(forfeit()).then_facts("DepositForfeited", "YellowCardIssued")
    story.then_balances({"DEP_RISK:P-U1H": "0.00", "FUND_SAFETY:HQ": "500.00", "SRC_DEPOSIT:HQ": "-500.00"})
    assert leader(story).deposits.streak == 1


def test_without_a_deposit_there_is_only_the_card() -> None:
    given(*graded("80")).when(forfeit()).then_facts("YellowCardIssued")
    other_year = [CASH, collect(year="2027")]
    given(*other_year, *graded("80")).when(forfeit()).then_facts("YellowCardIssued")


def test_only_a_failed_year_is_forfeited_once_and_with_approvals() -> None:
    when(forfeit()).then_refused(NotReady)
    given(*graded("85")).when(forfeit()).then_refused(State)
    story = given(*graded("84.99"))
    story.when(forfeit(approvals=["P-G1"])).then_refused(Authority)
    story.when(forfeit(by="P-SO")).then_refused(Authority)
    story.when(forfeit()).then_facts("YellowCardIssued")
    story.when(forfeit()).then_refused(Duplicate)
    story.when(forfeit(person="P-U1D")).then_facts("YellowCardIssued")


def test_the_second_failed_year_in_a_row_costs_the_post() -> None:
    story = given(*graded("80"), *graded("80", "2027"), forfeit())
    story.when(forfeit(year="2027")).then_facts("YellowCardIssued", "TransferOrdered")
    card, order = story.recorded
    assert isinstance(card, YellowCardIssued)
    assert isinstance(order, TransferOrdered)
    assert (card.streak, order.streak, leader(story).deposits.streak) == (2, 2, 2)


def test_a_year_between_breaks_the_row() -> None:
    story = given(*graded("80"), *graded("80", "2028"), forfeit())
    story.when(forfeit(year="2028")).then_facts("YellowCardIssued")
    assert leader(story).deposits.streak == 1


def test_the_row_is_that_of_one_post() -> None:
    story = given(*graded("80"), *graded("80", "2027", "HQ"), forfeit())
    story.when(forfeit(year="2027", unit="HQ")).then_facts("YellowCardIssued")


def test_a_passed_year_ends_the_row() -> None:
    story = given(CASH, *graded("80"), forfeit(), collect(year="2027"), *graded("90", "2027"))
    story.when(give_back(year="2027")).then_facts("DepositReturned")
    assert leader(story).deposits.streak == 0


def test_the_deposit_of_a_failed_year_is_not_returned() -> None:
    """[rule 36] Nor by leaving the post: it is forfeited."""
    story = given(CASH, *graded("80"), collect()).when(give_back()).then_refused(State)
    leave = do("EndAssignment", "P-HR", AT, person="P-U1H", unit="U1", role="unit_head", last_day="2026-02-01")
    story.given(leave).when(give_back()).then_refused(State)
    story.when(forfeit()).then_facts("DepositForfeited", "YellowCardIssued")


def test_leaving_the_post_ends_the_row() -> None:
    leave = do("EndAssignment", "P-HR", AT, person="P-U1H", unit="U1", role="unit_head", last_day="2026-02-01")
    story = given(*graded("80"), forfeit(), leave)
    assert leader(story).deposits.streak == 0
    story.given(*graded("80", "2027")).when(forfeit(year="2027")).then_facts("YellowCardIssued")


@pytest.mark.parametrize(
    ("role", "streak"),
    [("company_head", 0), ("unit_deputy", 0), ("duty_director", 0), ("team_leader", 0), ("member", 1), ("clerk", 1)],
)
def test_the_row_ends_with_any_post_that_leads_the_unit(role: str, streak: int) -> None:
    """[rule 50]"""
    assert leader(given(*graded("80"), also(role), forfeit(), left(role))).deposits.streak == streak


def test_leaving_another_post_does_not() -> None:
    other = do("AssignPerson", "P-HR", AT, person="P-U1H", unit="W1", role="workshop_head", since="2026-01-01")
    end = do("EndAssignment", "P-HR", AT, person="P-U1H", unit="W1", role="workshop_head", last_day="2026-02-01")
    assert leader(given(*graded("80"), forfeit(), other, end)).deposits.streak == 1
