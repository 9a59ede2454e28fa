"""A new build fills beside the one that serves, is compared with it row by row, and takes its place in one moment.

Reads are served all the while.  The two are compared at one position: the serving build is held there for as long as
the new one needs for its last few facts, then both are seen through one snapshot while they go on.
"""

from __future__ import annotations

from asyncio import TaskGroup
from collections.abc import AsyncIterator, Coroutine, Iterable, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from time import monotonic
from typing import Any

import asyncpg

from projections.batch import head
from projections.batch_writer import BatchWriter
from projections.builds import (
    Build,
    builds,
    create,
    drop,
    keep_report,
    point_views,
    prepare,
    set_state,
)
from projections.catalogue import BY_NAME, PROJECTIONS
from projections.comparison import compare
from projections.projection import Projection, definition
from projections.projector import Sink, carry
from projections.sessions import close, connect
from projections.workers import carry_far

APPLICATION = "jiesuan rebuild"
REBUILD_LOCK = 7_420_102
BATCH = 5_000
NEAR = 2_000
"""The most facts that are carried while the serving build is held."""
PATIENCE_MS = 1_000
"""How long a switch waits for running reads before it lets waiting ones through and tries again."""
MEMORY = "set maintenance_work_mem = '128MB'; set work_mem = '64MB'"
"""Memory in which an index is sorted and builds are compared without files."""

Report = dict[str, Any]


class CannotRebuild(Exception):
    """The new build was not completed or not switched to; the old one serves as before."""


class Differences(CannotRebuild):
    """The new build has other rows than the one that serves; it stays for a look, until the next rebuild."""

    def __init__(self, report: Report) -> None:
        super().__init__(f"{report['projection']}: {report['differences']} rows differ at {report['position']}")
        self.report = report


async def rebuild(
    dsn: str, names: Sequence[str] = (), *, accept_differences: bool = False, batch: int = BATCH
) -> list[Report]:
    """Rebuild projections (all, or those named) and switch to them; returns the reports of the comparisons.

    Raises Differences before a build is switched to that has other rows, unless they are accepted.
    """
    chosen = [BY_NAME[name] for name in names] if names else list(PROJECTIONS)
    async with _new_builds(dsn, chosen, batch) as rebuilds:
        serving = await builds(rebuilds[0].control)
        target = min(
            build.position for build in serving if build.state == "serving" and BY_NAME.get(build.name) in chosen
        )
        await _fill(dsn, rebuilds, target)
        await _together(each.verify() for each in rebuilds)
        return [await each.complete(accept_differences=accept_differences) for each in rebuilds]


async def begin_beside(dsn: str, names: Sequence[str], batch: int = BATCH) -> None:
    """Fill new builds of projections that serve nothing yet and have far to go, and switch to them.

    That costs less than to carry every fact into tables that are read, and what is empty needs no comparison.
    """
    async with _new_builds(dsn, [BY_NAME[name] for name in names], batch) as rebuilds:
        await _fill(dsn, rebuilds, await head(rebuilds[0].reader))
        await _together(each.index() for each in rebuilds)
        for each in rebuilds:
            await each.switch()


@asynccontextmanager
async def _new_builds(dsn: str, projections: Sequence[Projection], batch: int) -> AsyncIterator[list[Rebuild]]:
    """Begin an empty build of each; nobody else may do so at the same time."""
    async with AsyncExitStack() as stack:

        async def session() -> asyncpg.Connection:
            connection = await connect(dsn, APPLICATION)
            stack.push_async_callback(close, connection)
            await connection.execute(MEMORY)
            return connection

        control = await session()
        await prepare(control, PROJECTIONS)
        if not await control.fetchval("select pg_try_advisory_lock($1)", REBUILD_LOCK):
            raise CannotRebuild("another process is rebuilding")
        yield [
            await Rebuild.begin(projection, await session(), await session(), await session(), batch)
            for projection in projections
        ]


async def _together(works: Iterable[Coroutine[Any, Any, None]]) -> None:
    """Run all at the same time; only the first failure is raised."""
    try:
        async with TaskGroup() as tasks:
            for work in works:
                tasks.create_task(work)
    except BaseExceptionGroup as failures:
        raise failures.exceptions[0] from None


async def _fill(dsn: str, rebuilds: Sequence[Rebuild], target: int) -> None:
    """Carry the bulk of the log into all of them together."""
    first = rebuilds[0]
    began = monotonic()
    sinks = [each.sink for each in rebuilds]
    await carry_far(dsn, first.reader, sinks, target, first.batch, APPLICATION)
    for each in rebuilds:
        each.seconds["fill"] = monotonic() - began


