"""Duty lists, inspections with their check items, and acceptances: what duty is appraised by (DUTY-01 … DUTY-12)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

import msgspec

from ledger.fact import StoredFact, payload, topic_of
from ledger.facts.duties import DutyListApproved, InspectionListApproved, InspectionRecorded
from ledger.facts.hazards import HazardAcceptanceFailed, HazardAcceptancePassed
from projections.batch import Connection, Posted
from projections.projection import Projection

TABLES = {
    "duty_lists": ("position",),
    "inspections": ("position",),
    "checks": ("position", "line"),
    "acceptances": ("position",),
}
KINDS: dict[type[DutyListApproved | InspectionListApproved], str] = {
    DutyListApproved: "duty",
    InspectionListApproved: "inspection",
}
FACTS = (DutyListApproved, InspectionListApproved, InspectionRecorded, HazardAcceptancePassed, HazardAcceptanceFailed)

Row = tuple[object, ...]
_encode = msgspec.json.Encoder(order="deterministic").encode


def rows_of(stored: StoredFact) -> Iterator[tuple[str, Row]]:
    """Each row of a fact with its table; mirrors have none of their own."""
    position, _, fact = stored
    if fact.mirror:
        return
    match fact:
        case DutyListApproved() | InspectionListApproved():
            body = _encode(payload(fact)).decode()
            kind = KINDS[type(fact)]
            yield "duty_lists", (position, fact.person, kind, fact.list_version, fact.effective, fact.by, body)
        case InspectionRecorded():
            yield from _inspected(position, fact)
        case HazardAcceptancePassed() | HazardAcceptanceFailed():
            passed = isinstance(fact, HazardAcceptancePassed)
            unit = fact.stream.removeprefix("unit-")
            yield "acceptances", (position, fact.hazard, unit, fact.business_date, passed)


def _inspected(position: int, fact: InspectionRecorded) -> Iterator[tuple[str, Row]]:
    where = (fact.inspection, fact.person, fact.place, fact.business_date)
    found = (fact.quality, fact.unannounced, len(fact.hazards), len(fact.evidence))
    yield "inspections", (position, *where, fact.shift, *found)
    for line, item in enumerate(fact.items):
        yield "checks", (position, line, *where, item.item, item.result)


class DutyFeed:
    """Writes rows of single facts; it remembers nothing."""

    def __init__(self, schema: str) -> None:
        self._schema = schema

    def forget(self) -> None:
        """There is nothing to forget."""

    async def write(self, connection: Connection, facts: Sequence[Posted]) -> None:
        tables: defaultdict[str, list[Row]] = defaultdict(list)
        for posted in facts:
            for table, row in rows_of(posted.stored):
                tables[table].append(row)
        for table, rows in tables.items():
            await connection.copy_records_to_table(table, schema_name=self._schema, records=rows)


DUTIES = Projection("duties", 1, TABLES, DutyFeed, frozenset(topic_of(fact_type) for fact_type in FACTS))
"""Lists, inspections, check items and acceptances, by which duty is appraised."""
