"""Reports beside the contract's queries: slips by unit and year, and the hazard register with its rates."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, and_, func, select

from ledger.money import plain, r2, yuan
from projections import read_models
from projections.queries.kernel import Reader

states, outcomes = read_models.states.c, read_models.hazard_outcomes.c


async def slips_by(reader: Reader) -> list[dict[str, Any]]:
    """Number and sum of confirmed slips by unit and the year of the slip's issue."""
    year = func.left(states.since, 4)
    wanted = (
        select(states.unit, year, func.count(), func.sum(states.total))
        .where(states.kind == "slip", states.state == "confirmed")
        .group_by(states.unit, year)
        .order_by(states.unit, year)
    )
    return [
        {"unit": unit, "year": year, "slips": count, "sum": yuan(int(total))}
        for unit, year, count, total in await reader.rows(wanted)
    ]


async def hazard_rates(
    reader: Reader, since: str, until: str, unit: str | None = None, *, subtree: bool = False
) -> dict[str, Any]:
    """Hazards of a range of business dates: reported and closed of them, on time of those closed, found again."""
    units = None if unit is None else await reader.unit_and_below(unit) if subtree else [unit]
    reported: list[ColumnElement[bool]] = [states.kind == "hazard", states.since.between(since, until)]
    happened: list[ColumnElement[bool]] = [outcomes.business_date.between(since, until)]
    if units is not None:
        reported.append(states.unit.in_(units))
        happened.append(outcomes.unit.in_(units))
    found = await _count(reader, select(func.count()).select_from(read_models.states).where(*reported))
    ended = await _count(
        reader, select(func.count()).select_from(read_models.states).where(*reported, states.state == "closed")
    )
    closed, timed, in_time, repeated = await _outcomes(reader, happened)
    return {
        "since": since,
        "until": until,
        "unit": unit,
        "reported": found,
        "closed_of_reported": ended,
        "closure": _rate(ended, found),
        "closed": closed,
        "on_time": {"num": in_time, "den": timed, "value": _rate(in_time, timed)},
        "repeated": repeated,
        "repeat_rate": _rate(repeated, found),
    }


async def _outcomes(reader: Reader, happened: list[ColumnElement[bool]]) -> tuple[int, int, int, int]:
    is_closed = outcomes.outcome == "closed"
    wanted = select(
        func.count().filter(is_closed),
        func.count().filter(and_(is_closed, outcomes.on_time.is_not(None))),
        func.count().filter(and_(is_closed, outcomes.on_time.is_(True))),
        func.count().filter(outcomes.outcome == "repeated"),
    ).where(*happened)
    closed, timed, in_time, repeated = (await reader.rows(wanted))[0]
    return closed, timed, in_time, repeated


async def _count(reader: Reader, statement: Any) -> int:
    return int(await reader.connection.scalar(statement) or 0)


def _rate(part: int, whole: int) -> str | None:
    """In percent, two decimals, half-up (F-9); None where there is nothing to divide by."""
    return plain(r2(Decimal(100 * part) / whole)) if whole else None
