"""A trade notice: issued → confirmed, or cancelled (key ``notice:<id>``)."""

from __future__ import annotations

from typing import Literal

import msgspec

from ledger.fact import StoredFact
from ledger.facts.notices import TradeNoticeCancelled, TradeNoticeConfirmed, TradeNoticeIssued
from ledger.facts.pools import EntryReversed
from ledger.state.columns import Columns
from ledger.state.kind import document
from ledger.vocabulary import Day, Fen, Moment


class Notice(msgspec.Struct, frozen=True):
    notice: str
    unit: str
    state: Literal["issued", "confirmed", "cancelled"]
    issuer: str
    issued_on: Day
    amount: Fen
    item: str
    list_version: str
    unit_price: Fen
    qty: str
    window_until: Day
    window_over: Moment
    fixer: str | None = None
    number: str | None = None
    occurred: Day = ""

    @property
    def is_alive(self) -> bool:
        """Does it still charge the unit, or may it: neither cancelled nor reversed?"""
        return self.state != "cancelled"

    @property
    def columns(self) -> Columns:
        return Columns(
            unit=self.unit,
            state=self.state,
            total=self.amount,
            number=self.number,
            since=self.issued_on,
            until=self.window_until,
        )


def evolve(state: Notice | None, stored: StoredFact) -> Notice | None:
    """Fold one fact that names the notice."""
    fact = stored.fact
    if isinstance(fact, TradeNoticeIssued):
        return Notice(
            fact.notice,
            fact.unit,
            "issued",
            fact.by,
            fact.business_date,
            fact.amount,
            fact.item,
            fact.list_version,
            fact.unit_price,
            fact.qty,
            fact.window_until,
            fact.window_over,
            fact.fixer,
            fact.number,
            fact.occurred,
        )
    if state is None:
        return None
    match fact:
        case TradeNoticeConfirmed():
            return msgspec.structs.replace(state, state="confirmed")
        case TradeNoticeCancelled() | EntryReversed():
            return msgspec.structs.replace(state, state="cancelled")
        case _:
            return state


KINDS = (document("notice", Notice, evolve),)
