"""ReportsDue: reports by the day on which they were due, with what was handed in by then (ASS-28, rule 35)."""

from __future__ import annotations

from functools import partial
from typing import Any

from tests.projections.appraisals import policy, told
from tests.projections.conftest import Books
from tests.spec import do

AT = "2026-04-03T09:00:00+08:00"
LATER = "2026-04-06T09:00:00+08:00"
submit = partial(do, "SubmitReport", by="P-U1H", at=AT, unit="U1", doc="材料 1")

Shown = list[tuple[Any, ...]]


async def due(books: Books, date: str, **data: Any) -> Shown:
    found = await books.ask("ReportsDue", date=date, **data)
    return [tuple(row.values()) for row in found["reports"]]


async def test_reports_that_fell_due_are_listed_with_the_day_on_which_they_came(books: Books) -> None:
    """[rule 35]"""
    sheet = submit(report="quarter_sheet", period="2026-Q1")
    analysis = submit(at=LATER, report="month_analysis", period="2026-03")
    await told(books, sheet, analysis)
    found = await due(books, "2026-04-06", unit="W1")
    assert {row[0] for row in found} == {"W1"}
    ours = [row for row in await due(books, "2026-04-06", unit="U1") if row[0] == "U1"]
    assert ours[-2:] == [
        ("U1", "month_analysis", "2026-03", "2026-04-05", "2026-04-06", True),
        ("U1", "quarter_sheet", "2026-Q1", "2026-04-05", "2026-04-03", False),
    ]
    assert ("U1", "year", "2025", "2025-12-31", None, True) in ours
    assert ("U1", "half_year", "2025-H1", "2025-07-05", None, True) in ours
    assert len(ours) == 12 + 4 + 1 + 1


async def test_on_the_day_itself_a_report_is_not_late_and_later_ones_are_not_there(books: Books) -> None:
    await told(books, submit(at=LATER, report="month_analysis", period="2026-03"))
    found = await due(books, "2026-04-05")
    assert ("U1", "month_analysis", "2026-03", "2026-04-05", None, False) in found
    assert ("U1", "month_analysis", "2025-03", "2025-04-05", None, True) not in found
    assert ("U1", "month_analysis", "2025-04", "2025-05-05", None, True) in found
    assert sorted(found, key=lambda row: (row[0], row[3], row[1])) == found


async def test_units_of_levels_2_and_3_owe_reports_as_long_as_they_are_there(books: Books) -> None:
    retire = do("RetireUnit", "P-ADM", AT, unit="W3", effective="2026-04-05", reason="撤并")
    await told(books, retire)
    found = await due(books, "2026-04-06")
    assert {row[0] for row in found} == {"U1", "U2", "W1", "W2", "W3"}
    assert max(row[3] for row in found if row[0] == "W3") == "2026-03-05"
    assert {row[0] for row in await due(books, "2026-04-06", unit="U2")} == {"U2", "W3"}


async def test_dates_are_those_of_the_policy_at_the_end_of_the_period(books: Books) -> None:
    dates = {"quarter_sheet": 8, "half_year": "07-15", "year": "12-20", "month_analysis": 10}
    await told(books, policy("reports.due", dates, AT, "2026-04-03"))
    found = {(row[1], row[2]): row[3] for row in await due(books, "2027-03-31", unit="W1")}
    assert found["month_analysis", "2026-03"] == "2026-04-05"
    assert found["month_analysis", "2026-04"] == "2026-05-10"
    assert found["quarter_sheet", "2026-Q2"] == "2026-07-08"
    assert (found["half_year", "2026-H1"], found["year", "2026"]) == ("2026-07-15", "2026-12-20")
