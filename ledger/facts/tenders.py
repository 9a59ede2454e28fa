"""Facts of a tender (招标) on ``tender-<id>``, and of its money on the streams of payer and winner (TR-04 … TR-07)."""

from __future__ import annotations

from ledger.consequences import Counted, Counts, DueChanges, Timers, short
from ledger.fact import Fact
from ledger.vocabulary import CentreId, Day, Fen, HazardId, Moment, PersonId, TenderId, UnitId


class TenderRequested(Fact, frozen=True, kw_only=True, tag="tender.requested.v1"):
    """A unit asks to have a hazard fixed by another one; mirrored on the payer."""

    tender: TenderId
    unit: UnitId
    centre: CentreId
    hazard: HazardId
    reason: str
    item: str
    est_qty: str
    funds: str
    critical: bool = False


class TenderApproved(Fact, frozen=True, kw_only=True, tag="tender.approved.v1"):
    """The deputy in charge approves the request."""

    tender: TenderId


class TenderRefused(Fact, frozen=True, kw_only=True, tag="tender.refused.v1"):
    """The deputy in charge refuses the request."""

    tender: TenderId
    hazard: HazardId
    reason: str


class TenderPublished(Fact, frozen=True, kw_only=True, tag="tender.published.v1"):
    """Bids are taken until the deadline, the deadline itself included; earlier bids are void (contract §5.15)."""

    tender: TenderId
    bid_deadline: Moment
    criteria: str | None = None
    due: Day | None = None

    def timers(self) -> Timers:
        return ((f"tender:{self.tender}", self.bid_deadline),)


class TenderCancelled(Fact, frozen=True, kw_only=True, tag="tender.cancelled.v1"):
    """The tender ends before an award."""

    tender: TenderId
    hazard: HazardId
    reason: str

    def timers(self) -> Timers:
        return ((f"tender:{self.tender}", None),)


class BidSubmitted(Fact, frozen=True, kw_only=True, tag="tender.bid-submitted.v1"):
    """A unit offers to do it: the quota price is fixed, time, plan and qualification are compared (TR-06)."""

    tender: TenderId
    bidder: UnitId
    days: int | None = None
    plan: str | None = None
    staff: int | None = None
    qualified: bool = False


class BidWithdrawn(Fact, frozen=True, kw_only=True, tag="tender.bid-withdrawn.v1"):
    """The bidder takes the bid back before the deadline."""

    tender: TenderId
    bidder: UnitId
    reason: str | None = None


class TenderFailed(Fact, frozen=True, kw_only=True, tag="tender.failed.v1"):
    """Nobody bid in time."""

    tender: TenderId
    reason: str = "no_bid"

    def timers(self) -> Timers:
        return ((f"tender:{self.tender}", None),)


class TenderAwarded(Fact, frozen=True, kw_only=True, tag="tender.awarded.v1"):
    """定标: the winner, and the unit price locked on the business date of the award."""

    tender: TenderId
    winner: UnitId
    item: str
    list_version: str
    unit_price: Fen
    reserve: Fen
    due: Day | None = None

    def timers(self) -> Timers:
        return ((f"tender:{self.tender}", None),)


class TenderDirected(Fact, frozen=True, kw_only=True, tag="tender.directed.v1"):
    """指定: an award without bids, with a premium up to the cap (TR-06)."""

    tender: TenderId
    winner: UnitId
    item: str
    list_version: str
    unit_price: Fen
    premium: str
    reserve: Fen
    reason: str
    due: Day | None = None


class AwardAccepted(Fact, frozen=True, kw_only=True, tag="tender.award-accepted.v1"):
    """The winner takes the work."""

    tender: TenderId


class AwardTerminated(Fact, frozen=True, kw_only=True, tag="tender.award-terminated.v1"):
    """The award ends without settlement; the tender may be published again.

    ``hazard`` and ``winner`` are named where the work had been accepted already: nobody repairs it now.
    """

    tender: TenderId
    reason: str
    hazard: HazardId | None = None
    winner: UnitId | None = None


class TenderCompletionClaimed(Fact, frozen=True, kw_only=True, tag="tender.completion-claimed.v1"):
    """The winner says that so much is done."""

    tender: TenderId
    qty: str
    evidence: tuple[str, ...] = ()


class TenderAcceptanceFailed(Fact, frozen=True, kw_only=True, tag="tender.acceptance-failed.v1"):
    """On-site acceptance failed: rework, no part settlement (TR-13)."""

    tender: TenderId
    attempt: int
    acceptors: tuple[str, ...]
    defects: tuple[str, ...] = ()


class TenderAcceptancePassed(Fact, frozen=True, kw_only=True, tag="tender.acceptance-passed.v1"):
    """On-site acceptance passed for the measured quantity; the hazard is claimed with the winner as executor."""

    tender: TenderId
    hazard: HazardId
    winner: UnitId
    qty: str
    finished_at: Moment
    acceptors: tuple[str, ...]
    approved_by: PersonId | None = None
    claimant: PersonId | None = None


class FundsReserved(Fact, frozen=True, kw_only=True, tag="pool.funds-reserved.v1"):
    """Memo: part of the payer's pool is held from the award on (预留)."""

    tender: TenderId
    unit: UnitId
    pool: str
    amount: Fen


class FundsReleased(Fact, frozen=True, kw_only=True, tag="pool.funds-released.v1"):
    """Memo: the reservation of a tender ends."""

    tender: TenderId
    unit: UnitId
    pool: str
    amount: Fen


class TenderSettledOut(Fact, frozen=True, kw_only=True, tag="tender.settled-out.v1"):
    """**$** Payer leg: locked price × accepted quantity × (1 + premium) (P5a, F-13).

    ``acceptors`` and ``approved_by`` stand for a quantity that was measured again (rule 24).
    """

    tender: TenderId
    hazard: HazardId
    unit: UnitId
    counter: UnitId
    centre: CentreId
    pool: str
    item: str
    list_version: str
    unit_price: Fen
    qty: str
    premium: str
    amount: Fen
    shortfall: Fen
    acceptors: tuple[PersonId, ...] = ()
    approved_by: PersonId | None = None

    def due_changes(self) -> DueChanges:
        return short(self.unit, f"tender:{self.tender}", self.shortfall, None)

    def counts(self) -> Counts:
        return (Counted(self.stream, "tendered"),)


class TenderSettledIn(Fact, frozen=True, kw_only=True, tag="tender.settled-in.v1"):
    """**$** Payee leg: the winner is paid (P5b)."""

    tender: TenderId
    hazard: HazardId
    unit: UnitId
    counter: UnitId
    centre: CentreId
    pool: str
    item: str
    list_version: str
    unit_price: Fen
    qty: str
    premium: str
    amount: Fen
