"""Clients of the library's recorder, a thread each: python -m tests.benchmarks.append_library DSN CLIENTS SECONDS."""

from __future__ import annotations

import asyncio
import os
import sys
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from time import perf_counter

from eventsourcing.postgres import PostgresApplicationRecorder

from tests.benchmarks.library import command, recorder
from tests.benchmarks.processes import rounds_of


def client(recorder: PostgresApplicationRecorder, name: str, numbers: count[int], until: float) -> int:
    done = 0
    while perf_counter() < until:
        recorder.insert_events(command(name, next(numbers)))
        done += 1
    return done


async def main(dsn: str, clients: int, seconds: float) -> None:
    factory, made = recorder(dsn)
    mine = [(f"{os.getpid()}-{index}", count(1)) for index in range(clients)]
    with factory, ThreadPoolExecutor(clients) as threads:
        loop = asyncio.get_running_loop()

        async def one_round(seconds: float = seconds) -> str:
            began = perf_counter()
            work = [loop.run_in_executor(threads, client, made, *own, began + seconds) for own in mine]
            return str(sum(await asyncio.gather(*work)) / (perf_counter() - began))

        await one_round(0.2)
        await rounds_of(one_round)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2]), float(sys.argv[3])))
