"""Ratios that indicators count (F-9, F-11), with the ids behind numerator and denominator; recorded figures."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from fractions import Fraction
from typing import NamedTuple

from sqlalchemy import ColumnElement, or_, select

from ledger.calendars import last_day, moment
from ledger.fact import StoredFact
from ledger.facts.indicators import FIGURE, IndicatorRecorded
from ledger.state.duties import DONE
from ledger.state.hazards import Hazard
from ledger.state.policies import Policies
from ledger.vocabulary import Day, Span, person_stream, unit_stream
from projections import read_models
from projections.hazard_rates import Counted, HazardRates, hazard_rates
from projections.queries.folds import facts_of_documents, facts_of_stream, folded
from projections.queries.hazards import rated_hazards
from projections.queries.kernel import Reader, read_state
from projections.standing import standing

states, log = read_models.states.c, read_models.events.c
Scope = list[ColumnElement[bool]]


class Asked(NamedTuple):
    """The units or the person (no ``units``) of an indicator, and the range of days."""

    units: list[str] | None
    person: str | None
    first: Day
    last: Day
    top: str = ""
    """The unit above all of these."""
    period: Span = ""
    also: tuple[ColumnElement[bool], ...] = ()
    """Conditions that narrow the documents further."""

    def of(self, kind: str, *roles: str) -> Scope:
        """Documents of the units, or in which the person has one of these parts."""
        if self.person is None:
            return [states.kind == kind, states.unit.in_(self.units or []), *self.also]
        return [states.kind == kind, or_(*(states.body[role].astext == self.person for role in roles)), *self.also]


# -- hazards --------------------------------------------------------------------------------------------------------


async def on_time(reader: Reader, asked: Asked) -> Counted:
    """按期率: fixed by the last deadline, of the hazards due in the period (F-9)."""
    return (await _hazard_rates(reader, asked, "repairer")).on_time


async def closure(reader: Reader, asked: Asked) -> Counted:
    """闭环率: closed, of the hazards due in the period."""
    return (await _hazard_rates(reader, asked, "repairer")).closure


async def repeat_rate(reader: Reader, asked: Asked) -> Counted:
    """重复率: found again at the same place with the same item, of the hazards reported in the period."""
    return (await _hazard_rates(reader, asked, "repairer", "person")).repeat_rate


async def _hazard_rates(reader: Reader, asked: Asked, *roles: str) -> HazardRates:
    rated = await rated_hazards(reader, asked.of("hazard", *roles), asked.first, asked.last)
    return hazard_rates(rated, asked.first, asked.last)


async def report_in_shift(reader: Reader, asked: Asked) -> Counted:
    """上报及时率: known to the ledger within the shift in which it was found, of all hazards reported.

    A person is the reporter; who reported an anonymous hazard is left out while that is sealed (rule 49).
    """
    organisation = await reader.organisation()
    wanted = (
        select(states.kind, states.body, log.recorded_at)
        .select_from(read_models.states.join(read_models.events, log.position == states.first_position))
        .where(*asked.of("hazard", "reporter"), states.since.between(asked.first, asked.last))
        .order_by(states.id)
    )
    counted = Counted([], [])
    for kind, body, recorded_at in await reader.rows(wanted):
        hazard: Hazard = read_state(kind, body)
        if asked.person is not None and hazard.anonymous and not hazard.unsealed:
            continue
        counted.den.append(hazard.hazard)
        known = organisation.business_date(hazard.origin, moment(recorded_at))
        if known == (hazard.reported_on, hazard.reported_shift):
            counted.num.append(hazard.hazard)
    return counted


# -- tasks ----------------------------------------------------------------------------------------------------------


async def task_done(reader: Reader, asked: Asked) -> Counted:
    """Completed, reviewed or not, of the duty tasks due in the period; those withdrawn count nowhere (rule 87)."""
    wanted = (
        select(states.id, states.state)
        .where(*asked.of("task", "person"), states.until.between(asked.first, asked.last), states.state != "withdrawn")
        .order_by(states.id)
    )
    rows = await reader.rows(wanted)
    return Counted([row.id for row in rows if row.state in DONE], [row.id for row in rows])


# -- measures of risks ------------------------------------------------------------------------------------------------


async def measures(reader: Reader, asked: Asked) -> Counted:
    """措施落实率: found in order, of the checks of measures in the period; a person's are those of his risks."""
    wanted = (
        select(states.id, states.state)
        .where(*asked.of("check", "responsible"), states.since.between(asked.first, asked.last))
        .order_by(states.id)
    )
    rows = await reader.rows(wanted)
    return Counted([row.id for row in rows if row.state == "ok"], [row.id for row in rows])


DERIVED: dict[str, Callable[[Reader, Asked], Awaitable[Counted]]] = {
    "on_time": on_time,
    "repeat_rate": repeat_rate,
    "closure": closure,
    "report_in_shift": report_in_shift,
    "task_done": task_done,
    "measures": measures,
}
MINIMUM = {"on_time": "ontime.min"}
"""Policy keys of the indicators for which a minimum is set."""


# -- periods, recorded figures, minima --------------------------------------------------------------------------------


async def asked_of(reader: Reader, period: Span, unit: str | None, person: str | None) -> Asked:
    """Read the subject of a query: a person, or a unit (None: the company) with everything below it."""
    top = unit or (await reader.organisation()).root
    units = None if person else await reader.unit_and_below(top)
    return Asked(units, person, *days_of(period), top=top, period=period)


def days_of(period: Span) -> tuple[Day, Day]:
    """First and last day of a month, quarter or year."""
    year, _, part = period.partition("-")
    if not part:
        return f"{year}-01-01", f"{year}-12-31"
    if part.startswith("Q"):
        third = 3 * int(part[1])
        return f"{year}-{third - 2:02d}-01", last_day(f"{year}-{third:02d}")
    return f"{period}-01", last_day(period)


async def recorded_figures(reader: Reader, indicator: str, period: Span, asked: Asked) -> list[IndicatorRecorded]:
    """Figures recorded for the person, or for the unit and everything below it."""
    owners = [person_stream(asked.person)] if asked.person else map(unit_stream, asked.units or [])
    keys = [FIGURE(owner, period, indicator) for owner in owners]
    found = await facts_of_documents(reader, "figure", [key.partition(":")[2] for key in keys])
    return list(_figures(each for facts in found.values() for each in standing(facts)))


def _figures(facts: Iterable[StoredFact]) -> Iterable[IndicatorRecorded]:
    return (fact.fact for fact in facts if isinstance(fact.fact, IndicatorRecorded))


async def passes(
    reader: Reader, indicator: str, num: int, den: int, top: str, person: str | None, day: Day
) -> bool | None:
    """Does the unrounded ratio reach the minimum in force on the last day (rule 28)?  None where there is none."""
    if indicator not in MINIMUM or not den:
        return None
    organisation = await reader.organisation()
    if person is not None:
        top = (await reader.state("person", person)).home(day) or organisation.root
    policies: Policies = folded("policy", await facts_of_stream(reader, "policy"))
    return Fraction(100 * num, den) >= Fraction(policies.value(MINIMUM[indicator], organisation.path(top, day), day))
