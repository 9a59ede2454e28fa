"""A ledger's database made ready for use: it exists, has the newest schema, and loses nothing."""

import structlog

from migrations.postgres.connections import connected
from migrations.postgres.databases import Databases
from migrations.postgres.problems import NewerDatabase, NotUtf8, TooOld
from migrations.postgres.sentences import as_sentences
from migrations.upgrade import Connection, known_revisions, newest_revision, revision_of, roles_are_ready, upgrade

OLDEST_MAJOR = 15
DURABLE = ["fsync", "full_page_writes", "synchronous_commit"]


async def prepare(databases: Databases, ledger: str) -> str:
    """The address of the ledger's database, which now exists, has the newest schema, and was checked."""
    if not await databases.exists(ledger):
        await databases.create(ledger)
    dsn = databases.dsn(ledger)
    async with connected(dsn) as connection:
        await check(connection, databases.database(ledger))
        ready = await revision_of(connection) == newest_revision() and await roles_are_ready(connection)
        for warning in await durability_warnings(connection):
            structlog.get_logger("jiesuan.databases").warning("not_durable", problem=warning)
    if not ready:
        with as_sentences(dsn):
            await upgrade(dsn)
    return dsn


async def check(connection: Connection, database: str) -> None:
    """Refuse a server, an encoding or a schema that we cannot work with."""
    version = connection.get_server_version()
    if version.major < OLDEST_MAJOR:
        raise TooOld(theirs=version.major, oldest=OLDEST_MAJOR)
    encoding = await connection.fetchval("show server_encoding")
    if encoding != "UTF8":
        raise NotUtf8(database=database, encoding=encoding)
    revision = await revision_of(connection)
    if revision is not None and revision not in known_revisions():
        raise NewerDatabase(database=database, revision=revision)


async def durability_warnings(connection: Connection) -> list[str]:
    """Settings under which something acknowledged could be lost, and what to do about each."""
    rows = await connection.fetch("select name from pg_settings where name = any($1) and setting = 'off'", DURABLE)
    return [
        f"PostgreSQL runs with {row['name']} = off, so a crash may lose acknowledged facts: "
        f"ALTER SYSTEM SET {row['name']} = on, then SELECT pg_reload_conf()."
        for row in rows
    ]
