"""Exports at every door: one snapshot of a ledger, written to a file, a directory or a response."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from zipfile import ZIP_DEFLATED, ZipFile

from api.ledger import Ledger
from projections.exports.catalogue import Export
from projections.exports.source import Progress, Source, Wanted, source, unseen

BLOCK = 1 << 20


@asynccontextmanager
async def reading(ledger: Ledger, export: Export, wanted: Wanted, progress: Progress = unseen) -> AsyncIterator[Source]:
    """A snapshot of everything that is recorded by now.  Refuses what cannot be read."""
    needed = (await ledger.log.head()).position if export.uses else 0
    async with ledger.reader.reached(needed) as connection:
        yield await source(connection, wanted, progress, export.uses)


async def blocks(export: Export, source: Source) -> AsyncIterator[bytes]:
    """An export as one file; a data set as a ZIP archive of its files."""
    if export.blocks is not None:
        async for block in export.blocks(source):
            yield block
        return
    with TemporaryDirectory(prefix="jiesuan-export-") as directory:
        archive = Path(directory) / "archive.zip"
        await write(export, source, archive)
        with archive.open("rb") as file:
            while block := file.read(BLOCK):
                yield block


async def write(export: Export, source: Source, path: Path) -> None:
    """The same, into a file."""
    if export.blocks is not None:
        with path.open("wb") as file:
            async for block in export.blocks(source):
                file.write(block)
        return
    with TemporaryDirectory(prefix="jiesuan-export-") as directory:
        await fill(export, source, Path(directory))
        with ZipFile(path, "w", ZIP_DEFLATED, compresslevel=1) as archive:
            for each in sorted(Path(directory).iterdir()):
                archive.write(each, each.name)


async def fill(export: Export, source: Source, directory: Path) -> None:
    """The files of a data set, into a directory."""
    assert export.fill is not None
    await export.fill(source, directory)
