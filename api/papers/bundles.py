"""Everything of a month into one file, while it is being read."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from api.jobs.registry import Progress
from api.ledger import Ledger
from api.papers.press import press
from api.papers.selection import batches, personal_lists_of, reading, statements_of
from ledger.errors import State
from projections.exports.formats import PERSONAL, STATEMENT, Bundle, Format, Kind, bundle
from projections.queries.kernel import Reader

Asked = Sequence[Mapping[str, Any]]
Listing = Callable[[Reader, str, str], Awaitable[Asked]]
LISTINGS: dict[str, tuple[Kind, Listing]] = {
    STATEMENT.query: (STATEMENT, statements_of),
    PERSONAL.query: (PERSONAL, personal_lists_of),
}


async def export_all(
    ledger: Ledger, kind: Kind, whose: str, period: str, form: Format, path: Path, progress: Progress
) -> int:
    """All papers of this kind into one file; how many there are.  Raises a Refusal, STATE if there is none."""
    _, listing = LISTINGS[kind.query]
    async with reading(ledger) as reader:
        asked = await listing(reader, whose, period)
        if not asked:
            raise State(f"{whose} {period}: there is nothing to export")
        with press() as printing:
            made = bundle(kind, form, path, printing)
            try:
                await _fill(made, reader, kind, asked, progress)
            finally:
                await asyncio.to_thread(made.close)
    return len(asked)


async def _fill(made: Bundle, reader: Reader, kind: Kind, asked: Asked, progress: Progress) -> None:
    """The next batch is read while one is being written."""
    written = 0
    writing: asyncio.Task[None] | None = None
    async for batch in batches(reader, kind, asked):
        if writing is not None:
            await writing
        await progress(written, len(asked), f"{kind.query} {written} / {len(asked)}")
        writing = asyncio.create_task(asyncio.to_thread(made.add, batch))
        written += len(batch)
    if writing is not None:
        await writing
    await progress(written, len(asked), f"{kind.query} {written} / {len(asked)}")
