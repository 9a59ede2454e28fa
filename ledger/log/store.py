"""The log as PostgreSQL keeps it: read by position, stream, command or key; written by one holder of the lock."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta

import asyncpg
import msgspec

from ledger.log import sql
from ledger.log.errors import DRIVER_ERRORS, CommitInDoubt, database_trouble
from ledger.log.pool import Connection, Pool, open_pool
from ledger.log.row import NO_FACTS, Head, Row, StreamHead
from ledger.log.snapshots import Snapshots

EVERYTHING = 2**62
_encode = msgspec.json.Encoder().encode
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Log:
    """The facts of one ledger.  All of it is awaited; nothing is kept between calls but connections."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self.snapshots = Snapshots(pool)

    @classmethod
    async def open(cls, url: str, *, size: int = 4) -> Log:
        return cls(await open_pool(url, size=size))

    async def close(self) -> None:
        await self._pool.close()

    async def head(self) -> Head:
        """The last position and its time."""
        return _head(await self._fetch(sql.HEAD))

    async def after(self, position: int, limit: int) -> list[Row]:
        """Facts after a position, in order.  A reader at position n never later meets an unseen one below n."""
        return _read(await self._fetch(sql.AFTER, position, limit))

    async def stream(self, name: str, after_version: int = 0, limit: int | None = None) -> list[Row]:
        return _read(await self._fetch(sql.STREAM, name, after_version, EVERYTHING if limit is None else limit))

    async def stream_heads(self, streams: Sequence[str]) -> dict[str, StreamHead]:
        """Last version and leaf of those streams that have any fact."""
        return _stream_heads(await self._fetch(sql.STREAM_HEADS, streams))

    async def commands(self, ids: Sequence[str]) -> list[Row]:
        """All facts of those command ids, in order of position."""
        return _read(await self._fetch(sql.COMMANDS, ids))

    async def between_commands(self, first: str, end: str, topic: str) -> list[Row]:
        """The facts of a topic that commands brought with ids from ``first`` up to ``end``, in order of position."""
        return _read(await self._fetch(sql.BETWEEN_COMMANDS, first, end, topic))

    async def of_keys(self, keys: Sequence[str], after: Sequence[int]) -> list[tuple[str, Row]]:
        """The facts that the states of some keys fold after the position given for each: on its stream, or tagged."""
        rows = await self._fetch(sql.OF_KEYS, keys, after)
        return [(row[0], Row._make(row[1:])) for row in map(tuple, rows)]

    async def last_tagged(self, tag: str) -> Row | None:
        rows = await self._fetch(sql.LAST_TAGGED, tag)
        return Row._make(rows[0]) if rows else None

    @asynccontextmanager
    async def exclusive(
        self, lock_timeout_ms: int = 5_000, statement_timeout_ms: int = 10_000
    ) -> AsyncIterator[Session]:
        """Alone with the end of the log: while the block runs, only its session records anything.

        LogUnavailable: the lock was not to be had in time, or the database is away.
        """
        with database_trouble():
            connection = await self._pool.acquire()
        try:
            await _take_lock(connection, sql.TAKE_LOCK % (lock_timeout_ms, statement_timeout_ms))
            try:
                yield Session(connection)
            finally:
                await _let_go(connection)
        finally:
            await self._pool.release(connection)

    async def _fetch(self, statement: str, *arguments: object) -> list[asyncpg.Record]:
        with database_trouble():
            return await self._pool.fetch(statement, *arguments)


class Session:
    """The log while its lock is held."""

    __slots__ = ("_connection",)

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def head(self) -> Head:
        return _head(await self._fetch(sql.HEAD))

    async def after(self, position: int, limit: int = EVERYTHING) -> list[Row]:
        """Facts after a position, in order: complete, as nobody else can record now."""
        return _read(await self._fetch(sql.AFTER, position, limit))

    async def stream_heads(self, streams: Sequence[str]) -> dict[str, StreamHead]:
        return _stream_heads(await self._fetch(sql.STREAM_HEADS, streams))

    async def commands(self, ids: Sequence[str]) -> list[Row]:
        return _read(await self._fetch(sql.COMMANDS, ids))

    async def insert(self, rows: Sequence[Row], tags: Sequence[tuple[str, int]] = ()) -> None:
        """All facts and tags of a batch, in one statement that is its own transaction: durable when this returns.

        LogUnavailable and LogConflict mean that nothing was recorded; CommitInDoubt that nobody knows yet.
        """
        if not rows:
            return
        with database_trouble():
            try:
                await self._connection.fetch(sql.INSERT, _as_stored(rows), _json(tags))
            except DRIVER_ERRORS as error:
                if _rolled_back(error):
                    raise
                _throw_away(self._connection)
                raise CommitInDoubt(f"The connection was lost while facts were recorded: {error}") from error
            except BaseException:
                _throw_away(self._connection)  # a cancelled INSERT must not go back to the pool
                raise

    async def _fetch(self, statement: str, *arguments: object) -> list[asyncpg.Record]:
        with database_trouble():
            return await self._connection.fetch(statement, *arguments)


async def _take_lock(connection: Connection, statements: str) -> None:
    try:
        with database_trouble():
            await connection.execute(statements)
    except BaseException as error:
        if not (isinstance(error.__cause__, asyncpg.PostgresError) and _rolled_back(error.__cause__)):
            _throw_away(connection)  # it may get the lock after all
        raise


async def _let_go(connection: Connection) -> None:
    """The lock goes back; a connection that cannot even do that is thrown away, and the lock with it."""
    try:
        await connection.execute(sql.LET_GO)
    except DRIVER_ERRORS:
        _throw_away(connection)
    except BaseException:
        _throw_away(connection)
        raise


def _rolled_back(error: BaseException) -> bool:
    """Is it definite that nothing came of it?  After ERROR it is; after FATAL or a lost connection nobody knows."""
    return isinstance(error, asyncpg.PostgresError) and getattr(error, "severity_en", None) == "ERROR"


def _throw_away(connection: Connection) -> None:
    with suppress(asyncpg.InterfaceError):  # says that the pool has noticed and taken it back already
        connection.terminate()


def _as_stored(rows: Sequence[Row]) -> list[tuple[object, ...]]:
    """As the table has them.  A batch has few different times, so each is converted once, exactly."""
    times = {us: EPOCH + timedelta(microseconds=us) for us in {row.recorded_at for row in rows}}
    return [(*row[:5], times[row.recorded_at], *row[6:]) for row in rows]


def _json(tags: Sequence[tuple[str, int]]) -> str:
    return _encode(tags).decode()


def _head(rows: Sequence[asyncpg.Record]) -> Head:
    return Head(*rows[0]) if rows else NO_FACTS


def _stream_heads(rows: Iterable[asyncpg.Record]) -> dict[str, StreamHead]:
    return {stream: StreamHead(version, leaf) for stream, version, leaf in rows}


def _read(found: Iterable[asyncpg.Record]) -> list[Row]:
    return list(map(Row._make, found))
