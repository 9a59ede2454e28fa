"""Facts of a unit's year: quarters, annual result, grade, veto, control quotas, bonus and equal-force penalty.

Scores stand on the stream of the unit's year (``assessment-W1-2026``), the rest on the unit's or person's stream.
"""

from __future__ import annotations

import msgspec

from ledger.accounts import AccountCode, account_of
from ledger.consequences import DueChanges, Tags, short
from ledger.fact import Fact
from ledger.facts.pools import counted_in
from ledger.keys import Key, UniqueKey
from ledger.vocabulary import CentreId, Day, Fen, Half, PartyId, PersonId, Quarter, UnitId, Year


class ScorePart(msgspec.Struct, frozen=True):
    """One of the areas that a quarter's sheet is made of (ASS-25)."""

    name: str
    score: str


YEAR = Key("year", "unit", "year")
"""A unit's year."""

PERSON_YEAR = Key("control", "person", "year")
"""A person's control quotas of a year (rule 33)."""


def _year_of(unit: UnitId | None, person: PersonId | None, year: Year) -> str:
    """The year of the unit, else of the person."""
    return YEAR(unit, year) if unit else PERSON_YEAR(person or "", year)


class UnitQuarterScored(Fact, frozen=True, kw_only=True, tag="unit-year.quarter-scored.v1"):
    """Basic management of a quarter is scored by the meeting (ASS-27, ASS-28)."""

    unit: UnitId
    quarter: Quarter
    score: str
    parts: tuple[ScorePart, ...] = ()

    def tags(self) -> Tags:
        return (YEAR(self.unit, self.quarter[:4]),)


class UnitHalfScored(Fact, frozen=True, kw_only=True, tag="unit-year.half-scored.v1"):
    """半年考核: the leading group scores a unit's half of a year (ASS-27, rule 35)."""

    unit: UnitId
    half: Half
    score: str

    def tags(self) -> Tags:
        return (YEAR(self.unit, self.half[:4]),)


class UnitAnnualScored(Fact, frozen=True, kw_only=True, tag="unit-year.annual-scored.v1"):
    """The year: ``score`` = mean of the ``quarters`` scored × 30 % + ``annual`` × 70 % (F-7, ASS-30).

    ``halves``: the annual result is the mean of so many halves (rule 35).
    """

    unit: UnitId
    year: Year
    annual: str
    score: str
    quarters: int
    approvals: tuple[PersonId, ...] = ()
    halves: int = 0

    def tags(self) -> Tags:
        return (YEAR.of(self),)


class GradeAssigned(Fact, frozen=True, kw_only=True, tag="unit-year.grade-assigned.v1"):
    """The grade (F-8) of the year's score; any ``veto`` forces 不合格 (ASS-22)."""

    unit: UnitId
    year: Year
    score: str
    grade: str
    veto: tuple[str, ...] = ()

    def tags(self) -> Tags:
        return (YEAR.of(self),)


class VetoTriggered(Fact, frozen=True, kw_only=True, tag="unit-year.veto-triggered.v1"):
    """一票否决: an indicator that forces the year to 不合格."""

    unit: UnitId
    year: Year
    indicator: str
    reason: str
    evidence: tuple[str, ...] = ()

    def tags(self) -> Tags:
        return (YEAR.of(self),)


class VetoLifted(Fact, frozen=True, kw_only=True, tag="unit-year.veto-lifted.v1"):
    """The leading group takes a veto back."""

    unit: UnitId
    year: Year
    indicator: str
    reason: str
    approvals: tuple[PersonId, ...]

    def tags(self) -> Tags:
        return (YEAR.of(self),)


class QuarterQuota(msgspec.Struct, frozen=True):
    """A quarter's share of a year's quota."""

    quarter: str
    quota: int


class ControlQuotaSet(Fact, frozen=True, kw_only=True, tag="unit-year.quota-set.v1"):
    """控制指标: how many incidents of a kind a section or person may have in a year, and by quarter (ASS-35)."""

    unit: UnitId | None = None
    indicator: str
    year: Year
    quota: int
    quarters: tuple[QuarterQuota, ...] = ()
    person: PersonId | None = None

    def tags(self) -> Tags:
        return (_year_of(self.unit, self.person, self.year),)


INCIDENT = UniqueKey("incident", "unit", "doc")
PERSONS_INCIDENT = UniqueKey("incident-of", "person", "doc")


class IncidentCounted(Fact, frozen=True, kw_only=True, tag="unit-year.incident-counted.v1"):
    """Incidents that count against a quota of a unit or person, once per paper."""

    unit: UnitId | None = None
    indicator: str
    year: Year
    quarter: str
    count: int
    doc: str
    occurred: Day
    person: PersonId | None = None

    def tags(self) -> Tags:
        once = INCIDENT if self.unit else PERSONS_INCIDENT
        return (_year_of(self.unit, self.person, self.year), once.of(self))


class BonusEligibilityRevoked(Fact, frozen=True, kw_only=True, tag="unit-year.bonus-eligibility-revoked.v1"):
    """A unit or person loses the bonus of an indicator in a year, or of all without one (ASS-36)."""

    year: Year
    scope: str
    reason: str
    unit: UnitId | None = None
    person: PersonId | None = None
    indicator: str | None = None
    approvals: tuple[PersonId, ...] = ()

    def tags(self) -> Tags:
        return (YEAR.of(self),) if self.unit else ()


BONUS = UniqueKey("bonus", "party", "kind", "period", "indicator")
"""A party gets one bonus of a kind for a period and indicator."""


class BonusAwarded(Fact, frozen=True, kw_only=True, tag="bonus.awarded.v1"):
    """**$** A bonus to a person, or to a unit's wage pool (``pool``), from the root's source (P14, ASS-31).

    A unit's annual bonus keeps the grade and the rate of ``bonus.table`` that it was computed from.
    """

    party: PartyId
    pool: bool
    kind: str
    period: str
    amount: Fen
    root: UnitId
    indicator: str | None = None
    doc: str | None = None
    grade: str | None = None
    base: Fen | None = None
    rate: str | None = None
    approvals: tuple[PersonId, ...] = ()
    totals: tuple[UnitId, ...] = ()

    def tags(self) -> Tags:
        account = account_of(AccountCode.SRC_BONUS, self.root)
        bonus = BONUS(self.party, self.kind, self.period, self.indicator or "")
        return (bonus, *counted_in(account, self.totals, self.business_date, self.period[:4]))


EQUAL_FORCE = UniqueKey("equal-force", "unit", "year")


class EqualForcePenaltyConfirmed(Fact, frozen=True, kw_only=True, tag="unit-year.equal-force-confirmed.v1"):
    """**$** 同等力度: a failed year costs the pool as much as the full reward (P15, ASS-32)."""

    unit: UnitId
    year: Year
    base: Fen
    factor: str
    amount: Fen
    shortfall: Fen
    centre: CentreId

    def due_changes(self) -> DueChanges:
        return short(self.unit, EQUAL_FORCE.of(self), self.shortfall, self.centre)

    def tags(self) -> Tags:
        return (EQUAL_FORCE.of(self),)
