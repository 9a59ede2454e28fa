"""Clients of our appender in one process: python -m tests.benchmarks.append_ours DSN CLIENTS SECONDS NAME."""

from __future__ import annotations

import asyncio
import os
import sys
from hashlib import sha256
from itertools import count
from time import perf_counter

from api.cli.options import run_to_end
from ledger.log.appender import Appender
from ledger.log.store import Log
from tests.benchmarks.bodies import Moved
from tests.benchmarks.processes import rounds_of


async def client(appender: Appender, name: str, numbers: count[int], until: float) -> int:
    """Sends the next command when the last one is durable; two facts on two streams, one subject each."""
    done = 0
    while perf_counter() < until:
        number = next(numbers)
        command = f"{name}-{number}"
        drafts = [Moved(f"unit-{name}-out", (f"hazard:{command}",)), Moved(f"unit-{name}-in", (f"hazard:{command}",))]
        await appender.append(command, sha256(command.encode()).digest(), drafts)
        done += 1
    return done


async def main(dsn: str, clients: int, seconds: float) -> None:
    log = await Log.open(dsn)
    numbers = count(1)
    try:
        async with Appender(log) as appender:

            async def one_round(seconds: float = seconds) -> str:
                began = perf_counter()
                names = [f"{os.getpid()}-{index}" for index in range(clients)]
                done = await asyncio.gather(*(client(appender, name, numbers, began + seconds) for name in names))
                return str(sum(done) / (perf_counter() - began))

            await one_round(0.2)
            await rounds_of(one_round)
    finally:
        await log.close()


if __name__ == "__main__":
    run_to_end(main(sys.argv[1], int(sys.argv[2]), float(sys.argv[3])))