class Rebuild:
    """One projection's new build on its way into service."""

    def __init__(
        self,
        projection: Projection,
        control: asyncpg.Connection,
        reader: asyncpg.Connection,
        sink: Sink,
        batch: int,
    ) -> None:
        self.projection = projection
        self.control = control
        self.reader = reader
        self.sink = sink
        self.batch = batch
        self.seconds: dict[str, float] = {}
        self.report: Report = {}

    @classmethod
    async def begin(
        cls,
        projection: Projection,
        control: asyncpg.Connection,
        reader: asyncpg.Connection,
        connection: asyncpg.Connection,
        batch: int,
    ) -> Rebuild:
        """Make empty tables without indexes, which are cheaper at the end; remove what an earlier rebuild left."""
        async with control.transaction():
            for build in await builds(control):
                if build.name == projection.name and build.state in ("building", "old"):
                    await drop(control, build)
            number = await create(control, projection, "building", indexed=False)
        new = next(build for build in await builds(control) if build[:2] == (projection.name, number))
        return cls(projection, control, reader, Sink(BatchWriter(projection, new, filling=True), connection), batch)

    async def verify(self) -> None:
        """Make the indexes and compare; nothing is switched yet."""
        with self._timed("index"):
            await self.index()
        with self._timed("compare"):
            self.report = await self._compare()

    async def complete(self, *, accept_differences: bool) -> Report:
        """Keep the report, and switch when it says that nothing differs."""
        report = self.report
        report["seconds"] = {step: round(seconds, 3) for step, seconds in self.seconds.items()}
        report["accepted"] = bool(report["differences"]) and accept_differences
        await keep_report(self.control, self._new, report)
        if report["differences"] and not accept_differences:
            raise Differences(report)
        await self.switch()
        return report

    @property
    def _new(self) -> Build:
        return self.sink.writer.build

    @contextmanager
    def _timed(self, step: str) -> Iterator[None]:
        began = monotonic()
        yield
        self.seconds[step] = monotonic() - began

    async def index(self) -> None:
        """Make sums and indexes of all rows at once, at a fraction of their cost row by row."""
        parts = definition(self.projection.name)
        connection, schema = self.sink.connection, self._new.schema
        async with connection.transaction():
            sums = parts.sums if self.projection.fill else ""
            await connection.execute(f"set local search_path to {schema}; {sums} {parts.indexes}")
            for table in self.projection.tables:
                await connection.execute(f"analyze {schema}.{table}")
        self.sink.writer.filled()

    async def _carry(self, target: int) -> None:
        await carry(self.reader, [self.sink], target, self.batch)

    async def _serving(self, lock: str = "") -> Build:
        """The build that serves; ``for update`` holds it where it is until the end of the transaction."""
        name = self.projection.name
        if lock:
            await self.control.fetchval(
                f"select position from projections.builds where name = $1 and state = 'serving' {lock}", name
            )
        found = [build for build in await builds(self.control) if (build.name, build.state) == (name, "serving")]
        return found[0]

    async def _approach(self) -> None:
        """Close up to the serving build without holding it."""
        while (await self._serving()).position - self.sink.writer.position > NEAR:
            before = self.sink.writer.position
            await self._carry((await self._serving()).position)
            if self.sink.writer.position == before:
                break
        self._not_parked_before((await self._serving()).position)

    def _not_parked_before(self, position: int) -> None:
        new = self._new
        if new.position < position and new.parked_position is not None:
            raise CannotRebuild(f"{new.schema} cannot digest position {new.parked_position}: {new.parked_reason}")

    async def _compare(self) -> Report:
        """Compare both at one position, through one snapshot, while both go on."""
        await self._approach()
        connection = self.sink.connection
        async with AsyncExitStack() as held:
            async with self.control.transaction():
                old = await self._serving("for update")
                await self._carry(old.position)
                self._not_parked_before(old.position)
                await held.enter_async_context(connection.transaction(isolation="repeatable_read", readonly=True))
                await connection.fetchval("select count(*) from projections.builds")
            tables = await compare(connection, self.projection, old.schema, self._new.schema)
        return {
            "projection": self.projection.name,
            "before": old.schema,
            "after": self._new.schema,
            "position": old.position,
            "differences": sum(table.differences for table in tables),
            "tables": [table._asdict() for table in tables],
        }

    async def switch(self) -> None:
        """Switch the views to the new build between the last reader of the old one and the first of the new."""
        await self._carry(await head(self.reader))
        while True:
            await self._approach()
            try:
                old = await self._take_over()
            except asyncpg.LockNotAvailableError:
                continue  # a long read goes on; those that queued behind us are let through first
            break
        async with self.control.transaction():
            await drop(self.control, old)

    async def _take_over(self) -> Build:
        async with self.control.transaction():
            old = await self._serving("for update")
            await self._carry(old.position)
            await self.control.execute(f"set local lock_timeout = {PATIENCE_MS}")
            await self.control.execute("lock table projections.switching in access exclusive mode")
            await set_state(self.control, old, "old")
            await set_state(self.control, self._new, "serving")
            await point_views(self.control, self.projection, self._new.build)
        return old
