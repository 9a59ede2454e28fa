"""Tenders (招标) from the award on: the winner works, acceptors measure, the centre settles (TR-04, TR-13, TR-15)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Literal

import msgspec

from ledger.accounts import POOLS
from ledger.decisions.hazards import belongs
from ledger.decisions.in_force import policy, price_of_version
from ledger.decisions.kernel.approval import holds_one
from ledger.decisions.kernel.envelope import centres_of, closed_month, touched_accounts
from ledger.decisions.kernel.stamp import Stamp
from ledger.decisions.kernel.table import Facts, decision
from ledger.decisions.obligations import obligation_of
from ledger.decisions.tender_parties import (
    APPROVER,
    CLERK,
    UNDER_AWARD,
    WINNER,
    approves,
    in_state,
    of_payer,
    tender_stream,
)
from ledger.errors import (
    Authority,
    Invalid,
    Partial,
    Qty,
    Sod,
)
from ledger.facts.tenders import (
    AwardAccepted,
    AwardTerminated,
    FundsReleased,
    TenderAcceptanceFailed,
    TenderAcceptancePassed,
    TenderCompletionClaimed,
    TenderSettledIn,
    TenderSettledOut,
)
from ledger.money import plain, times
from ledger.state.tenders import Tender
from ledger.view import View
from ledger.vocabulary import (
    PersonId,
    Quantity,
    Role,
    TenderId,
    unit_stream,
)

ONE = Decimal(1)
SAFETY_STAFF = (Role.INSPECTOR, Role.SAFETY_OFFICE, Role.OFFICE)


@decision("AcceptAward", who=WINNER, unit=of_payer)
def accept_award(view: View, stamp: Stamp, tender: TenderId) -> Facts:
    """The winner takes the work.  STATE unless awarded."""
    in_state(view, tender, "awarded")
    yield AwardAccepted(stream=tender_stream(tender), tender=tender)


@decision("TerminateAward", who=APPROVER, unit=of_payer)
def terminate_award(view: View, stamp: Stamp, tender: TenderId, reason: str) -> Facts:
    """The award ends and its reservation with it.  STATE unless awarded and not settled.

    Work that was accepted, and whose settlement was reversed, is done again by nobody named (rule 80); its reservation
    has been released.
    """
    found = in_state(view, tender, *UNDER_AWARD, "accepted_unsettled")
    accepted = found.state == "accepted_unsettled"
    yield AwardTerminated(
        stream=tender_stream(tender),
        tender=tender,
        reason=reason,
        hazard=found.hazard if accepted else None,
        winner=found.winner if accepted else None,
    )
    if not accepted:
        yield released(found)


def released(tender: Tender) -> FundsReleased:
    return FundsReleased(
        stream=unit_stream(tender.unit), tender=tender.tender, unit=tender.unit, pool=tender.pool, amount=tender.reserve
    )


@decision("ClaimCompletion", who=WINNER, unit=of_payer)
def claim_completion(
    view: View, stamp: Stamp, tender: TenderId, qty: Quantity, evidence: tuple[str, ...] = ()
) -> Facts:
    """The winner says that so much is done.  STATE unless the award is accepted or an acceptance failed."""
    in_state(view, tender, "accepted", "acceptance_failed")
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

    SOD with fewer than two acceptors, or one of the winner's or the clerk himself; AUTHORITY if none of them is safety
    staff (rule 88); PARTIAL; STATE unless claimed; INVALID list version; QTY above the last claim or the allowed
    excess without approval; NO_PRICE.
    """
    found = view.tender(tender)
    _check_acceptors(view, stamp, found, acceptors, approved_by)
    if result == "pass" and _is_partial(view, stamp, found, qty, defects):
        raise Partial(tender)
    in_state(view, tender, "claimed")
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
    _check_quantity(view, stamp, found, qty, approved_by)
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
        claimant=found.claimed_by,
    )
    yield from _settlement(view, stamp, found, found.winner, plain(qty), price)
    yield released(found)


def _check_quantity(view: View, stamp: Stamp, tender: Tender, qty: Decimal, approved_by: str | None) -> None:
    """QTY: more than was claimed at last, or than the estimate allows, without the approver (rule 12)."""
    excess = Decimal(policy(view, "tender.over_estimate", tender.unit, stamp.business_date))
    most = min(Decimal(tender.est_qty) * excess, Decimal(tender.claimed_qty or tender.est_qty))
    if qty > most and approved_by is None:
        raise Qty(f"{plain(qty)} of {plain(most)}")


