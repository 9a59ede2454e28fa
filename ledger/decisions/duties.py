"""Duty lists, inspection lists, duty tasks and inspections (DUTY-01 … DUTY-12; contract §2.10)."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from ledger.consequences import FallsDue
from ledger.decisions.deadlines import around
from ledger.decisions.evidence import check_evidence
from ledger.decisions.in_force import policy
from ledger.decisions.kernel.authority import (
    ANYONE,
    SYS,
    Where,
    Who,
    above,
    document,
    home_of,
    lead_above,
    of_actor,
    person,
    word,
)
from ledger.decisions.kernel.judging import given, judging
from ledger.decisions.kernel.request import Request
from ledger.decisions.kernel.stamp import Stamp
from ledger.decisions.kernel.table import Facts, decision
from ledger.errors import Already, Basis, Criteria, Invalid, Sod, State, Suspended
from ledger.facts.duties import (
    DutyItem,
    DutyListAcknowledged,
    DutyListApproved,
    DutyTaskCompleted,
    DutyTaskDispatched,
    DutyTaskMissed,
    DutyTaskReturned,
    DutyTaskReviewed,
    DutyTaskWithdrawn,
    ElementItem,
    Finding,
    InspectionListApproved,
    InspectionRecorded,
    ShiftFrequency,
)
from ledger.facts.hazards import ReminderSent
from ledger.money import plain
from ledger.state.duties import Task, TaskState
from ledger.view import View
from ledger.vocabulary import (
    NEW,
    Count,
    Day,
    HazardId,
    InspectionId,
    Moment,
    PersonId,
    Role,
    Score,
    TaskId,
    person_stream,
)


def superiors(home: Where) -> Who:
    """``lead@↑, office@↑``: leads, offices and safety offices of the person's home or above it."""
    return lead_above(home) | above(home, Role.OFFICE, Role.SAFETY_OFFICE)


SUPERIORS = superiors(home_of("person"))

WEIGHTS = 100


# -- lists ----------------------------------------------------------------------------------------------------------


@decision("ApproveDutyList", who=SUPERIORS, counting=judging(given("person")), unit=home_of("person"))
def approve_duty_list(
    view: View, stamp: Stamp, person: PersonId, version: str, effective: Day, items: tuple[DutyItem, ...]
) -> Facts:
    """A person's standard actions, approved by a superior: each grounded (BASIS) and measurable (CRITERIA), SOD.

    The weights of a version add up to 100 (DUTY-13).
    """
    if stamp.by == person:
        raise Sod(person)
    if groundless := [item.item for item in items if not item.basis]:
        raise Basis(f"{groundless[0]} has no basis")
    if vague := [item.item for item in items if not (item.metric and item.target)]:
        raise Criteria(f"{vague[0]} has no metric or target")
    if (total := sum(item.weight for item in items)) != WEIGHTS:
        raise Criteria(f"the weights add up to {total}, not {WEIGHTS}")
    yield DutyListApproved(
        stream=person_stream(person), person=person, list_version=version, effective=effective, items=items
    )


@decision("AcknowledgeDutyList", who=person("person"), unit=home_of("person"))
def acknowledge_duty_list(view: View, stamp: Stamp, person: PersonId, version: str) -> Facts:
    """The person has read a version of his duty list; STATE if there is none, ALREADY (rule 32).

    One that was approved again under the same name is read again.
    """
    versions = [one for one in view.person(person).duty_lists if one.version == version]
    if not versions:
        raise State(f"{person} has no duty list {version}")
    if versions[-1].acknowledged:
        raise Already(version)
    yield DutyListAcknowledged(stream=person_stream(person), person=person, list_version=version)


class Element(msgspec.Struct, frozen=True):
    """A check item as it comes in: at a place, of a specialty, at one of three layers (DUTY-06)."""

    place: str
    specialty: str
    layer: Literal["point", "line", "area"]
    item: str


