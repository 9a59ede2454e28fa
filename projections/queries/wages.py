"""Section C of a statement: what the persons of a unit earned, what was kept back, what is payable."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, func, or_, select

from ledger.accounts import AccountCode, account_of
from ledger.calendars import last_day
from ledger.fact import Fact, topic_of
from ledger.facts.assessment import AssessmentOpened
from ledger.facts.pools import EntryReversed
from ledger.facts.safety_wages import ENTITLEMENT, EntitlementSet
from ledger.keys import bounded
from ledger.money import yuan
from ledger.state.person import Person
from ledger.state.safety_wages import Entitlement
from ledger.vocabulary import assessment_stream, person_stream
from projections import read_models
from projections.queries.axes import Axes
from projections.queries.documents_as_of import documents
from projections.queries.facts import stored_facts
from projections.queries.folds import facts_of_stream, folded
from projections.queries.kernel import Reader
from projections.queries.pools import book_of
from projections.standing import standing
from projections.statement_classes import DEDUCTION, EXPENSE, NOTICES, OPENING, PAYROLL, SLIPS

journal, moved, states = read_models.entries, read_models.period_balances.c, read_models.states.c
log, listed = read_models.events.c, read_models.subjects.c

PAY = (AccountCode.PAY_PERF, AccountCode.PAY_SAFETY, AccountCode.PAY_BONUS)
FUNDED = (AccountCode.POOL_WAGE, AccountCode.POOL_SAFETY)
UNEARNED = (OPENING, DEDUCTION, PAYROLL)
TO_UNITS = (EXPENSE, SLIPS, NOTICES)
"""Classes of facts that take from a unit's pool and give to no person."""


class Movement(NamedTuple):
    """The movement of a class on an account in a month."""

    account: str
    posting_period: str
    kind: str
    amount: int


async def persons_of(reader: Reader, unit: str, period: str, when: Axes) -> list[dict[str, Any]]:
    """Everybody whose home is at the unit on a day of the month, or who was paid from its pools, or whose payment was
    reversed in it (rule 45); figures cover the whole month.
    """
    return await figures_of(reader, await _people(reader, unit, period, when), period, when)


async def figures_of(reader: Reader, people: list[str], period: str, when: Axes) -> list[dict[str, Any]]:
    """The month of each of these persons."""
    accounts = [account_of(kind, person) for person in people for kind in (*PAY, AccountCode.DUE_PERSON)]
    by_account: dict[str, list[Movement]] = {}
    for row in await reader.rows(movements_of(accounts, period, when)):
        movement = Movement(row[0], row[1], row[2], int(row[3]))
        by_account.setdefault(movement.account, []).append(movement)
    scored = await scores_of(reader, people, period, when)
    return [_figures(person, period, by_account) | scored.get(person, {}) for person in people]


def movements_of(accounts: list[str], period: str, when: Axes) -> Select[Any]:
    """Account, posting period, class and amount of what was posted up to a period: sums that are kept, or summed."""
    if when.is_now:
        return select(moved.account, moved.posting_period, moved["class"], moved.credit - moved.debit).where(
            moved.account.in_(accounts), moved.posting_period <= period
        )
    line = journal.c
    keys = (line.account, line.posting_period, line["class"])
    counted = select(*keys, func.sum(line.amount)).where(when.entries)
    return counted.where(line.account.in_(accounts), line.posting_period <= period).group_by(*keys)


async def _people(reader: Reader, unit: str, period: str, when: Axes) -> list[str]:
    paid = await _paid(reader, unit, period, when)
    holders = {holder.person for holder in (await book_of(reader, unit)).holders}
    wanted = select(states.kind, states.body).where(
        states.kind == "person", or_(states.unit == unit, states.id.in_(holders))
    )
    near: list[Person] = await reader.states(wanted)
    if not when.is_now:
        near = [await _as_known(reader, person, when) for person in near]
    at_home = {person.person for person in near if unit in person.homes_within(f"{period}-01", last_day(period))}
    return sorted(paid | at_home)


