"""Sources of indicator packs: the things behind numerator and denominator, from facts alone (F-11).

* ``checks``: check items of inspections by specialty; ``ok`` conform. They count for whoever answers for the place and
  specialty on the day (网格), else for the inspector.
* ``elements``: check items that inspection lists ask for at the end of the period; ``checked`` at all, ``ok`` at last.
* ``hazards_reported``: ``confirmed`` (not rejected), ``in_shift`` of being found, ``repeated``; a person's are those
  that he reported himself, sealed ones left out.
* ``hazards_due``: by their last deadline, ``closed`` or ``on_time``.
* ``measures``: on-site acceptances of rectification, ``passed``.
* ``tasks``: due in the period, ``completed``, or ``in_time``.
* ``lists``: those in safety-production management, for a person his subordinates; with a ``duty`` or ``inspection``
  list.
* ``trainings``, ``advice``: pushed in the period, ``passed`` or ``closed`` by now.
* ``figures``: nothing; what was recorded counts.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable
from typing import NamedTuple

from sqlalchemy import ColumnElement, or_, select

from ledger.state.hazards import Hazard
from ledger.vocabulary import LEADS, Day
from projections import read_models
from projections.hazard_rates import Counted
from projections.packs import Ratio
from projections.queries.kernel import Reader, read_state
from projections.queries.posts import Holder, InForce, elements, holders, in_force
from projections.queries.ratios import Asked, closure, on_time, repeat_rate, report_in_shift, task_done
from projections.queries.responsibility import grids, responsible

states, checked, lists = read_models.states.c, read_models.checks.c, read_models.duty_lists.c
acceptances = read_models.acceptances.c


class Thing(NamedTuple):
    """One thing that is counted: a document or an item of one, with the position of a fact about it."""

    kind: str
    id: str
    position: int | None
    counts: bool


Source = Callable[[Reader, Asked, Ratio], Awaitable[list[Thing]]]


# -- hazards, tasks: documents of the register ------------------------------------------------------------------------


async def hazards_due(reader: Reader, asked: Asked, one: Ratio) -> list[Thing]:
    narrowed = asked._replace(also=_narrow(one))
    return await _things(reader, "hazard", await (closure if one.where == "closed" else on_time)(reader, narrowed))


async def hazards_reported(reader: Reader, asked: Asked, one: Ratio) -> list[Thing]:
    narrowed = asked._replace(also=_narrow(one))
    if one.where == "confirmed":
        return await _things(reader, "hazard", await _confirmed(reader, narrowed))
    count = report_in_shift if one.where == "in_shift" else repeat_rate
    return await _things(reader, "hazard", await count(reader, narrowed))


async def _confirmed(reader: Reader, asked: Asked) -> Counted:
    """辨识准确率: of all that were submitted, those that safety staff have confirmed."""
    wanted = (
        select(states.kind, states.body)
        .where(*asked.of("hazard", "reporter"), states.since.between(asked.first, asked.last))
        .order_by(states.id)
    )
    found: list[Hazard] = [read_state(row.kind, row.body) for row in await reader.rows(wanted)]
    told = [hazard for hazard in found if asked.person is None or not hazard.anonymous]
    confirmed = [hazard.hazard for hazard in told if hazard.state not in ("reported", "rejected")]
    return Counted(confirmed, [hazard.hazard for hazard in told])


async def tasks(reader: Reader, asked: Asked, one: Ratio) -> list[Thing]:
    narrowed = asked._replace(also=_narrow(one))
    counted = await task_done(reader, narrowed)
    if one.where == "in_time":
        wanted = select(states.id).where(
            *narrowed.of("task", "person"),
            states.until.between(asked.first, asked.last),
            states.body["done_at"].astext <= states.body["due"].astext,
        )
        counted = counted._replace(num=[row.id for row in await reader.rows(wanted)])
    return await _things(reader, "task", counted)


def _narrow(one: Ratio) -> tuple[ColumnElement[bool], ...]:
    """Conditions by which the pack narrows documents."""
    conditions: list[ColumnElement[bool]] = []
    for field, values in (("level", one.levels), ("category", one.categories)):
        if values:
            conditions.append(states.body[field].astext.in_(values))
    if one.items:
        conditions.append(or_(*(states.body["item"].astext.like(_pattern(item), escape="\\") for item in one.items)))
    return tuple(conditions)


def _pattern(item: str) -> str:
    """``*`` stands for anything."""
    literal = item.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return literal.replace("*", "%")


async def _things(reader: Reader, kind: str, counted: Counted) -> list[Thing]:
    """Documents with the positions at which they began."""
    first = select(states.id, states.first_position).where(states.kind == kind, states.id.in_(counted.den))
    positions = {row.id: row.first_position for row in await reader.rows(first)}
    num = set(counted.num)
    return [Thing(kind, name, positions.get(name), name in num) for name in counted.den]


# -- people: lists, trainings, advice ---------------------------------------------------------------------------------


async def duty_lists(reader: Reader, asked: Asked, one: Ratio) -> list[Thing]:
    """责任分解到位率: whom the unit's, or the person's, duty has to be broken down to, and who has the list."""
    people = await holders(reader, None if asked.person else asked.top, asked.last)
    required = [holder for holder in people.values() if holder.manages]
    if asked.person is not None:
        required = await _subordinates(reader, asked, required)
    listed = await in_force(reader, one.where, asked.last, [holder.person for holder in required])
    return [
        Thing(
            "person", holder.person, found.position if (found := listed.get(holder.person)) else None, found is not None
        )
        for holder in required
    ]


async def _subordinates(reader: Reader, asked: Asked, of: Iterable[Holder]) -> list[Holder]:
    """Those whose home lies at or below a unit that the person leads."""
    organisation = await reader.organisation()
    state = await reader.state("person", asked.person or "")
    led = [unit for role, unit in state.roles(asked.last) if role in LEADS] if state else []
    return [
        holder
        for holder in of
        if holder.person != asked.person and any(organisation.within(holder.home, unit, asked.last) for unit in led)
    ]


async def trainings(reader: Reader, asked: Asked, one: Ratio) -> list[Thing]:
    return await _pushed(reader, asked, "training", "passed")


async def advice(reader: Reader, asked: Asked, one: Ratio) -> list[Thing]:
    return await _pushed(reader, asked, "advice", "closed")


async def _pushed(reader: Reader, asked: Asked, kind: str, done: str) -> list[Thing]:
    """Documents that were pushed to people in the period; those done by now count."""
    persons = [asked.person] if asked.person else list(await holders(reader, asked.top, asked.last))
    wanted = select(states.id, states.state, states.first_position).where(
        states.kind == kind,
        states.body["person"].astext.in_(persons),
        states.body["pushed_on"].astext.between(asked.first, asked.last),
    )
    rows = await reader.rows(wanted.order_by(states.id))
    return [Thing(kind, row.id, row.first_position, row.state == done) for row in rows]


# -- acceptances ------------------------------------------------------------------------------------------------------


async def measures(reader: Reader, asked: Asked, one: Ratio) -> list[Thing]:
    """措施落实率: on-site acceptances, one by one."""
    about = read_models.acceptances.join(
        read_models.states, (states.kind == "hazard") & (states.id == acceptances.hazard)
    )
    mine = (
        acceptances.unit.in_(asked.units or [])
        if asked.person is None
        else states.body["repairer"].astext == asked.person
    )
    wanted = (
        select(acceptances.hazard, acceptances.position, acceptances.passed)
        .select_from(about)
        .where(mine, acceptances.business_date.between(asked.first, asked.last), *_narrow(one))
        .order_by(acceptances.position)
    )
    return [Thing("hazard", row.hazard, row.position, row.passed) for row in await reader.rows(wanted)]


# -- check items ------------------------------------------------------------------------------------------------------


class Specialties:
    """Of which specialty an inspector's check item is, by his list in force on the day."""

    def __init__(self, found: Iterable[InForce]) -> None:
        self._since: defaultdict[str, list[Day]] = defaultdict(list)
        self._lists: defaultdict[str, list[dict[tuple[str, str], str]]] = defaultdict(list)
        for listed in found:  # in the order in which they take effect
            named = {(place, item): specialty for place, specialty, item in elements(listed)}
            self._since[listed.person].append(listed.effective)
            self._lists[listed.person].append(named)

    def of(self, person: str, place: str, item: str, day: Day) -> str | None:
        at = bisect_right(self._since[person], day)
        return self._lists[person][at - 1].get((place, item)) if at else None


