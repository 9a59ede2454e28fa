"""Walks: from a beginning, every command is tried in every situation that a document can get into.

A situation is what ``look`` distinguishes; from each one every move is tried once, breadth first.  So every transition
that these moves can make is seen, and none is missed because the roads were chosen badly.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from ledger.calendars import local_day
from ledger.decisions.figures import figures_of
from ledger.decisions.standing import money_facts
from ledger.fact import Fact, StoredFact
from ledger.facts.pools import EntryReversed
from ledger.posting import entries
from ledger.state.registers import CommandRecord
from tests.docs.computed_states import COMPUTED
from tests.docs.transitions import Seen, observe
from tests.spec import Line, MemoryLedger, group

BEGUN = group()
BEGUN.computed = dict(COMPUTED)
START = datetime.fromisoformat("2026-03-02T07:00:00+08:00")


class Place(NamedTuple):
    """A ledger in some situation, and the hour at which the next command happens."""

    ledger: MemoryLedger
    now: datetime

    def after(self, days: float) -> datetime:
        return self.now + timedelta(days=days)


Template = Callable[[Place], list[Line]]


class Move(NamedTuple):
    """Commands that are given one after the other, ``days`` after what was before."""

    lines: Template
    days: float = 0.05


def move(command: str, by: str = "SYSTEM", days: float = 0.05, **data: Any) -> Move:
    """One command.  Of its fields, functions are asked for their value where the command is given."""

    def lines(place: Place) -> list[Line]:
        given = {name: value(place) if callable(value) else value for name, value in data.items()}
        return [{"by": by, "command": command, "data": given}]

    return Move(lines, days)


def moves(*steps: Move, days: float = 0.05) -> Move:
    """Several commands as one move."""
    return Move(lambda place: [line for step in steps for line in step.lines(place)], days)


def in_days(days: float) -> Callable[[Place], str]:
    return lambda place: local_day((place.after(days)).isoformat()[:10] + "T12:00:00.000000Z")


def moment_in(days: float) -> Callable[[Place], str]:
    return lambda place: place.after(days).isoformat()


def fresh(prefix: str) -> Callable[[Place], str]:
    """An id that nothing has yet."""
    return lambda place: f"{prefix}-{len(place.ledger.facts)}"


def last_money(place: Place) -> str:
    """The last command that moved money and may still be reversed."""
    records = [state for state in place.ledger.states.values() if isinstance(state, CommandRecord) and not state.undone]
    paid = [one for one in records if money_facts(one.facts) and not isinstance(one.facts[0].fact, EntryReversed)]
    return max(paid, key=lambda one: one.facts[-1].position).command if paid else "nothing"


def reverse(by: str = "P-C1", approved_by: str = "P-H1") -> Move:
    return move("ReverseEntry", by, of=last_money, reason="记错", approved_by=approved_by)


def take_back(*kinds: type[Fact], by: str = "P-C1", approved_by: str = "P-H1") -> Move:
    """Reverse the last figure of these kinds that stands."""

    def last(place: Place) -> str:
        records = [state for state in place.ledger.states.values() if isinstance(state, CommandRecord)]
        found = [
            (one.facts[-1].position, one.command)
            for one in records
            if not one.undone and any(type(first.fact) in kinds for first in figures_of(one.facts))
        ]
        return max(found)[1] if found else "nothing"

    return move("ReverseEntry", by, of=last, reason="记错", approved_by=approved_by)


Look = Callable[[MemoryLedger], Hashable]
"""Distinguishes two situations."""


def fields(key: str, *names: str) -> Look:
    """A situation is these fields of one document's state."""

    def look(ledger: MemoryLedger) -> Hashable:
        state = ledger.states.get(key)
        return None if state is None else tuple(getattr(state, name) for name in names)

    return look


def together(*looks: Look) -> Look:
    return lambda ledger: tuple(look(ledger) for look in looks)


class Walk(NamedTuple):
    """``look`` says what distinguishes two situations."""

    start: tuple[Move, ...]
    moves: tuple[Move, ...]
    look: Callable[[MemoryLedger], Hashable]
    longest: int = 60


class Posted(NamedTuple):
    """A fact of this name has debited or credited an account of this kind."""

    fact: str
    side: str
    account: str


class Trace:
    """Everything that was seen on a walk."""

    def __init__(self) -> None:
        self.seen: set[Seen] = set()
        self.posted: set[Posted] = set()

    def add(self, other: Trace) -> None:
        self.seen |= other.seen
        self.posted |= other.posted


def postings(facts: Iterable[StoredFact]) -> set[Posted]:
    return {
        Posted(type(recorded.fact).__name__, "debit" if entry.amount < 0 else "credit", entry.account.partition(":")[0])
        for recorded in facts
        for entry in entries(recorded.fact)
    }


def make(place: Place, step: Move, trace: Trace) -> Place | None:
    """Where a move leads, if every command of it is accepted; the trace keeps what is seen on the way."""
    ledger, now = place.ledger.copy(), place.after(step.days)
    for line in step.lines(Place(ledger, now)):
        first = len(ledger.facts)
        accepted, happened = observe(ledger, {"id": f"w-{first}", "at": now.isoformat(), **line})
        if not accepted:
            return None
        trace.seen |= happened
        trace.posted |= postings(ledger.facts[first:])
        now += timedelta(minutes=1)
    return Place(ledger, now)


def walked(walk: Walk) -> Trace:
    """Everything that is seen on a walk."""
    trace = Trace()
    place = Place(BEGUN, START)
    for step in walk.start:
        reached = make(place, step, trace)
        assert reached is not None, step.lines(place)
        place = reached
    known, border = {walk.look(place.ledger)}, [place]
    for _ in range(walk.longest):
        border = list(_beyond(border, walk, known, trace))
    return trace


def _beyond(border: Iterable[Place], walk: Walk, known: set[Hashable], trace: Trace) -> Iterator[Place]:
    """One move further from every place of the border: the situations that are new."""
    for place in border:
        for step in walk.moves:
            reached = make(place, step, trace)
            if reached is not None and (situation := walk.look(reached.ledger)) not in known:
                known.add(situation)
                yield reached
