"""The year of a unit: its quarters, score and grade, vetoes and control quotas (ASS-29 … ASS-36)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ledger.facts.unit_year import YEAR
from ledger.state.unit_year import Quota, UnitYear, bars
from ledger.vocabulary import UnitId, Year
from projections.queries.answers import appraisal as answers
from projections.queries.folds import facts_of_documents, folded
from projections.queries.kernel import Reader, Result, query


@query("UnitYear", at="/units/{unit}/years/{year}", cli="unit-year UNIT YEAR", answer=answers.UnitYear)
async def unit_year(reader: Reader, unit: UnitId, year: Year) -> Result:
    """Quarter scores, annual result, score and grade of a unit's year; what is not scored yet is null."""
    [row] = await years_of(reader, [unit], year)
    return row


async def years_of(reader: Reader, units: Iterable[str], year: str) -> list[Result]:
    """The same year of several units."""
    names = {f"{unit}/{year}": unit for unit in units}
    facts = await facts_of_documents(reader, "year", names)
    return [_row(unit, year, folded(YEAR(unit, year), facts[name])) for name, unit in names.items()]


def _row(unit: str, year: str, state: UnitYear) -> Result:
    return {
        "unit": unit,
        "year": year,
        "quarters": state.quarters,
        "halves": state.halves,
        "annual": state.annual,
        "score": state.score,
        "grade": state.grade,
        "veto": list(state.vetoes),
        "quotas": [_quota(state, indicator, quota) for indicator, quota in sorted(state.quotas.items())],
    }


def _quota(state: UnitYear, indicator: str, quota: Quota) -> dict[str, Any]:
    """Eligible unless over the quota, or revoked by the leading group (F-10)."""
    eligible = not quota.over and not bars(state.revoked, indicator)
    names = sorted({*quota.quarters, *quota.counts})
    by_quarter = {name: {"quota": quota.quarters.get(name), "count": quota.counts.get(name, 0)} for name in names}
    return {
        "indicator": indicator,
        "quota": quota.quota,
        "count": quota.count,
        "eligible": eligible,
        "quarters": by_quarter,
    }
