"""R9, R7, R8, R13, R14: safety wages, control figures, payroll, hazards due, quota wages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal

from ledger import scores
from ledger.fact import StoredFact
from ledger.facts.safety_wages import SafetyWageAccrued
from ledger.state.assessment import Assessment
from ledger.state.hazards import Hazard
from ledger.state.reconciliation import Found
from ledger.state.safety_wages import Entitlement
from projections.reconciliation.material import Budget, Payroll, Production

DEVIATION_PERCENT = 20
"""R14: the share by which credited and distributed may differ."""


def safety_wages_are_recalculated(
    facts: Iterable[StoredFact],
    assessments: Mapping[str, Assessment],
    entitlements: Mapping[tuple[str, str], Entitlement],
) -> Iterator[Found]:
    """R9: accrued = what the person is entitled to × factor (a deputy's: × share) × payout of the final score.

    A deputy's wage of before there was a share of its own has it in place of the factor (rule 30).
    """
    for _, _, fact in facts:
        if not isinstance(fact, SafetyWageAccrued):
            continue
        sheet = assessments[fact.assessment]
        entitled = entitlements.get((fact.person, fact.period), Entitlement())
        was_share = fact.grade is not None and fact.share is None
        factors = [fact.factor if was_share else entitled.factor, fact.share or "1", sheet.payout or "0"]
        expected = scores.pay(entitled.base or 0, *map(Decimal, factors))
        if fact.amount != expected:
            yield Found("RECALC_DIFF", fact.assessment, fact.amount - expected)


def budgets_are_kept(budgets: Iterable[Budget]) -> Iterator[Found]:
    """R7: what a unit and all below it have used of a source is within its control figure (工资总额, rule 20).

    Of several the unit's greatest excess is told.
    """
    over: dict[str, int] = {}
    for budget in budgets:
        if budget.used > budget.limit:
            over[budget.unit] = max(over.get(budget.unit, 0), budget.used - budget.limit)
    return (Found("BUDGET_EXCEEDED", unit, amount) for unit, amount in over.items())


def payroll_agrees(payroll: Payroll) -> Iterator[Found]:
    """R8: HR paid what was exported and kept back what was deducted; nothing where HR has told nothing."""
    if payroll.actual is None:
        return
    for person in {**payroll.exported, **payroll.deducted, **payroll.actual}:
        paid, kept = payroll.actual.get(person, (0, 0))
        too_much, kept_too_much = paid - payroll.exported.get(person, 0), kept - payroll.deducted.get(person, 0)
        if too_much or kept_too_much:
            yield Found("PAYROLL_DIFF", person, too_much or kept_too_much)


def hazards_are_marked(hazards: Iterable[Hazard]) -> Iterator[Found]:
    """R13: an open hazard past its deadline has its mark; it counts from the day after (contract §5.28)."""
    return (Found("STATE_DIFF", hazard.hazard, after=hazard.deadline) for hazard in hazards)


def wages_follow_production(production: Iterable[Production]) -> Iterator[Found]:
    """R14: warns where distributed and credited quota wage differ by more than 20 % of what was credited."""
    for unit, credited, distributed in production:
        if credited > 0 and abs(distributed - credited) * 100 > DEVIATION_PERCENT * credited:
            yield Found("DEVIATION", unit, distributed - credited)
