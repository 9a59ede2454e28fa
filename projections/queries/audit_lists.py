"""Lists for auditors: reversals, write-offs, statements issued again, bonuses under a veto (rule 51)."""

from __future__ import annotations

from functools import reduce
from typing import Any

from ledger.accounts import OPENING, AccountCode, parse
from ledger.facts.dues import DueWrittenOff
from ledger.facts.pools import EntryReversed
from ledger.facts.statements import StatementIssued
from ledger.facts.unit_year import BonusAwarded
from ledger.money import yuan
from ledger.state.person import Person
from ledger.tags import document_fields
from ledger.vocabulary import SYSTEM, CentreId, Day
from projections.queries.answers import oversight as answers
from projections.queries.charge_lists import is_of_centre
from projections.queries.discretion import reversed_positions, told_between
from projections.queries.facts import topics
from projections.queries.kernel import Reader, Result, query
from projections.queries.unit_years import years_of
from projections.reconciliation.bulk_reader import among, facts, log

CLEARING_AND_FUNDS = (AccountCode.CLR_TRADE, AccountCode.FUND_SAFETY)


async def home(reader: Reader, person: str, day: str) -> str | None:
    """The home unit of a person on a day."""
    state: Person = await reader.state("person", person)
    return state.home(day)


@query(
    "Reversals", "register", "mentions", at="/oversight/reversals", cli="oversight reversals", answer=answers.Reversals
)
async def reversals(reader: Reader, since: Day, until: Day, centre: CentreId | None = None) -> Result:
    """Every red-ink reversal (红冲) with what it took back, how much, by whom and on whose word."""
    commands: dict[str, list[EntryReversed]] = {}
    for _, _, fact in await told_between(reader, since, until, EntryReversed):
        assert isinstance(fact, EntryReversed)
        commands.setdefault(fact.command, []).append(fact)
    rows = [
        _reversal(name, told)
        for name, told in commands.items()
        if centre is None or centre in await _centres(reader, told)
    ]
    return {"reversals": sorted(rows, key=lambda row: (row["business_date"], row["command"]))}


def _reversal(command: str, told: list[EntryReversed]) -> dict[str, Any]:
    kind, document = next(filter(None, map(_document, told)), (None, None))
    first = told[0]
    return {
        "command": command,
        "business_date": first.business_date,
        "of": list(dict.fromkeys(fact.of for fact in told)),
        "kind": kind,
        "document": document,
        "amount": yuan(-sum(line.amount for fact in told for line in fact.lines if line.amount < 0)),
        "by": first.by,
        "approved_by": first.approved_by,
        "reason": first.reason,
    }


def _document(fact: EntryReversed) -> tuple[str, str] | None:
    """(kind, id) of the document that was named, else of the one that the reversed entry was for."""
    if fact.named is not None:
        return fact.named.kind, fact.named.id
    named = ((prefix[:-1], getattr(fact, field)) for field, prefix in document_fields(EntryReversed))
    return next(((kind, name) for kind, name in named if name), None)


async def _centres(reader: Reader, told: list[EntryReversed]) -> set[str]:
    """The centres whose clearing or fund moved; else the one that contains all units concerned."""
    accounts = [parse(line.account) for fact in told for line in fact.lines if line.account != OPENING]
    moved = {account.owner for account in accounts if account.code in CLEARING_AND_FUNDS}
    return moved or {await _common_centre(reader, told)}


async def _common_centre(reader: Reader, told: list[EntryReversed]) -> str:
    organisation, day = await reader.organisation(), told[0].business_date
    units = {await _unit_of(reader, fact, day) or organisation.root for fact in told}
    return organisation.centre(reduce(lambda one, other: organisation.common(one, other, day), units), day)


async def _unit_of(reader: Reader, fact: EntryReversed, day: str) -> str | None:
    """The unit on whose stream the reversal stands, a person's home, else that of the hand."""
    kind, _, name = fact.stream.partition("-")
    if kind == "unit":
        return name
    person = name if kind == "person" else fact.by
    return None if person == SYSTEM else await home(reader, person, day)


