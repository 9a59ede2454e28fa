"""Facts of a risk (风险) on the stream of its unit: its measures, their checks and its reviews (rule 39)."""

from __future__ import annotations

from typing import Annotated

import msgspec

from ledger.consequences import FallsDue, Timers, timers_ended, timers_set
from ledger.fact import Fact
from ledger.vocabulary import CheckId, Day, Form, HazardId, PersonId, RiskId, UnitId


class Measure(msgspec.Struct, frozen=True):
    """管控措施: something that keeps the risk under control, and can be looked at."""

    measure: Annotated[str, Form("code")]
    text: str


class RiskRegistered(Fact, frozen=True, kw_only=True, tag="risk.registered.v1"):
    """A danger at a place, with its level, measures, who answers for it, and the day of its next review."""

    risk: RiskId
    unit: UnitId
    place: str
    description: str
    level: str
    measures: tuple[Measure, ...]
    person: PersonId
    review_by: Day
    falls_due: tuple[FallsDue, ...] = ()

    def timers(self) -> Timers:
        return timers_set(self.falls_due, self.risk)


class MeasureChecked(Fact, frozen=True, kw_only=True, tag="risk.measure-checked.v1"):
    """Somebody has looked whether a measure holds; one that failed names the hazard that it is."""

    check: CheckId
    risk: RiskId
    measure: str
    result: str
    unit: UnitId
    responsible: PersonId
    hazard: HazardId | None = None
    evidence: tuple[str, ...] = ()


class RiskReviewed(Fact, frozen=True, kw_only=True, tag="risk.reviewed.v1"):
    """The risk is judged again: level and measures as they hold from now on, and the day of the next review."""

    risk: RiskId
    level: str
    measures: tuple[Measure, ...]
    review_by: Day
    reason: str
    falls_due: tuple[FallsDue, ...] = ()
    falls_no_more: tuple[str, ...] = ()

    def timers(self) -> Timers:
        return (*timers_ended(self.falls_no_more, self.risk), *timers_set(self.falls_due, self.risk))


class RiskReviewOverdue(Fact, frozen=True, kw_only=True, tag="risk.review-overdue.v1"):
    """The day of the review is over, and nobody has reviewed the risk."""

    risk: RiskId
    review_by: Day

    def timers(self) -> Timers:
        return timers_ended(("risk-overdue",), self.risk)


class RiskRetired(Fact, frozen=True, kw_only=True, tag="risk.retired.v1"):
    """The danger is gone (销号)."""

    risk: RiskId
    reason: str
    falls_no_more: tuple[str, ...] = ()

    def timers(self) -> Timers:
        return timers_ended(self.falls_no_more, self.risk)
