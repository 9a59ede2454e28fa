"""Reads the material of a run: the month of a centre at one position."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import Any, cast

from sqlalchemy import func, select, text

from ledger.accounts import AccountCode, account_of
from ledger.calendars import last_day
from ledger.fact import StoredFact
from ledger.facts.dues import CompensationDeducted
from ledger.facts.hazards import HazardMarkedOverdue
from ledger.facts.notices import TradeNoticeConfirmed, TradeNoticeIssued
from ledger.facts.payroll import PayrollActualsImported, PayrollExported, PayrollReturned
from ledger.facts.penalties import PenaltyConfirmed
from ledger.facts.pools import (
    WAGE_BUDGET,
    BudgetAllocated,
    EntryReversed,
    QuotaWageCredited,
    WageIndicatorSet,
    budget_periods,
)
from ledger.facts.reconciliation import ListRow
from ledger.facts.safety_wages import EntitlementSet, SafetyWageAccrued
from ledger.facts.slips import SlipConfirmed
from ledger.facts.tenders import TenderAcceptancePassed, TenderAwarded, TenderDirected, TenderSettledOut
from ledger.facts.unit_year import BonusAwarded
from ledger.keys import bounded
from ledger.state import prices
from ledger.state.hazards import OPEN, Hazard
from ledger.state.organisation import Organisation
from ledger.state.person import Person
from ledger.state.prices import PriceBook
from ledger.state.safety_wages import Entitlement
from ledger.vocabulary import Month, period_stream, person_stream, unit_stream
from projections import read_models
from projections.queries.facts import topics
from projections.queries.kernel import Reader
from projections.reconciliation import book_sums
from projections.reconciliation.books_as_of import BooksReader
from projections.reconciliation.bulk_reader import among, documents, facts, facts_about, whole_sets
from projections.reconciliation.doubles import double_charges
from projections.reconciliation.material import Award, Budget, Material, Papers, Payroll, Production
from projections.reconciliation.suspects import Left, Suspecting
from projections.reconciliation.trades import confirmed, price_in_force
from projections.standing import standing
from projections.statement_classes import DISTRIBUTION, QUOTA_WAGE

log = read_models.events.c


PATIENCE = text("set local statement_timeout = '300s'")
"""A month of a big company on a busy machine takes longer than a query may."""


async def material(reader: BooksReader, centre: str, period: Month) -> Material:
    """Load everything that the checks ask for, and nothing that certainly agrees."""
    await reader.connection.execute(PATIENCE)
    organisation, day = await reader.organisation(), last_day(period)
    units = frozenset(unit for unit in organisation.units if organisation.centre(unit, day) == centre)
    streams, own = [unit_stream(unit) for unit in units], period_stream(centre, period)
    books, gone = await _books(reader), await _reversed(reader, period)
    suspecting = Suspecting(reader, period, units, gone)
    left = await _left(reader, suspecting, own, books, organisation)
    month = await suspecting.facts(left.documents, streams)
    sealed = await book_sums.last_close(reader, centre, period)
    tenders = sorted({one.fact.tender for one in month if isinstance(one.fact, TenderSettledOut)})
    awards = await facts_about(reader, _keys("tender", tenders), TenderAwarded, TenderDirected)
    accepted = await facts_about(reader, _keys("tender", tenders), TenderAcceptancePassed)
    accruals = [one.fact for one in month if isinstance(one.fact, SafetyWageAccrued)]
    papers = await _papers(reader, month, left.rows or ())
    async with whole_sets(reader):
        numbers = await book_sums.numbers(reader, centre, period)
        clearing = await book_sums.clearing(reader, account_of(AccountCode.CLR_TRADE, centre))
        unbalanced = await book_sums.unbalanced(reader, period)
        doubles = await double_charges(reader, f"{period}-01", day)
    return Material(
        position=reader.position,
        centre=centre,
        period=period,
        units=units,
        paths=_paths(organisation, month, papers),
        facts=month,
        reversed=gone,
        links=await book_sums.links(reader, [*streams, own], sealed),
        numbers=numbers,
        unbalanced=unbalanced,
        accounts=await book_sums.account_sums(reader, units, period),
        clearing=clearing,
        papers=papers,
        awards={name: [cast("Award", one.fact) for one in awards[f"tender:{name}"]] for name in tenders},
        accepted={name: accepted[f"tender:{name}"] for name in tenders},
        books=books,
        lists=left.rows,
        assessments=await documents(reader, "assessment", {fact.assessment for fact in accruals}),
        entitlements=await _entitlements(reader, accruals),
        payroll=await _payroll(reader, own, period),
        budgets=await budgets_of(reader, streams, period),
        hazards=await _unmarked(reader, units, period),
        production=await production_of(reader, units, period),
        doubles=doubles,
    )


async def _left(
    reader: BooksReader,
    suspecting: Suspecting,
    stream: str,
    books: Mapping[str, PriceBook],
    organisation: Organisation,
) -> Left:
    """The documents and list rows of the month that may not agree."""
    found = await suspecting.documents(partial(_is_in_force, books, organisation))
    return await suspecting.lists(stream, found)


def _is_in_force(
    books: Mapping[str, PriceBook], organisation: Organisation, unit: str, day: str, item: str, version: str
) -> bool:
    price = price_in_force(books, organisation.path(unit, day), item, day)
    return price is not None and price.list_version == version


def _keys(kind: str, names: Iterable[str]) -> list[str]:
    return [f"{kind}:{name}" for name in names]


async def _reversed(reader: BooksReader, period: Month) -> frozenset[int]:
    """Positions of the reversals of the month, and of what they reverse."""
    journal = reader.books.entries.c
    posted = select(journal.position).where(journal.posting_period == period, journal.fact == EntryReversed.__name__)
    told = await facts(reader, log.position.in_(posted.distinct()), topics(EntryReversed))
    reversals = [(position, fact.original) for position, _, fact in told if isinstance(fact, EntryReversed)]
    return frozenset(position for pair in reversals for position in pair)


def _paths(
    organisation: Organisation, month: Iterable[StoredFact], papers: Papers
) -> dict[tuple[str, str], tuple[str, ...]]:
    """The owners of prices for each unit and day of the month."""
    asked = set()
    for _, _, fact in month:
        if isinstance(fact, TradeNoticeConfirmed):
            asked.add((fact.unit, papers.occurred[fact.notice]))
        elif unit := getattr(fact, "unit", None):
            asked.add((unit, fact.business_date))
    return {(unit, day): organisation.path(unit, day) for unit, day in asked if unit in organisation.units}


async def _papers(reader: BooksReader, month: Sequence[StoredFact], rows: Sequence[ListRow]) -> Papers:
    keys = sorted({key for one in month if (key := confirmed(one.fact))})
    notices = sorted({one.fact.notice for one in month if isinstance(one.fact, TradeNoticeConfirmed)})
    issued = await facts_about(reader, _keys("notice", notices), TradeNoticeIssued)
    liabilities: dict[str, Any] = {}
    for kind in ("slip", "penalty"):
        names = [key.partition(":")[2] for key in keys if key.startswith(f"{kind}:")]
        found = await documents(reader, kind, names)
        liabilities |= {f"{kind}:{name}": document for name, document in found.items()}
    states = reader.books.states.c
    numbered = select(states.kind, states.number, states.id).where(among(states.number, {row.doc for row in rows}))
    return Papers(
        liabilities=liabilities,
        confirmations=await _confirmations(reader, keys),
        notices=await documents(reader, "notice", notices),
        occurred={
            one.fact.notice: _occurred(issued[f"notice:{one.fact.notice}"] or [one])
            for one in month
            if isinstance(one.fact, TradeNoticeConfirmed)
        },
        numbers={f"{row.kind}:{row.number}": row.id for row in await reader.rows(numbered)},
    )


def _occurred(issued: Sequence[StoredFact]) -> str:
    """The day that a notice is priced by; where the fact of its issue is missing (R12 says so), that of its posting."""
    fact = issued[0].fact
    return fact.occurred if isinstance(fact, TradeNoticeIssued) else fact.business_date


async def _confirmations(reader: Reader, keys: Sequence[str]) -> dict[str, list[StoredFact]]:
    """Facts that post each document, on whatever stream, less those that were reversed."""
    told = await facts_about(reader, keys, SlipConfirmed, PenaltyConfirmed, EntryReversed)
    gone = {one.fact.original for found in told.values() for one in found if isinstance(one.fact, EntryReversed)}
    return {
        key: [one for one in found if not isinstance(one.fact, EntryReversed) and one.position not in gone]
        for key, found in told.items()
    }


async def _books(reader: Reader) -> dict[str, PriceBook]:
    """Every owner's price lists, folded as decisions fold them."""
    owners = (await reader.organisation()).units
    lists = await facts(reader, among(log.stream, [f"pricelist-{owner}" for owner in owners]))
    books: dict[str, PriceBook] = {}
    for stored in lists:
        owner = stored.fact.stream.removeprefix("pricelist-")
        books[owner] = prices.evolve(books.get(owner) or PriceBook(owner), stored)
    return books


