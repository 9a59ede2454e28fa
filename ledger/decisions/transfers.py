"""Transfers between pools outside handover and tender: pass-down, top-up, imported legs (TR-07, TR-14; P4, P6)."""

from __future__ import annotations

from typing import Any, Literal

from ledger.accounts import POOLS
from ledger.decisions.kernel.approval import approved_by_one
from ledger.decisions.kernel.authority import SYS, Place, argument, centre, centres_above
from ledger.decisions.kernel.envelope import posting_period, touched_accounts
from ledger.decisions.kernel.request import Request
from ledger.decisions.kernel.stamp import Stamp
from ledger.decisions.kernel.table import Facts, decision
from ledger.decisions.obligations import obligation_of
from ledger.decisions.retirement import check_active
from ledger.errors import Duplicate, Insufficient, Invalid
from ledger.facts.transfers import (
    ADJUSTMENT,
    LEG,
    PASS_DOWN,
    PoolPassedDown,
    PoolReceived,
    TransferAdjustedIn,
    TransferAdjustedOut,
    TransferInImported,
    TransferOutImported,
)
from ledger.money import yuan
from ledger.view import View
from ledger.vocabulary import SYSTEM, Amount, ApproverId, Fen, Month, Role, TenderId, UnitId, unit_stream

Funds = Literal["wage", "project"]


def between(one: str, other: str) -> Place:
    """The centre that clears a transfer between two units (contract §1.5.6)."""

    def find(request: Request) -> str:
        return request.organisation.transfer_centre(request[one], request[other], request.stamp.business_date)

    return Place(find, centres_above)


@decision("PassDown", who=centre(between("unit", "child"), Role.CLERK), unit=argument("unit"), asks=(PASS_DOWN,))
def pass_down(
    view: View,
    stamp: Stamp,
    unit: UnitId,
    child: UnitId,
    amount: Amount,
    reason: str,
    funds: Funds = "wage",
    tender: TenderId | None = None,
    doc: str | None = None,
) -> Facts:
    """A unit hands a part of its pool to one below it, within what is available (TR-07); a paper once (rule 21)."""
    check_active(view, stamp, child)
    organisation, day = view.organisation, stamp.business_date
    if child == unit or not organisation.within(child, unit, day):
        raise Invalid(f"{child} is not below {unit}")
    if doc is not None and view.is_taken(PASS_DOWN, unit, doc):
        raise Duplicate(f"{unit} {doc}")
    if amount > (available := view.unit(unit).available(POOLS[funds])):
        raise Insufficient(f"{yuan(amount)} of {yuan(available)}")
    both: dict[str, Any] = {
        "transfer": stamp.command,
        "centre": organisation.transfer_centre(unit, child, day),
        "pool": funds,
        "amount": amount,
        "reason": reason,
        "tender": tender,
    }
    yield PoolPassedDown(stream=unit_stream(unit), unit=unit, counter=child, doc=doc, **both)
    yield PoolReceived(stream=unit_stream(child), unit=child, counter=unit, **both)


@decision("AdjustTransfer", who=centre(between("payer", "payee"), Role.CLERK), unit=argument("payer"))
def adjust_transfer(
    view: View,
    stamp: Stamp,
    payer: UnitId,
    payee: UnitId,
    amount: Amount,
    adjusts_period: Month,
    reason: str,
    approved_by: ApproverId | None = None,
    document: str | None = None,
    doc: str | None = None,
) -> Facts:
    """An approved top-up (补差) for a month not later than the one it is posted to (TR-14); a paper once (rule 21)."""
    clearing = view.organisation.transfer_centre(payer, payee, stamp.business_date)
    both: dict[str, Any] = {
        "transfer": stamp.command,
        "adjusts_period": adjusts_period,
        "centre": clearing,
        "amount": amount,
        "reason": reason,
        "approved_by": approved_by_one(view, stamp, approved_by, ((Role.CENTRE_HEAD,), (clearing,))),
        "document": document,
    }
    legs = (
        TransferAdjustedOut(stream=unit_stream(payer), unit=payer, counter=payee, doc=doc, **both),
        TransferAdjustedIn(stream=unit_stream(payee), unit=payee, counter=payer, **both),
    )
    if payer == payee:
        raise Invalid("payer and payee are the same unit")
    if adjusts_period > posting_period(view, touched_accounts(legs), stamp.business_date):
        raise Invalid(f"adjusts_period {adjusts_period} is later than the posting period")
    if doc is not None and view.is_taken(ADJUSTMENT, payer, doc):
        raise Duplicate(f"{payer} {doc}")
    if amount > (available := view.unit(payer).available()):
        raise Insufficient(f"{yuan(amount)} of {yuan(available)}")
    return legs


@decision(
    "ImportTransferLeg", who=centre(between("unit", "counter"), Role.CLERK) | SYS, unit=argument("unit"), asks=(LEG,)
)
def import_transfer_leg(
    view: View,
    stamp: Stamp,
    transfer: str,
    leg: Literal["out", "in"],
    unit: UnitId,
    counter: UnitId,
    amount: Fen,
    kind: Literal["handover", "tender"],
    document: str | None = None,
    approved_by: ApproverId | None = None,
) -> Facts:
    """One leg of a transfer that another system recorded, once; reconciliation looks for the other (R1).

    Where a person sends it the head of the clearing centre approves (SOD, AUTHORITY; rule 52).
    """
    if view.is_taken(LEG, transfer, leg):
        raise Duplicate(f"{transfer} {leg}")
    clearing = view.organisation.transfer_centre(unit, counter, stamp.business_date)
    both: dict[str, Any] = {
        "stream": unit_stream(unit),
        "transfer": transfer,
        "unit": unit,
        "counter": counter,
        "centre": clearing,
        "approved_by": None
        if stamp.by == SYSTEM
        else approved_by_one(view, stamp, approved_by, ((Role.CENTRE_HEAD,), (clearing,))),
        "kind": kind,
        "amount": amount,
        "document": document,
    }
    if leg == "in":
        return (TransferInImported(**both),)
    return (TransferOutImported(**both, shortfall=obligation_of(view, unit, amount).shortfall),)
