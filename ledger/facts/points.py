"""Facts of points (积分) and of rewards out of the spendable fund (ASS-19, PERF-01)."""

from __future__ import annotations

import msgspec

from ledger.consequences import Counted, Counts, Tags, Timers
from ledger.fact import Fact
from ledger.keys import UniqueKey
from ledger.vocabulary import CentreId, Fen, Moment, Month, PersonId

POINTS = UniqueKey("points", "person", "doc")
"""A person gets points once for a paper; until they expire they are on the agenda under the same name."""


class PointsAwarded(Fact, frozen=True, kw_only=True, tag="points.awarded.v1"):
    """Memo: points for a paper; what is left of them at ``expires_at`` expires."""

    person: PersonId
    points: int
    reason: str
    doc: str
    expires_at: Moment

    def tags(self) -> Tags:
        return (POINTS.of(self),)

    def timers(self) -> Timers:
        return ((POINTS.of(self), self.expires_at),)

    def counts(self) -> Counts:
        return (Counted(self.stream, "points_awarded", self.points),)


class PointsPart(msgspec.Struct, frozen=True, omit_defaults=True):
    """How much of one award is redeemed, what is left of it, and when that expires."""

    doc: str
    points: int
    left: int
    expires_at: Moment = ""


class PointsRedeemed(Fact, frozen=True, kw_only=True, tag="points.redeemed.v1"):
    """Memo: points become a reward, the oldest first; ``month`` is whose cap they count in."""

    person: PersonId
    points: int
    rate: str
    amount: Fen
    month: Month
    parts: tuple[PointsPart, ...]

    def timers(self) -> Timers:
        """An award that is used up has nothing left to expire."""
        return tuple((POINTS(self.person, part.doc), None) for part in self.parts if not part.left)

    def counts(self) -> Counts:
        return (Counted(self.stream, "points_redeemed", self.points),)


class PointsExpired(Fact, frozen=True, kw_only=True, tag="points.expired.v1"):
    """Memo: what was left of an award a year later."""

    person: PersonId
    doc: str
    points: int

    def timers(self) -> Timers:
        return ((POINTS.of(self), None),)


REWARD = UniqueKey("reward", "doc")


class RewardGranted(Fact, frozen=True, kw_only=True, tag="reward.granted.v1"):
    """**$** A reward out of the spendable part of a centre's fund (P16), also for redeemed points; mirrored.

    By an ``item`` of kind ``reward``, it is list price × quantity (rule 37).
    """

    person: PersonId
    amount: Fen
    reason: str
    centre: CentreId
    doc: str | None = None
    approved_by: PersonId | None = None
    points: int | None = None
    item: str | None = None
    list_version: str | None = None
    unit_price: Fen | None = None
    qty: str | None = None

    def tags(self) -> Tags:
        return (REWARD.of(self),) if self.doc else ()
