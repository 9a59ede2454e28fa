"""Facts that are decided already, through the one writer: for tests that are about the log and not what it says."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from types import TracebackType
from typing import NamedTuple, Protocol, TypeAlias, runtime_checkable

from ledger.errors import IdempotencyConflict
from ledger.log.batch import Batch
from ledger.log.numbering import Draft
from ledger.log.queue import Submission
from ledger.log.row import Head, Row
from ledger.log.source import Source
from ledger.log.store import Log
from ledger.log.writer import Bounds, Writer, microseconds_now


@runtime_checkable
class Picky(Protocol):
    """A draft that was decided on one version of its stream."""

    def check(self, version: int) -> None:
        """Raise unless it may have this version."""


class Drafted(NamedTuple):
    """A command whose facts are decided."""

    command_id: str
    digest: bytes
    drafts: Sequence[Draft]

    def grown(self, versions: dict[str, int]) -> dict[str, int]:
        """The versions of its streams after it.  Raises what a draft raises that was decided on another one."""
        grown = dict[str, int]()
        for draft in self.drafts:
            grown[draft.stream] = grown.get(draft.stream, versions[draft.stream]) + 1
            if isinstance(draft, Picky):
                draft.check(grown[draft.stream])
        return grown


Outcome: TypeAlias = Exception | None
Drafts: TypeAlias = Submission[Drafted, Outcome]
DraftBatch: TypeAlias = Batch[Drafts, Outcome]


class Drafting(Source[Drafts, DraftBatch]):
    """Records what fits the versions of its streams, and nothing twice."""

    def __init__(self, log: Log, clock: Callable[[], int]) -> None:
        self._log = log
        self._clock = clock
        self._digests: dict[str, bytes] = {}
        self._versions: dict[str, int] = {}
        self._now = 0

    def batch(self, tip: Head) -> DraftBatch:
        self._now = self._clock()
        return Batch(tip)

    def begin(self) -> None:
        self._digests.clear()
        self._versions.clear()

    def command_ids(self, submissions: Sequence[Drafts], most: int) -> Sequence[str]:
        return [command.command_id for submission in submissions for command in submission.next(most)]

    async def load(self, submissions: Sequence[Drafts], most: int) -> bool:
        drafts = (draft for submission in submissions for command in submission.next(most) for draft in command.drafts)
        unknown = {draft.stream for draft in drafts} - self._versions.keys()
        heads = await self._log.stream_heads(sorted(unknown))
        self._versions |= {stream: heads[stream].version if stream in heads else 0 for stream in unknown}
        return True

    def decide(self, batch: DraftBatch, submissions: Sequence[Drafts], most: int, earlier: Sequence[Row]) -> None:
        for row in earlier:
            self._digests.setdefault(row.command_id, row.command_digest)
        for submission in submissions:
            [command] = submission.next(1)
            batch.answer(submission, [self._outcome(batch, command)])

    def _outcome(self, batch: DraftBatch, command: Drafted) -> Outcome:
        if first := self._digests.get(command.command_id):
            return None if first == command.digest else IdempotencyConflict(command.command_id)
        try:
            self._versions |= command.grown(self._versions)
        except Exception as refusal:
            return refusal
        self._digests[command.command_id] = command.digest
        batch.accept(command.command_id, command.digest, command.drafts, self._now)
        return None


class Appender:
    """Records facts that are decided already.

        async with Appender(log) as appender:
            rows = await appender.append(command_id, digest, drafts)

    The same command id with the same digest gets the first rows; with another digest, IdempotencyConflict.
    """

    source: type[Drafting] = Drafting

    def __init__(self, log: Log, clock: Callable[[], int] = microseconds_now, bounds: Bounds | None = None) -> None:
        self._log = log
        self._writer = Writer(log, self.source(log, clock), bounds)

    async def __aenter__(self) -> Appender:
        await self._writer.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._writer.__aexit__(kind, error, trace)

    async def append(self, command_id: str, digest: bytes, drafts: Sequence[Draft]) -> list[Row]:
        """All facts of one command, recorded together; returns when they are durable."""
        if not drafts:
            return []
        [refusal] = await self._writer.submit(Submission([Drafted(command_id, digest, drafts)]))
        if refusal:
            raise refusal
        return await self._log.commands([command_id])
