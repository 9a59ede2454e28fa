"""Reads facts and states by the thousand: lists travel as arrays, not as one parameter each.

Decoding is done in a thread, so that other requests to this process are answered meanwhile.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from typing import Any

from sqlalchemy import ColumnElement, Select, Text, and_, any_, bindparam, false, or_, select, text
from sqlalchemy.dialects.postgresql import ARRAY

from ledger.calendars import moment
from ledger.fact import Fact, StoredFact
from ledger.facts import decode
from projections import read_models
from projections.queries.facts import topics
from projections.queries.kernel import Reader, read_state
from projections.reconciliation.books_as_of import BooksReader

log, subjects = read_models.events.c, read_models.subjects.c


def among(column: Any, values: Iterable[str]) -> ColumnElement[bool]:
    """The column's value is one of these, however many they are."""
    found: ColumnElement[bool] = column == any_(bindparam(None, list(values), ARRAY(Text)))
    return found


def keyed(keys: Iterable[str]) -> ColumnElement[bool]:
    """The rows of the register of these documents, such as ``slip:SL-1``."""
    names: dict[str, list[str]] = {}
    for key in keys:
        kind, _, name = key.partition(":")
        names.setdefault(kind, []).append(name)
    states = read_models.states.c
    return or_(false(), *(and_(states.kind == kind, among(states.id, listed)) for kind, listed in names.items()))


@asynccontextmanager
async def whole_sets(reader: Reader) -> AsyncIterator[None]:
    """Statements that match whole months with each other must not be carried out row by row, whatever is estimated."""
    await reader.connection.execute(text("set local enable_nestloop = off"))
    yield
    await reader.connection.execute(text("set local enable_nestloop = on"))


async def facts(reader: Reader, *wanted: ColumnElement[bool]) -> list[StoredFact]:
    """Facts of the log, in order of position."""
    found = select(log.position, log.recorded_at, log.body).where(*wanted, log.position <= reader.position)
    return await asyncio.to_thread(stored_facts, await reader.rows(found.order_by(log.position)))


async def facts_about(reader: Reader, keys: Sequence[str], *fact_types: type[Fact]) -> dict[str, list[StoredFact]]:
    """Facts of these types by the subject that they concern."""
    found: dict[str, list[StoredFact]] = {key: [] for key in keys}
    both = read_models.subjects.join(read_models.events, subjects.position == log.position)
    statement: Select[Any] = (
        select(subjects.subject, log.position, log.recorded_at, log.body)
        .select_from(both)
        .where(among(subjects.subject, keys), topics(*fact_types), log.position <= reader.position)
        .order_by(log.position)
    )
    rows = await reader.rows(statement)
    told = await asyncio.to_thread(stored_facts, (row[1:] for row in rows))
    for row, fact in zip(rows, told, strict=True):
        found[row[0]].append(fact)
    return found


def stored_facts(rows: Iterable[Any]) -> list[StoredFact]:
    """The facts of rows of position, time and body."""
    return [StoredFact(position, moment(at), decode(bytes(body))) for position, at, body in rows]


async def documents(reader: BooksReader, kind: str, names: Iterable[str]) -> dict[str, Any]:
    """Documents of one kind as they stand, by id."""
    states = reader.books.states.c
    found = select(states.id, states.body).where(states.kind == kind, among(states.id, names))
    rows = await reader.rows(found)
    return await asyncio.to_thread(lambda: {row.id: read_state(kind, row.body) for row in rows})
