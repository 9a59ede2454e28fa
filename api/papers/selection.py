"""From what is asked for to answers: one paper, or all that a centre's month has, from one snapshot."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

from sqlalchemy import select

from api.ledger import Ledger
from ledger.calendars import last_day
from ledger.errors import Invalid
from projections import read_models
from projections.exports.formats import PERSONAL, STATEMENT, Format, Found, Kind
from projections.queries import check_references, find, reader_of
from projections.queries.kernel import Reader

BATCH = 20
states = read_models.states.c


def format_of(text: str) -> Format:
    """The format of this name; INVALID if there is none."""
    try:
        return Format(text)
    except ValueError:
        raise Invalid(f"format: {text} is none of {', '.join(Format)}") from None


async def answered(reader: Reader, kind: Kind, data: Mapping[str, Any]) -> Found:
    """The answer that a paper is made of.  Raises a Refusal."""
    query = find(kind.query)
    arguments = query.form.read(dict(data))
    await check_references(reader, query.form, arguments)
    found: Found = await query.function(reader, **arguments)
    return found


@asynccontextmanager
async def reading(ledger: Ledger) -> AsyncIterator[Reader]:
    """One snapshot that sees everything recorded before it."""
    async with ledger.reader.reached((await ledger.log.head()).position) as connection:
        yield await reader_of(connection, "journal")


async def statements_of(reader: Reader, centre: str, period: str) -> list[Mapping[str, Any]]:
    """The fields that ask for the statement of each unit that the centre settles, by unit."""
    await known(reader, STATEMENT, unit=centre, period=period)
    organisation, day = await reader.organisation(), last_day(period)
    if not organisation.units[centre].centre and centre != organisation.root:
        raise Invalid(f"centre: {centre} is no settlement centre")
    units = sorted(unit for unit in organisation.units if organisation.centre(unit, day) == centre)
    return [{"unit": unit, "period": period} for unit in units]


async def personal_lists_of(reader: Reader, unit: str, period: str) -> list[Mapping[str, Any]]:
    """The fields that ask for the own list of each person whose home is at the unit or below it, by person."""
    await known(reader, STATEMENT, unit=unit, period=period)
    organisation, day = await reader.organisation(), last_day(period)
    below = [other for other in organisation.units if organisation.within(other, unit, day)]
    wanted = select(states.id).where(states.kind == "person", states.unit.in_(below)).order_by(states.id)
    return [{"person": row.id, "period": period} for row in await reader.rows(wanted)]


async def known(reader: Reader, kind: Kind, **data: Any) -> None:
    """The form is right and the unit is known.  Raises a Refusal."""
    query = find(kind.query)
    await check_references(reader, query.form, query.form.read(data))


async def batches(reader: Reader, kind: Kind, asked: Sequence[Mapping[str, Any]]) -> AsyncIterator[list[Found]]:
    """The answers, some at a time."""
    for first in range(0, len(asked), BATCH):
        yield [await answered(reader, kind, data) for data in asked[first : first + BATCH]]


__all__ = ["PERSONAL", "STATEMENT", "answered", "batches", "format_of", "personal_lists_of", "reading", "statements_of"]
