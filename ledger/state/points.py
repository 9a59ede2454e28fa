"""A person's points: what is left of each award, and how many were redeemed in a month (ASS-19)."""

from __future__ import annotations

import msgspec

from ledger.fact import Fact
from ledger.facts.points import PointsAwarded, PointsExpired, PointsPart, PointsRedeemed


class Lot(msgspec.Struct, frozen=True):
    """What is left of one award."""

    doc: str
    left: int


class Points(msgspec.Struct, frozen=True):
    """``lots`` stand in the order of their awards; those that are used up or expired are gone."""

    lots: tuple[Lot, ...] = ()
    redeemed: dict[str, int] = {}

    @property
    def held(self) -> int:
        return sum(lot.left for lot in self.lots)

    def left_of(self, doc: str) -> int:
        return next((lot.left for lot in self.lots if lot.doc == doc), 0)

    def oldest_first(self, points: int) -> tuple[PointsPart, ...]:
        """Which awards so many points come from."""
        parts = []
        for lot in self.lots:
            used = min(lot.left, points)
            if used > 0:
                parts.append(PointsPart(lot.doc, used, lot.left - used))
                points -= used
        return tuple(parts)


def evolve(state: Points, fact: Fact) -> Points:
    """Fold one fact about points."""
    match fact:
        case PointsAwarded(doc=doc, points=points):
            return msgspec.structs.replace(state, lots=(*state.lots, Lot(doc, points)))
        case PointsRedeemed(points=points, month=month, parts=parts):
            left = {part.doc: part.left for part in parts}
            lots = tuple(Lot(lot.doc, left.get(lot.doc, lot.left)) for lot in state.lots)
            redeemed = {**state.redeemed, month: state.redeemed.get(month, 0) + points}
            return Points(tuple(lot for lot in lots if lot.left), redeemed)
        case PointsExpired(doc=doc):
            return msgspec.structs.replace(state, lots=tuple(lot for lot in state.lots if lot.doc != doc))
        case _:
            return state
