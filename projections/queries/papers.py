"""Texts that are printed beside a statement: numbers, names, dates, who did and who confirmed what (domain §10)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

import msgspec
from sqlalchemy import func, not_, or_, select

from ledger.accounts import AccountCode, account_of
from ledger.calendars import last_day
from ledger.fact import Fact, StoredFact, topic_of
from ledger.facts.statements import StatementConfirmed, StatementDisputed, StatementIssued
from ledger.facts.tenders import TenderAcceptancePassed
from ledger.money import yuan
from ledger.vocabulary import Day, Month, UnitId, month_key
from projections import read_models
from projections.queries.answers import papers as answers
from projections.queries.axes import Axes, axes
from projections.queries.directory import names_on
from projections.queries.facts import stored_facts
from projections.queries.kernel import Reader, Result, query
from projections.queries.statement import DRAFT, TOLD, in_words, statement
from projections.statement_classes import OPENING

journal, log, subjects = read_models.entries.c, read_models.events.c, read_models.subjects.c

PASSED = topic_of(TenderAcceptancePassed)
ISSUED_PAPERS = frozenset({"slip", "notice", "penalty"})
"""Papers that one person issues and another confirms."""


@query(
    "StatementPaper",
    "journal",
    "register",
    at=None,
    why="its address is that of Statement, as a file",
    answer=answers.StatementPaper,
)
async def statement_paper(
    reader: Reader,
    unit: UnitId,
    period: Month,
    issue: int | None = None,
    business_date: Day | None = None,
    known_at: str | None = None,
    known_position: int | None = None,
) -> Result:
    """A statement as it is printed: the statement itself, its head, what each line is about, who signed it when.

    Units have the names of the month's last day (rule 23).
    """
    made = await statement(reader, unit, period, issue, business_date, known_at, known_position)
    when = await axes(reader, business_date, known_at, known_position)
    told = await _told(reader, unit, period, made["issue"], when)
    known = told["known"] or when.position
    organisation = await reader.organisation()
    place = made["centre"]
    return {
        "statement": made,
        "number": f"{place}-JS-{period.replace('-', '')}-{unit}-{made['issue'] or 'DRAFT'}",
        "unit_name": organisation.units[unit].name_on(last_day(period)),
        "level": organisation.units[unit].level,
        "centre_name": organisation.units[place].name_on(last_day(period)),
        **told,
        "known": known,
        "business_date": business_date,
        "policies": await _policies(reader, known),
        "debt": await _debt(reader, unit, period, await _then(reader, told["known"], when)),
        "names": await _names(reader, made, last_day(period)),
        "details": await details_of(reader, account_of(AccountCode.POOL_WAGE, unit), period, made["lines"]),
    }


async def _then(reader: Reader, known: int | None, when: Axes) -> Axes:
    """The axes of an issue: as known then; of a draft those that were asked for."""
    return when if known is None else await axes(reader, None, None, known)


async def _debt(reader: Reader, unit: str, period: str, when: Axes) -> dict[str, str]:
    """The unit's debt (欠额): opening, new, recovered or written off, closing; it stands beside what is sealed."""
    due = account_of(AccountCode.DUE_UNIT, unit)
    owed, before = -journal.amount, or_(journal.posting_period < period, journal["class"] == OPENING)
    asked = select(
        func.coalesce(func.sum(owed).filter(before), 0),
        func.coalesce(func.sum(owed).filter(not_(before), owed > 0), 0),
        func.coalesce(func.sum(-owed).filter(not_(before), owed < 0), 0),
    ).where(journal.account == due, journal.posting_period <= period, when.entries)
    [row] = await reader.rows(asked)
    opening, new, recovered = map(int, row)
    figures = {"opening": opening, "new": new, "recovered": recovered, "closing": opening + new - recovered}
    return {name: yuan(amount) for name, amount in figures.items()} | {"closing_words": in_words(figures["closing"])}


_called: WeakKeyDictionary[Reader, dict[Day, dict[str, str]]] = WeakKeyDictionary()


async def _names(reader: Reader, made: dict[str, Any], day: Day) -> dict[str, str]:
    """Names of the persons and other units of a statement on the month's last day; persons are read once a snapshot."""
    known = _called.setdefault(reader, {})
    if made["persons"] and day not in known:
        known[day] = await names_on(reader, day)
    units = (await reader.organisation()).units
    persons = {each["person"]: known[day].get(each["person"], "") for each in made["persons"]}
    others = {each["counter"] for each in made["lines"]} & units.keys()
    return persons | {unit: units[unit].name_on(day) for unit in sorted(others)}


