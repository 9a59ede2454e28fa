"""A long way is carried by worker processes, so that every core is busy and the service stays small and answers.

A worker is given builds, carries them to a position, and ends (docs/decisions/0006-workers-carry-a-long-way.md).  It
needs no election: a position is moved only from where it is believed to be.  It ends as well when the process that
started it does.
"""

from __future__ import annotations

import asyncio
import os
import sys
from asyncio import TaskGroup
from asyncio.subprocess import PIPE
from collections.abc import Sequence
from contextlib import AsyncExitStack, suppress
from functools import partial

import msgspec

from projections.batch import Connection
from projections.batch_writer import BatchWriter
from projections.builds import Superseded, builds
from projections.catalogue import BY_NAME
from projections.projector import Sink, carry
from projections.sessions import PROJECTOR, close, connect

FAR = 50_000
"""Facts; to start a worker takes as long as to carry some twenty thousand."""
BATCH = 25_000
"""A state that changes all the time is written once in so many facts."""


class WorkerFailed(OSError):
    """A worker process ended before its builds were where they should be."""


class Order(msgspec.Struct):
    """An order that a worker reads from its input, as one line."""

    dsn: str
    application: str
    builds: list[tuple[str, int, bool]]
    """Name, number, and whether it is being filled."""
    target: int


async def carry_far(
    dsn: str, reader: Connection, sinks: Sequence[Sink], target: int, size: int, application: str = PROJECTOR
) -> None:
    """As ``carry``; builds that have far to go are brought near by workers first."""
    far = [sink for sink in sinks if is_far(sink, target)]
    if far:
        await _work_apart(dsn, far, target, application)
        reached = {build[:2]: build for build in await builds(reader)}
        for sink in far:
            sink.writer.resume(reached[sink.writer.build[:2]])
    await carry(reader, sinks, target, size)


def is_far(sink: Sink, target: int) -> bool:
    """A worker makes its feeds of the catalogue; a build that is parked is tried where its neighbours are."""
    writer = sink.writer
    known = BY_NAME.get(writer.projection.name) is writer.projection
    return known and not writer.parked and target - writer.position > FAR


async def _work_apart(dsn: str, sinks: Sequence[Sink], target: int, application: str) -> None:
    """One worker for builds that need every fact, one for those that leave most of the log unread."""
    all_of_it = [sink.writer for sink in sinks if sink.writer.projection.topics is None]
    some_of_it = [sink.writer for sink in sinks if sink.writer.projection.topics is not None]
    try:
        async with TaskGroup() as tasks:
            for writers in filter(None, (all_of_it, some_of_it)):
                wanted = [(*writer.build[:2], writer.filling) for writer in writers]
                order = Order(dsn, application, wanted, target)
                tasks.create_task(_worker(order))
    except BaseExceptionGroup as failures:
        raise failures.exceptions[0] from None


async def _worker(order: Order) -> None:
    words = [sys.executable, "-m", "projections.workers"]
    process = await asyncio.create_subprocess_exec(*words, stdin=PIPE, stderr=PIPE)
    assert process.stdin
    assert process.stderr
    try:
        process.stdin.write(msgspec.json.encode(order) + b"\n")
        complaint = await process.stderr.read()
        if await process.wait():
            raise WorkerFailed(complaint.decode(errors="replace")[-500:].strip() or f"status {process.returncode}")
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
        process.stdin.close()


# -- in the worker --------------------------------------------------------------------------------------------------


async def work(order: Order) -> None:
    """Carry these builds to the position, as far as they can be."""
    asyncio.get_running_loop().add_reader(sys.stdin.fileno(), partial(os._exit, 1))
    async with AsyncExitStack() as stack:

        async def session() -> Connection:
            connection = await connect(order.dsn, order.application)
            stack.push_async_callback(close, connection)
            return connection

        reader = await session()
        found = {build[:2]: build for build in await builds(reader)}
        sinks = [
            Sink(BatchWriter(BY_NAME[name], found[name, number], filling=filling), await session())
            for name, number, filling in order.builds
        ]
        with suppress(Superseded):
            await carry(reader, sinks, order.target, BATCH)


if __name__ == "__main__":
    asyncio.run(work(msgspec.json.decode(sys.stdin.buffer.readline(), type=Order)))
