"""The roster of a team (排班): the shift that each person works on a day (rule 32; contract §2.10)."""

from __future__ import annotations

import msgspec

from ledger.decisions.kernel.authority import above, argument, lead_above
from ledger.decisions.kernel.stamp import Stamp
from ledger.decisions.kernel.table import Facts, decision
from ledger.errors import Invalid
from ledger.facts.rosters import RosteredShift, RosterPublished
from ledger.view import View
from ledger.vocabulary import Day, PersonId, Role, UnitId, unit_stream

TEAM = argument("unit")


class Shift(msgspec.Struct, frozen=True):
    """A line of a roster as it comes in."""

    person: PersonId
    day: Day
    shift: str


@decision("PublishRoster", who=lead_above(TEAM) | above(TEAM, Role.OFFICE, Role.SAFETY_OFFICE), unit=TEAM)
def publish_roster(view: View, stamp: Stamp, unit: UnitId, shifts: tuple[Shift, ...]) -> Facts:
    """A team says who works which shift; INVALID for one that its calendar does not have on the day.

    The newest word on a person and day counts.
    """
    for line in shifts:
        if line.shift not in (span.shift for span in view.organisation.shifts(unit, line.day)):
            raise Invalid(f"shifts: {unit} has no shift {line.shift} on {line.day}")
    yield RosterPublished(
        stream=unit_stream(unit),
        unit=unit,
        shifts=tuple(RosteredShift(line.person, line.day, line.shift) for line in shifts),
    )
