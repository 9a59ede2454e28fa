"""A workbook from its file to the ledger: read, rehearsed, and recorded as a whole or not at all."""

from __future__ import annotations

import asyncio
import hashlib
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from api.imports.book import Book, open_book
from api.imports.pipeline import said
from api.imports.problems import ImportProblem
from api.imports.rehearsal import rehearse
from api.ledger import Ledger
from api.setup import sheets
from api.setup.founding import PREFIX, Given, given
from api.setup.workbook import Complaint, Workbook, read_workbook
from ledger.decisions import Command
from ledger.interchange import Answer, Bundle
from ledger.log.errors import LogError

CHANGED = "it was taken over before with other content: change it by a command, or put the row as it was"


class Counted(NamedTuple):
    """Of one sheet: its rows, and of its commands those that are new and those that the ledger has already."""

    sheet: str
    rows: int
    new: int
    known: int
    bad: int


class Setup(NamedTuple):
    """The commands of a workbook, everything wrong with it, and the position reached (None: nothing is recorded)."""

    file: str
    counts: list[Counted]
    bad: list[Complaint]
    commands: list[Command]
    position: int | None = None
    facts: int = 0

    @property
    def values(self) -> dict[str, Any]:
        """The same as plain values."""
        recorded = None if self.position is None else {"facts": self.facts, "position": self.position}
        return {
            "file": self.file,
            "sheets": [each._asdict() for each in self.counts],
            "bad": [{"sheet": sheet, **row._asdict()} for sheet, row in self.bad],
            "commands": len(self.commands),
            "recorded": recorded,
        }


async def set_up(ledger: Ledger, file: Path, *, apply: bool) -> Setup:
    """Dry run; then, if nothing is wrong and it is asked for, all commands at once.  Raises ImportProblem."""
    workbook = await asyncio.to_thread(read_workbook, file)
    book = await open_book(ledger.log)
    asked, bad = given(workbook, book.now if book.head.position else None)
    if not book.head.position and not workbook.of(sheets.LEDGER):
        raise ImportProblem(f"{file}: the ledger is new; the sheet {sheets.LEDGER.name} has to say its name and clock")
    recorded = await book.recorded([each.command.id for each in asked])
    new, known = _sorted_out(asked, recorded)
    bad = [*workbook.bad, *bad, *_half_known(new, known)]
    bad += [] if bad else await _refused(book, new)
    setup = Setup(str(file), _counts(workbook, new, known, bad), bad, [each.command for each in new])
    return setup if bad or not apply or not new else await _record(ledger, setup)


def _sorted_out(asked: Sequence[Given], recorded: frozenset[str]) -> tuple[list[Given], list[Given]]:
    """New ones and those that the ledger has; the ledger itself is founded once."""
    new = [each for each in asked if each.command.id not in recorded]
    return new, [each for each in asked if each.command.id in recorded]


def _half_known(new: Sequence[Given], known: Sequence[Given]) -> list[Complaint]:
    """Rows of which one command is recorded and another is not: somebody has changed them."""
    before = {(each.row.sheet, each.row.line) for each in known}
    changed = {(each.row.sheet, each.row.line): each.row for each in new}
    return [row.complaint(CHANGED) for place, row in changed.items() if place in before]


async def _refused(book: Book, new: Sequence[Given]) -> list[Complaint]:
    """The first refusal of every row, as the ledger words it."""
    answers = await rehearse(book, [each.command for each in new])
    refused: dict[tuple[str, int], Complaint] = {}
    for each, answer in zip(new, answers, strict=True):
        if not answer.ok:
            place = (each.row.sheet, each.row.line)
            refused.setdefault(place, each.row.complaint(said(each.command, answer)))
    return list(refused.values())


def _counts(book: Workbook, new: Sequence[Given], known: Sequence[Given], bad: Sequence[Complaint]) -> list[Counted]:
    fresh, old = (Counter(each.row.sheet for each in some) for some in (new, known))
    wrong = Counter(sheet for sheet, _ in bad)
    return [
        Counted(sheet, len(rows), fresh[sheet], old[sheet], wrong[sheet])
        for sheet, rows in book.rows.items()
        if rows or wrong[sheet]
    ]


async def _record(ledger: Ledger, setup: Setup) -> Setup:
    """Everything in one bundle: others may have acted since the rehearsal, and then nothing of it is recorded."""
    [answer] = await _submitted(ledger, setup)
    if not answer.ok:
        raise ImportProblem(f"{setup.file}: {answer.code} {answer.detail}; nothing is recorded")
    recorded = [each for each in getattr(answer, "answers", (answer,)) if each.ok]
    facts = sum(len(each.facts or ()) for each in recorded)
    return setup._replace(position=max(each.position or 0 for each in recorded), facts=facts)


async def _submitted(ledger: Ledger, setup: Setup) -> list[Answer]:
    ids = hashlib.sha256("\n".join(command.id for command in setup.commands).encode())
    bundle = Bundle(f"{PREFIX}-{ids.hexdigest()[:24]}", tuple(setup.commands), ids.digest())
    try:
        return await ledger.submit([bundle] if len(setup.commands) > 1 else setup.commands)
    except LogError as trouble:
        raise ImportProblem(f"{trouble}; set up with the same file again to go on") from trouble
