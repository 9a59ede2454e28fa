"""A penalty: proposed → notified → confirmed, or waived, cancelled (key ``penalty:<id>``)."""

from __future__ import annotations

import msgspec

from ledger.fact import StoredFact
from ledger.facts.penalties import (
    PenaltyAcknowledged,
    PenaltyCancelled,
    PenaltyConfirmed,
    PenaltyDisputed,
    PenaltyDisputeWithdrawn,
    PenaltyNotified,
    PenaltyProposed,
    PenaltyReviewDecided,
    PenaltyWaived,
)
from ledger.state import liability
from ledger.state.kind import document
from ledger.state.liability import Finding, Liability, open_lines


def evolve(state: Liability | None, stored: StoredFact) -> Liability | None:
    """Fold one fact that names the penalty."""
    replace, fact = msgspec.structs.replace, stored.fact
    if state is None:
        return _proposed(fact) if isinstance(fact, PenaltyProposed) else None
    match fact:
        case PenaltyNotified(window_until=until, window_over=over):
            return state.served("notified", until, over)
        case PenaltyAcknowledged(parties=parties, at=at):
            return state.acknowledged(parties, at)
        case PenaltyConfirmed():
            return state.binding("confirmed", stored)
        case PenaltyDisputed(party=party, business_date=day):
            return state.under_dispute(party, day)
        case PenaltyDisputeWithdrawn(party=party, at=at):
            return state.withdrawn(party, at)
        case PenaltyReviewDecided():
            return state.reviewed_as(fact)
        case PenaltyCancelled():
            return replace(state, state="cancelled")
        case PenaltyWaived():
            return replace(state, state="waived")
        case PenaltyProposed():
            return _proposed(fact)
        case _:
            return liability.evolve(state, stored)


def _proposed(fact: PenaltyProposed) -> Liability:
    return Liability(
        kind="penalty",
        name=fact.penalty,
        unit=fact.unit,
        state="proposed",
        issuer=fact.by,
        issued_on=fact.business_date,
        centre=fact.centre,
        finding=Finding(
            unit=fact.unit,
            tier=fact.tier or "",
            occurred=fact.occurred,
            person=fact.person,
            team=fact.team,
            persons=fact.persons,
            hazard=fact.hazard,
            discoverer=fact.discoverer,
        ),
        matrix=fact.matrix,
        lines=open_lines(fact.lines),
        dropped=fact.dropped,
        number=fact.number,
        item=fact.item,
        penalty=fact.kind,
    )


KINDS = (document("penalty", Liability, evolve),)
