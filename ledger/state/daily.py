"""A team's day: its sheet, and the score of a person's day, each given once."""

from __future__ import annotations

import msgspec

from ledger.accounts import parse
from ledger.fact import StoredFact
from ledger.facts.daily import DAILY_SCORE, DailyQuotaWageAccrued, DailyScoreRecorded
from ledger.facts.periods import DAY_SHEET, DaySheetSealed
from ledger.facts.pools import EntryReversed
from ledger.state.kind import register


class DaySheet(msgspec.Struct, frozen=True):
    """A team's day: who was given a daily wage, and is the sheet sealed (``used``)?"""

    waged: tuple[str, ...] = ()
    used: bool = False


def evolve_day_sheet(state: DaySheet, stored: StoredFact) -> DaySheet:
    match stored.fact:
        case DailyQuotaWageAccrued(person=person):
            return msgspec.structs.replace(state, waged=(*state.waged, person))
        case DaySheetSealed():
            return msgspec.structs.replace(state, used=True)
        case EntryReversed(lines=()):
            return msgspec.structs.replace(state, used=False)
        case EntryReversed(lines=lines):
            back = {parse(line.account).owner for line in lines}
            return msgspec.structs.replace(state, waged=tuple(person for person in state.waged if person not in back))
        case _:
            return state


class DayScore(msgspec.Struct, frozen=True):
    """The inspection score of a person's day; None before it is given."""

    score: str | None = None


def evolve_day_score(state: DayScore, stored: StoredFact) -> DayScore:
    match stored.fact:
        case DailyScoreRecorded(score=score):
            return DayScore(score)
        case EntryReversed():
            return DayScore()
        case _:
            return state


KINDS = (
    register(DAY_SHEET.prefix, DaySheet, evolve_day_sheet),
    register(DAILY_SCORE.prefix, DayScore, evolve_day_score),
)
