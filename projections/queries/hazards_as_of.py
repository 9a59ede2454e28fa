"""The hazard register on two time axes: hazards as they stood, and the rates that could be told then."""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, func, select

from ledger.calendars import last_day, local_day, moment
from ledger.money import plain, r2
from ledger.state.hazards import Hazard
from ledger.vocabulary import Day, Month
from projections import read_models
from projections.queries.axes import Axes
from projections.queries.documents_as_of import Paper, Sought, papers
from projections.queries.kernel import Reader, Result

states, outcomes, log = read_models.states.c, read_models.hazard_outcomes.c, read_models.events.c
VOID = ("rejected", "merged")
"""What turned out to be no hazard of its own counts in no rate."""

ALL = Sought(frozenset({"hazard"}), states.kind == "hazard", lambda paper: True)


class Asked(NamedTuple):
    """Which hazards of the scope are listed."""

    state: str | None
    period: Month | None
    overdue: bool | None
    place: str | None

    def lists(self, hazard: Hazard, today: Day) -> bool:
        late = hazard.open and hazard.deadline is not None and hazard.deadline < today
        return (
            (self.state is None or hazard.state == self.state)
            and (self.period is None or self._within(hazard))
            and (self.overdue is None or late == self.overdue)
        )

    def _within(self, hazard: Hazard) -> bool:
        days = (hazard.reported_on, hazard.deadline or "")
        return any(day[:7] == self.period for day in days)


class Register(NamedTuple):
    """A page of hazards (one more if there are more), the how-maniest of its kind each was, and the rates."""

    today: Day
    hazards: list[Hazard]
    repeats: dict[str, int]
    rates: Result


async def register_then(
    reader: Reader, when: Axes, units: list[str] | None, asked: Asked, after: str, size: int
) -> Register:
    today = when.day or await _last_known_day(reader, when)
    found = await papers(reader, when, ALL, units, bodies=True)
    here = [paper for paper in found if asked.place is None or paper.state.place == asked.place]
    listed = [paper.state for paper in here if asked.lists(paper.state, today) and paper.id > after][: size + 1]
    again = await repeats(reader, when, [paper.id for paper in here])
    rated = await _rates(reader, when, here, again, asked.period or today[:7])
    return Register(today, listed, again, rated)


async def _last_known_day(reader: Reader, when: Axes) -> Day:
    at = await reader.connection.scalar(select(log.recorded_at).where(log.position == when.position))
    return local_day(moment(at)) if at is not None else "9999-12-31"


def come_out(when: Axes) -> ColumnElement[bool]:
    """What had come of hazards by then."""
    known = outcomes.position <= when.position
    return known if when.day is None else and_(known, outcomes.business_date <= when.day)


async def repeats(reader: Reader, when: Axes, hazards: list[str]) -> dict[str, int]:
    """The how-maniest of its kind a hazard was within the window, where it was not the first."""
    wanted = (
        select(outcomes.hazard, func.max(outcomes.count))
        .where(outcomes.outcome == "repeated", outcomes.hazard.in_(hazards), come_out(when))
        .group_by(outcomes.hazard)
    )
    return dict(map(tuple, await reader.rows(wanted)))


async def _rates(reader: Reader, when: Axes, here: list[Paper], again: dict[str, int], month: Month) -> Result:
    """As ``hazards.rates`` tells them of now."""
    first, last = f"{month}-01", last_day(month)
    real = [paper for paper in here if paper.columns.state not in VOID]
    due = [paper for paper in real if first <= (paper.columns.until or "") <= last]
    reported = [paper.id for paper in real if first <= (paper.columns.since or "") <= last]
    closed = select(outcomes.hazard).where(
        outcomes.outcome == "closed", outcomes.on_time, outcomes.hazard.in_([paper.id for paper in due]), come_out(when)
    )
    in_time = {row.hazard for row in await reader.rows(closed)}
    names = [paper.id for paper in due]
    return {
        "period": month,
        "on_time": rate([name for name in names if name in in_time], names),
        "closure": rate([paper.id for paper in due if paper.columns.state == "closed"], names),
        "repeat_rate": rate([name for name in reported if name in again], reported),
    }


def rate(part: list[str], whole: list[str]) -> Result:
    """In percent, two decimals, half-up; null where there is nothing to divide by.  Both lists are shown."""
    value = plain(r2(Decimal(100 * len(part)) / len(whole))) if whole else None
    return {"value": value, "num": len(part), "den": len(whole), "num_hazards": part, "den_hazards": whole}
