"""The hazard register (隐患台账), its rates, and the hazards behind numerator and denominator (F-9, F-11, TR-05)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, and_, func, select

from ledger.calendars import days_between, last_day
from ledger.errors import Invalid
from ledger.facts.hazards import HazardReported
from ledger.state.hazards import OPEN, Hazard
from ledger.vocabulary import Day, Month, UnitId
from projections import read_models
from projections.hazard_rates import RatedHazard, hazard_rates
from projections.queries.answers import boards as answers
from projections.queries.axes import axes, now
from projections.queries.facts import stored_facts, topics
from projections.queries.hazards_as_of import Asked, Register, rates_shown, register_then, repeats
from projections.queries.kernel import Reader, Result, page, query

states, outcomes = read_models.states.c, read_models.hazard_outcomes.c
log, listed = read_models.events.c, read_models.subjects.c
STATES = (*sorted(OPEN), "closed", "rejected", "merged")
Scope = list[ColumnElement[bool]]


@query(
    "HazardRegister",
    "register",
    "hazards",
    at="/hazards",
    cli="hazards --subtree/--only --overdue/--in-time",
    answer=answers.HazardRegister,
)
async def hazard_register(
    reader: Reader,
    unit: UnitId | None = None,
    subtree: bool = True,
    state: str | None = None,
    period: Month | None = None,
    overdue: bool | None = None,
    place: str | None = None,
    after: str | None = None,
    limit: int | None = None,
    business_date: Day | None = None,
    known_at: str | None = None,
    known_position: int | None = None,
) -> Result:
    """Hazards by id, of a unit and everything below it, with the rates of a month.

    ``period`` lists what was reported or due in that month; without it everything is listed and the rates are those of
    the ledger's present month.  ``overdue``: open and past its deadline, or not.  A page ends with ``next``.
    With ``business_date`` the register at the end of that date, with ``known_at`` or ``known_position`` as known then.
    """
    if state is not None and state not in STATES:
        raise Invalid(f"state: {state} is no state of a hazard")
    when = await axes(reader, business_date, known_at, known_position)
    units = None if unit is None else await reader.unit_and_below(unit) if subtree else [unit]
    asked, size = Asked(state, period, overdue, place), page(limit)
    if when.is_now:
        register = await _register_now(reader, units, asked, after or "", size)
    else:
        register = await register_then(reader, when, units, asked, after or "", size)
    shown, more = register.hazards[:size], len(register.hazards) > size
    reports = await reports_of(reader, [hazard.hazard for hazard in shown])
    return {
        "as_of": register.today,
        **when.said,
        "unit": unit,
        "hazards": [
            _row(hazard, register.today, register.repeats.get(hazard.hazard), reports[hazard.hazard])
            for hazard in shown
        ],
        "next": shown[-1].hazard if more else None,
        "rates": register.rates,
    }


async def _register_now(reader: Reader, units: list[str] | None, asked: Asked, after: str, size: int) -> Register:
    today, scope = await reader.today(), _scope(units, asked.place)
    chosen = [*scope, *_chosen(asked.state, asked.period, asked.overdue, today), states.id > after]
    wanted = select(states.kind, states.body).where(*chosen).order_by(states.id).limit(size + 1)
    found: list[Hazard] = await reader.states(wanted)
    repeats = await repeats_of(reader, [hazard.hazard for hazard in found])
    return Register(today, found, repeats, await rates(reader, scope, asked.period or today[:7]))


def _scope(units: list[str] | None, place: str | None) -> Scope:
    scope: Scope = [states.kind == "hazard"]
    if units is not None:
        scope.append(states.unit.in_(units))
    if place is not None:
        scope.append(states.body["place"].astext == place)
    return scope


def _chosen(state: str | None, period: str | None, overdue: bool | None, today: str) -> Scope:
    chosen: Scope = []
    if state is not None:
        chosen.append(states.state == state)
    if period is not None:
        first, last = f"{period}-01", last_day(period)
        chosen.append(states.since.between(first, last) | states.until.between(first, last))
    if overdue is not None:
        late = and_(states.state.in_(sorted(OPEN)), func.coalesce(states.until, today) < today)
        chosen.append(late if overdue else ~late)
    return chosen


async def reports_of(reader: Reader, hazards: list[str]) -> dict[str, HazardReported]:
    """The report of each hazard: its words, and the list of a superior that it stands on, which no state keeps."""
    named = select(listed.position).where(listed.subject.in_([f"hazard:{name}" for name in hazards]))
    found = await stored_facts(reader, [topics(HazardReported), log.position.in_(named)], log.position)
    return {each.fact.hazard: each.fact for each in found if isinstance(each.fact, HazardReported)}


def _row(hazard: Hazard, today: str, repeat: int | None, report: HazardReported) -> dict[str, Any]:
    late = hazard.open and hazard.deadline is not None and hazard.deadline < today
    return {
        "hazard": hazard.hazard,
        "unit": hazard.unit,
        "origin": hazard.origin,
        "state": hazard.state,
        "level": hazard.level,
        "category": hazard.category,
        "tier": hazard.tier,
        "place": hazard.place,
        "description": report.description,
        "source_list": report.source_list,
        "risk": report.risk,
        "item": hazard.item,
        "reported_on": hazard.reported_on,
        "manage": hazard.manage,
        "deadline": hazard.deadline,
        "days_overdue": days_between(hazard.deadline or today, today) if late else None,
        "person": hazard.repairer,
        "executor": hazard.executor,
        "finished_at": hazard.finished_at,
        "attempts": hazard.attempts,
        "repeat": repeat,
        "tender": hazard.tender,
        "tender_compulsory": hazard.tender_compulsory,
        "merged_into": hazard.merged_into,
    }


async def repeats_of(reader: Reader, hazards: list[str]) -> dict[str, int]:
    """The number of a hazard among those of its kind, as of now."""
    return await repeats(reader, now(reader), hazards)


# -- rates ----------------------------------------------------------------------------------------------------------


async def rates(reader: Reader, scope: Scope, month: Month) -> Result:
    """The rates of a month, each with the hazards behind it."""
    first, last = f"{month}-01", last_day(month)
    return rates_shown(month, hazard_rates(await rated_hazards(reader, scope, first, last), first, last))


async def rated_hazards(reader: Reader, scope: Scope, first: Day, last: Day) -> list[RatedHazard]:
    """The hazards of a scope that are due or were reported in a range of days, by id."""
    closed = and_(outcomes.hazard == states.id, outcomes.outcome == "closed")
    wanted = (
        select(
            states.id, states.state, states.since, states.until, func.coalesce(outcomes.on_time, False).label("in_time")
        )
        .select_from(read_models.states.outerjoin(read_models.hazard_outcomes, closed))
        .where(*scope, states.until.between(first, last) | states.since.between(first, last))
        .order_by(states.id)
    )
    rows = await reader.rows(wanted)
    again = await repeats_of(reader, [row.id for row in rows])
    return [RatedHazard(row.id, row.state, row.since, row.until, row.in_time, row.id in again) for row in rows]
