"""Figures that a reversal takes back: whose they are, what hangs on them, what goes with them (rules 23 and 72)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

from ledger.errors import Insufficient, State
from ledger.fact import Fact, StoredFact
from ledger.facts import figures
from ledger.facts.assessment import AssessmentFinalized, AssessmentOpened
from ledger.facts.daily import DAILY_WAGE, DailyScoreRecorded
from ledger.facts.deposits import YellowCardIssued
from ledger.facts.dues import DEDUCTION, GrossWageImported
from ledger.facts.followup import AdvicePushed
from ledger.facts.indicators import IndicatorRecorded
from ledger.facts.payroll import PayrollActualsImported
from ledger.facts.periods import DaySheetSealed
from ledger.facts.points import PointsAwarded
from ledger.facts.pools import SafetyGoalAchieved, WageIndicatorSet
from ledger.facts.reconciliation import DepartmentListImported
from ledger.facts.reports import ReportSubmitted
from ledger.facts.safety_wages import SAFETY_WAGE, EntitlementSet, LeaderGradeRecorded
from ledger.facts.unit_year import (
    BONUS,
    EQUAL_FORCE,
    BonusEligibilityRevoked,
    GradeAssigned,
    IncidentCounted,
    UnitAnnualScored,
    UnitHalfScored,
    UnitQuarterScored,
)
from ledger.posting import entries
from ledger.state.reconciliation import GONE
from ledger.view import View
from ledger.vocabulary import UnitId


class Kind(NamedTuple):
    """``check`` raises STATE while money rests on a figure of this kind, ``undo`` says what is forgotten.

    A figure without ``undo`` is known by its key alone.
    """

    check: Callable[[View, Any], None]
    undo: Callable[[View, Any], figures.Figure] | None = None


def _free(view: View, fact: Fact) -> None:
    """Nothing rests on it."""


# -- a unit's year ----------------------------------------------------------------------------------------------------


def _year_is_open(view: View, fact: UnitQuarterScored | UnitHalfScored) -> None:
    year = (fact.quarter if isinstance(fact, UnitQuarterScored) else fact.half)[:4]
    if view.unit_year(fact.unit, year).score is not None:
        raise State(f"{fact.unit} {year} is scored")


def _grade_is_free(view: View, fact: UnitAnnualScored) -> None:
    unit, year = fact.unit, fact.year
    if view.is_taken(BONUS, unit, "annual", year, "") or view.is_taken(EQUAL_FORCE, unit, year):
        raise State(f"the bonus or penalty of {unit} {year} rests on it")
    people = {holder.person for holder in view.unit(unit).holders}
    for person in view.all_of(f"person-{name}" for name in sorted(people)).values():
        deposit = person.deposits.by_year.get(year)
        given_up = deposit is not None and deposit.unit == unit and deposit.graded
        if given_up or year in person.deposits.failed.get(unit, ()):
            raise State(f"a deposit of {person.person} rests on it")


def _incidents(view: View, fact: IncidentCounted) -> figures.Incidents:
    quota = view.control(fact.unit, fact.person, fact.year).quotas[fact.indicator]
    return figures.Incidents(
        fact.year,
        fact.indicator,
        fact.quarter,
        fact.count,
        fact.unit,
        fact.person,
        lifts=quota.over and not quota.minus(fact.quarter, fact.count).over,
    )


# -- persons ----------------------------------------------------------------------------------------------------------


def _day_is_open(view: View, fact: DailyScoreRecorded) -> None:
    if view.is_taken(DAILY_WAGE, fact.person, fact.day):
        raise State(f"the wage of {fact.person} on {fact.day} rests on it")
    if view.day_sheet(fact.unit, fact.day).used:
        raise State(f"{fact.day} of {fact.unit} is sealed")


def _not_accrued(view: View, person: str, period: str) -> None:
    if view.is_taken(SAFETY_WAGE, person, period):
        raise State(f"the safety wage of {person} for {period} rests on it")


def _not_deducted(view: View, fact: GrossWageImported) -> None:
    """A deduction of 0.00 goes with the gross wage."""
    taken = view.state(DEDUCTION(fact.person, fact.period))
    facts = view.command(taken.command).facts if taken.used else ()
    if any(entries(stored.fact) for stored in facts):
        raise State(f"the deduction of {fact.person} for {fact.period} rests on it")


def _not_published(view: View, fact: AssessmentOpened) -> None:
    if not view.assessment(fact.assessment).takes_scores:
        raise State(f"{fact.assessment} is published")


def _not_paid(view: View, fact: AssessmentFinalized) -> None:
    sheet = view.assessment(fact.assessment)
    _not_accrued(view, sheet.person, sheet.period)


# -- centres ----------------------------------------------------------------------------------------------------------


def _not_resolved(view: View, fact: DepartmentListImported) -> None:
    listed = {row.doc for row in fact.rows}
    for name, raised in view.centre_month(fact.centre, fact.period).exceptions.items():
        if raised.ref in listed and raised.how not in (None, GONE):
            raise State(f"{name} is resolved")


def _no_group_money(view: View, fact: SafetyGoalAchieved) -> None:
    if fact.year in view.unit(fact.unit).group_budgets.values():
        raise State(f"a group budget of {fact.unit} in {fact.year} rests on it")


def _no_accrual(view: View, fact: LeaderGradeRecorded) -> None:
    if view.leader_grade(fact.year).accrued:
        raise State(f"an accrual of {fact.year} rests on it")


KINDS: dict[type[Fact], Kind] = {
    UnitQuarterScored: Kind(_year_is_open, lambda view, fact: figures.QuarterScore(fact.unit, fact.quarter)),
    UnitHalfScored: Kind(_year_is_open, lambda view, fact: figures.HalfScore(fact.unit, fact.half)),
    UnitAnnualScored: Kind(_grade_is_free, lambda view, fact: figures.YearScore(fact.unit, fact.year)),
    DailyScoreRecorded: Kind(_day_is_open),
    EntitlementSet: Kind(lambda view, fact: _not_accrued(view, fact.person, fact.period)),
    IncidentCounted: Kind(_free, _incidents),
    BonusEligibilityRevoked: Kind(
        _free, lambda view, fact: figures.Revocation(fact.year, fact.indicator, fact.unit, fact.person)
    ),
    PointsAwarded: Kind(_free, lambda view, fact: figures.Award(fact.person, fact.doc, fact.points)),
    IndicatorRecorded: Kind(_free),
    GrossWageImported: Kind(_not_deducted, lambda view, fact: figures.MonthsGross(fact.person, fact.period)),
    PayrollActualsImported: Kind(_free),
    DepartmentListImported: Kind(_not_resolved, lambda view, fact: figures.DepartmentsList(fact.list)),
    WageIndicatorSet: Kind(_free),
    AssessmentOpened: Kind(_not_published),
    AssessmentFinalized: Kind(_not_paid),
    LeaderGradeRecorded: Kind(_no_accrual),
    SafetyGoalAchieved: Kind(_no_group_money),
    DaySheetSealed: Kind(_free),
    ReportSubmitted: Kind(_free),
    YellowCardIssued: Kind(_free, lambda view, fact: figures.Card(fact.person, fact.unit, fact.year)),
}
"""The figures, by the fact that records them."""

GOES_WITH: dict[type[Fact], tuple[type[Fact], ...]] = {
    UnitAnnualScored: (GradeAssigned,),
    IncidentCounted: (BonusEligibilityRevoked,),
    AssessmentFinalized: (AdvicePushed, PointsAwarded),
}
"""Further facts that a command records because of its figure."""


def records(fact: Fact) -> bool:
    """Does the fact record a figure?"""
    return type(fact) in KINDS


def figures_of(facts: Iterable[StoredFact]) -> tuple[StoredFact, ...]:
    """The first fact of a figure on each of its streams; nothing of a command that records none."""
    firsts: dict[str, StoredFact] = {}
    for stored in _figure_facts(facts):
        firsts.setdefault(stored.fact.stream, stored)
    return tuple(firsts.values())


def whole(view: View, fact: Fact) -> tuple[StoredFact, ...]:
    """All facts of the figure that the command of a fact has recorded on its stream."""
    facts = _figure_facts(view.command(fact.command).facts)
    return tuple(stored for stored in facts if stored.fact.stream == fact.stream)


def _figure_facts(facts: Iterable[StoredFact]) -> Iterator[StoredFact]:
    kind: type[Fact] | None = None
    for stored in facts:
        fact = stored.fact
        if kind is None and not fact.mirror and type(fact) in KINDS:
            kind = type(fact)
        if kind is not None and not fact.mirror and isinstance(fact, (kind, *GOES_WITH.get(kind, ()))):
            yield stored


def check_free(view: View, facts: Iterable[StoredFact]) -> None:
    """STATE: money rests on a figure, which stands."""
    for stored in facts:
        if (kind := KINDS.get(type(stored.fact))) is not None:
            kind.check(view, stored.fact)


def check_points_are_held(view: View, facts: Iterable[StoredFact]) -> None:
    """INSUFFICIENT: points that are redeemed, or have expired, cannot be taken back."""
    for stored in facts:
        for fact in (one.fact for one in whole(view, stored.fact)):
            if isinstance(fact, PointsAwarded) and view.person(fact.person).points.left_of(fact.doc) < fact.points:
                raise Insufficient(f"{fact.points} points of {fact.person} on {fact.doc}")


def forgotten(view: View, facts: Iterable[StoredFact]) -> Iterator[Any]:
    """All that states forget when these facts of a figure are taken back."""
    with_main: tuple[type[Fact], ...] = ()
    for fact in (stored.fact for stored in facts):
        kind = KINDS.get(type(fact))
        if isinstance(fact, AdvicePushed):
            names = tuple(due.what for due in fact.falls_due)
            yield figures.PushedAdvice(fact.advice, fact.person, names)
        elif kind is not None and kind.undo is not None and not isinstance(fact, with_main):
            yield kind.undo(view, fact)
        with_main = with_main or GOES_WITH.get(type(fact), ())


def person_of(view: View, fact: Fact) -> str | None:
    """The person whose figure it is."""
    if isinstance(fact, AssessmentFinalized):
        return str(view.assessment(fact.assessment).person)
    return getattr(fact, "person", None)


def unit_of_figure(view: View, fact: Fact) -> UnitId:
    """The unit or centre of a figure, the home of its person; the root's where it is nobody's."""
    named = getattr(fact, "unit", None) or getattr(fact, "centre", None)
    person = person_of(view, fact) if named is None else None
    home = None if person is None else view.person(person).home(fact.business_date)
    return named or home or view.organisation.root
