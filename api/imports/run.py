"""An import from its file to its outcome, as the command line and the API take it alike."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic

from api.imports.book import open_book
from api.imports.pipeline import Item, Prepared, Progress, Reader, Values, prepare, silent
from api.imports.recorder import Outcome, record
from api.imports.tables import Table, read_table
from api.ledger import Ledger


@dataclass(frozen=True)
class Import(Generic[Item]):
    """A prepared import and its outcome (None: nothing was recorded)."""

    reader: Reader[Item]
    prepared: Prepared[Item]
    outcome: Outcome | None

    @property
    def values(self) -> Values:
        """The counts and every complaint, as plain values."""
        prepared = self.prepared
        values: dict[str, Any] = {
            "file": prepared.file,
            "rows": prepared.rows,
            "new": len(prepared.new),
            "known": len(prepared.known),
            "bad": [row._asdict() for row in prepared.bad],
            "commands": len(prepared.steps),
        }
        return values | self.reader.values(prepared) | {"recorded": self.outcome.values if self.outcome else None}


async def table_of(file: Path, reader: Reader[Any]) -> Table:
    """The rows of a file.  Raises ImportProblem for one that cannot be read."""
    return await asyncio.to_thread(read_table, file, reader.mapping.table, tuple(reader.mapping.columns))


async def run_import(
    ledger: Ledger, table: Table, reader: Reader[Item], *, apply: bool, strict: bool, progress: Progress = silent
) -> Import[Item]:
    """Dry run, then record the good rows if asked; with ``strict`` only if no row is bad.  Raises ImportProblem."""
    prepared = await prepare(table, reader, await open_book(ledger.log, reader.pinned), progress)
    if not apply or (strict and prepared.bad):
        return Import(reader, prepared, None)
    return Import(reader, prepared, await record(prepared, ledger, progress))
