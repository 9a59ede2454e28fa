"""Two builds of a projection, row by row, at one position."""

from __future__ import annotations

from typing import Any, NamedTuple

from projections.batch import Connection
from projections.projection import Projection

EXAMPLES = 20

COLUMNS = """
select column_name from information_schema.columns where table_schema = $1 and table_name = $2 order by ordinal_position
"""


class TableReport(NamedTuple):
    """Result of comparing one table; ``examples`` name the rows that differ, by their key."""

    table: str
    rows_before: int
    rows_after: int
    differences: int
    examples: list[dict[str, Any]]
    columns_only_before: list[str]
    columns_only_after: list[str]


async def compare(connection: Connection, projection: Projection, before: str, after: str) -> list[TableReport]:
    """Compare every table of two schemas in one snapshot; columns that only one of them has are named, not compared."""
    # Both have an index in the order of their keys: to merge them takes no memory, to hash them writes files.
    await connection.execute("set local enable_hashjoin = off")
    return [await _table(connection, table, key, before, after) for table, key in projection.tables.items()]


async def _table(connection: Connection, table: str, key: tuple[str, ...], before: str, after: str) -> TableReport:
    old, new = await _columns(connection, before, table), await _columns(connection, after, table)
    shared = [f'"{column}"' for column in new if column in old]
    differing = f"""
        from (select {", ".join(shared)} from {before}.{table}) a
        full join (select {", ".join(shared)} from {after}.{table}) b using ({", ".join(key)})
        where a is distinct from b
    """
    found = await connection.fetchval(f"select count(*) {differing}")
    examples = []
    if found:
        names = ", ".join(key)
        sides = "a is null as only_after, b is null as only_before"
        examples = await connection.fetch(f"select {names}, {sides} {differing} order by {names} limit {EXAMPLES}")
    return TableReport(
        table,
        await connection.fetchval(f"select count(*) from {before}.{table}"),
        await connection.fetchval(f"select count(*) from {after}.{table}"),
        found,
        [dict(row) for row in examples],
        [column for column in old if column not in new],
        [column for column in new if column not in old],
    )


async def _columns(connection: Connection, schema: str, table: str) -> list[str]:
    return [row[0] for row in await connection.fetch(COLUMNS, schema, table)]
