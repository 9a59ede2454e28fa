"""A slip: issued → served → confirmed, or cancelled (key ``slip:<id>``)."""

from __future__ import annotations

import msgspec

from ledger.fact import StoredFact
from ledger.facts.slips import (
    SlipAcknowledged,
    SlipCancelled,
    SlipConfirmed,
    SlipDisputed,
    SlipDisputeWithdrawn,
    SlipIssued,
    SlipReviewDecided,
    SlipServed,
)
from ledger.state import liability
from ledger.state.kind import document
from ledger.state.liability import Finding, Liability, open_lines


def evolve(state: Liability | None, stored: StoredFact) -> Liability | None:
    """Fold one fact that names the slip."""
    fact = stored.fact
    if state is None:
        return _issued(fact) if isinstance(fact, SlipIssued) else None
    match fact:
        case SlipServed(window_until=until, window_over=over):
            return state.served("served", until, over)
        case SlipAcknowledged(parties=parties, at=at):
            return state.acknowledged(parties, at)
        case SlipConfirmed():
            return state.binding("confirmed", stored)
        case SlipDisputed(party=party, business_date=day):
            return state.under_dispute(party, day)
        case SlipDisputeWithdrawn(party=party, at=at):
            return state.withdrawn(party, at)
        case SlipReviewDecided():
            return state.reviewed_as(fact)
        case SlipCancelled():
            return msgspec.structs.replace(state, state="cancelled")
        case SlipIssued():
            return _issued(fact)
        case _:
            return liability.evolve(state, stored)


def _issued(fact: SlipIssued) -> Liability:
    return Liability(
        kind="slip",
        name=fact.slip,
        unit=fact.unit,
        state="issued",
        issuer=fact.by,
        issued_on=fact.business_date,
        centre=fact.centre,
        finding=Finding(
            fact.unit, fact.tier, fact.occurred, fact.person, fact.team, fact.persons, fact.hazard, fact.discoverer
        ),
        matrix=fact.matrix,
        lines=open_lines(fact.lines),
        dropped=fact.dropped,
        number=fact.number,
        item=fact.item,
        funds=fact.funds,
    )


KINDS = (document("slip", Liability, evolve),)
