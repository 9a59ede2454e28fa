"""One open ledger, as its doors see it: commands go to the market, queries to the read models."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager, suppress
from time import monotonic
from typing import TYPE_CHECKING, Any

import asyncpg
from sqlalchemy import Row, Select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from api.evidence import EvidenceStore
from api.jobs.worker import Jobs
from ledger.decisions import Command
from ledger.errors import Refusal
from ledger.interchange import Answer, Bundle, Query, refused
from ledger.log.errors import Busy, CommitInDoubt, LogError, LogUnavailable, database_trouble
from ledger.log.store import Log
from ledger.market import Market
from projections.progress import FIRST_PAUSE, LONGEST_PAUSE, Behind, Status, status, wait_for
from projections.queries import answer
from projections.read_models import snapshot
from projections.runner import Elected, NotElected, Runner

if TYPE_CHECKING:
    from api.metrics import Metrics

WAIT_SECONDS = 30.0
"""A query waits so long for its read model, unless its caller says otherwise."""


COMPUTING_SECONDS = 300.0
"""States that are computed for a decision may wait so long for their read models."""


FIRST_READ_SECONDS = 20.0
"""The first read of a ledger waits so long for what was recorded before it was opened."""


class NotYet(LogError):
    """The read model has not got there in time, or is parked."""


@contextmanager
def reading_trouble() -> Iterator[None]:
    """SQLAlchemy's exceptions as the driver's, and those as ours."""
    with database_trouble():
        try:
            yield
        except DBAPIError as error:
            raise error.driver_exception from error


class Reader:
    """Asks the read models; with a runner, brings them up itself where no other process is elected to do so."""

    def __init__(self, engine: AsyncEngine, pool: asyncpg.Pool, inline: Runner | None = None) -> None:
        self._engine = engine
        self._pool = pool
        self._inline = inline
        self._elected: Elected | None = None
        self._election = AsyncExitStack()
        self._carrying = asyncio.Lock()
        self._reached = 0

    async def close(self) -> None:
        await self._election.aclose()
        await self._engine.dispose()

    async def answer(self, query: Query) -> Answer:
        """From one snapshot.  Refusals of the query are answers."""
        try:
            with reading_trouble():
                async with snapshot(self._engine) as connection:
                    return Answer(query.id, True, **await answer(connection, query.name, query.data))
        except Refusal as refusal:
            return refused(query.id, refusal)

    async def rows(self, statement: Select[Any]) -> list[Row[Any]]:
        """A report over the read models."""
        with reading_trouble():
            async with snapshot(self._engine) as connection:
                return list(await connection.execute(statement))

    @asynccontextmanager
    async def reached(self, position: int) -> AsyncIterator[AsyncConnection]:
        """One snapshot of read models that hold everything up to a position.  Raises LogError."""
        await self.reach(position, COMPUTING_SECONDS)
        with reading_trouble():
            async with snapshot(self._engine) as connection:
                yield connection

    async def reach(self, position: int, timeout: float = WAIT_SECONDS) -> None:
        """Return when the read models hold everything up to a position.  Raises NotYet."""
        if position <= self._reached:
            return
        if self._inline is not None:
            await self._carry(self._inline, position)
        until, pause = monotonic() + timeout, FIRST_PAUSE
        while (behind := await self._behind(position)) is not None:
            if behind.parked is not None or monotonic() + pause > until:
                raise NotYet(str(behind))
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)
        self._reached = max(self._reached, position)

    async def status(self) -> Status:
        with database_trouble():
            async with self._pool.acquire(timeout=5) as connection:
                return await status(connection)

    async def _behind(self, position: int) -> Behind | None:
        """One look; the connection is not kept while we wait."""
        try:
            with database_trouble():
                async with self._pool.acquire() as connection:
                    await wait_for(connection, position, 0)
        except Behind as behind:
            return behind
        return None

    async def _carry(self, runner: Runner, position: int) -> None:
        async with self._carrying:
            try:
                await self._carry_if_elected(runner, position)
            except* (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as troubles:
                self._elected = None
                await self._election.aclose()
                trouble = troubles.exceptions[0]
                raise LogUnavailable(f"The read models could not be brought up to date: {trouble}") from trouble

    async def _carry_if_elected(self, runner: Runner, position: int) -> None:
        try:
            if self._elected is None:
                self._elected = await self._election.enter_async_context(runner.elected())
            await self._elected.catch_up(position)
        except NotElected:
            return  # that process carries the facts in; we only wait


class Ledger:
    """One open ledger."""

    def __init__(
        self,
        name: str,
        dsn: str,
        log: Log,
        market: Market,
        reader: Reader,
        metrics: Metrics | None = None,
        *,
        evidence: EvidenceStore | None = None,
        opened_at: int = 0,
    ) -> None:
        self.name = name
        self.dsn = dsn
        self.log = log
        self.market = market
        self.reader = reader
        self.evidence = evidence
        self.jobs = Jobs(self)
        self._metrics = metrics
        self._opened_at = opened_at

    async def submit(self, commands: Sequence[Command | Bundle]) -> list[Answer]:
        """Decided and durable, or LogError."""
        try:
            answers = await self.market.submit(commands)
        except LogError as trouble:
            self._count({outcome_of_trouble(trouble): len(commands)})
            raise
        self._count(Counter(map(outcome, answers)))
        return answers

    def rehearsal(self) -> DryRun:
        """The same ledger, of which nothing is recorded."""
        return DryRun(self)

    async def ask(self, query: Query) -> Answer:
        """A query that sees everything recorded before it."""
        return await self.ask_at(query, (await self.log.head()).position)

    async def ask_at(self, query: Query, position: int, timeout: float = WAIT_SECONDS) -> Answer:
        """A query that sees everything up to a position at least, and all that was there when the ledger was opened."""
        await self._catch_up()
        if position:
            await self.reader.reach(position, timeout)
        return await self.reader.answer(query)

    async def _catch_up(self) -> None:
        """The first to read waits for what others have recorded before; what cannot be carried in keeps nobody."""
        if self._opened_at:
            with suppress(NotYet):
                await self.reader.reach(self._opened_at, FIRST_READ_SECONDS)
            self._opened_at = 0

    async def carry(self) -> None:
        """Bring the read models up to what is recorded, unless another process does."""
        with suppress(NotYet):
            await self.reader.reach((await self.log.head()).position, FIRST_PAUSE)

    def _count(self, outcomes: dict[str, int]) -> None:
        if self._metrics is not None:
            self._metrics.count_commands(self.name, outcomes)


class DryRun:
    """Decides commands in vain, each on those before it; queries see what is recorded (rule 42)."""

    def __init__(self, ledger: Ledger) -> None:
        self.submit = ledger.market.rehearsal().submit
        self.ask = ledger.ask


def outcome(answer: Answer) -> str:
    if not answer.ok:
        return answer.code or "DEFECT"
    return "repeated" if answer.repeat else "recorded"


def outcome_of_trouble(trouble: LogError) -> str:
    if isinstance(trouble, Busy):
        return "BUSY"
    return "UNKNOWN_OUTCOME" if isinstance(trouble, CommitInDoubt) else "UNAVAILABLE"