def _check_acceptors(
    view: View, stamp: Stamp, tender: Tender, acceptors: tuple[str, ...], approved_by: str | None
) -> None:
    """Two different acceptors, neither of the winner nor the clerk; one of them is safety staff (rule 88).

    The approver is the centre's (contract §5.2).
    """
    if len(set(acceptors)) < 2 or stamp.by in acceptors or approved_by == stamp.by:
        raise Sod("two other acceptors are needed")
    if tender.winner is not None:
        for acceptor in acceptors:
            if belongs(view, acceptor, tender.winner, stamp.business_date):
                raise Sod(f"{acceptor} belongs to {tender.winner}")
    group = view.organisation.path(tender.unit, stamp.business_date)
    if not any(holds_one(view, stamp, acceptor, (SAFETY_STAFF, group)) for acceptor in acceptors):
        raise Authority(f"acceptors: nobody is safety staff of {tender.unit} or above")
    _check_approver(view, stamp, tender, approved_by)


def _check_approver(view: View, stamp: Stamp, tender: Tender, approved_by: str | None) -> None:
    if approved_by is not None and not approves(view, stamp, approved_by, tender.centre):
        raise Authority(f"approved_by: {approved_by} is not the approver of {tender.centre}")


def _is_partial(view: View, stamp: Stamp, tender: Tender, qty: Decimal | None, defects: tuple[str, ...]) -> bool:
    """A pass with defects, or with less than claimed after a failed acceptance without a new claim (TR-13)."""
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


def _settlement(
    view: View,
    stamp: Stamp,
    tender: Tender,
    winner: str,
    qty: str,
    price: tuple[int, str],
    acceptors: tuple[PersonId, ...] = (),
    approved_by: PersonId | None = None,
) -> Facts:
    """Both legs; the payer may use what is available and the tender's own reservation (contract §5.13)."""
    unit_price, list_version = price
    amount = times(unit_price, Decimal(qty), ONE + Decimal(tender.premium))
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
        acceptors=acceptors,
        approved_by=approved_by,
        shortfall=obligation_of(view, tender.unit, amount, POOLS[tender.pool], tender.reserve).shortfall,
        **common,
    )
    yield TenderSettledIn(stream=unit_stream(winner), unit=winner, counter=tender.unit, **common)


def _measurement_form(arguments: dict[str, Any]) -> None:
    """A quantity that was measured again has its acceptors, and they a quantity."""
    if ("qty" in arguments) != ("acceptors" in arguments):
        raise Invalid("qty and acceptors: neither without the other")


@decision("SettleTender", who=CLERK, unit=of_payer, valid=_measurement_form)
def settle_tender(
    view: View,
    stamp: Stamp,
    tender: TenderId,
    qty: Quantity | None = None,
    acceptors: tuple[PersonId, ...] = (),
    approved_by: PersonId | None = None,
) -> Facts:
    """**$** A settlement that was reversed is made again at the locked price, for the quantity measured (rule 24).

    SOD and AUTHORITY of acceptors and approver, STATE unless accepted and unsettled, QTY as in AcceptTender.  If the
    reversed settlement's period is closed, this one adjusts it (contract §2.9).
    """
    found = view.tender(tender)
    if qty is not None:
        _check_acceptors(view, stamp, found, acceptors, approved_by)
    elif approved_by == stamp.by:
        raise Sod("approved_by: the clerk himself")
    _check_approver(view, stamp, found, approved_by)
    in_state(view, tender, "accepted_unsettled")
    if qty is not None:
        _check_quantity(view, stamp, found, qty, approved_by)
    assert found.winner is not None
    assert found.accepted_qty is not None
    measured = found.accepted_qty if qty is None else plain(qty)
    price = _settlement_price(view, found)
    legs = tuple(_settlement(view, stamp, found, found.winner, measured, price, acceptors, approved_by))
    places = centres_of(view, touched_accounts(legs), stamp.business_date)
    adjusts = closed_month(view, found.unsettled_month, places)
    yield from (msgspec.structs.replace(leg, adjusts_period=adjusts) for leg in legs)
