"""The one writer to the log of a process: a bounded queue, batches made under the lock, answers when they are durable.

Strict serialisability over all processes follows by construction: what decides sees everything recorded before, no
one else records meanwhile, and nothing is answered before it is durable.
"""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Generic

from ledger.log.end import End
from ledger.log.errors import CommitInDoubt, LogConflict, LogUnavailable
from ledger.log.hold import Hold
from ledger.log.queue import Queue
from ledger.log.source import B, S, Source
from ledger.log.store import Log, Session

RETRY_SECONDS = 0.2


def microseconds_now() -> int:
    return time.time_ns() // 1000


@dataclass(frozen=True)
class Bounds:
    """Keep memory, the queue and the time under the lock small."""

    queued_commands: int = 10_000
    batch_commands: int = 500
    stream_heads: int = 50_000
    tail_facts: int = 20_000  # more than this recorded by others: everything is read again
    patience_seconds: float = 15.0
    lock_timeout_ms: int = 10_000
    statement_timeout_ms: int = 30_000


class Writer(Generic[S, B]):
    """Takes the lock, *then* empties the queue: whatever came while it waited shares the commit.

    async with Writer(log, source) as writer:
        answers = await writer.submit(Submission(commands))
    """

    def __init__(self, log: Log, source: Source[S, B], bounds: Bounds | None = None) -> None:
        self._log = log
        self._source = source
        self._bounds = bounds or Bounds()
        self._end = End(self._bounds.stream_heads, self._bounds.tail_facts)
        self._queue: Queue[S] = Queue(self._bounds.queued_commands, source.left)
        self._work = asyncio.Event()
        self._closing = False
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Writer[S, B]:
        self._task = asyncio.create_task(self._write_until_closed(), name="log writer")
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Write what is queued, then stop."""
        self._closing = True
        self._work.set()
        if self._task is not None:
            await self._task

    @property
    def position(self) -> int:
        """The last position that this process knows to be recorded."""
        return self._end.durable.position

    @property
    def queued(self) -> int:
        """Commands that wait for their answer."""
        return self._queue.unanswered

    async def submit(self, submission: S) -> list[Any]:
        """The answers of a submission, when all that it records is durable.

        Raises Busy if the queue is full, LogUnavailable if nothing could be recorded, CommitInDoubt if the outcome is
        unknown: then the same command ids are to be sent again.
        """
        if self._closing:
            raise LogUnavailable("The log is being closed; nothing was recorded")
        self._queue.add(submission)
        self._work.set()
        answers: list[Any] = await submission.future
        return answers

    def fail(self, submission: S, error: Exception) -> None:
        """This caller is told that it went wrong."""
        self._queue.fail([submission], error)

    def resume(self, submission: S) -> None:
        """A submission that was aside can be decided."""
        submission.is_aside = False
        self._work.set()

    async def _write_until_closed(self) -> None:
        """Go on after every kind of trouble: it is the callers' to know."""
        while self._queue or not self._closing:
            if not self._queue.is_ready:
                self._work.clear()
                await self._work.wait()
                continue
            try:
                await self._hold_the_lock()
            except (CommitInDoubt, LogConflict):  # its callers have been told
                self._forget()
            except LogUnavailable as trouble:
                self._forget()
                await self._lose_patience(trouble)
            except Exception as defect:
                concerned = [*self._queue.taken, *(each for each in self._queue if each.decided > len(each.answers))]
                self._forget()
                self._queue.fail(concerned, defect)

    async def _hold_the_lock(self) -> None:
        """Read what is missing, take the lock, catch up; decide, record, answer, as often as it lasts."""
        bounds, end = self._bounds, self._end
        taken = self._queue.take(bounds.batch_commands)
        await end.find(self._log)
        await self._source.prepare(taken, bounds.batch_commands, end.tip.position)
        if not any(submission.ready for submission in taken):
            return
        async with self._log.exclusive(bounds.lock_timeout_ms, bounds.statement_timeout_ms) as session:
            await self._catch_up(session)
            self._source.begin()
            hold = Hold(session, self._log, end, self._queue, self._source, self._work, bounds.batch_commands)
            await hold.write()
        self._source.released()
        end.trim()

    async def _catch_up(self, session: Session) -> None:
        tail = await self._end.catch_up(session)
        if tail is None:
            self._queue.reset()
            self._source.forget()
        elif tail:
            self._source.follow(tail)

    def _forget(self) -> None:
        """All that is not durable did not happen: it is decided again, on states that are read again."""
        self._end.forget()
        self._queue.reset()
        self._source.forget()

    async def _lose_patience(self, trouble: LogUnavailable) -> None:
        """Nothing was recorded, so all is tried again; who has waited too long is told why."""
        oldest = time.monotonic() - self._bounds.patience_seconds
        self._queue.fail([each for each in self._queue if each.since < oldest or self._closing], trouble)
        if self._queue:
            await asyncio.sleep(RETRY_SECONDS)
