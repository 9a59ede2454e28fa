"""Facts of indicators that are counted outside of the ledger (ASS-13, F-11)."""

from __future__ import annotations

from ledger.consequences import Tags
from ledger.fact import Fact
from ledger.keys import UniqueKey
from ledger.vocabulary import PersonId, Span, UnitId, person_stream, unit_stream

FIGURE = UniqueKey("figure", "owner", "period", "indicator")
"""One figure of an indicator for a unit or person (its stream) and period."""


class IndicatorRecorded(Fact, frozen=True, kw_only=True, tag="indicator.recorded.v1"):
    """A figure of a unit or person: numerator and denominator of a period, with the paper that proves it."""

    indicator: str
    period: Span
    num: int
    den: int
    doc: str
    unit: UnitId | None = None
    person: PersonId | None = None

    def tags(self) -> Tags:
        owner = unit_stream(self.unit) if self.unit else person_stream(self.person or "")
        return (FIGURE(owner, self.period, self.indicator),)
