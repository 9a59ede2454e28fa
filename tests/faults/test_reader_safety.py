"""A reader who has seen position n never later meets an unseen one below n, however many write at once."""

from __future__ import annotations

import asyncio
from asyncio.subprocess import Process
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack

from ledger.log.store import Log
from tests.conftest import Database
from tests.faults.processes import line, running
from tests.ledger.log.test_writer import check_chain

PROCESSES, WRITERS, BATCHES = 2, 5, 40

NAIVE = "create table naive (position bigserial primary key, body text not null)"

PageAfter = Callable[[int], Awaitable[list[int]]]


async def acknowledged_by(process: Process) -> list[int]:
    positions: list[int] = []
    while text := await line(process):
        positions += map(int, text.split())
    assert await process.wait() == 0
    return positions


async def write_and_tail(url: str, how: str, page_after: PageAfter) -> tuple[set[int], list[int]]:
    """Positions acknowledged to the writers, and those that a reader saw who follows by position."""
    seen: list[int] = []

    async def follow(written: asyncio.Event) -> None:
        while True:
            last_look = written.is_set()
            page = await page_after(seen[-1] if seen else 0)
            seen.extend(page)
            if last_look and not page:
                return
            await asyncio.sleep(0 if page else 0.001)

    async with AsyncExitStack() as stack:
        processes = [
            await stack.enter_async_context(running("writers", url, f"p{number}", WRITERS, BATCHES, how))
            for number in range(PROCESSES)
        ]
        written = asyncio.Event()
        reader = asyncio.create_task(follow(written))
        acknowledged = await asyncio.gather(*map(acknowledged_by, processes))
        written.set()
        await reader
    return {position for positions in acknowledged for position in positions}, seen


async def test_a_reader_who_follows_by_position_misses_nothing(database: Database) -> None:
    log = await Log.open(database.dsn)

    async def page_after(position: int) -> list[int]:
        return [row.position for row in await log.after(position, 500)]

    acknowledged, seen = await write_and_tail(database.dsn, "log", page_after)
    assert len(acknowledged) > PROCESSES * WRITERS * BATCHES
    assert acknowledged - set(seen) == set()
    assert seen == list(range(1, len(acknowledged) + 1))
    check_chain(await log.after(0, len(seen)))
    await log.close()


async def test_the_control_without_the_lock_does_miss_some(database: Database) -> None:
    async with database.owner() as pool:
        await pool.execute(NAIVE)

        async def page_after(position: int) -> list[int]:
            rows = await pool.fetch(
                "select position from naive where position > $1 order by position limit 500", position
            )
            return [row[0] for row in rows]

        acknowledged, seen = await write_and_tail(database.dsn, "naive", page_after)
        assert acknowledged - set(seen) != set()
