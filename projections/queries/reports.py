"""Reports beside the contract's queries: slips by unit and year."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select

from ledger.money import yuan
from projections import read_models
from projections.queries.kernel import Reader

states = read_models.states.c


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
