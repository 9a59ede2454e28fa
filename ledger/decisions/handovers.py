"""Shift handovers (班组交接): what a shift leaves unfixed flows to the next team at list price (TR-02, TR-03)."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any, Literal, NamedTuple

from ledger.accounts import POOLS
from ledger.decisions.deadlines import schedule
from ledger.decisions.hazards import belongs, closing, month_of
from ledger.decisions.in_force import policy, price_in_force
from ledger.decisions.kernel.approval import approved_by_lead
from ledger.decisions.kernel.authority import (
    Place,
    above,
    argument,
    centre,
    centres_above,
    lead,
    of_receiver,
    of_sender,
    word,
)
from ledger.decisions.kernel.envelope import official_number
from ledger.decisions.kernel.request import Request
from ledger.decisions.kernel.roles import is_lead
from ledger.decisions.kernel.stamp import Stamp
from ledger.decisions.kernel.table import Facts, decision
from ledger.decisions.obligations import obligation_of
from ledger.decisions.retirement import check_active
from ledger.errors import (
    Already,
    Authority,
    Criteria,
    Exempt,
    Invalid,
    NoCalendar,
    NoPrice,
    NotReady,
    NotResponsible,
    OpenItems,
    Qty,
    Sod,
    State,
    WrongDoc,
)
from ledger.facts.handovers import (
    HandoverArbitrated,
    HandoverCancelled,
    HandoverItemTransferredIn,
    HandoverItemTransferredOut,
    HandoverOpened,
    HandoverRefused,
    HandoverResumed,
    HandoverSigned,
    HandoverSuspended,
)
from ledger.facts.hazards import HazardAcceptancePassed
from ledger.money import plain, times
from ledger.state.handovers import Handover
from ledger.state.hazards import Hazard
from ledger.view import View
from ledger.vocabulary import (
    NEW,
    SYSTEM,
    Day,
    HandoverId,
    HazardId,
    ItemCode,
    ItemKind,
    Level,
    PersonId,
    Quantity,
    Role,
    UnitId,
    unit_stream,
)

ONE = Decimal(1)
Funds = Literal["wage", "project"]


def of_opening(request: Request) -> tuple[Day, str | None]:
    """A handover's facts have the business date and shift of its opening (contract §1.5.3)."""
    handover = request.view.handover(request["handover"])
    return handover.business_date, handover.shift


def _of_transfer(request: Request) -> str:
    """The centre that settles between sender and receiver."""
    handover = request.view.handover(request["handover"])
    return request.organisation.transfer_centre(handover.sender, handover.receiver, request.stamp.business_date)


def of_common(request: Request) -> str:
    """The lowest unit that contains sender and receiver."""
    handover = request.view.handover(request["handover"])
    return request.organisation.common(handover.sender, handover.receiver, request.stamp.business_date)


def _above_both(request: Request) -> str | None:
    """The lowest unit that lies above both parties."""
    handover, day = request.view.handover(request["handover"]), request.stamp.business_date
    parties = {handover.sender, handover.receiver}
    return next((unit for unit in request.organisation.path(of_common(request), day) if unit not in parties), None)


ARBITERS = above(Place(_above_both), Role.DUTY_DIRECTOR, Role.WORKSHOP_HEAD, Role.UNIT_DEPUTY, Role.COMPANY_DEPUTY)


OF_TRANSFER = Place(_of_transfer, centres_above)


@decision("OpenHandover", who=lead(argument("sender")), unit=argument("sender"))
def open_handover(
    view: View,
    stamp: Stamp,
    handover: Annotated[HandoverId, NEW],
    sender: UnitId,
    receiver: UnitId,
    place: str | None = None,
    items: tuple[HazardId, ...] = (),
) -> Facts:
    """The sender's leader opens the handover of his shift (TR-02).

    STATE for a unit that is retired, INVALID to oneself, NO_CALENDAR without shifts, NOT_RESPONSIBLE for an item that
    is not with the sender.
    """
    check_active(view, stamp, sender, receiver)
    if sender == receiver:
        raise Invalid("receiver: is the sender")
    if stamp.shift is None:
        raise NoCalendar(f"no shift calendar for {sender} on {stamp.business_date}")
    view.organisation.next_shift(sender, stamp.business_date, stamp.shift)
    for item in items:
        if view.hazard(item).unit != sender:
            raise NotResponsible(item)
    sender_centre = view.organisation.centre(sender, stamp.business_date)
    number = official_number(view, sender_centre, "HANDOVER", stamp.business_date)
    opened = HandoverOpened(
        stream=unit_stream(sender),
        handover=handover,
        sender=sender,
        receiver=receiver,
        place=place,
        items=items,
        number=number,
    )
    yield opened
    yield HandoverOpened(
        stream=unit_stream(receiver),
        handover=handover,
        sender=sender,
        receiver=receiver,
        place=place,
        items=items,
        mirror=True,
    )


