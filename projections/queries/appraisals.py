"""How far the appraisal of a month or year is, unit by unit (考核进度)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import select

from ledger import calendars
from ledger.state.reports import QUARTER_SHEET
from ledger.vocabulary import Day, MonthOrYear, UnitId
from projections import read_models
from projections.queries.answers import appraisal as answers
from projections.queries.kernel import Reader, Result, query
from projections.queries.posts import holders
from projections.queries.report_dates import Dates, report_dates
from projections.queries.unit_years import years_of

Row = dict[str, Any]
states = read_models.states.c

STATES = ("opened", "self_scored", "published", "objected", "final")


@query(
    "AppraisalProgress", "register", at="/appraisals/{period}", cli="progress PERIOD", answer=answers.AppraisalProgress
)
async def appraisal_progress(reader: Reader, period: MonthOrYear, unit: UnitId | None = None) -> Result:
    """How far the appraisal of a period is, unit by unit: sheets by state, how many are paid, who is waited for.

    A sheet is ``missing`` of everyone in safety-production management on the last day of a month, or today, and for a
    year of the company's deputies.

    For a year also that of each mine or plant, and of every other unit that is appraised: quarters scored, those that
    are late (ASS-28), score, grade, veto and quotas.
    """
    covered = await reader.unit_and_below(unit) if unit else list((await reader.organisation()).units)
    sheets = await _sheets(reader, period, covered)
    for one in await _missing(reader, period, covered):
        sheets.setdefault(one["unit"], []).append(one)
    rows = [{"unit": name, **_counted(sheets[name])} for name in sorted(sheets)]
    open_ = [row for name in sorted(sheets) for row in sheets[name] if row["state"] != "final"]
    result: Result = {"period": period, "units": rows, "waiting": open_[:WAITING], "waiting_more": len(open_) > WAITING}
    if "-" not in period:
        today, units = await reader.today(), (await reader.organisation()).units
        due_of = await report_dates(reader)
        years = await years_of(reader, sorted(covered), period)
        result["years"] = [
            _with_late(row, today, due_of) for row in years if units[row["unit"]].level == MINE_LEVEL or is_begun(row)
        ]
    return result


WAITING = 1000


async def _sheets(reader: Reader, period: str, units: Iterable[str]) -> dict[str, list[Row]]:
    """The sheets of a period by the unit that was the person's home when they were opened."""
    body = states.body
    wanted = (
        select(states.id, states.unit, states.state, states.total, body["person"].astext.label("person"))
        .where(states.kind == "assessment", body["period"].astext == period, states.unit.in_(list(units)))
        .order_by(body["person"].astext)
    )
    found: dict[str, list[Row]] = {}
    for row in await reader.rows(wanted):
        sheet = {"assessment": row.id, "person": row.person, "unit": row.unit, "state": row.state}
        found.setdefault(row.unit, []).append({**sheet, "paid": row.total is not None})
    return found


async def _missing(reader: Reader, period: str, units: Iterable[str]) -> list[Row]:
    """Those who ought to have a sheet of the period, which has begun, and for whom none was opened."""
    today, of_year, covered = await reader.today(), "-" not in period, frozenset(units)
    if period > today:
        return []
    day = min(today, calendars.last_day(f"{period}-12" if of_year else period))
    person = states.body["person"].astext.label("person")
    wanted = select(person).where(states.kind == "assessment", states.body["period"].astext == period)
    having = {row.person for row in await reader.rows(wanted)}
    required = (one for one in (await holders(reader, None, day)).values() if one.manages)
    return [
        {"assessment": None, "person": one.person, "unit": one.home, "state": "missing", "paid": False}
        for one in required
        if one.is_company_deputy == of_year and one.home in covered and one.person not in having
    ]


def _counted(sheets: list[Row]) -> Row:
    by_state = {name: sum(sheet["state"] == name for sheet in sheets) for name in STATES}
    missing = sum(sheet["state"] == "missing" for sheet in sheets)
    return {
        "sheets": len(sheets) - missing,
        "missing": missing,
        **by_state,
        "paid": sum(sheet["paid"] for sheet in sheets),
    }


def _with_late(row: Row, today: Day, due_of: Dates) -> Row:
    """A unit's year, with the quarters that are not scored though their score sheets were due (ASS-28)."""
    unit, year = row["unit"], row["year"]
    open_ = [name for name in ("Q1", "Q2", "Q3", "Q4") if name not in row["quarters"]]
    return {**row, "late": [name for name in open_ if today > due_of(unit, QUARTER_SHEET, f"{year}-{name}")]}


MINE_LEVEL = 2
"""二级单位: their year is always appraised (ASS-30)."""


def is_begun(row: Row) -> bool:
    """Is anything known of the year?"""
    return any(value for name, value in row.items() if name not in ("unit", "year"))
