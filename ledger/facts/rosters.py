"""Facts of rosters (排班): who works which shift on which day (rule 32)."""

from __future__ import annotations

import msgspec

from ledger.consequences import Tags
from ledger.fact import Fact
from ledger.keys import Key
from ledger.vocabulary import Day, PersonId, UnitId


class RosteredShift(msgspec.Struct, frozen=True):
    """A person works a shift that starts on a day."""

    person: PersonId
    day: Day
    shift: str


ROSTER = Key("roster", "person", "month")
"""A person's shifts of a month."""


class RosterPublished(Fact, frozen=True, kw_only=True, tag="roster.published.v1"):
    """A team says who works which shift; the newest word on a person and day counts, whichever team gives it."""

    unit: UnitId
    shifts: tuple[RosteredShift, ...]

    def tags(self) -> Tags:
        return tuple(sorted({ROSTER(line.person, line.day[:7]) for line in self.shifts}))
