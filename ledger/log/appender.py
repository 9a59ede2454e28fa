"""Group commit of facts that are already decided: many callers, one flusher, one fsync."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from time import time_ns
from types import TracebackType

from ledger.errors import IdempotencyConflict
from ledger.log.chain import Draft, chain, listed_subjects
from ledger.log.errors import Busy, LogConflict, LogError, LogUnavailable
from ledger.log.heads import StreamHeads
from ledger.log.row import Head, Row
from ledger.log.store import Log, Session
from ledger.log.turn import take_turn
from ledger.log.waiting import Outcome, Waiting


def microseconds_now() -> int:
    return time_ns() // 1000


@dataclass(frozen=True)
class Bounds:
    """What keeps memory and the time under the lock small."""

    queued_commands: int = 10_000
    batch_facts: int = 2_000
    tail_facts: int = 5_000  # more than this recorded by others: forget what we know and ask for heads
    stream_heads: int = 50_000
    lock_timeout_ms: int = 5_000
    statement_timeout_ms: int = 10_000


SMALL_BATCH = 16
"""So few commands are not worth two commits."""


@dataclass
class Page:
    """Commands that are numbered at one time (``now``) and wait to be written together."""

    now: int
    commands: list[Waiting] = field(default_factory=list)
    records: list[Row] = field(default_factory=list)
    subjects: list[tuple[str, int]] = field(default_factory=list)
    outcomes: list[tuple[Waiting, Outcome]] = field(default_factory=list)


class Appender:
    """Takes the lock, *then* empties the queue: whatever came while it waited shares the commit.

        async with Appender(log) as appender:
            records = await appender.append(command_id, digest, drafts)

    The same command id with the same digest gets the first records; with another digest, IdempotencyConflict.
    """

    def __init__(self, log: Log, clock: Callable[[], int] = microseconds_now, bounds: Bounds | None = None) -> None:
        self._log = log
        self._clock = clock
        self._bounds = bounds or Bounds()
        self._queue: deque[Waiting] = deque()
        self._waiting: dict[str, Waiting] = {}  # queued or being written
        self._work = asyncio.Event()
        self._closing = False
        self._tip: Head | None = None
        self._heads = StreamHeads(self._bounds.stream_heads)
        self._open: Page | None = None
        self._lost: list[Waiting] = []
        self._flusher: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Appender:
        self._flusher = asyncio.create_task(self._flush_until_closed(), name="log flusher")
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Write what is queued, then stop."""
        self._closing = True
        self._work.set()
        if self._flusher is not None:
            await self._flusher

    async def append(self, command_id: str, digest: bytes, drafts: Sequence[Draft]) -> list[Row]:
        """All facts of one command, recorded together; returns when they are durable."""
        if self._closing:
            raise LogUnavailable("The log is being closed; nothing was recorded")
        if not drafts:
            return []
        waiting = self._waiting.get(command_id) or self._enqueue(Waiting(command_id, digest, drafts))
        if waiting.digest != digest:
            raise IdempotencyConflict(command_id)
        return await waiting.caller()

    def _enqueue(self, waiting: Waiting) -> Waiting:
        if len(self._queue) >= self._bounds.queued_commands:
            raise Busy("Too many commands are waiting to be recorded; try again in a moment")
        self._queue.append(waiting)
        self._waiting[waiting.command_id] = waiting
        self._work.set()
        return waiting

    async def _flush_until_closed(self) -> None:
        while self._queue or not self._closing:
            if self._queue:
                await self._flush()
            else:
                self._work.clear()
                await self._work.wait()

    async def _flush(self) -> None:
        """One turn.  Every command that was taken, or that waited in vain for the lock, is answered or put back."""
        bounds = self._bounds
        try:
            await self._ask_heads(self._log, self._queue)
            async with self._log.exclusive(bounds.lock_timeout_ms, bounds.statement_timeout_ms) as session:
                await self._catch_up(session)
                await take_turn(session, self, self._work)
        except LogConflict as conflict:
            await self._answer_repeated(conflict)
        except Exception as error:  # every kind of trouble is the callers' to know; the flusher goes on
            self._answer_all([*self._lost, *self._made] or self._take_all(), error)
            self._forget()
        finally:
            self._lost = []
            self._heads.trim()

    async def _catch_up(self, session: Session) -> None:
        """Where the log ends as of now; what others have recorded since moves the heads that we remember."""
        tail = await session.after(self._tip.position, self._bounds.tail_facts) if self._tip else []
        if self._tip is None or len(tail) == self._bounds.tail_facts:
            self._heads.clear()
            self._tip = await session.head()
        elif tail:
            self._heads.follow(tail)
            self._tip = Head(tail[-1].position, tail[-1].recorded_at)

    async def _ask_heads(self, source: Log | Session, batch: Iterable[Waiting]) -> None:
        missing = self._heads.missing(draft.stream for waiting in batch for draft in waiting.drafts)
        if missing:
            self._heads.learn(missing, await source.stream_heads(missing))

    # -- the desk of a turn (ledger.log.turn) ------------------------------------------------------------------------

    async def add(self) -> bool:
        """Number some of what is waiting.  Tip and heads run ahead of the commit: `lost` forgets them."""
        if not self._queue or (self._open and len(self._open.records) >= self._bounds.batch_facts):
            return False
        page = self._open = self._open or Page(self._clock())
        batch = self._take_batch()
        page.commands += batch
        await self._ask_heads(self._log, batch)
        assert self._tip is not None
        for waiting in batch:
            try:
                own = chain(self._tip, self._heads, waiting.command_id, waiting.digest, waiting.drafts, page.now)
            except Exception as refusal:  # a draft's refusal is its own caller's, after the commit it was decided on
                page.outcomes.append((waiting, refusal))
                continue
            self._tip = Head(own[-1].position, own[-1].recorded_at)
            self._heads.grow(own)
            page.records += own
            page.subjects += listed_subjects(waiting.drafts, own)
            page.outcomes.append((waiting, own))
        return True

    @property
    def _made(self) -> list[Waiting]:
        return self._open.commands if self._open else []

    def _take_batch(self) -> list[Waiting]:
        """Half of them, if they are many: the first half is on its way while the other is being numbered."""
        batch, facts, most = list[Waiting](), 0, max(SMALL_BATCH, (len(self._queue) + 1) // 2)
        while self._queue and len(batch) < most and facts < self._bounds.batch_facts:
            waiting = self._queue.popleft()
            facts += len(waiting.drafts)
            batch.append(waiting)
        return batch

    async def seal(self) -> Page | None:
        page, self._open = self._open, None
        return page if page and page.commands else None

    def written(self, page: Page) -> None:
        for waiting, outcome in page.outcomes:
            self._answer(waiting, outcome)

    def lost(self, page: Page, error: Exception) -> None:
        """What was numbered after the page is void as well, and numbered again unless the trouble is everyone's."""
        self._tip = None
        self._heads.clear()
        self._lost = page.commands
        if isinstance(error, LogConflict):
            self._queue.extendleft(reversed(self._made))
            self._open = None

    def _take_all(self) -> list[Waiting]:
        everyone = list(self._queue)
        self._queue.clear()
        return everyone

    async def _answer_repeated(self, conflict: LogConflict) -> None:
        """Nothing was recorded.  Commands that had been recorded before get their first answer, the others go on."""
        batch = self._lost
        try:
            earlier = by_command(await self._log.commands([waiting.command_id for waiting in batch]))
            if not earlier:
                raise conflict
        except LogError as error:
            self._answer_all(batch, error)
            return
        for waiting in batch:
            if records := earlier.get(waiting.command_id):
                same = records[0].command_digest == waiting.digest
                self._answer(waiting, records if same else IdempotencyConflict(waiting.command_id))
        self._queue.extendleft(waiting for waiting in reversed(batch) if waiting.command_id not in earlier)

    def _forget(self) -> None:
        self._tip = self._open = None
        self._heads.clear()

    def _answer(self, waiting: Waiting, outcome: Outcome) -> None:
        del self._waiting[waiting.command_id]
        waiting.answer(outcome)

    def _answer_all(self, batch: Iterable[Waiting], error: Exception) -> None:
        for waiting in batch:
            self._answer(waiting, error)


def by_command(records: Iterable[Row]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for record in records:
        found.setdefault(record.command_id, []).append(record)
    return found
