"""A person's score sheet (考核成绩单): scores, every deduction with its reason, and what was paid for it."""

from __future__ import annotations

from typing import Any

from ledger.errors import Unknown
from ledger.money import yuan
from ledger.state.assessment import Adjustment, Assessment
from ledger.state.safety_wages import Entitlement
from ledger.vocabulary import AssessmentId
from projections.queries.answers import appraisal as answers
from projections.queries.folds import facts_of_documents, folded
from projections.queries.kernel import Reader, Result, query


@query("Assessment", "register", at="/assessments/{assessment}", cli="assessment ASSESSMENT", answer=answers.Assessment)
async def assessment(reader: Reader, assessment: AssessmentId) -> Result:
    """D, I, S and payout as published or revised (before that null), what a full score would earn (应分配额: base ×
    factor), and the amount accrued.
    """
    sheet: Assessment | None = await reader.state("assessment", assessment)
    if sheet is None:
        raise Unknown("assessment", assessment)
    entitled = await _entitlement(reader, sheet)
    return {
        "assessment": assessment,
        "person": sheet.person,
        "period": sheet.period,
        "kind": sheet.kind,
        "state": sheet.state,
        "D": sheet.D,
        "I": sheet.I,
        "S": sheet.S,
        "payout": sheet.payout,
        "entitlement": None if entitled.full is None else yuan(entitled.full),
        "base": None if entitled.base is None else yuan(entitled.base),
        "factor": None if entitled.base is None else entitled.factor,
        "amount": None if sheet.amount is None else yuan(sheet.amount),
        "unit": sheet.unit,
        "self": _by_part(sheet.self_scores),
        "adjustments": [_adjustment(one) for one in sheet.adjustments],
        "inspections": _by_part(sheet.inspections),
        "objected": sheet.objected,
        "window_until": sheet.window_until,
    }


async def _entitlement(reader: Reader, sheet: Assessment) -> Entitlement:
    name = f"{sheet.person}/{sheet.period}"
    facts = await facts_of_documents(reader, "entitlement", [name])
    state: Entitlement = folded(f"entitlement:{name}", facts[name])
    return state


def _by_part(scores: dict[str, str]) -> list[dict[str, Any]]:
    return [{"part": part or None, "score": score} for part, score in sorted(scores.items())]


def _adjustment(one: Adjustment) -> dict[str, Any]:
    return {
        "part": one.part or None,
        "points": one.points,
        "bonus": one.bonus,
        "reason_code": one.reason_code,
        "evidence": list(one.evidence),
    }
