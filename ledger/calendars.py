"""Reckoning of time (domain §14): Asia/Shanghai only, business dates by shift, windows of working days.

Pure functions on the sortable texts of the vocabulary; nothing here reads a clock.
"""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

ZONE = timedelta(hours=8)
"""+08:00, without daylight saving (also for the years before 1992, which no ledger reaches)."""


def moment(when: datetime) -> str:
    """The canonical text of an aware moment: UTC with six digits."""
    return when.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def parse_moment(text: str) -> datetime:
    """The UTC moment of a canonical text."""
    return datetime.fromisoformat(text)


def local(text: str) -> datetime:
    """Shanghai wall time (naive) of a canonical moment."""
    return datetime.fromisoformat(text[:-1]) + ZONE


_CANONICAL = re.compile(r"\b[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z")


def with_offset(text: str) -> str:
    """The text with every moment in it as people here reckon: 2026-02-06T18:00:00+08:00."""
    return _CANONICAL.sub(lambda found: f"{local(found[0]).isoformat()}+08:00", text) if "Z" in text else text


def on_the_wall(text: str) -> str:
    """The text with every moment in it as the clock on the wall shows it: 2026-02-06 18:00:00."""
    return _CANONICAL.sub(lambda found: local(found[0]).isoformat(" ", "seconds"), text) if "Z" in text else text


def at_local(when: datetime) -> str:
    """The canonical moment of a Shanghai wall time."""
    return (when - ZONE).isoformat(timespec="microseconds") + "Z"


def midnight(day: str, days_later: int = 0) -> str:
    """The moment of 00:00 in Shanghai on a day, or so many days later."""
    return at_local(datetime.fromisoformat(day) + timedelta(days=days_later))


@lru_cache(maxsize=1024)
def local_day(text: str) -> str:
    """The calendar day in Shanghai of a canonical moment."""
    return local(text).date().isoformat()


def add_days(day: str, days: int) -> str:
    return (date.fromisoformat(day) + timedelta(days=days)).isoformat()


def days_between(earlier: str, later: str) -> int:
    return (date.fromisoformat(later) - date.fromisoformat(earlier)).days


def quarter_of(day: str) -> str:
    """``"2026-02-11"`` → ``"2026-Q1"``."""
    return f"{day[:4]}-Q{(int(day[5:7]) + 2) // 3}"


def next_month(month: str) -> str:
    year, number = int(month[:4]), int(month[5:])
    return f"{year + 1:04d}-01" if number == 12 else f"{year:04d}-{number + 1:02d}"


def add_months(day: str, months: int) -> str:
    """The same day so many months later, or the last one of that month where it has none."""
    count = int(day[:4]) * 12 + int(day[5:7]) - 1 + months
    month = f"{count // 12:04d}-{count % 12 + 1:02d}"
    return min(f"{month}-{day[8:]}", last_day(month))


def last_day(month: str) -> str:
    return f"{month}-{monthrange(int(month[:4]), int(month[5:]))[1]:02d}"


def minutes(clock: str) -> int:
    """``"22:00"`` → 1320."""
    return int(clock[:2]) * 60 + int(clock[3:5])


_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - UTC, kept naive for speed


def moment_of(microseconds_since_1970: int) -> str:
    """The canonical text of a recording time."""
    return (_EPOCH + timedelta(microseconds=microseconds_since_1970)).isoformat(timespec="microseconds") + "Z"


def microseconds(text: str) -> int:
    """Microseconds since 1970 of a canonical moment, exactly."""
    passed = datetime.fromisoformat(text[:-1]) - _EPOCH
    return (passed.days * 86_400 + passed.seconds) * 1_000_000 + passed.microseconds
