"""One hold of the log's lock: several commits, and while one batch is being written the next is being made.

Taking the lock, looking what others have recorded and giving the lock back cost three round trips.  A writer with
much to record pays them once a hold; one that waits for the lock meanwhile waits no longer than a hold lasts.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from time import monotonic
from typing import Any, Generic, NamedTuple

from ledger.log.end import End
from ledger.log.errors import LogUnavailable
from ledger.log.queue import Queue
from ledger.log.row import Row
from ledger.log.source import B, S, Source
from ledger.log.store import Log, Session

HOLD_SECONDS = 0.025
"""A hold that lasts so long makes no further batch."""

SMALL_SLICE, LARGE_SLICE = 16, 250
"""So many commands are decided in one step: of many, half, so that they are on their way while the rest is decided."""


class Writing(NamedTuple):
    """A batch that is being inserted."""

    batch: Any
    task: asyncio.Task[None]


class Hold(Generic[S, B]):
    """Writes what the source makes until nothing is waiting or the time is over."""

    def __init__(
        self,
        session: Session,
        log: Log,
        end: End,
        queue: Queue[S],
        source: Source[S, B],
        work: asyncio.Event,
        batch_commands: int,
    ) -> None:
        self._session = session
        self._log = log
        self._end = end
        self._queue = queue
        self._source = source
        self._work = work
        self._batch_commands = batch_commands
        self._open: B | None = None
        self._over = monotonic() + HOLD_SECONDS

    async def write(self) -> None:
        """A batch collects what comes while the one before it is being written, so batches grow with the load.

        Raises what the inserting or the source raised; by then every caller whose batch is in doubt has been told.
        """
        writing: Writing | None = None
        try:
            while True:
                if writing is not None and writing.task.done():
                    done, writing = writing, None
                    await self._conclude(done)
                if writing is None:
                    writing = self._send()
                await asyncio.sleep(0)  # what is to be sent is sent; who has been answered may send the next
                if monotonic() < self._over and await self._fill():
                    continue
                if writing is None:
                    return
                if not writing.task.done():
                    self._work.clear()
                    await self._work.wait()
        finally:
            if writing is not None:
                await asyncio.wait([writing.task])
                with suppress(Exception):
                    await self._conclude(writing)

    async def _fill(self) -> bool:
        """Have some of what is waiting decided, and number it; False if nothing is, or the hold is not for it."""
        end, queue = self._end, self._queue
        before = self._open.commands if self._open else 0
        most = min(LARGE_SLICE, max(SMALL_SLICE, (queue.undecided + 1) // 2), self._batch_commands - before)
        if most <= 0 or not (taken := queue.take(most)):
            return False
        if (earlier := await self._load(taken, most)) is None:
            self._over = 0.0
            return False
        batch = self._open = self._open or self._source.batch(end.tip)
        self._source.decide(batch, taken, most, earlier)
        queue.undecided -= batch.commands - before
        await end.learn(self._log, batch.streams())
        batch.number(end.heads)
        end.tip = batch.tip
        return True

    async def _load(self, taken: list[S], most: int) -> list[Row] | None:
        """The rows that the next commands have recorded before; None if the source cannot decide on them now."""
        if not (ids := self._source.command_ids(taken, most)):
            return [] if await self._source.load(taken, most) else None
        is_loaded, earlier = await asyncio.gather(self._source.load(taken, most), self._log.commands(ids))
        return earlier if is_loaded else None

    def _send(self) -> Writing | None:
        """The open batch goes off; the next begins after it."""
        batch, self._open = self._open, None
        if batch is None:
            return None
        task = asyncio.create_task(self._session.insert(batch.rows, batch.tags))
        task.add_done_callback(lambda task: self._work.set())
        return Writing(batch, task)

    async def _conclude(self, writing: Writing) -> None:
        """Answer the callers of a batch, or tell them that its outcome is unknown or that it can never be recorded.

        Callers of a batch that was merely not recorded wait on.
        """
        batch: B = writing.batch
        try:
            await writing.task
        except LogUnavailable:
            raise
        except Exception as error:
            self._queue.fail([submission for submission, _ in batch.answered], error)
            raise
        self._end.durable = batch.tip
        self._source.durable(batch)
        for submission, answers in batch.answered:
            self._queue.answer(submission, answers)
