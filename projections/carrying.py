"""Carries a stretch of the log into several builds at once: read and decoded once, written by each on its own."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Sequence
from typing import NamedTuple

from projections.batch import Batch, Connection, ReadAhead, collector_paused
from projections.feeding import Feeder

COLLECT_EVERY = 100_000


class Carrier(NamedTuple):
    """A build's feeder and the connection on which it writes."""

    feeder: Feeder
    connection: Connection

    def goes_on(self, target: int) -> bool:
        return self.feeder.willing and self.feeder.position < target


async def carry(reader: Connection, carriers: Sequence[Carrier], target: int, size: int) -> None:
    """Bring every build to a position, or to the fact before one that it cannot digest.  Raises Superseded."""
    ahead = ReadAhead(reader, size, target)
    try:
        with collector_paused():
            carried = 0
            while going := [carrier for carrier in carriers if carrier.goes_on(target)]:
                batch = await ahead.read(min(carrier.feeder.position for carrier in going))
                if not batch.facts and batch.poison is None:
                    return
                await _hand_out(going, batch)
                carried += len(batch.facts)
                if carried > COLLECT_EVERY:
                    carried = 0
                    gc.collect(0)
    finally:
        await ahead.close()


async def _hand_out(carriers: Sequence[Carrier], batch: Batch) -> None:
    """All builds at once: while one waits for the database, another folds."""
    taking = [carrier.feeder.take(carrier.connection, batch) for carrier in carriers]
    for outcome in await asyncio.gather(*taking, return_exceptions=True):
        if outcome is not None:
            raise outcome
