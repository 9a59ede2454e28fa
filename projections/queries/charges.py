"""Persons who were charged soon after they reported, refused, stopped or evacuated (L6; domain §12.11, rule 47)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from sqlalchemy import select

from ledger.calendars import add_days, days_between
from ledger.facts.penalties import PenaltyProposed
from ledger.facts.slips import SlipIssued
from ledger.money import yuan
from ledger.state.hazards import Hazard
from ledger.state.holdings import Holdings, places_of
from ledger.state.liability import Liability
from ledger.state.policies import Policies
from ledger.vocabulary import Day, Role
from projections import read_models
from projections.queries.answers import oversight as answers
from projections.queries.folds import facts_of_documents, facts_of_stream, folded
from projections.queries.kernel import Reader, Result, query, read_state

states = read_models.states.c
WITHIN_DAYS = 90
CHARGING = ("slip", "penalty", "case", "due")
"""Kinds of documents that charge persons."""
IN_OFFICE = (Role.INSPECTOR, Role.OFFICE, Role.SAFETY_OFFICE)
"""Findings of the company's tier by holders of these are their work, not reports."""


class Act(NamedTuple):
    """A protected act or a report of a hazard, and when it was."""

    name: str
    day: Day


class Charge(NamedTuple):
    """A person's line of a document, on the day of its issue or decision; ``about`` are hazard and acts of it."""

    day: Day
    document: str
    person: str
    amount: int
    about: frozenset[str]


@query(
    "ChargedAfterReporting",
    "register",
    at="/oversight/charged-after-reporting",
    cli="oversight charged-after-reporting",
    answer=answers.ChargedAfterReporting,
)
async def charged_after_reporting(reader: Reader, since: Day, until: Day) -> Result:
    """Charges of these business dates within 90 days after the person's ReportHazard or protected act, on other facts.

    They are dated by issue (cases by decision) and stand from then on; cancelled ones are left out.  An anonymous
    report stays out until its reporter is unsealed, or this list would name him; the findings of who inspects in
    office are no reports.
    """
    charges = sorted(await _charges(reader, since, until))
    acts = await _acts(reader, {charge.person for charge in charges}, since, until)
    return {
        "charges": [
            _row(charge, act)
            for charge in charges
            for act in sorted(acts[charge.person])
            if 0 <= days_between(act.day, charge.day) <= WITHIN_DAYS and act.name not in charge.about
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


# -- charges -----------------------------------------------------------------------------------------------------------


async def _charges(reader: Reader, since: Day, until: Day) -> list[Charge]:
    """Lines against persons that stand, of documents issued or decided on these days."""
    wanted = select(states.kind, states.body).where(
        states.kind.in_(CHARGING),
        states.state.not_in(("cancelled", "waived")),
        states.charged_on.between(since, until),
    )
    by_kind: defaultdict[str, list[Liability]] = defaultdict(list)
    for row in await reader.rows(wanted):
        document: Liability = read_state(row.kind, row.body)
        if any(not entry.line.unit and entry.stands for entry in document.lines):
            by_kind[row.kind].append(document)
    found: list[Charge] = []
    for kind, documents in by_kind.items():
        facts = await facts_of_documents(reader, kind, [document.name for document in documents])
        for document in documents:
            found += _lines(document, [fact for _, _, fact in facts[document.name]])
    return found


def _lines(document: Liability, facts: Sequence[object]) -> Iterator[Charge]:
    """The persons' lines as they stand now; what an appeal has revoked charges nobody."""
    day = document.decided_on or document.issued_on
    about = frozenset(cited for fact in facts for cited in _cites(fact))
    for entry in document.lines:
        if not entry.line.unit and entry.stands:
            yield Charge(day, document.name, entry.line.party, entry.stands, about)


def _cites(fact: object) -> Iterator[str]:
    if isinstance(fact, SlipIssued | PenaltyProposed):
        yield from fact.cites
    hazard = getattr(fact, "hazard", None)
    if hazard:
        yield hazard


# -- reports and acts --------------------------------------------------------------------------------------------------


async def _acts(reader: Reader, persons: set[str], since: Day, until: Day) -> dict[str, list[Act]]:
    """Reports and protected acts of each of the persons, early enough to matter."""
    wanted = select(states.kind, states.body).where(
        states.kind.in_(("act", "hazard")), states.since.between(add_days(since, -WITHIN_DAYS), until)
    )
    found: defaultdict[str, list[Act]] = defaultdict(list)
    reports: list[Hazard] = []
    for state in await reader.states(wanted):
        if not isinstance(state, Hazard):
            found[state.person].append(Act(state.act, state.day))
        elif state.reporter in persons and (not state.anonymous or state.unsealed):
            reports.append(state)
    for hazard in await _of_their_own(reader, reports):
        found[hazard.reporter].append(Act(hazard.hazard, hazard.reported_on))
    return found


async def _of_their_own(reader: Reader, reports: Sequence[Hazard]) -> Iterable[Hazard]:
    """Reports without those of the company's tier by somebody whose office it is to find them there."""
    in_question = [hazard for hazard in reports if hazard.tier == "T2"]
    if not in_question:
        return reports
    organisation = await reader.organisation()
    policies: Policies = folded("policy", await facts_of_stream(reader, "policy"))
    names = {hazard.reporter for hazard in in_question} | {each.grantor for each in policies.delegations.values()}
    wanted = select(states.kind, states.body).where(states.kind == "person", states.id.in_(names))
    persons = {person.person: person for person in await reader.states(wanted)}

    def in_office(hazard: Hazard) -> bool:
        day = hazard.reported_on
        above = organisation.path(hazard.origin, day)
        held = Holdings(persons.__getitem__, policies, day, day).of(hazard.reporter)
        return any(
            place in above
            for one in held
            if one.role in IN_OFFICE
            for place in places_of(organisation, one.role, one.unit, day)
        )

    return [hazard for hazard in reports if hazard.tier != "T2" or not in_office(hazard)]
