"""Facts of indicators that are counted outside of the ledger (ASS-13, F-11)."""

from __future__ import annotations

from ledger.fact import Fact
from ledger.vocabulary import PersonId, Span, UnitId


class IndicatorRecorded(Fact, frozen=True, kw_only=True, tag="indicator.recorded.v1"):
    """A figure of a unit or person: numerator and denominator of a period, with the paper that proves it."""

    indicator: str
    period: Span
    num: int
    den: int
    doc: str
    unit: UnitId | None = None
    person: PersonId | None = None
