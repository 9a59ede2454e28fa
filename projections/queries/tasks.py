"""Duty tasks: what the lists ask for on a day, and what has become of what was dispatched (DUTY-10 … DUTY-12)."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple, get_args

from sqlalchemy import and_, or_, select

from ledger.errors import Invalid, NoCalendar
from ledger.facts.rosters import ROSTER
from ledger.occurrences import Occurrence, UnknownPeriod, falls_in_a_shift, occurrences
from ledger.state.duties import Task, TaskState
from ledger.state.organisation import Organisation
from ledger.state.rosters import Roster, Rostered
from ledger.vocabulary import Day, PersonId, UnitId
from projections import read_models
from projections.queries.answers import duties as answers
from projections.queries.folds import facts_of_documents, folded
from projections.queries.kernel import Reader, Result, page, query
from projections.queries.posts import Holder, InForce, holders, in_force

states = read_models.states.c
STATES = get_args(TaskState)
PLACE = "检查:"
"""A place of an inspection list as the item of a task: it is to be visited in the cycle (DUTY-07)."""

_PLAIN = re.compile(r"[^\s\x00-\x1f\x7f\"\\/,]{1,64}\Z")
AT_ONCE = 5_000


# -- what the lists ask for ---------------------------------------------------------------------------------------


class Wanted(NamedTuple):
    """A task that a list asks for; its id says whose, of which item and which instance, so it is made once."""

    task: str
    person: str
    unit: str
    item: str
    text: str
    period: str
    occurrence: str
    due: str
    place: str | None = None
    """An inspection there completes it (rule 32)."""


class Skipped(NamedTuple):
    """Items of the lists that make no task on the day, and why."""

    person: str
    item: str | None
    reason: str


def task_id(person: str, item: str, occurrence: str) -> str:
    """Readable where the item's code allows it."""
    plain = f"{person}.{item}.{occurrence}"
    if _PLAIN.match(plain):
        return plain
    return "task-" + hashlib.sha256("\x00".join((person, item, occurrence)).encode()).hexdigest()[:40]


@query("TaskPlan", "register", "duties", at="/tasks/plan", cli="tasks plan", answer=answers.TaskPlan)
async def task_plan(reader: Reader, date: Day, unit: UnitId | None = None, places: bool = True) -> Result:
    """The tasks that the lists in force ask for on a day and that are not dispatched yet, by person and item.

    A duty item falls in its period (day, workday, week, month, quarter, year, a shift by its name, or ``shift``: the
    one for which the person is rostered, without a roster once a day); with ``places`` every place of an inspection
    list falls once in its cycle, and an inspection there completes it.  Nobody who is suspended gets any.
    """
    people = await holders(reader, unit, date)
    organisation = await reader.organisation()
    wanted, skipped = list[Wanted](), list[Skipped]()
    for kind in ("duty", "inspection") if places else ("duty",):
        lists = await in_force(reader, kind, date, list(people))
        rostered = await _rostered(reader, lists, date)
        for name, listed in lists.items():
            if people[name].suspended:
                skipped.append(Skipped(name, None, f"suspended until training {people[name].suspended} is passed"))
                continue
            for found in _asked_for(people[name], listed, date, organisation, rostered.get(name)):
                if isinstance(found, Wanted):
                    wanted.append(found)
                else:
                    skipped.append(found)
    known = await _dispatched(reader, [one.task for one in wanted])
    new = {
        one.task: one
        for one in sorted(wanted, key=lambda one: (one.person, one.due, one.item))
        if one.task not in known
    }
    return {
        "date": date,
        "unit": unit,
        "tasks": [one._asdict() for one in new.values()],
        "dispatched_before": len(known),
        "skipped": [one._asdict() for one in sorted(set(skipped), key=str)],
    }


async def _rostered(reader: Reader, lists: Mapping[str, InForce], day: Day) -> dict[str, Rostered]:
    """The shifts of the day of those who have an item that falls in a shift."""
    asked = [
        f"{name}/{day[:7]}" for name, one in lists.items() if any(falls_in_a_shift(each.period) for each in _items(one))
    ]
    told = (await facts_of_documents(reader, ROSTER.word, asked)).items()
    rosters: list[Roster] = [folded(ROSTER.prefix + name, facts) for name, facts in told]
    return {roster.person: roster.days[day] for roster in rosters if day in roster.days}


