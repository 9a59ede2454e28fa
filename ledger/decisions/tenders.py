"""Tenders (招标): a hazard that a unit cannot fix is fixed by another one and paid at quota price (TR-04 … TR-07)."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any, Literal

from ledger.accounts import POOLS
from ledger.decisions.case import SYS, Case, Stamp, Who, argument, at, centre, holds_at, lead, roles_of
from ledger.decisions.hazards import belongs
from ledger.decisions.kernel import Facts, decision
from ledger.decisions.pricing import policy, price_in_force, price_of_version
from ledger.decisions.recording import official_number
from ledger.errors import (
    Already,
    Authority,
    Criteria,
    Insufficient,
    Invalid,
    LateBid,
    NotReady,
    NotResponsible,
    Partial,
    Premium,
    Qty,
    SelfDeal,
    Sod,
    State,
    WrongCentre,
)
from ledger.facts.tenders import (
    AwardAccepted,
    AwardTerminated,
    BidSubmitted,
    BidWithdrawn,
    FundsReleased,
    FundsReserved,
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
    TenderSettledIn,
    TenderSettledOut,
)
from ledger.money import plain, times
from ledger.state.tenders import Tender
from ledger.view import View
from ledger.vocabulary import (
    NEW,
    Day,
    HazardId,
    ItemCode,
    Moment,
    PersonId,
    Quantity,
    Rate,
    Role,
    TenderId,
    UnitId,
    unit_stream,
)

ONE, NOTHING = Decimal(1), Decimal(0)
BEFORE_AWARD = ("requested", "approved", "published", "failed")
UNDER_AWARD = ("awarded", "accepted", "claimed", "acceptance_failed")


def tender_stream(tender: str) -> str:
    return f"tender-{tender}"


def _tender(case: Case) -> Tender:
    return case.view.tender(case["tender"])


def of_payer(case: Case) -> str:
    return _tender(case).unit


def of_tender_centre(case: Case) -> str:
    return _tender(case).centre


def of_winner(case: Case) -> str | None:
    return _tender(case).winner


def _centre_of_request(case: Case) -> str | None:
    """The clerk of the payer's tender centre may file it where the tender is compulsory (TR-05)."""
    if not case.view.hazard(case["hazard"]).tender_compulsory:
        return None
    return case.organisation.centre_above(case["unit"], case.stamp.business_date)


def approves(view: View, person: str, centre_unit: str, day: Day) -> bool:
    """Approver of a centre: its deputy in charge, at the root the company's deputy (ORG-08, ORG-15)."""
    role = Role.COMPANY_DEPUTY if centre_unit == view.organisation.root else Role.UNIT_DEPUTY
    return holds_at(roles_of(view, person, day), (role,), (centre_unit,))


APPROVER = Who(lambda case: approves(case.view, case.stamp.by, _tender(case).centre, case.stamp.business_date))
CLERK = centre(of_tender_centre, Role.CLERK)
WINNER = lead(of_winner)
CLERK_IF_COMPULSORY = at(_centre_of_request, Role.CLERK)


@decision("RequestTender", who=lead(argument("unit")) | CLERK_IF_COMPULSORY)
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

    STATE if the hazard is not open or out to tender already, NOT_RESPONSIBLE unless it is at the unit or below,
    WRONG_CENTRE without a centre above, NO_PRICE.
    """
    found, organisation, day = view.hazard(hazard), view.organisation, stamp.business_date
    if not found.open or found.tender is not None:
        raise State(f"{hazard} is {found.state}" if found.tender is None else f"{hazard} is out to {found.tender}")
    if not organisation.within(found.unit, unit, day):
        raise NotResponsible(hazard)
    settling = organisation.centre_above(unit, day)
    if settling is None:
        raise WrongCentre(f"no centre above {unit}")
    price_in_force(view, unit, item, day)
    fields: dict[str, Any] = {
        "tender": tender,
        "unit": unit,
        "centre": settling,
        "hazard": hazard,
        "reason": reason,
        "item": item,
        "est_qty": plain(est_qty),
        "funds": funds or policy(view, "settle.from", unit, day),
        "critical": critical,
    }
    number = official_number(view, settling, "TENDER", day)
    yield TenderRequested(stream=tender_stream(tender), number=number, **fields)
    yield TenderRequested(stream=unit_stream(unit), mirror=True, **fields)


@decision("ApproveTender", who=APPROVER, unit=of_payer)
def approve_tender(view: View, stamp: Stamp, tender: TenderId) -> Facts:
    """The deputy in charge approves.  STATE unless requested, SOD if he requested it."""
    found = _in_state(view, tender, "requested")
    if found.requester == stamp.by:
        raise Sod(stamp.by)
    yield TenderApproved(stream=tender_stream(tender), tender=tender)


@decision("RefuseTender", who=APPROVER, unit=of_payer)
def refuse_tender(view: View, stamp: Stamp, tender: TenderId, reason: str) -> Facts:
    """The deputy in charge refuses.  STATE unless requested."""
    found = _in_state(view, tender, "requested")
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
    _in_state(view, tender, "approved", "failed", "terminated")
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

    STATE unless published, SELF_DEAL by the payer, WRONG_CENTRE, LATE_BID, ALREADY while a bid stands.
    """
    found = _in_state(view, tender, "published")
    if unit == found.unit:
        raise SelfDeal(unit)
    _check_centre(view, stamp, found, unit)
    _check_in_time(found, stamp)
    if found.bid_of(unit):
        raise Already(unit)
    yield BidSubmitted(
        stream=tender_stream(tender), tender=tender, bidder=unit, days=days, plan=plan, staff=staff, qualified=qualified
    )


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
    found = _in_state(view, tender, "published")
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
    if winner == found.unit:
        raise SelfDeal(winner)
    _in_state(view, tender, "published")
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
        raise Insufficient(f"{tender.unit} has {available} fen available of {amount}")
    return FundsReserved(
        stream=unit_stream(tender.unit), tender=tender.tender, unit=tender.unit, pool=tender.pool, amount=amount
    )


