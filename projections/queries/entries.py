"""The register of one account, with running balance."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, select, tuple_

from ledger.money import yuan
from ledger.vocabulary import AccountId, Day, Month
from projections import read_models
from projections.queries.answers import books as answers
from projections.queries.axes import Axes, axes
from projections.queries.kernel import Reader, Result, page, query

journal, papers = read_models.entries.c, read_models.states.c


@query(
    "Entries", "journal", at="/accounts/{account}/entries", cli="entries ACCOUNT --limit=1000", answer=answers.Entries
)
async def entries(
    reader: Reader,
    account: AccountId,
    period: Month | None = None,
    since: Day | None = None,
    until: Day | None = None,
    after: int | None = None,
    limit: int | None = None,
    business_date: Day | None = None,
    known_at: str | None = None,
    known_position: int | None = None,
) -> Result:
    """Posting lines of an account in the order of recording; ``after`` is the last position of the page before.

    A page holds whole facts, so one of more lines than ``limit`` fills a longer page; ``next`` where more follows.

    On two time axes: those of business dates up to ``business_date``, as known then, with the running balance of them.
    """
    when = await axes(reader, business_date, known_at, known_position)
    wanted = [journal.account == account, when.entries]
    if period is not None:
        wanted.append(journal.posting_period == period)
    if since is not None:
        wanted.append(journal.business_date >= since)
    if until is not None:
        wanted.append(journal.business_date <= until)
    if after is not None:
        wanted.append(journal.position > after)
    rows, is_last = await _page(reader, wanted, page(limit))
    listed = [line(row) for row in rows]
    if when.day is not None and rows:
        balances = await running(reader, account, when, rows)
        listed = [shown | {"balance": yuan(held)} for shown, held in zip(listed, balances, strict=True)]
    return {"account": account, **when.said, "entries": listed, "next": None if is_last else rows[-1].position}


async def running(reader: Reader, account: str, when: Axes, rows: Sequence[Any]) -> list[int]:
    """The balance of the account after each of these rows, if only the lines up to the business date count."""
    held = func.sum(journal.amount).over(order_by=(journal.position, journal.line)).label("held")
    counted = select(journal.position, journal.line, held).where(journal.account == account, when.entries).subquery()
    asked = tuple_(counted.c.position, counted.c.line).in_([(row.position, row.line) for row in rows])
    found = await reader.rows(select(counted).where(asked).order_by(counted.c.position, counted.c.line))
    return [int(row.held) for row in found]


def lines(*wanted: ColumnElement[bool]) -> Select[Any]:
    """Posting lines with the official number of the document that they are of."""
    document = and_(papers.kind == journal.kind, papers.id == journal.document)
    number = func.coalesce(journal.number, papers.number).label("official")
    both = read_models.entries.outerjoin(read_models.states, document)
    return select(read_models.entries, number).select_from(both).where(*wanted).order_by(journal.position, journal.line)


async def _page(reader: Reader, wanted: Sequence[ColumnElement[bool]], size: int) -> tuple[Sequence[Any], bool]:
    """As many whole facts as fit, at least one; is it the last page?  The next one begins after a position."""
    rows = await reader.rows(lines(*wanted).limit(size + 1))
    if len(rows) <= size:
        return rows, True
    torn = rows[size].position
    if whole := [row for row in rows if row.position < torn]:
        return whole, False
    rows = await reader.rows(lines(*wanted, journal.position == torn))
    following = select(journal.position).where(*wanted, journal.position > torn).limit(1)
    return rows, not await reader.rows(following)


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
