"""Hazards go back with their transfers: to the sender, as they were (rule 71)."""

from __future__ import annotations

from ledger.decisions.deadlines import Schedule, schedule
from ledger.decisions.kernel.stamp import Stamp
from ledger.fact import Fact, StoredFact
from ledger.facts.handovers import HandoverItemTransferredIn, HandoverItemTransferredOut
from ledger.facts.hazards import ReturnedHazard
from ledger.state.hazards import Flow, Hazard
from ledger.view import View
from ledger.vocabulary import Month


def returned(view: View, stamp: Stamp, original: StoredFact) -> ReturnedHazard | None:
    """The hazard of a payer's leg as it was; None if it is no more as the transfer left it, or out to tender."""
    fact = original.fact
    if not isinstance(fact, HandoverItemTransferredOut):
        return None
    hazard = view.hazard(fact.hazard)
    flow = hazard.flows[-1] if hazard.flows else None
    if flow is None or flow.transfer != fact.transfer or hazard.tender is not None or not _is_as_left(hazard, fact):
        return None
    before = {field: getattr(flow, field) for field in Flow.__struct_fields__ if field != "transfer"}
    return ReturnedHazard(hazard=hazard.hazard, **before, **_scheduled(view, stamp, hazard, flow, fact))


def _is_as_left(hazard: Hazard, fact: HandoverItemTransferredOut) -> bool:
    """Has nothing been done about it since?"""
    now = (hazard.unit, hazard.state, hazard.deadline, hazard.repairer, hazard.executor, hazard.taken_over)
    return now == (fact.counter, "assigned", fact.deadline, fact.accepted_by, None, True)


def _scheduled(view: View, stamp: Stamp, hazard: Hazard, flow: Flow, fact: HandoverItemTransferredOut) -> Schedule:
    """Its deadline of before brings about all that it had not yet brought about at the transfer."""
    if flow.deadline is None:
        return Schedule(falls_due=(), falls_no_more=hazard.falls_due)
    then = stamp.on(stamp.business_date, stamp.shift, fact.at)
    return schedule(view, then, hazard, flow.unit, flow.deadline)


def left(view: View, fact: Fact) -> tuple[str | None, Month | None]:
    """The hazard that the receiver of a payee's leg has no more, once it has gone back, and when it was due there."""
    if not isinstance(fact, HandoverItemTransferredIn):
        return None, None
    stays = any(flow.transfer == fact.transfer for flow in view.hazard(fact.hazard).flows)
    return (None, None) if stays else (fact.hazard, fact.rate_month)
