"""A person's pay of a month or year, line by line: what was posted and how each amount was reckoned (R9)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain
from typing import Any, NamedTuple

from sqlalchemy import or_, select

from ledger.accounts import AccountCode, account_of
from ledger.fact import StoredFact, topic_of
from ledger.facts.daily import DailyQuotaWageAccrued
from ledger.facts.pools import EntryReversed
from ledger.facts.safety_wages import SafetyWageAccrued
from ledger.money import yuan
from ledger.vocabulary import Day, Month, MonthOrYear, PersonId, person_stream
from projections import read_models
from projections.queries.answers import appraisal as answers
from projections.queries.facts import stored_facts
from projections.queries.folds import facts_of_documents, facts_of_stream
from projections.queries.kernel import Reader, Result, query
from projections.queries.wage_steps import Row, Steps, agrees
from projections.statement_classes import OPENING, PAYROLL

journal, log = read_models.entries.c, read_models.events.c
PAY = {AccountCode.PAY_PERF: "performance", AccountCode.PAY_SAFETY: "safety", AccountCode.PAY_BONUS: "bonus"}


@query(
    "Wage", "register", "journal", at="/persons/{person}/wages/{period}", cli="wage PERSON PERIOD", answer=answers.Wage
)
async def wage(reader: Reader, person: PersonId, period: MonthOrYear) -> Result:
    """Every amount that the period brought a person or took from him, with its steps from score and base to fen.

    ``period`` is the posting period; what adjusts the period from a later one is listed too, and counts there.
    ``agrees`` says whether recalculating it gives what was posted (R9); null where an amount was given outright.
    """
    posted = [*await reader.rows(_entries(person, period)), *await _unpaid(reader, person, period)]
    rows = sorted(posted, key=lambda row: row.position)
    facts = await _at(reader, {row.position for row in rows})
    steps = await _steps(reader, person, list(facts.values()))
    gone = await _reversed(reader, facts.values())
    lines = [_line(row, facts[row.position], steps, reversed_=row.position in gone) for row in rows]
    counted = [row for row in rows if row.posting_period.startswith(period)]
    return {"person": person, "period": period, "lines": lines, "totals": _totals(counted)}


class Unpaid(NamedTuple):
    """A day whose score pays nothing, in the shape of an entry."""

    position: int
    account: str
    fact: str
    business_date: Day
    posting_period: Month
    by: str
    amount: int = 0
    adjusts_period: Month | None = None


async def _unpaid(reader: Reader, person: str, period: str) -> list[Unpaid]:
    """The days of the period that were scored 0: nothing was posted, and yet they are reckoned like the others."""
    wanted = [log.stream == person_stream(person), log.topic == topic_of(DailyQuotaWageAccrued)]
    told = await stored_facts(reader, [*wanted, log.position <= reader.position], log.version)
    found = [(each.position, each.fact) for each in told]
    return [
        Unpaid(
            position,
            account_of(AccountCode.PAY_PERF, person),
            type(fact).__name__,
            fact.business_date,
            fact.business_date[:7],
            fact.by,
        )
        for position, fact in found
        if isinstance(fact, DailyQuotaWageAccrued) and not fact.amount and fact.business_date.startswith(period)
    ]


def _entries(person: str, period: str) -> Any:
    """Movements of the person's payables in the period, or that adjust it; payroll's withdrawals are not pay."""
    months = or_(journal.posting_period.startswith(period), journal.adjusts_period.startswith(period))
    return (
        select(read_models.entries)
        .where(
            journal.account.in_([account_of(code, person) for code in PAY]),
            journal["class"].not_in([OPENING, PAYROLL]),
            months,
        )
        .order_by(journal.position, journal.line)
    )


async def _at(reader: Reader, positions: set[int]) -> dict[int, StoredFact]:
    wanted = [log.position.in_(positions), log.position <= reader.position]
    return {each.position: each for each in await stored_facts(reader, wanted, log.position)}


async def _reversed(reader: Reader, money: Iterable[StoredFact]) -> set[int]:
    """The positions of those that were reversed, in whatever month."""
    commands = {each.fact.command for each in money}
    found = chain.from_iterable((await facts_of_documents(reader, "command", commands)).values())
    return {each.fact.original for each in found if isinstance(each.fact, EntryReversed)}


async def _steps(reader: Reader, person: str, money: Sequence[StoredFact]) -> Steps:
    """The person's stream, the sheets and days that were paid, and the policies: what the steps are read from."""
    own = await facts_of_stream(reader, person_stream(person))
    sheets = {each.fact.assessment for each in money if isinstance(each.fact, SafetyWageAccrued)}
    days = {f"{person}/{each.fact.day}" for each in money if isinstance(each.fact, DailyQuotaWageAccrued)}
    scored = [
        *(await facts_of_documents(reader, "assessment", sheets)).values(),
        *(await facts_of_documents(reader, "daily-score", days)).values(),
    ]
    by_position = {each.position: each for each in chain(own, money, *scored)}
    facts = [by_position[position] for position in sorted(by_position)]
    published = await facts_of_stream(reader, "policy")
    return Steps(await reader.state("person", person), facts, await reader.organisation(), published)


def _line(row: Any, told: StoredFact, steps: Steps, *, reversed_: bool) -> Row:
    fact = told.fact
    reckoned = steps.of(fact)
    return {
        "account": row.account,
        "fact": row.fact,
        "amount": yuan(row.amount),
        "business_date": row.business_date,
        "posting_period": row.posting_period,
        "adjusts_period": row.adjusts_period,
        "reversed": reversed_,
        "agrees": agrees(reckoned, row.amount),
        "steps": reckoned,
        "position": row.position,
        "by": row.by,
    }


def _totals(rows: Sequence[Any]) -> dict[str, str]:
    """The sum of the period on each payable, and altogether."""
    by_kind = {
        name: sum(row.amount for row in rows if row.account.startswith(f"{kind}:")) for kind, name in PAY.items()
    }
    return {name: yuan(amount) for name, amount in {**by_kind, "together": sum(by_kind.values())}.items()}
