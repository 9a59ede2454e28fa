"""Figures are taken back as long as no money rests on them; their keys are free again (rules 23 and 72)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from ledger.decisions.figures import KINDS, figures_of
from ledger.errors import Authority, Insufficient, Invalid, Reversal, Sod, State, WrongCentre
from ledger.facts.assessment import AssessmentRevised
from ledger.facts.pools import EntryReversed
from tests.ledger.decisions import sheets
from tests.ledger.decisions.sheets import accept, accrue, at, entitle, fill, final, finalize, object_, revise
from tests.spec import Line, Story, do, given, stamped

GROUP = ["P-G1", "P-G2"]
NOW = at("03-16")


def undo(of: str = "it", by: str = "P-C1", approved_by: str = "P-H1", **data: Any) -> Line:
    return do("ReverseEntry", by, NOW, of=of, reason="登错", approved_by=approved_by, **data)


def it(line: Line) -> Line:
    """The figure that is taken back."""
    return {**line, "id": "it"}


def quarter(name: str, score: str = "90") -> Line:
    return do("ScoreUnitQuarter", "P-G1", at("03-02"), unit="W1", quarter=f"2025-{name}", score=score)


QUARTERS = [quarter(name) for name in ("Q1", "Q2", "Q3", "Q4")]
YEAR = do("ScoreUnitYear", "P-G1", at("03-02"), unit="W1", year="2025", annual="92")
HALF = do("ScoreUnitHalf", "P-G1", at("03-02"), unit="W1", half="2025-H1", score="90")
SCORE = do("RecordDailyScore", "P-W1D", at("03-03", "15:00"), person="P-B", unit="T1", day="2026-03-03", score="60")
WAGE = do(
    "AccrueDailyWage", "P-C1", at("03-03", "16:00"), person="P-B", unit="T1", day="2026-03-03", quota_wage="200.00"
)
SEAL = do(
    "SealDaySheet",
    "P-REC",
    at("03-03", "17:00"),
    unit="T1",
    day="2026-03-03",
    recorder="P-REC",
    reviewer="P-T1L",
)
QUOTA = do("SetControlQuota", "P-SO", at("03-02"), unit="W2", indicator="工伤", year="2026", quota=2)
POINTS = do("AwardPoints", "P-T1L", at("03-02"), person="P-A", points=50, reason="上报", doc="J-1")
RATIO = do(
    "RecordIndicator", "P-OFF", at("03-02"), indicator="培训率", unit="W1", period="2026-01", num=9, den=10, doc="P-1"
)
GROSS = do(
    "ImportGrossWage",
    "P-HR",
    at("03-02"),
    period="2026-02",
    lines=[{"person": "P-A", "gross": "4000.00"}, {"person": "P-B", "gross": "4000.00"}],
)
ACTUALS = do(
    "ImportPayrollActuals",
    "P-C1",
    at("03-02"),
    centre="U1",
    period="2026-02",
    lines=[{"person": "P-A", "paid": "0.00", "deducted": "5.00"}],
)
LISTED = do(
    "ImportDepartmentList",
    "P-C1",
    at("03-02"),
    list="L-1",
    centre="U1",
    period="2026-02",
    department="安监处",
    rows=[{"doc": "NT-9", "kind": "notice", "amount": "50.00"}],
)
INDICATOR = do("SetWageIndicator", "P-H1", at("03-02"), unit="W1", year="2026", source="wage", amount="9.00", doc="Z")
GRADE = do("RecordLeaderGrade", "P-G1", at("03-02"), year="2025", grade="三级", doc="等级文")
SHARES = do(
    "PublishPolicy",
    "P-SO",
    key="deputy.share_table",
    value={"三级": "0.5"},
    effective="2026-02-02",
    legal_basis="办法",
)
GOAL = do("AchieveSafetyGoal", "P-G1", at("03-02"), unit="U1", year="2026", evidence=["paper:目标"], approvals=GROUP)
REPORT = do("SubmitReport", "P-W1D", at("03-02"), unit="W1", report="month_analysis", period="2026-02", doc="分析")
LOST = do("RevokeBonusEligibility", "P-G1", at("03-02"), person="P-B", year="2026", reason="人错", approvals=GROUP)
ENTITLED = entitle()
OPENED = sheets.open_month()
FUND = [do("OpenBalances", as_of="2026-02-01", balances={"POOL_WAGE:T1": "900.00", "FUND_SAFETY:U1": "500.00"})]

FIGURES: dict[str, tuple[list[Line], Line]] = {
    "quarter": ([], QUARTERS[0]),
    "half": ([], HALF),
    "year": (QUARTERS, YEAR),
    "daily score": ([], SCORE),
    "entitlement": ([], ENTITLED),
    "incident": (
        [QUOTA],
        do("CountIncident", "P-SO", at("03-02"), unit="W2", indicator="工伤", count=3, doc="S-1"),
    ),
    "points": ([], POINTS),
    "ratio": ([], RATIO),
    "gross wage": ([], GROSS),
    "payroll actuals": ([], ACTUALS),
    "list": ([], LISTED),
    "indicator": ([], INDICATOR),
    "sheet": ([], OPENED),
    "leader's grade": ([SHARES], GRADE),
    "safety goal": ([], GOAL),
    "day sheet": ([SCORE], SEAL),
    "report": ([], REPORT),
    "eligibility": ([], LOST),
}
ROOTS = {"leader's grade"}
"""Figures of the whole group."""


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_is_taken_back_once_and_can_be_recorded_again(name: str) -> None:
    """One moneyless fact on each stream of the figure; the states are as if it had never been."""
    before, recorded = FIGURES[name]
    by, head = ("P-C0", "P-H0") if name in ROOTS else ("P-C1", "P-H1")
    story = given(*before)
    states = dict(story.ledger.states)
    story.given(it(recorded))
    streams = dict.fromkeys(stored.fact.stream for stored in figures_of(story.ledger.facts[-len(story.recorded) :]))
    story.when(undo(by=by, approved_by=head)).then_facts(*["EntryReversed"] * len(streams))
    told = [fact for fact in story.recorded if isinstance(fact, EntryReversed)]
    assert [(fact.stream, fact.lines) for fact in told] == [(stream, ()) for stream in streams]
    agenda, tallies = story.ledger.lookup("agenda"), ("command:", "agenda", "tally:", "series:")
    assert agenda == states.get("agenda", type(agenda)())
    for key, state in story.ledger.states.items():
        if not key.startswith(tallies) and key in states and name not in TOUCHED:
            assert state == states[key], key
    story.when(undo(by=by, approved_by=head)).then_refused(Reversal)
    story.when({**recorded, "id": "again"})
    assert story.answer is not None
    assert story.answer.ok, story.answer


TOUCHED = {"day sheet", "safety goal", "report"}
"""Figures whose keys remember that they were once taken."""


def test_every_kind_of_figure_is_tried() -> None:
    tried = {type(stored.fact) for before, line in FIGURES.values() for stored in given(*before, line).ledger.facts}
    assert {kind.__name__ for kind in KINDS if kind not in tried} == {"AssessmentFinalized", "YellowCardIssued"}


@pytest.mark.parametrize(
    ("by", "approved_by", "refusal"),
    [
        ("P-C2", "P-H1", WrongCentre),
        ("P-C1", "P-H2", Authority),
        ("P-C1", "P-C1", Sod),
    ],
)
def test_a_figure_asks_the_centre_of_its_unit(by: str, approved_by: str, refusal: Any) -> None:
    given(it(QUARTERS[0])).when(undo("it", by, approved_by)).then_refused(refusal)


def test_nobody_takes_back_a_figure_of_his_own() -> None:
    own = do("SetEntitlement", "P-OFF", at("03-02"), person="P-C1", period="2026-02", base="1.00")
    given(it(own)).when(undo()).then_refused(Sod)
    head = do("SetEntitlement", "P-OFF", at("03-02"), person="P-H1", period="2026-02", base="1.00")
    given(it(head)).when(undo()).then_refused(Sod)


# -- money rests on it ------------------------------------------------------------------------------------------------

ANNUAL = do("AwardBonus", "P-G1", at("03-03"), known_as="money", unit="W1", kind="annual", period="2025")
TABLE = do(
    "PublishPolicy",
    "P-SO",
    key="bonus.table",
    value={"base": "100.00", "rates": {"一级": "1", "二级": "1"}},
    effective="2026-02-02",
    legal_basis="办法",
)
GROUP_MONEY = do(
    "AllocateBudget",
    "P-C1",
    at("03-03"),
    known_as="money",
    unit="U1",
    pool="safety",
    source="group",
    year="2026",
    amount="9.00",
    doc="G-1",
)
OWED = do("OpenBalances", as_of="2026-02-01", balances={"DUE_PERSON:P-A": "-9.00", "PAY_PERF:P-A": "900.00"})
DEDUCTED = do("DeductCompensation", "P-C1", at("03-03"), known_as="money", period="2026-02", person="P-A")

RESTING: dict[str, tuple[list[Line], list[str]]] = {
    "a year on its quarter": ([it(QUARTERS[0]), *QUARTERS[1:], {**YEAR, "id": "money"}], ["money"]),
    "a year on its half": ([*QUARTERS, it(HALF), {**YEAR, "id": "money"}], ["money"]),
    "a bonus on the grade": ([TABLE, *QUARTERS, it(YEAR), ANNUAL], ["money"]),
    "a day's wage on the score": ([*FUND, it(SCORE), {**WAGE, "id": "money"}], ["money"]),
    "a seal on the score": ([it(SCORE), {**SEAL, "id": "money"}], ["money"]),
    "a safety wage on the entitlement": (
        [fill(amount="900.00"), *final(), it(ENTITLED), {**accrue(), "id": "money"}],
        ["money"],
    ),
    "a safety wage on the final score": (
        [fill(amount="900.00"), *final()[:-1], it(finalize()), ENTITLED, {**accrue(), "id": "money"}],
        ["money"],
    ),
    "group money on the goal": ([it(GOAL), GROUP_MONEY], ["money"]),
    "a deduction on the gross wage": ([OWED, it(GROSS), DEDUCTED], ["money"]),
}


@pytest.mark.parametrize("name", RESTING)
def test_money_that_rests_on_a_figure_is_taken_back_first(name: str) -> None:
    lines, first = RESTING[name]
    story = given(*lines).when(undo()).then_refused(State)
    for command in first:
        story.given(undo(command))
    story.when(undo())
    assert story.answer is not None
    assert story.answer.ok, story.answer


def test_a_grade_stays_while_a_deposit_was_given_up_by_it() -> None:
    """Of who has held a post at the unit: a card, or a deposit that came back because the year passed."""
    cash = do("PublishPolicy", "P-SO", key="deposit.mode", value="cash", effective="2026-02-02", legal_basis="x")
    who: dict[str, Any] = {"person": "P-U1H", "unit": "U1", "year": "2026"}
    scored = [
        do("ScoreUnitQuarter", "P-G1", at("03-02"), unit="U1", quarter="2026-Q1", score="90"),
        it(do("ScoreUnitYear", "P-G1", at("03-02"), unit="U1", year="2026", annual="90", approvals=GROUP)),
    ]
    paid = do("CollectDeposit", "P-OFF", at("03-02"), post="head", basis="协议", **who)
    back = do("ReturnDeposit", "P-C0", at("03-02"), reason="x", known_as="money", **who)
    story = given(cash, paid, *scored, back).when(undo()).then_refused(State)
    story.given(undo("money")).when(undo()).then_facts("EntryReversed")


def test_a_published_sheet_stays() -> None:
    given(it(OPENED), *sheets.published()[1:]).when(undo()).then_refused(State)


def test_redeemed_points_stay() -> None:
    """[rule 23] INSUFFICIENT, after everything else that the row asks."""
    redeemed = do("RedeemPoints", "P-A", at("03-03"), person="P-A", points=20)
    story = given(*FUND, it(POINTS), redeemed)
    story.when(undo(approved_by="P-C1")).then_refused(Sod)
    story.when(undo()).then_refused(Insufficient)


def test_a_leaders_grade_stays_while_an_accrual_of_the_year_goes_by_it() -> None:
    year = [*sheets.year_scored(), sheets.publish(), accept("P-LD"), finalize()]
    entitled = do("SetEntitlement", "P-G1", at("03-03"), person="P-LD", period="2025", base="100.00")
    money = do("AllocateBudget", "P-C0", unit="HQ", pool="safety", source="wage", year="2026", amount="900.00", doc="B")
    paid = accrue("P-C0", known_as="money")
    story = given(SHARES, it(GRADE), *year, entitled, money, paid).when(undo("it", "P-C0", "P-H0")).then_refused(State)
    story.given(undo("money", "P-C0", "P-H0")).when(undo("it", "P-C0", "P-H0")).then_facts("EntryReversed")


# -- gross wages ------------------------------------------------------------------------------------------------------


def test_of_an_import_of_gross_wages_one_persons_is_taken_back_alone() -> None:
    story = given(OWED, it(GROSS), DEDUCTED)
    story.when(undo(person="P-A")).then_refused(State)
    story.when(undo(person="P-B")).then_facts("EntryReversed")
    story.when(undo(person="P-B")).then_refused(Reversal)
    story.when(undo(person="P-T1L")).then_refused(Invalid)
    story.when(undo("money", person="P-A")).then_refused(Invalid)
    story.given(undo("money")).when(undo()).then_facts("EntryReversed")
    story.when(GROSS).then_facts("GrossWageImported", "GrossWageImported")


def test_a_deduction_of_nothing_goes_with_the_gross_wage() -> None:
    """Its key is free."""
    owed = do("OpenBalances", as_of="2026-02-01", balances={"DUE_PERSON:P-A": "-9.00"})
    story = given(owed, it(GROSS), DEDUCTED)
    assert story.answer is None or story.answer.ok
    story.given(undo()).given(GROSS).when({**DEDUCTED, "id": "again"}).then_facts("DeductionCarried")


# -- counts and settings ----------------------------------------------------------------------------------------------


def count(number: int, doc: str, **line: Any) -> Line:
    told = do("CountIncident", "P-SO", at("03-02"), unit="W2", indicator="工伤", count=number, doc=doc)
    return {**told, **line}


def lost(story: Story) -> tuple[str, ...]:
    revoked: tuple[str, ...] = story.ledger.lookup("year:W2/2026").revoked
    return revoked


def test_a_count_that_comes_back_within_its_quota_gives_the_bonus_back() -> None:
    """Whichever of the counts is taken back; the revocation of a decision beside it stays."""
    story = given(QUOTA, count(2, "S-1"), count(1, "S-2", id="over"), count(1, "S-3", id="more"))
    assert lost(story) == ("工伤",)
    story.given(undo("over"))
    assert lost(story) == ("工伤",)
    story.given(undo("more"))
    assert lost(story) == ()
    decided = do(
        "RevokeBonusEligibility",
        "P-G1",
        at("03-02"),
        unit="W2",
        year="2026",
        indicator="工伤",
        reason="x",
        approvals=GROUP,
    )
    both = given(QUOTA, decided, count(3, "S-1", id="it"), undo())
    assert lost(both) == ("工伤",)


def test_a_persons_count_gives_the_bonus_back_as_well() -> None:
    quota = do("SetControlQuota", "P-SO", at("03-02"), person="P-A", indicator="三违", year="2026", quota=0)
    one = do("CountIncident", "P-SO", at("03-02"), person="P-A", indicator="三违", count=1, doc="S-1")
    story = given(quota, it(one))
    assert story.ledger.states["person-P-A"].revoked("2026") == ("三违",)
    story.given(undo())
    assert story.ledger.states["person-P-A"].revoked("2026") == ()


def test_the_setting_before_counts_again() -> None:
    second = {**INDICATOR, "id": "second", "data": {**INDICATOR["data"], "amount": "99.00"}}
    budget = do("AllocateBudget", "P-C1", at("03-03"), unit="W1", pool="wage", source="wage", year="2026", doc="B-1")
    budget["data"]["amount"] = "9.01"
    story = given(it(INDICATOR), second, undo("second")).when(budget).then_refused("BUDGET")
    story.given(undo()).when(budget).then_facts("BudgetAllocated")
    given(it(INDICATOR), second, undo()).when(budget).then_facts("BudgetAllocated")


# -- final scores -----------------------------------------------------------------------------------------------------


def policy(key: str, value: Any) -> Line:
    return do("PublishPolicy", "P-SO", key=key, value=value, effective="2026-02-02", legal_basis="办法")


def test_a_final_score_is_published_again_and_its_advice_and_points_go() -> None:
    rules = [policy("advice.below", "95"), policy("points.rules", [{"min": "80", "points": 5}])]
    story = given(*rules, *final()[:-1]).given(it(finalize()))
    assert story.ledger.states["person-P-A"].points.held == 5
    story.when(undo()).then_facts("EntryReversed", "EntryReversed")
    assert story.ledger.states["assessment:AS-1"].state == "published"
    assert story.ledger.states["advice:AS-1"] is None
    assert story.ledger.states["person-P-A"].points.held == 0
    assert not [entry for entry in story.ledger.states["agenda"].due if "AS-1" in entry]
    story.when(finalize(at=NOW)).then_facts("AssessmentFinalized", "AdvicePushed", "PointsAwarded")


def test_points_of_a_final_score_that_are_used_keep_it() -> None:
    rule = policy("points.rules", [{"min": "80", "points": 5}])
    used = do("RedeemPoints", "P-A", at("03-04"), person="P-A")
    given(*FUND, rule, *final()[:-1], it(finalize()), used).when(undo()).then_refused(Insufficient)


def test_the_first_revision_after_a_reversed_end_starts_a_new_window() -> None:
    """[rule 86] An objection may be raised again, NOT_READY until then; TOO_LATE as for any window."""
    objected: Callable[..., Line] = object_
    story = given(*sheets.published(), objected(), revise(), it(finalize()), undo())
    late = stamped(revise(at=at("03-05"), duty="95"), recorded_at=at("03-18"))
    story.when(late).then_refused("TOO_LATE")
    story.given(revise(at=at("03-17"), duty="95"))
    fact = story.recorded[0]
    assert isinstance(fact, AssessmentRevised)
    assert fact.window_until == "2026-03-20"
    story.when(finalize(at=at("03-18"))).then_refused("NOT_READY")
    story.given(objected(at=at("03-18"))).when(finalize(at=at("03-18"))).then_refused("NOT_READY")
    story.given(revise(at=at("03-19"))).when(finalize(at=at("03-19"))).then_facts("AssessmentFinalized")