async def _told(reader: Reader, unit: str, period: str, issue: int, when: Axes) -> dict[str, Any]:
    """The course of an issue: when and by whom it was issued, confirmed or disputed."""
    told: dict[str, Any] = dict.fromkeys(("known", "issued", "window_until", "confirmed", "disputed"))
    if issue == DRAFT:
        return told
    mine = select(subjects.position).where(subjects.subject == month_key(unit, period))
    wanted = [log.position.in_(mine), log.topic.in_(TOLD), log.position <= when.position]
    for each in await stored_facts(reader, wanted, log.position):
        match each.fact:
            case StatementIssued(issue=number, known=known, window_until=until) if number == issue:
                told |= {"known": known, "issued": _when(each.fact), "window_until": until}
            case StatementConfirmed(issue=number, mode=mode) if number == issue:
                told["confirmed"] = {**_when(each.fact), "mode": mode}
            case StatementDisputed(issue=number, grounds=grounds, lines=lines) if number == issue:
                told["disputed"] = {**_when(each.fact), "grounds": grounds, "lines": list(lines)}
    return told


def _when(fact: Fact) -> dict[str, Any]:
    return {"at": fact.at, "by": fact.by}


_published: WeakKeyDictionary[Reader, list[int]] = WeakKeyDictionary()


async def _policies(reader: Reader, known: int) -> int | None:
    """The version of the policies: the position of the last one that was published by then; asked once a snapshot."""
    if reader not in _published:
        wanted = select(log.position).where(log.stream == "policy", log.position <= reader.position)
        _published[reader] = [row.position for row in await reader.rows(wanted.order_by(log.version))]
    return max((position for position in _published[reader] if position <= known), default=None)


# -- lines ---------------------------------------------------------------------------------------------------------


class _By(msgspec.Struct):
    by: str = ""


class _Papers(NamedTuple):
    """The issuer of a paper, and the acceptors of a tender's work."""

    issuers: dict[str, str]
    acceptors: dict[str, tuple[str, ...]]


_by = msgspec.json.Decoder(_By).decode


async def details_of(reader: Reader, account: str, period: str, lines: Sequence[dict[str, Any]]) -> list[Any]:
    """Of each line: its class in section A, the hazard, who acted, who accepted or confirmed."""
    if not lines:
        return []
    classes = await _classes(reader, account, period)
    positions = {line["position"] for line in lines}
    facts = {each.position: each for each in await stored_facts(reader, [log.position.in_(positions)], log.position)}
    papers = _Papers(await _issuers(reader, lines), await _acceptors(reader, lines))
    return [
        {
            "position": line["position"],
            "line": line["line"],
            "class": classes[line["position"], line["line"]],
            "reason": getattr(facts[line["position"]].fact, "reason", None),
            **_parties(line, facts[line["position"]], papers),
        }
        for line in lines
    ]


async def _classes(reader: Reader, account: str, period: str) -> dict[tuple[int, int], str]:
    wanted = select(journal.position, journal.line, journal["class"]).where(
        journal.account == account, journal.posting_period == period
    )
    return {(row.position, row.line): row[2] for row in await reader.rows(wanted)}


def _parties(line: dict[str, Any], found: StoredFact, papers: _Papers) -> dict[str, Any]:
    """经办 and 验收/确认人: who issued a paper and who confirmed it; else who acted and who accepted on site."""
    paper, fact = f"{line['kind']}:{line['document']}", found.fact
    hazard = getattr(fact, "hazard", None)
    if paper in papers.issuers:
        return {"hazard": hazard, "handler": papers.issuers[paper], "confirmer": line["by"]}
    accepted = getattr(fact, "accepted_by", None)
    confirmer = accepted or " ".join(papers.acceptors.get(paper, ())) or None
    return {"hazard": hazard, "handler": line["by"], "confirmer": confirmer}


async def _issuers(reader: Reader, lines: Iterable[dict[str, Any]]) -> dict[str, str]:
    """The issuer of each paper: its first fact was by that person."""
    papers = {f"{line['kind']}:{line['document']}" for line in lines if line["kind"] in ISSUED_PAPERS}
    if not papers:
        return {}
    first = select(subjects.subject, func.min(subjects.position).label("position")).where(subjects.subject.in_(papers))
    firsts = first.group_by(subjects.subject).subquery()
    wanted = select(firsts.c.subject, log.body).join(read_models.events, log.position == firsts.c.position)
    return {row.subject: _by(bytes(row.body)).by for row in await reader.rows(wanted)}


async def _acceptors(reader: Reader, lines: Iterable[dict[str, Any]]) -> dict[str, tuple[str, ...]]:
    """The persons who accepted the work of each tender."""
    tenders = {f"tender:{line['document']}" for line in lines if line["kind"] == "tender"}
    if not tenders:
        return {}
    concerning = select(subjects.position).where(subjects.subject.in_(tenders))
    wanted = [log.position.in_(concerning), log.topic == PASSED, log.position <= reader.position]
    passed = [each.fact for each in await stored_facts(reader, wanted, log.position)]
    return {f"tender:{fact.tender}": fact.acceptors for fact in passed if isinstance(fact, TenderAcceptancePassed)}
