"""The statement of a unit and a month (内部市场结算单): summary, lines, persons, open items, adjustments, totals.

All figures are sums of entries on POOL_WAGE:unit with this posting period, so that the statement is the journal.  A
draft is what is known now; an issue is sealed as known at its position: its fact holds what the journal does not tell
later, and the digest that must come out again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, select

from ledger.accounts import Kind, code
from ledger.calendars import last_day
from ledger.errors import Invalid, Unknown
from ledger.facts.statements import StatementConfirmed, StatementDisputed, StatementIssued
from ledger.log.canonical import encode
from ledger.money import yuan
from ledger.vocabulary import Month, UnitId, month_key
from projections import read_models
from projections.amount_in_words import amount_in_words
from projections.printing import data
from projections.queries.documents import items_of
from projections.queries.entries import line, lines
from projections.queries.facts import recorded
from projections.queries.kernel import Reader, Result, query
from projections.queries.pools import book_of
from projections.queries.wages import persons_of
from projections.statement_classes import (
    ADJUSTMENTS,
    DISTRIBUTION,
    EXPENSE,
    INCOME,
    NOTICES,
    OPENING,
    QUOTA_WAGE,
    SLIPS,
)

moved, journal, log = read_models.period_balances.c, read_models.entries.c, read_models.events.c
listed = read_models.subjects.c

GAINS = {"quota_wage": QUOTA_WAGE, "market_income": INCOME, "adjustments": ADJUSTMENTS}
COSTS = {"distribution": DISTRIBUTION, "market_expense": EXPENSE, "slips": SLIPS, "notices": NOTICES}
DRAFT = 0
TOLD = tuple(str(kind.__struct_config__.tag) for kind in (StatementIssued, StatementConfirmed, StatementDisputed))


@query("Statement", "journal", "register")
async def statement(reader: Reader, unit: UnitId, period: Month, issue: int | None = None) -> Result:
    """The latest issue, or the one asked for; 0, or none issued: the draft as of now."""
    if issue is not None and issue < 0:
        raise Invalid(f"issue: {issue} is below 0")
    found = [] if issue == DRAFT else await issues(reader, unit, period)
    if issue and issue > len(found):
        raise Unknown("statement", f"{unit} {period} issue {issue}")
    if not found:
        made = await draft(reader, unit, period)
        return made | {"digest": digest(made), "state": "draft"}
    issued, state = found[issue - 1 if issue else -1]
    made = await sealed(reader, issued)
    return made | {"digest": digest(made), "state": state}


# -- the draft -----------------------------------------------------------------------------------------------------


async def draft(reader: Reader, unit: str, period: str, issue: int = DRAFT) -> Result:
    """Everything that the digest is made of, as of now."""
    organisation, book = await reader.organisation(), await book_of(reader, unit)
    account = code(Kind.POOL_WAGE, unit)
    rows = await reader.rows(lines(journal.account == account, journal.posting_period == period))
    summary = summed(await movements(reader, account, period))
    return {
        "unit": unit,
        "period": period,
        "issue": issue,
        "centre": organisation.centre(unit, last_day(period)),
        "simulated": organisation.simulated,
        **{name: yuan(amount) for name, amount in summary.items()},
        "closing_words": in_words(summary["closing"]),
        "reserved": yuan(book.reserved.get(Kind.POOL_WAGE, 0)),
        "available": yuan(book.available()),
        "persons": await persons_of(reader, unit, period),
        "open_items": await items_of(reader, [unit]),
        **await told_by(reader, rows),
    }


async def told_by(reader: Reader, rows: Sequence[Any]) -> dict[str, Any]:
    """What the entries say: sections B and E, the price lists used, first and last position."""
    return {
        "lines": [line(row) for row in rows],
        "prior_period_adjustments": await adjustments(reader, rows),
        "price_lists": sorted({row.list_version for row in rows if row.list_version}),
        "first_position": rows[0].position if rows else None,
        "last_position": rows[-1].position if rows else None,
    }


def in_words(amount: int) -> str:
    return "人民币" + amount_in_words(amount)


def digest(made: Result) -> str:
    """SHA-256 of the canonical bytes, in hex (contract §3)."""
    return hashlib.sha256(encode(made)).hexdigest()


async def movements(reader: Reader, account: str, period: str) -> dict[str, int]:
    """Credits less debits of an account by class in the period; what came before it counts as opening."""
    is_before = moved.posting_period < period
    total = func.sum(moved.credit - moved.debit)
    statement = (
        select(is_before.label("before"), moved["class"], total)
        .where(moved.account == account, moved.posting_period <= period)
        .group_by(is_before, moved["class"])
    )
    classes: dict[str, int] = {}
    for before, kind, amount in await reader.rows(statement):
        name = OPENING if before else kind
        classes[name] = classes.get(name, 0) + int(amount)
    return classes


def summed(classes: dict[str, int]) -> dict[str, int]:
    """Section A: opening, what came in and went out by class, the rest signed, and closing."""
    opening = classes.get(OPENING, 0)
    gains = {name: classes.get(kind, 0) for name, kind in GAINS.items()}
    costs = {name: -classes.get(kind, 0) for name, kind in COSTS.items()}
    named = {OPENING, *GAINS.values(), *COSTS.values()}
    other = sum(amount for kind, amount in classes.items() if kind not in named)
    closing = opening + sum(gains.values()) + other - sum(costs.values())
    return {"opening": opening, **gains, **costs, "other": other, "closing": closing}


async def adjustments(reader: Reader, rows: Sequence[Any]) -> list[dict[str, Any]]:
    """Section E: what belongs to closed months, with the reason that the fact gives."""
    late = [row for row in rows if row.adjusts_period is not None]
    positions = {row.position for row in late}
    facts = await recorded(reader, [log.position.in_(positions)], log.position) if late else []
    reasons = {position: getattr(fact, "reason", None) for position, _, fact in facts}
    return [
        {
            "position": row.position,
            "business_date": row.business_date,
            "adjusts_period": row.adjusts_period,
            "amount": yuan(row.amount),
            "document": row.document,
            "reason": reasons[row.position],
        }
        for row in late
    ]


# -- what was issued -----------------------------------------------------------------------------------------------


async def issues(reader: Reader, unit: str, period: str) -> list[tuple[StatementIssued, str]]:
    """Every issue of the unit's month, the first first, and what became of it: issued, disputed or confirmed."""
    mine = select(listed.position).where(listed.subject == month_key(unit, period))
    wanted = [log.position.in_(mine), log.topic.in_(TOLD), log.position <= reader.position]
    found: list[tuple[StatementIssued, str]] = []
    for _, _, fact in await recorded(reader, wanted, log.position):
        match fact:
            case StatementIssued():
                found.append((fact, "issued"))
            case StatementConfirmed():
                found[-1] = found[-1][0], "confirmed"
            case StatementDisputed():
                found[-1] = found[-1][0], "disputed"
    return found


async def sealed(reader: Reader, issued: StatementIssued) -> Result:
    """The object that was issued, made again: what its fact holds, and its entries as known then."""
    account = code(Kind.POOL_WAGE, issued.unit)
    known = lines(journal.account == account, journal.posting_period == issued.period, journal.position <= issued.known)
    held = data(issued, closed=False)
    return {
        "unit": issued.unit,
        "period": issued.period,
        "issue": issued.issue,
        "centre": issued.centre,
        "simulated": (await reader.organisation()).simulated,
        **held["totals"],
        "closing_words": in_words(issued.totals.closing),
        "persons": held["persons"],
        "open_items": held["open_items"],
        **await told_by(reader, await reader.rows(known)),
    }


async def changed(reader: Reader) -> list[StatementIssued]:
    """Issues that cannot be made again with the digest under which they were issued: none, whatever came later."""
    told = [log.topic == TOLD[0], log.position <= reader.position]
    found = [one.fact for one in await recorded(reader, told, log.position)]
    return [
        fact
        for fact in found
        if isinstance(fact, StatementIssued) and digest(await sealed(reader, fact)) != fact.digest
    ]
