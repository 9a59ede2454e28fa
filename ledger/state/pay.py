"""What a wage is reckoned from: the score of a person's day, the entitlement of a period; each is given once."""

from __future__ import annotations

from decimal import Decimal

import msgspec

from ledger.fact import StoredFact
from ledger.facts.daily import DailyScoreRecorded
from ledger.facts.safety_wages import EntitlementSet
from ledger.money import times


class DayScore(msgspec.Struct, frozen=True):
    """The inspection score of a person's day; None before it is given (key ``daily-score:<person>/<day>``)."""

    score: str | None = None


def evolve_day_score(state: DayScore, stored: StoredFact) -> DayScore:
    fact = stored.fact
    return DayScore(fact.score) if isinstance(fact, DailyScoreRecorded) else state


class Entitlement(msgspec.Struct, frozen=True):
    """The allocable amount; ``base`` None before it is set (key ``entitlement:<person>/<period>``)."""

    base: int | None = None
    factor: str = "1"

    @property
    def full(self) -> int | None:
        """应分配额: what a full score would earn (SW-03)."""
        return None if self.base is None else times(self.base, Decimal(self.factor))


def evolve_entitlement(state: Entitlement, stored: StoredFact) -> Entitlement:
    fact = stored.fact
    return Entitlement(fact.base, fact.factor) if isinstance(fact, EntitlementSet) else state
