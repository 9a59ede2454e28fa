"""Read models of a history, asked as the contract asks."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
import pytest
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine
from sqlalchemy.pool import NullPool

from ledger.fact import Fact, StoredFact
from migrations import SERVICE
from projections.queries import answer
from projections.read_models import snapshot
from projections.runner import Runner
from tests.conftest import Database
from tests.projections.history import Writer
from tests.projections.whole_ledger import Client, open_client


class Books:
    """A database whose log is written piece by piece, and its read models."""

    def __init__(self, database: Database) -> None:
        self.dsn = database.dsn
        self.runner = Runner(database.dsn, batch=500)
        self._writer = Writer()

    async def record(self, facts: Iterable[Fact | StoredFact]) -> int:
        """Append facts to the log; the read models stay behind."""
        connection = await asyncpg.connect(self.dsn)
        try:
            return await self._writer.write(connection, facts)
        finally:
            await connection.close()

    async def load(self, facts: Iterable[Fact | StoredFact]) -> int:
        """Append facts and carry them into the read models."""
        position = await self.record(facts)
        assert await self.runner.catch_up() == position
        return position

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncConnection]:
        """One snapshot, as the service reads it."""

        async def connect() -> asyncpg.Connection:
            return await asyncpg.connect(self.dsn, server_settings={"role": SERVICE})

        engine = create_async_engine("postgresql+asyncpg://", async_creator=connect, poolclass=NullPool)
        try:
            async with snapshot(engine) as connection:
                yield connection
        finally:
            await engine.dispose()

    async def ask(self, name: str, **data: Any) -> dict[str, Any]:
        """The result of a query."""
        async with self.reading() as connection:
            result: dict[str, Any] = (await answer(connection, name, data))["result"]
            return result

    @asynccontextmanager
    async def projector(self) -> AsyncIterator[asyncpg.Connection]:
        connection = await asyncpg.connect(self.dsn, server_settings={"role": "jiesuan_projector"})
        try:
            yield connection
        finally:
            await connection.close()


@pytest.fixture
async def client(database: Database) -> AsyncIterator[Client]:
    async with open_client(database.dsn) as opened:
        yield opened


@pytest.fixture
def books(database: Database) -> Books:
    return Books(database)
