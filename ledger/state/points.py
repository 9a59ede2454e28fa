"""A person's points: what is left of each award, and how many were redeemed in a month (ASS-19)."""

from __future__ import annotations

import msgspec

from ledger.fact import Fact
from ledger.facts.points import PointsAwarded, PointsExpired, PointsPart, PointsRedeemed
from ledger.facts.pools import EntryReversed, ReversedPoints
from ledger.vocabulary import Moment


class Lot(msgspec.Struct, frozen=True):
    """The rest of one award, and when that expires."""

    doc: str
    left: int
    expires_at: Moment = ""


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
                parts.append(PointsPart(lot.doc, used, lot.left - used, lot.expires_at))
                points -= used
        return tuple(parts)


def evolve(state: Points, fact: Fact) -> Points:
    """Fold one fact about points."""
    match fact:
        case PointsAwarded(doc=doc, points=points, expires_at=expires_at):
            return msgspec.structs.replace(state, lots=(*state.lots, Lot(doc, points, expires_at)))
        case PointsRedeemed(points=points, month=month, parts=parts):
            left = {part.doc: part.left for part in parts}
            lots = tuple(Lot(lot.doc, left.get(lot.doc, lot.left), lot.expires_at) for lot in state.lots)
            redeemed = {**state.redeemed, month: state.redeemed.get(month, 0) + points}
            return Points(tuple(lot for lot in lots if lot.left), redeemed)
        case PointsExpired(doc=doc):
            return msgspec.structs.replace(state, lots=tuple(lot for lot in state.lots if lot.doc != doc))
        case EntryReversed(points=ReversedPoints() as back):
            return _given_back(state, back)
        case _:
            return state


def without(state: Points, doc: str) -> Points:
    """An award that is taken back was never held (rule 23)."""
    return msgspec.structs.replace(state, lots=tuple(lot for lot in state.lots if lot.doc != doc))


def _given_back(state: Points, back: ReversedPoints) -> Points:
    """Points of a reversed redemption are held again, each award in its place before those that expire later."""
    again = {part.doc: Lot(part.doc, state.left_of(part.doc) + part.points, part.expires_at) for part in back.parts}
    held = (*again.values(), *(lot for lot in state.lots if lot.doc not in again))
    redeemed = {**state.redeemed, back.month: state.redeemed.get(back.month, 0) - back.number}
    return Points(tuple(sorted(held, key=lambda lot: lot.expires_at)), redeemed)
