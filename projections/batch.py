"""Batches of the log, read and decoded once for all projections."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any, NamedTuple

import asyncpg

from ledger.fact import StoredFact
from ledger.facts import BY_TOPIC, decode
from ledger.posting import Entries, entries

Connection = asyncpg.Connection | asyncpg.pool.PoolConnectionProxy

READ = """
select position, to_char(recorded_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), body
from log.events where position > $1 and position <= $2 {passed} order by position
"""
HEAD = "select coalesce(max(position), 0) from log.events"


class Posted(NamedTuple):
    """A fact at its place, with what it debits and credits."""

    stored: StoredFact
    entries: Entries


class Poison(NamedTuple):
    """A fact that cannot be read at all, and why."""

    position: int
    reason: str


class Batch(NamedTuple):
    """The facts up to a position that concern a projection, in order; ``poison`` follows where reading had to stop."""

    facts: Sequence[Posted]
    until: int
    poison: Poison | None = None

    def after(self, position: int) -> Sequence[Posted]:
        """The facts that a projection at this position has not seen."""
        if not self.facts or self.facts[0].stored.position > position:
            return self.facts
        return [posted for posted in self.facts if posted.stored.position > position]


async def read(connection: Connection, after: int, count: int, topics: frozenset[str] | None = None) -> Batch:
    """Read a number of positions after one, decoded, with their entries.

    Given topics, facts of other known topics are left out; a fact of an unknown topic is not.
    """
    until = after + count
    return digest(await connection.fetch(READ.format(passed=_without(topics)), after, until), until)


@cache
def _without(topics: frozenset[str] | None) -> str:
    """The list is written out, not a parameter: PostgreSQL looks a constant list up by hash."""
    passed = [] if topics is None else [f"'{topic}'" for topic in sorted(BY_TOPIC.keys() - topics)]
    return f"and topic not in ({', '.join(passed)})" if passed else ""


class ReadAhead:
    """Reads the next batch while the last one is being written."""

    def __init__(self, connection: Connection, size: int, until: int, topics: frozenset[str] | None) -> None:
        self._connection = connection
        self._size = size
        self._until = until
        self._topics = topics
        self._coming: tuple[int, asyncio.Task[Batch]] | None = None

    async def read(self, after: int) -> Batch:
        """The batch after a position, never beyond the end; the one after it is asked for at once."""
        expected, coming = self._coming or (None, None)
        if expected != after or coming is None:
            await self.close()
            coming = self._ask(after)
        self._coming = None
        batch = await coming
        if batch.poison is None and batch.until < self._until:
            self._coming = batch.until, self._ask(batch.until)
        return batch

    def _ask(self, after: int) -> asyncio.Task[Batch]:
        count = min(self._size, self._until - after)
        return asyncio.create_task(read(self._connection, after, count, self._topics))

    async def close(self) -> None:
        """Wait for what is still being read: the connection is needed for other things."""
        if self._coming:
            _, coming = self._coming
            self._coming = None
            await asyncio.wait([coming])
            if not coming.cancelled():
                coming.exception()


async def head(connection: Connection) -> int:
    """The last position of the log."""
    position: int = await connection.fetchval(HEAD)
    return position


def digest(rows: Iterable[Iterable[Any]], until: int) -> Batch:
    """Decode stored facts; a fact that cannot be read ends the batch and is named."""
    facts: list[Posted] = []
    add, made = (
        facts.append,
        tuple.__new__,
    )  # a NamedTuple's own constructor does the same, and this runs a million times
    for position, recorded_at, body in rows:
        try:
            fact = decode(body)
            add(made(Posted, (made(StoredFact, (position, recorded_at, fact)), entries(fact))))
        except Exception as error:  # whatever it is, this fact is named and never skipped
            return Batch(facts, position - 1, Poison(position, reason_of(error)))
    return Batch(facts, until)


def reason_of(error: Exception) -> str:
    """The reason that the status gives for a failure."""
    return f"{type(error).__name__}: {error}"[:500]


@contextmanager
def collector_paused() -> Iterator[None]:
    """Stop the search for cycles while facts stream through that have none: it would take half of the time.

    ``gc.collect(0)`` now and then, between two batches, keeps what others leave behind from piling up.
    """
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()