async def _entitlements(reader: Reader, accruals: Iterable[SafetyWageAccrued]) -> dict[tuple[str, str], Entitlement]:
    streams = {person_stream(fact.person) for fact in accruals}
    told = await facts(reader, among(log.stream, streams), topics(EntitlementSet, EntryReversed))
    return {
        (fact.person, fact.period): Entitlement(fact.base, fact.factor)
        for _, _, fact in standing(told)
        if isinstance(fact, EntitlementSet)
    }


PAYROLL = (PayrollExported, PayrollReturned, PayrollActualsImported)


async def _payroll(reader: BooksReader, stream: str, period: Month) -> Payroll:
    """The payroll that left and stayed, the deductions from the centre's persons, and the payments that HR reports.

    Pay that came back is told on this stream by mirrors, and so is that it did not.
    """
    exported: dict[str, int] = {}
    actual: dict[str, tuple[int, int]] | None = None
    told = await facts(reader, log.stream == stream, topics(*PAYROLL, EntryReversed))
    gone = {one.fact.original for one in told if isinstance(one.fact, EntryReversed)}
    for position, _, fact in told:
        if isinstance(fact, PayrollExported):
            exported = {line.person: line.total for line in fact.lines}
        elif isinstance(fact, PayrollReturned) and position not in gone:
            exported[fact.person] -= fact.amount
        elif isinstance(fact, PayrollActualsImported) and position not in gone:
            actual = actual or {}
            for line in fact.lines:
                paid, kept = actual.get(line.person, (0, 0))
                actual[line.person] = paid + line.paid, kept + line.deducted
    if actual is None:
        return Payroll(exported, {}, None)
    deducted = await _deducted(reader, {*exported, *actual, *await _at_home(reader, stream, period)}, period)
    return Payroll(exported, deducted, actual)


