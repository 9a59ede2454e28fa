"""The organisation: unit tree with effective dates, shift and work calendars, the ledger's clock (stream ``org``)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from functools import cached_property
from typing import NamedTuple, TypeVar

import msgspec

from ledger import calendars
from ledger.errors import NoCalendar
from ledger.fact import StoredFact
from ledger.facts.organisation import (
    ClockAdvanced,
    EditionAdopted,
    LedgerCreated,
    ProtectedActRecorded,
    ShiftCalendarPublished,
    UnitRegistered,
    UnitReinstated,
    UnitRenamed,
    UnitReparented,
    UnitRetired,
    WorkCalendarPublished,
)
from ledger.state.columns import Columns
from ledger.state.kind import document, register
from ledger.vocabulary import Day, Moment


class Node(msgspec.Struct, frozen=True):
    """A unit in the tree; ``parents`` are (effective, parent) in the order of effect."""

    unit: str
    name: str
    level: int
    centre: bool
    parents: tuple[tuple[Day, str | None], ...]
    retired: Day | None = None
    kind: str | None = None
    renamed: tuple[tuple[Day, str], ...] = ()
    """(effective, name), in the order of effect; of two on one day the later word holds."""

    def name_on(self, day: Day) -> str:
        """The name that the unit has on a day."""
        names = [name for effective, name in self.renamed if effective <= day]
        return names[-1] if names else self.name


class ShiftSpan(msgspec.Struct, frozen=True):
    """A shift in minutes of the day; ``end`` ≤ ``start`` runs over midnight."""

    shift: str
    start: int
    end: int

    def holds(self, minute: int) -> bool:
        if self.start < self.end:
            return self.start <= minute < self.end
        return minute >= self.start or minute < self.end


class ShiftCalendar(msgspec.Struct, frozen=True):
    effective: Day
    shifts: tuple[ShiftSpan, ...]


class WorkCalendar(msgspec.Struct, frozen=True):
    holidays: frozenset[Day]
    workdays: frozenset[Day]
    source: str


class Window(NamedTuple):
    """A window for objections: its last working day, and the moment at which it is over."""

    until: Day
    over: Moment


REMEMBERED = 50_000


class Organisation(msgspec.Struct, frozen=True, dict=True):
    """Everything that decisions ask of the organisation on a date (ORG-01, ORG-07, L21).

    Every command asks several times who is above whom that day, and the tree changes seldom: each state of it
    remembers the paths and shifts that it has been asked for.
    """

    ledger: str = ""
    clock: str = ""
    edition: int = 1
    """The edition of the rules that the ledger has come under."""
    root: str = ""
    units: dict[str, Node] = {}
    shift_calendars: dict[str, tuple[ShiftCalendar, ...]] = {}
    work_calendars: dict[str, WorkCalendar] = {}
    advanced_to: Moment = ""

    @property
    def simulated(self) -> bool:
        return self.clock == "simulated"

    def parent(self, unit: str, day: Day) -> str | None:
        """The superior on a day; before the first known date, the first one."""
        for effective, superior in reversed(self.units[unit].parents):
            if effective <= day:
                return superior
        return None

    def path(self, unit: str, day: Day) -> tuple[str, ...]:
        """The unit, then every superior up to the root."""
        remembered = self._paths
        path = remembered.get((unit, day))
        if path is None:
            if len(remembered) >= REMEMBERED:
                remembered.clear()
            path = remembered[unit, day] = tuple(self.upwards(unit, day))
        return path

    @cached_property
    def _paths(self) -> dict[tuple[str, Day], tuple[str, ...]]:
        return {}

    def upwards(self, unit: str, day: Day) -> Iterator[str]:
        """The same, one after the other and not remembered: without end where a unit stood above itself."""
        node: str | None = unit
        while node is not None:
            yield node
            node = self.parent(node, day)

    def within(self, unit: str, above: str, day: Day) -> bool:
        """Is the unit at or below ``above``?"""
        return above in self.path(unit, day)

    def centre(self, unit: str, day: Day) -> str:
        """The nearest settlement centre at or above the unit (the root is the last resort)."""
        for node in self.path(unit, day):
            if self.units[node].centre:
                return node
        return self.root

    def centre_above(self, unit: str, day: Day) -> str | None:
        """The nearest centre strictly above the unit, None for the root."""
        above = self.path(unit, day)[1:]
        return next((node for node in above if self.units[node].centre), None)

    def common(self, one: str, other: str, day: Day) -> str:
        """The lowest unit that contains both."""
        mine = self.path(one, day)
        return next(node for node in self.path(other, day) if node in mine)

    def transfer_centre(self, payer: str, payee: str, day: Day) -> str:
        """The centre of a transfer: at or above the lowest unit that contains both parties (contract §1.5.6)."""
        return self.centre(self.common(payer, payee, day), day)

    def at_level(self, unit: str, level: int, day: Day) -> str | None:
        """The unit of this level at or above ``unit``."""
        return next((node for node in self.path(unit, day) if self.units[node].level == level), None)

    def active(self, unit: str, day: Day) -> bool:
        retired = self.units[unit].retired
        return retired is None or day < retired

    # -- time ---------------------------------------------------------------------------------------------------

    def shifts(self, unit: str, day: Day) -> tuple[ShiftSpan, ...]:
        """The shifts in force for a unit on a day, its own calendar or the nearest above; () without one."""
        remembered = self._shifts
        shifts = remembered.get((unit, day))
        if shifts is None:
            if len(remembered) >= REMEMBERED:
                remembered.clear()
            shifts = remembered[unit, day] = self._find_shifts(unit, day)
        return shifts

    @cached_property
    def _shifts(self) -> dict[tuple[str, Day], tuple[ShiftSpan, ...]]:
        return {}

    def _find_shifts(self, unit: str, day: Day) -> tuple[ShiftSpan, ...]:
        for node in self.path(unit, day):
            for calendar in reversed(self.shift_calendars.get(node, ())):
                if calendar.effective <= day:
                    return calendar.shifts
        return ()

    def business_date(self, unit: str, at: Moment) -> tuple[Day, str | None]:
        """The day on which the shift that contains ``at`` starts, and the shift (contract §1.5.1)."""
        when = calendars.local(at)
        day = when.date().isoformat()
        minute = when.hour * 60 + when.minute
        for span in self.shifts(unit, day):
            if span.holds(minute):
                started_before = span.end <= span.start and minute < span.end
                return (calendars.add_days(day, -1) if started_before else day), span.shift
        return day, None

    def next_shift(self, unit: str, day: Day, shift: str) -> tuple[Day, str]:
        """The shift that follows in the unit's calendar, and the day on which it starts."""
        spans = self.shifts(unit, day)
        ending = next((span for span in spans if span.shift == shift), None)
        if ending is None:
            raise NoCalendar(f"no shift {shift} of {unit} on {day}")
        following = next(span for span in spans if span.start == ending.end % 1440)
        turns_midnight = ending.end <= ending.start or ending.end == 1440
        return (calendars.add_days(day, 1) if turns_midnight else day), following.shift

    def is_working(self, day: Day) -> bool:
        """Weekdays without holidays, plus make-up days.  Raises NO_CALENDAR for a year that is not published."""
        calendar = self.work_calendars.get(day[:4])
        if calendar is None:
            raise NoCalendar(f"no work calendar for {day[:4]}")
        return day in calendar.workdays or (date.fromisoformat(day).weekday() < 5 and day not in calendar.holidays)

    def window(self, start: Moment, working_days: int) -> Window:
        """So many working days after the day of ``start``, over at 00:00 after the last one (domain §14)."""
        day = calendars.local(start).date()
        left = working_days
        while left > 0:
            day += timedelta(days=1)
            left -= self.is_working(day.isoformat())
        until = day.isoformat()
        return Window(until, calendars.midnight(until, 1))


