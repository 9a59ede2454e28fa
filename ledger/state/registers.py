"""Registers of no process of their own: official numbers, unique keys, commands, the agenda, ids that are in use."""

from __future__ import annotations

import msgspec
from immutables import Map

import ledger.facts  # noqa: F401 - declares every unique key
from ledger.fact import StoredFact
from ledger.facts.pools import COMMAND, OPENED, EntryReversed
from ledger.keys import UNIQUE
from ledger.state.kind import StateKind, document, register, without_entries
from ledger.vocabulary import Moment


class Series(msgspec.Struct, frozen=True):
    """The last official number given out in a series ``<centre>-<KIND>-<yyyymm>`` (L18: no skipped numbers)."""

    last: int = 0


def evolve_series(state: Series, stored: StoredFact) -> Series:
    return Series(int((stored.fact.number or "0").rpartition("-")[2]))


class Taken(msgspec.Struct, frozen=True):
    """Is a unique key (unit + document, person + period …) in use?  A reversal frees it (contract §5.27).

    ``command`` is the last that took it, also when that is reversed.
    """

    used: bool = False
    command: str = ""


def evolve_taken(state: Taken, stored: StoredFact) -> Taken:
    match stored.fact:
        case EntryReversed():
            return msgspec.structs.replace(state, used=False)
        case _:
            return Taken(used=True, command=stored.fact.command)


class CommandRecord(msgspec.Struct, frozen=True):
    """The facts of one command with their positions, for a reversal; ``undone`` are those that stand no more.

    Openings are reversed account by account: ``returned`` are those that stand no more.
    """

    command: str
    facts: tuple[StoredFact, ...] = ()
    undone: frozenset[int] = frozenset()
    returned: frozenset[str] = frozenset()

    @property
    def is_known(self) -> bool:
        """Is there such a command for others than its sender?  Nobody knows that of an anonymous report (rule 38)."""
        return any(not getattr(stored.fact, "anonymous", False) for stored in self.facts)


def evolve_command(state: CommandRecord, stored: StoredFact) -> CommandRecord:
    match stored.fact:
        case EntryReversed(of=state.command, original_topic=topic, reopened=accounts) if topic == OPENED:
            return msgspec.structs.replace(state, returned=state.returned.union(accounts))
        case EntryReversed(of=state.command, original=position, others=others):
            return msgspec.structs.replace(state, undone=state.undone.union((position, *others)))
        case _:
            return msgspec.structs.replace(state, facts=(*state.facts, stored))


class Agenda(msgspec.Struct, frozen=True):
    """The moment at which time will bring each thing about (key ``agenda``)."""

    due: Map[str, Moment] = Map()


def evolve_agenda(state: Agenda, stored: StoredFact) -> Agenda:
    due = state.due
    for entry, moment in stored.fact.timers():
        if moment is not None:
            due = due.set(entry, moment)
        elif entry in due:
            due = due.delete(entry)
    return Agenda(due)


class Mentioned(msgspec.Struct, frozen=True):
    """A document id that is in use and needs no state here (accidents; delegations have theirs in the policies)."""

    name: str
    stream: str


def evolve_mentioned(state: Mentioned | None, stored: StoredFact) -> Mentioned | None:
    """A list that is taken back leaves its id free (rule 23)."""
    if isinstance(stored.fact, EntryReversed):
        return None
    return state or Mentioned(stored.fact.topic, stored.fact.stream)


KINDS = (
    register("series:", Series, evolve_series, last_only=True),
    register("agenda", Agenda, evolve_agenda, pinned=True),
    StateKind(COMMAND.prefix, CommandRecord, CommandRecord, without_entries(evolve_command)),
    *(register(key.prefix, Taken, evolve_taken) for key in UNIQUE),
    *(document(name, Mentioned, evolve_mentioned) for name in ("list", "accident", "delegation")),
)
