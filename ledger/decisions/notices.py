"""Decisions of trade notices (交易通知单): a general problem, traded inside the unit (TR-10)."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any

from ledger.accounts import POOLS
from ledger.decisions import charges, liability
from ledger.decisions.in_force import policy, price_in_force
from ledger.decisions.kernel.authority import above, argument, centre, lead, of_notice
from ledger.decisions.kernel.envelope import official_number
from ledger.decisions.kernel.request import Request
from ledger.decisions.kernel.roles import is_lead
from ledger.decisions.kernel.stamp import Stamp
from ledger.decisions.kernel.table import Facts, decision
from ledger.decisions.liability import ISSUER
from ledger.decisions.obligations import obligation_of
from ledger.decisions.retirement import check_active
from ledger.decisions.slips import Decision, Funds
from ledger.decisions.windows import objection_window
from ledger.errors import (
    Already,
    Authority,
    Exempt,
    Invalid,
    NoPrice,
    NotReady,
    Sod,
    State,
    WindowClosed,
    WrongDoc,
)
from ledger.facts.notices import (
    TradeNoticeCancelled,
    TradeNoticeConfirmed,
    TradeNoticeDisputed,
    TradeNoticeIssued,
    TradeNoticeReceived,
    TradeNoticeReviewed,
)
from ledger.money import plain, times
from ledger.state.notices import Notice
from ledger.state.prices import Price
from ledger.view import View
from ledger.vocabulary import (
    NEW,
    PAST,
    Category,
    Day,
    Fen,
    HazardId,
    ItemCode,
    ItemKind,
    NoticeId,
    PersonId,
    Quantity,
    Role,
    UnitId,
    unit_stream,
)

SAFETY_OFFICE = above(of_notice, Role.SAFETY_OFFICE)


def centre_of_notice(view: View, notice: Notice, day: Day) -> str:
    """The unit's own centre; with a fixing unit, the centre where it meets the payer (contract §1.5.6)."""
    if notice.fixer is None:
        return view.organisation.centre(notice.unit, day)
    return view.organisation.transfer_centre(notice.payer, notice.fixer, day)


def _centre(request: Request) -> str:
    """The centre of the notice between the units that the command names (rule 13)."""
    notice = traded(request.view.notice(request["notice"]), request["payer"], request["fixer"])
    return centre_of_notice(request.view, notice, request.stamp.business_date)


@decision(
    "IssueNotice", who=above(argument("unit"), Role.OFFICE, Role.SAFETY_OFFICE, Role.INSPECTOR), unit=argument("unit")
)
def issue_notice(
    view: View,
    stamp: Stamp,
    notice: Annotated[NoticeId, NEW],
    unit: UnitId,
    item: ItemCode,
    qty: Quantity,
    description: str,
    occurred: Annotated[Day, PAST] | None = None,
    hazard: HazardId | None = None,
    fixer: UnitId | None = None,
    funds: Funds | None = None,
    evidence: tuple[str, ...] = (),
) -> Facts:
    """A department charges a general problem by its list price; the window for objections starts at once (TR-10).

    STATE for a unit that is retired, INVALID if it is the fixer too (rule 85), STATE for a hazard that is none,
    WRONG_DOC for another kind of item or a levelled hazard, ALREADY for a finding that is charged, EXEMPT for what the
    unit found and fixed in the shift, NO_PRICE, NO_CALENDAR, TOO_LATE.
    """
    check_active(view, stamp, unit)
    if fixer == unit:
        raise Invalid(f"fixer: {fixer} is the payer")
    found = view.hazard(hazard) if hazard is not None else None
    charges.check_charged_at_all(found)
    day = occurred or stamp.business_date
    price = _price(view, unit, item, day)
    if price is not None and price.item.kind != ItemKind.GENERAL:
        raise WrongDoc(f"{item} is of kind {price.item.kind}")
    if found is not None and found.level is not None and found.category in (Category.HAZARD, Category.VIOLATION):
        raise WrongDoc(f"{hazard} is of level {found.level}")
    charges.check_charged_once(view, found)
    if found is not None and found.exempt:
        raise Exempt(found.hazard)
    if price is None:
        raise NoPrice(item)
    window = objection_window(view, stamp, unit, day, stamp.at)
    centre = view.organisation.centre(unit, stamp.business_date)
    yield TradeNoticeIssued(
        stream=unit_stream(unit),
        number=official_number(view, centre, "NOTICE", stamp.business_date),
        notice=notice,
        unit=unit,
        item=item,
        list_version=price.list_version,
        unit_price=price.unit_price,
        qty=plain(qty),
        amount=times(price.unit_price, qty),
        description=description,
        occurred=day,
        window_until=window.until,
        window_over=window.over,
        fixer=fixer,
        hazard=hazard,
        evidence=evidence,
        funds=funds or policy(view, "settle.from", unit, day),
    )


def _price(view: View, unit: str, item: str, day: Day) -> Price | None:
    """The price in force, None without one (NO_PRICE is refused in its place)."""
    try:
        return price_in_force(view, unit, item, day)
    except NoPrice:
        return None


@decision("DisputeNotice", who=lead(of_notice), unit=of_notice)
def dispute_notice(view: View, stamp: Stamp, notice: NoticeId, grounds: str, evidence: tuple[str, ...] = ()) -> Facts:
    """The responsible unit objects (异议), once (rule 13); STATE unless issued, ALREADY, WINDOW_CLOSED."""
    issued = view.notice(notice)
    if issued.state != "issued":
        raise State(issued.state)
    if issued.disputed:
        raise Already(notice)
    if stamp.at >= issued.window_over:
        raise WindowClosed(f"until {issued.window_until}")
    yield TradeNoticeDisputed(stream=unit_stream(issued.unit), notice=notice, grounds=grounds, evidence=evidence)