T = TypeVar("T")


def _put(mapping: dict[str, T], key: str, value: T) -> dict[str, T]:
    return {**mapping, key: value}


def evolve(state: Organisation, stored: StoredFact) -> Organisation:
    """Fold one fact of the ``org`` stream."""
    replace, fact = msgspec.structs.replace, stored.fact
    match fact:
        case LedgerCreated(ledger=ledger, clock=clock, edition=edition):
            return replace(state, ledger=ledger, clock=clock, edition=edition)
        case EditionAdopted(edition=edition):
            return replace(state, edition=edition)
        case UnitRegistered(unit=unit, parent=parent):
            node = Node(unit, fact.name, fact.level, fact.centre, (("", parent),), kind=fact.kind)
            root = state.root or (unit if parent is None else "")
            return replace(state, root=root, units=_put(state.units, unit, node))
        case UnitReparented(unit=unit, effective=effective, parent=parent):
            node = state.units[unit]
            parents = tuple(sorted((*node.parents, (effective, parent)), key=lambda pair: pair[0]))
            return replace(state, units=_put(state.units, unit, replace(node, parents=parents)))
        case UnitRetired(unit=unit, effective=effective):
            return replace(state, units=_put(state.units, unit, replace(state.units[unit], retired=effective)))
        case UnitReinstated(unit=unit):
            return replace(state, units=_put(state.units, unit, replace(state.units[unit], retired=None)))
        case UnitRenamed(unit=unit, effective=effective, name=name):
            node = state.units[unit]
            renamed = tuple(sorted((*node.renamed, (effective, name)), key=lambda pair: pair[0]))
            return replace(state, units=_put(state.units, unit, replace(node, renamed=renamed)))
        case ShiftCalendarPublished():
            return replace(state, shift_calendars=_with_shifts(state, fact))
        case WorkCalendarPublished(year=year):
            calendar = WorkCalendar(frozenset(fact.holidays), frozenset(fact.workdays), fact.calendar_source)
            return replace(state, work_calendars=_put(state.work_calendars, year, calendar))
        case ClockAdvanced(until=until):
            return replace(state, advanced_to=until)
        case _:
            return state


def _with_shifts(state: Organisation, fact: ShiftCalendarPublished) -> dict[str, tuple[ShiftCalendar, ...]]:
    spans = tuple(
        ShiftSpan(shift.shift, calendars.minutes(shift.start), calendars.minutes(shift.end)) for shift in fact.shifts
    )
    older = state.shift_calendars.get(fact.unit, ())
    newer = tuple(sorted((*older, ShiftCalendar(fact.effective, spans)), key=lambda calendar: calendar.effective))
    return _put(state.shift_calendars, fact.unit, newer)


class Act(msgspec.Struct, frozen=True):
    """A protected act (L6) and whose it is."""

    act: str
    person: str
    day: str

    @property
    def columns(self) -> Columns:
        return Columns(since=self.day, parties=(self.person,))


def evolve_act(state: Act | None, stored: StoredFact) -> Act | None:
    match stored.fact:
        case ProtectedActRecorded(act=act, person=person, business_date=day):
            return Act(act, person, day)
        case _:
            return state


KINDS = (
    register("org", Organisation, evolve, pinned=True),
    document("act", Act, evolve_act),
)
