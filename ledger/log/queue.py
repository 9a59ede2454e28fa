"""The bounded queue before the log: callers, how many of their commands are decided, and their answers."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from ledger.log.errors import Busy

C = TypeVar("C")
A = TypeVar("A")


def _future() -> asyncio.Future[Any]:
    return asyncio.get_running_loop().create_future()


@dataclass(eq=False, slots=True)
class Submission(Generic[C, A]):
    """One caller's commands in their order.

    So many are ``decided``; ``answers`` are those that are durable.  While it ``is_aside`` others go on.
    """

    commands: Sequence[C]
    future: asyncio.Future[list[A]] = field(default_factory=_future)
    since: float = field(default_factory=time.monotonic)
    decided: int = 0
    answers: list[A] = field(default_factory=list)
    is_aside: bool = False

    def next(self, most: int) -> Sequence[C]:
        """The commands that are to be decided next, at most so many."""
        return self.commands[self.decided : self.decided + most]

    def reset(self) -> None:
        """Decide again all that is not durable."""
        self.decided = len(self.answers)

    @property
    def ready(self) -> int:
        """Commands that can be decided now."""
        return 0 if self.is_aside else len(self.commands) - self.decided

    @property
    def unanswered(self) -> int:
        return len(self.commands) - len(self.answers)


S = TypeVar("S", bound="Submission[Any, Any]")


class Queue(Generic[S]):
    """Submissions, oldest first.  ``left`` is told of each that leaves, answered or failed."""

    def __init__(self, bound: int, left: Callable[[S], None]) -> None:
        self._bound = bound
        self._left = left
        self._submissions: dict[S, None] = {}
        self.unanswered = 0
        self.undecided = 0
        self.taken: list[S] = []

    def __len__(self) -> int:
        return len(self._submissions)

    def __iter__(self) -> Iterator[S]:
        return iter(self._submissions)

    def add(self, submission: S) -> None:
        """Raises Busy if it is full; a single submission may be larger than the bound."""
        commands = len(submission.commands)
        if self.unanswered + commands > self._bound and self.unanswered:
            raise Busy("Too many commands are waiting to be decided; try again in a moment")
        self._submissions[submission] = None
        self.unanswered += commands
        self.undecided += commands

    @property
    def is_ready(self) -> bool:
        return any(submission.ready for submission in self._submissions)

    def take(self, most: int) -> list[S]:
        """The submissions that are decided next, oldest first, until they have so many commands."""
        self.taken, commands = [], 0
        for submission in self._submissions:
            if commands >= most:
                break
            if ready := submission.ready:
                self.taken.append(submission)
                commands += ready
        return self.taken

    def answer(self, submission: S, answers: Sequence[Any]) -> None:
        """These answers are durable; the caller hears them when it has all."""
        submission.answers += answers
        self.unanswered -= len(answers)
        if not submission.unanswered:
            self._remove(submission)
            if not submission.future.done():
                submission.future.set_result(submission.answers)

    def fail(self, submissions: Iterable[S], error: Exception) -> None:
        """These callers are told that it went wrong; the rest wait on."""
        for submission in dict.fromkeys(submissions):
            if submission in self._submissions:
                self.unanswered -= submission.unanswered
                self.undecided -= len(submission.commands) - submission.decided
                self._remove(submission)
                if not submission.future.done():
                    submission.future.set_exception(error)

    def reset(self) -> None:
        """Decide again all that is not durable."""
        for submission in self._submissions:
            submission.reset()
        self.undecided = self.unanswered

    def _remove(self, submission: S) -> None:
        del self._submissions[submission]
        self._left(submission)
