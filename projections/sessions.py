"""Sessions of the projector with the database."""

from __future__ import annotations

import asyncio
from contextlib import suppress

import asyncpg

PROJECTOR_ROLE = "jiesuan_projector"
PROJECTOR = "jiesuan projector"


async def connect(dsn: str, application: str = PROJECTOR) -> asyncpg.Connection:
    """A session of the projector.

    It does not wait for the disk: rows and position go together, so what a crash takes is carried again.
    """
    settings = {
        "role": PROJECTOR_ROLE,
        "application_name": application,
        "jit": "off",
        "synchronous_commit": "off",
    }
    return await asyncpg.connect(dsn, server_settings=settings)


async def close(connection: asyncpg.Connection) -> None:
    """A session that is broken already needs no farewell."""
    with suppress(OSError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncio.TimeoutError):
        await connection.close(timeout=2)
    if not connection.is_closed():
        connection.terminate()
