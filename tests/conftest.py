"""Databases for tests: a server of each supported PostgreSQL version, and a fresh migrated database for each test."""

import os
import signal
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

import asyncpg
import pytest
from anyio.from_thread import start_blocking_portal
from hypothesis import HealthCheck, settings

from migrations import PROJECTOR, SERVICE, ensure_roles, postgres, upgrade
from migrations.postgres import binaries
from migrations.postgres.connections import create_pool
from tests import integration
from tests.integration import missing

DEBIAN_15 = Path("/usr/lib/postgresql/15/bin")
ONLY = os.environ.get("JIESUAN_TEST_POSTGRES")  # "15" or "18"; both without it
VERSIONS = [version for version in ("18", "15") if ONLY in (None, "", version)]
TEMPLATE = "jiesuan_template"

# Whoever runs the tests in the background may have these ignored, and processes that we start would inherit that.
for ending in (signal.SIGINT, signal.SIGHUP):
    if signal.getsignal(ending) is signal.SIG_IGN:
        signal.signal(ending, signal.default_int_handler if ending is signal.SIGINT else signal.SIG_DFL)

# Compiled modules are kept whatever the environment says: tests start hundreds of processes, each two seconds faster.
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

# How long examples take, and how long drawing them does, says how busy the machine is, not whether something is wrong.
settings.register_profile("jiesuan", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("jiesuan")

# Nothing here has to outlive a power cut.  Everything else is as in production.
FAST = {"fsync": "off", "full_page_writes": "off", "max_connections": "200"}

_numbers = count(1)


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(integration)
    if config.pluginmanager.hasplugin("xdist"):
        config.pluginmanager.import_plugin("tests.workers")


def programs(version: str) -> postgres.Binaries:
    """The bundled PostgreSQL 18, or Debian's 15."""
    if version == "18":
        return postgres.bundled()
    if not (DEBIAN_15 / "postgres").exists():
        missing("PostgreSQL 15", "postgresql-15")
    return binaries.at(DEBIAN_15)


@dataclass(frozen=True)
class Cluster:
    """A running server with a migrated template database."""

    server: postgres.Server
    version: str

    def dsn(self, database: str) -> str:
        return self.server.dsn(database)


@dataclass(frozen=True)
class Database:
    """A migrated database of this test alone; `dsn` is its owner's."""

    name: str
    dsn: str
    version: str

    @asynccontextmanager
    async def owner(self, max_size: int = 10) -> AsyncIterator[asyncpg.Pool]:
        async with create_pool(self.dsn, max_size=max_size) as pool:
            yield pool

    @asynccontextmanager
    async def service(self, max_size: int = 10) -> AsyncIterator[asyncpg.Pool]:
        async with create_pool(self.dsn, SERVICE, max_size=max_size) as pool:
            yield pool

    @asynccontextmanager
    async def projector(self, max_size: int = 10) -> AsyncIterator[asyncpg.Pool]:
        async with create_pool(self.dsn, PROJECTOR, max_size=max_size) as pool:
            yield pool


@pytest.fixture(scope="session", params=VERSIONS, ids=lambda version: f"pg{version}")
def cluster(request: pytest.FixtureRequest) -> Iterator[Cluster]:
    """A server of one version; its supervisor runs in a thread of its own, whatever loop a test has."""
    from tests import answers  # what needs no database need not wait for its imports

    answers.hold_all()
    version: str = request.param
    with TemporaryDirectory(prefix="jiesuan-test-") as directory, start_blocking_portal() as portal:
        starting = postgres.server(Path(directory) / "data", "tests", binaries=programs(version), settings=FAST)
        with portal.wrap_async_context_manager(starting) as server:
            portal.call(make_template, server)
            yield Cluster(server, version)


async def make_template(server: postgres.Server) -> None:
    await execute(server.dsn("postgres"), f"create database {TEMPLATE}")
    await upgrade(server.dsn(TEMPLATE))


@pytest.fixture
async def empty_database(cluster: Cluster) -> AsyncIterator[Database]:
    """A database that nobody has migrated."""
    async with temporary_database(cluster, "template0") as database:
        yield database


@pytest.fixture
async def database(cluster: Cluster) -> AsyncIterator[Database]:
    """A clone of the migrated template."""
    async with temporary_database(cluster, TEMPLATE) as database:
        connection = await asyncpg.connect(database.dsn)
        await ensure_roles(connection)
        await connection.close()
        yield database


@asynccontextmanager
async def temporary_database(cluster: Cluster, template: str) -> AsyncIterator[Database]:
    name = f"test_{next(_numbers)}"
    await execute(cluster.dsn("postgres"), f"create database {name} template {template} strategy file_copy")
    try:
        yield Database(name, cluster.dsn(name), cluster.version)
    finally:
        await execute(cluster.dsn("postgres"), f"drop database {name} with (force)")


async def execute(dsn: str, statement: str) -> None:
    connection = await asyncpg.connect(dsn)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()
