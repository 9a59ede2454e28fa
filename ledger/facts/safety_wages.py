"""Facts of the safety wage (安全工资): entitlement, accrual, what becomes of the rest (SW, ASS-05, ASS-12)."""

from __future__ import annotations

from ledger.consequences import Tags
from ledger.fact import Fact
from ledger.keys import Key, UniqueKey
from ledger.vocabulary import AssessmentId, CentreId, Fen, MonthOrYear, PersonId, UnitId, Year

ENTITLEMENT = Key("entitlement", "person", "period")


class EntitlementSet(Fact, frozen=True, kw_only=True, tag="safety-wage.entitlement-set.v1"):
    """The allocable amount of a person and period; ``factor`` is how far the unit reached its indicators (SW-03)."""

    person: PersonId
    period: MonthOrYear
    base: Fen
    factor: str

    def tags(self) -> Tags:
        return (ENTITLEMENT.of(self),)


LEADER_GRADE = Key("leader-grade", "year")
"""The grade that the group gives the main leader for a year, and the accruals that go by it."""


class LeaderGradeRecorded(Fact, frozen=True, kw_only=True, tag="safety-wage.leader-grade-recorded.v1"):
    """班子考核等级: every deputy's year is paid by the one grade of the main leader (ASS-05, rule 30)."""

    year: Year
    grade: str
    doc: str

    def tags(self) -> Tags:
        return (LEADER_GRADE.of(self),)


SAFETY_WAGE = UniqueKey("safety-wage", "person", "period")


class SafetyWageAccrued(Fact, frozen=True, kw_only=True, tag="safety-wage.accrued.v1"):
    """**$** A final score pays out of the unit's safety pool (P11, F-5); mirrored on the person.

    ``factor`` is the entitlement's, ``share`` a deputy's by grade (rule 30).  Before there was a ``share``, a deputy's
    took the place of the factor.
    """

    assessment: AssessmentId
    person: PersonId
    period: MonthOrYear
    unit: UnitId
    base: Fen
    factor: str
    S: str
    payout: str
    amount: Fen
    grade: str | None = None
    share: str | None = None

    def tags(self) -> Tags:
        graded = () if self.share is None else (LEADER_GRADE(self.period),)
        return (SAFETY_WAGE.of(self), *graded)


class SafetyWageRemainderDecided(Fact, frozen=True, kw_only=True, tag="safety-wage.remainder-decided.v1"):
    """**$** At the end of the year: what was not paid stays, goes to the fund, or back to its source (P20)."""

    unit: UnitId
    year: Year
    decision: str
    amount: Fen
    centre: CentreId
    reason: str
    approvals: tuple[PersonId, ...]
