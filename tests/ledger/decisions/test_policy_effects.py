"""Every policy key that is a choice changes decisions, from its date on, for a unit and those below (domain §9)."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ledger import policy as policies
from ledger.calendars import add_days
from ledger.errors import (
    Authority,
    Basis,
    Criteria,
    Invalid,
    Locked,
    NoPrice,
    NotReady,
    Premium,
    Qty,
    TooLate,
    WindowClosed,
)
from ledger.facts.statements import StatementIssued
from tests.ledger.decisions import settlement, sheets
from tests.ledger.decisions.hazards import policy
from tests.ledger.decisions.liabilities import at, by_lines, confirm, line, opened, serve
from tests.ledger.decisions.test_dues import deduct, deduction, owing, wage
from tests.ledger.decisions.test_safety_wages import year_ready
from tests.ledger.decisions.test_tenders import FAILED, PASSED, TAKEN, check, complete, direct
from tests.spec import Line, do, given, stamped, when

ROOT = Path(policies.__file__).parent.parent

DOMAIN_KEYS = """
org.levels discovery.tiers hazard.levels appeal.final case.quorum approval.delegation report.anonymous
score.round score.allow_bonus inspection.weights inspection.cycle inspection.freq_rule annual.missing
self_score.head training.pass payout.monthly payout.daily payout.deputy deputy.share_table base_table
entitlement.factor safety_wage.unpaid budget.hard veto.effect grade.bounds annual.divisor bonus.table
equal_force.base quarter.sheet_due quota.clawback yellow.streak ontime.denominator ontime.min deposit.mode reports.due
deposit.amounts deposit.on_fail deposit.on_leave price.pick price.urgent self_report.exempt handover.direction
handover.qty
tender.force tender.price_lock tender.qty tender.over_estimate tender.no_bid tender.premium_cap tender.partial
settle.from slip.payee slip.post_on notice.payee dispute.window dispute.appeal pool.overdraft
chain.exclude_discoverer chain.workshop chain.multi_role chain.several
advice.below points.rules training.on_serious deduct.cap deduct.floor deduct.from late.policy
late.days statement.window proposal.days remind.offsets points.rate points.month_cap points.expiry
"""

ONE_VALUE = {key for key, row in policies.KEYS.items() if row.check.__qualname__.startswith("_fixed")}
"""† of domain §9: the key names a choice that has only this value now."""

GUARDED = {"quota.clawback", "self_report.exempt"}
"""Only the default is ever in force: there is no other value, or the law forbids it."""


def asked_for() -> Iterator[str]:
    """The keys that decisions and queries name, apart from where keys are published and listed."""
    for package in ("ledger", "projections"):
        for file in (ROOT / package).rglob("*.py"):
            if file.stem not in ("policy", "policies"):
                texts = (
                    node.value for node in ast.walk(ast.parse(file.read_text("utf-8"))) if type(node) is ast.Constant
                )
                yield from (text for text in texts if isinstance(text, str) and text in policies.KEYS)


def test_every_key_is_asked_for_or_names_a_choice_that_has_one_value() -> None:
    read = set(asked_for())
    assert not read & ONE_VALUE
    assert policies.KEYS.keys() - ONE_VALUE - read == {"quota.clawback"}


def test_every_key_of_the_domains_table_is_known() -> None:
    assert sorted(policies.KEYS) == sorted(DOMAIN_KEYS.split())  # domain §9, in its order


@pytest.mark.parametrize("key", sorted(ONE_VALUE | GUARDED))
def test_a_key_with_one_value_takes_it_and_no_other(key: str) -> None:
    only = policies.KEYS[key].default
    when(policy(key, only)).then_facts("PolicyPublished")
    other: Any = not only if isinstance(only, bool) else "another"
    when(policy(key, other)).then_refused(Locked if key == "self_report.exempt" else Invalid)


# -- from its date on, for the unit and below -------------------------------------------------------------------------


CAP = "tender.premium_cap"


RICHER = do("CreditQuotaWage", "P-C1", unit="W1", amount="9000.00", source_doc="C-2")


def of_mine(unit: str, value: str) -> Line:
    return do(*("PublishPolicy", "P-G1"), key=CAP, value=value, effective="2026-02-02", unit=unit, legal_basis="办法")


@pytest.mark.parametrize(
    ("published", "premium", "refused"),
    [
        ([], "0.10", False),
        ([policy(CAP, "0.05")], "0.05", False),
        ([policy(CAP, "0.05")], "0.050001", True),
        ([policy(CAP, "0.05", "2026-02-10")], "0.10", False),
        ([of_mine("U2", "0.05")], "0.10", False),
        ([of_mine("U1", "0.05")], "0.10", True),
        ([policy(CAP, "0.05"), of_mine("U1", "0.20")], "0.20", False),
        ([policy(CAP, "0")], "0.000001", True),
    ],
    ids=["default", "at the cap", "above", "from tomorrow", "another mine's", "its own mine's", "nearer", "none"],
)
def test_a_premium_keeps_to_the_cap_of_the_payer_on_the_day_of_the_award(
    published: list[Line], premium: str, refused: bool
) -> None:
    story = given(*published, RICHER, *FAILED).when(direct(premium=premium))
    story.then_refused(Premium) if refused else story.then_facts("TenderDirected", "FundsReserved")


# -- what each of them changes ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("excess", "qty"), [("1.10", "66.0001"), ("1.00", "60.0001"), ("1.25", "75.0001")])
def test_over_estimate_says_how_much_more_is_accepted_without_the_approver(excess: str, qty: str) -> None:
    story = given(policy("tender.over_estimate", excess), *TAKEN, complete(qty=qty))
    story.when(check(qty=qty)).then_refused(Qty)
    story.when(check(qty=qty.partition(".")[0])).then_facts(*PASSED)


@pytest.mark.parametrize(("days", "last"), [(30, "04-05"), (10, "03-16"), (0, "03-06")])
def test_an_appeal_is_in_time_for_so_many_days(days: int, last: str) -> None:
    lines = [by_lines(lines=[line("P-A", "30.00")]), serve(), confirm()]
    story = given(policy("dispute.appeal", days), *lines)
    late = do(
        "LodgeAppeal", "P-A", f"{add_days(f'2026-{last}', 1)}T00:00:00+08:00", slip="SL-1", party="P-A", grounds="重"
    )
    story.when(late).then_refused(WindowClosed)
    story.when(late | {"at": at(last, "23:59")}).then_facts("AppealLodged", "AppealHeld")


@pytest.mark.parametrize(("days", "kept"), [(60, "2026-01-02"), (5, "2026-02-26"), (0, "2026-03-03")])
def test_what_is_older_than_the_days_needs_the_centres_head(days: int, kept: str) -> None:
    credit = do("CreditQuotaWage", "P-C1", at("03-03"), unit="W1", amount="1.00", source_doc="D")
    older = add_days(kept, -1)
    story = given(policy("late.days", days))
    story.when(stamped(credit, business_date=older)).then_refused(TooLate)
    story.when(stamped(credit, business_date=older, late_approval="P-H2")).then_refused(TooLate)
    story.when(stamped(credit, business_date=kept)).then_facts("QuotaWageCredited")
    other = credit | {"data": {**credit["data"], "source_doc": "E"}}
    story.when(stamped(other, business_date=older, late_approval="P-H1")).then_facts("QuotaWageCredited")


@pytest.mark.parametrize(("days", "until"), [(2, "2026-04-03"), (5, "2026-04-08")])
def test_statements_wait_so_many_working_days(days: int, until: str) -> None:
    story = settlement.month().given(
        policy("statement.window", days), settlement.OPEN, settlement.CUT_OFF, settlement.RUN
    )
    issued = [fact for fact in story.given(settlement.ISSUE).recorded if isinstance(fact, StatementIssued)]
    assert {fact.window_until for fact in issued} == {until}


def test_a_larger_quorum_needs_more_of_the_leading_group() -> None:
    goal = do(
        "AchieveSafetyGoal", "P-G1", unit="U1", year="2026", evidence=["paper:确认书"], approvals=["P-G1", "P-G2"]
    )
    given(policy("case.quorum", 3)).when(goal).then_refused(Authority)
    third = do("AssignPerson", "P-HR", person="P-CH", unit="HQ", role="leading_group", since="2026-02-01", home=False)
    three = goal | {"data": {**goal["data"], "approvals": ["P-G1", "P-G2", "P-CH"]}}
    given(policy("case.quorum", 3), third).when(three).then_facts("SafetyGoalAchieved")
    one = goal | {"data": {**goal["data"], "approvals": ["P-G1"]}}
    given(policy("case.quorum", 1)).when(one).then_facts("SafetyGoalAchieved")


@pytest.mark.parametrize(("cap", "taken"), [("0.20", 60000), ("0.10", 30000), ("0", 0)])
def test_no_more_than_the_cap_is_deducted(cap: str, taken: int) -> None:
    assert deduction(given(policy("deduct.cap", cap), owing("700.00"), wage("3000.00"), deduct())) == (
        taken,
        70000 - taken,
    )


def test_a_published_floor_is_left_to_the_person() -> None:
    floor = policy("deduct.floor", "2900.00")
    assert deduction(given(floor, owing("700.00"), wage("3000.00"), deduct())) == (10000, 60000)


# -- what has no default names itself ---------------------------------------------------------------------------------


def test_a_missing_table_refuses_the_command_that_needs_it_and_says_which() -> None:
    early = "2023-12-31T10:00:00+08:00"
    owes = opened(DUE_PERSON_P_A="-440.00", PAY_PERF_P_A="9000.00", FUND_SAFETY_HQ="440.00")
    owes = owes | {"at": early, "data": {**owes["data"], "as_of": "2023-12-30"}}
    gross = do("ImportGrossWage", "P-HR", early, period="2023-12", lines=[{"person": "P-A", "gross": "3000.00"}])
    floorless = do("DeductCompensation", "P-C1", early, period="2023-12", person="P-A")
    story = given(owes, gross).when(floorless).then_refused(Basis)
    assert "deduct.floor" in _said(story)

    graded = do("ScoreUnitYear", "P-G1", early, unit="W1", year="2023", annual="70", approvals=["P-G1", "P-G2"])
    quarter = do("ScoreUnitQuarter", "P-G1", early, unit="W1", quarter="2023-Q4", score="70")
    equal = do("ConfirmEqualForcePenalty", "P-G1", early, unit="W1", year="2023")
    story = given(quarter, graded).when(equal).then_refused(NotReady)
    assert "bonus.table" in _said(story)

    story = year_ready().when(sheets.accrue("P-C0", grade="四级")).then_refused(Criteria)
    assert "deputy.share_table" in _said(story)

    story = when(do("IssueNotice", "P-OFF", notice="NT-1", unit="W1", item="GP-99", qty="1", description="x"))
    story.then_refused(NoPrice)
    assert "GP-99" in _said(story)


def _said(story: Any) -> str:
    return str(story.answer.detail)
