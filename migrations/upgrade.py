"""Brings a ledger's database to the newest schema; harmless when it is there already.

Alembic is loaded by those who migrate: every command looks at the revision, and hardly one has anything to do.
"""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import asyncpg
from asyncpg.pool import PoolConnectionProxy
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

if TYPE_CHECKING:
    from sqlalchemy import Connection as SqlConnection

Connection = asyncpg.Connection | PoolConnectionProxy

HERE = Path(__file__).parent
MIGRATION_LOCK = 7_420_001
SERVICE, PROJECTOR = "jiesuan_service", "jiesuan_projector"  # the roles that roles.sql makes

_one_at_a_time = threading.Lock()  # Alembic keeps the running migration in a module global


async def upgrade(dsn: str) -> None:
    """Migrate the database to the newest revision, as its owner, in one transaction; fails with asyncpg's errors."""
    try:
        await asyncio.to_thread(_upgrade, dsn)
    except DBAPIError as error:
        raise error.driver_exception from error


def _upgrade(dsn: str) -> None:
    with _one_at_a_time:
        asyncio.run(_migrate(dsn))


async def _migrate(dsn: str) -> None:
    engine = create_async_engine(
        "postgresql+asyncpg://", async_creator=lambda: asyncpg.connect(dsn), poolclass=NullPool
    )
    try:
        async with engine.begin() as connection:
            await connection.run_sync(_run_all)
    finally:
        await engine.dispose()


def _run_all(connection: SqlConnection) -> None:
    from alembic import command
    from alembic.config import Config

    connection.exec_driver_sql(f"select pg_advisory_xact_lock({MIGRATION_LOCK})")
    run_sql(connection, "roles.sql")
    connection.exec_driver_sql("create schema if not exists log")
    config = Config()
    config.set_main_option("script_location", str(HERE).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def run_sql(connection: SqlConnection, name: str) -> None:
    """Run a whole SQL file; SQLAlchemy itself sends one prepared statement at a time."""
    script = (HERE / "sql" / name).read_text(encoding="utf-8")
    # The adapter begins its transaction with the first statement of its own.
    connection.exec_driver_sql("select 1")
    dbapi = connection.connection.dbapi_connection
    assert dbapi is not None
    dbapi.run_async(lambda driver: driver.execute(script))


async def ensure_roles(connection: Connection) -> None:
    """Give a clone or a restored dump what it lacks: the roles, the login's membership, the grant on the database."""
    await connection.execute((HERE / "sql" / "roles.sql").read_text(encoding="utf-8"))


async def revision_of(connection: Connection) -> str | None:
    """The revision that a database is at, or None when nothing was ever migrated."""
    if await connection.fetchval("select to_regclass('log.schema_version')") is None:
        return None
    revision: str | None = await connection.fetchval("select version_num from log.schema_version")
    return revision


async def roles_are_ready(connection: Connection) -> bool:
    """Whether both roles exist, this login may take them on, and the projector may make schemas in this database.

    A dump does not hold the last: it is a grant on the database itself.
    """
    ready: bool = await connection.fetchval(
        "select count(*) filter (where pg_has_role(session_user, oid, 'member')"
        " and (rolname = $1 or has_database_privilege(oid, current_database(), 'create'))) = 2"
        " from pg_roles where rolname in ($1, $2)",
        SERVICE,
        PROJECTOR,
    )
    return ready


def known_revisions() -> frozenset[str]:
    """A revision is called like its file, which begins with its number."""
    return frozenset(file.stem for file in (HERE / "versions").glob("[0-9]*.py"))


def newest_revision() -> str:
    """The revision that this code expects."""
    return max(known_revisions())
