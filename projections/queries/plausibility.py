"""Doubtful tasks, inspections and evidence that people should look at (DUTY-12).

Truth here is content hash, plausible time and place, and required fields; no more is claimed, and nothing is refused.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from sqlalchemy import select

from ledger.calendars import last_day, local_day
from ledger.fact import StoredFact
from ledger.facts.duties import InspectionRecorded
from ledger.state.duties import DONE, Task
from ledger.vocabulary import Month, UnitId
from projections import read_models
from projections.queries.answers import duties as answers
from projections.queries.facts import stored_facts
from projections.queries.inspections import made_between
from projections.queries.kernel import Reader, Result, page, query
from projections.queries.posts import InForce, elements, holders, in_force

states, log = read_models.states.c, read_models.events.c
PREFIX = "sha256:"
INSPECTED = "inspection:"
"""An inspection that completed the task: it is looked at itself."""


class Doubt(NamedTuple):
    """One thing to look at: of which rule, of whose task or inspection, and why."""

    rule: str
    kind: str
    id: str
    person: str
    detail: str


@query("Plausibility", "register", "duties", at="/doubts", cli="inspections doubts", answer=answers.Plausibility)
async def plausibility(reader: Reader, period: Month, unit: UnitId | None = None, limit: int | None = None) -> Result:
    """Doubtful tasks and inspections of a month at or below a unit, by rule, kind and id.

    ``same_evidence`` one file proves several · ``no_file`` evidence is no content hash · ``after_due`` done after it
    was due · ``recorded_late`` recorded on a later day than it happened · ``no_evidence`` an inspection without any ·
    ``not_on_list`` a place that is not on the inspector's list · ``items_missing`` check items of the place left out.
    """
    first, last = f"{period}-01", last_day(period)
    people = await holders(reader, unit, last)
    done = await _tasks(reader, list(people), first, last)
    inspected = await _inspected(reader, list(people), first, last)
    listed = await in_force(reader, "inspection", last, list(people))
    doubts = [*_of_tasks(done), *_shared(done)]
    for each, fact in inspected:
        doubts += _of_inspection(each, fact, listed.get(fact.person))
    return {
        "period": period,
        "unit": unit,
        "tasks": len(done),
        "inspections": len(inspected),
        "counted": _counted(doubts),
        "doubts": [doubt._asdict() for doubt in sorted(doubts)[: page(limit)]],
    }


def _counted(doubts: Sequence[Doubt]) -> dict[str, int]:
    return {rule: sum(doubt.rule == rule for doubt in doubts) for rule in sorted({doubt.rule for doubt in doubts})}


async def _tasks(reader: Reader, persons: list[str], first: str, last: str) -> list[Task]:
    wanted = select(states.kind, states.body).where(
        states.kind == "task",
        states.state.in_(DONE),
        states.body["person"].astext.in_(persons),
        states.body["done_on"].astext.between(first, last),
    )
    return list(await reader.states(wanted.order_by(states.id)))


async def _inspected(
    reader: Reader, persons: list[str], first: str, last: str
) -> list[tuple[StoredFact, InspectionRecorded]]:
    """The inspections themselves, as they were recorded."""
    positions = [row.position for row in await made_between(reader, persons, first, last)]
    found = await stored_facts(reader, [log.position.in_(positions)], log.position)
    return [(each, each.fact) for each in found if isinstance(each.fact, InspectionRecorded)]


def _of_tasks(done: Sequence[Task]) -> Iterator[Doubt]:
    for task in done:
        if task.done_at is not None and task.done_at > task.due:
            yield Doubt("after_due", "task", task.task, task.person, f"done {task.done_at}, due {task.due}")
        if not any(each.startswith((PREFIX, INSPECTED)) for each in task.evidence):
            yield Doubt("no_file", "task", task.task, task.person, ", ".join(task.evidence))


def _shared(done: Sequence[Task]) -> Iterator[Doubt]:
    """One file that is to prove several tasks."""
    proved: defaultdict[str, list[Task]] = defaultdict(list)
    for task in done:
        for each in set(task.evidence):
            if each.startswith(PREFIX):
                proved[each].append(task)
    for evidence, tasks in proved.items():
        names = ", ".join(task.task for task in tasks)
        if len(tasks) > 1:
            yield from (
                Doubt("same_evidence", "task", task.task, task.person, f"{evidence}: {names}") for task in tasks
            )


def _of_inspection(each: StoredFact, fact: InspectionRecorded, listed: InForce | None) -> Iterator[Doubt]:
    def doubt(rule: str, detail: str) -> Doubt:
        return Doubt(rule, "inspection", fact.inspection, fact.person, detail)

    happened, known = local_day(fact.at), local_day(each.recorded_at)
    if known > happened:
        yield doubt("recorded_late", f"of {happened}, recorded {known}")
    if not fact.evidence:
        yield doubt("no_evidence", fact.place)
    if listed is None:
        return
    required = {item for place, _, item in elements(listed) if place == fact.place}
    if not required:
        yield doubt("not_on_list", fact.place)
    elif left_out := sorted(required - {found.item for found in fact.items}):
        yield doubt("items_missing", ", ".join(left_out))
