"""Small registers: closed months, official numbers, natural keys, commands that moved money, what falls due."""

from __future__ import annotations

from functools import cached_property

import msgspec
from immutables import Map

from ledger.agenda import changes
from ledger.fact import StoredFact
from ledger.facts.hazards import HazardClosed
from ledger.facts.periods import PeriodClosed, PeriodOpened
from ledger.facts.pools import BudgetAllocated, EntryReversed, WageIndicatorSet
from ledger.vocabulary import Day, Moment, Month


class Periods(msgspec.Struct, frozen=True, dict=True):
    """Which months are announced and which are closed, by centre (key ``periods``)."""

    opened: frozenset[tuple[str, Month]] = frozenset()
    closed: frozenset[tuple[str, Month]] = frozenset()

    def is_closed(self, centre: str, month: Month) -> bool:
        """Every month up to a centre's last closed one is closed, opened or not (rule 26)."""
        last = self.last_closed(centre)
        return last is not None and month <= last

    def last_closed(self, centre: str) -> Month | None:
        return self._last.get(centre)

    def open_before(self, centre: str, month: Month) -> list[Month]:
        """Announced months before this one that the centre has not closed."""
        earlier = (opened for place, opened in self.opened if place == centre and opened < month)
        return sorted(opened for opened in earlier if not self.is_closed(centre, opened))

    @cached_property
    def _last(self) -> dict[str, Month]:
        """The last closed month of each centre; every command that moves money asks."""
        last: dict[str, Month] = {}
        for centre, month in self.closed:
            last[centre] = max(month, last.get(centre, month))
        return last

    @cached_property
    def latest(self) -> Month:
        """After this month none is closed anywhere; empty if none is."""
        return max(self._last.values(), default="")


def evolve_periods(state: Periods, stored: StoredFact) -> Periods:
    match stored.fact:
        case PeriodOpened(centre=centre, period=period):
            return msgspec.structs.replace(state, opened=state.opened | {(centre, period)})
        case PeriodClosed(centre=centre, period=period):
            return msgspec.structs.replace(state, closed=state.closed | {(centre, period)})
        case _:
            return state


class Series(msgspec.Struct, frozen=True):
    """The last official number given out in a series ``<centre>-<KIND>-<yyyymm>`` (L18: no skipped numbers)."""

    last: int = 0


def evolve_series(state: Series, stored: StoredFact) -> Series:
    return Series(int((stored.fact.number or "0").rpartition("-")[2]))


class NaturalKey(msgspec.Struct, frozen=True):
    """Is a natural key (unit + document, person + period …) in use?  A reversal frees it (contract §5.27)."""

    used: bool = False


def evolve_natural_key(state: NaturalKey, stored: StoredFact) -> NaturalKey:
    return NaturalKey(used=not isinstance(stored.fact, EntryReversed))


class Indicator(msgspec.Struct, frozen=True):
    """How much of a source may be used in a year, and how much is (SW-05); ``limit`` None: none is set."""

    limit: int | None = None
    used: int = 0


def evolve_indicator(state: Indicator, stored: StoredFact) -> Indicator:
    match stored.fact:
        case WageIndicatorSet(amount=amount):
            return msgspec.structs.replace(state, limit=amount)
        case BudgetAllocated(amount=amount):
            return msgspec.structs.replace(state, used=state.used + amount)
        case EntryReversed(lines=lines):
            back = sum(line.amount for line in lines if line.account.startswith("SRC_"))
            return msgspec.structs.replace(state, used=state.used - back)
        case _:
            return state


class CommandRecord(msgspec.Struct, frozen=True):
    """The facts of one command with their positions, for a reversal, and whether it is reversed already."""

    command: str
    facts: tuple[StoredFact, ...] = ()
    reversed: bool = False


def evolve_command(state: CommandRecord, stored: StoredFact) -> CommandRecord:
    fact = stored.fact
    if isinstance(fact, EntryReversed) and fact.of == state.command:
        return msgspec.structs.replace(state, reversed=True)
    return msgspec.structs.replace(state, facts=(*state.facts, stored))


class Agenda(msgspec.Struct, frozen=True):
    """What time will do: the moment at which each open document falls due (key ``agenda``)."""

    due: Map[str, Moment] = Map()


def evolve_agenda(state: Agenda, stored: StoredFact) -> Agenda:
    due = state.due
    for key, moment in changes(stored.fact):
        if moment is not None:
            due = due.set(key, moment)
        elif key in due:
            due = due.delete(key)
    return Agenda(due)


class Spot(msgspec.Struct, frozen=True):
    """Hazards closed at one place with one price item, (day, hazard): what a repeat is counted by (TR-05)."""

    closed: tuple[tuple[Day, str], ...] = ()


def evolve_spot(state: Spot, stored: StoredFact) -> Spot:
    match stored.fact:
        case HazardClosed(hazard=hazard, business_date=day):
            return Spot((*state.closed, (day, hazard)))
        case _:
            return state
