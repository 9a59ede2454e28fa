"""The statement of a unit and a month (内部市场结算单): summary, lines, persons, open items, adjustments, totals.

All figures are sums of entries on POOL_WAGE:unit with this posting period, so that the statement is the journal.  A
draft is what is known now; an issue is sealed as known at its position: its fact holds what the journal does not tell
later, and the digest that must come out again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

from sqlalchemy import and_, exists, select

from ledger.accounts import AccountCode, account_of
from ledger.calendars import last_day
from ledger.errors import Invalid, Unknown
from ledger.fact import topic_of
from ledger.facts.statements import StatementConfirmed, StatementDisputed, StatementIssued
from ledger.log.canonical import encode
from ledger.money import yuan
from ledger.vocabulary import Day, Month, UnitId, month_key, period_stream
from projections import read_models
from projections.amount_in_words import amount_in_words
from projections.presentation import data
from projections.queries.answers import papers as answers
from projections.queries.axes import Axes, axes, now
from projections.queries.documents import items_of
from projections.queries.entries import line, lines
from projections.queries.facts import stored_facts
from projections.queries.first_edition import lines_then
from projections.queries.kernel import Reader, Result, query
from projections.queries.pools import held_in
from projections.queries.wages import movements_of, persons_of
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

journal, log = read_models.entries.c, read_models.events.c
listed = read_models.subjects.c

GAINS = {"quota_wage": QUOTA_WAGE, "market_income": INCOME, "adjustments": ADJUSTMENTS}
COSTS = {"distribution": DISTRIBUTION, "market_expense": EXPENSE, "slips": SLIPS, "notices": NOTICES}
DRAFT = 0
FIRST_EDITION = 1
TOLD = tuple(topic_of(fact_type) for fact_type in (StatementIssued, StatementConfirmed, StatementDisputed))


@query(
    "Statement",
    "journal",
    "register",
    at="/units/{unit}/statements/{period}",
    cli="statement UNIT PERIOD",
    answer=answers.Statement,
)
async def statement(
    reader: Reader,
    unit: UnitId,
    period: Month,
    issue: int | None = None,
    business_date: Day | None = None,
    known_at: str | None = None,
    known_position: int | None = None,
) -> Result:
    """The latest issue, or the one asked for; 0, or none issued: the draft as of now.

    As known at a moment or position: the latest issue at that time, else the draft that it would have been.  As of a
    business date it is always a draft: an issue is of the whole month.
    """
    if issue is not None and issue < 0:
        raise Invalid(f"issue: {issue} is below 0")
    if issue and business_date is not None:
        raise Invalid("issue: what was issued is of the whole month, not as of a business date")
    when = await axes(reader, business_date, known_at, known_position)
    found = [] if issue == DRAFT or business_date is not None else await issues(reader, unit, period, when)
    if issue and issue > len(found):
        raise Unknown("statement", f"{unit} {period} issue {issue}")
    if not found:
        made = await draft(reader, unit, period, when=when)
        return made | {"digest": digest(made), "state": "draft"} | when.said
    issued, state = found[issue - 1 if issue else -1]
    made = await sealed(reader, issued)
    return made | {"digest": digest(made), "state": state} | when.said


# -- the draft -----------------------------------------------------------------------------------------------------


async def draft(reader: Reader, unit: str, period: str, issue: int = DRAFT, when: Axes | None = None) -> Result:
    """Everything that the digest is made of, as of now or on two time axes."""
    organisation, when = await reader.organisation(), when or now(reader)
    account = account_of(AccountCode.POOL_WAGE, unit)
    rows = await reader.rows(lines(journal.account == account, journal.posting_period == period, when.entries))
    summary = summed(await movements(reader, account, period, when))
    pool = await held_in(reader, unit, AccountCode.POOL_WAGE, when)
    return {
        "unit": unit,
        "period": period,
        "issue": issue,
        "centre": organisation.centre(unit, last_day(period)),
        "simulated": organisation.simulated,
        **{name: yuan(amount) for name, amount in summary.items()},
        "closing_words": in_words(summary["closing"]),
        "reserved": yuan(pool.reserved),
        "available": yuan(pool.available),
        "persons": await persons_of(reader, unit, period, when),
        "open_items": await items_of(reader, [unit], when),
        **await told_by(reader, rows),
    }


async def told_by(reader: Reader, rows: Sequence[Any]) -> dict[str, Any]:
    """The parts that are read from entries: sections B and E, the price lists used, first and last position."""
    late = [row for row in rows if getattr(row, "class") == ADJUSTMENTS]
    return {
        "lines": [line(row) for row in rows],
        "prior_period_adjustments": await adjustments(reader, late),
        **used_in(rows),
    }


async def told_then(reader: Reader, rows: Sequence[Any]) -> dict[str, Any]:
    """The same parts as the first edition sealed them: section E held all that belonged to closed months."""
    return {
        "lines": await lines_then(reader, rows),
        "prior_period_adjustments": await adjustments(reader, [row for row in rows if row.adjusts_period is not None]),
        **used_in(rows),
    }


def used_in(rows: Sequence[Any]) -> dict[str, Any]:
    return {
        "price_lists": sorted({row.list_version for row in rows if row.list_version}),
        "first_position": rows[0].position if rows else None,
        "last_position": rows[-1].position if rows else None,
    }


def in_words(amount: int) -> str:
    return "人民币" + amount_in_words(amount)


def digest(made: Result) -> str:
    """SHA-256 of the canonical bytes, in hex (contract §3)."""
    return hashlib.sha256(encode(made)).hexdigest()


async def movements(reader: Reader, account: str, period: str, when: Axes) -> dict[str, int]:
    """Credits less debits of an account by class in the period; what came before it counts as opening."""
    classes: dict[str, int] = {}
    for _, month, kind, amount in await reader.rows(movements_of([account], period, when)):
        name = OPENING if month < period else kind
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


async def adjustments(reader: Reader, late: Sequence[Any]) -> list[dict[str, Any]]:
    """Section E: what belongs to closed months, with the reason that the fact gives."""
    positions = {row.position for row in late}
    facts = await stored_facts(reader, [log.position.in_(positions)], log.position) if late else []
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


async def issues(reader: Reader, unit: str, period: str, when: Axes) -> list[tuple[StatementIssued, str]]:
    """Every issue of the unit's month, the first first, and what became of it: issued, disputed or confirmed."""
    organisation = await reader.organisation()
    centres = [name for name, node in organisation.units.items() if node.centre or name == organisation.root]
    streams = [period_stream(centre, period) for centre in centres]
    told = (
        select(log.position)
        .where(log.stream.in_(streams), log.topic.in_(TOLD), log.position <= when.position)
        .cte("told")
        .prefix_with("MATERIALIZED")  # the centres' papers are few; the postings of the unit's month are many
    )
    listed_too = and_(listed.subject == month_key(unit, period), listed.position == told.c.position)
    wanted = [log.position.in_(select(told.c.position).where(exists().where(listed_too)))]
    found: list[tuple[StatementIssued, str]] = []
    for _, _, fact in await stored_facts(reader, wanted, log.position):
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
    account = account_of(AccountCode.POOL_WAGE, issued.unit)
    known = lines(journal.account == account, journal.posting_period == issued.period, journal.position <= issued.known)
    held = data(issued, closed=False)
    told = told_then if issued.edition == FIRST_EDITION else told_by
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
        **await told(reader, await reader.rows(known)),
    }


async def changed(reader: Reader) -> list[StatementIssued]:
    """Issues that cannot be made again with the digest under which they were issued: none, whatever came later."""
    told = [log.topic == TOLD[0], log.position <= reader.position]
    found = [one.fact for one in await stored_facts(reader, told, log.position)]
    return [
        fact
        for fact in found
        if isinstance(fact, StatementIssued) and digest(await sealed(reader, fact)) != fact.digest
    ]
