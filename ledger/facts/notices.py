"""Facts of a trade notice (交易通知单): a general problem, traded inside the unit (TR-10)."""

from __future__ import annotations

from ledger.consequences import Counted, Counts, DueChanges, Timers, short
from ledger.fact import Fact
from ledger.vocabulary import CentreId, Day, Fen, HazardId, Moment, NoticeId, UnitId


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

    def timers(self) -> Timers:
        return ((f"notice:{self.notice}", self.window_over),)


class TradeNoticeConfirmed(Fact, frozen=True, kw_only=True, tag="notice.confirmed.v1"):
    """**$** The responsible unit pays, to the fund of its centre or into clearing for the fixing unit (P8)."""

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

    def due_changes(self) -> DueChanges:
        return short(self.unit, f"notice:{self.notice}", self.shortfall, None if self.fixer else self.centre)

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


class TradeNoticeCancelled(Fact, frozen=True, kw_only=True, tag="notice.cancelled.v1"):
    """The notice is void; its number stays as void."""

    notice: NoticeId
    reason: str

    def timers(self) -> Timers:
        return ((f"notice:{self.notice}", None),)
