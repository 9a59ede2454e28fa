"""From settings to the database of a ledger: found or made, migrated, and durable."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from urllib.parse import quote, unquote, urlsplit, urlunsplit

import asyncpg
import structlog

from api import embedded
from api.database_problems import NewerDatabase, NotUtf8, Refused, TooOld, WrongUrl, as_sentences
from api.settings import Settings
from migrations import Connection, known_revisions, newest_revision, revision_of, roles_are_ready, upgrade

SERVICE, PROJECTOR = "jiesuan_service", "jiesuan_projector"
OLDEST_MAJOR = 15
MAIN = "main"
DURABLE = ["fsync", "full_page_writes", "synchronous_commit"]


@dataclass(frozen=True, slots=True)
class Databases:
    """The databases of one server, one for each ledger.

    `main` is the database of the ledger main; the others are called after `stem`.
    """

    url: str  # with a database; only its name is replaced
    main: str
    stem: str

    def database(self, ledger: str) -> str:
        return self.main if ledger == MAIN else f"{self.stem}_{ledger}"

    def dsn(self, ledger: str) -> str:
        return self._dsn_of(self.database(ledger))

    def _dsn_of(self, database: str) -> str:
        return urlunsplit(urlsplit(self.url)._replace(path="/" + quote(database, safe="")))

    async def prepare(self, ledger: str) -> str:
        """The address of the ledger's database, which now exists, has the newest schema, and was checked."""
        if not await self.exists(ledger):
            await self._create(self.database(ledger))
        dsn = self.dsn(ledger)
        async with connected(dsn) as connection:
            await check(connection, self.database(ledger))
            ready = await revision_of(connection) == newest_revision() and await roles_are_ready(connection)
            for warning in await durability_warnings(connection):
                structlog.get_logger("jiesuan.databases").warning("not_durable", problem=warning)
        if not ready:
            with as_sentences(dsn):
                await upgrade(dsn)
        return dsn

    async def exists(self, ledger: str) -> bool:
        return self.database(ledger) in await self._all()

    async def ledgers(self) -> list[str]:
        """The ledgers on this server, by name."""
        names = await self._all()
        others = (name.removeprefix(f"{self.stem}_") for name in names if name.startswith(f"{self.stem}_"))
        found = {name for name in others if self.database(name) in names and name != MAIN}
        return sorted(found | ({MAIN} if self.main in names else set()))

    async def _all(self) -> set[str]:
        async with self._any_database() as connection:
            rows = await connection.fetch("select datname from pg_database where datallowconn and not datistemplate")
        return {row["datname"] for row in rows}

    async def _create(self, database: str) -> None:
        quoted = '"' + database.replace('"', '""') + '"'
        async with self._any_database() as connection:
            try:
                await connection.execute(f"create database {quoted} template template0 encoding 'UTF8'")
            except (asyncpg.DuplicateDatabaseError, asyncpg.UniqueViolationError):
                return  # another process made it in the same moment

    @asynccontextmanager
    async def _any_database(self) -> AsyncIterator[Connection]:
        """A connection to talk about databases: to the server's own one, else to the main one."""
        with as_sentences(self.url):
            try:
                connection = await connect(self._dsn_of("postgres"))
            except (asyncpg.InvalidCatalogNameError, *Refused, asyncpg.InsufficientPrivilegeError):
                connection = await connect(self.url)
            async with closing(connection):
                yield connection


@asynccontextmanager
async def connected(dsn: str) -> AsyncIterator[Connection]:
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


@asynccontextmanager
async def open_databases(settings: Settings, purpose: str) -> AsyncIterator[Databases]:
    """The server that the settings name: by URL, or our own on the data directory, as long as the block lasts."""
    if settings.database_url is not None:
        yield by_url(settings.database_url)
        return
    async with embedded.server(settings.data, purpose) as server:
        yield Databases(server.dsn("jiesuan_main"), main="jiesuan_main", stem="jiesuan")


def by_url(url: str) -> Databases:
    parts = urlsplit(url)
    database = unquote(parts.path.lstrip("/"))
    if parts.scheme not in ("postgresql", "postgres") or not database:
        raise WrongUrl
    return Databases(url, main=database, stem=database)


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


def create_pool(dsn: str, role: str | None = None, *, min_size: int = 1, max_size: int = 10) -> asyncpg.Pool:
    """A pool whose sessions act as the role: even our own defect cannot do what the role may not."""
    settings = {"role": role} if role else {}
    return asyncpg.create_pool(dsn, min_size=min_size, max_size=max_size, server_settings=settings)
