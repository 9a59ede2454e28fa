"""Source of an export: one snapshot of journal and log, up to a position, in batches that bound the memory."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import asyncpg
from sqlalchemy.ext.asyncio import AsyncConnection

from ledger.errors import Invalid
from ledger.fact import StoredFact
from ledger.facts import decode
from ledger.facts.organisation import LedgerCreated
from ledger.log.leaf import TreeHead
from projections.queries import reader_of
from projections.queries.axes import known
from projections.queries.kernel import Reader

STRETCH = 1_000
"""Positions that are read at once."""

HEAD = "select coalesce(max(position), 0) from log.events"
GENESIS = "select body from log.events where position = 1"
WHEN = "select recorded_at from log.events where position = $1"
EVER = "9999-12"
MONTH = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])\Z")

POSTINGS = """
select n.position, n.line, n.account, n.amount, n.balance_after, n.business_date, n.shift, n.posting_period,
    n.adjusts_period, n.class, n.transfer, n.kind, n.document,
    coalesce(n.number, (select s.number from read.states s where s.kind = n.kind and s.id = n.document)),
    n.item, n.list_version, n.qty, n.unit_price, n.counter, n.by, n.fact, e.recorded_at,
    case when n.fact = 'EntryReversed' then (convert_from(e.body, 'UTF8')::jsonb ->> 'original')::bigint end
from read.entries n join log.events e on e.position = n.position
where n.position > $1 and n.position <= $2 and e.position > $1 and e.position <= $2
    and n.posting_period >= $3 and n.posting_period <= $4
order by n.position, n.line
"""

LEAVES = "select leaf from log.events where position > $1 and position <= $2 order by position"

FACTS = """
select position, to_char(recorded_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), body
from log.events where position <= $1 and topic = any($2) order by position
"""

ACCOUNTS = """
select account, min(position), min(business_date), max(business_date),
    coalesce(sum(amount) filter (where posting_period < $2), 0)::bigint,
    coalesce(-sum(amount) filter (where posting_period >= $2 and amount < 0), 0)::bigint,
    coalesce(sum(amount) filter (where posting_period >= $2 and amount > 0), 0)::bigint,
    sum(amount)::bigint
from read.entries where position <= $1 and posting_period <= $3
group by account order by account
"""


Progress = Callable[[int, int], Awaitable[None]]
"""Is told how many positions of how many are done."""


class Posting(NamedTuple):
    """One posting line; positive fen credit the account.  ``reverses`` is the position of what it takes back."""

    position: int
    line: int
    account: str
    amount: int
    balance_after: int
    business_date: str
    shift: str | None
    posting_period: str
    adjusts_period: str | None
    statement_class: str
    transfer: str | None
    kind: str | None
    document: str | None
    number: str | None
    item: str | None
    list_version: str | None
    qty: str | None
    unit_price: int | None
    counter: str | None
    by: str
    fact: str
    recorded_at: datetime
    reverses: int | None


class AccountSums(NamedTuple):
    """An account with any entry: where it begins, and what it holds before and after what is exported."""

    account: str
    first_position: int
    first_day: str
    last_day: str
    opening: int
    debit: int
    credit: int
    closing: int


class Wanted(NamedTuple):
    """The part of a ledger that is exported: all or a posting period, perhaps as known at a moment or position."""

    period: str | None = None
    known_at: str | None = None
    position: int | None = None


class Source:
    """One snapshot up to a position."""

    def __init__(self, reader: Reader, session: asyncpg.Connection, wanted: Wanted, progress: Progress) -> None:
        self.reader = reader
        self._progress = progress
        self.session = session
        self.position = reader.position
        self.period = wanted.period
        self.ledger = self.clock = ""
        self.recorded_at: datetime | None = None
        """When the last fact of the export was recorded."""

    @property
    def first_month(self) -> str:
        return self.period or ""

    @property
    def last_month(self) -> str:
        return self.period or EVER

    async def accounts(self) -> list[AccountSums]:
        """Every account that has an entry by the end of the period, with opening and closing balance."""
        rows = await self.session.fetch(ACCOUNTS, self.position, self.first_month, self.last_month)
        return [AccountSums(*row) for row in map(tuple, rows)]

    async def postings(self) -> AsyncIterator[list[Posting]]:
        """All posting lines in order, in batches; a fact is never split."""
        async for rows in self.batches(POSTINGS, self.first_month, self.last_month):
            if rows:
                yield [Posting(*row) for row in rows]

    async def root(self) -> str:
        """The root of the log's tree at this position (RFC 9162), as `projections.verifier` computes it."""
        tree = TreeHead()
        async for leaves in self.batches(LEAVES):
            for (leaf,) in leaves:
                tree.append(leaf)
        return tree.root().hex()

    async def facts(self, topics: Sequence[str]) -> AsyncIterator[StoredFact]:
        """Facts of some topics, in order."""
        async for position, recorded_at, body in self.session.cursor(FACTS, self.position, topics, prefetch=STRETCH):
            yield StoredFact(position, recorded_at, decode(body))

    async def batches(self, statement: str, *arguments: object) -> AsyncIterator[list[tuple[Any, ...]]]:
        """Rows of batch after batch of positions: $1 is the position before a batch, $2 its last one."""
        for after in range(0, self.position, STRETCH):
            until = min(after + STRETCH, self.position)
            yield list(map(tuple, await self.session.fetch(statement, after, until, *arguments)))
            await self._progress(until, self.position)


async def unseen(done: int, total: int) -> None:
    """Progress that nobody watches."""


async def source(
    connection: AsyncConnection, wanted: Wanted, progress: Progress = unseen, uses: Sequence[str] = ("journal",)
) -> Source:
    """Open what is wanted, from a snapshot (``projections.read_models.snapshot``).  Refuses what cannot be read.

    Without read models to use, all of the log is there, however far they are.
    """
    if wanted.period is not None:
        _check_month(wanted.period)
    if wanted.known_at is not None and wanted.position is not None:
        raise Invalid("known_at or position, not both")
    session: Any = (await connection.get_raw_connection()).driver_connection
    reader = await reader_of(connection, *uses) if uses else Reader(connection, await session.fetchval(HEAD))
    if wanted.known_at is not None or wanted.position is not None:
        reader = Reader(connection, await known(reader, wanted.known_at, wanted.position))
    found = Source(reader, session, wanted, progress)
    found.recorded_at = await session.fetchval(WHEN, reader.position)
    if (genesis := await session.fetchval(GENESIS)) and isinstance(created := decode(genesis), LedgerCreated):
        found.ledger, found.clock = created.ledger, created.clock
    return found


def _check_month(period: str) -> None:
    if not MONTH.match(period):
        raise Invalid(f"period: {period} is no month, such as 2026-02")
