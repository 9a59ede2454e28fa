"""Persons who were charged soon after they reported, refused, stopped or evacuated (L6; domain §12.11)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any, NamedTuple

from sqlalchemy import select

from ledger.accounts import AccountCode
from ledger.calendars import add_days, days_between
from ledger.facts.penalties import PenaltyConfirmed, PenaltyProposed
from ledger.facts.slips import SlipConfirmed, SlipIssued
from ledger.money import yuan
from ledger.state.hazards import Hazard
from ledger.vocabulary import Day
from projections import read_models
from projections.queries.answers import oversight as answers
from projections.queries.folds import facts_of_documents
from projections.queries.kernel import Reader, Result, query, read_state

entries, states = read_models.entries.c, read_models.states.c
WITHIN_DAYS = 90
CHARGES = (SlipConfirmed.__name__, PenaltyConfirmed.__name__)


class Act(NamedTuple):
    """A protected act or a report of a hazard, and when it was."""

    name: str
    day: Day


class Charge(NamedTuple):
    """A person's line of a slip, penalty or case."""

    day: Day
    document: str
    person: str
    kind: str
    amount: int


@query(
    "ChargedAfterReporting",
    "register",
    "journal",
    at="/oversight/charged-after-reporting",
    cli="oversight charged-after-reporting",
    answer=answers.ChargedAfterReporting,
)
async def charged_after_reporting(reader: Reader, since: Day, until: Day) -> Result:
    """Charges of these business dates within 90 days after the person's ReportHazard or protected act, on other facts.

    An anonymous report stays out until its reporter is unsealed: this list would name him.
    """
    charges = sorted(await _charges(reader, since, until))
    acts = await _acts(reader, {charge.person for charge in charges}, since, until)
    about = await _cited(reader, charges)
    return {
        "charges": [
            _row(charge, act)
            for charge in charges
            for act in sorted(acts[charge.person], key=lambda act: (act.day, act.name))
            if 0 <= days_between(act.day, charge.day) <= WITHIN_DAYS
            and act.name not in about[charge.kind, charge.document]
        ]
    }


def _row(charge: Charge, act: Act) -> dict[str, Any]:
    return {
        "person": charge.person,
        "act": act.name,
        "act_date": act.day,
        "document": charge.document,
        "business_date": charge.day,
        "amount": yuan(charge.amount),
        "days": days_between(act.day, charge.day),
    }


async def _charges(reader: Reader, since: Day, until: Day) -> list[Charge]:
    """Charges that were confirmed against persons in these days."""
    prefix = f"{AccountCode.DUE_PERSON}:"
    wanted = select(read_models.entries).where(
        entries.account.startswith(prefix),
        entries.business_date.between(since, until),
        entries.fact.in_(CHARGES),
        entries.position <= reader.position,
    )
    return [
        Charge(row.business_date, row.document, row.account.removeprefix(prefix), row.kind, -row.amount)
        for row in await reader.rows(wanted)
    ]


async def _acts(reader: Reader, persons: set[str], since: Day, until: Day) -> dict[str, list[Act]]:
    """Reports and protected acts of each of the persons, early enough to matter."""
    wanted = select(states.kind, states.body).where(
        states.kind.in_(("act", "hazard")), states.since.between(add_days(since, -WITHIN_DAYS), until)
    )
    found: defaultdict[str, list[Act]] = defaultdict(list)
    for row in await reader.rows(wanted):
        state = read_state(row.kind, row.body)
        if isinstance(state, Hazard):
            if state.reporter in persons and (not state.anonymous or state.unsealed):
                found[state.reporter].append(Act(state.hazard, state.reported_on))
        elif state.person in persons:
            found[state.person].append(Act(state.act, state.day))
    return found


async def _cited(reader: Reader, charges: Iterable[Charge]) -> dict[tuple[str, str], frozenset[str]]:
    """The hazard and the acts that each document is itself about."""
    names: defaultdict[str, set[str]] = defaultdict(set)
    for charge in charges:
        names[charge.kind].add(charge.document)
    about: dict[tuple[str, str], frozenset[str]] = {}
    for kind, documents in names.items():
        for name, facts in (await facts_of_documents(reader, kind, sorted(documents))).items():
            about[kind, name] = frozenset(cited for _, _, fact in facts for cited in _cites(fact))
    return about


def _cites(fact: object) -> Iterable[str]:
    if isinstance(fact, SlipIssued | PenaltyProposed):
        yield from fact.cites
    hazard = getattr(fact, "hazard", None)
    if hazard:
        yield hazard
