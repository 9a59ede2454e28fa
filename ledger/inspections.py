"""The cycle of an inspection list (检查周期): which days count for a month, and what was inspected of what is asked.

A listed place counts once a cycle and a shift once a day; a cycle never makes up for another (DUTY-07, DUTY-08,
rule 31).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

import msgspec

from ledger import scores
from ledger.calendars import add_days, days_between, last_day, next_month
from ledger.vocabulary import Day, Month

MONDAY = "1970-01-05"
"""One of them, to count weeks from."""


class Visit(msgspec.Struct, frozen=True):
    """An inspection as far as a score asks for it."""

    day: Day
    shift: str | None
    place: str
    quality: str | None = None


class Asked(NamedTuple):
    """Places and attendances by shift that a list asks for in each cycle."""

    places: Sequence[str]
    freq: Mapping[str, int]
    cycle: str


class Inspected(NamedTuple):
    """The parts of F-1 as they were recorded, unrounded; None where nothing was rated, or nothing is asked."""

    quality: Fraction | None
    coverage: Fraction | None
    frequency: Fraction | None


def cycles(cycle: str, month: Month) -> tuple[tuple[Day, Day], ...]:
    """First and last day of the cycles that count for a month: itself, its quarter, or the weeks that end in it."""
    if cycle == "quarter":
        begins = f"{month[:5]}{(int(month[5:]) - 1) // 3 * 3 + 1:02d}"
        return ((f"{begins}-01", last_day(next_month(next_month(begins)))),)
    if cycle != "week":
        return ((f"{month}-01", last_day(month)),)
    first = f"{month}-01"
    sunday = add_days(first, 6 - days_between(MONDAY, first) % 7)
    weeks = []
    while sunday <= last_day(month):
        weeks.append((add_days(sunday, -6), sunday))
        sunday = add_days(sunday, 7)
    return tuple(weeks)


def months(cycle: str, month: Month) -> tuple[Month, ...]:
    """The months in which those cycles lie."""
    spans = cycles(cycle, month)
    found, last = [spans[0][0][:7]], spans[-1][1][:7]
    while found[-1] < last:
        found.append(next_month(found[-1]))
    return tuple(found)


def inspected(asked: Asked, visits: Iterable[Visit], month: Month) -> Inspected:
    """Quality is the mean of what was rated in the cycles, coverage and frequency are summed over them."""
    spans = cycles(asked.cycle, month)
    known = [visit for visit in visits if any(first <= visit.day <= last for first, last in spans)]
    places, visited, done = list(dict.fromkeys(asked.places)), 0, Counter[str]()
    for first, last in spans:
        within = [visit for visit in known if first <= visit.day <= last]
        seen = {visit.place for visit in within}
        visited += sum(place in seen for place in places)
        attended = Counter(shift for _, shift in {(visit.day, visit.shift) for visit in within})
        done.update({shift: min(attended[shift], wanted) for shift, wanted in asked.freq.items()})
    rated = [Decimal(visit.quality) for visit in known if visit.quality is not None]
    return Inspected(
        scores.mean(rated) if rated else None,
        scores.coverage(len(places) * len(spans), visited),
        scores.frequency({shift: wanted * len(spans) for shift, wanted in asked.freq.items()}, done),
    )
