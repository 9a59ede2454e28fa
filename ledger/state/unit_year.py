"""The year of a unit: quarters, score, grade, vetoes, control quotas (key ``year:<unit>/<year>``; F-7, F-10)."""

from __future__ import annotations

from collections.abc import Iterable
from functools import singledispatch

import msgspec

from ledger.fact import Fact, StoredFact
from ledger.facts import unit_year as facts

ALL = ""
"""Stands for every indicator in a revocation that names none."""

FAILED = "不合格"


def year_key(unit: str, year: str) -> str:
    return f"year:{unit}/{year}"


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


class UnitYear(msgspec.Struct, frozen=True):
    """``quarters`` are scores by Q1 … Q4; ``revoked`` are indicators whose bonus the unit has lost."""

    quarters: dict[str, str] = {}
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
    return _evolve(stored.fact, state)


@singledispatch
def _evolve(fact: Fact, state: UnitYear) -> UnitYear:
    return state


@_evolve.register
def _(fact: facts.UnitQuarterScored, state: UnitYear) -> UnitYear:
    scored = {**state.quarters, fact.quarter[5:]: fact.score}
    return msgspec.structs.replace(state, quarters=dict(sorted(scored.items())))


@_evolve.register
def _(fact: facts.UnitAnnualScored, state: UnitYear) -> UnitYear:
    return msgspec.structs.replace(state, annual=fact.annual, score=fact.score)


@_evolve.register
def _(fact: facts.GradeAssigned, state: UnitYear) -> UnitYear:
    return msgspec.structs.replace(state, grade=fact.grade)


@_evolve.register
def _(fact: facts.VetoTriggered, state: UnitYear) -> UnitYear:
    return msgspec.structs.replace(state, vetoes=tuple(sorted({*state.vetoes, fact.indicator})))


@_evolve.register
def _(fact: facts.VetoLifted, state: UnitYear) -> UnitYear:
    return msgspec.structs.replace(state, vetoes=tuple(name for name in state.vetoes if name != fact.indicator))


@_evolve.register
def _(fact: facts.ControlQuotaSet, state: UnitYear) -> UnitYear:
    quota = Quota(fact.quota, {share.quarter: share.quota for share in fact.quarters})
    return msgspec.structs.replace(state, quotas={**state.quotas, fact.indicator: quota})


@_evolve.register
def _(fact: facts.IncidentCounted, state: UnitYear) -> UnitYear:
    quota = state.quotas.get(fact.indicator, Quota(0))
    counts = {**quota.counts, fact.quarter: quota.counts.get(fact.quarter, 0) + fact.count}
    counted = msgspec.structs.replace(quota, counts=counts, counted=True)
    return msgspec.structs.replace(state, quotas={**state.quotas, fact.indicator: counted})


@_evolve.register
def _(fact: facts.BonusEligibilityRevoked, state: UnitYear) -> UnitYear:
    return msgspec.structs.replace(state, revoked=(*state.revoked, fact.indicator or ALL))
