"""Sessions of the projector with the database."""

from __future__ import annotations

import asyncio
from contextlib import suppress

import asyncpg

PROJECTOR_ROLE = "jiesuan_projector"
PROJECTOR = "jiesuan projector"


async def connect(dsn: str, application: str = PROJECTOR) -> asyncpg.Connection:
    """A session of the projector.

    It does not wait for the disk: rows and position go together, so a crash only means that they are carried again.
    """
    settings = {
        "role": PROJECTOR_ROLE,
        "application_name": application,
        "jit": "off",
        "synchronous_commit": "off",
    }
    return await asyncpg.connect(dsn, server_settings=settings)


async def close(connection: asyncpg.Connection) -> None:
    """Close a session; one that is broken already is dropped."""
    with suppress(OSError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncio.TimeoutError):
        await connection.close(timeout=2)
    if not connection.is_closed():
        connection.terminate()
