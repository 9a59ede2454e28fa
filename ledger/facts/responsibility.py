"""Facts of the responsibility grid (网格责任): one responsible person per place, specialty and date (ORG-20)."""

from __future__ import annotations

from ledger.fact import Fact
from ledger.vocabulary import Day, PersonId


class ResponsibilityAssigned(Fact, frozen=True, kw_only=True, tag="responsibility.assigned.v1"):
    """The person answers for the specialty at the place, from day to day inclusive."""

    place: str
    specialty: str
    person: PersonId
    since: Day
    until: Day | None = None


class ResponsibilityEnded(Fact, frozen=True, kw_only=True, tag="responsibility.ended.v1"):
    """The last day on which the person answers for it."""

    place: str
    specialty: str
    person: PersonId
    last_day: Day
