"""The one place that wires a ledger: its database, log, market, read models and queries.

async with open_ledger(settings, "run") as ledger:     # a subcommand: read models are brought up when asked for
async with open_server(settings) as ledgers:           # a server: a projector carries facts in, all the while
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from typing import TYPE_CHECKING

import asyncpg
import msgspec
import structlog
from pydantic import TypeAdapter, ValidationError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from api.clock import keep_time
from api.evidence import EvidenceStore
from api.ledger import Ledger, Reader
from api.logs import shown_id
from api.settings import LedgerName, Settings, WrongSettings
from ledger.decisions import Command
from ledger.log.errors import database_trouble
from ledger.log.pool import open_pool
from ledger.log.store import Log
from ledger.market import Market
from migrations import SERVICE
from migrations import prepare as prepare_database
from migrations.postgres import SERVE, DatabaseProblem
from migrations.postgres.connections import create_pool
from migrations.postgres.databases import Databases, open_databases
from projections import packs
from projections.builds import prepare
from projections.catalogue import PROJECTIONS
from projections.computed_states import loaders
from projections.runner import Runner
from projections.sessions import connect as connect_projector

if TYPE_CHECKING:
    from api.metrics import Metrics

RESTART_SECONDS = 1.0
EXPORTS_AT_ONCE = 2
WAKE_SECONDS = 0.05
QUERY_SETTINGS = {"application_name": "jiesuan queries", "jit": "off", "statement_timeout": "60s"}
logger = structlog.get_logger("jiesuan")


class NoLedger(DatabaseProblem):
    """There is no ledger '{name}' in {place}: name another one with --ledger, --data or --database-url, or begin one
    with 'jiesuan run' and a history whose first command is CreateLedger."""


class Ledgers:
    """The ledgers of one server; each is opened when it is first asked for, and stays open."""

    def __init__(
        self,
        databases: Databases,
        open_one: Callable[[str, str], Awaitable[Ledger]],
        main: str,
        *,
        raw_log: bool = False,
    ) -> None:
        self._databases = databases
        self._open_one = open_one
        self._open: dict[str, Ledger] = {}
        self._opening = asyncio.Lock()
        self.main = main
        self.raw_log = raw_log
        self.closing = asyncio.Event()
        self.exporting = asyncio.Semaphore(EXPORTS_AT_ONCE)

    async def names(self) -> list[str]:
        return await self._databases.ledgers()

    def all_open(self) -> list[Ledger]:
        return list(self._open.values())

    async def get(self, name: str, *, create: bool = False) -> Ledger:
        """Raises NoLedger."""
        return self._open.get(name) or await self._opened(name, create)

    async def _opened(self, name: str, create: bool) -> Ledger:
        async with self._opening:
            if name not in self._open:
                if not _is_name(name) or not (create or await self._databases.exists(name)):
                    raise NoLedger(name=name, place="this database server")
                self._open[name] = await self._open_one(name, await prepare_database(self._databases, name))
            return self._open[name]


@asynccontextmanager
async def open_ledger(
    settings: Settings, purpose: str, *, allow_simulated: bool = False, create: bool = True
) -> AsyncIterator[Ledger]:
    """The ledger that the settings name, for a subcommand."""
    use_packs(settings)
    async with open_databases(settings.database_url, settings.data, purpose) as databases, AsyncExitStack() as stack:
        if not create and not await databases.exists(settings.ledger):
            raise NoLedger(name=settings.ledger, place="this database server")
        dsn = await prepare_database(databases, settings.ledger)
        runner = Runner(dsn)
        log = await Log.open(dsn)
        stack.push_async_callback(log.close)
        reader = await _reader(stack, dsn, settings, runner)
        market = Market(log, allow_simulated=allow_simulated, report=report_defect, computed=loaders(reader.reached))
        evidence = evidence_of(settings, settings.ledger)
        market = await stack.enter_async_context(market)
        ledger = Ledger(settings.ledger, dsn, log, market, reader, evidence=evidence)
        stack.push_async_callback(ledger.jobs.close)
        yield ledger


@asynccontextmanager
async def existing_ledger(settings: Settings, purpose: str) -> AsyncIterator[Ledger]:
    """The ledger that the settings name, for those who only look: nothing is made where there is none."""
    if settings.database_url is None and not (settings.data / "postgres").exists():
        raise NoLedger(name=settings.ledger, place=settings.data)
    async with open_ledger(settings, purpose, create=False) as ledger:
        yield ledger


@asynccontextmanager
async def open_server(
    settings: Settings, metrics: Metrics, *, projecting: bool = True, allow_simulated: bool = False
) -> AsyncIterator[Ledgers]:
    """The server's ledgers, the one that the settings name opened and, if need be, created."""
    use_packs(settings)
    async with open_databases(settings.database_url, settings.data, SERVE) as databases, AsyncExitStack() as stack:

        async def open_one(name: str, dsn: str) -> Ledger:
            return await stack.enter_async_context(
                _served(name, dsn, settings, metrics, projecting=projecting, allow_simulated=allow_simulated)
            )

        ledgers = Ledgers(databases, open_one, settings.ledger, raw_log=settings.raw_log)
        stack.callback(ledgers.closing.set)
        await ledgers.get(settings.ledger, create=True)
        yield ledgers


