"""The trial balance: opening, movements and closing of every account; all closings add up to nothing."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Subquery, case, func, select

from ledger.accounts import PERSONAL, ROOTED
from ledger.money import yuan
from ledger.vocabulary import CentreId, Day, Month
from projections import read_models
from projections.queries.answers import books as answers
from projections.queries.axes import Axes, axes
from projections.queries.kernel import Reader, Result, query
from projections.statement_classes import OPENING

persons = read_models.states.c


@query("TrialBalance", "journal", "register", at="/trial-balance", cli="trial-balance", answer=answers.TrialBalance)
async def trial_balance(
    reader: Reader,
    period: Month | None = None,
    centre: CentreId | None = None,
    business_date: Day | None = None,
    known_at: str | None = None,
    known_position: int | None = None,
) -> Result:
    """Accounts with an entry (up to the period); opened balances and earlier periods are ``opening``.

    Now, or as of the end of a business date, as known at a moment or position.
    """
    when = await axes(reader, business_date, known_at, known_position)
    moved = read_models.period_balances.c if when.is_now else _sums_of_entries(when).c
    is_opening = moved["class"] == OPENING
    if period is not None:
        is_opening = is_opening | (moved.posting_period < period)
    statement = (
        select(
            moved.account,
            func.sum(case((is_opening, moved.credit - moved.debit), else_=0)),
            func.sum(case((is_opening, 0), else_=moved.debit)),
            func.sum(case((is_opening, 0), else_=moved.credit)),
        )
        .group_by(moved.account)
        .order_by(moved.account)
    )
    rows = await reader.rows(statement if period is None else statement.where(moved.posting_period <= period))
    if centre is not None:
        mine = await _accounts_of(reader, centre, [row[0] for row in rows])
        rows = [row for row in rows if row[0] in mine]
    accounts = [_account(*map(_whole, row)) for row in rows]
    return {
        **when.said,
        "accounts": accounts,
        "sum": yuan(sum(int(row[1]) - int(row[2]) + int(row[3]) for row in rows)),
    }


def _sums_of_entries(when: Axes) -> Subquery:
    """The rows that ``period_balances`` would hold if only the lines of these axes counted."""
    entry = read_models.entries.c
    keys = (entry.account, entry.posting_period, entry["class"])
    debit = func.sum(func.greatest(-entry.amount, 0)).label("debit")
    credit = func.sum(func.greatest(entry.amount, 0)).label("credit")
    return select(*keys, debit, credit).where(when.entries).group_by(*keys).subquery()


def _whole(value: Any) -> Any:
    """Sums of whole fen come as decimals."""
    return value if isinstance(value, str) else int(value)


def _account(account: str, opening: int, debit: int, credit: int) -> dict[str, str]:
    return {
        "account": account,
        "opening": yuan(opening),
        "debit": yuan(debit),
        "credit": yuan(credit),
        "closing": yuan(opening - debit + credit),
    }


async def _accounts_of(reader: Reader, centre: str, accounts: list[str]) -> set[str]:
    """Those accounts that belong to a centre (contract §1.5.5)."""
    units = set(await reader.units_of_centre(centre))
    root = (await reader.organisation()).root
    owned = [(account, *account.partition(":")[::2]) for account in accounts]
    people = [owner for _, word, owner in owned if word in PERSONAL]
    at_home = select(persons.id).where(persons.kind == "person", persons.id.in_(people), persons.unit.in_(units))
    here = {row.id for row in await reader.rows(at_home)}
    found = set()
    for account, word, owner in owned:
        own = {root} & {centre} if word in ROOTED else here if word in PERSONAL else units
        if owner in own:
            found.add(account)
    return found
