"""A shift handover: open → (refused → open) → signed (key ``handover:<id>``)."""

from __future__ import annotations

from typing import Literal

import msgspec

from ledger.accounts import AccountCode
from ledger.fact import StoredFact
from ledger.facts.handovers import (
    HandoverArbitrated,
    HandoverCancelled,
    HandoverItemTransferredOut,
    HandoverOpened,
    HandoverRefused,
    HandoverResumed,
    HandoverSigned,
    HandoverSuspended,
)
from ledger.facts.pools import EntryReversed
from ledger.state.columns import Columns
from ledger.state.kind import document
from ledger.vocabulary import Day, Fen


class Handover(msgspec.Struct, frozen=True):
    """``total`` is what the sender has paid so far, reversals taken off; date and shift are those of the opening.

    ``standing`` are the hazards that have flowed by it, with the transfers that have not been reversed, ``returned``
    those that went back to the sender: they may flow again, also when it is signed.
    """

    handover: str
    sender: str
    receiver: str
    state: Literal["open", "refused", "suspended", "signed", "cancelled"]
    business_date: Day
    shift: str
    opened_by: str
    items: tuple[str, ...] = ()
    contested: str | None = None
    total: Fen = 0
    number: str | None = None
    standing: tuple[tuple[str, str], ...] = ()
    returned: tuple[str, ...] = ()

    @property
    def columns(self) -> Columns:
        return Columns(
            unit=self.sender,
            state=self.state,
            total=self.total,
            number=self.number,
            since=self.business_date,
            parties=(self.sender, self.receiver),
        )


def evolve(state: Handover | None, stored: StoredFact) -> Handover | None:
    """Fold one fact that names the handover."""
    fact = stored.fact
    if isinstance(fact, HandoverOpened):
        return Handover(
            fact.handover,
            fact.sender,
            fact.receiver,
            "open",
            fact.business_date,
            fact.shift or "",
            fact.by,
            fact.items,
            number=fact.number,
        )
    if state is None:
        return None
    match fact:
        case HandoverRefused(hazard=hazard):
            return msgspec.structs.replace(state, state="refused", contested=hazard)
        case HandoverArbitrated() | HandoverResumed():
            return msgspec.structs.replace(state, state="open", contested=None)
        case HandoverSuspended():
            return msgspec.structs.replace(state, state="suspended")
        case HandoverSigned():
            return msgspec.structs.replace(state, state="signed")
        case HandoverCancelled():
            return msgspec.structs.replace(state, state="cancelled", contested=None)
        case HandoverItemTransferredOut(amount=amount, hazard=hazard, transfer=transfer):
            standing = (*state.standing, (hazard, transfer or ""))
            returned = tuple(name for name in state.returned if name != hazard)
            return msgspec.structs.replace(state, total=state.total + amount, standing=standing, returned=returned)
        case EntryReversed(lines=lines, original_topic="handover.item-transferred-out.v1"):
            cleared = sum(line.amount for line in lines if line.account.startswith(AccountCode.CLR_TRADE))
            standing = tuple(one for one in state.standing if one[1] != fact.transfer)
            returned = (*state.returned, fact.hazard_back.hazard) if fact.hazard_back else state.returned
            return msgspec.structs.replace(state, total=state.total + cleared, standing=standing, returned=returned)
        case _:
            return state


KINDS = (document("handover", Handover, evolve),)
