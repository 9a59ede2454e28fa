"""The register of one account, with running balance."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, select

from ledger.money import yuan
from ledger.vocabulary import AccountCode, Day, Month
from projections import read_models
from projections.queries.kernel import Reader, Result, page, query

journal, papers = read_models.entries.c, read_models.states.c


@query("Entries", "journal")
async def entries(
    reader: Reader,
    account: AccountCode,
    period: Month | None = None,
    since: Day | None = None,
    until: Day | None = None,
    after: int | None = None,
    limit: int | None = None,
) -> Result:
    """Posting lines of an account in the order of recording; ``after`` is the last position of the page before."""
    wanted = [journal.account == account]
    if period is not None:
        wanted.append(journal.posting_period == period)
    if since is not None:
        wanted.append(journal.business_date >= since)
    if until is not None:
        wanted.append(journal.business_date <= until)
    if after is not None:
        wanted.append(journal.position > after)
    size = page(limit)
    rows = await reader.rows(lines(*wanted).limit(size + 1))
    return {"account": account, "entries": [line(row) for row in whole_facts(rows, size)]}


def lines(*wanted: ColumnElement[bool]) -> Select[Any]:
    """Posting lines with the official number of the document that they are of."""
    document = and_(papers.kind == journal.kind, papers.id == journal.document)
    number = func.coalesce(journal.number, papers.number).label("official")
    both = read_models.entries.outerjoin(read_models.states, document)
    return select(read_models.entries, number).select_from(both).where(*wanted).order_by(journal.position, journal.line)


def whole_facts(rows: Sequence[Any], size: int) -> Sequence[Any]:
    """A page never ends within a fact, so that the next one can begin after a position."""
    if len(rows) <= size:
        return rows
    cut = [row for row in rows[:size] if row.position != rows[size].position]
    return cut or rows[:size]


def line(row: Any) -> dict[str, Any]:
    """A posting line as the contract prints it."""
    return {
        "position": row.position,
        "line": row.line,
        "fact": row.fact,
        "debit": yuan(max(0, -row.amount)),
        "credit": yuan(max(0, row.amount)),
        "balance": yuan(row.balance_after),
        "business_date": row.business_date,
        "shift": row.shift,
        "posting_period": row.posting_period,
        "adjusts_period": row.adjusts_period,
        "transfer": row.transfer,
        "kind": row.kind,
        "document": row.document,
        "number": row.official,
        "item": row.item,
        "list_version": row.list_version,
        "qty": row.qty,
        "unit_price": None if row.unit_price is None else yuan(row.unit_price),
        "counter": row.counter,
        "by": row.by,
    }
