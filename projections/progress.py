"""How far the read models are, for any process: status, and bounded waiting for a position."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from time import monotonic
from typing import NamedTuple

from projections.batch import Connection

FIRST_PAUSE, LONGEST_PAUSE = 0.002, 0.05
PATIENCE = 30.0

SERVING = "select name, position, parked_position, parked_reason from read.positions order by name"


class Parked(NamedTuple):
    """A projection that stands still before a fact that it cannot digest."""

    position: int
    reason: str


class Status(NamedTuple):
    """Progress as /readyz and metrics tell it: the end of the log, and how far each projection is."""

    head: int
    positions: dict[str, int]
    parked: dict[str, Parked]

    @property
    def lag(self) -> dict[str, int]:
        """Facts that are recorded and not yet served, by projection."""
        return {name: max(0, self.head - position) for name, position in self.positions.items()}


class Behind(Exception):
    """A read model has not got there in time, or stands still before a fact that it cannot digest."""

    def __init__(self, name: str, position: int, wanted: int, parked: Parked | None) -> None:
        super().__init__(f"{name} is at {position}, not yet at {wanted}" + (f": {parked.reason}" if parked else ""))
        self.name = name
        self.position = position
        self.wanted = wanted
        self.parked = parked


async def status(connection: Connection) -> Status:
    """The end of the log and the position of every projection, by name."""
    head = await connection.fetchval("select coalesce(max(position), 0) from log.events")
    rows = await connection.fetch(SERVING)
    parked = {row[0]: Parked(row[2], row[3]) for row in rows if row[2] is not None}
    return Status(head, {row[0]: row[1] for row in rows}, parked)


async def wait_for(
    connection: Connection, position: int, timeout: float = PATIENCE, names: Iterable[str] | None = None
) -> None:
    """Return when the projections (all, or those named) serve this position; raises Behind after the timeout."""
    wanted, until, pause = None if names is None else set(names), monotonic() + timeout, FIRST_PAUSE
    while (late := await _late(connection, position, wanted)) is not None:
        parked = late.parked is not None and late.parked.position <= position
        if parked or monotonic() + pause > until:
            raise late
        await asyncio.sleep(pause)
        pause = min(pause * 2, LONGEST_PAUSE)


async def _late(connection: Connection, position: int, names: set[str] | None) -> Behind | None:
    for name, reached, parked_position, reason in map(tuple, await connection.fetch(SERVING)):
        if reached < position and (names is None or name in names):
            return Behind(name, reached, position, Parked(parked_position, reason) if reason else None)
    return None
