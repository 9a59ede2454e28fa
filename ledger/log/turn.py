"""A turn with the log's lock: several commits, and while one batch is being written the next is being made.

Taking the lock, looking what others have recorded and giving the lock back cost three round trips.  Who has much to
record pays them once a turn; who waits for the lock meanwhile waits no longer than a turn lasts.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from time import monotonic
from typing import NamedTuple, Protocol, TypeVar

from ledger.log.row import Row
from ledger.log.store import Session

TURN_SECONDS = 0.025
"""A turn that goes on for so long makes no further batch."""


class Page(Protocol):
    """A batch that is ready to be written."""

    @property
    def records(self) -> Sequence[Row]: ...
    @property
    def subjects(self) -> Sequence[tuple[str, int]]: ...


P = TypeVar("P", bound=Page)


class Desk(Protocol[P]):
    """Who makes batches, and is told what became of them."""

    async def add(self) -> bool:
        """Put some of what is waiting on the open page; False if nothing is waiting, or this turn is not for it."""
        ...

    async def seal(self) -> P | None:
        """The open page, to be written now; the next begins after it.  None if nothing is on it."""
        ...

    def written(self, page: P) -> None:
        """The page is durable."""
        ...

    def lost(self, page: P, error: Exception) -> None:
        """The page was not recorded, or nobody knows (CommitInDoubt); pages made after it are void."""
        ...


class Writing(NamedTuple):
    page: Page
    task: asyncio.Task[None]


async def take_turn(session: Session, desk: Desk[P], work: asyncio.Event) -> None:
    """Write what the desk makes until nothing is waiting or the turn is over; ``work`` is set when more comes.

    A page collects what comes while the one before it is being written, so pages grow with the load by themselves.
    Raises what the writing or the desk raised; by then the desk has been told about every page.
    """
    over = monotonic() + TURN_SECONDS
    writing: Writing | None = None
    try:
        while True:
            if writing is not None and writing.task.done():
                done, writing = writing, None
                await _settle(done, desk)
            if writing is None and (page := await desk.seal()) is not None:
                writing = Writing(page, asyncio.create_task(session.insert(page.records, page.subjects)))
                writing.task.add_done_callback(lambda task: work.set())
            await asyncio.sleep(0)  # what is to be sent is sent; who has been answered may send the next
            if monotonic() < over and await desk.add():
                continue
            if writing is None:
                return
            if not writing.task.done():
                work.clear()
                await work.wait()
    finally:
        if writing is not None:
            await asyncio.wait([writing.task])
            with suppress(Exception):
                await _settle(writing, desk)


async def _settle(writing: Writing, desk: Desk[P]) -> None:
    page: P = writing.page  # type: ignore[assignment]
    try:
        await writing.task
    except Exception as error:
        desk.lost(page, error)
        raise
    desk.written(page)
