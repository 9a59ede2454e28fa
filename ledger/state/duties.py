"""A duty task from dispatch to its end (``task:<id>``), an inspection, and a person's inspections of a month."""

from __future__ import annotations

from typing import Literal

import msgspec

from ledger.calendars import local_day
from ledger.fact import Fact, StoredFact
from ledger.facts.duties import (
    INSPECTED,
    DutyTaskCompleted,
    DutyTaskDispatched,
    DutyTaskMissed,
    DutyTaskReturned,
    DutyTaskReviewed,
    DutyTaskWithdrawn,
    InspectionRecorded,
)
from ledger.inspections import Visit
from ledger.state.columns import Columns
from ledger.state.kind import document, register
from ledger.vocabulary import Day, Moment

TaskState = Literal["open", "completed", "reviewed", "missed", "withdrawn"]
DONE: frozenset[TaskState] = frozenset({"completed", "reviewed"})


class Task(msgspec.Struct, frozen=True):
    """``unit`` is the person's home when it was dispatched, ``until`` the day on which it is due."""

    task: str
    person: str
    unit: str
    item: str
    due: Moment
    until: Day
    since: Day
    state: TaskState = "open"
    falls_due: tuple[str, ...] = ()
    done_at: Moment | None = None
    done_on: Day | None = None
    evidence: tuple[str, ...] = ()
    place: str | None = None

    @property
    def columns(self) -> Columns:
        return Columns(
            unit=self.unit,
            state=self.state,
            since=self.since,
            until=self.until,
            item=self.item,
            parties=(self.person,),
        )


def evolve(state: Task | None, stored: StoredFact) -> Task | None:
    """Fold one fact that names the task."""
    fact = stored.fact
    if isinstance(fact, DutyTaskDispatched):
        return Task(
            task=fact.task,
            person=fact.person,
            unit=fact.unit,
            item=fact.item,
            due=fact.due,
            until=local_day(fact.due),
            since=fact.business_date,
            falls_due=tuple(due.what for due in fact.falls_due),
            place=fact.place,
        )
    return None if state is None else _changed(state, fact)


def _changed(state: Task, fact: Fact) -> Task:
    replace = msgspec.structs.replace
    match fact:
        case DutyTaskCompleted():
            done = {"done_at": fact.at, "done_on": fact.business_date, "evidence": fact.evidence}
            return replace(state, state="completed", **done)
        case DutyTaskReviewed():
            return replace(state, state="reviewed")
        case DutyTaskReturned():
            again = {"falls_due": tuple(due.what for due in fact.falls_due), "done_at": None, "done_on": None}
            return replace(state, state="open", due=fact.due, until=local_day(fact.due), evidence=(), **again)
        case DutyTaskMissed():
            return replace(state, state="missed")
        case DutyTaskWithdrawn():
            return replace(state, state="withdrawn")
        case _:
            return state


class Inspection(msgspec.Struct, frozen=True):
    """Somebody's inspection of a place; it is recorded whole."""

    inspection: str
    person: str
    place: str
    since: Day
    quality: str | None = None
    unannounced: bool = False
    state: Literal["recorded"] = "recorded"

    @property
    def columns(self) -> Columns:
        return Columns(state=self.state, since=self.since, parties=(self.person,))


def evolve_inspection(state: Inspection | None, stored: StoredFact) -> Inspection | None:
    """Fold one fact that names the inspection."""
    fact = stored.fact
    if not isinstance(fact, InspectionRecorded):
        return state
    return Inspection(fact.inspection, fact.person, fact.place, fact.business_date, fact.quality, fact.unannounced)


class InspectedMonth(msgspec.Struct, frozen=True):
    """A person's inspections of a month."""

    visits: tuple[Visit, ...] = ()


def evolve_inspected(state: InspectedMonth, stored: StoredFact) -> InspectedMonth:
    match stored.fact:
        case InspectionRecorded(business_date=day, shift=shift, place=place, quality=quality):
            return InspectedMonth((*state.visits, Visit(day, shift, place, quality)))
        case _:
            return state


KINDS = (
    register(INSPECTED.prefix, InspectedMonth, evolve_inspected),
    document("task", Task, evolve),
    document("inspection", Inspection, evolve_inspection),
)
