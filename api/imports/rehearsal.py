"""Commands decided in vain: what the ledger would say to each, with nothing recorded."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

from api.imports.book import Book
from ledger.decisions import Command
from ledger.interchange import Answer
from ledger.log.writer import microseconds_now
from ledger.market.batch import MarketBatch
from ledger.market.submission import MarketSubmission

AT_A_TIME = 500


async def rehearse(
    book: Book, commands: Sequence[Command], *, advance: Callable[[int], None] = lambda count: None
) -> list[Answer]:
    """The answers that these commands would get, each decided on what those before it would leave."""
    batch = _batch(book)
    submission = MarketSubmission(list(commands))
    while submission.unanswered:
        before = len(submission.answers)
        batch.run(submission, AT_A_TIME)
        for _, answers in batch.answered:
            submission.answers += answers
        batch.answered.clear()
        batch.accepted.clear()
        batch.stored.clear()
        if submission.missing:
            await book.load(submission.missing)
        advance(len(submission.answers) - before)
        await asyncio.sleep(0)
    return submission.answers


def _batch(book: Book) -> MarketBatch:
    """The market's own batch, of which nothing is inserted."""
    return MarketBatch(
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
