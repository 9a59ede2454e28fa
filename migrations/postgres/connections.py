"""Connections and pools on a database, whose troubles are sentences."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg

from migrations.postgres.problems import WrongUrl
from migrations.postgres.sentences import as_sentences


@asynccontextmanager
async def connected(dsn: str) -> AsyncIterator[asyncpg.Connection]:
    """A connection whose troubles are sentences."""
    with as_sentences(dsn):
        async with closing(await connect(dsn)) as connection:
            yield connection


@asynccontextmanager
async def closing(connection: asyncpg.Connection) -> AsyncIterator[asyncpg.Connection]:
    try:
        yield connection
    finally:
        await connection.close(timeout=5)


async def connect(dsn: str) -> asyncpg.Connection:
    try:
        return await asyncpg.connect(dsn, timeout=15)
    except (asyncpg.ClientConfigurationError, ValueError) as error:
        raise WrongUrl from error


def create_pool(dsn: str, role: str | None = None, *, min_size: int = 1, max_size: int = 10) -> asyncpg.Pool:
    """A pool whose sessions act as the role: even our own defect cannot do what the role may not."""
    settings = {"role": role} if role else {}
    return asyncpg.create_pool(dsn, min_size=min_size, max_size=max_size, server_settings=settings)