async def _specialties(reader: Reader, persons: Iterable[str]) -> Specialties:
    columns = (
        lists.person,
        lists.kind,
        lists.list_version,
        lists.effective,
        lists.approved_by,
        lists.position,
        lists.body,
    )
    wanted = select(*columns).where(lists.kind == "inspection", lists.person.in_(list(persons)))
    rows = await reader.rows(wanted.order_by(lists.person, lists.effective, lists.position))
    return Specialties(InForce(*row) for row in rows)


async def checks(reader: Reader, asked: Asked, one: Ratio) -> list[Thing]:
    """规范执行率 and the like: items that were looked at, and those that conform."""
    wanted = select(read_models.checks).where(checked.business_date.between(asked.first, asked.last))
    if one.items:
        wanted = wanted.where(or_(*(checked.item.like(_pattern(item), escape="\\") for item in one.items)))
    rows = await reader.rows(wanted.order_by(checked.position, checked.line))
    specialties = await _specialties(reader, {row.person for row in rows})
    answering = await grids(reader)
    counted = await _whose(reader, asked)
    things = []
    for row in rows:
        specialty = specialties.of(row.person, row.place, row.item, row.business_date)
        if one.specialties and specialty not in one.specialties:
            continue
        grid = answering.get((row.place, specialty)) if specialty else None
        if counted(responsible(grid, row.business_date) or row.person):
            things.append(Thing("inspection", f"{row.inspection}/{row.item}", row.position, row.result == "ok"))
    return things


