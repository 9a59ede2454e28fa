"""A month's file from reading to recording: what the command line and the API do alike, and what they tell of it."""

from __future__ import annotations

import asyncio
from collections import Counter
from pathlib import Path
from typing import Any, NamedTuple

from api.importing import loading
from api.importing.book import open_book
from api.importing.loading import Outcome
from api.importing.mapping import mapping_of
from api.importing.monthly.kinds import Frame, Kind
from api.importing.monthly.mapping import MonthlyMapping
from api.importing.monthly.preparation import Prepared, prepare
from api.importing.monthly.rows import check_fields
from api.importing.preparation import Progress, silent
from api.importing.tables import read_table
from api.ledger import Ledger
from ledger.money import fen, yuan


class Asked(NamedTuple):
    """For which centre and month (empty where the kind has none), by whom and when; record it, and with bad rows?"""

    centre: str
    period: str
    by: str
    at: str
    apply: bool = True
    strict: bool = True


class Taken(NamedTuple):
    """What an import would do, and what came of it (None: nothing was recorded)."""

    prepared: Prepared
    outcome: Outcome | None

    @property
    def values(self) -> dict[str, Any]:
        """As plain values."""
        prepared, outcome = self.prepared, self.outcome
        recorded: dict[str, Any] | None = None
        if outcome is not None:
            recorded = {"commands": outcome.commands, "facts": outcome.facts, "position": outcome.position}
            recorded["refused"] = [row._asdict() for row in outcome.refused]
        return {
            "file": Path(prepared.file).name,
            "kind": prepared.kind.name,
            "rows": prepared.rows,
            "new": len(prepared.new),
            "known": len(prepared.known),
            "bad": [row._asdict() for row in prepared.bad],
            "sum": yuan(sum(fen(line.values[prepared.kind.amount]) for line in prepared.new)),
            "commands": len(prepared.steps),
            "groups": _groups(prepared),
            "recorded": recorded,
        }


async def take(
    ledger: Ledger, kind: Kind, file: Path, mapping_file: Path, asked: Asked, progress: Progress = silent
) -> Taken:
    """Dry run, then record what is good, if it is to be.  Raises ImportProblem where nothing at all can be imported."""
    mapping = mapping_of(mapping_file, MonthlyMapping)
    check_fields(mapping, kind.fields)
    table = await asyncio.to_thread(read_table, file, mapping.table, mapping.columns)
    frame = Frame(mapping.source, asked.centre, asked.period, asked.by, asked.at)
    book = await open_book(ledger.log, ("org", "policy", "periods"))
    prepared = await prepare(table, mapping, kind, frame, ledger.log, book, progress)
    if not asked.apply or (asked.strict and prepared.bad):
        return Taken(prepared, None)
    return Taken(prepared, await loading.record(prepared, ledger, progress))


def _groups(prepared: Prepared) -> list[dict[str, Any]]:
    """New rows and their sum by what a person would look at first: department and kind of document, source and year."""
    names = [name for name in ("department", "kind", "source", "year") if name in prepared.kind.fields]
    rows: Counter[tuple[str, ...]] = Counter()
    sums: Counter[tuple[str, ...]] = Counter()
    for line in prepared.new:
        group = tuple(line.values[name] for name in names)
        rows[group] += 1
        sums[group] += fen(line.values[prepared.kind.amount])
    return [
        {**dict(zip(names, group, strict=True)), "rows": number, "sum": yuan(sums[group])}
        for group, number in sorted(rows.items())
    ]
