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

from projections.batch import Batch, Connection, ReadAhead, head
from projections.builds import Superseded, builds, prepare
from projections.catalogue import PROJECTIONS
from projections.feeding import TROUBLE, Feeder
from projections.projection import Projection
from projections.waiting import wait_for

ELECTION_LOCK = 7_420_100
BATCH = 4_000
POLL_SECONDS = 0.25
RETRY_SECONDS = 5.0
PROJECTOR_ROLE = "jiesuan_projector"

PATIENCE = 30.0

Report = Callable[[Exception], None]


class Reach(Protocol):
    """Return when the read models serve this position; raises Behind when they do not get there in time."""

    async def __call__(self, position: int, timeout: float = PATIENCE) -> None: ...


class NotElected(Exception):
    """Another process carries the facts of this ledger into its read models."""


class Elected:
    """The one who feeds the serving builds, for as long as its connections live."""

    def __init__(
        self, reader: Connection, writers: dict[str, Connection], projections: tuple[Projection, ...], batch: int
    ) -> None:
        self._reader = reader
        self._writers = writers
        self._projections = projections
        self._batch = batch
        self._feeders: list[Feeder] = []
        self._retry_at = 0.0

    async def catch_up(self, until: int | None = None) -> int:
        """Carry everything up to a position (default: the end of the log); returns what the slowest has reached.

        Parked projections are tried again now and then; the others do not wait for them.
        """
        target = await head(self._reader) if until is None else until
        await self._refresh()
        ahead = ReadAhead(self._reader, self._batch, target)
        try:
            while going := self._going(target):
                batch = await ahead.read(min(feeder.position for feeder in going))
                if not batch.facts and batch.poison is None:
                    break
                try:
                    await self._feed(going, batch)
                except Superseded:
                    await self._refresh(anew=True)
        finally:
            await ahead.close()
        return min((feeder.position for feeder in self._feeders), default=target)

    async def _feed(self, feeders: list[Feeder], batch: Batch) -> None:
        """All projections at once: while one waits for the database, another folds."""
        taking = [feeder.take(self._writers[feeder.projection.name], batch) for feeder in feeders]
        for outcome in await asyncio.gather(*taking, return_exceptions=True):
            if outcome is not None:
                raise outcome

    async def _refresh(self, anew: bool = False) -> None:
        """Who serves now, and is it time to try again what was parked?"""
        retry = monotonic() >= self._retry_at
        if retry:
            self._retry_at = monotonic() + RETRY_SECONDS
        serving = {build.name: build for build in await builds(self._reader) if build.state == "serving"}
        known = {} if anew else {feeder.projection.name: feeder for feeder in self._feeders}
        self._feeders = []
        for projection in self._projections:
            build, feeder = serving[projection.name], known.get(projection.name)
            if feeder is None or feeder.build[:2] != build[:2] or feeder.position != build.position:
                feeder = Feeder(projection, build)
            feeder.tries = retry or feeder.tries
            self._feeders.append(feeder)

    def _going(self, target: int) -> list[Feeder]:
        return [feeder for feeder in self._feeders if feeder.willing and feeder.position < target]


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
        """Something was recorded."""
        self._awake.set()

    @asynccontextmanager
    async def elected(self) -> AsyncIterator[Elected]:
        """Be the one; raises NotElected when another process is."""
        names = [projection.name for projection in self._projections]
        connections: list[asyncpg.Connection] = []
        try:
            for _ in range(len(names) + 1):
                connections.append(await connect(self._dsn))  # noqa: PERF401
            reader, *writers = connections
            await prepare(reader, self._projections)
            if not await reader.fetchval("select pg_try_advisory_lock($1)", ELECTION_LOCK):
                raise NotElected
            yield Elected(reader, dict(zip(names, writers, strict=True)), self._projections, self._batch)
        finally:
            for connection in connections:
                await _close(connection)

    async def catch_up(self, until: int | None = None) -> int:
        """Inline: carry what is recorded (up to a position); returns what the slowest has reached."""
        async with self.elected() as elected:
            return await elected.catch_up(until)

    async def run(self) -> None:
        """Until cancelled: be elected or stand by, carry facts whenever there are any."""
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
            await _close(connection)


async def connect(dsn: str, application: str = "jiesuan projector") -> asyncpg.Connection:
    """A session of the projector."""
    settings = {"role": PROJECTOR_ROLE, "application_name": application, "jit": "off"}
    return await asyncpg.connect(dsn, server_settings=settings)


async def _close(connection: asyncpg.Connection) -> None:
    """A session that is broken already needs no farewell."""
    with suppress(OSError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncio.TimeoutError):
        await connection.close(timeout=2)
    if not connection.is_closed():
        connection.terminate()