def _asked_for(
    holder: Holder, listed: InForce, day: Day, organisation: Organisation, rostered: Rostered | None
) -> Iterator[Wanted | Skipped]:
    """Of each item of a list, the instances that the day belongs to."""
    for item, text, period, place in _items(listed):
        try:
            for one in occurrences(period, day, holder.home, organisation, rostered):
                yield _wanted(holder, item, text, period, one, place)
        except UnknownPeriod:
            yield Skipped(holder.person, item, f"'{period}' is no period and no shift of {holder.home}")
        except NoCalendar as missing:
            yield Skipped(holder.person, item, str(missing))


class Item(NamedTuple):
    """An item of a duty list, or a place of an inspection list."""

    item: str
    text: str
    period: str
    place: str | None = None


def _items(listed: InForce) -> Iterable[Item]:
    if listed.kind == "duty":
        return (Item(item["item"], item["text"], item["period"]) for item in listed.body["items"])
    return (Item(PLACE + place, f"现场检查 {place}", listed.body["cycle"], place) for place in listed.body["places"])


def _wanted(holder: Holder, item: str, text: str, period: str, one: Occurrence, place: str | None) -> Wanted:
    name = task_id(holder.person, item, one.key)
    return Wanted(name, holder.person, holder.home, item, text, period, one.key, one.due, place)


async def _dispatched(reader: Reader, names: list[str]) -> set[str]:
    found: set[str] = set()
    for start in range(0, len(names), AT_ONCE):
        some = names[start : start + AT_ONCE]
        wanted = select(states.id).where(states.kind == "task", states.id.in_(some))
        found |= {row.id for row in await reader.rows(wanted)}
    return found


# -- what has become of them ---------------------------------------------------------------------------------------


@query("Tasks", "register", at="/tasks", cli="tasks list", answer=answers.Tasks)
async def tasks(
    reader: Reader,
    unit: UnitId | None = None,
    person: PersonId | None = None,
    state: str | None = None,
    since: Day | None = None,
    until: Day | None = None,
    after: str | None = None,
    limit: int | None = None,
) -> Result:
    """Duty tasks by day of being due and id, of a unit with everything below it or of a person.

    ``since`` and ``until`` are days of being due.  ``late``: completed after it was due; ``open`` ones may be overdue.
    """
    if state is not None and state not in STATES:
        raise Invalid(f"state: {state} is no state of a task")
    chosen = [states.kind == "task"]
    if unit is not None:
        chosen.append(states.unit.in_(await reader.unit_and_below(unit)))
    if person is not None:
        chosen.append(states.body["person"].astext == person)
    if state is not None:
        chosen.append(states.state == state)
    if since is not None:
        chosen.append(states.until >= since)
    if until is not None:
        chosen.append(states.until <= until)
    if after is not None:
        chosen.append(_after(after, await reader.state("task", after)))
    wanted = select(states.kind, states.body).where(*chosen).order_by(states.until, states.id)
    found: list[Task] = await reader.states(wanted.limit(page(limit) + 1))
    shown = found[: page(limit)]
    return {
        "tasks": [_row(task) for task in shown],
        "next": shown[-1].task if len(found) > len(shown) else None,
        "counted": dict(sorted(Counter(task.state for task in shown).items())),
    }


def _after(name: str, last: Task | None) -> Any:
    if last is None:
        raise Invalid(f"after: there is no task {name}")
    return or_(states.until > last.until, and_(states.until == last.until, states.id > name))


def _row(task: Task) -> dict[str, Any]:
    return {
        "task": task.task,
        "person": task.person,
        "unit": task.unit,
        "item": task.item,
        "state": task.state,
        "since": task.since,
        "due": task.due,
        "done_at": task.done_at,
        "late": task.done_at is not None and task.done_at > task.due,
        "evidence": list(task.evidence),
        "place": task.place,
    }
