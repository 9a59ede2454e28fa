"""Reports of a unit: is one handed in (key ``report:<unit>/<report>/<period>``), and when is it due (ASS-28)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from ledger import calendars
from ledger.fact import StoredFact
from ledger.facts.pools import EntryReversed
from ledger.facts.reports import REPORT, ReportSubmitted
from ledger.state.kind import register
from ledger.vocabulary import Day, Month, Year

QUARTER_SHEET, HALF_YEAR, YEAR, MONTH_ANALYSIS = "quarter_sheet", "half_year", "year", "month_analysis"


class Report(msgspec.Struct, frozen=True):
    """The business date on which it was handed in; None before, and again when that is reversed."""

    submitted: Day | None = None


def evolve(state: Report, stored: StoredFact) -> Report:
    match stored.fact:
        case ReportSubmitted(business_date=day):
            return Report(day)
        case EntryReversed():
            return Report()
        case _:
            return state


def is_period_of(report: str, period: str) -> bool:
    """Is it a period for which this report is made?  The second half of a year is in the year's (rule 35)."""
    mark = period[5:6] if len(period) > len("2026") else ""
    return {QUARTER_SHEET: mark == "Q", HALF_YEAR: period[5:] == "H1", YEAR: not mark, MONTH_ANALYSIS: mark.isdigit()}[
        report
    ]


def periods_of(year: Year) -> Iterator[tuple[str, str]]:
    """(report, period) of everything that a unit has to hand in for a year."""
    yield from ((QUARTER_SHEET, f"{year}-Q{number}") for number in range(1, 5))
    yield HALF_YEAR, f"{year}-H1"
    yield YEAR, year
    yield from ((MONTH_ANALYSIS, f"{year}-{number:02d}") for number in range(1, 13))


def last_month(period: str) -> Month:
    """The month with which a period ends."""
    match period[5:6]:
        case "Q":
            return f"{period[:4]}-{int(period[6]) * 3:02d}"
        case "H":
            return f"{period[:4]}-{int(period[6]) * 6:02d}"
        case "":
            return f"{period}-12"
        case _:
            return period


def due_on(report: str, period: str, due: dict[str, Any]) -> Day:
    """The day on which a report is due by ``reports.due``: a date of its year, or a day after its period."""
    if report in (HALF_YEAR, YEAR):
        return f"{period[:4]}-{due[report]}"
    return f"{calendars.next_month(last_month(period))}-{due[report]:02d}"


KINDS = (register(REPORT.prefix, Report, evolve),)