@decision("ReviewNotice", who=SAFETY_OFFICE, unit=of_notice)
def review_notice(
    view: View, stamp: Stamp, notice: NoticeId, decision: Decision, reason: str, qty: Quantity | None = None
) -> Facts:
    """The safety office decides the dispute (复核): the notice stands, with less quantity, or is revoked (rule 13).

    STATE unless disputed, SOD for the issuer, INVALID unless a quantity amends, and is less than before.
    """
    issued = view.notice(notice)
    if issued.state != "disputed":
        raise State(issued.state)
    if stamp.by == issued.issuer:
        raise Sod(f"{stamp.by} issued {notice}")
    if (qty is None) == (decision == "amend") or (qty is not None and qty >= Decimal(issued.qty)):
        raise Invalid("qty: what remains, for amend only and less than before")
    stream = unit_stream(issued.unit)
    yield TradeNoticeReviewed(
        stream=stream,
        notice=notice,
        decision=decision,
        reason=reason,
        before=issued.total,
        amount=_remaining(issued, decision, qty),
        qty=None if qty is None else plain(qty),
    )
    if decision == "revoke":
        yield TradeNoticeCancelled(stream=stream, notice=notice, reason=reason)


def _remaining(issued: Notice, decision: str, qty: Quantity | None) -> Fen:
    if decision == "revoke":
        return 0
    return issued.total if qty is None else times(issued.unit_price, qty)


def traded(issued: Notice, payer: UnitId | None, fixer: UnitId | None) -> Notice:
    """The notice with the payer and the fixer that its confirmation names, where it names them."""
    return issued.traded(payer or issued.payer, fixer or issued.fixer)


@decision("ConfirmNotice", who=lead(of_notice) | centre(_centre, Role.CLERK), unit=of_notice)
def confirm_notice(
    view: View,
    stamp: Stamp,
    notice: NoticeId,
    payer: UnitId | None = None,
    fixer: UnitId | None = None,
    accepted_by: PersonId | None = None,
) -> Facts:
    """The responsible unit pays the fund of its centre, or the unit that fixes the problem (P8).

    Units at or below it may trade in its place (rule 13). STATE unless issued, NOT_READY while disputed, INVALID for
    units elsewhere and for one that would pay itself, AUTHORITY unless a lead of another payer accepts (rule 58).
    """
    issued = view.notice(notice)
    if not issued.in_window:
        raise State(issued.state)
    if issued.state == "disputed":
        raise NotReady(f"{notice} is disputed")
    for unit in filter(None, (payer, fixer)):
        if not view.organisation.within(unit, issued.unit, stamp.business_date):
            raise Invalid(f"{unit} is not of {issued.unit}")
    agreed = traded(issued, payer, fixer)
    if agreed.fixer == agreed.payer:
        raise Invalid(f"fixer: {agreed.fixer} is the payer")
    yield from confirm(view, stamp, agreed, "confirmed", _accepter(view, stamp, agreed, accepted_by))


def _accepter(view: View, stamp: Stamp, agreed: Notice, accepted_by: PersonId | None) -> PersonId | None:
    """AUTHORITY: another payer than the unit pays on the word of its own lead; nobody is asked for the unit itself."""
    if agreed.payer == agreed.unit:
        return None
    if accepted_by is None or not is_lead(view, stamp, accepted_by, agreed.payer):
        raise Authority(f"accepted_by: {accepted_by} does not lead {agreed.payer}")
    return accepted_by


def fall_due(view: View, stamp: Stamp, kind: str, name: str) -> Facts:
    """Neither disputed nor confirmed nor cancelled in its window, the notice is deemed confirmed (AdvanceClock).

    One that was reviewed falls due at the moment of the review, one whose dispute was withdrawn at that of the
    withdrawal.
    """
    issued = view.notice(name)
    return confirm(view, stamp, issued, liability.mode_of(issued))


def confirm(view: View, stamp: Stamp, agreed: Notice, mode: str, accepted_by: PersonId | None = None) -> Facts:
    """The pool pays what it has, the rest is its shortfall (TR-15); a fixing unit is paid in full out of clearing."""
    payer, amount = agreed.payer, agreed.total
    goods: dict[str, Any] = {
        "notice": agreed.name,
        "amount": amount,
        "centre": centre_of_notice(view, agreed, stamp.business_date),
        "item": agreed.item,
        "list_version": agreed.list_version,
        "unit_price": agreed.unit_price,
        "qty": agreed.qty,
        "pool": agreed.funds,
        "transfer": stamp.command if agreed.fixer else None,
    }
    yield TradeNoticeConfirmed(
        stream=unit_stream(payer),
        unit=agreed.unit,
        mode=mode,
        shortfall=obligation_of(view, payer, amount, POOLS[agreed.funds]).shortfall,
        fixer=agreed.fixer,
        payer=payer if payer != agreed.unit else None,
        accepted_by=accepted_by,
        **goods,
    )
    if agreed.fixer:
        yield TradeNoticeReceived(stream=unit_stream(agreed.fixer), unit=agreed.fixer, counter=payer, **goods)


@decision("CancelNotice", who=ISSUER | SAFETY_OFFICE, unit=of_notice)
def cancel_notice(view: View, stamp: Stamp, notice: NoticeId, reason: str) -> Facts:
    """The issuer or the safety office takes the notice back before it is confirmed, else STATE."""
    issued = view.notice(notice)
    if not issued.in_window:
        raise State(issued.state)
    yield TradeNoticeCancelled(stream=unit_stream(issued.unit), notice=notice, reason=reason)
