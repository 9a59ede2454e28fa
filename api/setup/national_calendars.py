"""Work calendars as the State Council's office has published them (国务院办公厅节假日安排), with their source."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from ledger.calendars import add_days

TO = ".."


class NationalCalendar(NamedTuple):
    """Days off and make-up working days of a year, and the notice that says so."""

    holidays: tuple[str, ...]
    workdays: tuple[str, ...]
    source: str


@cache
def national_calendars() -> dict[str, NationalCalendar]:
    """By year."""
    text = (files("api.setup") / "national_calendars.toml").read_text(encoding="utf-8")
    return {
        year: NationalCalendar(tuple(days(found["holidays"])), tuple(days(found["workdays"])), found["source"])
        for year, found in tomllib.loads(text).items()
    }


def days(spans: Iterable[str]) -> Iterator[str]:
    """Every day of single days and of spans such as ``2026-10-01..2026-10-07``."""
    for span in spans:
        first, _, last = span.partition(TO)
        day = first
        while day <= (last or first):
            yield day
            day = add_days(day, 1)
