"""When a duty falls in the calendar: the occurrences of its period that a day belongs to (DUTY-10; domain §14).

The period of a duty item is a word of the list's author: a shift of the calendar by its name, ``shift`` for the one
that the person works by the roster (without a word of it: once a day), ``day``, ``workday``, ``week``, ``month``,
``quarter`` or ``year``, in English or Chinese.
"""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from ledger import calendars
from ledger.errors import NoCalendar
from ledger.state.organisation import Organisation, ShiftSpan
from ledger.state.rosters import Rostered
from ledger.vocabulary import Day, Moment

WORDS = {
    "shift": ("shift", "班", "每班"),
    "day": ("day", "daily", "日", "天", "每日", "每天"),
    "workday": ("workday", "工作日", "每工作日"),
    "week": ("week", "weekly", "周", "每周"),
    "month": ("month", "monthly", "月", "每月"),
    "quarter": ("quarter", "quarterly", "季", "季度", "每季", "每季度"),
    "year": ("year", "yearly", "年", "每年"),
}
PERIODS = {word: period for period, words in WORDS.items() for word in words}


class Occurrence(NamedTuple):
    """One instance of a duty: what tells it from the others of its item, and by when it has to be done."""

    key: str
    due: Moment


class UnknownPeriod(Exception):
    """The word is neither a period nor a shift of the calendar."""


def falls_in_a_shift(period: str) -> bool:
    """Does the roster say when?"""
    return PERIODS.get(period.strip().lower()) == "shift"


def occurrences(
    period: str, day: Day, unit: str, organisation: Organisation, rostered: Rostered | None = None
) -> tuple[Occurrence, ...]:
    """Those that a day belongs to; none on a day off.  Raises UnknownPeriod, NoCalendar."""
    word = period.strip()
    spans = organisation.shifts(unit, day)
    if named := [span for span in spans if span.shift in (word, word.removeprefix("每"))]:
        return tuple(_of_shift(span, day, f"{day}.{span.shift}") for span in named)
    match PERIODS.get(word.lower()):
        case "shift":
            return (_until(day, day) if rostered is None else _of_roster(rostered, day, organisation),)
        case "workday":
            return (_until(day, day),) if organisation.is_working(day) else ()
        case None:
            raise UnknownPeriod(period)
        case known:
            return (_of_period(known, day),)


def _of_roster(rostered: Rostered, day: Day, organisation: Organisation) -> Occurrence:
    """Once for the shift that the person works (rule 32): told apart by the day, so another word makes no second."""
    for span in organisation.shifts(rostered.unit, day):
        if span.shift == rostered.shift:
            return _of_shift(span, day, day)
    raise NoCalendar(f"{rostered.unit} has no shift {rostered.shift} on {day}")


def _of_shift(span: ShiftSpan, day: Day, key: str) -> Occurrence:
    """A shift belongs to the day on which it starts and is over when the next one begins."""
    ends_on = calendars.add_days(day, 1) if span.end <= span.start else day
    return Occurrence(key, _at(ends_on, span.end))


def _of_period(period: str, day: Day) -> Occurrence:
    year, week, weekday = date.fromisoformat(day).isocalendar()
    month = int(day[5:7])
    third = (month + 2) // 3 * 3
    match period:
        case "week":
            return _until(f"{year}-W{week:02d}", calendars.add_days(day, 7 - weekday))
        case "month":
            return _until(day[:7], calendars.last_day(day[:7]))
        case "quarter":
            return _until(f"{day[:4]}-Q{third // 3}", calendars.last_day(f"{day[:4]}-{third:02d}"))
        case "year":
            return _until(day[:4], f"{day[:4]}-12-31")
    return _until(day, day)


LAST_SECOND = 24 * 3600 - 1


def _until(key: str, last: Day) -> Occurrence:
    """Until the last second of its last day, so that it is due in the month to which it belongs."""
    return Occurrence(key, _moment(last, LAST_SECOND))


def _at(day: Day, minute: int) -> Moment:
    return _moment(day, 60 * minute)


def _moment(day: Day, seconds: int) -> Moment:
    micro = calendars.microseconds(calendars.midnight(day)) + 1_000_000 * seconds
    return calendars.moment_of(micro)
