"""Exports as jobs: whoever asks for a long one need not wait on one connection."""

from __future__ import annotations

from api.exports import writer
from api.jobs.registry import File, Work, job
from ledger.errors import Invalid
from ledger.vocabulary import Month
from projections.exports.catalogue import export_of, file_name
from projections.exports.source import Wanted


@job("Export")
async def export(
    work: Work, kind: str, period: Month | None = None, known_at: str | None = None, position: int | None = None
) -> File:
    """Write a journal or data set: all of it, or a posting period, as known at a moment or position."""
    wanted = Wanted(period, known_at, position)
    asked = export_of(kind, wanted)
    if asked.is_record:
        raise Invalid("kind: the record itself is no job, as results of jobs are kept")

    async def progress(done: int, total: int) -> None:
        await work.progress(done, total, "facts")

    async with writer.reading(work.ledger, asked, wanted, progress) as source:
        path = work.directory / "export"
        await writer.write(asked, source, path)
        return File(file_name(asked, source), asked.media_type, path)
