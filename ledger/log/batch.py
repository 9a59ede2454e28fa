"""A batch: commands that are decided one after the other and written in one commit."""

from __future__ import annotations

from collections.abc import Iterable, MutableMapping, Sequence
from typing import Any, Generic, TypeVar

from ledger.log.numbering import Accepted, Draft, number
from ledger.log.queue import Submission
from ledger.log.row import Head, Row, StreamHead

S = TypeVar("S", bound="Submission[Any, Any]")
A = TypeVar("A")


class Batch(Generic[S, A]):
    """Begins after a tip of the log and moves it on with every command that it accepts.

    ``answered`` holds the answers that become true when the batch is durable, refusals too.
    """

    def __init__(self, tip: Head) -> None:
        self.tip = tip
        self.commands = 0
        self.accepted: list[Accepted] = []
        self.answered: list[tuple[S, list[A]]] = []
        self.rows: list[Row] = []
        self.tags: list[tuple[str, int]] = []
        self._numbered = tip.position

    def accept(self, command_id: str, digest: bytes, drafts: Sequence[Draft], now: int) -> None:
        """These facts follow the tip.  Time never goes back, whatever the clock says."""
        recorded_at = max(now, self.tip.recorded_at)
        self.accepted.append(Accepted(command_id, digest, drafts, recorded_at))
        self.tip = Head(self.tip.position + len(drafts), recorded_at)

    def answer(self, submission: S, answers: list[A]) -> None:
        """The next commands of a submission are decided."""
        submission.decided += len(answers)
        self.commands += len(answers)
        self.answered.append((submission, answers))

    def streams(self) -> Iterable[str]:
        """The streams of what is accepted and not numbered yet."""
        return (draft.stream for accepted in self.accepted for draft in accepted.drafts)

    def number(self, heads: MutableMapping[str, StreamHead]) -> None:
        """Make the rows of what was accepted since the last time; the heads of its streams are known."""
        rows, tags = number(self._numbered, self.accepted, heads)
        self._numbered += len(rows)
        self.rows += rows
        self.tags += tags
        self.accepted.clear()
