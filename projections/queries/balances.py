"""Balances now, and at a business date as known at a position or moment."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, and_, bindparam, cast, func, or_, select, text, true, union_all

from ledger import forms
from ledger.accounts import PERSONAL
from ledger.calendars import midnight, parse_moment
from ledger.errors import Invalid
from ledger.money import yuan
from ledger.vocabulary import AccountCode, Day, UnitId
from projections import read_models
from projections.journal import BLOCK_BITS
from projections.queries.kernel import Reader, Result, query

accounts_now = read_models.balances
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")


@query("Balances", "journal")
async def balances(
    reader: Reader,
    accounts: list[AccountCode] | None = None,
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


@query("BalancesAt", "journal")
async def balances_at(
    reader: Reader,
    business_date: Day,
    known_at: str | None = None,
    known_position: int | None = None,
    accounts: list[AccountCode] | None = None,
    prefix: str | None = None,
) -> Result:
    """Balances at the end of a business date, from what was recorded by a moment, by the end of a day or a position."""
    position = await _known(reader, known_at, known_position)
    rows = await reader.rows(at_two_dates(_chosen(accounts, prefix, None), business_date, position))
    found = {account: int(amount) for account, amount in map(tuple, rows)}
    known = known_at if known_at is not None else position
    return {
        "position": reader.position,
        "business_date": business_date,
        "known_at": known,
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
        select(accounts_now.c.account, func.coalesce(func.sum(parts.c.amount), 0))
        .select_from(accounts_now.join(parts, true()))
        .where(chosen, accounts_now.c.first_position <= _big(position))
        .group_by(accounts_now.c.account)
    )


def _big(value: int) -> ColumnElement[int]:
    return cast(bindparam(None, value), BigInteger)


async def _known(reader: Reader, known_at: str | None, known_position: int | None) -> int:
    """The position up to which facts are taken; a date means its end in Shanghai."""
    if (known_at is None) == (known_position is None):
        raise Invalid("known_at or known_position: exactly one of them")
    if known_position is not None:
        if known_position < 0:
            raise Invalid(f"known_position: {known_position} is below 0")
        return min(known_position, reader.position)
    moment = _last_moment(str(known_at))
    found = await reader.connection.scalar(text("select log.position_at(:moment)").bindparams(moment=moment))
    return min(int(found or 0), reader.position)


def _last_moment(known_at: str) -> datetime:
    """The moment itself, or the last one before the midnight that ends a day in Shanghai."""
    try:
        if DAY.match(known_at):
            return parse_moment(midnight(known_at, 1)) - timedelta(microseconds=1)
        return parse_moment(forms.parse_moment(known_at))
    except ValueError as error:
        raise Invalid(f"known_at: {error}") from None


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
