"""Separation of duties (不相容职务分离): who did two incompatible things to one document, and who may (domain §12.29).

Recorder, approver, acceptor, executor and settlement clerk of one document are different persons.  Most of it is
refused when it is tried (SOD); what no single command can see, such as roles that change between two steps, is shown
here.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from sqlalchemy import select

from ledger.fact import Fact
from ledger.facts.hazards import HazardAcceptancePassed, HazardVerified, RectificationClaimed
from ledger.facts.notices import TradeNoticeConfirmed, TradeNoticeIssued, TradeNoticeReviewed
from ledger.facts.penalties import PenaltyApproved, PenaltyConfirmed, PenaltyProposed
from ledger.facts.slips import SlipConfirmed, SlipIssued, SlipReviewDecided
from ledger.facts.statements import StatementConfirmed, StatementIssued
from ledger.facts.tenders import TenderAcceptancePassed, TenderApproved, TenderRequested, TenderSettledOut
from ledger.state.organisation import Organisation
from ledger.state.person import Person
from ledger.state.policies import Delegation, Policies
from ledger.tags import document_fields
from ledger.vocabulary import SYSTEM, Day, Role
from projections import read_models
from projections.queries.answers import oversight as answers
from projections.queries.discretion import told_between
from projections.queries.folds import facts_of_stream, folded
from projections.queries.kernel import Reader, Result, query

states = read_models.states.c
APPROVING = frozenset(
    {Role.CENTRE_HEAD, Role.UNIT_HEAD, Role.UNIT_DEPUTY, Role.COMPANY_HEAD, Role.COMPANY_DEPUTY, Role.LEADING_GROUP}
)
SETTLING = frozenset({Role.CLERK})

Who = Callable[[Any], Iterable[str]]


def _by(fact: Fact) -> Iterable[str]:
    return (fact.by,)


STEPS: dict[type[Fact], tuple[str, Who]] = {
    TenderRequested: ("record", _by),
    TenderApproved: ("approve", _by),
    TenderAcceptancePassed: ("accept", lambda fact: fact.acceptors),
    TenderSettledOut: ("settle", _by),
    SlipIssued: ("record", _by),
    SlipReviewDecided: ("approve", _by),
    SlipConfirmed: ("settle", _by),
    TradeNoticeIssued: ("record", _by),
    TradeNoticeReviewed: ("approve", _by),
    TradeNoticeConfirmed: ("settle", _by),
    PenaltyProposed: ("record", _by),
    PenaltyApproved: ("approve", _by),
    PenaltyConfirmed: ("settle", _by),
    HazardVerified: ("approve", _by),
    RectificationClaimed: ("execute", _by),
    HazardAcceptancePassed: ("accept", lambda fact: (fact.acceptor,)),
    StatementIssued: ("record", _by),
    StatementConfirmed: ("approve", _by),
}
"""The part of each fact in the life of its document, and the person who did it."""


class Did(NamedTuple):
    """A step of a document and the position of its fact."""

    step: str
    position: int
    day: str


@query(
    "DutyConflicts",
    "register",
    "mentions",
    at="/oversight/duty-conflicts",
    cli="oversight duty-conflicts",
    answer=answers.DutyConflicts,
)
async def duty_conflicts(
    reader: Reader, since: Day | None = None, until: Day | None = None, date: Day | None = None
) -> Result:
    """``did``: one person recorded, approved, executed, accepted or settled the same document, two of these at least.

    ``may``: who holds, on ``date`` (default: today), both a role that approves and one that settles where one unit
    lies at or above the other; delegations included.
    """
    day = date or await reader.today()
    return {"date": day, "did": await _did(reader, since, until), "may": [row async for row in _may(reader, day)]}


async def _did(reader: Reader, since: str | None, until: str | None) -> list[dict[str, Any]]:
    found: dict[tuple[str, str, str], list[Did]] = {}
    for position, _, fact in await told_between(reader, since, until, *STEPS):
        step, who = STEPS[type(fact)]
        if (named := _document(fact)) is not None:
            for person in who(fact):
                if person != SYSTEM:
                    found.setdefault((*named, person), []).append(Did(step, position, fact.business_date))
    return [
        {
            "kind": kind,
            "document": name,
            "person": person,
            "steps": list(dict.fromkeys(one.step for one in done)),
            "business_date": done[-1].day,
            "positions": [one.position for one in done],
        }
        for (kind, name, person), done in sorted(found.items())
        if len({one.step for one in done}) > 1
    ]


def _document(fact: Any) -> tuple[str, str] | None:
    """(kind, id) of what the fact is a step of; a statement is named by unit and month."""
    if isinstance(fact, StatementIssued | StatementConfirmed):
        return "statement", f"{fact.unit}/{fact.period}"
    fact_type: type[Fact] = type(fact)
    for field, prefix in sorted(document_fields(fact_type), key=lambda pair: pair[0] == "hazard"):
        if name := getattr(fact, field):
            return prefix[:-1], name
    return None


class Holding(NamedTuple):
    """A role at a unit, held or lent."""

    role: str
    unit: str
    through: str | None


async def _may(reader: Reader, day: str) -> AsyncIterator[dict[str, Any]]:
    organisation = await reader.organisation()
    policies: Policies = folded("policy", await facts_of_stream(reader, "policy"))
    lent: dict[str, list[Holding]] = {}
    for name, delegation in policies.delegations.items():
        if _counts(delegation, day):
            for role in delegation.roles:
                lent.setdefault(delegation.to, []).append(Holding(role, delegation.unit, name))
    wanted = select(states.kind, states.body).where(states.kind == "person").order_by(states.id)
    for person in await reader.states(wanted):
        for settling, approving in _overlapping(organisation, _held(person, lent, day), day):
            yield {"person": person.person, "settles": _shown(settling), "approves": _shown(approving)}


def _counts(delegation: Delegation, day: str) -> bool:
    revoked = delegation.revoked_from
    return delegation.valid_from <= day <= delegation.until and (revoked is None or day < revoked)


def _held(person: Person, lent: Mapping[str, list[Holding]], day: str) -> list[Holding]:
    own = [Holding(post.role, post.unit, None) for post in person.posts if post.covers(day)]
    return own + lent.get(person.person, [])


def _overlapping(organisation: Organisation, held: Iterable[Holding], day: str) -> Iterator[tuple[Holding, Holding]]:
    holdings = list(held)
    for settling in holdings:
        for approving in holdings:
            if settling.role in SETTLING and approving.role in APPROVING:
                one, other = settling.unit, approving.unit
                if organisation.within(one, other, day) or organisation.within(other, one, day):
                    yield settling, approving


def _shown(holding: Holding) -> dict[str, str | None]:
    return {"role": str(holding.role), "unit": holding.unit, "delegation": holding.through}
