"""Risks (风险分级管控): register, check of measures, review, retirement (rule 39; ORG-15, DUTY-01, TR-02)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Literal, TypedDict

from ledger.consequences import FallsDue, timer
from ledger.decisions.deadlines import until_the_end_of
from ledger.decisions.kernel.authority import Where, Who, above, argument, document, lead_above, word
from ledger.decisions.kernel.request import Request
from ledger.decisions.kernel.stamp import Stamp
from ledger.decisions.kernel.table import Facts, decision
from ledger.errors import Invalid, State
from ledger.facts.hazards import ReminderSent
from ledger.facts.risks import (
    Measure,
    MeasureChecked,
    RiskRegistered,
    RiskRetired,
    RiskReviewed,
    RiskReviewOverdue,
)
from ledger.state.risks import Risk
from ledger.view import View
from ledger.vocabulary import NEW, CheckId, Day, HazardId, PersonId, RiskId, RiskLevel, Role, UnitId, unit_stream

of_risk = document("risk")


def _keepers(where: Where) -> Who:
    """``safety_office@↑``, ``unit_deputy@↑``: who keeps the register of risks."""
    return above(where, Role.SAFETY_OFFICE, Role.UNIT_DEPUTY)


def _answers_for_it(request: Request) -> bool:
    """Is the actor the person responsible for the risk?"""
    return request.stamp.by == request.view.risk(request["risk"]).person


CHECKERS = lead_above(of_risk) | above(of_risk, Role.INSPECTOR, Role.SAFETY_OFFICE, Role.OFFICE) | word(_answers_for_it)


# -- register ---------------------------------------------------------------------------------------------------------


@decision("RegisterRisk", who=_keepers(argument("unit")), unit=argument("unit"))
def register_risk(
    view: View,
    stamp: Stamp,
    risk: Annotated[RiskId, NEW],
    unit: UnitId,
    place: str,
    description: str,
    level: RiskLevel,
    measures: tuple[Measure, ...],
    person: PersonId,
    review_by: Day,
) -> Facts:
    """A danger enters the register with its measures, who answers for it, and the day of its review."""
    _check_measures(measures)
    yield RiskRegistered(
        stream=unit_stream(unit),
        risk=risk,
        unit=unit,
        place=place,
        description=description,
        level=level,
        measures=measures,
        person=person,
        review_by=review_by,
        falls_due=_agenda(view, stamp, unit, review_by),
    )


@decision("ReviewRisk", who=_keepers(of_risk), unit=of_risk)
def review_risk(
    view: View,
    stamp: Stamp,
    risk: RiskId,
    level: RiskLevel,
    review_by: Day,
    reason: str,
    measures: tuple[Measure, ...] | None = None,
) -> Facts:
    """The risk is judged again, up or down, with other measures or the same; STATE once it is retired."""
    found = _in_register(view, risk)
    if measures is not None:
        _check_measures(measures)
    yield RiskReviewed(
        stream=unit_stream(found.unit),
        risk=risk,
        level=level,
        measures=found.measures if measures is None else measures,
        review_by=review_by,
        reason=reason,
        **_rescheduled(found, _agenda(view, stamp, found.unit, review_by)),
    )


@decision("RetireRisk", who=_keepers(of_risk), unit=of_risk)
def retire_risk(view: View, stamp: Stamp, risk: RiskId, reason: str) -> Facts:
    """The danger is gone (销号): nothing of it is checked or reviewed any more; STATE a second time."""
    found = _in_register(view, risk)
    yield RiskRetired(stream=unit_stream(found.unit), risk=risk, reason=reason, falls_no_more=found.falls_due)


def _in_register(view: View, risk: str) -> Risk:
    found = view.risk(risk)
    if found.state != "registered":
        raise State(f"{risk} is {found.state}")
    return found


def _check_measures(measures: Iterable[Measure]) -> None:
    """INVALID: a measure twice, so that nobody could say which was checked."""
    names = [each.measure for each in measures]
    if len(names) != len(set(names)):
        raise Invalid("measures: one of them twice")


# -- checks -----------------------------------------------------------------------------------------------------------


@decision("CheckMeasure", who=CHECKERS, unit=of_risk)
def check_measure(
    view: View,
    stamp: Stamp,
    check: Annotated[CheckId, NEW],
    risk: RiskId,
    measure: str,
    result: Literal["ok", "failed"],
    hazard: HazardId | None = None,
    evidence: tuple[str, ...] = (),
) -> Facts:
    """A measure is looked at.

    STATE if the risk is retired, INVALID for no such measure, or one that failed without the hazard that it is.
    """
    found = _in_register(view, risk)
    if measure not in {each.measure for each in found.measures}:
        raise Invalid(f"measure: {risk} has no {measure}")
    if result == "failed" and hazard is None:
        raise Invalid("hazard: a measure that failed is a hazard, which has to be reported")
    yield MeasureChecked(
        stream=unit_stream(found.unit),
        check=check,
        risk=risk,
        measure=measure,
        result=result,
        unit=found.unit,
        responsible=found.person,
        hazard=hazard,
        evidence=evidence,
    )


# -- time -------------------------------------------------------------------------------------------------------------


class Rescheduled(TypedDict):
    """Timers that a new day of review puts on the agenda, and those of the old one that it takes off."""

    falls_due: tuple[FallsDue, ...]
    falls_no_more: tuple[str, ...]


def _agenda(view: View, stamp: Stamp, unit: str, review_by: Day) -> tuple[FallsDue, ...]:
    """Reminders around 24:00 of the day of review, and the mark at its end."""
    return until_the_end_of(view, stamp, unit, review_by, "remind-risk", "risk-overdue")


def _rescheduled(risk: Risk, falls_due: tuple[FallsDue, ...]) -> Rescheduled:
    named = {entry.what for entry in falls_due}
    return Rescheduled(falls_due=falls_due, falls_no_more=tuple(what for what in risk.falls_due if what not in named))


def remind(view: View, stamp: Stamp, kind: str, entry: str) -> Facts:
    """The person who answers for the risk is reminded of its review (TR-16)."""
    name, _, hours = entry.partition("/")
    found = view.risk(name)
    yield ReminderSent(
        stream=unit_stream(found.unit),
        kind="risk",
        document=name,
        target=found.person,
        due=stamp.at,
        text=f"risk {name}: review by {found.review_by}",
        entry=timer(f"remind-risk/{hours}", name),
    )


def mark_overdue(view: View, stamp: Stamp, kind: str, name: str) -> Facts:
    """00:00 after the day of review, while the risk is neither reviewed nor retired."""
    found = view.risk(name)
    yield RiskReviewOverdue(stream=unit_stream(found.unit), risk=name, review_by=found.review_by)
