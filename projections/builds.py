"""The builds of the projections: which one serves, how far it is, what it cannot digest."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from projections.batch import Connection, Poison
from projections.projection import Projection, definition, schema_of

PREPARE_LOCK = 7_420_101

ALL = """
select name, build, shape, state, position, parked_position, parked_reason, report
from projections.builds order by name, build
"""
ADD = """
insert into projections.builds (name, build, shape, state)
values ($1, (select coalesce(max(build), 0) + 1 from projections.builds where name = $1), $2, $3) returning build
"""
MOVE = """
update projections.builds set position = $4, parked_position = null, parked_reason = null
where name = $1 and build = $2 and position = $3 and state in ('building', 'serving')
"""
PARK = """
update projections.builds set parked_position = $4, parked_reason = $5
where name = $1 and build = $2 and position = $3 and state in ('building', 'serving')
"""


STATE = "update projections.builds set state = $3, since = now() where name = $1 and build = $2"
REPORT = "update projections.builds set report = $3::jsonb where name = $1 and build = $2"


class Build(NamedTuple):
    """One build of a projection."""

    name: str
    build: int
    shape: int
    state: str
    position: int
    parked_position: int | None
    parked_reason: str | None
    report: dict[str, Any] | None

    @property
    def schema(self) -> str:
        return schema_of(self.name, self.build)


class Superseded(Exception):
    """Another process has moved or switched this build; nothing was written."""


async def prepare(connection: Connection, projections: tuple[Projection, ...]) -> None:
    """Make control tables and a first serving build of each projection, where they are missing."""
    async with connection.transaction():
        await connection.execute(f"select pg_advisory_xact_lock({PREPARE_LOCK})")
        if await connection.fetchval("select to_regclass('read.positions')") is None:
            await connection.execute((Path(__file__).parent / "control.sql").read_text(encoding="utf-8"))
        present = {build.name for build in await builds(connection) if build.state == "serving"}
        for projection in projections:
            if projection.name not in present:
                number = await create(connection, projection, "serving", indexed=True)
                await point_views(connection, projection, number)


async def builds(connection: Connection) -> list[Build]:
    """All builds."""
    rows = await connection.fetch(ALL)
    return [_build(*row) for row in rows]


def _build(*columns: Any) -> Build:
    *kept, report = columns
    return Build._make([*kept, msgspec.json.decode(report) if report else None])


async def create(connection: Connection, projection: Projection, state: str, *, indexed: bool) -> int:
    """A new build with empty tables in a schema of its own."""
    number: int = await connection.fetchval(ADD, projection.name, projection.shape, state)
    schema = schema_of(projection.name, number)
    parts = definition(projection.name)
    await connection.execute(f"create schema {schema}; set local search_path to {schema}; {parts.tables}")
    if indexed:
        await connection.execute(parts.indexes)
    await connection.execute(
        f"set local search_path to default; grant usage on schema {schema} to jiesuan_service;"
        f"grant select on all tables in schema {schema} to jiesuan_service"
    )
    return number


async def point_views(connection: Connection, projection: Projection, number: int) -> None:
    """Let the views of schema ``read`` show this build from the commit on."""
    schema = schema_of(projection.name, number)
    for table in projection.tables:
        await connection.execute(
            f"drop view if exists read.{table}; create view read.{table} as select * from {schema}.{table};"
            f"grant select on read.{table} to jiesuan_service"
        )


async def drop(connection: Connection, build: Build) -> None:
    """Remove the rows of a build that nobody reads any more; what is known of it stays."""
    await connection.execute(f"drop schema if exists {build.schema} cascade")
    await connection.execute(STATE, build.name, build.build, "gone")


async def set_state(connection: Connection, build: Build, state: str) -> None:
    await connection.execute(STATE, build.name, build.build, state)


async def keep_report(connection: Connection, build: Build, report: dict[str, Any]) -> None:
    """Keep what the comparison found, for as long as the ledger lives."""
    await connection.execute(REPORT, build.name, build.build, msgspec.json.encode(report).decode())


async def move(connection: Connection, build: Build, position: int) -> Build:
    """Record that the rows up to here are written, in the same transaction as the rows; raises Superseded."""
    if await connection.execute(MOVE, build.name, build.build, build.position, position) != "UPDATE 1":
        raise Superseded(build.schema)
    return build._replace(position=position, parked_position=None, parked_reason=None)


async def park(connection: Connection, build: Build, poison: Poison) -> Build:
    """The build stops before a fact that it cannot digest, and says so by name."""
    if await connection.execute(PARK, build.name, build.build, build.position, *poison) != "UPDATE 1":
        raise Superseded(build.schema)
    return build._replace(parked_position=poison.position, parked_reason=poison.reason)