@decision("TransferHandoverItem", who=centre(OF_TRANSFER, Role.CLERK), dated=of_opening, unit=of_sender)
def transfer_handover_item(
    view: View,
    stamp: Stamp,
    handover: HandoverId,
    hazard: HazardId,
    item: ItemCode | None = None,
    qty: Quantity = ONE,
    deadline: Day | None = None,
    funds: Funds | None = None,
    approved_by: PersonId | None = None,
    *,
    accepted_by: PersonId,
) -> Facts:
    """**$** An unfixed item flows at list price: the sender pays, the receiver is paid and answers for it (TR-03).

    STATE unless the handover is open, or signed and the hazard went back by a reversal (rule 71), NOT_RESPONSIBLE if
    the hazard is not with the sender, NOT_READY if only the receiver or nobody named says that there is one, EXEMPT if
    the unit found and fixed it itself in the shift (PRICE-02), ALREADY if it is closed, AUTHORITY of the accepting
    leader, SOD if he leads the sender too; then the codes of the item and the quantity.
    """
    found = view.handover(handover)
    if found.state != "signed" or hazard not in found.returned:
        _in_state(view, handover, "open")
    carried = view.hazard(hazard)
    if carried.unit != found.sender:
        raise NotResponsible(hazard)
    if carried.state == "reported" and _is_the_receivers_word(view, carried, found):
        raise NotReady(f"{hazard} is verified or arbitrated first")
    if carried.exempt and _exempting(view, found, stamp.business_date):
        raise Exempt(hazard)
    if not carried.open:
        raise Already(f"{hazard} is {carried.state}")
    if not is_lead(view, stamp, accepted_by, found.receiver):
        raise Authority(f"accepted_by: {accepted_by} does not lead {found.receiver}")
    if is_lead(view, stamp, accepted_by, found.sender):
        raise Sod(f"accepted_by: {accepted_by} leads {found.sender} too")
    yield from _transfer(view, stamp, found, Flow(hazard, item, qty, funds, accepted_by, approved_by, deadline))


def _is_the_receivers_word(view: View, carried: Hazard, handover: Handover) -> bool:
    """Was the report anonymous, or made by somebody who belongs to the receiver, who would be paid (rule 57)?"""
    reporter = carried.reporter
    if carried.anonymous or reporter == SYSTEM:
        return carried.anonymous
    return belongs(view, reporter, handover.receiver, handover.business_date)


def _exempting(view: View, handover: Handover, day: Day) -> bool:
    path = view.organisation.path(handover.sender, day)
    return bool(view.policies.value("self_report.exempt", path, day))


class Flow(NamedTuple):
    """A hazard that flows, and on whose word."""

    hazard: HazardId
    item: ItemCode | None
    qty: Decimal
    funds: Funds | None
    accepted_by: PersonId
    approved_by: PersonId | None
    deadline: Day | None = None