@decision("ApproveInspectionList", who=SUPERIORS, counting=judging(given("person")), unit=home_of("person"))
def approve_inspection_list(
    view: View,
    stamp: Stamp,
    person: PersonId,
    version: str,
    effective: Day,
    places: tuple[str, ...],
    items: tuple[Element, ...],
    freq: dict[str, Count],
    cycle: Literal["month", "quarter", "week"] = "month",
) -> Facts:
    """List what a person inspects, where, how often in each shift; SOD, CRITERIA for a place without check items."""
    if stamp.by == person:
        raise Sod(person)
    checked = {item.place for item in items}
    if bare := [place for place in places if place not in checked]:
        raise Criteria(f"{bare[0]} has no check item")
    yield InspectionListApproved(
        stream=person_stream(person),
        person=person,
        list_version=version,
        effective=effective,
        places=places,
        items=tuple(ElementItem(item.place, item.specialty, item.layer, item.item) for item in items),
        freq=tuple(ShiftFrequency(shift, count) for shift, count in freq.items()),
        cycle=cycle,
    )


# -- tasks ----------------------------------------------------------------------------------------------------------


def _home_of_task(request: Request) -> str:
    return request.view.task(request["task"]).unit


def _whose(request: Request) -> str:
    return request.view.task(request["task"]).person


OF_TASK = document("task")
"""The home of the person whose task it is."""


@decision("DispatchDutyTask", who=SUPERIORS | SYS, counting=judging(given("person")), unit=home_of("person"))
def dispatch_duty_task(
    view: View,
    stamp: Stamp,
    task: Annotated[TaskId, NEW],
    person: PersonId,
    item: str,
    due: Moment,
    place: str | None = None,
) -> Facts:
    """A dated task is pushed to a person (DUTY-10); nobody who is suspended from the post gets one (SUSPENDED).

    One with a place is done by an inspection there (rule 32).
    """
    holder = view.person(person)
    if holder.suspended:
        raise Suspended(person)
    home = holder.home(stamp.business_date) or view.organisation.root
    yield DutyTaskDispatched(
        stream=person_stream(person),
        task=task,
        person=person,
        unit=home,
        item=item,
        due=due,
        falls_due=_falls_due(view, stamp, home, due),
        place=place,
    )


def _falls_due(view: View, stamp: Stamp, home: str, due: Moment) -> tuple[FallsDue, ...]:
    """Reminders around the due moment, and the miss itself; moments before now are skipped (contract §2.14)."""
    offsets = policy(view, "remind.offsets", home, stamp.business_date)
    reminders = [FallsDue(f"remind-task/{hours}", at) for hours, at in around(due, offsets, stamp.at).items()]
    return (*reminders, *([FallsDue("missed", due)] if due >= stamp.at else []))


@decision(
    "CompleteDutyTask",
    who=word(lambda request: request.stamp.by == request.view.task(request["task"]).person),
    unit=_home_of_task,
)
def complete_duty_task(view: View, stamp: Stamp, task: TaskId, evidence: tuple[str, ...] = ()) -> Facts:
    """The person reports it done, with evidence (EVIDENCE, DUTY-12); STATE if it is not open."""
    dispatched = view.task(task)
    _check_state(dispatched, "open")
    check_evidence(evidence)
    yield DutyTaskCompleted(
        stream=person_stream(dispatched.person),
        task=task,
        person=dispatched.person,
        evidence=evidence,
        falls_no_more=dispatched.falls_due,
    )


def _check_state(task: Task, state: TaskState) -> None:
    if task.state != state:
        raise State(task.state)


def _check_not_own(stamp: Stamp, task: Task) -> None:
    if stamp.by == task.person:
        raise Sod(task.person)


