"""The read models as they were at a position: a run that is pinned to one can be repeated at any later time.

Postings carry their position, so the journal of the past is a part of today's.  The register keeps every state as it
is now: what has changed since is folded again from the log, as far as it was known then; the rest is as it was.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy import BigInteger, Column, FromClause, bindparam, select, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from ledger.calendars import moment
from ledger.fact import StoredFact
from ledger.facts import decode
from ledger.posting import entries
from ledger.state import table
from ledger.state.columns import columns_of
from projections import read_models
from projections.queries.kernel import PREFIXES, Reader

states = read_models.states.c


def _sql_type(column: Column[Any]) -> str:
    if isinstance(column.type, ARRAY):
        return "bigint[]" if isinstance(column.type.item_type, BigInteger) else "text[]"
    return "bigint" if isinstance(column.type, BigInteger) else "jsonb" if isinstance(column.type, JSONB) else "text"


COLUMNS = ", ".join(column.name for column in read_models.states.c)
TYPED = ", ".join(f"{column.name} {_sql_type(column)}" for column in read_models.states.c)
AT_A_TIME = 5_000
"""States that are folded again at a time."""

STATES_THEN = f"""
select {COLUMNS} from read.states where last_position <= :known
union all
select * from jsonb_to_recordset(cast(:changed as jsonb)) as changed({TYPED})
"""
ENTRIES_THEN = "select * from read.entries where position <= :known"
SUMS_THEN = """
select account, posting_period, class, sum(greatest(-amount, 0)) as debit, sum(greatest(amount, 0)) as credit
from read.entries where position <= :known group by account, posting_period, class
"""
BALANCES_THEN = """
select account, sum(greatest(-amount, 0)) as debit, sum(greatest(amount, 0)) as credit, min(position) as first_position
from read.entries where position <= :known group by account
"""
FACTS_OF = text(
    """
    select w.key, e.position, e.recorded_at, e.body from unnest(cast(:keys as text[])) as w(key)
    join log.events e on e.stream = w.key where e.position <= :known
    union
    select s.subject, e.position, e.recorded_at, e.body from log.subjects s join log.events e using (position)
    where s.subject = any(cast(:keys as text[])) and s.position <= :known
    order by 2
    """
)


class Books:
    """The four tables that the checks read, and the same for statements in SQL (``books`` and ``papers``)."""

    def __init__(self) -> None:
        self.states: FromClause = read_models.states
        self.entries: FromClause = read_models.entries
        self.sums: FromClause = read_models.period_balances
        self.balances: FromClause = read_models.balances
        self.given: Mapping[str, Any] = {}
        self._named = ("select * from read.entries", "select * from read.states")

    def back(self, known: int, changed: str) -> None:
        """As of a position, with the states that have changed since as they were then (JSON)."""
        self.given = {"known": known, "changed": changed}
        self._named = (ENTRIES_THEN, STATES_THEN)
        self.states = _then(STATES_THEN, read_models.states, self.given)
        self.entries = _then(ENTRIES_THEN, read_models.entries, self.given)
        self.sums = _then(SUMS_THEN, read_models.period_balances, self.given)
        self.balances = _then(BALANCES_THEN, read_models.balances, self.given)

    def statement(self, rest: str) -> str:
        """SQL that follows the definitions of ``books`` (entries) and ``papers`` (states)."""
        books, papers = self._named
        return f"with books as not materialized ({books}), papers as not materialized ({papers}), {rest}"


def _then(sql: str, like: FromClause, given: Mapping[str, Any]) -> FromClause:
    named = {name: value for name, value in given.items() if re.search(rf"(?<!:):{name}\b", sql)}
    columns = {column.name: column.type for column in like.c}
    bound = text(sql).bindparams(*(bindparam(name, value, unique=True) for name, value in named.items()))
    return bound.columns(**columns).subquery()


class BooksReader(Reader):
    """One snapshot, looked at as of a position."""

    def __init__(self, reader: Reader, position: int) -> None:
        super().__init__(reader.connection, position)
        self.books = Books()

    async def state(self, kind: str, name: str) -> Any:
        held = self.books.states.c
        found = await self.states(select(held.kind, held.body).where(held.kind == kind, held.id == name))
        return found[0] if found else None


async def books_at(reader: Reader, position: int | None = None) -> BooksReader:
    """The books as they are, or as they were at an earlier position."""
    known = reader.position if position is None else min(position, reader.position)
    found = BooksReader(reader, known)
    if known < reader.position:
        found.books.back(known, await _changed_since(reader, known))
    return found


async def _changed_since(reader: Reader, known: int) -> str:
    """The states that later facts have changed, as they were at a position: rows of the register, as JSON."""
    wanted = select(states.kind, states.id, states.first_position)
    later = await reader.rows(wanted.where(states.last_position > known, states.first_position <= known))
    rows: list[dict[str, Any]] = []
    for start in range(0, len(later), AT_A_TIME):
        firsts = {PREFIXES[kind] + name: first for kind, name, first in later[start : start + AT_A_TIME]}
        facts = await reader.rows(FACTS_OF.bindparams(keys=list(firsts), known=known))
        rows += await asyncio.to_thread(_folded, firsts, facts)
    return msgspec.json.encode(rows, enc_hook=table.encode_hook).decode()


def _folded(firsts: Mapping[str, int], facts: Sequence[Any]) -> list[dict[str, Any]]:
    held = {key: table.begin(key) for key in firsts}
    last: dict[str, int] = {}
    for key, position, at, body in facts:
        fact = StoredFact(position, moment(at), decode(bytes(body)))
        held[key] = table.KINDS[table.split(key)[0]].evolve(held[key], fact, entries(fact.fact))
        last[key] = position
    return [_row(key, state, firsts[key], last[key]) for key, state in held.items() if state is not None]


def _row(key: str, state: Any, first: int, last: int) -> dict[str, Any]:
    prefix, name = table.split(key)
    columns = columns_of(state)._asdict()
    return {
        "kind": prefix.rstrip("-:"),
        "id": name,
        "first_position": first,
        "last_position": last,
        **columns,
        "body": state,
    }
