"""Sums of told scores by period and unit: what means, trends and comparisons of a report are made of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Numeric, case, cast, func, select

from ledger.money import plain, r2
from projections import read_models
from projections.queries.kernel import Reader

Row = dict[str, Any]
states = read_models.states.c
FULL = Decimal(1)


class Scores(NamedTuple):
    """Sums over the sheets whose scores are told; a team leader's has no inspection."""

    sheets: int = 0
    duty: Decimal = Decimal()
    inspection: Decimal = Decimal()
    inspected: int = 0
    score: Decimal = Decimal()
    full: int = 0

    def plus(self, other: Scores) -> Scores:
        return Scores(
            self.sheets + other.sheets,
            self.duty + other.duty,
            self.inspection + other.inspection,
            self.inspected + other.inspected,
            self.score + other.score,
            self.full + other.full,
        )

    @property
    def shown(self) -> Row:
        """Means, rounded once; ``full`` is how many are paid in full."""
        return {
            "sheets": self.sheets,
            "D": _mean(self.duty, self.sheets),
            "I": _mean(self.inspection, self.inspected),
            "S": _mean(self.score, self.sheets),
            "full": self.full,
        }


def _mean(total: Decimal, number: int) -> str | None:
    return plain(r2(total / number)) if number else None


ByUnit = Mapping[tuple[str, str], Scores]
"""By period and unit."""


async def told_scores(reader: Reader, wanted: Iterable[ColumnElement[bool]], periods: Iterable[str]) -> ByUnit:
    """Told scores by period and unit."""
    body = states.body
    period = body["period"].astext
    score, found = body["S"].astext, body["I"].astext
    full = case((cast(body["payout"].astext, Numeric) >= FULL, 1), else_=0)
    statement = (
        select(
            period,
            states.unit,
            func.count(),
            func.sum(cast(body["D"].astext, Numeric)),
            func.coalesce(func.sum(cast(found, Numeric)), 0),
            func.count(found),
            func.sum(cast(score, Numeric)),
            func.sum(full),
        )
        .where(*wanted, period.in_(list(periods)), score.is_not(None))
        .group_by(period, states.unit)
    )
    return {(month, unit): Scores(*sums) for month, unit, *sums in await reader.rows(statement)}


def together(scores: ByUnit, periods: Iterable[str], units: Iterable[str] | None = None) -> Scores:
    wanted, own = frozenset(periods), None if units is None else frozenset(units)
    total = Scores()
    for (period, unit), part in scores.items():
        if period in wanted and (own is None or unit in own):
            total = total.plus(part)
    return total
