"""The year of a unit: quarters, score, grade, vetoes, control quotas (key ``year:<unit>/<year>``; F-7, F-10).

A person's control quotas of a year are folded alike (``control:<person>/<year>``; rule 33).
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import reduce

import msgspec

from ledger.fact import StoredFact
from ledger.facts.figures import Figure, HalfScore, Incidents, QuarterScore, Revocation, YearScore
from ledger.facts.pools import EntryReversed
from ledger.facts.unit_year import (
    PERSON_YEAR,
    YEAR,
    BonusEligibilityRevoked,
    ControlQuotaSet,
    GradeAssigned,
    IncidentCounted,
    UnitAnnualScored,
    UnitHalfScored,
    UnitQuarterScored,
    VetoLifted,
    VetoTriggered,
)
from ledger.state.kind import register

ALL = ""
"""Stands for every indicator in a revocation that names none."""

FAILED = "不合格"


class Quota(msgspec.Struct, frozen=True):
    """A control quota and what counts against it, for the year and by quarter."""

    quota: int
    quarters: dict[str, int] = {}
    counts: dict[str, int] = {}
    counted: bool = False

    @property
    def count(self) -> int:
        return sum(self.counts.values())

    @property
    def over(self) -> bool:
        """Over the year's quota, or over a quarter's where quarters have one (contract §5.35)."""
        return self.count > self.quota or any(self.counts.get(name, 0) > most for name, most in self.quarters.items())

    def plus(self, quarter: str, count: int) -> Quota:
        """So many incidents more."""
        counts = {**self.counts, quarter: self.counts.get(quarter, 0) + count}
        return msgspec.structs.replace(self, counts=counts, counted=True)

    def minus(self, quarter: str, count: int) -> Quota:
        """So many less: of a quota against which nothing counts any more, nothing was ever counted."""
        less = self.plus(quarter, -count)
        left = {name: number for name, number in less.counts.items() if number}
        return msgspec.structs.replace(less, counts=left, counted=bool(left))


class UnitYear(msgspec.Struct, frozen=True):
    """``quarters`` are scores by Q1 … Q4, ``halves`` by H1 and H2; ``revoked`` are indicators whose bonus is lost."""

    quarters: dict[str, str] = {}
    halves: dict[str, str] = {}
    annual: str | None = None
    score: str | None = None
    grade: str | None = None
    vetoes: tuple[str, ...] = ()
    quotas: dict[str, Quota] = {}
    revoked: tuple[str, ...] = ()

    @property
    def graded(self) -> bool:
        return self.grade is not None

    @property
    def failed(self) -> bool:
        return self.grade == FAILED


def bars(revoked: Iterable[str], indicator: str | None) -> bool:
    """Does a revocation reach an indicator's bonus?  One without indicator is reached by any (contract §5.35)."""
    return any(indicator is None or name in (ALL, indicator) for name in revoked)


def evolve(state: UnitYear, stored: StoredFact) -> UnitYear:
    """Fold one fact of the unit's year."""
    replace = msgspec.structs.replace
    match stored.fact:
        case UnitQuarterScored(quarter=quarter, score=score):
            scored = {**state.quarters, quarter[5:]: score}
            return replace(state, quarters=dict(sorted(scored.items())))
        case UnitHalfScored(half=half, score=score):
            return replace(state, halves=dict(sorted({**state.halves, half[5:]: score}.items())))
        case UnitAnnualScored(annual=annual, score=score):
            return replace(state, annual=annual, score=score)
        case GradeAssigned(grade=grade):
            return replace(state, grade=grade)
        case VetoTriggered(indicator=indicator):
            return replace(state, vetoes=tuple(sorted({*state.vetoes, indicator})))
        case VetoLifted(indicator=indicator):
            return replace(state, vetoes=tuple(name for name in state.vetoes if name != indicator))
        case ControlQuotaSet(indicator=indicator, quota=quota, quarters=quarters):
            set_now = Quota(quota, {share.quarter: share.quota for share in quarters})
            return replace(state, quotas={**state.quotas, indicator: set_now})
        case IncidentCounted(indicator=indicator, quarter=quarter, count=count):
            counted = state.quotas.get(indicator, Quota(0)).plus(quarter, count)
            return replace(state, quotas={**state.quotas, indicator: counted})
        case BonusEligibilityRevoked(indicator=indicator):
            return replace(state, revoked=(*state.revoked, indicator or ALL))
        case EntryReversed(figures=figures):
            return reduce(_without, figures, state)
        case _:
            return state


def _without(state: UnitYear, figure: Figure) -> UnitYear:
    """The year without a figure that is taken back (rules 23 and 72)."""
    replace = msgspec.structs.replace
    match figure:
        case QuarterScore(quarter=quarter):
            return replace(state, quarters=_but(state.quarters, quarter[5:]))
        case HalfScore(half=half):
            return replace(state, halves=_but(state.halves, half[5:]))
        case YearScore():
            return replace(state, annual=None, score=None, grade=None)
        case Incidents(indicator=indicator, quarter=quarter, count=count, lifts=lifts):
            quotas = {**state.quotas, indicator: state.quotas.get(indicator, Quota(0)).minus(quarter, count)}
            return replace(state, quotas=quotas, revoked=without_one(state.revoked, indicator, lifts=lifts))
        case Revocation(indicator=indicator):
            return replace(state, revoked=without_one(state.revoked, indicator or ALL))
        case _:
            return state


def _but(scores: dict[str, str], name: str) -> dict[str, str]:
    return {part: score for part, score in scores.items() if part != name}


def without_one(revoked: tuple[str, ...], indicator: str, *, lifts: bool = True) -> tuple[str, ...]:
    """One revocation of the indicator less: another one may stand beside it."""
    if not lifts or indicator not in revoked:
        return revoked
    place = revoked.index(indicator)
    return (*revoked[:place], *revoked[place + 1 :])


KINDS = (register(YEAR.prefix, UnitYear, evolve), register(PERSON_YEAR.prefix, UnitYear, evolve))
