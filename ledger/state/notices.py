"""A trade notice: issued → disputed → issued → confirmed, or cancelled (key ``notice:<id>``)."""

from __future__ import annotations

import msgspec

from ledger.fact import StoredFact
from ledger.facts.notices import (
    TradeNoticeCancelled,
    TradeNoticeConfirmed,
    TradeNoticeDisputed,
    TradeNoticeDisputeWithdrawn,
    TradeNoticeIssued,
    TradeNoticeReviewed,
)
from ledger.facts.pools import EntryReversed
from ledger.facts.slips import Line
from ledger.state import liability
from ledger.state.columns import Columns
from ledger.state.kind import document
from ledger.state.liability import Liability, LiabilityLine
from ledger.vocabulary import Day, Fen

PAYER = "payer"
"""The role of a notice's one line."""


class Notice(Liability, frozen=True, kw_only=True):
    """A liability of one line, its payer; ``fixer`` is the unit that is paid instead of the fund."""

    item: str
    list_version: str
    unit_price: Fen
    qty: str
    occurred: Day
    fixer: str | None = None

    @property
    def payer(self) -> str:
        return self.lines[0].line.party

    @property
    def columns(self) -> Columns:
        """A disputed notice is one open item, not a dispute beside it (rule 13); its centre is that of its unit."""
        return super().columns._replace(disputed=None, centre=None)

    @property
    def in_window(self) -> bool:
        """Is it neither confirmed nor cancelled?"""
        return self.state in ("issued", "disputed")

    @property
    def happened_on(self) -> Day | None:
        return self.occurred

    def traded(self, payer: str, fixer: str | None) -> Notice:
        """The notice between these units of the grass roots."""
        (entry,) = self.lines
        line = msgspec.structs.replace(entry, line=msgspec.structs.replace(entry.line, party=payer))
        return msgspec.structs.replace(self, lines=(line,), fixer=fixer)

    def judged(self, fact: TradeNoticeReviewed) -> Notice:
        """The notice after its review; one that is revoked keeps the amount that it charged at last (rule 46)."""
        line = self.lines[0].line
        if fact.decision == "amend":
            line = msgspec.structs.replace(line, amount=fact.amount)
        entry = LiabilityLine(line, "reviewed", fact.at)
        return msgspec.structs.replace(self, state="issued", lines=(entry,), reviewed=True, qty=fact.qty or self.qty)


def evolve(state: Notice | None, stored: StoredFact) -> Notice | None:
    """Fold one fact that names the notice."""
    replace, fact = msgspec.structs.replace, stored.fact
    if isinstance(fact, TradeNoticeIssued):
        return _issued(fact)
    if state is None:
        return None
    match fact:
        case TradeNoticeDisputed(business_date=day):
            return replace(state.under_dispute(state.payer, day), state="disputed")
        case TradeNoticeDisputeWithdrawn(at=at):
            return replace(state.withdrawn(state.payer, at), state="issued")
        case TradeNoticeReviewed():
            return state.judged(fact)
        case TradeNoticeConfirmed(centre=centre):
            traded = state.traded(fact.paid_by, fact.fixer)
            return replace(traded.binding("confirmed", stored), centre=centre)
        case TradeNoticeCancelled() | EntryReversed(original_topic="notice.confirmed.v1"):
            return replace(state, state="cancelled")
        case _:
            return liability.evolve(state, stored)


def _issued(fact: TradeNoticeIssued) -> Notice:
    return Notice(
        kind="notice",
        name=fact.notice,
        unit=fact.unit,
        state="issued",
        issuer=fact.by,
        issued_on=fact.business_date,
        lines=(LiabilityLine(Line(fact.unit, fact.amount, PAYER, unit=True)),),
        number=fact.number,
        window_until=fact.window_until,
        window_over=fact.window_over,
        funds=fact.funds,
        item=fact.item,
        list_version=fact.list_version,
        unit_price=fact.unit_price,
        qty=fact.qty,
        hazard=fact.hazard,
        occurred=fact.occurred,
        fixer=fact.fixer,
    )


KINDS = (document("notice", Notice, evolve),)
