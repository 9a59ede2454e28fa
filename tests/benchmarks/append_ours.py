"""Clients of our writer in one process: python -m tests.benchmarks.append_ours DSN CLIENTS SECONDS NAME."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Sequence
from hashlib import sha256
from itertools import count
from time import perf_counter
from typing import NamedTuple, TypeAlias

from api.cli.options import run_to_end
from ledger.log.batch import Batch
from ledger.log.queue import Submission
from ledger.log.row import Head, Row
from ledger.log.source import Source
from ledger.log.store import Log
from ledger.log.writer import Writer, microseconds_now
from tests.benchmarks.bodies import Moved
from tests.benchmarks.processes import rounds_of


class Decided(NamedTuple):
    """A command whose facts are decided."""

    id: str
    drafts: Sequence[Moved]


Sent: TypeAlias = Submission[Decided, bool]


class Bare(Source[Sent, Batch[Sent, bool]]):
    """Records what it is given; every id is a new one, and the log's unique key refuses any other."""

    def batch(self, tip: Head) -> Batch[Sent, bool]:
        return Batch(tip)

    def command_ids(self, submissions: Sequence[Sent], most: int) -> Sequence[str]:
        return ()

    def decide(self, batch: Batch[Sent, bool], submissions: Sequence[Sent], most: int, earlier: Sequence[Row]) -> None:
        now = microseconds_now()
        for submission in submissions:
            for identifier, drafts in submission.next(1):
                batch.accept(identifier, sha256(identifier.encode()).digest(), drafts, now)
                batch.answer(submission, [True])


async def client(writer: Writer[Sent, Batch[Sent, bool]], name: str, numbers: count[int], until: float) -> int:
    """Sends the next command when the last one is durable; two facts on two streams, one tag each."""
    done = 0
    while perf_counter() < until:
        number = next(numbers)
        command = f"{name}-{number}"
        drafts = [Moved(f"unit-{name}-out", (f"hazard:{command}",)), Moved(f"unit-{name}-in", (f"hazard:{command}",))]
        await writer.submit(Submission([Decided(command, drafts)]))
        done += 1
    return done


async def main(dsn: str, clients: int, seconds: float) -> None:
    log = await Log.open(dsn)
    numbers = count(1)
    try:
        async with Writer(log, Bare()) as writer:

            async def one_round(seconds: float = seconds) -> str:
                began = perf_counter()
                names = [f"{os.getpid()}-{index}" for index in range(clients)]
                done = await asyncio.gather(*(client(writer, name, numbers, began + seconds) for name in names))
                return str(sum(done) / (perf_counter() - began))

            await one_round(0.2)
            await rounds_of(one_round)
    finally:
        await log.close()


if __name__ == "__main__":
    run_to_end(main(sys.argv[1], int(sys.argv[2]), float(sys.argv[3])))
