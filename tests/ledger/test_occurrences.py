"""When a duty falls: shifts of the calendar, days, weeks, months, quarters and years (DUTY-10, domain §14)."""

from __future__ import annotations

import pytest

from ledger.calendars import local
from ledger.errors import NoCalendar
from ledger.occurrences import UnknownPeriod, occurrences
from ledger.state.organisation import Organisation
from ledger.state.rosters import Rostered
from tests.spec import group

GROUP: Organisation = group().states["org"]


def fall(period: str, day: str, unit: str = "T1", rostered: Rostered | None = None) -> list[tuple[str, str]]:
    """(key, due on the clock in Shanghai)."""
    return [(one.key, local(one.due).isoformat(" ")) for one in occurrences(period, day, unit, GROUP, rostered)]


def test_a_duty_of_the_shift_falls_in_the_shift_that_the_person_works() -> None:
    """[rule 32]"""
    assert fall("shift", "2026-03-02", rostered=Rostered("T2", "夜")) == [("2026-03-02", "2026-03-03 06:00:00")]
    assert fall("每班", "2026-03-02", rostered=Rostered("T1", "早")) == [("2026-03-02", "2026-03-02 14:00:00")]


def test_without_a_roster_a_duty_of_the_shift_falls_once_a_day() -> None:
    """[rule 32]"""
    assert fall("shift", "2026-03-02") == [("2026-03-02", "2026-03-02 23:59:59")]


@pytest.mark.parametrize("word", ["夜", "每夜", " 夜 "])
def test_a_shift_by_its_name_is_that_shift_alone(word: str) -> None:
    assert fall(word, "2026-02-28") == [("2026-02-28.夜", "2026-03-01 06:00:00")]


@pytest.mark.parametrize(
    ("words", "key", "due"),
    [
        (("day", "Daily", "每日", "天"), "2026-03-04", "2026-03-04 23:59:59"),
        (("week", "每周"), "2026-W10", "2026-03-08 23:59:59"),
        (("month", "每月", "月"), "2026-03", "2026-03-31 23:59:59"),
        (("quarter", "季度"), "2026-Q1", "2026-03-31 23:59:59"),
        (("year", "每年"), "2026", "2026-12-31 23:59:59"),
    ],
)
def test_a_duty_of_a_period_is_due_at_its_end(words: tuple[str, ...], key: str, due: str) -> None:
    for word in words:
        assert fall(word, "2026-03-04") == [(key, due)]


def test_a_week_belongs_to_the_year_of_its_thursday() -> None:
    assert fall("week", "2027-01-01") == [("2026-W53", "2027-01-03 23:59:59")]
    assert fall("month", "2028-02-10") == [("2028-02", "2028-02-29 23:59:59")]


def test_a_working_day_is_one_of_the_published_calendar() -> None:
    assert fall("workday", "2026-03-02") == [("2026-03-02", "2026-03-02 23:59:59")]
    assert fall("workday", "2026-03-01") == []
    with pytest.raises(NoCalendar):
        fall("工作日", "2031-03-03")


def test_a_shift_that_the_calendar_has_no_longer_cannot_be_told() -> None:
    with pytest.raises(NoCalendar):
        fall("shift", "2026-03-02", rostered=Rostered("T1", "白"))


@pytest.mark.parametrize("word", ["", "now and then", "夜班长", "2 weeks"])
def test_another_word_is_no_period(word: str) -> None:
    with pytest.raises(UnknownPeriod):
        fall(word, "2026-03-02")
