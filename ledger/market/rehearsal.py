"""A dry run: commands and bundles decided on the ledger as it is, and on each other, with nothing recorded (rule 42).

It takes no lock and no place in the queue.  Others go on meanwhile, so an answer is true of the position at which the
rehearsal began.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ledger.decisions import Command
from ledger.errors import NotReady
from ledger.fact import StoredFact
from ledger.interchange import Answer, Bundle, BundleAnswer, refused, refused_bundle
from ledger.log.store import Log
from ledger.market.batch import MarketBatch, Report
from ledger.market.computed_cache import ComputedCache
from ledger.market.receipts import receipts_of
from ledger.market.states import States, stored_fact
from ledger.market.submission import MarketSubmission, ids_of
from ledger.money import yuan
from ledger.posting import entries
from ledger.state.computed import Loader

PINNED = ("org", "policy", "periods", "agenda")


class Rehearsed(Answer, frozen=True):
    """The answer that would be given, and the facts that would be recorded for it."""

    answer: Answer | None = None
    stored: tuple[StoredFact, ...] = ()

    def line(self) -> dict[str, Any]:
        assert self.answer is not None
        told = self.answer.line() | {"dry_run": True}
        if not self.ok:
            return told
        if isinstance(self.answer, BundleAnswer):
            told["answers"] = [
                each.line() | {"entries": entries_of(one for one in self.stored if one.fact.command == each.id)}
                for each in self.answer.answers
            ]
            told["facts"] = [name for each in self.answer.answers for name in each.facts or ()]
        return told | {"entries": entries_of(self.stored)}


def entries_of(stored: Iterable[StoredFact]) -> list[dict[str, str]]:
    """The postings of facts, as money at the edges."""
    return [
        {
            "account": entry.account,
            "debit": yuan(max(0, -entry.amount)),
            "credit": yuan(max(0, entry.amount)),
        }
        for one in stored
        for entry in entries(one.fact)
    ]


class Rehearsal:
    """Answers like the market, in vain."""

    def __init__(
        self, log: Log, states: States, computed: Mapping[str, Loader], *, allow_simulated: bool, report: Report
    ) -> None:
        self._log = log
        self._states = states
        self._computed = ComputedCache(computed)
        self._allow_simulated = allow_simulated
        self._report = report
        self._batch: MarketBatch | None = None
        self._position = 0

    async def submit(self, commands: Sequence[Command | Bundle]) -> list[Answer]:
        """The answers that would be given, one after the other.  Raises LogError."""
        batch = self._batch = self._batch or await self._begin()
        ids = [name for item in commands for name in ids_of(item)]
        earlier = [(row.command_digest, stored_fact(row)) for row in await self._log.commands(ids)]
        for identifier, receipt in receipts_of(earlier).items():
            batch.receipts.setdefault(identifier, receipt)
        return [await self._answer(batch, item) for item in commands]

    async def _begin(self) -> MarketBatch:
        head = await self._log.head()
        self._position = head.position
        await self._states.load(PINNED, head.position)
        return MarketBatch(
            self._states.lookup,
            head,
            {},
            now=time.time_ns() // 1000,
            simulated=self._states.lookup("org").simulated,
            allow_simulated=self._allow_simulated,
            report=self._report,
            computed=self._computed,
            held=self._states.held,
        )

    async def _answer(self, batch: MarketBatch, item: Command | Bundle) -> Answer:
        submission, before = MarketSubmission([item]), len(batch.stored)
        while True:
            batch.run(submission, 1)
            answers = batch.answered.pop()[1]
            answer = answers[0] if answers else await self._load(batch, submission.missing, item)
            if answer is not None:
                stored = tuple(batch.stored[before:])
                return Rehearsed(
                    answer.id, answer.ok, code=answer.code, repeat=answer.repeat, answer=answer, stored=stored
                )

    async def _load(self, batch: MarketBatch, missing: set[str], item: Command | Bundle) -> Answer | None:
        """Read what it asked for in vain.  Computed states cannot know of something only rehearsed: a refusal."""
        computed = {key for key in missing if self._computed.owns(key)}
        if any(self._computed.is_overtaken(key, batch.touched) for key in computed):
            refusal = refused(item.id, NotReady("it is computed from what is recorded, not from what is rehearsed"))
            return refused_bundle(item.id, refusal) if isinstance(item, Bundle) else refusal
        if computed:
            self._computed.begin()
            await self._computed.compute(computed, self._position)
        await self._states.load(missing - computed, self._position, batch.stored)
        return None
