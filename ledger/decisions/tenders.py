"""Tenders (招标) up to the award: what a unit cannot fix is offered to others at quota price (TR-04 … TR-07)."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any, Literal

from ledger.accounts import POOLS
from ledger.decisions.in_force import policy, price_in_force
from ledger.decisions.kernel.authority import SYS, argument, lead, word
from ledger.decisions.kernel.envelope import official_number
from ledger.decisions.kernel.stamp import Stamp
from ledger.decisions.kernel.table import Facts, decision
from ledger.decisions.retirement import check_active
from ledger.decisions.tender_parties import (
    APPROVER,
    BEFORE_AWARD,
    CLERK,
    CLERK_IF_COMPULSORY,
    in_state,
    of_payer,
    tender_of,
    tender_stream,
)
from ledger.errors import (
    Already,
    Criteria,
    Insufficient,
    Invalid,
    LateBid,
    NotReady,
    NotResponsible,
    Premium,
    SelfDeal,
    Sod,
    State,
    WrongCentre,
    WrongDoc,
)
from ledger.facts.tenders import (
    BidSubmitted,
    BidWithdrawn,
    FundsReserved,
    TenderApproved,
    TenderAwarded,
    TenderCancelled,
    TenderDirected,
    TenderFailed,
    TenderPublished,
    TenderRefused,
    TenderRequested,
)
from ledger.money import plain, times, yuan
from ledger.state.tenders import Tender
from ledger.view import View
from ledger.vocabulary import (
    NEW,
    Day,
    HazardId,
    ItemCode,
    ItemKind,
    Moment,
    Quantity,
    Rate,
    TenderId,
    UnitId,
    unit_stream,
)

ONE, NOTHING = Decimal(1), Decimal(0)


@decision("RequestTender", who=lead(argument("unit")) | CLERK_IF_COMPULSORY, unit=argument("unit"))
def request_tender(
    view: View,
    stamp: Stamp,
    tender: Annotated[TenderId, NEW],
    unit: UnitId,
    hazard: HazardId,
    reason: Literal["capacity", "difficulty", "repeat", "overdue"],
    item: ItemCode,
    est_qty: Quantity,
    funds: Literal["wage", "project"] | None = None,
    critical: bool = False,
) -> Facts:
    """A unit that cannot fix a hazard asks for a tender (TR-04).

    STATE if the unit is retired, or the hazard not open or out to tender already; NOT_RESPONSIBLE unless it is at the
    unit or below, WRONG_CENTRE without a centre above, NO_PRICE, WRONG_DOC for an item that is not of kind quota.
    """
    check_active(view, stamp, unit)
    found, organisation, day = view.hazard(hazard), view.organisation, stamp.business_date
    if not found.open or found.tender is not None:
        raise State(f"{hazard} is {found.state}" if found.tender is None else f"{hazard} is out to {found.tender}")
    if not organisation.within(found.unit, unit, day):
        raise NotResponsible(hazard)
    centre = organisation.centre_above(unit, day)
    if centre is None:
        raise WrongCentre(f"no centre above {unit}")
    price = price_in_force(view, unit, item, day)
    if price.item.kind != ItemKind.QUOTA:
        raise WrongDoc(f"{item} is of kind {price.item.kind}")
    fields: dict[str, Any] = {
        "tender": tender,
        "unit": unit,
        "centre": centre,
        "hazard": hazard,
        "reason": reason,
        "item": item,
        "est_qty": plain(est_qty),
        "funds": funds or policy(view, "settle.from", unit, day),
        "critical": critical,
    }
    number = official_number(view, centre, "TENDER", day)
    yield TenderRequested(stream=tender_stream(tender), number=number, **fields)
    yield TenderRequested(stream=unit_stream(unit), mirror=True, **fields)


@decision("ApproveTender", who=APPROVER, unit=of_payer)
def approve_tender(view: View, stamp: Stamp, tender: TenderId) -> Facts:
    """The deputy in charge approves.  STATE unless requested, SOD if he requested it."""
    found = in_state(view, tender, "requested")
    if found.requester == stamp.by:
        raise Sod(stamp.by)
    yield TenderApproved(stream=tender_stream(tender), tender=tender)


@decision("RefuseTender", who=APPROVER, unit=of_payer)
def refuse_tender(view: View, stamp: Stamp, tender: TenderId, reason: str) -> Facts:
    """The deputy in charge refuses.  STATE unless requested."""
    found = in_state(view, tender, "requested")
    yield TenderRefused(stream=tender_stream(tender), tender=tender, hazard=found.hazard, reason=reason)


@decision("PublishTender", who=CLERK, unit=of_payer)
def publish_tender(
    view: View,
    stamp: Stamp,
    tender: TenderId,
    bid_deadline: Moment,
    criteria: str | None = None,
    due: Day | None = None,
) -> Facts:
    """The centre invites bids.  STATE unless approved, failed or terminated; INVALID if the deadline is not later."""
    in_state(view, tender, "approved", "failed", "terminated")
    if bid_deadline <= stamp.at:
        raise Invalid("bid_deadline: not after the moment of publication")
    yield TenderPublished(
        stream=tender_stream(tender), tender=tender, bid_deadline=bid_deadline, criteria=criteria, due=due
    )


@decision("SubmitBid", who=lead(argument("unit")), unit=of_payer)
def submit_bid(
    view: View,
    stamp: Stamp,
    tender: TenderId,
    unit: UnitId,
    days: int | None = None,
    plan: str | None = None,
    staff: int | None = None,
    qualified: bool = False,
) -> Facts:
    """A unit of the same centre offers to do the work (TR-06); at the deadline itself a bid is in time.

    STATE unless published, SELF_DEAL along the payer's line, WRONG_CENTRE, LATE_BID, ALREADY while a bid stands.
    """
    found = in_state(view, tender, "published")
    _check_stranger(view, stamp, found, unit)
    _check_centre(view, stamp, found, unit)
    _check_in_time(found, stamp)
    if found.bid_of(unit):
        raise Already(unit)
    yield BidSubmitted(
        stream=tender_stream(tender), tender=tender, bidder=unit, days=days, plan=plan, staff=staff, qualified=qualified
    )


def _check_stranger(view: View, stamp: Stamp, tender: Tender, bidder: str) -> None:
    """SELF_DEAL: the bidder is the payer, or lies above or below it (rule 12)."""
    organisation, day = view.organisation, stamp.business_date
    if organisation.within(bidder, tender.unit, day) or organisation.within(tender.unit, bidder, day):
        raise SelfDeal(f"{bidder} and {tender.unit} are of one line")


def _check_centre(view: View, stamp: Stamp, tender: Tender, unit: str) -> None:
    if view.organisation.centre_above(unit, stamp.business_date) != tender.centre:
        raise WrongCentre(f"the tenders of {unit} are another centre's")


def _check_in_time(tender: Tender, stamp: Stamp) -> None:
    assert tender.bid_deadline is not None
    if stamp.at > tender.bid_deadline:
        raise LateBid(tender.bid_deadline)


@decision("WithdrawBid", who=lead(argument("unit")), unit=of_payer)
def withdraw_bid(view: View, stamp: Stamp, tender: TenderId, unit: UnitId, reason: str | None = None) -> Facts:
    """A bid is taken back before the deadline.  STATE without a bid, LATE_BID."""
    found = in_state(view, tender, "published")
    if found.bid_of(unit) is None:
        raise State(f"{unit} has no bid")
    _check_in_time(found, stamp)
    yield BidWithdrawn(stream=tender_stream(tender), tender=tender, bidder=unit, reason=reason)


@decision("Award", who=APPROVER, unit=of_payer)
def award(view: View, stamp: Stamp, tender: TenderId, winner: UnitId, due: Day | None = None) -> Facts:
    """定标: the price of the business date is locked and the estimate reserved (TR-04, TR-15).

    SELF_DEAL, STATE unless published with a bid of the winner, CRITERIA if critical and not qualified, NO_PRICE,
    INSUFFICIENT.
    """
    found = view.tender(tender)
    _check_stranger(view, stamp, found, winner)
    in_state(view, tender, "published")
    bid = found.bid_of(winner)
    if bid is None:
        raise State(f"{winner} has no bid")
    if found.critical and not bid.qualified:
        raise Criteria(f"{winner} is not qualified for safety-critical work")
    price = price_in_force(view, found.unit, found.item, stamp.business_date)
    reserve = times(price.unit_price, Decimal(found.est_qty))
    yield TenderAwarded(
        stream=tender_stream(tender),
        tender=tender,
        winner=winner,
        item=found.item,
        list_version=price.list_version,
        unit_price=price.unit_price,
        reserve=reserve,
        due=due,
    )
    yield _reserved(view, found, reserve)


def _reserved(view: View, tender: Tender, amount: int) -> FundsReserved:
    """The estimate is held in the payer's pool; beyond what is available it is INSUFFICIENT."""
    available = view.unit(tender.unit).available(POOLS[tender.pool])
    if amount > available:
        raise Insufficient(f"{tender.unit} has {yuan(available)} available of {yuan(amount)}")
    return FundsReserved(
        stream=unit_stream(tender.unit), tender=tender.tender, unit=tender.unit, pool=tender.pool, amount=amount
    )


