"""One elected process carries the log into the read models, in order, each exactly once.

Election is a session advisory lock on the connection that reads the log; every projection writes its rows and its
position in one transaction, and moves the position only from where it believes it to be.  So a runner that lost the
election without noticing, or was killed between two batches, loses and doubles nothing.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from functools import partial
from time import monotonic
from typing import Protocol

import asyncpg

from projections.batch import Connection, Poison, head
from projections.batch_writer import TROUBLE, BatchWriter
from projections.builds import Build, Superseded, builds, park, prepare
from projections.catalogue import PROJECTIONS
from projections.progress import PATIENCE, wait_for
from projections.projection import Projection
from projections.projector import Sink
from projections.rebuild import CannotRebuild, begin_beside
from projections.sessions import close, connect
from projections.workers import carry_far, is_far

ELECTION_LOCK = 7_420_100
BATCH = 5_000
POLL_SECONDS = 0.25
RETRY_SECONDS = 5.0

Report = Callable[[Exception], None]


class Reach(Protocol):
    """Return when the read models serve this position; raises Behind when they do not get there in time."""

    async def __call__(self, position: int, timeout: float = PATIENCE) -> None: ...


class NotElected(Exception):
    """Another process carries the facts of this ledger into its read models."""


class Elected:
    """The elected process's part: writes the serving builds for as long as its connections live."""

    def __init__(
        self,
        dsn: str,
        reader: Connection,
        writers: dict[str, Connection],
        projections: tuple[Projection, ...],
        batch: int,
    ) -> None:
        self._dsn = dsn
        self._reader = reader
        self._writers = writers
        self._projections = projections
        self._batch = batch
        self._sinks: dict[str, Sink] = {}
        self._retry_at = 0.0

    async def catch_up(self, until: int | None = None) -> int:
        """Carry everything up to a position (default: the end of the log); returns what the slowest has reached.

        Parked projections are tried again now and then; the others do not wait for them.
        """
        end = await head(self._reader)
        target = end if until is None else min(until, end)
        await self._look()
        if target == end:
            await self._begin_beside(target)
        while True:
            try:
                await carry_far(self._dsn, self._reader, list(self._sinks.values()), target, self._batch)
                return min((sink.writer.position for sink in self._sinks.values()), default=target)
            except Superseded:
                self._sinks.clear()
                await self._look()

    async def _begin_beside(self, target: int) -> None:
        """Fill builds beside that serve nothing yet and have far to go, which costs less, and then switch to them."""
        new = [name for name, one in self._sinks.items() if not one.writer.position and is_far(one, target)]
        if new:
            with suppress(CannotRebuild):  # another process is at it
                await begin_beside(self._dsn, new, self._batch)
            await self._look()

    async def _look(self) -> None:
        """Look which builds serve now, and whether it is time to try again what was parked."""
        serving = {build.name: build for build in await builds(self._reader) if build.state == "serving"}
        for projection in self._projections:
            await self._take_on(projection, serving[projection.name])
        if monotonic() >= self._retry_at:
            self._retry_at = monotonic() + RETRY_SECONDS
            for sink in self._sinks.values():
                sink.writer.tries = True

    async def _take_on(self, projection: Projection, build: Build) -> None:
        sink = self._sinks.get(projection.name)
        if build.shape != projection.shape:
            self._sinks.pop(projection.name, None)
            reason = f"tables of shape {build.shape}, this program's is {projection.shape}: rebuild {projection.name}"
            await park(self._reader, build, Poison(build.position + 1, reason))
        elif sink is None or sink.writer.build[:2] != build[:2] or sink.writer.position != build.position:
            self._sinks[projection.name] = Sink(BatchWriter(projection, build), self._writers[projection.name])


class Runner:
    """Carries facts into the read models of one ledger while it runs; ``wake`` it when something was recorded."""

    def __init__(
        self,
        dsn: str,
        projections: tuple[Projection, ...] = PROJECTIONS,
        *,
        batch: int = BATCH,
        poll: float = POLL_SECONDS,
        trouble: Report | None = None,
    ) -> None:
        self._dsn = dsn
        self._projections = projections
        self._batch = batch
        self._poll = poll
        self._trouble = trouble
        self._awake = asyncio.Event()

    def wake(self) -> None:
        """Tell the runner that something was recorded."""
        self._awake.set()

    @asynccontextmanager
    async def elected(self) -> AsyncIterator[Elected]:
        """Become the elected process; raises NotElected when another one is."""
        names = [projection.name for projection in self._projections]
        connections: list[asyncpg.Connection] = []
        try:
            for _ in range(len(names) + 1):
                connections.append(await connect(self._dsn))  # noqa: PERF401
            reader, *writers = connections
            await prepare(reader, self._projections)
            if not await reader.fetchval("select pg_try_advisory_lock($1)", ELECTION_LOCK):
                raise NotElected
            yield Elected(self._dsn, reader, dict(zip(names, writers, strict=True)), self._projections, self._batch)
        finally:
            for connection in connections:
                await close(connection)

    async def catch_up(self, until: int | None = None) -> int:
        """Carry everything recorded (up to a position) in the caller's task; returns what the slowest has reached."""
        async with self.elected() as elected:
            return await elected.catch_up(until)

    async def run(self) -> None:
        """Until cancelled, be elected or stand by, and carry facts whenever there are any."""
        while True:
            try:
                async with self.elected() as elected:
                    while True:
                        self._awake.clear()
                        await elected.catch_up()
                        await self._rest()
            except NotElected:
                await asyncio.sleep(self._poll)
            except TROUBLE as trouble:
                if self._trouble:
                    self._trouble(trouble)
                await asyncio.sleep(self._poll)

    async def _rest(self) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(self._awake.wait(), self._poll)


@asynccontextmanager
async def following(dsn: str, projections: tuple[Projection, ...] = PROJECTIONS) -> AsyncIterator[Reach]:
    """For a caller that asks right after it has recorded: ``await reach(position)`` makes the read models get there.

    The caller's own process carries the facts, or waits for the one that is elected.
    """
    runner = Runner(dsn, projections)
    try:
        async with runner.elected() as elected:

            async def carry(position: int, timeout: float = PATIENCE) -> None:
                await elected.catch_up(position)

            yield carry
    except NotElected:
        connection = await connect(dsn)
        try:
            yield partial(wait_for, connection)
        finally:
            await close(connection)
