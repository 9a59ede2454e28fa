"""The organisation's facts: the ledger itself, units, persons, assignments and calendars (ORG)."""

from __future__ import annotations

import msgspec

from ledger.consequences import Tags
from ledger.fact import Fact
from ledger.vocabulary import ActId, Day, Moment, PersonId, UnitId, Year, unit_stream


class LedgerCreated(Fact, frozen=True, kw_only=True, tag="ledger.created.v1"):
    """Genesis: the ledger's name, its hash algorithm, whether its clock is real or simulated, its edition of the rules.

    Ledgers of the first edition say nothing of it.
    """

    ledger: str
    clock: str
    hash: str = "sha256"
    edition: int = 1


class EditionAdopted(Fact, frozen=True, kw_only=True, tag="ledger.edition-adopted.v1"):
    """From here on the rules of this edition decide, whatever the business date; what is recorded stays as it is."""

    edition: int


class UnitRegistered(Fact, frozen=True, kw_only=True, tag="unit.registered.v1"):
    """A market subject (市场主体) of level 1 to 5 joins the organisation; a centre settles for those below it."""

    unit: UnitId
    name: str
    level: int
    parent: UnitId | None = None
    centre: bool = False
    kind: str | None = None


class UnitReparented(Fact, frozen=True, kw_only=True, tag="unit.reparented.v1"):
    """From ``effective`` on the unit belongs to another superior; history stays where it was."""

    unit: UnitId
    parent: UnitId
    effective: Day
    reason: str


class UnitRetired(Fact, frozen=True, kw_only=True, tag="unit.retired.v1"):
    """From ``effective`` on the unit trades no more."""

    unit: UnitId
    effective: Day
    reason: str


class UnitReinstated(Fact, frozen=True, kw_only=True, tag="unit.reinstated.v1"):
    """The unit was retired by mistake: it trades as if it never had been [rule 81]."""

    unit: UnitId
    reason: str


class UnitRenamed(Fact, frozen=True, kw_only=True, tag="unit.renamed.v1"):
    """From ``effective`` on the unit has another name; papers show the name of their last day [rule 23]."""

    unit: UnitId
    name: str
    effective: Day
    reason: str


class PersonRenamed(Fact, frozen=True, kw_only=True, tag="person.renamed.v1"):
    """The person has another name from now on; sealed like the first one [rule 23]."""

    person: PersonId
    name: str
    reason: str


class PersonRegistered(Fact, frozen=True, kw_only=True, tag="person.registered.v1"):
    """A person is known to the ledger; the name is a sealed field and never leaves in logs."""

    person: PersonId
    name: str
    family: str | None = None


class PersonAssigned(Fact, frozen=True, kw_only=True, tag="person.assigned.v1"):
    """The person holds a role at a unit from ``since`` to ``until`` (inclusive); ``home`` says where he belongs."""

    person: PersonId
    unit: UnitId
    role: str
    since: Day
    until: Day | None = None
    home: bool = False

    def tags(self) -> Tags:
        return (unit_stream(self.unit),)


class AssignmentEnded(Fact, frozen=True, kw_only=True, tag="person.assignment-ended.v1"):
    """The last day on which the person holds the role, in the assignment begun on ``since``.

    A last day before ``since`` says that the assignment never was [rule 81].  Without ``since`` (first edition) it is
    the assignment that covers the last day.
    """

    person: PersonId
    unit: UnitId
    role: str
    last_day: Day
    since: Day | None = None

    def tags(self) -> Tags:
        return (unit_stream(self.unit),)


class PersonLeft(Fact, frozen=True, kw_only=True, tag="person.left.v1"):
    """The person has left the enterprise; the last home stays his."""

    person: PersonId
    last_day: Day


class Shift(msgspec.Struct, frozen=True):
    """One shift of a day; one that ends before it starts runs over midnight (ends on the next day)."""

    shift: str
    start: str
    end: str


class ShiftCalendarPublished(Fact, frozen=True, kw_only=True, tag="calendar.shifts-published.v1"):
    """The shifts of a unit and all below it that have no calendar of their own."""

    unit: UnitId
    effective: Day
    shifts: tuple[Shift, ...]


class WorkCalendarPublished(Fact, frozen=True, kw_only=True, tag="calendar.work-published.v1"):
    """Holidays and make-up working days of a year (L21); a year without one is never guessed."""

    year: Year
    holidays: tuple[Day, ...]
    workdays: tuple[Day, ...]
    calendar_source: str


class ProtectedActRecorded(Fact, frozen=True, kw_only=True, tag="person.protected-act-recorded.v1"):
    """The person stopped work, refused an order, evacuated, reported or criticised: no slip may cite it (L6)."""

    act: ActId
    person: PersonId
    kind: str
    unit: UnitId
    description: str
    evidence: tuple[str, ...] = ()


class ClockAdvanced(Fact, frozen=True, kw_only=True, tag="ledger.clock-advanced.v1"):
    """Everything that time does up to ``until`` is recorded before this fact."""

    until: Moment
