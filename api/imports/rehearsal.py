"""Commands decided in vain: what the ledger would say to each, with nothing recorded."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

from api.imports.book import Book
from ledger.decisions import Command
from ledger.interchange import Answer
from ledger.log.appender import microseconds_now
from ledger.market.batch import Batch, Job

AT_A_TIME = 500


async def rehearse(
    book: Book, commands: Sequence[Command], *, advance: Callable[[int], None] = lambda count: None
) -> list[Answer]:
    """The answers that these commands would get, each decided on what those before it would leave."""
    batch = _batch(book)
    job = Job(list(commands), asyncio.get_running_loop().create_future(), since=0.0)
    while job.unanswered:
        before = len(job.answers)
        batch.run(job, AT_A_TIME)
        for _, answers in batch.answered:
            job.answers += answers
        batch.answered.clear()
        batch.decided.clear()
        batch.stored.clear()
        if job.missing:
            await book.load(job.missing)
        advance(len(job.answers) - before)
        await asyncio.sleep(0)
    return job.answers


def _batch(book: Book) -> Batch:
    """The market's own batch, of which nothing is inserted."""
    return Batch(
        book.lookup,
        book.head,
        {},
        now=microseconds_now(),
        simulated=book.organisation.simulated,
        allow_simulated=True,
        report=_raise,
    )


def _raise(command: Command, defect: Exception) -> None:
    raise defect