async def _whose(reader: Reader, asked: Asked) -> Callable[[str], bool]:
    """Does what a person answers for count here?"""
    if asked.person is not None:
        return lambda person: person == asked.person
    people = frozenset(await holders(reader, asked.top, asked.last))
    return lambda person: person in people


async def element_items(reader: Reader, asked: Asked, one: Ratio) -> list[Thing]:
    """到位率, 达标率: items that lists ask for, whether anybody looked or not."""
    persons = [asked.person] if asked.person else list(await holders(reader, asked.top, asked.last))
    listed = await in_force(reader, "inspection", asked.last, persons)
    wanted = (
        select(checked.person, checked.place, checked.item, checked.result, checked.position)
        .where(checked.person.in_(persons), checked.business_date.between(asked.first, asked.last))
        .order_by(checked.position, checked.line)
    )
    last = {(row.person, row.place, row.item): row for row in await reader.rows(wanted)}
    things = []
    for person, found in sorted(listed.items()):
        for place, specialty, item in elements(found):
            if one.specialties and specialty not in one.specialties:
                continue
            seen = last.get((person, place, item))
            good = seen is not None and (one.where == "checked" or seen.result == "ok")
            position = found.position if seen is None else seen.position
            things.append(Thing("element", f"{person}/{place}/{item}", position, good))
    return things


async def nothing(reader: Reader, asked: Asked, one: Ratio) -> list[Thing]:
    return []


OF: dict[str, Source] = {
    "checks": checks,
    "elements": element_items,
    "hazards_reported": hazards_reported,
    "hazards_due": hazards_due,
    "measures": measures,
    "tasks": tasks,
    "lists": duty_lists,
    "trainings": trainings,
    "advice": advice,
    "figures": nothing,
}
