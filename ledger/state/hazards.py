"""A hazard from report to close, wherever it is (key ``hazard:<id>``; lifecycle domain §7)."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from ledger.consequences import FallsDue
from ledger.fact import StoredFact
from ledger.facts.cases import CaseOpened
from ledger.facts.followup import ReporterUnsealed
from ledger.facts.handovers import HandoverItemTransferredIn
from ledger.facts.hazards import (
    SPOT,
    DeadlineExtended,
    HazardAcceptanceFailed,
    HazardAssigned,
    HazardClosed,
    HazardMerged,
    HazardReferredIn,
    HazardRejected,
    HazardRepeatLinked,
    HazardReported,
    HazardVerified,
    MajorHazardReported,
    RectificationClaimed,
    RectificationStarted,
    ReturnedHazard,
    TenderMadeCompulsory,
)
from ledger.facts.notices import TradeNoticeIssued
from ledger.facts.penalties import PenaltyProposed
from ledger.facts.pools import EntryReversed
from ledger.facts.slips import SlipIssued
from ledger.facts.tenders import (
    AwardTerminated,
    TenderAcceptancePassed,
    TenderCancelled,
    TenderRefused,
    TenderRequested,
    TenderSettledOut,
)
from ledger.state.columns import Columns, person
from ledger.state.kind import document, register
from ledger.vocabulary import Day, Moment

OPEN = frozenset({"reported", "verified", "assigned", "rectifying", "claimed"})


class Flow(msgspec.Struct, frozen=True):
    """How a hazard was before it flowed by a transfer."""

    transfer: str
    unit: str
    state: str
    manage: str | None
    deadline: Day | None
    repairer: str | None
    executor: str | None
    finished_at: Moment | None
    claimant: str | None
    fixed_in_shift: bool
    taken_over: bool


class Hazard(msgspec.Struct, frozen=True):
    """``unit`` answers for it, it was reported on ``origin``; ``manage`` stays when it is rectifying or claimed.

    ``handovers`` are those by which it has flowed, ``flows`` say how it was before each; ``taken_over``: the last one
    has assigned it.
    ``charges`` are the documents that charge it, whatever became of them: ``slip:SL-1`` (rule 7).
    """

    hazard: str
    unit: str
    origin: str
    state: Literal["reported", "verified", "rejected", "merged", "assigned", "rectifying", "claimed", "closed"]
    place: str
    category: str
    tier: str
    item: str | None
    person: str | None
    discoverer: str | None
    reporter: str
    reported_at: Moment
    reported_on: Day
    reported_shift: str | None
    anonymous: bool = False
    unsealed: bool = False
    fixed_on_spot: bool = False
    level: str | None = None
    clause: str | None = None
    manage: str | None = None
    deadline: Day | None = None
    repairer: str | None = None
    executor: str | None = None
    finished_at: Moment | None = None
    claimant: str | None = None
    fixed_in_shift: bool = False
    attempts: int = 0
    major_reported: bool = False
    merged_into: str | None = None
    tender: str | None = None
    tender_compulsory: bool = False
    falls_due: tuple[str, ...] = ()
    charges: tuple[str, ...] = ()
    repeated: bool = False
    taken_over: bool = False
    flows: tuple[Flow, ...] = ()
    handovers: tuple[str, ...] = ()

    @property
    def columns(self) -> Columns:
        return Columns(
            unit=self.unit,
            state=self.state,
            since=self.reported_on,
            until=self.deadline,
            tier=self.tier,
            item=self.item,
            parties=person(self.person),
        )

    @property
    def open(self) -> bool:
        return self.state in OPEN

    @property
    def exempt(self) -> bool:
        """Found by the unit itself and fixed in the shift of its report (PRICE-02), until an acceptance fails."""
        return self.tier == "T3" and not self.attempts and (self.fixed_on_spot or self.fixed_in_shift)


def evolve(state: Hazard | None, stored: StoredFact) -> Hazard | None:
    """Fold one fact that names the hazard."""
    replace, fact = msgspec.structs.replace, stored.fact
    if state is None:
        return _reported(fact) if isinstance(fact, HazardReported) else None
    match fact:
        case HazardVerified(reason=None):
            return _verified(state, fact)
        case HazardVerified():
            return _verified(replace(state, **NOT_ASSIGNED), fact)
        case HazardRepeatLinked():
            return replace(state, repeated=True)
        case HazardAssigned():
            return _assigned(state, fact)
        case RectificationStarted(executor=executor):
            return replace(state, state="rectifying", executor=executor)
        case RectificationClaimed(finished_at=finished_at, in_shift=in_shift, late=late, by=claimant):
            fixed = {"finished_at": finished_at, "fixed_in_shift": in_shift and not late}
            return replace(state, state="claimed", claimant=claimant, **fixed)
        case HazardClosed():
            return replace(state, state="closed")
        case HandoverItemTransferredIn():
            return _handed_over(state, fact)
        case EntryReversed(hazard_back=ReturnedHazard() as back):
            return _given_back(state, back)
        case HazardAcceptanceFailed(attempt=attempt):
            return replace(state, state="rectifying", attempts=attempt, finished_at=None, fixed_in_shift=False)
        case HazardReferredIn(unit=unit):
            return replace(state, unit=unit)
        case HazardRejected():
            return replace(state, state="rejected")
        case HazardMerged(hazard=name, into=into) if name == state.hazard:  # the other one carries on
            return replace(state, state="merged", merged_into=into)
        case DeadlineExtended(deadline=deadline, falls_due=falls_due):
            return replace(state, deadline=deadline, falls_due=_names(falls_due))
        case MajorHazardReported():
            return replace(state, major_reported=True)
        case TenderMadeCompulsory():
            return replace(state, tender_compulsory=True)
        case TenderRequested(tender=tender):
            return replace(state, tender=tender)
        case TenderRefused() | TenderCancelled() | TenderSettledOut() if state.tender in (None, fact.tender):
            return replace(state, tender=None)
        case AwardTerminated(tender=tender, winner=winner):
            return _nobodys_work(replace(state, tender=state.tender or tender), winner)
        case TenderAcceptancePassed(winner=winner, finished_at=finished_at, claimant=claimant) if state.open:
            # finished at the last claim of completion (contract §5.14)
            fixed = {"finished_at": finished_at, "fixed_in_shift": False}
            return replace(state, state="claimed", executor=winner, claimant=claimant, **fixed)
        case SlipIssued() | TradeNoticeIssued() | PenaltyProposed() | CaseOpened():
            return replace(state, charges=(*state.charges, _document(fact)))
        case ReporterUnsealed():
            return replace(state, unsealed=True)
        case HazardReported():
            return _reported(fact)
        case _:
            return state


def _document(fact: SlipIssued | TradeNoticeIssued | PenaltyProposed | CaseOpened) -> str:
    """The key of a document that charges the hazard."""
    match fact:
        case SlipIssued(slip=name):
            return f"slip:{name}"
        case TradeNoticeIssued(notice=name):
            return f"notice:{name}"
        case PenaltyProposed(penalty=name):
            return f"penalty:{name}"
        case CaseOpened(case=name):
            return f"case:{name}"


def _reported(fact: HazardReported) -> Hazard:
    return Hazard(
        hazard=fact.hazard,
        unit=fact.unit,
        origin=fact.unit,
        state="reported",
        place=fact.place,
        category=fact.category,
        tier=fact.tier,
        item=fact.item,
        person=fact.person,
        discoverer=fact.discoverer,
        reporter=fact.by,
        reported_at=fact.at,
        reported_on=fact.business_date,
        reported_shift=fact.shift,
        anonymous=fact.anonymous,
        fixed_on_spot=fact.fixed_on_spot,
    )


NOT_ASSIGNED: dict[str, Any] = {
    "manage": None,
    "deadline": None,
    "repairer": None,
    "repeated": False,
    "taken_over": False,
    "tender_compulsory": False,
    "falls_due": (),
}
"""A verification that is put right begins from the report (rule 78)."""


def _verified(state: Hazard, fact: HazardVerified) -> Hazard:
    known = {"item": fact.item or state.item, "person": fact.person or state.person}
    return msgspec.structs.replace(state, state="verified", level=fact.level, clause=fact.clause, **known)


def _assigned(state: Hazard, fact: HazardAssigned) -> Hazard:
    return msgspec.structs.replace(
        state,
        state="assigned",
        manage=fact.manage,
        deadline=fact.deadline,
        repairer=fact.person,
        falls_due=_names(fact.falls_due),
    )


def _handed_over(state: Hazard, fact: HandoverItemTransferredIn) -> Hazard:
    return msgspec.structs.replace(
        state,
        unit=fact.unit,
        state="assigned",
        manage="immediate",
        deadline=fact.deadline,
        repairer=fact.accepted_by,
        executor=None,
        finished_at=None,
        claimant=None,
        taken_over=True,
        handovers=(*state.handovers, fact.handover),
        flows=(*state.flows, _before(state, fact.transfer or "")),
        fixed_in_shift=False,
        falls_due=_names(fact.falls_due),
    )


def _before(state: Hazard, transfer: str) -> Flow:
    kept = {field: getattr(state, field) for field in Flow.__struct_fields__ if field != "transfer"}
    return Flow(transfer, **kept)


def _given_back(state: Hazard, back: ReturnedHazard) -> Hazard:
    """It is as it was before the transfer that is reversed (rule 71)."""
    before = {field: getattr(back, field) for field in Flow.__struct_fields__ if field != "transfer"}
    flows = {"handovers": state.handovers[:-1], "flows": state.flows[:-1]}
    return msgspec.structs.replace(state, **before, **flows, falls_due=_names(back.falls_due))


def _nobodys_work(state: Hazard, winner: str | None) -> Hazard:
    """The accepted work of a winner whose award has ended is to be done again, by nobody named (rule 80)."""
    if state.state != "claimed" or state.executor != winner:
        return state
    return msgspec.structs.replace(state, state="rectifying", executor=None, finished_at=None, claimant=None)


def _names(falls_due: tuple[FallsDue, ...]) -> tuple[str, ...]:
    return tuple(due.what for due in falls_due)


class Spot(msgspec.Struct, frozen=True):
    """Hazards closed at one place with one price item, (day, hazard): what a repeat is counted by (TR-05)."""

    closed: tuple[tuple[Day, str], ...] = ()


def evolve_spot(state: Spot, stored: StoredFact) -> Spot:
    match stored.fact:
        case HazardClosed(hazard=hazard, business_date=day):
            return Spot((*state.closed, (day, hazard)))
        case _:
            return state


KINDS = (
    document("hazard", Hazard, evolve),
    register(SPOT.prefix, Spot, evolve_spot),
)
