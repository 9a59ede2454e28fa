"""Connections to the log: as the role that may only read and insert, with plans that stay good while tables grow.

READ COMMITTED is said aloud: what is read under the log's lock needs a snapshot that is taken after the lock.
"""

from __future__ import annotations

from typing import TypeAlias

import asyncpg

from ledger.log.errors import database_trouble

Pool: TypeAlias = "asyncpg.Pool[asyncpg.Record]"
Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record] | asyncpg.pool.PoolConnectionProxy[asyncpg.Record]"

SERVICE_ROLE = "jiesuan_service"

# Every statement of the log goes by a key.  Plans made while the tables are empty would scan them and be kept.
PLANS_BY_KEY = {
    "jit": "off",
    "enable_seqscan": "off",
    "enable_bitmapscan": "off",
    "plan_cache_mode": "force_generic_plan",
}


async def open_pool(url: str, *, size: int = 4, role: str = SERVICE_ROLE, command_timeout: float = 60.0) -> Pool:
    """Connections are made when needed, and again when the database has been away."""

    async def take_role(connection: Connection) -> None:
        await connection.execute(f"set role {role}")

    with database_trouble():
        return await asyncpg.create_pool(
            url,
            min_size=0,
            max_size=size,
            max_queries=1_000_000_000,
            max_inactive_connection_lifetime=0,
            command_timeout=command_timeout,
            init=take_role,
            reset=leave_as_is,
            server_settings={
                "application_name": "jiesuan log",
                "default_transaction_isolation": "read committed",
                **PLANS_BY_KEY,
            },
        )


async def leave_as_is(connection: Connection) -> None:
    """We change nothing in a session that outlives its transaction, so nothing costs a round trip to be put back."""
