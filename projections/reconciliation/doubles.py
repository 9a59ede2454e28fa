"""R15: two slips, notices or penalties that charge the same party for the same finding (rule 14)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from sqlalchemy import text

from ledger.state.reconciliation import Found
from ledger.vocabulary import Day
from projections.reconciliation.books_as_of import BooksReader

DOUBLES = """
charged as (
    select kind, id, unit, since, first_position, body ->> 'item' as item, body ->> 'matrix' as matrix,
        coalesce(body ->> 'occurred', body #>> '{finding,occurred}') as occurred, line #>> '{line,party}' as party,
        coalesce((line ->> 'remains')::bigint, (line #>> '{line,amount}')::bigint) as amount
    from papers cross join lateral jsonb_array_elements(body -> 'lines') as line
    where kind in ('slip', 'notice', 'penalty') and state not in ('cancelled', 'waived')
),
told as (
    select *, first_value(id) over alike as other, row_number() over alike as place
    from charged where amount > 0 and coalesce(item, matrix) is not null
    window alike as (
        partition by party, occurred, item, case when item is null then matrix end order by first_position
    )
)
select kind, id, unit, since, party, occurred, item, matrix, amount, other from told
where place > 1 and since between :first and :last order by since, id, kind, party
"""
"""A document that is gone charges nobody, nor does a line that an appeal has revoked; lines that no standard sets and
no entry names are not compared."""


class DoubleCharge(NamedTuple):
    """A party that a document charges for what an earlier one, ``other``, charges it for already."""

    kind: str
    document: str
    unit: str
    day: Day
    party: str
    occurred: Day
    item: str | None
    matrix: str | None
    amount: int
    other: str


async def double_charges(reader: BooksReader, first: Day, last: Day) -> list[DoubleCharge]:
    """Those of documents issued on these business dates, wherever and whenever the other was issued."""
    asked = text(reader.books.statement(DOUBLES)).bindparams(first=first, last=last, **reader.books.given)
    return [DoubleCharge(*row) for row in await reader.rows(asked)]


def charged_twice(doubles: Iterable[DoubleCharge], units: frozenset[str]) -> Iterator[Found]:
    """R15: at the centre of its unit, for the document recorded later: what it charges those parties."""
    amounts: dict[str, int] = {}
    for double in doubles:
        if double.unit in units:
            amounts[double.document] = amounts.get(double.document, 0) + double.amount
    return (Found("DOUBLE_CHARGE", document, amount) for document, amount in amounts.items())
