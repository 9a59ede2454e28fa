"""Carries the log into several builds at once: each batch is read and decoded once, and written by each on its own.

Every build takes batches from a short queue of its own, so that one folds while the database writes for another.
"""

from __future__ import annotations

import asyncio
import gc
from asyncio import Queue, TaskGroup
from collections.abc import Sequence
from typing import NamedTuple

from projections.batch import Batch, Connection, ReadAhead, collector_paused
from projections.batch_writer import BatchWriter

COLLECT_EVERY = 1_000_000
"""Facts between two searches for young cycles; a search looks at every fact in memory."""

Batches = Queue[Batch | None]


class Sink(NamedTuple):
    """A build's writer and the connection on which it writes."""

    writer: BatchWriter
    connection: Connection

    def goes_on(self, target: int) -> bool:
        return self.writer.willing and self.writer.position < target

    async def consume(self, batches: Batches) -> None:
        """Write batch after batch until there are no more; a build that is parked lets them pass."""
        while (batch := await batches.get()) is not None:
            if self.writer.willing:
                await self.writer.take(self.connection, batch)


async def carry(reader: Connection, sinks: Sequence[Sink], target: int, size: int) -> None:
    """Bring every build to a position, or to the fact before one that it cannot digest.  Raises Superseded."""
    going = [sink for sink in sinks if sink.goes_on(target)]
    if not going:
        return
    ahead = ReadAhead(reader, size, target, _topics(going))
    try:
        with collector_paused():
            async with TaskGroup() as tasks:
                queues = [Batches(maxsize=1) for _ in going]
                for sink, batches in zip(going, queues, strict=True):
                    tasks.create_task(sink.consume(batches))
                await _produce(ahead, going, queues, target)
    except BaseExceptionGroup as failures:
        raise failures.exceptions[0] from None
    finally:
        await ahead.close()


def _topics(sinks: Sequence[Sink]) -> frozenset[str] | None:
    """Topics that any of them reads; None for all."""
    topics = frozenset[str]()
    for sink in sinks:
        needed = sink.writer.projection.topics
        if needed is None:
            return None
        topics |= needed
    return topics


async def _produce(ahead: ReadAhead, going: Sequence[Sink], queues: Sequence[Batches], target: int) -> None:
    """Read on as long as any build follows, and tell all of them when that was all."""
    position = collected = min(sink.writer.position for sink in going)
    while position < target and any(sink.writer.willing for sink in going):
        batch = await ahead.read(position)
        await asyncio.gather(*(batches.put(batch) for batches in queues))
        if batch.poison is not None:
            break
        position = batch.until
        if position - collected > COLLECT_EVERY:
            collected = position
            gc.collect(0)
    for batches in queues:
        await batches.put(None)
