"""A risk from register to retirement, and the checks of its measures (keys ``risk:<id>``, ``check:<id>``; rule 39)."""

from __future__ import annotations

from typing import Literal

import msgspec

from ledger.consequences import FallsDue
from ledger.fact import StoredFact
from ledger.facts.risks import (
    Measure,
    MeasureChecked,
    RiskRegistered,
    RiskRetired,
    RiskReviewed,
    RiskReviewOverdue,
)
from ledger.state.columns import Columns
from ledger.state.kind import document
from ledger.vocabulary import Day


class Risk(msgspec.Struct, frozen=True):
    """registered → retired; ``overdue``: marked and not reviewed since.

    ``falls_due`` are the reminders and the mark that its review has put on the agenda.
    """

    risk: str
    unit: str
    state: Literal["registered", "retired"]
    place: str
    description: str
    level: str
    measures: tuple[Measure, ...]
    person: str
    review_by: Day
    registered_on: Day
    overdue: bool = False
    falls_due: tuple[str, ...] = ()

    @property
    def columns(self) -> Columns:
        return Columns(
            unit=self.unit, state=self.state, since=self.registered_on, until=self.review_by, parties=(self.person,)
        )


class MeasureCheck(msgspec.Struct, frozen=True):
    """Done once: the measure was found ok or failed; ``responsible`` answered for the risk then."""

    check: str
    unit: str
    risk: str
    measure: str
    state: Literal["ok", "failed"]
    responsible: str
    checked_on: Day

    @property
    def columns(self) -> Columns:
        return Columns(unit=self.unit, state=self.state, since=self.checked_on)


def evolve_risk(state: Risk | None, stored: StoredFact) -> Risk | None:
    """Fold one fact that names the risk."""
    replace, fact = msgspec.structs.replace, stored.fact
    if isinstance(fact, RiskRegistered):
        return _registered(fact)
    if state is None:
        return None
    match fact:
        case RiskReviewed(level=level, measures=measures, review_by=review_by, falls_due=falls_due):
            fixed = replace(state, level=level, measures=measures, review_by=review_by)
            return replace(fixed, overdue=False, falls_due=_names(falls_due))
        case RiskReviewOverdue():
            return replace(state, overdue=True)
        case RiskRetired():
            return replace(state, state="retired", falls_due=())
    return state


def _registered(fact: RiskRegistered) -> Risk:
    return Risk(
        risk=fact.risk,
        unit=fact.unit,
        state="registered",
        place=fact.place,
        description=fact.description,
        level=fact.level,
        measures=fact.measures,
        person=fact.person,
        review_by=fact.review_by,
        registered_on=fact.business_date,
        falls_due=_names(fact.falls_due),
    )


def _names(falls_due: tuple[FallsDue, ...]) -> tuple[str, ...]:
    return tuple(due.what for due in falls_due)


def evolve_check(state: MeasureCheck | None, stored: StoredFact) -> MeasureCheck | None:
    """The one fact of a check."""
    fact = stored.fact
    if isinstance(fact, MeasureChecked):
        result: Literal["ok", "failed"] = "ok" if fact.result == "ok" else "failed"
        return MeasureCheck(
            fact.check, fact.unit, fact.risk, fact.measure, result, fact.responsible, fact.business_date
        )
    return state


KINDS = (document("risk", Risk, evolve_risk), document("check", MeasureCheck, evolve_check))