@decision("CloseBidding", who=CLERK | SYS, unit=of_payer)
def close_bidding(view: View, stamp: Stamp, tender: TenderId) -> Facts:
    """Nobody bid in time.  STATE unless published, NOT_READY before the deadline, ALREADY if bids exist."""
    found = _in_state(view, tender, "published")
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
    found = _in_state(view, tender, "failed")
    if winner == found.unit:
        raise SelfDeal(winner)
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


@decision("CancelTender", who=APPROVER | Who(lambda case: case.stamp.by == _tender(case).requester), unit=of_payer)
def cancel_tender(view: View, stamp: Stamp, tender: TenderId, reason: str) -> Facts:
    """The tender ends.  STATE once it is awarded, and after a termination (contract §5.15)."""
    found = _in_state(view, tender, *BEFORE_AWARD)
    yield TenderCancelled(stream=tender_stream(tender), tender=tender, hazard=found.hazard, reason=reason)


@decision("AcceptAward", who=WINNER, unit=of_payer)
def accept_award(view: View, stamp: Stamp, tender: TenderId) -> Facts:
    """The winner takes the work.  STATE unless awarded."""
    _in_state(view, tender, "awarded")
    yield AwardAccepted(stream=tender_stream(tender), tender=tender)


@decision("TerminateAward", who=APPROVER, unit=of_payer)
def terminate_award(view: View, stamp: Stamp, tender: TenderId, reason: str) -> Facts:
    """The award ends and its reservation with it.  STATE unless awarded and not yet accepted on site."""
    found = _in_state(view, tender, *UNDER_AWARD)
    yield AwardTerminated(stream=tender_stream(tender), tender=tender, reason=reason)
    yield _released(found)


def _released(tender: Tender) -> FundsReleased:
    return FundsReleased(
        stream=unit_stream(tender.unit), tender=tender.tender, unit=tender.unit, pool=tender.pool, amount=tender.reserve
    )


@decision("ClaimCompletion", who=WINNER, unit=of_payer)
def claim_completion(
    view: View, stamp: Stamp, tender: TenderId, qty: Quantity, evidence: tuple[str, ...] = ()
) -> Facts:
    """The winner says that so much is done.  STATE unless the award is accepted or an acceptance failed."""
    _in_state(view, tender, "accepted", "acceptance_failed")
    yield TenderCompletionClaimed(stream=tender_stream(tender), tender=tender, qty=plain(qty), evidence=evidence)


def _acceptance_form(arguments: dict[str, Any]) -> None:
    """A passed acceptance says how much was accepted."""
    if arguments["result"] == "pass" and "qty" not in arguments:
        raise Invalid("qty: needed for a pass")