async def _at_home(reader: BooksReader, stream: str, period: Month) -> list[str]:
    """Persons whose home belongs to the centre of the stream at the end of the month."""
    return [person.person for person, _ in await persons_of(reader, stream, period)]


async def persons_of(reader: BooksReader, stream: str, period: Month) -> list[tuple[Person, str]]:
    """Every person with a home at a unit of the centre at the end of the month, and that home.

    Until his first home begins a person's accounts are the root's (rule 45): no other centre pays from them.
    """
    organisation, day = await reader.organisation(), last_day(period)
    states = reader.books.states.c
    everybody = await reader.states(select(states.kind, states.body).where(states.kind == "person"))
    homes = [(person, person.home_begun(day)) for person in everybody]
    return [
        (person, home)
        for person, home in homes
        if home and period_stream(organisation.centre(home, day), period) == stream
    ]


async def _deducted(reader: Reader, people: Iterable[str], period: Month) -> dict[str, int]:
    streams = [person_stream(person) for person in people]
    told = await facts(reader, among(log.stream, streams), topics(CompensationDeducted, EntryReversed))
    gone = {fact.original for _, _, fact in told if isinstance(fact, EntryReversed)}
    sums: dict[str, int] = {}
    for position, _, fact in told:
        if isinstance(fact, CompensationDeducted) and fact.period == period and position not in gone:
            sums[fact.person] = sums.get(fact.person, 0) + fact.amount
    return sums


