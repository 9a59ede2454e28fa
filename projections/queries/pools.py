"""Wage pools and safety funds: what they hold, what is reserved or owed, what may be spent."""

from __future__ import annotations

from typing import Literal, NamedTuple

from sqlalchemy import func, or_, select

from ledger.accounts import POOLS, AccountCode, account_of
from ledger.money import yuan
from ledger.state.unit import UnitBook
from ledger.vocabulary import CentreId, Day, UnitId, unit_stream
from projections import read_models
from projections.queries.answers import pools as answers
from projections.queries.axes import Axes, axes
from projections.queries.documents_as_of import Sought, papers
from projections.queries.facts import stored_facts
from projections.queries.kernel import Reader, Result, query
from projections.queries.raised_dues import CHANGING_DUES

states, journal = read_models.states.c, read_models.entries.c
log, listed = read_models.events.c, read_models.subjects.c


@query("Pool", "register", "journal", at="/units/{unit}/pool", cli="pool show UNIT", answer=answers.Pool)
async def pool(
    reader: Reader,
    unit: UnitId,
    pool: Literal["wage", "safety", "project"] = "wage",
    business_date: Day | None = None,
    known_at: str | None = None,
    known_position: int | None = None,
) -> Result:
    """A unit's pool: balance, reserved, available (可用额), and what the unit still owes.

    Now, or as of the end of a business date, as known at a moment or position.
    """
    when = await axes(reader, business_date, known_at, known_position)
    held = await held_in(reader, unit, POOLS[pool], when)
    return {
        "account": account_of(POOLS[pool], unit),
        **when.said,
        "balance": yuan(held.balance),
        "reserved": yuan(held.reserved),
        "available": yuan(held.available),
        "due": yuan(held.due),
    }


class Held(NamedTuple):
    """The balance of a pool, the part that is reserved for tenders, and the unit's debt."""

    balance: int
    reserved: int
    due: int

    @property
    def available(self) -> int:
        return self.balance - self.reserved


async def held_in(reader: Reader, unit: str, code: AccountCode, when: Axes) -> Held:
    """A pool on two time axes; now it stands in the unit's book."""
    if when.is_now:
        book = await book_of(reader, unit)
        return Held(book.balance(code), book.reserved.get(code, 0), book.due)
    pool, due = account_of(code, unit), account_of(AccountCode.DUE_UNIT, unit)
    sums = await sums_of(reader, [pool, due], when)
    return Held(sums.get(pool, 0), await reserved_in(reader, unit, code, when), -sums.get(due, 0))


async def sums_of(reader: Reader, accounts: list[str], when: Axes) -> dict[str, int]:
    """Credits less debits of accounts that have an entry."""
    wanted = select(journal.account, func.sum(journal.amount)).where(journal.account.in_(accounts), when.entries)
    rows = await reader.rows(wanted.group_by(journal.account))
    return {account: int(amount) for account, amount in map(tuple, rows)}


async def reserved_in(reader: Reader, unit: str, code: AccountCode, when: Axes) -> int:
    """The amount of the pool that the unit's tenders reserved."""
    found = [paper.state for paper in await papers(reader, when, RESERVING, [unit], bodies=True)]
    return sum(tender.reserve for tender in found if POOLS[tender.pool] == code)


RESERVING = Sought(
    frozenset({"tender"}),
    (states.kind == "tender") & (states.reserved > 0),
    lambda paper: bool(paper.columns.reserved),
)


@query("Fund", "register", "journal", at="/centres/{centre}/fund", cli="fund CENTRE", answer=answers.Fund)
async def fund(
    reader: Reader,
    centre: CentreId,
    business_date: Day | None = None,
    known_at: str | None = None,
    known_position: int | None = None,
) -> Result:
    """A centre's safety fund, and the part of it that may be spent: what has been collected.

    Now, or as of the end of a business date, as known at a moment or position.
    """
    when = await axes(reader, business_date, known_at, known_position)
    book = await book_of(reader, centre)
    balance, uncollected = book.balance(AccountCode.FUND_SAFETY), book.uncollected
    if not when.is_now:
        account = account_of(AccountCode.FUND_SAFETY, centre)
        balance = (await sums_of(reader, [account], when)).get(account, 0)
        uncollected = await uncollected_in(reader, centre, when)
    return {
        "account": account_of(AccountCode.FUND_SAFETY, centre),
        **when.said,
        "balance": yuan(balance),
        "uncollected": yuan(uncollected),
        "spendable": yuan(balance - uncollected),
    }


async def uncollected_in(reader: Reader, centre: str, when: Axes) -> int:
    """The debts to the fund: the sum of the changes of dues by all facts that concern its centre."""
    stream = unit_stream(centre)
    touching = select(listed.position).where(listed.subject == stream)
    concerning = or_(log.stream == stream, log.position.in_(touching))
    where = [concerning, log.topic.in_(CHANGING_DUES), log.position <= when.position]
    found = await stored_facts(reader, where, log.position)
    facts = (one.fact for one in found if when.counts(one.fact.business_date) and not one.fact.mirror)
    return sum(change.amount for fact in facts for change in fact.due_changes() if change.fund == centre)


async def book_of(reader: Reader, unit: str) -> UnitBook:
    """A unit's book; an empty one where nothing has happened yet."""
    return await reader.state("unit", unit) or UnitBook(unit)


async def subtree_pool(reader: Reader, unit: str, pool: str = "wage") -> Result:
    """The pools of a unit and of everything below it, together."""
    code, units = POOLS[pool], await reader.unit_and_below(unit)
    wanted = select(states.kind, states.body).where(states.kind == "unit", states.id.in_(units))
    books: list[UnitBook] = await reader.states(wanted)
    return {
        "unit": unit,
        "units": len(units),
        "balance": yuan(sum(book.balance(code) for book in books)),
        "reserved": yuan(sum(book.reserved.get(code, 0) for book in books)),
        "available": yuan(sum(book.available(code) for book in books)),
        "due": yuan(sum(book.due for book in books)),
    }
