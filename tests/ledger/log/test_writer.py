"""Many callers share one commit; each gets its own answer."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from itertools import chain

import pytest

from ledger.errors import IdempotencyConflict
from ledger.log.canonical import check_canonical
from ledger.log.errors import Busy, LogUnavailable
from ledger.log.leaf import leaf
from ledger.log.row import Row
from ledger.log.store import Log
from ledger.log.writer import Bounds
from tests.conftest import Database
from tests.ledger.log.appender import Appender
from tests.ledger.log.notes import T0, Note, WrongVersion, digest


def check_chain(rows: list[Row]) -> None:
    """Positions, versions, times, leaves and links of a whole log."""
    assert [row.position for row in rows] == list(range(1, len(rows) + 1))
    streams: dict[str, tuple[int, str]] = {}
    for row in rows:
        version, prev = streams.get(row.stream, (0, ""))
        check_canonical(row.body)
        assert row.version == version + 1
        assert json.loads(row.body)["prev"] == prev
        assert row.leaf == leaf(row.position, row.recorded_at, row.body)
        streams[row.stream] = row.version, row.leaf.hex()
    times = [row.recorded_at for row in rows]
    assert times == sorted(times)


async def append(appender: Appender, command: str, *drafts: Note) -> list[int]:
    return [row.position for row in await appender.append(command, digest(command), drafts)]


async def test_answers_carry_the_positions(appender: Appender, log: Log) -> None:
    assert await append(appender, "c-1", Note("unit-W1"), Note("unit-W2")) == [1, 2]
    assert await append(appender, "c-2", Note("unit-W1")) == [3]
    check_chain(await log.after(0, 10))


async def test_a_command_without_facts_needs_no_commit(appender: Appender, log: Log) -> None:
    assert await append(appender, "c-1") == []
    assert (await log.head()).position == 0


async def test_those_who_wait_together_are_recorded_together(appender: Appender, log: Log) -> None:
    answers = await asyncio.gather(*(append(appender, f"c-{n}", Note(f"unit-W{n % 3}")) for n in range(50)))
    assert sorted(chain.from_iterable(answers)) == list(range(1, 51))
    rows = await log.after(0, 100)
    check_chain(rows)
    assert len({row.recorded_at for row in rows}) <= 5  # a time for each commit


async def test_tags_are_recorded_with_their_facts(appender: Appender, log: Log) -> None:
    await append(appender, "c-1", Note("unit-W1", tags=["slip:P-1", "unit-HQ"]), Note("unit-HQ"))
    assert [(key, each.position) for key, each in await log.of_keys(["unit-HQ", "slip:P-1"], [0, 0])] == [
        ("slip:P-1", 1),
        ("unit-HQ", 1),
        ("unit-HQ", 2),
    ]


async def test_an_appender_that_starts_later_goes_on_where_the_log_ends(appender: Appender, log: Log) -> None:
    await append(appender, "c-1", Note("unit-W1"))
    async with Appender(log) as later:
        assert await append(later, "c-2", Note("unit-W1")) == [2]
        assert await append(appender, "c-3", Note("unit-W1")) == [3]
        assert await append(later, "c-4", Note("unit-W1"), Note("unit-W2")) == [4, 5]
        assert await append(appender, "c-5", Note("unit-W2")) == [6]
    check_chain(await log.after(0, 10))


async def test_two_processes_that_forget_and_fall_behind_still_make_one_chain(database: Database, log: Log) -> None:
    small = Bounds(batch_commands=7, tail_facts=5, stream_heads=3)
    other = await Log.open(database.dsn)
    async with Appender(log, bounds=small) as one, Appender(other, bounds=small) as two:
        await asyncio.gather(
            *(
                append((one, two)[n % 2], f"c-{n}", *[Note(f"unit-W{(n + k) % 9}") for k in range(n % 4 + 1)])
                for n in range(120)
            )
        )
    check_chain(await log.after(0, 1000))
    await other.close()


async def test_the_same_command_again_gets_the_first_answer(appender: Appender, log: Log) -> None:
    assert await append(appender, "c-1", Note("unit-W1"), Note("unit-W2")) == [1, 2]
    assert await append(appender, "c-1", Note("unit-W1"), Note("unit-W2")) == [1, 2]
    async with Appender(log) as after_a_restart:
        assert await append(after_a_restart, "c-1", Note("unit-W1"), Note("unit-W2")) == [1, 2]
    assert (await log.head()).position == 2


async def test_the_same_command_twice_at_once_is_recorded_once(appender: Appender, log: Log) -> None:
    answers = await asyncio.gather(*(append(appender, f"c-{n % 5}", Note("unit-W1")) for n in range(40)))
    assert answers[:5] * 8 == answers
    assert (await log.head()).position == 5


async def test_a_repeated_command_does_not_touch_the_others_in_its_batch(appender: Appender, log: Log) -> None:
    await append(appender, "c-7", Note("unit-W1"))
    answers = await asyncio.gather(*(append(appender, f"c-{n}", Note("unit-W1")) for n in range(20)))
    assert answers[7] == [1]
    assert sorted(chain.from_iterable(answers)) == list(range(1, 21))
    check_chain(await log.after(0, 100))


async def test_the_same_id_with_other_content_is_refused(appender: Appender, log: Log) -> None:
    await append(appender, "c-1", Note("unit-W1"))
    with pytest.raises(IdempotencyConflict):
        await appender.append("c-1", digest("something else"), [Note("unit-W1")])
    first = asyncio.create_task(append(appender, "c-2", Note("unit-W1")))
    await asyncio.sleep(0)
    with pytest.raises(IdempotencyConflict):
        await appender.append("c-2", digest("something else"), [Note("unit-W1")])
    assert await first == [2]


async def test_a_refusal_in_a_batch_does_not_touch_the_others(appender: Appender, log: Log) -> None:
    answers = await asyncio.gather(
        append(appender, "c-1", Note("unit-W1", decided_on=1)),
        append(appender, "c-2", Note("unit-W2"), Note("unit-W1", decided_on=1)),
        append(appender, "c-3", Note("unit-W1", decided_on=2)),
        return_exceptions=True,
    )
    assert [answers[0], answers[2]] == [[1], [2]]
    assert isinstance(answers[1], WrongVersion)
    check_chain(await log.after(0, 10))


async def test_recorded_at_never_decreases_although_the_clock_steps_back(log: Log) -> None:
    steps: Iterator[int] = iter([T0, T0 + 10, T0 - 3_600_000_000, T0 + 11])
    async with Appender(log, clock=lambda: next(steps)) as appender:
        for n in range(4):
            await append(appender, f"c-{n}", Note("unit-W1"))
    assert [row.recorded_at - T0 for row in await log.after(0, 10)] == [0, 10, 10, 11]
    async with Appender(log, clock=lambda: T0 - 1) as after_a_restart:
        await append(after_a_restart, "c-9", Note("unit-W1"))
    assert (await log.head()).recorded_at == T0 + 11


async def test_a_full_queue_pushes_back(log: Log) -> None:
    async with Appender(log, bounds=Bounds(queued_commands=3)) as appender:
        answers = await asyncio.gather(
            *(append(appender, f"c-{n}", Note("unit-W1")) for n in range(5)), return_exceptions=True
        )
        assert list(answers[:3]) == [[1], [2], [3]]
        assert all(isinstance(answer, Busy) for answer in answers[3:])
        assert await append(appender, "c-3", Note("unit-W1")) == [4]


async def test_a_caller_that_gives_up_takes_nothing_from_the_others(appender: Appender) -> None:
    impatient = asyncio.create_task(append(appender, "c-1", Note("unit-W1")))
    patient = asyncio.create_task(append(appender, "c-1", Note("unit-W1")))
    await asyncio.sleep(0)
    impatient.cancel()
    assert await patient == [1]


async def test_closing_writes_what_is_queued_and_takes_no_more(log: Log) -> None:
    async with Appender(log) as appender:
        queued = [asyncio.create_task(append(appender, f"c-{n}", Note("unit-W1"))) for n in range(5)]
        await asyncio.sleep(0)
    assert await asyncio.gather(*queued) == [[1], [2], [3], [4], [5]]
    with pytest.raises(LogUnavailable, match="closed"):
        await append(appender, "c-9", Note("unit-W1"))
