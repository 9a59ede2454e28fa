"""The dashboard of a centre's month (期间看板): what blocks the close, who has not confirmed, what is open."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import func, select

from ledger.accounts import AccountCode, account_of
from ledger.calendars import last_day
from ledger.fact import StoredFact
from ledger.facts.statements import StatementConfirmed, StatementDisputed, StatementIssued
from ledger.money import yuan
from ledger.state import statements
from ledger.state.periods import CentreMonth, Periods
from ledger.state.statements import STALE_BY, UnitMonth
from ledger.vocabulary import CentreId, Month, period_stream
from projections import read_models
from projections.queries.answers import settlement as answers
from projections.queries.deviations import deviations, units_at_the_end
from projections.queries.documents import items_of
from projections.queries.facts import stored_facts
from projections.queries.folds import folded
from projections.queries.kernel import Reader, Result, query
from projections.queries.reconciliations import runs_of, told
from projections.queries.trial_balance import accounts_of
from projections.reconciliation.books_as_of import books_at
from projections.reconciliation.bulk_reader import among

log, entries, balances = read_models.events.c, read_models.entries.c, read_models.balances.c
Block = dict[str, str | None]


@query(
    "PeriodDashboard",
    "journal",
    "register",
    at="/centres/{centre}/periods/{period}/dashboard",
    cli="dashboard PERIOD",
    answer=answers.PeriodDashboard,
)
async def period_dashboard(reader: Reader, centre: CentreId, period: Month) -> Result:
    """Where the month stands: ``blocks`` names everything that ClosePeriod would still refuse, in its order.

    Beside it the statements that are not settled, exceptions, open items, warnings of planned against paid, payroll.
    """
    stream = period_stream(centre, period)
    facts = await stored_facts(reader, [log.stream == stream, log.position <= reader.position], log.version)
    month: CentreMonth = folded(stream, facts)
    periods: Periods = await reader.state("periods", "") or Periods()
    units = await units_at_the_end(reader, centre, period)
    statements = await _statements(reader, facts, units, period)
    clearing = int(await reader.connection.scalar(_clearing(centre)) or 0)
    runs = await runs_of(reader, centre, period)
    closed = periods.is_closed(centre, period)
    earlier = [one for one in periods.open_before(centre, period) if await _is_posted(reader, centre, one)]
    books = await books_at(reader)
    return {
        "centre": centre,
        "period": period,
        "state": "closed" if closed else "cut_off" if month.is_cut_off else "opened" if month.is_opened else "open",
        "cutoff": month.cutoff,
        "last_run": told(runs[-1]) if runs else None,
        "blocks": [] if closed else list(_blocks(month, earlier, statements, clearing, centre, period)),
        "statements": dict(sorted(Counter(_state(unit) for unit in statements.values()).items())),
        "not_confirmed": [_statement(unit) for unit in statements.values() if not unit.is_settled],
        "exceptions": _exceptions(month),
        "open_items": _summed(await items_of(reader, units)),
        "deviations": [row for row in await deviations(books, centre, period) if row["warns"]],
        "clearing": yuan(clearing),
        "payroll": {"exported": month.is_exported, "actuals": month.has_actuals},
    }


def _clearing(centre: str) -> Any:
    return select(func.sum(balances.credit - balances.debit)).where(
        balances.account == account_of(AccountCode.CLR_TRADE, centre)
    )


async def _is_posted(reader: Reader, centre: str, month: Month) -> bool:
    """Has an account of the centre an entry in the month (rule 73)?"""
    moved = read_models.period_balances.c
    rows = await reader.rows(select(moved.account).where(moved.posting_period == month).distinct())
    return bool(await accounts_of(reader, centre, [row.account for row in rows], last_day(month)))


def _blocks(
    month: CentreMonth,
    waiting: Iterable[Month],
    statements: Mapping[str, UnitMonth],
    clearing: int,
    centre: str,
    period: str,
) -> Iterator[Block]:
    """Everything that the close asks for and that is not so, in the order in which ClosePeriod asks (TR-11)."""
    if not month.is_cut_off:
        yield {"reason": "NOT_CUT_OFF", "ref": period, "detail": month.cutoff}
    for earlier in waiting:
        yield {"reason": "EARLIER_PERIOD", "ref": earlier, "detail": "is not closed"}
    if clearing:
        yield {"reason": "CLEARING", "ref": account_of(AccountCode.CLR_TRADE, centre), "detail": yuan(clearing)}
    for name, raised in sorted(month.exceptions.items()):
        if raised.blocks:
            amount = None if raised.amount is None else yuan(raised.amount)
            yield {"reason": "EXCEPTION", "ref": name, "detail": amount}
    for unit in statements.values():
        if not unit.is_settled:
            yield {"reason": "STATEMENT", "ref": unit.unit, "detail": _state(unit)}


async def _statements(
    reader: Reader, facts: Sequence[StoredFact], units: Iterable[str], period: str
) -> dict[str, UnitMonth]:
    """Each unit's issues, and whether its books were posted to since the last."""
    months = {unit: statements.begin(f"{unit}/{period}") for unit in units}
    for each in facts:
        fact = each.fact
        if isinstance(fact, StatementIssued | StatementConfirmed | StatementDisputed) and fact.unit in months:
            months[fact.unit] = statements.evolve(months[fact.unit], each, ())
    posted = await _last_posted(reader, months, period)
    return {
        unit: UnitMonth(
            unit, period, month.issues, month.latest is not None and posted.get(unit, 0) > month.latest.position
        )
        for unit, month in months.items()
    }


def _is_stale(month: UnitMonth, posted: int) -> bool:
    return month.latest is not None and posted > month.latest.position


async def _last_posted(reader: Reader, units: Iterable[str], period: str) -> dict[str, int]:
    """The last position that moved a pool or due of each unit in the month."""
    accounts = {account_of(code, unit): unit for unit in units for code in STALE_BY}
    wanted = (
        select(entries.account, func.max(entries.position))
        .where(among(entries.account, accounts), entries.posting_period == period)
        .group_by(entries.account)
    )
    last: dict[str, int] = {}
    for account, position in await reader.rows(wanted):
        last[accounts[account]] = max(last.get(accounts[account], 0), position)
    return last


def _state(month: UnitMonth) -> str:
    return "stale" if month.stale else month.state


def _statement(month: UnitMonth) -> dict[str, Any]:
    latest = month.latest
    return {
        "unit": month.unit,
        "state": _state(month),
        "issue": latest.issue if latest else None,
        "window_over": latest.window_over if latest else None,
    }


def _exceptions(month: CentreMonth) -> dict[str, int]:
    raised = month.exceptions.values()
    return {
        "open": sum(one.is_open for one in raised),
        "blocking": sum(one.blocks for one in raised),
        "resolved": sum(not one.is_open for one in raised),
    }


def _summed(items: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Open items by kind: how many, and what they come to."""
    number: Counter[str] = Counter()
    total: Counter[str] = Counter()
    for item in items:
        number[item["kind"]] += 1
        total[item["kind"]] += 0 if item["amount"] is None else int(item["amount"].replace(".", ""))
    return [{"kind": kind, "items": number[kind], "amount": yuan(total[kind])} for kind in sorted(number)]
