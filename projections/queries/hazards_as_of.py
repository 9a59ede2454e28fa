"""The hazard register on two time axes: hazards as they stood, and the rates that could be told then."""

from __future__ import annotations

from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, func, select

from ledger.calendars import last_day, local_day, moment
from ledger.money import percent, plain
from ledger.state.hazards import Hazard
from ledger.vocabulary import Day, Month
from projections import read_models
from projections.hazard_rates import Counted, HazardRates, RatedHazard, hazard_rates
from projections.queries.axes import Axes
from projections.queries.documents_as_of import Paper, Sought, papers
from projections.queries.kernel import Reader, Result

states, outcomes, log = read_models.states.c, read_models.hazard_outcomes.c, read_models.events.c
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
    """A page of hazards (one more if there are more), the number of each among those of its kind, and the rates."""

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


def come_out(when: Axes, told: Any = outcomes) -> ColumnElement[bool]:
    """Outcomes of hazards by then."""
    known: ColumnElement[bool] = told.position <= when.position
    return known if when.day is None else and_(known, told.business_date <= when.day)


async def repeats(reader: Reader, when: Axes, hazards: list[str]) -> dict[str, int]:
    """The number of a hazard among those of its kind within the window, where it was not the first.

    The count falls where the hazard was verified again (rule 78).
    """
    verified = read_models.hazard_outcomes.alias("verified").c
    again = select(verified.position).where(
        verified.outcome == "verified",
        verified.hazard == outcomes.hazard,
        verified.position > outcomes.position,
        come_out(when, verified),
    )
    wanted = (
        select(outcomes.hazard, func.max(outcomes.count))
        .where(outcomes.outcome == "repeated", outcomes.hazard.in_(hazards), come_out(when), ~again.exists())
        .group_by(outcomes.hazard)
    )
    return dict(map(tuple, await reader.rows(wanted)))


async def _rates(reader: Reader, when: Axes, here: list[Paper], again: dict[str, int], month: Month) -> Result:
    closed = select(outcomes.hazard).where(
        outcomes.outcome == "closed",
        outcomes.on_time,
        outcomes.hazard.in_([paper.id for paper in here]),
        come_out(when),
    )
    in_time = {row.hazard for row in await reader.rows(closed)}
    rated = [
        RatedHazard(
            paper.id,
            paper.columns.state or "",
            paper.columns.since or "",
            paper.columns.until,
            paper.id in in_time,
            paper.id in again,
        )
        for paper in here
    ]
    return rates_shown(month, hazard_rates(rated, f"{month}-01", last_day(month)))


def rates_shown(month: Month, rates: HazardRates) -> Result:
    """Each rate in percent with the hazards of both lists; null where there is nothing to divide by."""
    return {"period": month, **{name: _shown(counted) for name, counted in rates._asdict().items()}}


def _shown(counted: Counted) -> Result:
    num, den = counted
    value = percent(len(num), len(den))
    return {
        "value": None if value is None else plain(value),
        "num": len(num),
        "den": len(den),
        "num_hazards": num,
        "den_hazards": den,
    }