@decision("CloseBidding", who=CLERK | SYS, unit=of_payer)
def close_bidding(view: View, stamp: Stamp, tender: TenderId) -> Facts:
    """Nobody bid in time.  STATE unless published, NOT_READY before the deadline, ALREADY if bids exist."""
    found = in_state(view, tender, "published")
    assert found.bid_deadline is not None
    if stamp.at < found.bid_deadline:
        raise NotReady(f"bids are taken until {found.bid_deadline}")
    if found.bids:
        raise Already("there are bids")
    yield TenderFailed(stream=tender_stream(tender), tender=tender)


def fall_due(view: View, stamp: Stamp, kind: str, tender: str) -> Facts:
    """The bid deadline is over: without a bid the tender has failed; with bids time does nothing."""
    found = view.tender(tender)
    if found.state == "published" and not found.bids:
        yield TenderFailed(stream=tender_stream(tender), tender=tender)


@decision("DirectTender", who=APPROVER, unit=of_payer)
def direct_tender(
    view: View,
    stamp: Stamp,
    tender: TenderId,
    winner: UnitId,
    reason: str,
    premium: Rate = NOTHING,
    due: Day | None = None,
) -> Facts:
    """指定: an award without bids, premium up to the cap (TR-06).

    STATE unless failed, SELF_DEAL, WRONG_CENTRE, PREMIUM, NO_PRICE, INSUFFICIENT.
    """
    found = in_state(view, tender, "failed")
    _check_stranger(view, stamp, found, winner)
    _check_centre(view, stamp, found, winner)
    cap = Decimal(policy(view, "tender.premium_cap", found.unit, stamp.business_date))
    if premium > cap:
        raise Premium(f"{plain(premium)} is above {plain(cap)}")
    price = price_in_force(view, found.unit, found.item, stamp.business_date)
    reserve = times(price.unit_price, Decimal(found.est_qty), ONE + premium)
    yield TenderDirected(
        stream=tender_stream(tender),
        tender=tender,
        winner=winner,
        item=found.item,
        list_version=price.list_version,
        unit_price=price.unit_price,
        premium=plain(premium),
        reserve=reserve,
        reason=reason,
        due=due,
    )
    yield _reserved(view, found, reserve)


@decision(
    "CancelTender", who=APPROVER | word(lambda request: request.stamp.by == tender_of(request).requester), unit=of_payer
)
def cancel_tender(view: View, stamp: Stamp, tender: TenderId, reason: str) -> Facts:
    """The tender ends.  STATE once it is awarded, unless that award was terminated (rule 80)."""
    found = in_state(view, tender, *BEFORE_AWARD, "terminated")
    yield TenderCancelled(stream=tender_stream(tender), tender=tender, hazard=found.hazard, reason=reason)
