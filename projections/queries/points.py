"""A person's points (积分): held, to be redeemed, and every movement."""

from __future__ import annotations

from typing import Any

from ledger.facts.points import PointsAwarded, PointsExpired, PointsRedeemed
from ledger.facts.pools import EntryReversed
from ledger.money import yuan
from ledger.state.person import Person
from ledger.state.policies import Policies
from ledger.vocabulary import Month, PersonId, person_stream
from projections import read_models
from projections.queries.answers import appraisal as answers
from projections.queries.facts import stored_facts, topics
from projections.queries.folds import facts_of_stream, folded
from projections.queries.kernel import Reader, Result, query
from projections.queries.pools import book_of

log = read_models.events.c


@query("Points", "register", at="/persons/{person}/points", cli="points PERSON", answer=answers.Points)
async def points(reader: Reader, person: PersonId, month: Month | None = None) -> Result:
    """Points held, award by award with the moment of their expiry; what of the month's cap is left; every movement.

    ``redeemable`` is what could be redeemed now: held, and within the cap; the reward has to be covered by what the
    fund of the centre may spend.
    """
    state: Person = await reader.state("person", person)
    today = await reader.today()
    month, organisation = month or today[:7], await reader.organisation()
    home = state.home(today) or organisation.root
    policies: Policies = folded("policy", await facts_of_stream(reader, "policy"))
    cap = policies.value("points.month_cap", organisation.path(home, today), today)
    left = max(0, cap - state.points.redeemed.get(month, 0))
    fund = await book_of(reader, organisation.centre(home, today))
    return {
        "person": person,
        "held": state.points.held,
        "lots": [{"doc": lot.doc, "left": lot.left, "expires_at": lot.expires_at} for lot in state.points.lots],
        "month": month,
        "redeemed": state.points.redeemed.get(month, 0),
        "cap": cap,
        "redeemable": min(state.points.held, left),
        "spendable": yuan(fund.spendable),
        "history": await _moves_of_points(reader, person),
    }


async def _moves_of_points(reader: Reader, person: str) -> list[dict[str, Any]]:
    moves = (PointsAwarded, PointsRedeemed, PointsExpired)
    wanted = [log.stream == person_stream(person), topics(*moves), log.position <= reader.position]
    gone = await _reversed_commands(reader, person)
    return [
        {
            "date": fact.business_date,
            "points": fact.points if isinstance(fact, PointsAwarded) else -fact.points,
            "what": type(fact).__name__,
            "doc": getattr(fact, "doc", None),
            "reason": getattr(fact, "reason", None),
            "amount": yuan(fact.amount) if isinstance(fact, PointsRedeemed) else None,
            "reversed": fact.command in gone,
            "by": fact.by,
            "position": position,
        }
        for position, _, fact in await stored_facts(reader, wanted, log.version)
        if isinstance(fact, PointsAwarded | PointsRedeemed | PointsExpired)
    ]


async def _reversed_commands(reader: Reader, person: str) -> set[str]:
    """Commands whose reversal the person was told."""
    wanted = [log.stream == person_stream(person), topics(EntryReversed)]
    facts = await stored_facts(reader, [*wanted, log.position <= reader.position], log.version)
    return {each.fact.of for each in facts if isinstance(each.fact, EntryReversed)}
