"""The maker of batches as the writer sees it: asked for the next commands, told what became of them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any, Generic, TypeVar

from ledger.log.batch import Batch
from ledger.log.queue import Submission
from ledger.log.row import Head, Row

S = TypeVar("S", bound="Submission[Any, Any]")
B = TypeVar("B", bound="Batch[Any, Any]")


class Source(ABC, Generic[S, B]):
    """Decides what is queued.  Whatever it holds may run ahead of what is durable, until it is told to `forget`."""

    @abstractmethod
    def batch(self, tip: Head) -> B:
        """An empty batch that begins after the tip."""

    @abstractmethod
    def command_ids(self, submissions: Sequence[S], most: int) -> Sequence[str]:
        """The ids of the next commands, at most so many."""

    @abstractmethod
    def decide(self, batch: B, submissions: Sequence[S], most: int, earlier: Sequence[Row]) -> None:
        """Decide at most so many commands into the batch; ``earlier`` is what their ids have recorded before."""

    async def prepare(self, submissions: Sequence[S], most: int, position: int) -> None:
        """Before the lock is taken: read what the next commands need, as of this position."""
        return

    async def load(self, submissions: Sequence[S], most: int) -> bool:
        """Under the lock: read what the next commands need; False if it is too much, then `prepare` is asked again."""
        return True

    def follow(self, rows: Sequence[Row]) -> None:
        """Under the lock: others have recorded this since; after it everything that is held is the truth."""
        return

    def begin(self) -> None:
        """The lock is held, and nobody else can record now."""
        return

    def durable(self, batch: B) -> None:
        """The batch is recorded; its callers are answered next."""
        return

    def forget(self) -> None:
        """Nothing that is held may be believed: batches that were not durable are void, or too much was recorded."""
        return

    def left(self, submission: S) -> None:
        """This submission is answered, or its caller was told of trouble."""
        return

    def released(self) -> None:
        """The lock was given back in order."""
        return
