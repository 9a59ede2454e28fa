"""The one way of every import: rows of a file become commands, are rehearsed upon the ledger, then recorded.

A reader knows one sort of file.  It plans entries: rows with the commands that they ask for.  Everything else is here,
alike for findings, a month's files and hazards.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, NamedTuple, Protocol, TypeVar

from rich.console import Console

from api.imports.book import Book
from api.imports.mapping import TableFormat
from api.imports.problems import BadRow, ImportProblem
from api.imports.rehearsal import rehearse
from api.imports.tables import Row, Table
from ledger.decisions import Command
from ledger.interchange import Answer

Item = TypeVar("Item")
Values = dict[str, Any]
Progress = Callable[[str, int, int], None]
"""(step, done, of how much)"""


def silent(step: str, done: int, total: int) -> None:
    """Progress that nobody watches."""


@dataclass(frozen=True, eq=False)
class Entry(Generic[Item]):
    """Rows that stand and fall together, the line of the first, and their commands in order."""

    line: int
    items: Sequence[Item]
    commands: Sequence[Command]


class Step(NamedTuple):
    """A command and the entry that it is for; None for set-up, moves and the clock."""

    command: Command
    entry: Entry[Any] | None = None


@dataclass(frozen=True)
class Plan(Generic[Item]):
    """The good rows of a file as entries, rows of which the ledger was told before, and every complaint."""

    entries: Sequence[Entry[Item]]
    bad: Sequence[BadRow]
    known: Sequence[Item] = ()
    own_ids: Sequence[str] = ()
    """Ids of commands beside those of the entries, of which it matters whether they are recorded."""

    def steps(self, entries: Sequence[Entry[Item]], recorded: frozenset[str]) -> list[Step]:
        """Everything that these entries leave to record, in the order of time."""
        steps = (Step(command, entry) for entry in entries for command in entry.commands if command.id not in recorded)
        return sorted(steps, key=lambda step: step.command.at)

    def refused(self, entry: Entry[Item], command: Command, answer: Answer) -> BadRow | None:
        """The ledger's refusal of a command as a complaint about its row; None if the whole file falls with it."""
        return BadRow(entry.line, "", "", said(command, answer))


class Mapping(Protocol):
    """The part of a mapping that all sorts of files have."""

    @property
    def table(self) -> TableFormat:
        """How the file is written."""

    @property
    def columns(self) -> Iterable[str]:
        """The columns that the file must have."""


class Reader(ABC, Generic[Item]):
    """One sort of file, with its mapping."""

    pinned: tuple[str, ...] = ("org", "policy", "periods")
    """States that are surely needed."""

    mapping: Mapping

    @abstractmethod
    async def plan(self, rows: Sequence[Row], book: Book) -> Plan[Item]:
        """Entries and complaints.  Raises ImportProblem where nothing at all can be imported."""

    @abstractmethod
    def values(self, prepared: Prepared[Item]) -> Values:
        """The counts of this sort of file, beside those of every import."""

    @abstractmethod
    def show(self, prepared: Prepared[Item], values: Values, console: Console) -> None:
        """The dry run for a person."""


@dataclass(frozen=True)
class Prepared(Generic[Item]):
    """An import before it is recorded: its steps in the order of time, new and known rows, and those left out."""

    file: str
    rows: int
    new: list[Item]
    known: list[Item]
    bad: list[BadRow]
    steps: list[Step]

    @property
    def commands(self) -> list[Command]:
        return [step.command for step in self.steps]


async def prepare(table: Table, reader: Reader[Item], book: Book, progress: Progress = silent) -> Prepared[Item]:
    """Plan and rehearse.  Raises ImportProblem where nothing at all can be imported."""
    plan = await reader.plan(table.rows, book)
    ids = [command.id for entry in plan.entries for command in entry.commands]
    recorded = await book.recorded([*ids, *plan.own_ids])
    entries = list(plan.entries)
    steps = plan.steps(entries, recorded) if entries else []
    if refused := await _refused(plan, steps, book, table.file, progress):
        entries = [entry for entry in entries if entry not in refused]
        steps = plan.steps(entries, recorded) if entries else []
    known = [entry for entry in entries if recorded.issuperset(command.id for command in entry.commands)]
    return Prepared(
        file=table.file,
        rows=len(table.rows) + len({row.line for row in table.bad}),
        new=_items(entry for entry in entries if entry not in set(known)),
        known=[*plan.known, *_items(known)],
        bad=sorted([*table.bad, *plan.bad, *refused.values()]),
        steps=steps,
    )


def _items(entries: Iterable[Entry[Item]]) -> list[Item]:
    return [item for entry in entries for item in entry.items]


async def _refused(
    plan: Plan[Item], steps: Sequence[Step], book: Book, file: str, progress: Progress
) -> dict[Entry[Item], BadRow]:
    """Rehearse; the entries of which the ledger would refuse a command, each with its first refusal."""
    done = 0

    def advance(count: int) -> None:
        nonlocal done
        done += count
        progress("rehearsed", done, len(steps))

    answers = await rehearse(book, [step.command for step in steps], advance=advance)
    refused: dict[Entry[Item], BadRow] = {}
    for (command, entry), answer in zip(steps, answers, strict=True):
        if answer.ok or entry in refused:
            continue
        complaint = None if entry is None else plan.refused(entry, command, answer)
        if entry is None or complaint is None:
            raise ImportProblem(f"{file}: the ledger refuses {said(command, answer)}; nothing is imported")
        refused[entry] = complaint
    return refused


def said(command: Command, answer: Answer) -> str:
    """The refusal of a command as the ledger words it."""
    return f"{command.decision.name}: {answer.code} {answer.detail}"


def sorted_out(rows: Iterable[Row], read: Callable[[Row], Item | list[BadRow]]) -> tuple[list[Item], list[BadRow]]:
    """The good rows as they were read, and every complaint about the others."""
    good: list[Item] = []
    bad: list[BadRow] = []
    for row in rows:
        found = read(row)
        if isinstance(found, list):
            bad += found
        else:
            good.append(found)
    return good, bad
