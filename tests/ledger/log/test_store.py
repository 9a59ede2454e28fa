"""The log in PostgreSQL: what is written is read back exactly, by position, stream, command and key."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from ledger.log.errors import LogConflict, LogUnavailable
from ledger.log.row import NO_FACTS, Head, Row, StreamHead
from ledger.log.store import Log
from tests.conftest import Database
from tests.ledger.log.notes import T0, note_row


async def write(log: Log, rows: Sequence[Row], tags: Sequence[tuple[str, int]] = ()) -> None:
    async with log.exclusive() as session:
        await session.insert(rows, tags)


async def test_an_empty_log_ends_before_position_one(log: Log) -> None:
    assert await log.head() == NO_FACTS
    assert await log.after(0, 10) == []


async def test_a_record_is_read_back_as_it_was_written(log: Log) -> None:
    rows = [note_row(1, "unit-W1", 1), note_row(2, "unit-结算", 1, "c-1", ordinal=1)]
    await write(log, rows)
    assert await log.after(0, 10) == rows
    assert await log.after(1, 10) == rows[1:]
    assert await log.after(0, 1) == rows[:1]
    assert await log.head() == Head(2, T0)


@pytest.mark.parametrize("moment", [-820_454_400_000_001, -1, 0, 1, 999_999, T0, 8_999_999_999_999_999])
async def test_recording_times_are_exact_to_the_microsecond(log: Log, moment: int) -> None:
    await write(log, [note_row(1, "unit-W1", 1, at=moment)])
    assert [each.recorded_at for each in await log.after(0, 1)] == [moment]
    assert (await log.head()).recorded_at == moment


async def test_a_stream_is_read_in_order_of_its_versions(log: Log) -> None:
    rows = [note_row(n, "unit-W1" if n % 2 else "unit-W2", (n + 1) // 2) for n in range(1, 8)]
    await write(log, rows)
    assert [each.version for each in await log.stream("unit-W1")] == [1, 2, 3, 4]
    assert [each.version for each in await log.stream("unit-W1", 1, 2)] == [2, 3]
    assert await log.stream("unit-W9") == []
    assert await log.stream_heads(["unit-W1", "unit-W9"]) == {"unit-W1": StreamHead(4, rows[6].leaf)}


async def test_commands_are_found_with_all_their_facts(log: Log) -> None:
    rows = [note_row(1, "a", 1, "c-1"), note_row(2, "b", 1, "c-1", ordinal=1), note_row(3, "a", 2, "c-2")]
    await write(log, rows)
    assert await log.commands(["c-2", "c-1", "c-9"]) == rows
    assert await log.commands(["c-1"]) == rows[:2]


async def test_a_key_is_its_own_stream_and_the_facts_that_name_it(log: Log) -> None:
    rows = [note_row(1, "unit-HQ", 1), note_row(2, "unit-W1", 1), note_row(3, "unit-HQ", 2), note_row(4, "unit-W1", 2)]
    await write(log, rows, [("unit-HQ", 2), ("unit-HQ", 3), ("hazard:H-1", 2), ("hazard:H-1", 4)])

    async def positions(keys: list[str], after: list[int]) -> list[tuple[str, int]]:
        return [(key, each.position) for key, each in await log.of_keys(keys, after)]

    assert await positions(["unit-HQ"], [0]) == [("unit-HQ", 1), ("unit-HQ", 2), ("unit-HQ", 3)]
    assert await positions(["unit-HQ", "hazard:H-1"], [1, 2]) == [("unit-HQ", 2), ("unit-HQ", 3), ("hazard:H-1", 4)]
    assert await positions(["unit-HQ", "unit-W1"], [3, 4]) == []
    assert await positions(["unit-W1", "unit-HQ"], [0, 2]) == [("unit-W1", 2), ("unit-HQ", 3), ("unit-W1", 4)]
    assert (await log.of_keys(["hazard:H-1"], [0]))[1] == ("hazard:H-1", rows[3])


async def test_the_newest_fact_with_a_tag(log: Log) -> None:
    await write(log, [note_row(1, "unit-W1", 1), note_row(2, "unit-W1", 2)], [("slip:P-1", 1), ("slip:P-1", 2)])
    newest = await log.last_tagged("slip:P-1")
    assert newest is not None
    assert newest.position == 2
    assert await log.last_tagged("slip:P-9") is None


async def test_what_fails_halfway_is_not_recorded(log: Log) -> None:
    with pytest.raises(LogConflict):
        await write(log, [note_row(1, "unit-W1", 1), note_row(1, "unit-W2", 1, "c-2")], [("slip:P-1", 1)])
    assert await log.head() == NO_FACTS
    assert await log.last_tagged("slip:P-1") is None
    await write(log, [note_row(1, "unit-W1", 1)])
    assert await log.head() == Head(1, T0)


async def test_what_was_inserted_stays_whatever_its_writer_does_next(log: Log) -> None:
    async def fail_after_inserting() -> None:
        async with log.exclusive() as session:
            await session.insert([note_row(1, "unit-W1", 1)], [("slip:P-1", 1)])
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail_after_inserting()
    async with log.exclusive(lock_timeout_ms=30) as session:
        assert await session.head() == Head(1, T0)


@pytest.mark.parametrize(
    ("twice", "constraint"),
    [
        (note_row(1, "unit-W2", 1, "c-2"), "events_pkey"),
        (note_row(2, "unit-W1", 1, "c-2"), "one_fact_per_version"),
        (note_row(2, "unit-W2", 1, "c-1"), "one_answer_per_command"),
    ],
    ids=["position", "version", "command"],
)
async def test_the_unique_keys_are_the_second_net(log: Log, twice: Row, constraint: str) -> None:
    await write(log, [note_row(1, "unit-W1", 1, "c-1")])
    with pytest.raises(LogConflict) as conflict:
        await write(log, [twice])
    assert conflict.value.constraint == constraint
    assert (await log.head()).position == 1


async def test_one_writer_at_a_time_and_the_next_one_sees_everything(database: Database, log: Log) -> None:
    other = await Log.open(database.dsn)
    order: list[str] = []

    async def second() -> None:
        async with other.exclusive() as session:
            order.append(f"second after {[each.position for each in await session.after(0)]}")

    async with log.exclusive() as session:
        waiting = asyncio.create_task(second())
        await asyncio.sleep(0.1)
        await session.insert([note_row(1, "unit-W1", 1)])
        order.append("first")
    await waiting
    await other.close()
    assert order == ["first", "second after [1]"]


async def test_who_waits_too_long_for_the_lock_is_told(database: Database, log: Log) -> None:
    other = await Log.open(database.dsn)
    async with log.exclusive():
        with pytest.raises(LogUnavailable, match="busy"):
            async with other.exclusive(lock_timeout_ms=30):
                pass
    async with other.exclusive(lock_timeout_ms=30) as session:
        assert await session.head() == NO_FACTS
    await other.close()


async def test_a_statement_that_takes_too_long_is_cancelled(database: Database, log: Log) -> None:
    async with database.owner() as pool, pool.acquire() as owner, owner.transaction():
        await owner.execute("lock table log.events in exclusive mode")
        with pytest.raises(LogUnavailable, match="too long"):
            async with log.exclusive(statement_timeout_ms=50) as session:
                await session.insert([note_row(1, "unit-W1", 1)])
    assert await log.head() == NO_FACTS


async def test_a_database_that_is_not_there_is_named(database: Database) -> None:
    log = await Log.open(database.dsn.replace(database.name, "nowhere"))
    with pytest.raises(LogUnavailable, match="nowhere"):
        await log.head()
    await log.close()


async def test_sessions_act_as_the_service(log: Log) -> None:
    async with log.exclusive() as session:
        assert (await session._fetch("select current_user"))[0][0] == "jiesuan_service"
