"""A stretch of the log, read and decoded once for all projections."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

import asyncpg

from ledger.fact import Recorded
from ledger.facts import decode
from ledger.posting import Entries, entries

Connection = asyncpg.Connection | asyncpg.pool.PoolConnectionProxy

READ = """
select position, to_char(recorded_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), body
from log.events where position > $1 order by position limit $2
"""
HEAD = "select coalesce(max(position), 0) from log.events"


class Posted(NamedTuple):
    """A fact at its place, with what it debits and credits."""

    recorded: Recorded
    entries: Entries


class Poison(NamedTuple):
    """A fact that cannot be read at all, and why."""

    position: int
    reason: str


class Batch(NamedTuple):
    """Facts in order of position; ``poison`` is what follows them where reading had to stop."""

    facts: Sequence[Posted]
    poison: Poison | None = None

    @property
    def last(self) -> int:
        return self.facts[-1].recorded.position if self.facts else 0

    def after(self, position: int) -> Sequence[Posted]:
        """The facts that a projection at this position has not seen."""
        if not self.facts or self.facts[0].recorded.position > position:
            return self.facts
        return [posted for posted in self.facts if posted.recorded.position > position]


async def read(connection: Connection, after: int, limit: int) -> Batch:
    """The next facts after a position, decoded, with their entries."""
    return digest(await connection.fetch(READ, after, limit))


class ReadAhead:
    """Reads the stretch that comes next while the last one is being written."""

    def __init__(self, connection: Connection, size: int, until: int) -> None:
        self._connection = connection
        self._size = size
        self._until = until
        self._coming: tuple[int, asyncio.Task[Batch]] | None = None

    async def read(self, after: int) -> Batch:
        """The stretch after a position, never beyond the end; the one after it is asked for at once."""
        expected, coming = self._coming or (None, None)
        if expected != after or coming is None:
            await self.close()
            coming = self._ask(after)
        self._coming = None
        batch = await coming
        if batch.last and batch.poison is None and batch.last < self._until:
            self._coming = batch.last, self._ask(batch.last)
        return batch

    def _ask(self, after: int) -> asyncio.Task[Batch]:
        return asyncio.create_task(read(self._connection, after, min(self._size, self._until - after)))

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


def digest(rows: Iterable[Iterable[Any]]) -> Batch:
    """Decode stored facts; a fact that cannot be read ends the batch and is named."""
    facts: list[Posted] = []
    for position, recorded_at, body in rows:
        try:
            fact = decode(body)
            facts.append(Posted(Recorded(position, recorded_at, fact), entries(fact)))
        except Exception as error:  # whatever it is, this fact is named and never skipped
            return Batch(facts, Poison(position, reason_of(error)))
    return Batch(facts)


def reason_of(error: Exception) -> str:
    """What the status says of a failure."""
    return f"{type(error).__name__}: {error}"[:500]


@contextmanager
def collector_paused() -> Iterator[None]:
    """No cycle search while facts stream through that have no cycles: it would take half of the time.

    ``gc.collect(0)`` now and then, between two stretches, keeps what others leave behind from piling up.
    """
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()
