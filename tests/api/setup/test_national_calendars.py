"""The published work calendars are what their notices say of the year as a whole."""

from __future__ import annotations

from datetime import date

import pytest

from api.setup.national_calendars import days, national_calendars

DAYS_OFF = {"2024": 28, "2025": 28, "2026": 33}
"""Days of all holidays together, weekends among them included, as the notices count them (1+8+3+5+1+3+7 …)."""


@pytest.mark.parametrize("year", DAYS_OFF)
def test_holidays_are_those_of_the_notice_and_make_up_days_are_weekends(year: str) -> None:
    holidays, workdays, source = national_calendars()[year]
    assert len(holidays) == len({*holidays}) == DAYS_OFF[year]
    assert not {*holidays} & {*workdays}
    assert all(day.startswith(year) for day in (*holidays, *workdays))
    assert all(date.fromisoformat(day).weekday() >= 5 for day in workdays)
    assert f"国务院办公厅关于{year}年" in source


@pytest.mark.parametrize("year", DAYS_OFF)
def test_a_year_has_the_working_days_that_the_law_leaves(year: str) -> None:
    """365 or 366 days less weekends and the 11 or 13 legal holidays (全国年节及纪念日放假办法), whatever is moved."""
    holidays, workdays, _ = national_calendars()[year]
    all_days = list(days([f"{year}-01-01..{year}-12-31"]))
    weekdays = {day for day in all_days if date.fromisoformat(day).weekday() < 5}
    working = (weekdays - {*holidays}) | {*workdays}
    legal = 11 if year == "2024" else 13
    weekends = len(all_days) - len(weekdays)
    assert abs(len(working) - (len(all_days) - weekends - legal)) <= 2


def test_a_span_has_both_its_ends() -> None:
    assert list(days(["2026-02-27..2026-03-02", "2026-06-19"])) == [
        *("2026-02-27", "2026-02-28", "2026-03-01", "2026-03-02"),
        "2026-06-19",
    ]