def _transfer(view: View, stamp: Stamp, handover: Handover, flow: Flow) -> Facts:
    """Both legs under one transfer id; what the sender's pool cannot pay is its shortfall (P4, TR-15).

    NO_PRICE, WRONG_DOC for an item that is not of kind handover; above the quantity that flows without a word of the
    sender QTY, SOD and AUTHORITY of who approves it (rule 57).
    """
    day = stamp.business_date
    carried = view.hazard(flow.hazard)
    code = flow.item or carried.item
    if code is None:
        raise NoPrice(f"{flow.hazard} has no price item")
    price = price_in_force(view, handover.sender, code, day)
    if price.item.kind != ItemKind.HANDOVER:
        raise WrongDoc(f"{code} is of kind {price.item.kind}")
    _check_quantity(view, stamp, handover, flow)
    pool = flow.funds or policy(view, "settle.from", handover.sender, day)
    amount = times(price.unit_price, flow.qty)
    received_on, _ = view.organisation.next_shift(handover.sender, handover.business_date, handover.shift)
    common: dict[str, Any] = {
        "handover": handover.handover,
        "hazard": flow.hazard,
        "centre": view.organisation.transfer_centre(handover.sender, handover.receiver, day),
        "item": code,
        "list_version": price.list_version,
        "unit_price": price.unit_price,
        "qty": plain(flow.qty),
        "amount": amount,
        "pool": pool,
        "deadline": flow.deadline or received_on,
        "accepted_by": flow.accepted_by,
        "approved_by": flow.approved_by,
        "transfer": stamp.command,
    }
    yield HandoverItemTransferredOut(
        stream=unit_stream(handover.sender),
        unit=handover.sender,
        counter=handover.receiver,
        shortfall=obligation_of(view, handover.sender, amount, POOLS[pool]).shortfall,
        rate_month_left=month_of(carried.deadline),
        **common,
    )
    yield HandoverItemTransferredIn(
        stream=unit_stream(handover.receiver),
        unit=handover.receiver,
        counter=handover.sender,
        rate_month=month_of(common["deadline"]),
        **schedule(view, stamp, carried, handover.receiver, common["deadline"]),
        **common,
    )


def _check_quantity(view: View, stamp: Stamp, handover: Handover, flow: Flow) -> None:
    """The sender's lead stands for a large quantity."""
    usual = Decimal(policy(view, "handover.qty", handover.sender, stamp.business_date))
    if flow.approved_by is not None:
        approved_by_lead(view, stamp, flow.approved_by, handover.sender)
    elif flow.qty > usual:
        raise Qty(f"{plain(flow.qty)} is more than {plain(usual)}")


@decision(
    "SignHandover",
    who=word(lambda request: request.stamp.by in (request["out_leader"], request["in_leader"])),
    unit=of_sender,
    dated=of_opening,
)
def sign_handover(view: View, stamp: Stamp, handover: HandoverId, out_leader: PersonId, in_leader: PersonId) -> Facts:
    """Both leaders sign; refused while an item of the sender is neither closed nor transferred (TR-02).

    STATE unless open, AUTHORITY if one does not lead his side, SOD if both are one person, OPEN_ITEMS with the list.
    """
    found = _in_state(view, handover, "open")
    if not is_lead(view, stamp, out_leader, found.sender):
        raise Authority(f"out_leader: {out_leader} does not lead {found.sender}")
    if not is_lead(view, stamp, in_leader, found.receiver):
        raise Authority(f"in_leader: {in_leader} does not lead {found.receiver}")
    if out_leader == in_leader:
        raise Sod(out_leader)
    if still_open := open_items(view, found.sender):
        raise OpenItems(*still_open)
    yield HandoverSigned(
        stream=unit_stream(found.sender), handover=handover, out_leader=out_leader, in_leader=in_leader
    )
    yield HandoverSigned(
        stream=unit_stream(found.receiver), handover=handover, out_leader=out_leader, in_leader=in_leader, mirror=True
    )


def open_items(view: View, unit: str) -> list[str]:
    """Items that keep a unit from signing: neither closed, rejected, merged, tendered nor on a term (contract §2.4)."""
    candidates = (hazard for hazard, kind in view.unit(unit).open_hazards.items() if kind == "open")
    return sorted(hazard for hazard in candidates if view.hazard(hazard).tender is None)


@decision("RefuseHandover", who=lead(of_receiver), unit=of_sender, dated=of_opening)
def refuse_handover(
    view: View, stamp: Stamp, handover: HandoverId, reason: str, hazard: HazardId | None = None
) -> Facts:
    """The receiver refuses; a hazard that is claimed done may be contested.  STATE unless open, NOT_RESPONSIBLE."""
    found = _in_state(view, handover, "open")
    if hazard is not None and view.hazard(hazard).unit != found.sender:
        raise NotResponsible(hazard)
    yield HandoverRefused(stream=unit_stream(found.sender), handover=handover, reason=reason, hazard=hazard)
    yield HandoverRefused(
        stream=unit_stream(found.receiver), handover=handover, reason=reason, hazard=hazard, mirror=True
    )