async def _as_known(reader: Reader, person: Person, when: Axes) -> Person:
    """A person's posts as they were known then."""
    stream = person_stream(person.person)
    known = [each for each in await facts_of_stream(reader, stream) if each.position <= when.position]
    state: Person = folded(stream, known)
    return state


async def _paid(reader: Reader, unit: str, period: str, when: Axes) -> set[str]:
    """Persons credited by facts that debit the unit's pools in the period, or debited where such a fact is reversed."""
    pool, pay = journal, journal.alias("pay")
    given = and_(pool.c.amount < 0, pay.c.amount > 0)
    taken_back = and_(pool.c.amount > 0, pay.c.amount < 0, pool.c.fact == EntryReversed.__name__)
    wanted = (
        select(pay.c.account)
        .distinct()
        .select_from(pool.join(pay, pay.c.position == pool.c.position))
        .where(
            pool.c.account.in_([account_of(code, unit) for code in FUNDED]),
            pool.c.posting_period == period,
            or_(given, taken_back),
            pool.c["class"].not_in(TO_UNITS),
            when.entries,
            or_(*(pay.c.account.startswith(f"{code}:", autoescape=True) for code in PAY)),
        )
    )
    return {row.account.partition(":")[2] for row in await reader.rows(wanted)}


async def scores_of(reader: Reader, people: Iterable[str], period: str, when: Axes) -> dict[str, dict[str, Any]]:
    """The entitlement of each person in the month, and the scores of its assessment once they are published."""
    names = list(people)
    found: dict[str, dict[str, Any]] = {}
    sheets = [assessment_stream(person, period) for person in names]
    opened = [one.fact for one in await stored_facts(reader, _of_topic(AssessmentOpened, sheets, when), log.position)]
    known = [fact.assessment for fact in opened if isinstance(fact, AssessmentOpened)]
    for sheet in (await documents(reader, when, "assessment", known)).values():
        told = {"D": sheet.D, "I": sheet.I, "S": sheet.S, "payout": sheet.payout}
        found.setdefault(sheet.person, {}).update(told)
    told_of = select(listed.position).where(listed.subject.in_([bounded(ENTITLEMENT(name, period)) for name in names]))
    set_by = [log.position.in_(told_of), log.position <= when.position]
    for _, _, fact in standing(await stored_facts(reader, set_by, log.position)):
        if isinstance(fact, EntitlementSet) and when.counts(fact.business_date):
            full = Entitlement(fact.base, fact.factor).full
            found.setdefault(fact.person, {})["entitlement"] = yuan(full or 0)
    return found


def _of_topic(fact_type: type[Fact], streams: list[str], when: Axes) -> list[ColumnElement[bool]]:
    return [
        log.stream.in_(streams),
        log.topic == topic_of(fact_type),
        log.position <= when.position,
    ]


def _figures(person: str, period: str, by_account: dict[str, list[Movement]]) -> dict[str, Any]:
    perf, safety, bonus = (_earned(by_account.get(account_of(code, person), []), period) for code in PAY)
    dues = by_account.get(account_of(AccountCode.DUE_PERSON, person), [])
    closing = -sum(move.amount for move in dues)
    opening = -sum(move.amount for move in dues if move.posting_period < period or move.kind == OPENING)
    deducted = sum(move.amount for move in dues if move.posting_period == period and move.kind == DEDUCTION)
    return {
        "person": person,
        "entitlement": None,
        "D": None,
        "I": None,
        "S": None,
        "payout": None,
        "safety_wage": yuan(safety),
        "performance": yuan(perf),
        "bonus": yuan(bonus),
        "due_opening": yuan(opening),
        "due_new": yuan(closing - opening + deducted),
        "deducted": yuan(deducted),
        "due_closing": yuan(closing),
        "payable": yuan(perf + safety + bonus - deducted),
    }


def _earned(moves: list[Movement], period: str) -> int:
    """The earnings of the month, before anything was kept back or handed to payroll."""
    return sum(move.amount for move in moves if move.posting_period == period and move.kind not in UNEARNED)
