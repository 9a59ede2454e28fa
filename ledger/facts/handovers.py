"""Facts of a shift handover (班组交接): what a shift leaves unfixed, it pays the next one for (TR-02, TR-03)."""

from __future__ import annotations

from ledger.consequences import Counted, Counts, DueChanges, FallsDue, Timers, short, timers_ended, timers_set
from ledger.fact import Fact
from ledger.facts.hazards import due_for_repair
from ledger.vocabulary import CentreId, Day, Fen, HandoverId, HazardId, Month, PersonId, UnitId


class HandoverOpened(Fact, frozen=True, kw_only=True, tag="handover.opened.v1"):
    """The sender's leader opens the handover of the shift; mirrored on the receiver."""

    handover: HandoverId
    sender: UnitId
    receiver: UnitId
    place: str | None = None
    items: tuple[HazardId, ...] = ()


class HandoverItemTransferredOut(Fact, frozen=True, kw_only=True, tag="handover.item-transferred-out.v1"):
    """**$** Payer leg: the sender pays list price × quantity for an unfixed hazard (P4a)."""

    handover: HandoverId
    hazard: HazardId
    unit: UnitId
    counter: UnitId
    centre: CentreId
    item: str
    list_version: str
    unit_price: Fen
    qty: str
    amount: Fen
    shortfall: Fen
    deadline: Day
    accepted_by: PersonId
    pool: str = "wage"
    approved_by: PersonId | None = None
    rate_month_left: Month | None = None

    def due_changes(self) -> DueChanges:
        return short(self.unit, f"handover:{self.handover}", self.shortfall, None)

    def counts(self) -> Counts:
        """The sender owes its repair no more."""
        return (Counted(self.stream, "handed_over"), *due_for_repair(self.stream, self.rate_month_left, -1))


class HandoverItemTransferredIn(Fact, frozen=True, kw_only=True, tag="handover.item-transferred-in.v1"):
    """**$** Payee leg: the receiver is paid and answers for the hazard from now on (P4b)."""

    handover: HandoverId
    hazard: HazardId
    unit: UnitId
    counter: UnitId
    centre: CentreId
    item: str
    list_version: str
    unit_price: Fen
    qty: str
    amount: Fen
    deadline: Day
    accepted_by: PersonId
    pool: str = "wage"
    approved_by: PersonId | None = None
    rate_month: Month | None = None
    falls_due: tuple[FallsDue, ...] = ()
    falls_no_more: tuple[str, ...] = ()

    def timers(self) -> Timers:
        """A new deadline replaces everything that the old one would have brought about."""
        return timers_ended(self.falls_no_more, self.hazard) + timers_set(self.falls_due, self.hazard)

    def counts(self) -> Counts:
        return due_for_repair(self.stream, self.rate_month, 1)


class HandoverSigned(Fact, frozen=True, kw_only=True, tag="handover.signed.v1"):
    """Both leaders have signed; no item of the sender was open."""

    handover: HandoverId
    out_leader: PersonId
    in_leader: PersonId


class HandoverRefused(Fact, frozen=True, kw_only=True, tag="handover.refused.v1"):
    """The receiver refuses; a contested hazard goes to the duty director."""

    handover: HandoverId
    reason: str
    hazard: HazardId | None = None


class HandoverArbitrated(Fact, frozen=True, kw_only=True, tag="handover.arbitrated.v1"):
    """The duty director decides: the work was done, or it is substandard and flows to the receiver."""

    handover: HandoverId
    decision: str
    reason: str
    hazard: HazardId | None = None


class HandoverCancelled(Fact, frozen=True, kw_only=True, tag="handover.cancelled.v1"):
    """The handover was opened by mistake; nothing has flowed by it."""

    handover: HandoverId
    reason: str


class HandoverSuspended(Fact, frozen=True, kw_only=True, tag="handover.suspended.v1"):
    """The handover rests: it can be neither signed nor transferred."""

    handover: HandoverId
    reason: str


class HandoverResumed(Fact, frozen=True, kw_only=True, tag="handover.resumed.v1"):
    """The handover goes on."""

    handover: HandoverId
