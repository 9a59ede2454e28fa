"""The base of a safety wage: a person's entitlement of a period, and the main leader's grade of a year."""

from __future__ import annotations

from decimal import Decimal

import msgspec

from ledger.fact import StoredFact, topic_of
from ledger.facts.pools import EntryReversed
from ledger.facts.safety_wages import (
    ENTITLEMENT,
    LEADER_GRADE,
    EntitlementSet,
    LeaderGradeRecorded,
    SafetyWageAccrued,
)
from ledger.money import times
from ledger.state.kind import register


class Entitlement(msgspec.Struct, frozen=True):
    """The allocable amount; ``base`` None before it is set."""

    base: int | None = None
    factor: str = "1"

    @property
    def full(self) -> int | None:
        """应分配额: what a full score would earn (SW-03)."""
        return None if self.base is None else times(self.base, Decimal(self.factor))


def evolve(state: Entitlement, stored: StoredFact) -> Entitlement:
    match stored.fact:
        case EntitlementSet(base=base, factor=factor):
            return Entitlement(base, factor)
        case EntryReversed():
            return Entitlement()
        case _:
            return state


class LeaderGrade(msgspec.Struct, frozen=True):
    """The grade as recorded, and by assessment the grade of what was accrued and stands (rule 30)."""

    recorded: str | None = None
    accrued: dict[str, str] = {}


RECORDED = topic_of(LeaderGradeRecorded)


def evolve_leader_grade(state: LeaderGrade, stored: StoredFact) -> LeaderGrade:
    replace, accrued = msgspec.structs.replace, state.accrued
    match stored.fact:
        case LeaderGradeRecorded(grade=grade):
            return replace(state, recorded=grade)
        case SafetyWageAccrued(assessment=sheet, grade=str(grade)):
            return replace(state, accrued={**accrued, sheet: grade})
        case EntryReversed(original_topic=topic) if topic == RECORDED:
            return replace(state, recorded=None)
        case EntryReversed(assessment=sheet):
            return replace(state, accrued={name: grade for name, grade in accrued.items() if name != sheet})
        case _:
            return state


KINDS = (
    register(ENTITLEMENT.prefix, Entitlement, evolve),
    register(LEADER_GRADE.prefix, LeaderGrade, evolve_leader_grade),
)