@query(
    "WriteOffs",
    "register",
    "mentions",
    at="/oversight/write-offs",
    cli="oversight write-offs",
    answer=answers.WriteOffs,
)
async def write_offs(reader: Reader, since: Day, until: Day, centre: CentreId | None = None) -> Result:
    """Dues of persons and units that a fund forwent (核销), with the approvals; a reversed one is marked.

    ``centre`` is the fund's.
    """
    found = [
        (position, fact)
        for position, _, fact in await told_between(reader, since, until, DueWrittenOff)
        if isinstance(fact, DueWrittenOff) and centre in (None, fact.centre)
    ]
    gone = await reversed_positions(reader, [position for position, _ in found])
    rows = [
        {
            "person": fact.person,
            "unit": fact.unit,
            "business_date": fact.business_date,
            "centre": fact.centre,
            "amount": yuan(fact.amount),
            "by": fact.by,
            "approvals": list(fact.approvals),
            "reason": fact.reason,
            "reversed": position in gone,
        }
        for position, fact in found
    ]
    return {"write_offs": sorted(rows, key=lambda row: (row["business_date"], row["person"] or "", row["unit"] or ""))}


@query("Reissues", "register", "mentions", at="/oversight/reissues", cli="oversight reissues", answer=answers.Reissues)
async def reissues(reader: Reader, since: Day, until: Day, centre: CentreId | None = None) -> Result:
    """Statements that were issued again, with the closing balance of the issue before and of this one."""
    told = [one.fact for one in await told_between(reader, since, until, StatementIssued)]
    again = [fact for fact in told if isinstance(fact, StatementIssued) and fact.issue > 1]
    closing = await _closings(reader, {fact.stream for fact in again})
    rows = [
        {
            "unit": fact.unit,
            "period": fact.period,
            "issue": fact.issue,
            "business_date": fact.business_date,
            "before": yuan(closing[fact.unit, fact.period, fact.issue - 1]),
            "after": yuan(fact.totals.closing),
            "by": fact.by,
        }
        for fact in again
        if await is_of_centre(reader, centre, fact.unit, fact.business_date)
    ]
    return {"reissues": sorted(rows, key=lambda row: (row["business_date"], row["unit"], row["period"], row["issue"]))}


async def _closings(reader: Reader, streams: set[str]) -> dict[tuple[str, str, int], int]:
    """The closing balance of every issue on these streams, by unit, month and issue."""
    told = await facts(reader, among(log.stream, streams), topics(StatementIssued)) if streams else []
    issued = (one.fact for one in told if isinstance(one.fact, StatementIssued) and not one.fact.mirror)
    return {(fact.unit, fact.period, fact.issue): fact.totals.closing for fact in issued}


@query(
    "BonusUnderVeto",
    "register",
    "mentions",
    at="/oversight/bonus-under-veto",
    cli="oversight bonus-under-veto",
    answer=answers.BonusUnderVeto,
)
async def bonus_under_veto(reader: Reader, since: Day, until: Day, centre: CentreId | None = None) -> Result:
    """Bonuses that stand, of a year in which the unit or one above it is under a veto (一票否决) now.

    The unit of a person is his home on that day; the vetoes are those of the unit, then of each above it.
    """
    told = await told_between(reader, since, until, BonusAwarded)
    gone = await reversed_positions(reader, [one.position for one in told])
    rows = [
        row
        for position, _, fact in told
        if isinstance(fact, BonusAwarded)
        and position not in gone
        and (row := await _under_veto(reader, fact))
        and await is_of_centre(reader, centre, row["unit"], fact.business_date)
    ]
    return {
        "bonuses": sorted(
            rows, key=lambda row: (row["business_date"], row["party"], row["unit"], row["kind"], row["period"])
        )
    }


async def _under_veto(reader: Reader, bonus: BonusAwarded) -> dict[str, Any] | None:
    """The bonus with the vetoes that its unit is under; None without one."""
    day, organisation = bonus.business_date, await reader.organisation()
    unit = bonus.party if bonus.pool else await home(reader, bonus.party, day) or organisation.root
    years = await years_of(reader, organisation.path(unit, day), bonus.period[:4])
    vetoes = list(dict.fromkeys(indicator for year in years for indicator in year["veto"]))
    return (
        {
            "party": bonus.party,
            "unit": unit,
            "kind": bonus.kind,
            "period": bonus.period,
            "business_date": day,
            "amount": yuan(bonus.amount),
            "veto": vetoes,
            "by": bonus.by,
        }
        if vetoes
        else None
    )
