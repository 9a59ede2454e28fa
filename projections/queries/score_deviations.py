"""Inspection scores whose figures are not those of the recorded inspections, or that the person has rated himself."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import select

from ledger import scores
from ledger.calendars import last_day
from ledger.facts.assessment import InspectionScored
from ledger.money import plain
from ledger.state.assessment import Assessment
from ledger.vocabulary import MonthOrYear, UnitId
from projections import read_models
from projections.queries.answers import appraisal as answers
from projections.queries.folds import facts_of_documents
from projections.queries.inspections import recorded_inspections, weights_of_inspection
from projections.queries.kernel import Reader, Result, query
from projections.standing import since_opened

Row = dict[str, Any]
states = read_models.states.c
PARTS = ("quality", "coverage", "frequency", "I")


@query(
    "ScoreDeviations",
    "register",
    "duties",
    at="/score-deviations",
    cli="inspections deviations",
    answer=answers.ScoreDeviations,
)
async def score_deviations(reader: Reader, period: MonthOrYear, unit: UnitId | None = None) -> Result:
    """Inspection scores of a month or year that were typed otherwise than recorded, at or below a unit; by sheet, part.

    null is what was not typed, or of which nothing is recorded.  ``self_rated``: scored from facts with the quality
    that the person recorded himself; such a score is always listed.
    """
    rows: list[Row] = []
    for sheet in await _sheets(reader, period, unit):
        told = await facts_of_documents(reader, "assessment", [sheet.assessment])
        facts = since_opened(told[sheet.assessment])
        scored = {one.fact.part or "": one.fact for one in facts if isinstance(one.fact, InspectionScored)}
        for _, fact in sorted(scored.items()):
            recorded = await _recorded(reader, sheet, fact)
            rows += _row(sheet, fact, recorded)
    return {"deviations": rows}


async def _sheets(reader: Reader, period: str, unit: str | None) -> list[Assessment]:
    wanted = select(states.kind, states.body).where(states.kind == "assessment", states.body["period"].astext == period)
    found: list[Assessment] = await reader.states(wanted.order_by(states.id))
    if unit is None:
        return found
    organisation, day = await reader.organisation(), last_day(period if "-" in period else f"{period}-12")
    return [sheet for sheet in found if organisation.within(sheet.unit, unit, day)]


async def _recorded(reader: Reader, sheet: Assessment, fact: InspectionScored) -> dict[str, str | None]:
    """The same figures from the list and the recorded inspections; I with the weights of the day of scoring."""
    month = sheet.period if fact.part is None else f"{sheet.period}-{fact.part}"
    found = await recorded_inspections(reader, sheet.person, month)
    if found is None:
        return dict.fromkeys(PARTS)
    parts = {name: None if part is None else plain(scores.rounded(part)) for name, part in found._asdict().items()}
    if found.quality is None:
        return {**parts, "I": None}
    weights = await weights_of_inspection(reader, sheet.person, fact.business_date)
    exact = scores.inspection(found.quality, found.coverage, found.frequency, weights)
    return {**parts, "I": plain(scores.rounded(exact))}


def _row(sheet: Assessment, fact: InspectionScored, recorded: dict[str, str | None]) -> Iterator[Row]:
    typed = _typed(fact)
    if fact.self_rated or any(value is not None and value != recorded[name] for name, value in typed.items()):
        yield {
            "assessment": sheet.assessment,
            "person": sheet.person,
            "part": fact.part,
            "typed": typed,
            "recorded": recorded,
            "self_rated": fact.self_rated,
        }


def _typed(fact: InspectionScored) -> dict[str, str | None]:
    """Figures that the scorer typed, and the I that came of them (rule 89)."""
    if fact.self_rated:
        return dict.fromkeys(PARTS)
    counted = dict.fromkeys(("coverage", "frequency")) if fact.from_facts else {}
    return {**{name: getattr(fact, name) for name in PARTS}, **counted}