@decision("AcceptTender", who=CLERK, unit=of_payer, valid=_acceptance_form)
def accept_tender(
    view: View,
    stamp: Stamp,
    tender: TenderId,
    result: Literal["pass", "fail"],
    acceptors: tuple[PersonId, ...],
    qty: Quantity | None = None,
    defects: tuple[str, ...] = (),
    approved_by: PersonId | None = None,
    list_version: str | None = None,
) -> Facts:
    """**$** On-site acceptance: a pass settles locked price × measured quantity at once (TR-04, TR-13, F-13).

    SOD with fewer than two acceptors, or one of the winner's or the clerk himself; PARTIAL; STATE unless claimed;
    INVALID list version; QTY above the allowed excess without approval; NO_PRICE.
    """
    found = view.tender(tender)
    _check_acceptors(view, stamp, found, acceptors, approved_by)
    if result == "pass" and _is_partial(view, stamp, found, qty, defects):
        raise Partial(tender)
    _in_state(view, tender, "claimed")
    if list_version is not None and not stamp.imported:
        raise Invalid("list_version: only an import may name it")
    if result == "fail":
        yield TenderAcceptanceFailed(
            stream=tender_stream(tender),
            tender=tender,
            attempt=found.attempts + 1,
            acceptors=acceptors,
            defects=defects,
        )
        return
    assert qty is not None
    assert found.winner is not None
    assert found.claimed_at is not None
    excess = Decimal(policy(view, "tender.over_estimate", found.unit, stamp.business_date))
    if qty > Decimal(found.est_qty) * excess and approved_by is None:
        raise Qty(f"{plain(qty)} of {found.est_qty}")
    price = _settlement_price(view, found, list_version)
    yield TenderAcceptancePassed(
        stream=tender_stream(tender),
        tender=tender,
        hazard=found.hazard,
        winner=found.winner,
        qty=plain(qty),
        finished_at=found.claimed_at,
        acceptors=acceptors,
        approved_by=approved_by,
    )
    yield from _settlement(view, stamp, found, found.winner, plain(qty), price)
    yield _released(found)


def _check_acceptors(
    view: View, stamp: Stamp, tender: Tender, acceptors: tuple[str, ...], approved_by: str | None
) -> None:
    """Two different acceptors, neither of the winner nor the clerk; the approver is the centre's (contract §5.2)."""
    if len(set(acceptors)) < 2 or stamp.by in acceptors or approved_by == stamp.by:
        raise Sod("two other acceptors are needed")
    if tender.winner is not None:
        for acceptor in acceptors:
            if belongs(view, acceptor, tender.winner, stamp.business_date):
                raise Sod(f"{acceptor} belongs to {tender.winner}")
    if approved_by is not None and not approves(view, approved_by, tender.centre, stamp.business_date):
        raise Authority(f"approved_by: {approved_by} is not the approver of {tender.centre}")


def _is_partial(view: View, stamp: Stamp, tender: Tender, qty: Decimal | None, defects: tuple[str, ...]) -> bool:
    """A pass with defects, or with less than claimed after a failed acceptance that was not claimed anew (TR-13)."""
    if policy(view, "tender.partial", tender.unit, stamp.business_date):
        return False
    if defects:
        return True
    unclaimed = tender.state == "acceptance_failed" and tender.claimed_qty is not None
    return unclaimed and qty is not None and qty < Decimal(tender.claimed_qty or "0")


def _settlement_price(view: View, tender: Tender, list_version: str | None = None) -> tuple[int, str]:
    """Unit price and version locked at award; an import may name another version (R6 finds it)."""
    if list_version is not None:
        price = price_of_version(view, list_version, tender.item)
        return price.unit_price, price.list_version
    assert tender.list_version is not None
    return tender.unit_price, tender.list_version


def _settlement(view: View, stamp: Stamp, tender: Tender, winner: str, qty: str, price: tuple[int, str]) -> Facts:
    """Both legs; the payer may use what is available and the tender's own reservation (contract §5.13)."""
    unit_price, list_version = price
    amount = times(unit_price, Decimal(qty), ONE + Decimal(tender.premium))
    usable = max(0, view.unit(tender.unit).available(POOLS[tender.pool]) + tender.reserve)
    common: dict[str, Any] = {
        "tender": tender.tender,
        "hazard": tender.hazard,
        "centre": tender.centre,
        "pool": tender.pool,
        "item": tender.item,
        "list_version": list_version,
        "unit_price": unit_price,
        "qty": qty,
        "premium": tender.premium,
        "amount": amount,
        "transfer": stamp.command,
    }
    yield TenderSettledOut(
        stream=unit_stream(tender.unit),
        unit=tender.unit,
        counter=winner,
        shortfall=max(0, amount - usable),
        **common,
    )
    yield TenderSettledIn(stream=unit_stream(winner), unit=winner, counter=tender.unit, **common)


@decision("SettleTender", who=CLERK, unit=of_payer)
def settle_tender(view: View, stamp: Stamp, tender: TenderId) -> Facts:
    """**$** A settlement that was reversed is made again at the locked price.  STATE unless accepted and unsettled.

    If the reversed settlement's period is closed, this one adjusts it (contract §2.9).
    """
    found = _in_state(view, tender, "accepted_unsettled")
    assert found.winner is not None
    assert found.accepted_qty is not None
    yield from _settlement(view, stamp, found, found.winner, found.accepted_qty, _settlement_price(view, found))


def _in_state(view: View, tender: str, *states: str) -> Tender:
    found = view.tender(tender)
    if found.state not in states:
        raise State(f"{tender} is {found.state}")
    return found
