"""One process's jobs of one ledger: taken in, done two at a time, every step of them in the database."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic
from typing import TYPE_CHECKING, Any

import asyncpg
import msgspec
import structlog

from api.jobs import store
from api.jobs.registry import Failed, File, Job, Result, Work, find
from api.jobs.store import Standing
from ledger.errors import IdempotencyConflict, Refusal, Unknown
from ledger.log.errors import Busy, LogError, LogUnavailable, database_trouble
from migrations import SERVICE
from migrations.postgres.connections import create_pool

AT_ONCE = 2
MOST_WAITING = 100
REPORT_SECONDS = 0.25
_encode = msgspec.json.Encoder(order="sorted").encode
logger = structlog.get_logger("jiesuan.jobs")

if TYPE_CHECKING:
    from api.ledger import Ledger


class Jobs:
    """The jobs of a ledger: any process answers about all of them, and does those that it has taken in itself."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._pool: asyncpg.Pool | None = None
        self._opening = asyncio.Lock()
        self._room = asyncio.Semaphore(AT_ONCE)
        self._tasks: dict[int, asyncio.Task[None]] = {}
        self._lock: asyncpg.Connection | None = None
        self._worker = 0

    # -- asking ----------------------------------------------------------------------------------------------------

    async def ask(self, name: str, data: dict[str, Any], identifier: str | None = None) -> tuple[Standing, bool]:
        """Take a job in; the same id again is the same job.  Was it new?  Raises a Refusal or LogError."""
        asked = find(name)
        asked.valid(asked.form.read(data))
        identifier = identifier or f"J-{secrets.token_hex(8)}"
        with database_trouble():
            pool = await self._opened()
            if (before := await self._asked_before(pool, identifier, name, data)) is not None:
                return before, False
            if len(self._tasks) >= MOST_WAITING:
                raise Busy(f"{MOST_WAITING} jobs are waiting")
            await self._be_alive()
            number = await pool.fetchval(store.ADD, identifier, name, _encode(data).decode(), self._worker)
        if number is None:  # in the same moment
            return await self.ask(name, data, identifier)
        task = asyncio.create_task(self._do(number, asked, data), name=f"job {identifier}")
        self._tasks[number] = task
        task.add_done_callback(lambda _: self._tasks.pop(number, None))
        return await self.get(identifier), True

    async def _asked_before(
        self, pool: asyncpg.Pool, identifier: str, name: str, data: dict[str, Any]
    ) -> Standing | None:
        row = await pool.fetchrow(store.ONE, identifier)
        if row is not None and (row["job"], row["data"]) != (name, _encode(data).decode()):
            raise IdempotencyConflict(identifier)
        return None if row is None else store.standing(row)

    async def get(self, identifier: str) -> Standing:
        """How a job stands.  Raises Unknown."""
        return store.standing(await self._row(identifier))

    async def latest(self, after: str | None = None, limit: int = 100) -> list[Standing]:
        """The latest jobs first; ``after`` goes on after a job's id."""
        with database_trouble():
            return [store.standing(row) for row in await (await self._opened()).fetch(store.LATEST, after, limit)]

    async def answer(self, identifier: str) -> Any:
        """The result of a job that made no file."""
        text = (await self._row(identifier))["answer"]
        return None if text is None else msgspec.json.decode(text)

    async def file(self, identifier: str) -> AsyncIterator[bytes]:
        """The pieces of the file that a job has made."""
        return store.pieces(await self._opened(), identifier)

    async def _row(self, identifier: str) -> asyncpg.Record:
        with database_trouble():
            row = await (await self._opened()).fetchrow(store.ONE, identifier)
        if row is None:
            raise Unknown("job", identifier)
        return row

    # -- doing -----------------------------------------------------------------------------------------------------

    async def _do(self, number: int, asked: Job, data: dict[str, Any]) -> None:
        """Everything that happens to a job from now on; what goes wrong is its outcome."""
        try:
            async with self._room:
                await self.write(store.BEGIN, number)
                with TemporaryDirectory(prefix="jiesuan-job-") as directory:
                    work = Work(self._ledger, Path(directory), Reports(self, number))
                    await self._keep(number, await asked.function(work, **asked.form.read(data)))
        except Refusal as refusal:
            await self._fail(number, refusal.code, refusal.detail or type(refusal).__doc__ or "")
        except Failed as failed:
            await self._fail(number, failed.code, failed.detail)
        except LogError as trouble:
            await self._fail(number, "UNAVAILABLE", str(trouble))
        except asyncio.CancelledError:
            await asyncio.shield(self._end(number, "lost", None, "The process was told to stop; ask again."))
            raise
        except Exception as defect:
            logger.exception("job_failed", job=asked.name, number=number, exc_info=defect)
            await self._fail(number, "DEFECT", "An error of the ledger itself; it is logged.")

    async def _keep(self, number: int, result: Result) -> None:
        pool = await self._opened()
        if not isinstance(result, File):
            await self._end(number, "done", answer=msgspec.json.encode(result).decode())
        elif store.is_too_large(result.path):
            await self._fail(number, "TOO_LARGE", f"The file is larger than {store.LARGEST_FILE:,} bytes.")
        else:
            with database_trouble():
                async with pool.acquire() as connection, connection.transaction():
                    await store.keep_file(connection, number, result)
                    await connection.execute(store.END, number, "done", None, None, None)
        with database_trouble():
            async with pool.acquire() as connection, connection.transaction():
                await store.make_room(connection)

    async def _fail(self, number: int, code: str, detail: str) -> None:
        await self._end(number, "failed", code, detail)

    async def _end(
        self, number: int, state: str, code: str | None = None, detail: str | None = None, answer: str | None = None
    ) -> None:
        """Write the outcome down; if the database is away, the lock is gone as well and the job counts as lost."""
        try:
            await self.write(store.END, number, state, code, detail, answer)
        except LogError as trouble:
            logger.warning("job_outcome_not_written", number=number, state=state, problem=str(trouble))

    async def write(self, statement: str, *arguments: Any) -> None:
        """One of the store's statements.  Raises LogError."""
        with database_trouble():
            await (await self._opened()).execute(statement, *arguments)

    # -- living ----------------------------------------------------------------------------------------------------

    async def _opened(self) -> asyncpg.Pool:
        async with self._opening:
            if self._pool is None:
                self._pool = await create_pool(self._ledger.dsn, SERVICE, min_size=0, max_size=3)
            return self._pool

    async def _be_alive(self) -> None:
        """Hold the lock by which others see that this process lives.  Raises LogError."""
        async with self._opening:
            if self._lock is not None and not self._lock.is_closed():
                return
            if self._tasks:
                raise LogUnavailable("The connection that jobs are watched by was lost; try again when they have ended")
            self._lock = await asyncpg.connect(self._ledger.dsn, server_settings={"role": SERVICE})
            self._worker = await self._lock.fetchval(store.BECOME_WORKER)

    async def close(self) -> None:
        """Give up jobs that are under way; they say so."""
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        with suppress(*CLOSING):
            if self._lock is not None:
                await self._lock.close(timeout=2)
        if self._pool is not None:
            self._pool.terminate()


CLOSING = (OSError, asyncpg.PostgresError, asyncpg.InterfaceError)


class Reports:
    """Says how far a job is, but not more often than a person can look."""

    def __init__(self, jobs: Jobs, number: int) -> None:
        self._jobs = jobs
        self._number = number
        self._last = 0.0

    async def __call__(self, done: int, total: int | None = None, step: str | None = None) -> None:
        if monotonic() - self._last < REPORT_SECONDS:
            return
        self._last = monotonic()
        await self._jobs.write(store.REPORT, self._number, done, total, step)
