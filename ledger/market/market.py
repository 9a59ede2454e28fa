"""The market of one process: a bounded queue, one flusher, batches decided under the log's lock (ARCHITECTURE.md §3).

What follows by construction: strict serialisability over all processes, no optimistic conflicts, refusals as definite
as acceptances, nothing answered before it is durable.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from ledger.decisions import Command
from ledger.fact import Recorded
from ledger.interchange import Answer
from ledger.log.appender import microseconds_now
from ledger.log.errors import Busy, CommitInDoubt, LogConflict, LogError, LogUnavailable
from ledger.log.heads import StreamHeads
from ledger.log.record import Head, Record
from ledger.log.store import Log, Session
from ledger.market.ahead import named_keys
from ledger.market.batch import Batch, Job, Report
from ledger.market.computed import Shelf
from ledger.market.receipts import Receipt, receipts_of
from ledger.market.states import States, recorded_of
from ledger.state.computed import Loader
from ledger.subjects import subjects
from ledger.view import Missing

PATIENT_TRIES = 3
"""So often computed states may be overtaken by what others record meanwhile."""

PINNED = ("org", "policy", "periods", "agenda")


@dataclass(frozen=True)
class Bounds:
    """What keeps memory, the queue and the time under the lock small."""

    queued_commands: int = 10_000
    batch_commands: int = 500
    states: int = 20_000
    stream_heads: int = 50_000
    tail_facts: int = 20_000
    patience_seconds: float = 15.0
    lock_timeout_ms: int = 10_000
    statement_timeout_ms: int = 30_000


def _ignore(command: Command, defect: Exception) -> None:
    raise defect


class Market:
    """Records commands.

        async with Market(log) as market:
            [answer] = await market.submit([command])

    ``on_recorded`` is called with the last position after every commit (it wakes the projections).
    """

    def __init__(
        self,
        log: Log,
        *,
        allow_simulated: bool = False,
        clock: Callable[[], int] = microseconds_now,
        bounds: Bounds | None = None,
        report: Report = _ignore,
        on_recorded: Callable[[int], None] = lambda position: None,
        computed: Mapping[str, Loader] | None = None,
    ) -> None:
        self._log = log
        self._allow_simulated = allow_simulated
        self._clock = clock
        self._bounds = bounds or Bounds()
        self._report = report
        self._on_recorded = on_recorded
        self._states = States(log, self._bounds.states)
        self._shelf = Shelf(computed or {})
        self._heads = StreamHeads(self._bounds.stream_heads)
        self._tip: Head | None = None
        self._queue: deque[Job] = deque()
        self._taken: list[Job] = []
        self._queued = 0
        self._work = asyncio.Event()
        self._closing = False
        self._flusher: asyncio.Task[None] | None = None
        self._saving: asyncio.Task[None] | None = None
        self._computing: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Market:
        self._flusher = asyncio.create_task(self._flush_until_closed(), name="market flusher")
        return self

    async def __aexit__(self, *_: object) -> None:
        """Decide what is queued, then stop."""
        self._closing = True
        self._work.set()
        if self._flusher is not None:
            await self._flusher
        for task in self._computing:
            task.cancel()
        await asyncio.gather(*self._computing, return_exceptions=True)
        if self._saving is not None:
            await self._saving

    @property
    def position(self) -> int:
        """The last position that this process knows."""
        return self._tip.position if self._tip else 0

    @property
    def queued(self) -> int:
        """Commands that wait for their decision."""
        return self._queued

    async def submit(self, commands: Sequence[Command]) -> list[Answer]:
        """Decide one caller's commands in their order; returns when all that they recorded is durable.

        Raises Busy if the queue is full, LogUnavailable if nothing could be recorded, CommitInDoubt if the outcome is
        unknown: then the same ids are to be sent again.
        """
        if self._closing:
            raise LogUnavailable("The market is being closed; nothing was recorded")
        if not commands:
            return []
        if self._queued + len(commands) > self._bounds.queued_commands and self._queued:
            raise Busy("Too many commands are waiting to be decided; try again in a moment")
        future: asyncio.Future[list[Answer]] = asyncio.get_running_loop().create_future()
        job = Job(list(commands), future, time.monotonic())
        self._queue.append(job)
        self._queued += job.left
        self._work.set()
        return await future

    # -- the flusher ------------------------------------------------------------------------------------------------

    async def _flush_until_closed(self) -> None:
        while self._queue or not self._closing:
            if all(job.computing for job in self._queue):
                self._work.clear()
                await self._work.wait()
                continue
            try:
                await self._flush()
            except CommitInDoubt as doubt:
                self._forget()
                self._fail(self._taken, doubt)
            except LogUnavailable as trouble:
                self._forget()
                await self._lose_patience(trouble)
            except (LogError, Exception) as defect:  # the flusher outlives every kind of trouble
                self._forget()
                self._fail(self._taken, defect)

    async def _flush(self) -> None:
        """One batch: read what is missing, take the lock, catch up, decide, record, commit, answer."""
        self._taken = self._take()
        await self._prepare(self._taken)
        jobs = self._taken = [job for job in self._taken if not job.computing]
        if not jobs:
            return
        bounds = self._bounds
        async with self._log.exclusive(bounds.lock_timeout_ms, bounds.statement_timeout_ms) as session:
            await self._catch_up(session)
            assert self._tip is not None
            start = self._tip
            batch = self._batch(await self._receipts(session, jobs))
            self._decide(batch, jobs)
            if missing := self._heads.missing(batch.streams()):
                self._heads.learn(missing, await session.stream_heads(missing))
            records, subjects = batch.records(start, self._heads)
            await session.insert(records, subjects)
        self._committed(batch)

    def _take(self) -> list[Job]:
        """The jobs of the next batch, oldest first, within the bound.  Who comes later has no states loaded yet."""
        jobs, commands = [], 0
        for job in self._queue:
            if job.computing:
                continue
            if commands >= self._bounds.batch_commands:
                break
            jobs.append(job)
            commands += job.left
        return jobs

    def _batch(self, receipts: dict[str, Receipt]) -> Batch:
        assert self._tip is not None
        try:
            simulated = self._states.lookup("org").simulated
        except Missing:
            simulated = False
        return Batch(
            self._states.lookup,
            self._tip,
            receipts,
            now=self._clock(),
            simulated=simulated,
            allow_simulated=self._allow_simulated,
            report=self._report,
            shelf=self._shelf,
        )

    def _decide(self, batch: Batch, jobs: Iterable[Job]) -> None:
        left = self._bounds.batch_commands
        for job in jobs:
            if left <= 0:
                break
            left -= batch.run(job, left)

    def _committed(self, batch: Batch) -> None:
        """What was decided is durable: states move on, callers are answered."""
        moved = batch.tip != self._tip
        self._tip = batch.tip
        self._states.keep(batch.changed)
        self._shelf.note(batch.touched)
        for job, answers in batch.answered:
            job.answers += answers
            self._queued -= len(answers)
        self._answer_finished()
        self._states.trim()
        self._heads.trim()
        if moved:
            self._on_recorded(self._tip.position)
            self._save_snapshots()

    def _answer_finished(self) -> None:
        waiting: deque[Job] = deque()
        for job in self._queue:
            if job.left:
                waiting.append(job)
            else:
                self._shelf.drop(job.computed)
                if not job.future.done():
                    job.future.set_result(job.answers)
        self._queue = waiting

    def _fail(self, jobs: Iterable[Job], error: Exception) -> None:
        """These callers are told that it went wrong; the rest wait on."""
        failed = list(jobs)
        for job in failed:
            self._queued -= job.left
            self._shelf.drop(job.computed)
            if not job.future.done():
                job.future.set_exception(error)
        self._queue = deque(job for job in self._queue if job not in failed)

    async def _lose_patience(self, trouble: LogUnavailable) -> None:
        """Nothing was recorded, so all is decided anew; who has waited too long is told why."""
        oldest = time.monotonic() - self._bounds.patience_seconds
        self._fail([job for job in self._queue if job.since < oldest or self._closing], trouble)
        if self._queue:
            await asyncio.sleep(0.2)

    def _forget(self) -> None:
        self._tip = None
        self._states.forget()
        self._shelf.forget()
        self._heads.clear()

    # -- before the lock ------------------------------------------------------------------------------------------

    async def _prepare(self, jobs: Iterable[Job]) -> None:
        """Load the states that these commands will ask for, as far as they say."""
        if self._tip is None:
            self._tip = await self._log.head()
        wanted = set(PINNED)
        for job in jobs:
            if needed := {key for key in job.missing if self._shelf.owns(key)}:
                job.missing -= needed
                await self._compute(job, needed)
            wanted |= job.missing
            for command in job.commands[len(job.answers) : len(job.answers) + self._bounds.batch_commands]:
                wanted.update(named_keys(command))
        await self._states.load(wanted, self._tip.position)

    async def _compute(self, job: Job, keys: set[str]) -> None:
        """The job waits aside until its computed states are there.  One that lost the race too often holds the rest."""
        assert self._tip is not None
        job.computed |= keys
        job.tries += 1
        self._shelf.begin()
        job.computing = asyncio.create_task(self._computed(job, keys, self._tip.position), name="computing states")
        self._computing.add(job.computing)
        job.computing.add_done_callback(self._computing.discard)
        if job.tries > PATIENT_TRIES:
            await asyncio.wait([job.computing])

    async def _computed(self, job: Job, keys: set[str], position: int) -> None:
        try:
            await self._shelf.compute(keys, position)
        except LogError as trouble:
            self._fail([job], trouble)
        finally:
            job.computing = None
            self._work.set()

    async def _catch_up(self, session: Session) -> None:
        """Under the lock: what other processes have recorded since; after this the states are the truth."""
        assert self._tip is not None
        tail = await session.after(self._tip.position, self._bounds.tail_facts + 1)
        if not tail:
            return
        if len(tail) > self._bounds.tail_facts:
            raise LogUnavailable("Too much was recorded by others meanwhile; reading the states again")
        self._absorb([recorded_of(record) for record in tail])
        self._heads.follow(tail)
        self._tip = Head(tail[-1].position, tail[-1].recorded_at)

    def _absorb(self, facts: Sequence[Recorded]) -> None:
        self._states.absorb(facts)
        if self._shelf.is_watching:
            for position, _, fact in facts:
                self._shelf.note(dict.fromkeys((fact.stream, *subjects(fact)), position))

    async def _receipts(self, session: Session, jobs: Sequence[Job]) -> dict[str, Receipt]:
        """What these command ids have been answered before, by this process or another."""
        ids = [command.id for job in jobs for command in job.rest]
        rows: list[Record] = await session.commands(ids[: 2 * self._bounds.batch_commands])
        return receipts_of([(row.command_digest, recorded_of(row)) for row in rows])

    # -- snapshots ------------------------------------------------------------------------------------------------

    def _save_snapshots(self) -> None:
        if self._saving is not None and not self._saving.done():
            return
        if due := self._states.due_snapshots(self.position):
            self._saving = asyncio.create_task(self._save(due))

    async def _save(self, due: Sequence[object]) -> None:
        with contextlib.suppress(LogError):  # a cache: the facts are what counts
            await self._log.snapshots.save(due)  # type: ignore[arg-type]


__all__ = ["Bounds", "Busy", "LogConflict", "Market"]