@asynccontextmanager
async def open_projector(settings: Settings) -> AsyncIterator[Ledger]:
    """Only the projector of one ledger, in a process of its own."""
    from api.metrics import Metrics  # only servers measure

    async with open_databases(settings.database_url, settings.data, SERVE) as databases:
        dsn = await prepare_database(databases, settings.ledger)
        metrics = Metrics()
        async with _served(settings.ledger, dsn, settings, metrics, projecting=True, allow_simulated=False) as ledger:
            yield ledger


@asynccontextmanager
async def _served(
    name: str, dsn: str, settings: Settings, metrics: Metrics, *, projecting: bool, allow_simulated: bool
) -> AsyncIterator[Ledger]:
    from api.metrics import MeasuredLog  # only servers measure

    async with AsyncExitStack() as stack:
        runner = Runner(dsn, trouble=_report_trouble)
        log = MeasuredLog(await open_pool(dsn), metrics, name)
        stack.push_async_callback(log.close)
        reader = await _reader(stack, dsn, settings, None)
        wake = now_and_then(runner.wake)
        market = Market(
            log,
            allow_simulated=allow_simulated,
            report=report_defect,
            on_recorded=lambda _: wake(),
            computed=loaders(reader.reached),
        )
        market = await stack.enter_async_context(market)
        opened_at = (await log.head()).position if projecting else 0
        evidence = evidence_of(settings, name)
        ledger = Ledger(name, dsn, log, market, reader, metrics, evidence=evidence, opened_at=opened_at)
        stack.push_async_callback(ledger.jobs.close)
        if projecting:
            await stack.enter_async_context(_always(runner.run, f"projector of {name}"))
            await stack.enter_async_context(_always(lambda: keep_time(ledger), f"clock of {name}"))
        yield ledger


async def _reader(stack: AsyncExitStack, dsn: str, settings: Settings, inline: Runner | None) -> Reader:
    with database_trouble():
        connection = await connect_projector(dsn)
        try:
            await prepare(connection, PROJECTIONS)
        finally:
            await connection.close()
    pool = create_pool(dsn, SERVICE, min_size=0, max_size=2)
    reader = Reader(query_engine(dsn, settings.database_connections), await stack.enter_async_context(pool), inline)
    stack.push_async_callback(reader.close)
    return reader


def query_engine(dsn: str, connections: int) -> AsyncEngine:
    """Connections for queries, as the role that may only read the read models."""
    return create_async_engine(
        "postgresql+asyncpg://",
        async_creator=lambda: asyncpg.connect(dsn, server_settings={"role": SERVICE, **QUERY_SETTINGS}),
        json_deserializer=msgspec.json.decode,
        pool_size=connections,
        max_overflow=0,
        pool_pre_ping=True,
    )


def use_packs(settings: Settings) -> None:
    """The enterprise's own indicator packs, for every ledger of this process.  Raises WrongSettings."""
    try:
        packs.use(settings.packs_dir)
    except packs.WrongPack as wrong:
        raise WrongSettings(f"JIESUAN_PACKS_DIR: {wrong}") from wrong


def evidence_of(settings: Settings, ledger: str) -> EvidenceStore:
    """Where the files of a ledger's evidence are: beside our own PostgreSQL, or where the settings say."""
    root = settings.evidence_dir or settings.data / "evidence"
    return EvidenceStore(root / ledger, settings.evidence_max_mb * 1_000_000)


def now_and_then(call: Callable[[], None]) -> Callable[[], None]:
    """At once, but not more often than now and then: under load, batches of facts are carried in rather than facts."""
    loop = asyncio.get_running_loop()
    last, due = -WAKE_SECONDS, False

    def late() -> None:
        nonlocal last, due
        last, due = loop.time(), False
        call()

    def wake() -> None:
        nonlocal due
        if not due:
            due = True
            loop.call_at(max(loop.time(), last + WAKE_SECONDS), late)

    return wake


@asynccontextmanager
async def _always(work: Callable[[], Awaitable[None]], name: str) -> AsyncIterator[None]:
    """Work that goes on in the background, and begins again after an error of ours."""

    async def again_and_again() -> None:
        while True:
            try:
                await work()
            except Exception as defect:
                logger.exception("background_work_failed", work=name, exc_info=defect)
            await asyncio.sleep(RESTART_SECONDS)

    task = asyncio.create_task(again_and_again(), name=name)
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


def report_defect(command: Command, defect: Exception) -> None:
    """An error of our own in one decision: the command is answered DEFECT, and this says where to look."""
    logger.error("defect", command_id=shown_id(command), name_of_command=command.decision.name, exc_info=defect)


def _report_trouble(trouble: Exception) -> None:
    logger.warning("projector_waits", problem=str(trouble))


def _is_name(name: str) -> bool:
    try:
        TypeAdapter(LedgerName).validate_python(name)
    except ValidationError:
        return False
    return True
