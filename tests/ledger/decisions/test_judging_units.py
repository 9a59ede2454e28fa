"""A unit does not judge or endow itself: roles held at the unit or below do not count (rule 53)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from ledger.errors import Authority, WrongCentre
from tests.spec import Line, do, given

AT = "2026-01-20T10:00:00+08:00"
GROUP = ["P-G1", "P-G2"]


def member(person: str, unit: str, role: str = "leading_group") -> Line:
    return do("AssignPerson", "P-HR", AT, person=person, unit=unit, role=role, since="2026-01-01", home=False)


def by(person: str, command: str, **data: Any) -> Line:
    return do(command, person, AT, **data)


def prepared(unit: str) -> list[Line]:
    """Quarters, a veto and a corrective notice of the unit, by those who may."""
    quarters = [by("P-G1", "ScoreUnitQuarter", unit=unit, quarter=f"2025-Q{n}", score="90") for n in range(1, 5)]
    return [
        *quarters,
        by("P-G1", "TriggerVeto", unit=unit, year="2025", indicator="超支", reason="x"),
        by("P-G1", "IssueCorrective", corrective="ZG-1", unit=unit, text="x", basis="§1", due="2026-02-10"),
    ]


Judgement = Callable[[str, str, list[str]], Line]

JUDGEMENTS: dict[str, Judgement] = {
    "quarter": lambda who, unit, _: by(who, "ScoreUnitQuarter", unit=unit, quarter="2026-Q1", score="90"),
    "half": lambda who, unit, _: by(who, "ScoreUnitHalf", unit=unit, half="2025-H1", score="90"),
    "year": lambda who, unit, _: by(who, "ScoreUnitYear", unit=unit, year="2025", annual="90"),
    "quota": lambda who, unit, _: by(who, "SetControlQuota", unit=unit, year="2026", indicator="三违", quota=3),
    "indicator": lambda who, unit, _: by(
        who, "SetWageIndicator", unit=unit, year="2026", source="wage", amount="0.00", doc="Z"
    ),
    "lifted veto": lambda who, unit, approvals: by(
        who, "LiftVeto", unit=unit, year="2025", indicator="超支", reason="x", approvals=approvals
    ),
    "goal": lambda who, unit, approvals: by(
        who, "AchieveSafetyGoal", unit=unit, year="2025", evidence=["paper:通报"], approvals=approvals
    ),
    "bonus": lambda who, unit, approvals: by(
        who, "AwardBonus", unit=unit, kind="quota", period="2025", amount="1.00", approvals=approvals
    ),
}
APPROVED = ("lifted veto", "goal", "bonus")


@pytest.mark.parametrize("name", JUDGEMENTS)
def test_a_role_at_the_unit_or_below_does_not_judge_it_and_one_above_does(name: str) -> None:
    """[rule 53]"""
    judgement = JUDGEMENTS[name]("P-X1", "W1", GROUP)
    for place in ("W1", "T1"):
        given(*prepared("W1"), member("P-X1", place)).when(judgement).then_refused(Authority)
    for place in ("U1", "HQ"):
        answer = given(*prepared("W1"), member("P-X1", place)).when(judgement).answer
        assert answer is not None
        assert answer.ok, answer


@pytest.mark.parametrize("name", APPROVED)
def test_approvals_of_the_unit_itself_do_not_count_either(name: str) -> None:
    """[rule 53]"""
    judgement = JUDGEMENTS[name]("P-G1", "W1", ["P-X1", "P-E"])
    story = given(*prepared("W1"), member("P-X1", "W1"), member("P-E", "T1"))
    story.when(judgement).then_refused(Authority)
    answer = story.given(member("P-X1", "U1"), member("P-E", "U1")).when(judgement).answer
    assert answer is not None
    assert answer.ok, answer


@pytest.mark.parametrize("name", sorted(JUDGEMENTS.keys() - {"bonus"}))
def test_of_the_root_a_role_counts_at_the_root(name: str) -> None:
    """[rule 53] There is nobody above it.  Its bonus is nobody's to give: everybody belongs to it (rule 5)."""
    judgement = JUDGEMENTS[name]("P-X1", "HQ", GROUP)
    answer = given(*prepared("HQ"), member("P-X1", "HQ")).when(judgement).answer
    assert answer is not None
    assert answer.ok, answer


def test_a_units_own_office_does_not_verify_what_it_has_put_right() -> None:
    """[rule 53]"""
    done = [
        do("AnswerCorrective", "P-W1D", AT, corrective="ZG-1", measures="讲评", person="P-T1L"),
        by("P-T1L", "CompleteCorrective", corrective="ZG-1", evidence=["paper:记录"]),
    ]
    verify = by("P-X1", "VerifyCorrective", corrective="ZG-1", result="pass")
    given(*prepared("W1"), *done, member("P-X1", "W1", "office")).when(verify).then_refused(Authority)
    given(*prepared("W1"), *done, member("P-X1", "U1", "office")).when(verify).then_facts("CorrectiveVerified")


def test_the_wages_of_a_centre_are_limited_by_the_centre_above_it() -> None:
    """[rule 53] Of the root by its own."""
    figure = {"year": "2026", "source": "wage", "amount": "0.00", "doc": "Z"}
    given().when(by("P-H1", "SetWageIndicator", unit="U1", **figure)).then_refused(WrongCentre)
    given().when(by("P-H0", "SetWageIndicator", unit="U1", **figure)).then_facts("WageIndicatorSet")
    given().when(by("P-H1", "SetWageIndicator", unit="W1", **figure)).then_facts("WageIndicatorSet")
    given().when(by("P-H0", "SetWageIndicator", unit="HQ", **figure)).then_facts("WageIndicatorSet")
