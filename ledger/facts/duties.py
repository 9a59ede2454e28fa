"""Facts of duty lists, duty tasks and inspections on the person's stream (DUTY-01 … DUTY-12)."""

from __future__ import annotations

import msgspec

from ledger.consequences import Counted, Counts, FallsDue, Tags, Timers, timers_ended, timers_set
from ledger.fact import Fact
from ledger.keys import Key
from ledger.vocabulary import Count, Day, InspectionId, Moment, Month, PersonId, TaskId, UnitId


class DutyItem(msgspec.Struct, frozen=True):
    """One standard action: what is measured, how much of it in which period, its weight and its legal basis."""

    item: str
    text: str
    metric: str
    target: str
    period: str
    weight: Count
    basis: str = ""


class DutyListApproved(Fact, frozen=True, kw_only=True, tag="duty.list-approved.v1"):
    """安全履职清单: the person's standard actions from ``effective`` on, approved one level up."""

    person: PersonId
    list_version: str
    effective: Day
    items: tuple[DutyItem, ...]


class DutyListAcknowledged(Fact, frozen=True, kw_only=True, tag="duty.list-acknowledged.v1"):
    """The person has read a version of his duty list."""

    person: PersonId
    list_version: str


class ElementItem(msgspec.Struct, frozen=True):
    """A check item of a place: specialty and layer (point, line, area) differ at the same place."""

    place: str
    specialty: str
    layer: str
    item: str


class ShiftFrequency(msgspec.Struct, frozen=True):
    """How often somebody attends in a shift."""

    shift: str
    count: int


class InspectionListApproved(Fact, frozen=True, kw_only=True, tag="duty.inspection-list-approved.v1"):
    """现场检查要素清单: places, their check items, and attendances per shift, all within the cycle."""

    person: PersonId
    list_version: str
    effective: Day
    places: tuple[str, ...]
    items: tuple[ElementItem, ...]
    freq: tuple[ShiftFrequency, ...]
    cycle: str


class DutyTaskDispatched(Fact, frozen=True, kw_only=True, tag="duty.task-dispatched.v1"):
    """A dated task of a duty item is pushed to a person; ``unit`` is the home then."""

    task: TaskId
    person: PersonId
    unit: UnitId
    item: str
    due: Moment
    falls_due: tuple[FallsDue, ...] = ()
    place: str | None = None
    """An inspection there completes it (rule 32)."""

    def timers(self) -> Timers:
        return timers_set(self.falls_due, self.task)


class DutyTaskCompleted(Fact, frozen=True, kw_only=True, tag="duty.task-completed.v1"):
    """The person has done it, with evidence; that of an inspected place is ``inspection:<id>`` (rule 32)."""

    task: TaskId
    person: PersonId
    evidence: tuple[str, ...]
    falls_no_more: tuple[str, ...] = ()

    def timers(self) -> Timers:
        """A task that is done is not missed; of one that is missed nobody is reminded any more (contract §5.36)."""
        return timers_ended(self.falls_no_more, self.task)

    def counts(self) -> Counts:
        return (Counted(self.stream, "tasks_completed"),)


class DutyTaskMissed(Fact, frozen=True, kw_only=True, tag="duty.task-missed.v1"):
    """The task was not done when it was due."""

    task: TaskId
    person: PersonId
    falls_no_more: tuple[str, ...] = ()

    def timers(self) -> Timers:
        """A task that is done is not missed; of one that is missed nobody is reminded any more (contract §5.36)."""
        return timers_ended(self.falls_no_more, self.task)

    def counts(self) -> Counts:
        return (Counted(self.stream, "tasks_missed"),)


class DutyTaskReviewed(Fact, frozen=True, kw_only=True, tag="duty.task-reviewed.v1"):
    """A superior has looked at what was done, and it is done (DUTY-11)."""

    task: TaskId
    person: PersonId
    reason: str | None = None


class DutyTaskReturned(Fact, frozen=True, kw_only=True, tag="duty.task-returned.v1"):
    """A superior has looked at it, and it is to be done again until ``due``; done ``done_on`` counts no longer."""

    task: TaskId
    person: PersonId
    due: Moment
    done_on: Day
    falls_due: tuple[FallsDue, ...] = ()
    reason: str | None = None
    place: str | None = None

    def timers(self) -> Timers:
        return timers_set(self.falls_due, self.task)

    def counts(self) -> Counts:
        return (Counted(self.stream, "tasks_completed", -1, self.done_on[:7]),)


class DutyTaskWithdrawn(Fact, frozen=True, kw_only=True, tag="duty.task-withdrawn.v1"):
    """The task is taken back before it is done or missed: it counts nowhere (rule 87)."""

    task: TaskId
    person: PersonId
    reason: str
    falls_no_more: tuple[str, ...] = ()

    def timers(self) -> Timers:
        return timers_ended(self.falls_no_more, self.task)


class Finding(msgspec.Struct, frozen=True, omit_defaults=True):
    """The result of an inspection for one check item; a problem comes with a counter-measure (DUTY-05)."""

    item: str
    result: str
    measure: str | None = None


INSPECTED = Key("inspected", "person", "month")
"""A person's inspections of a month."""


class InspectionRecorded(Fact, frozen=True, kw_only=True, tag="duty.inspection-recorded.v1"):
    """A person has inspected a place; ``hazards`` are those that came of it.

    ``month`` is the one in whose record it counts for a score from facts (rule 31); inspections of the first edition
    name none.
    """

    inspection: InspectionId
    person: PersonId
    place: str
    items: tuple[Finding, ...]
    quality: str | None = None
    hazards: tuple[str, ...] = ()
    unannounced: bool = False
    evidence: tuple[str, ...] = ()
    month: Month | None = None

    def tags(self) -> Tags:
        return () if self.month is None else (INSPECTED(self.person, self.month),)
