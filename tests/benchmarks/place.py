"""Where it is measured: one PostgreSQL of our own with everything durable, and a fresh ledger for each benchmark."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

import asyncpg

from migrations import postgres, upgrade


@dataclass(frozen=True)
class Scale:
    """How much is measured."""

    rounds: int
    seconds: float
    commands: int
    bulk: int
    facts: int
    queries: int
    persons: int


FULL = Scale(rounds=3, seconds=2.0, commands=15_000, bulk=100_000, facts=1_000_000, queries=500, persons=10_000)
QUICK = Scale(rounds=1, seconds=0.3, commands=400, bulk=1_000, facts=20_000, queries=20, persons=60)


@dataclass(frozen=True)
class Place:
    """The running server and a directory for files."""

    server: postgres.Server
    directory: Path
    scale: Scale
    _numbers: count[int]

    @property
    def programs(self) -> Path:
        """The directory with PostgreSQL's own programs, pgbench among them."""
        bundled = postgres.bundled().bindir
        if (bundled / "pgbench").exists():
            return bundled
        found = shutil.which("pgbench")
        assert found, "pgbench is needed: install PostgreSQL's client programs"
        return Path(found).parent

    async def empty_database(self) -> str:
        """The address of a database with nothing in it."""
        name = f"bench_{next(self._numbers)}"
        connection = await asyncpg.connect(self.server.dsn("postgres"))
        try:
            await connection.execute(f"create database {name} template template0 encoding 'UTF8'")
        finally:
            await connection.close()
        return self.server.dsn(name)

    async def ledger_database(self) -> str:
        """The address of a migrated database without facts."""
        dsn = await self.empty_database()
        await upgrade(dsn)
        return dsn

    async def checkpoint(self) -> None:
        """Write out everything that one benchmark has left, so that it does not disturb the next."""
        connection = await asyncpg.connect(self.server.dsn("postgres"))
        try:
            await connection.execute("checkpoint")
        finally:
            await connection.close()


@asynccontextmanager
async def place(scale: Scale) -> AsyncIterator[Place]:
    """A cluster with the settings that the service uses: fsync on, synchronous commit on."""
    with TemporaryDirectory(prefix="jiesuan-bench-") as directory:
        settings = {"max_connections": "300"}  # the library's pools in several processes
        async with postgres.server(Path(directory) / "data", "benchmarks", settings=settings) as server:
            await _check_durable(server)
            yield Place(server, Path(directory), scale, count(1))


async def _check_durable(server: postgres.Server) -> None:
    connection = await asyncpg.connect(server.dsn("postgres"))
    try:
        rows = await connection.fetch(
            "select name, setting from pg_settings where name in ('fsync', 'full_page_writes', 'synchronous_commit')"
        )
    finally:
        await connection.close()
    assert all(row["setting"] == "on" for row in rows), "what is not durable is not measured"
