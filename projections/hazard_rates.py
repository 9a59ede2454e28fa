"""The rates of hazards (F-9, F-11): on time 按期率, closure 闭环率, repeat 重复率; one way for all who tell them.

On time and closure are of the hazards due in a range of days by their last deadline; an extended one counts as
extended.  Repeat is of the hazards reported in it.  A hazard that was rejected or merged counts in none.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from ledger.vocabulary import Day

VOID = ("rejected", "merged")
"""States of a report that turned out to be no hazard of its own."""


class RatedHazard(NamedTuple):
    """All that the rates need to know of a hazard; ``in_time`` is of a closed one, fixed by its last deadline."""

    hazard: str
    state: str
    reported_on: Day
    deadline: Day | None
    in_time: bool
    repeated: bool


class Counted(NamedTuple):
    """The ids behind the numerator, and those behind the denominator."""

    num: list[str]
    den: list[str]


class HazardRates(NamedTuple):
    on_time: Counted
    closure: Counted
    repeat_rate: Counted


def hazard_rates(hazards: Iterable[RatedHazard], first: Day, last: Day) -> HazardRates:
    """The rates of these hazards over the days from ``first`` to ``last``."""
    real = [one for one in hazards if one.state not in VOID]
    due = [one for one in real if one.deadline is not None and first <= one.deadline <= last]
    reported = [one for one in real if first <= one.reported_on <= last]
    return HazardRates(
        _counted(due, {one.hazard for one in due if one.in_time}),
        _counted(due, {one.hazard for one in due if one.state == "closed"}),
        _counted(reported, {one.hazard for one in reported if one.repeated}),
    )


def _counted(whole: Iterable[RatedHazard], part: set[str]) -> Counted:
    names = [one.hazard for one in whole]
    return Counted([name for name in names if name in part], names)
