"""The two time axes of a question: as of a business date, as known at a moment or position (domain §1.11).

An occurrence is dated by its business date; knowledge is told by positions.  A question without either is asked as
of now, of everything that is known.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, text, true

from ledger import forms
from ledger.calendars import midnight, parse_moment
from ledger.errors import Invalid
from ledger.vocabulary import Day
from projections import read_models
from projections.queries.kernel import Reader

journal = read_models.entries.c
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")


class Axes(NamedTuple):
    """The end of a business date (None: of all days), and the last position that was known."""

    day: Day | None
    position: int
    said: dict[str, Any]
    """The axes that were asked for, to be repeated in the answer; empty for a question of now."""

    @property
    def is_now(self) -> bool:
        return not self.said

    @property
    def entries(self) -> ColumnElement[bool]:
        """The posting lines that count."""
        if self.is_now:
            return true()
        known = journal.position <= self.position
        return known if self.day is None else and_(known, journal.business_date <= self.day)

    def counts(self, day: Day) -> bool:
        return self.day is None or day <= self.day


def now(reader: Reader) -> Axes:
    """A question of now."""
    return Axes(None, reader.position, {})


async def axes(
    reader: Reader, business_date: Day | None, known_at: str | None = None, known_position: int | None = None
) -> Axes:
    """Read the axes from a query's fields."""
    if known_at is None and known_position is None:
        position = reader.position
    else:
        position = await known(reader, known_at, known_position)
    said: dict[str, Any] = {} if business_date is None else {"business_date": business_date}
    if known_at is not None or known_position is not None:
        said["known_at"] = known_at if known_at is not None else position
    return Axes(business_date, position, said)


async def known(reader: Reader, known_at: str | None, known_position: int | None) -> int:
    """The position up to which facts are taken; a date means its end in Shanghai."""
    if (known_at is None) == (known_position is None):
        raise Invalid("known_at or known_position: exactly one of them")
    if known_position is not None:
        if known_position < 0:
            raise Invalid(f"known_position: {known_position} is below 0")
        return min(known_position, reader.position)
    moment = _last_moment(str(known_at))
    found = await reader.connection.scalar(text("select log.position_at(:moment)").bindparams(moment=moment))
    return min(int(found or 0), reader.position)


def _last_moment(known_at: str) -> datetime:
    """The moment itself, or the last one before the midnight that ends a day in Shanghai."""
    try:
        if DAY.match(known_at):
            return parse_moment(midnight(known_at, 1)) - timedelta(microseconds=1)
        return parse_moment(forms.parse_moment(known_at))
    except ValueError as error:
        raise Invalid(f"known_at: {error}") from None