@decision("ReviewDutyTask", who=superiors(OF_TASK), counting=judging(_whose), unit=OF_TASK)
def review_duty_task(
    view: View,
    stamp: Stamp,
    task: TaskId,
    result: Literal["pass", "fail"],
    reason: str | None = None,
    due: Moment | None = None,
) -> Facts:
    """A superior looks at what was done: it is reviewed, or open again until a moment that lies ahead (DUTY-11).

    STATE unless completed, SOD for the own; INVALID if neither the new nor the old due of a returned one lies ahead.
    """
    done = view.task(task)
    _check_state(done, "completed")
    _check_not_own(stamp, done)
    if result == "pass":
        yield DutyTaskReviewed(stream=person_stream(done.person), task=task, person=done.person, reason=reason)
        return
    ahead = [moment for moment in (due, done.due) if moment is not None and moment > stamp.at]
    if not ahead:
        raise Invalid("due: neither the new nor the old one lies ahead")
    yield DutyTaskReturned(
        stream=person_stream(done.person),
        task=task,
        person=done.person,
        due=ahead[0],
        done_on=done.done_on or stamp.business_date,
        falls_due=_falls_due(view, stamp, done.unit, ahead[0]),
        reason=reason,
        place=done.place,
    )


@decision("WithdrawDutyTask", who=superiors(OF_TASK) | SYS, counting=judging(_whose), unit=OF_TASK)
def withdraw_duty_task(view: View, stamp: Stamp, task: TaskId, reason: str) -> Facts:
    """A task that should not have been dispatched is taken back; STATE unless open, SOD for the own (rule 87)."""
    found = view.task(task)
    _check_state(found, "open")
    _check_not_own(stamp, found)
    yield DutyTaskWithdrawn(
        stream=person_stream(found.person),
        task=task,
        person=found.person,
        reason=reason,
        falls_no_more=found.falls_due,
    )


def remind(view: View, stamp: Stamp, kind: str, entry: str) -> Facts:
    """The person is reminded of a task that is still open (AdvanceClock)."""
    name = entry.partition("/")[0]
    task = view.task(name)
    yield ReminderSent(
        stream=person_stream(task.person),
        kind="task",
        document=name,
        target=task.person,
        due=stamp.at,
        text=f"task {name}: due {task.due}",
        entry=f"remind-task:{entry}",
    )


def miss(view: View, stamp: Stamp, kind: str, name: str) -> Facts:
    """The task is due and not done; nobody is reminded of it any more (AdvanceClock)."""
    task = view.task(name)
    yield DutyTaskMissed(stream=person_stream(task.person), task=name, person=task.person, falls_no_more=task.falls_due)


# -- inspections ----------------------------------------------------------------------------------------------------


class Found(msgspec.Struct, frozen=True):
    """The result of one check item, as it comes in."""

    item: str
    result: Literal["ok", "problem"]
    measure: str = ""


@decision("RecordInspection", who=ANYONE, unit=of_actor)
def record_inspection(
    view: View,
    stamp: Stamp,
    inspection: Annotated[InspectionId, NEW],
    place: str,
    items: tuple[Found, ...],
    quality: Score | None = None,
    hazards: tuple[HazardId, ...] = (),
    unannounced: bool = False,
    evidence: tuple[str, ...] = (),
) -> Facts:
    """Somebody has inspected a place; a problem without a counter-measure is half an inspection (CRITERIA, DUTY-05).

    It completes the inspector's open tasks of that place (rule 32).
    """
    if open_ended := [found.item for found in items if found.result == "problem" and not found.measure]:
        raise Criteria(f"{open_ended[0]} is a problem without a measure")
    yield InspectionRecorded(
        stream=person_stream(stamp.by),
        inspection=inspection,
        person=stamp.by,
        place=place,
        items=tuple(Finding(found.item, found.result, found.measure or None) for found in items),
        quality=None if quality is None else plain(quality),
        hazards=hazards,
        unannounced=unannounced,
        evidence=evidence,
        month=stamp.business_date[:7],
    )
    for task, asked in sorted(view.person(stamp.by).visits.items()):
        if asked == place:
            yield DutyTaskCompleted(
                stream=person_stream(stamp.by),
                task=task,
                person=stamp.by,
                evidence=(f"inspection:{inspection}",),
                falls_no_more=view.task(task).falls_due,
            )
