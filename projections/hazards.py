"""Outcomes of hazards: closed, on time or not, repeated, and verified again, by which the count of a repeat falls."""

from __future__ import annotations

from collections.abc import Sequence

from ledger.fact import Fact, StoredFact, topic_of
from ledger.facts.hazards import HazardClosed, HazardRepeatLinked, HazardVerified
from projections.batch import Connection, Posted
from projections.projection import Projection

COLUMNS = ("position", "hazard", "unit", "business_date", "outcome", "on_time", "count")

Row = tuple[object, ...]


def row_of(stored: StoredFact) -> Row | None:
    """The row of a fact that says what came of a hazard; the stream says who answered for it."""
    position, _, fact = stored
    if isinstance(fact, HazardClosed):
        return position, fact.hazard, _unit(fact), fact.business_date, "closed", fact.on_time, None
    if isinstance(fact, HazardRepeatLinked):
        return position, fact.hazard, _unit(fact), fact.business_date, "repeated", None, fact.count
    if isinstance(fact, HazardVerified) and fact.before is not None:
        return position, fact.hazard, _unit(fact), fact.business_date, "verified", None, None
    return None


def _unit(fact: Fact) -> str:
    return fact.stream.removeprefix("unit-")


class HazardFeed:
    """Writes rows of single facts; it remembers nothing."""

    def __init__(self, schema: str) -> None:
        self._schema = schema

    def forget(self) -> None:
        """There is nothing to forget."""

    async def write(self, connection: Connection, facts: Sequence[Posted]) -> None:
        rows = [row for posted in facts if (row := row_of(posted.stored))]
        if rows:
            await connection.copy_records_to_table(
                "hazard_outcomes", schema_name=self._schema, columns=COLUMNS, records=rows
            )


HAZARDS = Projection(
    "hazards",
    2,
    {"hazard_outcomes": ("position",)},
    HazardFeed,
    frozenset(topic_of(fact_type) for fact_type in (HazardClosed, HazardRepeatLinked, HazardVerified)),
)
"""Outcomes of hazards, for on-time, repeat and closure rates."""