async def budgets_of(reader: Reader, streams: Iterable[str], period: Month) -> list[Budget]:
    """Control figures of the month, its quarter and its year, beside what was used of them up to the month."""
    spans = budget_periods(f"{period}-01", period[:4])
    told = await facts(reader, among(log.stream, streams), topics(WageIndicatorSet, EntryReversed))
    limits = {
        bounded(WAGE_BUDGET.of(fact)): (fact.unit, fact.amount)
        for _, _, fact in standing(told)
        if isinstance(fact, WageIndicatorSet) and fact.year in spans
    }
    used = await facts_about(reader, list(limits), *COUNTED, EntryReversed)
    return [Budget(unit, limit, _used(used[key], period)) for key, (unit, limit) in sorted(limits.items())]


COUNTED = (BudgetAllocated, QuotaWageCredited, BonusAwarded)


def _used(told: Iterable[StoredFact], period: Month) -> int:
    """The sum of what counts in one figure up to a month and stands."""
    known = list(told)
    gone = {fact.original for _, _, fact in known if isinstance(fact, EntryReversed)}
    standing = (fact for position, _, fact in known if isinstance(fact, COUNTED) and position not in gone)
    return sum(fact.amount for fact in standing if (fact.posting_period or "") <= period)


async def _unmarked(reader: BooksReader, units: Iterable[str], period: Month) -> list[Hazard]:
    """Open hazards whose deadline lies in the month, without the mark that it has passed."""
    states = reader.books.states.c
    wanted = select(states.kind, states.body).where(
        states.kind == "hazard",
        among(states.unit, units),
        states.state.in_(OPEN),
        states.until.between(f"{period}-01", last_day(period)),
    )
    found: list[Hazard] = await reader.states(wanted)
    marks = await facts_about(reader, _keys("hazard", (hazard.hazard for hazard in found)), HazardMarkedOverdue)
    return [hazard for hazard in found if not _is_marked(hazard, marks[f"hazard:{hazard.hazard}"])]


def _is_marked(hazard: Hazard, marks: Iterable[StoredFact]) -> bool:
    """A mark counts that is dated after the deadline, whichever deadline it was made for (rule 48)."""
    return any(mark.fact.business_date > (hazard.deadline or "") for mark in marks)


async def production_of(reader: BooksReader, units: Iterable[str], period: Month) -> list[Production]:
    """Quota wages of the month by unit; what adjusts a closed month is of its own class and left out (rule 48)."""
    moved = reader.books.sums.c
    pools = {account_of(AccountCode.POOL_WAGE, unit): unit for unit in units}
    wanted = (
        select(moved.account, moved["class"], func.sum(moved.credit - moved.debit))
        .where(
            among(moved.account, pools), moved.posting_period == period, moved["class"].in_([QUOTA_WAGE, DISTRIBUTION])
        )
        .group_by(moved.account, moved["class"])
    )
    sums = {(account, kind): int(amount) for account, kind, amount in await reader.rows(wanted)}
    return [
        Production(unit, sums.get((account, QUOTA_WAGE), 0), -sums.get((account, DISTRIBUTION), 0))
        for account, unit in sorted(pools.items())
    ]
