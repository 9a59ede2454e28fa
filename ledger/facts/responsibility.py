"""Facts of the responsibility grid (网格责任): one responsible person per place, specialty and date (ORG-20)."""

from __future__ import annotations

import hashlib

import msgspec

from ledger.consequences import Tags
from ledger.fact import Fact
from ledger.vocabulary import Day, PersonId


def grid_key(place: str, specialty: str) -> str:
    """Place and specialty are free texts of any length: their hash is the key."""
    return "grid:" + hashlib.sha256(msgspec.json.encode((place, specialty))).hexdigest()


class ResponsibilityAssigned(Fact, frozen=True, kw_only=True, tag="responsibility.assigned.v1"):
    """The person answers for the specialty at the place, from day to day inclusive."""

    place: str
    specialty: str
    person: PersonId
    since: Day
    until: Day | None = None

    def tags(self) -> Tags:
        return (grid_key(self.place, self.specialty),)


class ResponsibilityEnded(Fact, frozen=True, kw_only=True, tag="responsibility.ended.v1"):
    """The last day on which the person answers for it."""

    place: str
    specialty: str
    person: PersonId
    last_day: Day

    def tags(self) -> Tags:
        return (grid_key(self.place, self.specialty),)
