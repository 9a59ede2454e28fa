"""Facts of the day (日清): a team leader's score, and the quota wage that is tied to it (ASS-10)."""

from __future__ import annotations

from ledger.consequences import Tags
from ledger.fact import Fact
from ledger.facts.periods import DAY_SHEET
from ledger.keys import Key, UniqueKey
from ledger.vocabulary import Day, Fen, PersonId, UnitId

DAILY_SCORE = Key("daily-score", "person", "day")


class DailyScoreRecorded(Fact, frozen=True, kw_only=True, tag="daily.score-recorded.v1"):
    """The workshop head's inspection score of a person's day, on the month's sheet of that person."""

    person: PersonId
    unit: UnitId
    day: Day
    score: str

    def tags(self) -> Tags:
        return (DAILY_SCORE.of(self),)


DAILY_WAGE = UniqueKey("daily-wage", "person", "day")


class DailyQuotaWageAccrued(Fact, frozen=True, kw_only=True, tag="daily.quota-wage-accrued.v1"):
    """**$** The day's quota wage times what the score pays (P3, F-6); the rest stays in the pool.  Mirrored."""

    person: PersonId
    unit: UnitId
    day: Day
    quota_wage: Fen
    score: str
    payout: str
    amount: Fen
    approved_by: PersonId | None = None

    def tags(self) -> Tags:
        return (DAILY_WAGE.of(self), DAY_SHEET.of(self))
