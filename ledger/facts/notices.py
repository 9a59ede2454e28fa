"""Facts of a trade notice (交易通知单): a general problem, traded inside the unit (TR-10)."""

from __future__ import annotations

from ledger.consequences import Counted, Counts, DueChanges, Tags, Timers, short
from ledger.fact import Fact
from ledger.vocabulary import CentreId, Day, Fen, HazardId, Moment, NoticeId, PersonId, UnitId, unit_stream


class TradeNoticeIssued(Fact, frozen=True, kw_only=True, tag="notice.issued.v1"):
    """The notice with its price; neither confirmed nor cancelled in its window it is deemed confirmed."""

    notice: NoticeId
    unit: UnitId
    item: str
    list_version: str
    unit_price: Fen
    qty: str
    amount: Fen
    description: str
    occurred: Day
    window_until: Day
    window_over: Moment
    fixer: UnitId | None = None
    hazard: HazardId | None = None
    evidence: tuple[str, ...] = ()
    funds: str = "wage"

    def timers(self) -> Timers:
        return ((f"notice:{self.notice}", self.window_over),)


class TradeNoticeDisputed(Fact, frozen=True, kw_only=True, tag="notice.disputed.v1"):
    """The responsible unit objects in the window (异议); the notice waits for the review."""

    notice: NoticeId
    grounds: str
    evidence: tuple[str, ...] = ()

    def timers(self) -> Timers:
        return ((f"notice:{self.notice}", None),)


class TradeNoticeDisputeWithdrawn(Fact, frozen=True, kw_only=True, tag="notice.dispute-withdrawn.v1"):
    """The unit takes its objection back: the notice is issued again; ``due`` as in SlipDisputeWithdrawn."""

    notice: NoticeId
    party: UnitId
    due: Moment | None = None

    def timers(self) -> Timers:
        return ((f"notice:{self.notice}", self.due),)


class TradeNoticeReviewed(Fact, frozen=True, kw_only=True, tag="notice.reviewed.v1"):
    """The review (复核) of a disputed notice: ``qty`` and ``amount`` are those that remain, ``before`` was the amount.

    From now on the notice falls due, unless it is revoked.
    """

    notice: NoticeId
    decision: str
    reason: str
    before: Fen
    amount: Fen
    qty: str | None = None

    def timers(self) -> Timers:
        return ((f"notice:{self.notice}", None if self.decision == "revoke" else self.at),)


class TradeNoticeConfirmed(Fact, frozen=True, kw_only=True, tag="notice.confirmed.v1"):
    """**$** The responsible unit pays, to the fund of its centre or into clearing for the fixing unit (P8).

    ``payer`` is the unit that pays in its place, on whose stream the fact stands then; ``pool`` is the pool that pays.
    """

    notice: NoticeId
    unit: UnitId
    mode: str
    amount: Fen
    shortfall: Fen
    centre: CentreId
    item: str
    list_version: str
    unit_price: Fen
    qty: str
    fixer: UnitId | None = None
    payer: UnitId | None = None
    accepted_by: PersonId | None = None
    pool: str = "wage"

    @property
    def paid_by(self) -> UnitId:
        return self.payer or self.unit

    @property
    def document(self) -> str:
        return f"notice:{self.notice}"

    def due_changes(self) -> DueChanges:
        return short(self.paid_by, self.document, self.shortfall, None if self.fixer else self.centre)

    def tags(self) -> Tags:
        """The responsible unit has one open document less, although another pays."""
        return (unit_stream(self.unit),) if self.payer else ()

    def timers(self) -> Timers:
        return ((f"notice:{self.notice}", None),)

    def counts(self) -> Counts:
        return (Counted(self.stream, "notices"),)


class TradeNoticeReceived(Fact, frozen=True, kw_only=True, tag="notice.received.v1"):
    """**$** The fixing unit is paid out of clearing (P8)."""

    notice: NoticeId
    unit: UnitId
    counter: UnitId
    amount: Fen
    centre: CentreId
    item: str
    list_version: str
    unit_price: Fen
    qty: str
    pool: str = "wage"


class TradeNoticeCancelled(Fact, frozen=True, kw_only=True, tag="notice.cancelled.v1"):
    """The notice is void; its number stays as void."""

    notice: NoticeId
    reason: str

    def timers(self) -> Timers:
        return ((f"notice:{self.notice}", None),)