@decision("ArbitrateHandover", who=ARBITERS, dated=of_opening, unit=of_sender)
def arbitrate_handover(
    view: View,
    stamp: Stamp,
    handover: HandoverId,
    decision: Literal["done", "substandard"],
    reason: str,
    hazard: HazardId | None = None,
    item: ItemCode | None = None,
    qty: Quantity = ONE,
    funds: Funds | None = None,
    approved_by: PersonId | None = None,
) -> Facts:
    """The duty director decides a refused handover (TR-03): done closes the hazard, substandard transfers it.

    STATE unless refused, or if a finished hazard is to flow; NOT_RESPONSIBLE for an open hazard that is not with the
    sender; CRITERIA for a MAJOR hazard that is not yet reported to the authority (L7); the codes of the item and the
    quantity.  The handover is open again.
    """
    found = _in_state(view, handover, "refused")
    contested = hazard or found.contested
    if contested is not None:
        _check_contested(view, view.hazard(contested), found, decision)
    yield HandoverArbitrated(
        stream=unit_stream(found.sender), handover=handover, decision=decision, reason=reason, hazard=contested
    )
    if contested is None:
        return
    carried = view.hazard(contested)
    if decision == "substandard":
        leader = _receiving_leader(view, stamp, found)
        yield from _transfer(view, stamp, found, Flow(contested, item, qty, funds, leader, approved_by))
    elif carried.open:
        yield HazardAcceptancePassed(stream=unit_stream(carried.unit), hazard=contested, acceptor=stamp.by)
        yield closing(carried)


def _check_contested(view: View, carried: Hazard, handover: Handover, decision: str) -> None:
    """Only what is open and with the sender is decided about; what is MAJOR is closed only after its report."""
    if not carried.open:
        if decision == "substandard":
            raise State(f"{carried.hazard} is {carried.state}")
        return
    if carried.unit != handover.sender:
        raise NotResponsible(carried.hazard)
    if decision == "done" and carried.level == Level.MAJOR and not carried.major_reported:
        raise Criteria("a MAJOR hazard is closed only after its report to the authority")


def _receiving_leader(view: View, stamp: Stamp, handover: Handover) -> str:
    """The person who takes over by arbitration: the receiver's team leader, else the arbiter himself."""
    leaders = view.unit(handover.receiver).holders_of(Role.TEAM_LEADER, stamp.business_date)
    return leaders[0] if leaders else stamp.by


RESTING = lead(of_sender) | lead(of_receiver) | above(of_sender, Role.DUTY_DIRECTOR, Role.WORKSHOP_HEAD)


@decision(
    "CancelHandover",
    who=RESTING | above(of_sender, Role.UNIT_DEPUTY),
    unit=of_sender,
    dated=of_opening,
)
def cancel_handover(view: View, stamp: Stamp, handover: HandoverId, reason: str) -> Facts:
    """A handover that was opened by mistake ends.  STATE once signed or cancelled, OPEN_ITEMS if a transfer stands."""
    found = _in_state(view, handover, "open", "refused", "suspended")
    if found.standing:
        raise OpenItems(*sorted(hazard for hazard, _ in found.standing))
    yield HandoverCancelled(stream=unit_stream(found.sender), handover=handover, reason=reason)
    yield HandoverCancelled(stream=unit_stream(found.receiver), handover=handover, reason=reason, mirror=True)


@decision("SuspendHandover", who=RESTING, unit=of_sender, dated=of_opening)
def suspend_handover(view: View, stamp: Stamp, handover: HandoverId, reason: str) -> Facts:
    """The handover rests: neither signed nor transferred until it is resumed.  STATE unless open."""
    found = _in_state(view, handover, "open")
    yield HandoverSuspended(stream=unit_stream(found.sender), handover=handover, reason=reason)
    yield HandoverSuspended(stream=unit_stream(found.receiver), handover=handover, reason=reason, mirror=True)


@decision("ResumeHandover", who=RESTING, unit=of_sender, dated=of_opening)
def resume_handover(view: View, stamp: Stamp, handover: HandoverId) -> Facts:
    """The handover goes on.  STATE unless suspended."""
    found = _in_state(view, handover, "suspended")
    yield HandoverResumed(stream=unit_stream(found.sender), handover=handover)
    yield HandoverResumed(stream=unit_stream(found.receiver), handover=handover, mirror=True)


def _in_state(view: View, handover: str, *states: str) -> Handover:
    found = view.handover(handover)
    if found.state not in states:
        raise State(f"{handover} is {found.state}")
    return found
