"""The trial balance: opening, movements and closing of every account; all closings add up to nothing."""

from __future__ import annotations

from typing import Any

import msgspec
from sqlalchemy import Subquery, case, func, select

from ledger.accounts import PERSONAL, ROOTED
from ledger.calendars import last_day
from ledger.money import yuan
from ledger.state.person import Post, home_begun
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

    Now, or as of the end of a business date, as known at a moment or position.  Of a centre: accounts that belong to
    it on the last day of the period, else on the business date, so that a closed month never changes (rule 43).
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
        day = last_day(period) if period is not None else when.day or await reader.today()
        mine = await accounts_of(reader, centre, [row[0] for row in rows], day)
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


async def accounts_of(reader: Reader, centre: str, accounts: list[str], day: Day) -> set[str]:
    """Those accounts that belong to a centre on a day (contract §1.5.5); persons without home to the root (rule 45)."""
    organisation = await reader.organisation()
    units, root = set(await reader.units_of_centre(centre, day)), organisation.root
    owned = [(account, *account.partition(":")[::2]) for account in accounts]
    homes = await _homes(reader, [owner for _, word, owner in owned if word in PERSONAL], day)
    found = set()
    for account, word, owner in owned:
        place = homes.get(owner, root) if word in PERSONAL else owner
        if (place in units) if word not in ROOTED else centre == root:
            found.add(account)
    return found


async def _homes(reader: Reader, people: list[str], day: Day) -> dict[str, str]:
    """The home of each person who has one that day."""
    wanted = select(persons.id, persons.body["posts"]).where(persons.kind == "person", persons.id.in_(people))
    posts = {row[0]: msgspec.convert(row[1] or [], list[Post]) for row in await reader.rows(wanted)}
    return {person: home for person, held in posts.items() if (home := home_begun(held, day))}
