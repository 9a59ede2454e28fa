"""The market of one process: a bounded queue, one flusher, batches decided under the log's lock (architecture §3).

What follows by construction: strict serialisability over all processes, no optimistic conflicts, refusals as definite
as acceptances, nothing answered before it is durable.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from ledger.decisions import Command
from ledger.fact import StoredFact
from ledger.interchange import Answer
from ledger.log.appender import microseconds_now
from ledger.log.errors import Busy, CommitInDoubt, LogConflict, LogError, LogUnavailable
from ledger.log.heads import StreamHeads
from ledger.log.row import Head
from ledger.log.store import Log, Session
from ledger.log.turn import take_turn
from ledger.market.ahead import named_keys
from ledger.market.batch import Batch, Job, Report
from ledger.market.computed import Shelf
from ledger.market.receipts import Receipt, receipts_of
from ledger.market.states import States, is_short, stored_fact
from ledger.state.computed import Loader
from ledger.subjects import subjects
from ledger.view import Missing

PATIENT_TRIES = 3
"""So often computed states may be overtaken by what others record meanwhile."""

PINNED = ("org", "policy", "periods", "agenda")

SMALL_SLICE, LARGE_SLICE = 16, 250
"""So many commands are decided at a stretch: of many, half, so that they are on their way while the rest is decided."""


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
        self._turn: Turn | None = None
        self._queue: dict[Job, None] = {}
        self._taken: list[Job] = []
        self._queued = self._undecided = 0
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
        """The last position that this process knows to be recorded."""
        known = self._turn.durable if self._turn else self._tip
        return known.position if known else 0

    @property
    def queued(self) -> int:
        """Commands that wait for their answer."""
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
        self._queue[job] = None
        self._queued += len(commands)
        self._undecided += len(commands)
        self._work.set()
        return await future

    # -- the flusher ------------------------------------------------------------------------------------------------

    async def _flush_until_closed(self) -> None:
        while self._queue or not self._closing:
            if not any(job.waiting for job in self._queue):
                self._work.clear()
                await self._work.wait()
                continue
            try:
                await self._flush()
            except (CommitInDoubt, LogConflict):  # its callers have been told
                self._forget()
            except LogUnavailable as trouble:
                self._forget()
                await self._lose_patience(trouble)
            except Exception as defect:  # the flusher outlives every kind of trouble
                concerned = [*self._taken, *(job for job in self._queue if job.decided > len(job.answers))]
                self._forget()
                self._fail(concerned, defect)

    async def _flush(self) -> None:
        """One turn: read what is missing, take the lock, catch up; decide, record, answer, as often as it lasts."""
        bounds = self._bounds
        self._taken = self._take(bounds.batch_commands)
        await self._prepare(self._taken)
        if not any(job.waiting for job in self._taken):
            return
        async with self._log.exclusive(bounds.lock_timeout_ms, bounds.statement_timeout_ms) as session:
            await self._catch_up(session)
            assert self._tip is not None
            self._turn = Turn(self._tip)
            await take_turn(session, self, self._work)
            self._turn = None
        self._states.trim()
        self._heads.trim()
        self._save_snapshots()

    def _take(self, most: int) -> list[Job]:
        """The jobs that are decided next, oldest first, until they have so many commands."""
        jobs, commands = [], 0
        for job in self._queue:
            if commands >= most:
                break
            if waiting := job.waiting:
                jobs.append(job)
                commands += waiting
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
            held=self._states.held,
        )

    # -- the desk of a turn (ledger.log.turn) ------------------------------------------------------------------------

    async def add(self) -> bool:
        """Decide some of what is waiting; states and tip run ahead of what is recorded, until it is or `_forget`."""
        turn, most = self._turn, min(LARGE_SLICE, max(SMALL_SLICE, (self._undecided + 1) // 2))
        assert turn is not None
        if turn.open:
            most = min(most, self._bounds.batch_commands - turn.open.commands)
        if most <= 0 or turn.is_over:
            return False
        jobs = self._taken = self._take(most)
        if not jobs or not await self._at_hand(turn, jobs, most):
            return False
        batch = turn.open = turn.open or self._batch(turn.receipts)
        before, facts = batch.commands, len(batch.stored)
        for job in jobs:
            if most <= batch.commands - before:
                break
            batch.run(job, most - (batch.commands - before))
        self._undecided -= batch.commands - before
        self._states.keep(batch.changed)
        batch.changed = {}
        self._shelf.note(batch.touched)
        self._tip = batch.tip
        turn.ran_ahead(batch, facts)
        return True

    async def _at_hand(self, turn: Turn, jobs: Sequence[Job], most: int) -> bool:
        """Read what is missing for the next commands, if it is little; else the turn is over, for the lock is held."""
        wanted = {key for job in jobs for key in job.missing}
        for job in jobs:
            wanted.update(_named(job, most))
        wanted = {key for key in wanted if key not in self._states}
        if not all(map(is_short, wanted)):
            turn.is_over = True
            for job in jobs:
                job.prepared = job.decided
            return False
        ids = [command.id for job in jobs for command in job.next(most)]
        _, rows = await asyncio.gather(
            self._states.load(wanted, turn.durable.position, turn.ahead_of(wanted)), self._log.commands(ids)
        )
        for identifier, receipt in receipts_of([(row.command_digest, stored_fact(row)) for row in rows]).items():
            turn.receipts.setdefault(identifier, receipt)
        return True

    async def seal(self) -> Batch | None:
        """Give versions and hashes to what is decided; who decides next begins after it."""
        turn = self._turn
        assert turn is not None
        batch, turn.open = turn.open, None
        if batch is None:
            return None
        if missing := self._heads.missing(batch.streams()):
            self._heads.learn(missing, await self._log.stream_heads(missing))
        batch.number(self._heads)
        return batch

    def written(self, page: Batch) -> None:
        """What was decided is durable: callers are answered."""
        assert self._turn is not None
        self._turn.settled(page)
        for job, answers in page.answered:
            job.answers += answers
            self._queued -= len(answers)
            if not job.unanswered:
                self._finish(job)
        if page.records:
            self._on_recorded(page.tip.position)

    def lost(self, page: Batch, error: Exception) -> None:
        """Nothing of it is recorded, so all is decided anew; unless nobody knows, or it could never be recorded."""
        if not isinstance(error, LogUnavailable):
            self._fail([job for job, _ in page.answered], error)

    def _finish(self, job: Job) -> None:
        del self._queue[job]
        self._shelf.drop(job.computed)
        if not job.future.done():
            job.future.set_result(job.answers)

    def _fail(self, jobs: Iterable[Job], error: Exception) -> None:
        """These callers are told that it went wrong; the rest wait on."""
        for job in dict.fromkeys(jobs):
            if job in self._queue:
                del self._queue[job]
                self._queued -= job.unanswered
                self._undecided -= len(job.commands) - job.decided
                self._shelf.drop(job.computed)
                if not job.future.done():
                    job.future.set_exception(error)

    async def _lose_patience(self, trouble: LogUnavailable) -> None:
        """Nothing was recorded, so all is decided anew; who has waited too long is told why."""
        oldest = time.monotonic() - self._bounds.patience_seconds
        self._fail([job for job in self._queue if job.since < oldest or self._closing], trouble)
        if self._queue:
            await asyncio.sleep(0.2)

    def _forget(self) -> None:
        self._tip = self._turn = None
        for job in self._queue:
            job.anew()
        self._undecided = self._queued
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
            wanted.update(_named(job, self._bounds.batch_commands))
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
        self._absorb([stored_fact(record) for record in tail])
        self._heads.follow(tail)
        self._tip = Head(tail[-1].position, tail[-1].recorded_at)

    def _absorb(self, facts: Sequence[StoredFact]) -> None:
        self._states.absorb(facts)
        if self._shelf.is_watching:
            for position, _, fact in facts:
                self._shelf.note(dict.fromkeys((fact.stream, *subjects(fact)), position))

    # -- snapshots ------------------------------------------------------------------------------------------------

    def _save_snapshots(self) -> None:
        if self._saving is not None and not self._saving.done():
            return
        if due := self._states.due_snapshots(self.position):
            self._saving = asyncio.create_task(self._save(due))

    async def _save(self, due: Sequence[object]) -> None:
        with contextlib.suppress(LogError):  # a cache: the facts are what counts
            await self._log.snapshots.save(due)  # type: ignore[arg-type]


@dataclass
class Turn:
    """What a market knows while it holds the lock: what is durable, what it has decided since, what it has answered."""

    durable: Head
    open: Batch | None = None
    receipts: dict[str, Receipt] = field(default_factory=dict)
    is_over: bool = False
    _ahead: list[StoredFact] = field(default_factory=list)
    _touched: set[str] = field(default_factory=set)

    def ran_ahead(self, batch: Batch, since: int) -> None:
        """These facts of the batch are decided and not yet durable."""
        self._ahead += batch.stored[since:]
        self._touched.update(batch.touched)

    def settled(self, page: Batch) -> None:
        self.durable = page.tip
        del self._ahead[: len(page.stored)]

    def ahead_of(self, keys: Iterable[str]) -> Sequence[StoredFact]:
        """What is decided and not yet durable, if it may concern one of these states."""
        return () if self._touched.isdisjoint(keys) else list(self._ahead)


def _named(job: Job, most: int) -> Iterator[str]:
    """The states that the job's next commands name, once."""
    for command in job.commands[max(job.decided, job.prepared) : job.decided + most]:
        yield from named_keys(command)
    job.prepared = max(job.prepared, min(len(job.commands), job.decided + most))


__all__ = ["Bounds", "Busy", "LogConflict", "Market"]
