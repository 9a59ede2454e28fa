"""A due that claims back what was overpaid (多发): raised, or cancelled by its reversal (key ``due:<id>``)."""

from __future__ import annotations

import msgspec

from ledger.fact import StoredFact, topic_of
from ledger.facts.dues import DueRaised
from ledger.facts.pools import EntryReversed
from ledger.facts.slips import Line
from ledger.state import liability
from ledger.state.kind import document
from ledger.state.liability import Liability, open_lines

RAISED = topic_of(DueRaised)


def evolve(state: Liability | None, stored: StoredFact) -> Liability | None:
    """Fold one fact that names the due; its one line is the person's."""
    fact = stored.fact
    match fact:
        case DueRaised():
            return _raised(fact).binding("raised", stored)
        case EntryReversed(original_topic=topic) if state and topic == RAISED:
            return msgspec.structs.replace(state, state="cancelled")
        case _:
            return state and liability.evolve(state, stored)


def _raised(fact: DueRaised) -> Liability:
    return Liability(
        kind="due",
        name=fact.document,
        unit=fact.unit or fact.centre,
        state="raised",
        issuer=fact.by,
        issued_on=fact.business_date,
        centre=fact.centre,
        lines=open_lines((Line(fact.person, fact.amount, "debtor"),)),
        to_pool=fact.unit is not None,
    )


KINDS = (document("due", Liability, evolve),)
