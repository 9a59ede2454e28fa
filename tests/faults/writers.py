"""A process with several writers: `python -m tests.faults.writers URL NAME WRITERS BATCHES log|naive`.

Prints one line of acknowledged positions for each batch of 1 to 20 facts.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable
from random import Random

import asyncpg

from ledger.log.store import Log
from tests.ledger.log.appender import Appender
from tests.ledger.log.notes import Note, digest

Write = Callable[[str, int], Awaitable[list[int]]]


async def write_to_the_log(url: str, work: Callable[[Write], Awaitable[None]]) -> None:
    log = await Log.open(url)
    async with Appender(log) as appender:

        async def write(command: str, facts: int) -> list[int]:
            drafts = [Note(f"unit-W{n % 5}", command) for n in range(facts)]
            return [row.position for row in await appender.append(command, digest(command), drafts)]

        await work(write)
    await log.close()


async def write_naively(url: str, work: Callable[[Write], Awaitable[None]]) -> None:
    """The control: numbers from a sequence, no lock, and now and then a pause between number and commit."""
    random = Random(url)
    async with asyncpg.create_pool(url, min_size=1, max_size=10) as pool:

        async def write(command: str, facts: int) -> list[int]:
            async with pool.acquire() as connection, connection.transaction():
                rows = await connection.fetch(
                    "insert into naive (body) select $1 from generate_series(1, $2) returning position", command, facts
                )
                await asyncio.sleep(random.choice([0, 0, 0.002, 0.01]))
            return [row[0] for row in rows]

        await work(write)


async def main(url: str, name: str, writers: int, batches: int, how: str) -> None:
    async def work(write: Write) -> None:
        async def writer(number: int) -> None:
            random = Random(f"{name}-{number}")
            for batch in range(batches):
                print(*await write(f"{name}-{number}-{batch}", random.randint(1, 20)), flush=True)

        await asyncio.gather(*map(writer, range(writers)))

    await {"log": write_to_the_log, "naive": write_naively}[how](url, work)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]), sys.argv[5]))
