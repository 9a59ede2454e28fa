"""The register of risks (风险分级管控清单): level, measures, who answers, until when it is to be reviewed (rule 39)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from ledger.state.risks import Risk
from ledger.vocabulary import RiskLevel, UnitId
from projections import read_models
from projections.queries.answers import boards as answers
from projections.queries.kernel import Reader, Result, query, read_state

states = read_models.states.c


@query("Risks", "register", at="/risks", cli="risks --overdue/--in-time", answer=answers.Risks)
async def risks(
    reader: Reader, unit: UnitId | None = None, level: RiskLevel | None = None, overdue: bool | None = None
) -> Result:
    """Risks by id, of a unit and everything below it, of one level; retired ones are shown as such.

    ``overdue``: marked after the day of its review and not reviewed since, or not.
    """
    wanted = select(states.body).where(states.kind == "risk").order_by(states.id)
    if unit is not None:
        wanted = wanted.where(states.unit.in_(await reader.unit_and_below(unit)))
    found: list[Risk] = [read_state("risk", row.body) for row in await reader.rows(wanted)]
    asked = (each for each in found if level in (None, each.level) and overdue in (None, each.overdue))
    return {"risks": [_row(each) for each in asked]}


def _row(risk: Risk) -> dict[str, Any]:
    return {
        "risk": risk.risk,
        "unit": risk.unit,
        "place": risk.place,
        "level": risk.level,
        "person": risk.person,
        "state": risk.state,
        "measures": [each.measure for each in risk.measures],
        "review_by": risk.review_by,
        "overdue": risk.overdue,
    }
