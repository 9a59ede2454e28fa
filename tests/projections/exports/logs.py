"""Exported logs for tests and benchmarks, made without a database."""

from __future__ import annotations

from collections.abc import Iterator

from ledger.calendars import moment
from ledger.log.leaf import TreeHead
from projections.exports.log import end_line, fact_line
from tests.projections.company import Company
from tests.projections.history import Writer


def log_lines(count: int, per_day: int = 3_000) -> Iterator[bytes]:
    """The exported log of a company, line by line."""
    writer, tree = Writer(), TreeHead()
    for fact in Company(per_day=per_day).stream(count):
        row = writer.row(fact, fact.at)
        tree.append(row.leaf)
        when = moment(row.recorded_at)
        yield fact_line(row.position, when, row.stream, row.version, row.topic, row.leaf, row.body)
    yield end_line(tree, "company", "simulated")
