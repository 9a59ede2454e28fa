"""A tender from request to settlement (key ``tender:<id>``; lifecycle domain §7)."""

from __future__ import annotations

from typing import Literal

import msgspec

from ledger.fact import StoredFact
from ledger.facts.pools import EntryReversed
from ledger.facts.tenders import (
    AwardAccepted,
    AwardTerminated,
    BidSubmitted,
    BidWithdrawn,
    FundsReleased,
    TenderAcceptanceFailed,
    TenderAcceptancePassed,
    TenderApproved,
    TenderAwarded,
    TenderCancelled,
    TenderCompletionClaimed,
    TenderDirected,
    TenderFailed,
    TenderPublished,
    TenderRefused,
    TenderRequested,
    TenderSettledOut,
)
from ledger.state.columns import Columns
from ledger.state.kind import document
from ledger.vocabulary import Day, Fen, Moment, Month


class Bid(msgspec.Struct, frozen=True):
    bidder: str
    qualified: bool
    days: int | None = None
    plan: str | None = None
    staff: int | None = None


TenderState = Literal[
    "requested",
    "approved",
    "refused",
    "published",
    "failed",
    "cancelled",
    "awarded",
    "accepted",
    "claimed",
    "acceptance_failed",
    "accepted_unsettled",
    "settled",
    "terminated",
]


class Tender(msgspec.Struct, frozen=True):
    """The price is locked at award, also where an import settles by another one; ``claimed_…`` is the last claim.

    ``settled_by`` is the command that settled it last, ``unsettled_month`` the month of a settlement that was reversed.
    """

    tender: str
    unit: str
    centre: str
    hazard: str
    state: TenderState
    requester: str
    requested_on: Day
    item: str
    est_qty: str
    pool: str
    reason: str
    critical: bool = False
    number: str | None = None
    bid_deadline: Moment | None = None
    bids: tuple[Bid, ...] = ()
    winner: str | None = None
    list_version: str | None = None
    unit_price: Fen = 0
    premium: str = "0"
    reserve: Fen = 0
    held_since: Day | None = None
    claimed_qty: str | None = None
    claimed_at: Moment | None = None
    claimed_by: str | None = None
    accepted_qty: str | None = None
    attempts: int = 0
    total: Fen = 0
    unsettled_month: Month | None = None
    settled_by: str = ""

    @property
    def columns(self) -> Columns:
        return Columns(
            unit=self.unit,
            centre=self.centre,
            state=self.state,
            total=self.total if self.state == "settled" else None,
            number=self.number,
            since=self.requested_on,
            reserved=self.reserve,
            item=self.item,
            hazard=self.hazard,
            parties=(self.unit, self.winner) if self.winner else (self.unit,),
        )

    def bid_of(self, unit: str) -> Bid | None:
        return next((bid for bid in self.bids if bid.bidder == unit), None)


def evolve(state: Tender | None, stored: StoredFact) -> Tender | None:
    """Fold one fact that names the tender."""
    replace, fact = msgspec.structs.replace, stored.fact
    if state is None:
        return _requested(fact) if isinstance(fact, TenderRequested) else None
    match fact:
        case TenderApproved():
            return replace(state, state="approved")
        case TenderRefused():
            return replace(state, state="refused")
        case TenderPublished(bid_deadline=deadline):
            return replace(state, state="published", bid_deadline=deadline, bids=())
        case BidSubmitted(bidder=bidder):
            bid = Bid(bidder, fact.qualified, fact.days, fact.plan, fact.staff)
            return replace(state, bids=(*state.bids, bid))
        case BidWithdrawn(bidder=bidder):
            return replace(state, bids=tuple(bid for bid in state.bids if bid.bidder != bidder))
        case TenderFailed():
            return replace(state, state="failed")
        case TenderCancelled():
            return replace(state, state="cancelled")
        case TenderAwarded():
            return _awarded(state, fact, "0")
        case TenderDirected(premium=premium):
            return _awarded(state, fact, premium)
        case AwardAccepted():
            return replace(state, state="accepted")
        case AwardTerminated():
            return replace(state, state="terminated", accepted_qty=None, unsettled_month=None)
        case TenderCompletionClaimed(qty=qty, at=at, by=by):
            return replace(state, state="claimed", claimed_qty=qty, claimed_at=at, claimed_by=by)
        case TenderAcceptanceFailed(attempt=attempt):
            return replace(state, state="acceptance_failed", attempts=attempt)
        case TenderAcceptancePassed(qty=qty):
            return replace(state, state="accepted_unsettled", accepted_qty=qty)
        case FundsReleased():
            return replace(state, reserve=0)
        case TenderSettledOut(amount=amount, qty=qty, command=command):
            settled = {"total": amount, "accepted_qty": qty, "settled_by": command}
            return replace(state, state="settled", unsettled_month=None, **settled)
        case EntryReversed(original_topic=topic, original_period=period) if topic.startswith("tender.settled-"):
            return replace(state, state="accepted_unsettled", total=0, unsettled_month=period or None)
        case TenderRequested():
            return _requested(fact)
        case _:  # also where a pass-down that names the tender is reversed
            return state


def _requested(fact: TenderRequested) -> Tender:
    return Tender(
        tender=fact.tender,
        unit=fact.unit,
        centre=fact.centre,
        hazard=fact.hazard,
        state="requested",
        requester=fact.by,
        requested_on=fact.business_date,
        item=fact.item,
        est_qty=fact.est_qty,
        pool=fact.funds,
        reason=fact.reason,
        critical=fact.critical,
        number=fact.number,
    )


def _awarded(state: Tender, fact: TenderAwarded | TenderDirected, premium: str) -> Tender:
    return msgspec.structs.replace(
        state,
        state="awarded",
        winner=fact.winner,
        list_version=fact.list_version,
        unit_price=fact.unit_price,
        premium=premium,
        reserve=fact.reserve,
        held_since=fact.business_date,
        attempts=0,
        claimed_qty=None,
        claimed_at=None,
        claimed_by=None,
    )


KINDS = (document("tender", Tender, evolve),)
