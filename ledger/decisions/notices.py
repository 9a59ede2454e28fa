"""Decisions of trade notices (交易通知单): a general problem, traded inside the unit (TR-10)."""

from __future__ import annotations

from typing import Annotated

from ledger.decisions import charges
from ledger.decisions.in_force import price_in_force
from ledger.decisions.kernel.authority import above, argument, centre, lead, of_notice, word
from ledger.decisions.kernel.envelope import official_number
from ledger.decisions.kernel.request import Request
from ledger.decisions.kernel.stamp import Stamp
from ledger.decisions.kernel.table import Facts, decision
from ledger.decisions.obligations import obligation_of
from ledger.decisions.retirement import check_active
from ledger.decisions.windows import objection_window
from ledger.errors import Exempt, Invalid, NoPrice, State, WrongDoc
from ledger.facts.notices import TradeNoticeCancelled, TradeNoticeConfirmed, TradeNoticeIssued, TradeNoticeReceived
from ledger.money import plain, times
from ledger.state.notices import Notice
from ledger.state.prices import Price
from ledger.view import View
from ledger.vocabulary import (
    NEW,
    PAST,
    SYSTEM,
    Category,
    Day,
    HazardId,
    ItemCode,
    ItemKind,
    NoticeId,
    Quantity,
    Role,
    UnitId,
    unit_stream,
)

ISSUER = word(lambda request: request.stamp.by == request.view.notice(request["notice"]).issuer != SYSTEM)


def centre_of_notice(view: View, notice: Notice, day: Day) -> str:
    """The unit's own centre; with a fixing unit, the centre where both meet (contract §1.5.6)."""
    if notice.fixer is None:
        return view.organisation.centre(notice.unit, day)
    return view.organisation.transfer_centre(notice.unit, notice.fixer, day)


def _centre(request: Request) -> str:
    return centre_of_notice(request.view, request.view.notice(request["notice"]), request.stamp.business_date)


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
    )


def _price(view: View, unit: str, item: str, day: Day) -> Price | None:
    """The price in force, None without one (NO_PRICE is refused in its place)."""
    try:
        return price_in_force(view, unit, item, day)
    except NoPrice:
        return None


@decision("ConfirmNotice", who=lead(of_notice) | centre(_centre, Role.CLERK), unit=of_notice)
def confirm_notice(view: View, stamp: Stamp, notice: NoticeId) -> Facts:
    """The responsible unit pays the fund of its centre, or the unit that fixes the problem (P8), else STATE."""
    issued = view.notice(notice)
    if issued.state != "issued":
        raise State(issued.state)
    return confirm(view, stamp, issued, "confirmed")


def fall_due(view: View, stamp: Stamp, kind: str, name: str) -> Facts:
    """Neither confirmed nor cancelled in its window, the notice is deemed confirmed (AdvanceClock)."""
    return confirm(view, stamp, view.notice(name), "deemed")


def confirm(view: View, stamp: Stamp, issued: Notice, mode: str) -> Facts:
    """The pool pays what it has, the rest is its shortfall (TR-15); a fixing unit is paid in full out of clearing."""
    centre = centre_of_notice(view, issued, stamp.business_date)
    yield TradeNoticeConfirmed(
        stream=unit_stream(issued.unit),
        transfer=stamp.command if issued.fixer else None,
        notice=issued.notice,
        unit=issued.unit,
        mode=mode,
        amount=issued.amount,
        shortfall=obligation_of(view, issued.unit, issued.amount).shortfall,
        centre=centre,
        item=issued.item,
        list_version=issued.list_version,
        unit_price=issued.unit_price,
        qty=issued.qty,
        fixer=issued.fixer,
    )
    if issued.fixer:
        yield TradeNoticeReceived(
            stream=unit_stream(issued.fixer),
            transfer=stamp.command,
            notice=issued.notice,
            unit=issued.fixer,
            counter=issued.unit,
            amount=issued.amount,
            centre=centre,
            item=issued.item,
            list_version=issued.list_version,
            unit_price=issued.unit_price,
            qty=issued.qty,
        )


@decision("CancelNotice", who=ISSUER | above(of_notice, Role.SAFETY_OFFICE), unit=of_notice)
def cancel_notice(view: View, stamp: Stamp, notice: NoticeId, reason: str) -> Facts:
    """The issuer or the safety office takes the notice back before it is confirmed, else STATE."""
    issued = view.notice(notice)
    if issued.state != "issued":
        raise State(issued.state)
    yield TradeNoticeCancelled(stream=unit_stream(issued.unit), notice=notice, reason=reason)
