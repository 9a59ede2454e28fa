"""Planned against paid (偏差): control figures, what the market gave a unit in a month, and what left as wages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import func, select

from ledger.accounts import AccountCode, account_of
from ledger.calendars import last_day
from ledger.facts.payroll import PayrollActualsImported, PayrollExported
from ledger.facts.pools import EntryReversed
from ledger.money import plain, yuan
from ledger.vocabulary import CentreId, Month, period_stream
from projections import statement_classes as classes
from projections.queries.answers import settlement as answers
from projections.queries.facts import topics
from projections.queries.kernel import Reader, Result, query
from projections.reconciliation.books_as_of import BooksReader, books_at
from projections.reconciliation.bulk_reader import among, facts, log
from projections.reconciliation.loader import budgets_of, persons_of
from projections.reconciliation.wages import DEVIATION_PERCENT
from projections.standing import standing

PLANNED = (classes.QUOTA_WAGE, classes.INCOME, classes.EXPENSE, classes.SLIPS, classes.NOTICES)


class Paid(NamedTuple):
    """By home unit: what was handed to payroll, and what payroll says that it paid (None: neither has happened)."""

    exported: Mapping[str, int] | None
    actual: Mapping[str, int] | None


@query(
    "DeviationReport",
    "journal",
    "register",
    at="/centres/{centre}/periods/{period}/deviations",
    cli="deviations PERIOD",
    answer=answers.DeviationReport,
)
async def deviation_report(reader: Reader, centre: CentreId, period: Month) -> Result:
    """Each unit's month: control figure and its use, quota wage credited, market result, distributed, paid.

    ``deviation`` is distributed less credited, as the reconciliation warns of it (R14, above 20 %); ``planned`` is
    what the market left to distribute: quota wage and market income less expense, slips and notices.
    """
    books = await books_at(reader)
    return {"centre": centre, "period": period, "units": await deviations(books, centre, period)}


async def deviations(books: BooksReader, centre: str, period: str) -> list[dict[str, Any]]:
    """Units with any figure, by id."""
    units = await units_at_the_end(books, centre, period)
    moved = await _moved(books, units, period)
    limits: Counter[str] = Counter()
    used: Counter[str] = Counter()
    for budget in await budgets_of(books, [f"unit-{unit}" for unit in units], period):
        limits[budget.unit] += budget.limit
        used[budget.unit] += budget.used
    paid = await _paid(books, centre, period)
    rows = [_row(unit, limits.get(unit), used[unit], moved.get(unit, {}), paid) for unit in units]
    return [row for row in rows if any(value not in (None, "0.00", False, row["unit"]) for value in row.values())]


async def units_at_the_end(reader: Reader, centre: str, period: str) -> list[str]:
    """The units of a centre on the last day of a month, as the close takes them."""
    organisation, day = await reader.organisation(), last_day(period)
    return sorted(unit for unit in organisation.units if organisation.centre(unit, day) == centre)


async def _moved(books: BooksReader, units: Iterable[str], period: str) -> dict[str, dict[str, int]]:
    """Movements of the wage pools by class of the statement."""
    sums, pools = books.books.sums.c, {account_of(AccountCode.POOL_WAGE, unit): unit for unit in units}
    wanted = (
        select(sums.account, sums["class"], func.sum(sums.credit - sums.debit))
        .where(among(sums.account, pools), sums.posting_period == period)
        .group_by(sums.account, sums["class"])
    )
    found: dict[str, dict[str, int]] = {}
    for account, kind, amount in await books.rows(wanted):
        found.setdefault(pools[account], {})[kind] = int(amount)
    return found


async def _paid(books: BooksReader, centre: str, period: str) -> Paid:
    stream = period_stream(centre, period)
    about = topics(PayrollExported, PayrollActualsImported, EntryReversed)
    told = [one.fact for one in standing(await facts(books, log.stream == stream, about))]
    homes = {person.person: home for person, home in await persons_of(books, stream, period)}
    exported: Counter[str] = Counter()
    actual: Counter[str] = Counter()
    for fact in told:
        if isinstance(fact, PayrollExported):
            for sent in fact.lines:
                exported[homes.get(sent.person, "")] += sent.total
        elif isinstance(fact, PayrollActualsImported):
            for line in fact.lines:
                actual[homes.get(line.person, "")] += line.paid
    kinds = {type(fact) for fact in told}
    return Paid(exported if PayrollExported in kinds else None, actual if PayrollActualsImported in kinds else None)


def _row(unit: str, limit: int | None, used: int, moved: Mapping[str, int], paid: Paid) -> dict[str, Any]:
    credited, distributed = moved.get(classes.QUOTA_WAGE, 0), -moved.get(classes.DISTRIBUTION, 0)
    deviation = distributed - credited
    return {
        "unit": unit,
        "limit": None if limit is None else yuan(limit),
        "used": None if limit is None else yuan(used),
        "credited": yuan(credited),
        "planned": yuan(sum(moved.get(kind, 0) for kind in PLANNED)),
        "distributed": yuan(distributed),
        "deviation": yuan(deviation),
        "percent": _percent(deviation, credited),
        "warns": credited > 0 and abs(deviation) * 100 > DEVIATION_PERCENT * credited,
        "exported": None if paid.exported is None else yuan(paid.exported.get(unit, 0)),
        "paid": None if paid.actual is None else yuan(paid.actual.get(unit, 0)),
    }


def _percent(part: int, whole: int) -> str | None:
    return plain((Decimal(part) * 100 / whole).quantize(Decimal("0.01"))) if whole > 0 else None
