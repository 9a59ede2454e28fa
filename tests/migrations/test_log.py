"""The schema of the log: what the code expects is what the migrations make, on every supported version."""

from datetime import UTC, datetime, timedelta

import asyncpg
import pytest

from migrations import Connection, newest_revision, revision_of, upgrade
from tests.conftest import Cluster, Database

INSERT = """insert into log.events
    (position, stream, version, topic, body, recorded_at, leaf, command_id, command_digest, ordinal)
    values ($1, $2, $3, 't.v1', '{}', $4, sha256($5), $6, ''::bytea, 0)"""
START = datetime(2026, 2, 1, tzinfo=UTC)

COLUMNS = {
    "events": {
        "position": "bigint!",
        "stream": "text! C",
        "version": "bigint!",
        "topic": "text! C",
        "body": "bytea!",
        "recorded_at": "timestamp with time zone!",
        "leaf": "bytea!",
        "command_id": "text C",
        "command_digest": "bytea",
        "ordinal": "integer",
    },
    "subjects": {"subject": "text! C", "position": "bigint!"},
    "snapshots": {"key": "text! C", "position": "bigint!", "codec": "text! C", "state": "bytea!"},
}
COLUMNS_OF = """
    select column_name as name, data_type || case is_nullable when 'NO' then '!' else '' end
           || coalesce(' ' || collation_name, '') as type
    from information_schema.columns where table_schema = 'log' and table_name = $1 order by ordinal_position"""


async def add_fact(connection: Connection, position: int, at: datetime = START) -> None:
    await connection.execute(INSERT, position, "unit-W1", position, at, b"x", f"c-{position}")


async def test_migrating_twice_changes_nothing(empty_database: Database) -> None:
    await upgrade(empty_database.dsn)
    async with empty_database.owner() as pool, pool.acquire() as connection:
        await add_fact(connection, 1)
    await upgrade(empty_database.dsn)
    async with empty_database.owner() as pool, pool.acquire() as connection:
        assert await connection.fetchval("select count(*) from log.events") == 1
        assert await revision_of(connection) == newest_revision() == "0002_jobs"


async def test_a_database_that_nobody_migrated_has_no_revision(empty_database: Database) -> None:
    async with empty_database.owner() as pool, pool.acquire() as connection:
        assert await revision_of(connection) is None


@pytest.mark.parametrize("table", COLUMNS)
async def test_the_schema_is_what_the_code_expects(database: Database, table: str) -> None:
    async with database.owner() as pool:
        columns = await pool.fetch(COLUMNS_OF, table)
    assert {row["name"]: row["type"] for row in columns} == COLUMNS[table]


async def test_the_server_is_of_the_version_that_the_test_says(cluster: Cluster, database: Database) -> None:
    async with database.owner() as pool:
        assert (await pool.fetchval("show server_version")).startswith(f"{cluster.version}.")


async def test_the_service_may_record_and_read_facts(database: Database) -> None:
    async with database.service() as pool, pool.acquire() as connection:
        assert await connection.fetchval("select current_user") == "jiesuan_service"
        await add_fact(connection, 1)
        await connection.execute("insert into log.subjects values ('hazard:H-1', 1)")
        assert await connection.fetchval("select stream from log.events") == "unit-W1"


async def test_the_service_may_do_as_it_likes_with_snapshots(database: Database) -> None:
    async with database.service() as pool:
        await pool.execute("insert into log.snapshots values ('unit-W1', 7, 'v1', '')")
        await pool.execute("update log.snapshots set position = 8")
        await pool.execute("delete from log.snapshots")


@pytest.mark.parametrize("table", ["events", "subjects"])
@pytest.mark.parametrize("change", ["update log.{} set position = 9", "delete from log.{}", "truncate log.{}"])
@pytest.mark.parametrize("who", ["owner", "service", "projector"])
async def test_nobody_changes_the_record(database: Database, who: str, change: str, table: str) -> None:
    async with database.owner() as pool, pool.acquire() as connection:
        await add_fact(connection, 1)
        await connection.execute("insert into log.subjects values ('hazard:H-1', 1)")
    async with getattr(database, who)() as pool:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await pool.execute(change.format(table))
        assert await pool.fetchval(f"select position from log.{table}") == 1


async def test_a_session_that_poses_as_a_replica_changes_nothing_either(database: Database) -> None:
    async with database.owner() as pool, pool.acquire() as connection:
        await add_fact(connection, 1)
        await connection.execute("set session_replication_role = replica")
        with pytest.raises(asyncpg.InsufficientPrivilegeError, match="Record a correcting fact"):
            await connection.execute("delete from log.events")
        await connection.execute("reset session_replication_role")


async def test_the_projector_reads_the_log_and_owns_its_schemas(database: Database) -> None:
    async with database.projector() as pool, pool.acquire() as connection:
        assert await connection.fetch("select * from log.events") == []
        await connection.execute("create schema reading create table rows (position bigint)")
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await add_fact(connection, 1)


async def test_a_stream_has_each_version_once_and_a_command_each_answer_once(database: Database) -> None:
    async with database.service() as pool, pool.acquire() as connection:
        await add_fact(connection, 1)
        with pytest.raises(asyncpg.UniqueViolationError, match="one_fact_per_version"):
            await connection.execute(INSERT, 2, "unit-W1", 1, START, b"x", "c-2")
        with pytest.raises(asyncpg.UniqueViolationError, match="one_answer_per_command"):
            await connection.execute(INSERT, 2, "unit-W1", 2, START, b"x", "c-1")


@pytest.mark.parametrize("facts", [0, 1, 2, 7, 64])
async def test_the_position_at_a_moment_is_the_last_recorded_by_then(database: Database, facts: int) -> None:
    moments = [START + timedelta(minutes=number // 3) for number in range(facts)]  # some at the same moment
    async with database.service() as pool, pool.acquire() as connection:
        for position, moment in enumerate(moments, start=1):
            await add_fact(connection, position, moment)
        for minute in range(-1, facts // 3 + 2):
            asked = START + timedelta(minutes=minute, seconds=1)
            found = await connection.fetchval("select log.position_at($1)", asked)
            assert found == sum(moment <= asked for moment in moments)
