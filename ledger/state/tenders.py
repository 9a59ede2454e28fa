"""A tender from request to settlement (key ``tender:<id>``; lifecycle domain §7)."""

from __future__ import annotations

from functools import singledispatch
from typing import Literal

import msgspec

from ledger.dispatch import by_type
from ledger.fact import Fact, StoredFact
from ledger.facts import tenders as facts
from ledger.facts.pools import EntryReversed
from ledger.state.columns import Columns
from ledger.vocabulary import Day, Moment, Month


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

    ``unsettled_month`` is the month of a settlement that was reversed.
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
    unit_price: int = 0
    premium: str = "0"
    reserve: int = 0
    claimed_qty: str | None = None
    claimed_at: Moment | None = None
    claimed_by: str | None = None
    accepted_qty: str | None = None
    attempts: int = 0
    total: int = 0
    unsettled_month: Month | None = None

    @property
    def columns(self) -> Columns:
        return Columns(
            unit=self.unit,
            centre=self.centre,
            state=self.state,
            total=self.total,
            number=self.number,
            since=self.requested_on,
            reserved=self.reserve,
        )

    def bid_of(self, unit: str) -> Bid | None:
        return next((bid for bid in self.bids if bid.bidder == unit), None)


def evolve(state: Tender | None, stored: StoredFact) -> Tender | None:
    """Fold one fact that names the tender."""
    fact = stored.fact
    if isinstance(fact, facts.TenderRequested):
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
    return None if state is None else by_type(_evolve, type(fact))(fact, state)


@singledispatch
def _evolve(fact: Fact, state: Tender) -> Tender:
    return state


@_evolve.register
def _(fact: facts.TenderApproved, state: Tender) -> Tender:
    return msgspec.structs.replace(state, state="approved")


@_evolve.register
def _(fact: facts.TenderRefused, state: Tender) -> Tender:
    return msgspec.structs.replace(state, state="refused")


@_evolve.register
def _(fact: facts.TenderPublished, state: Tender) -> Tender:
    return msgspec.structs.replace(state, state="published", bid_deadline=fact.bid_deadline, bids=())


@_evolve.register
def _(fact: facts.TenderCancelled, state: Tender) -> Tender:
    return msgspec.structs.replace(state, state="cancelled")


@_evolve.register
def _(fact: facts.BidSubmitted, state: Tender) -> Tender:
    bid = Bid(fact.bidder, fact.qualified, fact.days, fact.plan, fact.staff)
    return msgspec.structs.replace(state, bids=(*state.bids, bid))


@_evolve.register
def _(fact: facts.BidWithdrawn, state: Tender) -> Tender:
    return msgspec.structs.replace(state, bids=tuple(bid for bid in state.bids if bid.bidder != fact.bidder))


@_evolve.register
def _(fact: facts.TenderFailed, state: Tender) -> Tender:
    return msgspec.structs.replace(state, state="failed")


@_evolve.register(facts.TenderAwarded)
@_evolve.register(facts.TenderDirected)
def _(fact: facts.TenderAwarded | facts.TenderDirected, state: Tender) -> Tender:
    return msgspec.structs.replace(
        state,
        state="awarded",
        winner=fact.winner,
        list_version=fact.list_version,
        unit_price=fact.unit_price,
        premium=fact.premium if isinstance(fact, facts.TenderDirected) else "0",
        reserve=fact.reserve,
        attempts=0,
        claimed_qty=None,
        claimed_at=None,
        claimed_by=None,
    )


@_evolve.register
def _(fact: facts.AwardAccepted, state: Tender) -> Tender:
    return msgspec.structs.replace(state, state="accepted")


@_evolve.register
def _(fact: facts.AwardTerminated, state: Tender) -> Tender:
    return msgspec.structs.replace(state, state="terminated")


@_evolve.register
def _(fact: facts.TenderCompletionClaimed, state: Tender) -> Tender:
    return msgspec.structs.replace(state, state="claimed", claimed_qty=fact.qty, claimed_at=fact.at, claimed_by=fact.by)


@_evolve.register
def _(fact: facts.TenderAcceptanceFailed, state: Tender) -> Tender:
    return msgspec.structs.replace(state, state="acceptance_failed", attempts=fact.attempt)


@_evolve.register
def _(fact: facts.TenderAcceptancePassed, state: Tender) -> Tender:
    return msgspec.structs.replace(state, state="accepted_unsettled", accepted_qty=fact.qty)


@_evolve.register
def _(fact: facts.FundsReleased, state: Tender) -> Tender:
    return msgspec.structs.replace(state, reserve=0)


@_evolve.register
def _(fact: facts.TenderSettledOut, state: Tender) -> Tender:
    return msgspec.structs.replace(state, state="settled", total=fact.amount, unsettled_month=None)


@_evolve.register
def _(fact: EntryReversed, state: Tender) -> Tender:
    if not fact.original_topic.startswith("tender.settled-"):
        return state  # a pass-down that names the tender is reversed
    return msgspec.structs.replace(
        state, state="accepted_unsettled", total=0, unsettled_month=fact.original_period or None
    )
