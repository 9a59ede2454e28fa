"""Balances now, and at a business date as known at a position or moment."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, ColumnElement, and_, bindparam, cast, func, or_, select, true, union_all

from ledger.accounts import PERSONAL
from ledger.errors import Invalid
from ledger.money import yuan
from ledger.vocabulary import AccountId, Day, UnitId
from projections import read_models
from projections.journal import BLOCK_BITS
from projections.queries.answers import books as answers
from projections.queries.axes import known
from projections.queries.kernel import Reader, Result, query

accounts_now = read_models.balances


@query("Balances", "journal", at="/balances", cli="balances PATTERN", answer=answers.Balances)
async def balances(
    reader: Reader,
    accounts: list[AccountId] | None = None,
    prefix: str | None = None,
    unit: UnitId | None = None,
    subtree: bool | None = None,
) -> Result:
    """Credits less debits of accounts: those named, or those ever touched (of a prefix, of a unit, of its subtree)."""
    if subtree and unit is None:
        raise Invalid("subtree: of which unit?")
    units = None if unit is None else await reader.unit_and_below(unit) if subtree else [unit]
    chosen = _chosen(accounts, prefix, units)
    rows = await reader.rows(select(accounts_now.c.account, accounts_now.c.credit - accounts_now.c.debit).where(chosen))
    return {"position": reader.position, "balances": _texts(accounts, dict(map(tuple, rows)))}


@query("BalancesAt", "journal", at="/balances", cli="balances PATTERN", answer=answers.BalancesAt)
async def balances_at(
    reader: Reader,
    business_date: Day,
    known_at: str | None = None,
    known_position: int | None = None,
    accounts: list[AccountId] | None = None,
    prefix: str | None = None,
) -> Result:
    """Balances at the end of a business date, from what was recorded by a moment, by the end of a day or a position.

    As known now where neither is given; without names, the accounts that had an entry by then.
    """
    told = known_at is not None or known_position is not None
    position = await known(reader, known_at, known_position) if told else reader.position
    rows = await reader.rows(at_two_dates(_chosen(accounts, prefix, None), business_date, position))
    found = {account: int(amount) for account, amount in map(tuple, rows)}
    return {
        "position": reader.position,
        "business_date": business_date,
        "known_at": known_at if known_at is not None else position if told else None,
        "balances": _texts(accounts, found),
    }


def at_two_dates(chosen: ColumnElement[bool], day: str, position: int) -> Any:
    """Sum of the cells of earlier blocks and of the entries of the position's own block, for each chosen account."""
    cells, entries = read_models.day_cells.c, read_models.entries.c
    block = position >> BLOCK_BITS
    earlier = select(func.sum(cells.amount).label("amount")).where(
        cells.account == accounts_now.c.account, cells.block < _big(block), cells.business_date <= day
    )
    own = select(func.sum(entries.amount).label("amount")).where(
        entries.account == accounts_now.c.account,
        entries.position >= _big(block << BLOCK_BITS),
        entries.position <= _big(position),
        entries.business_date <= day,
    )
    parts = union_all(earlier.correlate(accounts_now), own.correlate(accounts_now)).lateral("parts")
    return (
        select(accounts_now.c.account, func.sum(parts.c.amount))
        .select_from(accounts_now.join(parts, true()))
        .where(chosen, accounts_now.c.first_position <= _big(position))
        .group_by(accounts_now.c.account)
        .having(func.sum(parts.c.amount).is_not(None))
    )


def _big(value: int) -> ColumnElement[int]:
    return cast(bindparam(None, value), BigInteger)


def _chosen(accounts: Any, prefix: str | None, units: list[str] | None) -> ColumnElement[bool]:
    """Which accounts are asked for: those named besides those of the prefix and the units."""
    account = accounts_now.c.account
    found: list[ColumnElement[bool]] = []
    if prefix is not None:
        found.append(account.startswith(prefix, autoescape=True))
    if units is not None:
        word, owner = func.split_part(account, ":", 1), func.split_part(account, ":", 2)
        found.append(and_(owner.in_(units), word.not_in(sorted(PERSONAL))))
    if accounts is None:
        return and_(true(), *found)
    named = account.in_(list(accounts))
    return or_(named, and_(*found)) if found else named


def _texts(accounts: Any, found: dict[str, int]) -> dict[str, str]:
    """Named accounts always have a balance; the others are in order of their code."""
    named = dict.fromkeys(accounts or (), 0)
    return {account: yuan(amount) for account, amount in sorted((named | found).items())}
