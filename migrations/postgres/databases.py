"""The databases of a server, one for each ledger: found and made, whatever is in them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit, urlunsplit

import asyncpg

from migrations.postgres import server
from migrations.postgres.connections import closing, connect
from migrations.postgres.problems import WrongUrl
from migrations.postgres.sentences import Refused, as_sentences

MAIN = "main"


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

    async def create(self, ledger: str) -> None:
        """Make the ledger's database, empty, if no other process makes it in the same moment."""
        quoted = '"' + self.database(ledger).replace('"', '""') + '"'
        async with self._any_database() as connection:
            try:
                await connection.execute(f"create database {quoted} template template0 encoding 'UTF8'")
            except (asyncpg.DuplicateDatabaseError, asyncpg.UniqueViolationError):
                return

    @asynccontextmanager
    async def _any_database(self) -> AsyncIterator[asyncpg.Connection]:
        """A connection to talk about databases: to the server's own one, else to the main one."""
        with as_sentences(self.url):
            try:
                connection = await connect(self._dsn_of("postgres"))
            except (asyncpg.InvalidCatalogNameError, *Refused, asyncpg.InsufficientPrivilegeError):
                connection = await connect(self.url)
            async with closing(connection):
                yield connection


@asynccontextmanager
async def open_databases(url: str | None, data: Path, purpose: str) -> AsyncIterator[Databases]:
    """The server that the URL names; without one our own on the data directory, as long as the block lasts."""
    if url is not None:
        yield by_url(url)
        return
    async with server(data, purpose) as own:
        yield Databases(own.dsn("jiesuan_main"), main="jiesuan_main", stem="jiesuan")


def by_url(url: str) -> Databases:
    parts = urlsplit(url)
    database = unquote(parts.path.lstrip("/"))
    if parts.scheme not in ("postgresql", "postgres") or not database:
        raise WrongUrl
    return Databases(url, main=database, stem=database)
