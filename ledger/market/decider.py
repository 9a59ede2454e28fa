"""Deciding what is queued: the market's source of batches for the one writer to the log."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from ledger.fact import StoredFact
from ledger.log.errors import LogError
from ledger.log.row import Head, Row
from ledger.log.snapshots import Snapshot
from ledger.log.source import Source
from ledger.log.store import Log
from ledger.log.writer import Writer
from ledger.market.batch import MarketBatch, Report
from ledger.market.computed_cache import ComputedCache
from ledger.market.receipts import Receipt, receipts_of
from ledger.market.states import States, is_short, stored_fact
from ledger.market.submission import MarketSubmission, ids_of
from ledger.tags import all_tags
from ledger.view import Missing

PATIENT_TRIES = 3
"""So often computed states may be overtaken by what others record meanwhile."""

PINNED = ("org", "policy", "periods", "agenda")


@dataclass
class Undurable:
    """The facts that are decided under the lock and not durable yet, and the states that they concern."""

    facts: list[StoredFact] = field(default_factory=list)
    touched: set[str] = field(default_factory=set)

    def of(self, keys: Iterable[str]) -> Sequence[StoredFact]:
        """All of them, if any may concern one of these states."""
        return () if self.touched.isdisjoint(keys) else list(self.facts)


class Decider(Source[MarketSubmission, MarketBatch]):
    """Reads states, decides on them, and keeps them as the decided facts leave them."""

    def __init__(
        self,
        log: Log,
        states: States,
        computed: ComputedCache,
        *,
        allow_simulated: bool,
        clock: Callable[[], int],
        report: Report,
        on_recorded: Callable[[int], None],
    ) -> None:
        self.writer: Writer[MarketSubmission, MarketBatch]
        self._log = log
        self._states = states
        self._computed = computed
        self._allow_simulated = allow_simulated
        self._clock = clock
        self._report = report
        self._on_recorded = on_recorded
        self._receipts: dict[str, Receipt] = {}
        self._undurable = Undurable()
        self._computing: set[asyncio.Task[None]] = set()
        self._saving: asyncio.Task[None] | None = None

    async def close(self) -> None:
        for task in self._computing:
            task.cancel()
        await asyncio.gather(*self._computing, return_exceptions=True)
        if self._saving is not None:
            await self._saving

    # -- before the lock ----------------------------------------------------------------------------------------------

    async def prepare(self, submissions: Sequence[MarketSubmission], most: int, position: int) -> None:
        """Load the states that these commands will ask for, as far as they say."""
        wanted = set(PINNED)
        for submission in submissions:
            if needed := {key for key in submission.missing if self._computed.owns(key)}:
                submission.missing -= needed
                await self._compute(submission, needed, position)
            wanted |= submission.missing
            wanted.update(submission.named_keys(most))
        await self._states.load(wanted, position)

    async def _compute(self, submission: MarketSubmission, keys: set[str], position: int) -> None:
        """The submission waits aside until its computed states are there.  One overtaken too often holds the rest."""
        submission.computed |= keys
        submission.tries += 1
        submission.is_aside = True
        self._computed.begin()
        task = asyncio.create_task(self._compute_aside(submission, keys, position), name="computing states")
        self._computing.add(task)
        task.add_done_callback(self._computing.discard)
        if submission.tries > PATIENT_TRIES:
            await asyncio.wait([task])

    async def _compute_aside(self, submission: MarketSubmission, keys: set[str], position: int) -> None:
        try:
            await self._computed.compute(keys, position)
        except LogError as trouble:
            self.writer.fail(submission, trouble)
        finally:
            self.writer.resume(submission)

    # -- under the lock -----------------------------------------------------------------------------------------------

    def follow(self, rows: Sequence[Row]) -> None:
        facts = [stored_fact(row) for row in rows]
        self._states.absorb(facts)
        if self._computed.is_watching:
            for position, _, fact in facts:
                self._computed.note(dict.fromkeys((fact.stream, *all_tags(fact)), position))

    def begin(self) -> None:
        self._receipts = {}
        self._undurable = Undurable()

    def batch(self, tip: Head) -> MarketBatch:
        try:
            simulated = self._states.lookup("org").simulated
        except Missing:
            simulated = False
        return MarketBatch(
            self._states.lookup,
            tip,
            self._receipts,
            now=self._clock(),
            simulated=simulated,
            allow_simulated=self._allow_simulated,
            report=self._report,
            computed=self._computed,
            held=self._states.held,
        )

    async def load(self, submissions: Sequence[MarketSubmission], most: int) -> bool:
        """Short states alone are read while the lock is held."""
        wanted = {key for submission in submissions for key in submission.missing}
        for submission in submissions:
            wanted.update(submission.named_keys(most))
        wanted = {key for key in wanted if key not in self._states}
        if not all(map(is_short, wanted)):
            for submission in submissions:
                submission.prepared = submission.decided
            return False
        await self._states.load(wanted, self.writer.position, self._undurable.of(wanted))
        return True

    def command_ids(self, submissions: Sequence[MarketSubmission], most: int) -> Sequence[str]:
        return [name for submission in submissions for item in submission.next(most) for name in ids_of(item)]

    def decide(
        self, batch: MarketBatch, submissions: Sequence[MarketSubmission], most: int, earlier: Sequence[Row]
    ) -> None:
        for identifier, receipt in receipts_of([(row.command_digest, stored_fact(row)) for row in earlier]).items():
            self._receipts.setdefault(identifier, receipt)
        end, facts = batch.commands + most, len(batch.stored)
        for submission in submissions:
            if batch.commands >= end:
                break
            batch.run(submission, end - batch.commands)
        self._states.keep(batch.changed)
        batch.changed = {}
        self._computed.note(batch.touched)
        self._undurable.facts += batch.stored[facts:]
        self._undurable.touched.update(batch.touched)

    # -- the outcome --------------------------------------------------------------------------------------------------

    def durable(self, batch: MarketBatch) -> None:
        del self._undurable.facts[: len(batch.stored)]
        if batch.rows:
            self._on_recorded(batch.tip.position)

    def forget(self) -> None:
        self._states.forget()
        self._computed.forget()

    def left(self, submission: MarketSubmission) -> None:
        self._computed.drop(submission.computed)

    def released(self) -> None:
        """Back to the bounds; states that have folded much are saved."""
        self._states.trim()
        is_free = self._saving is None or self._saving.done()
        if is_free and (due := self._states.due_snapshots(self.writer.position)):
            self._saving = asyncio.create_task(self._save(due))

    async def _save(self, due: Sequence[Snapshot]) -> None:
        with contextlib.suppress(LogError):  # a cache: the facts are what counts
            await self._log.snapshots.save(due)
