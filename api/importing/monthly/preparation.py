"""From a month's file to commands that the ledger will accept; nothing is recorded yet."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from api.importing.book import Book
from api.importing.monthly.kinds import CONTROL_FIGURES, PAYROLL_ACTUALS, Frame, Kind
from api.importing.monthly.mapping import MonthlyMapping
from api.importing.monthly.prior import ADVICE, Key, Told, told_before
from api.importing.monthly.rows import Known, Line, complaint, read_lines, units_of
from api.importing.plan import Step
from api.importing.preparation import Progress, silent
from api.importing.problems import BadRow, ImportProblem
from api.importing.rehearsal import rehearse
from api.importing.tables import Table
from ledger.calendars import local_day
from ledger.decisions import Command
from ledger.errors import Refusal
from ledger.log.store import Log
from ledger.money import fen, yuan
from ledger.vocabulary import person_stream


@dataclass(frozen=True)
class Prepared:
    """What an import would do: its commands, the rows that are new or known, and every complaint."""

    file: str
    kind: Kind
    rows: int
    new: list[Line]
    known: list[Line]
    bad: list[BadRow]
    steps: list[Step]
    lines: dict[str, int]

    @property
    def commands(self) -> list[Command]:
        return [step.command for step in self.steps]


async def prepare(
    table: Table, mapping: MonthlyMapping, kind: Kind, frame: Frame, log: Log, book: Book, progress: Progress = silent
) -> Prepared:
    """Read, leave out what is known, and rehearse.  Raises ImportProblem where nothing at all can be imported."""
    known_things = await _known_things(table, mapping, book, frame)
    lines, bad = await asyncio.to_thread(read_lines, table.rows, mapping, kind.fields, known_things)
    lines, twice = _once(lines, mapping, kind)
    before = await told_before(log, book, kind, frame, lines)
    new, known, otherwise = _sorted_out(lines, before, mapping, kind)
    made = await _not_recorded(_commands(kind, frame, new), book)
    if kind == CONTROL_FIGURES:
        fresh = {id(line) for _, own in made for line in own}
        new, known = [line for line in new if id(line) in fresh], [line for line in new if id(line) not in fresh]
    steps, lines_of, refused = await _rehearsed(made, book, table.file, progress)
    refused_lines = {row.line for row in refused}
    return Prepared(
        file=table.file,
        kind=kind,
        rows=len(table.rows) + len({row.line for row in table.bad}),
        new=[line for line in new if line.line not in refused_lines],
        known=known,
        bad=sorted([*table.bad, *bad, *twice, *otherwise, *refused]),
        steps=steps,
        lines=lines_of,
    )


async def _known_things(table: Table, mapping: MonthlyMapping, book: Book, frame: Frame) -> Known:
    units = units_of(book.organisation, mapping.units.named_by)
    persons: frozenset[str] = frozenset()
    if (rule := mapping.fields.get("person")) is not None:
        texts = {rule.value or row.cells[str(rule.column)].strip() for row in table.rows}
        named = {(rule.values or {}).get(text, text) for text in texts} - {""}
        await book.load(map(person_stream, named))
        persons = frozenset(name for name in named if book.lookup(person_stream(name)).registered)
    return Known(local_day(frame.at), units, persons)


def _once(lines: Iterable[Line], mapping: MonthlyMapping, kind: Kind) -> tuple[list[Line], list[BadRow]]:
    """A document or person stands on one line; or the lines of a document add up, where the mapping says so."""
    found: dict[Key, Line] = {}
    bad: list[BadRow] = []
    for line in lines:
        key = _key(line, kind)
        if key not in found:
            found[key] = line
        elif mapping.repeated == "sum":
            found[key] = _added(found[key], line, kind)
        else:
            rule = mapping.fields[kind.key[-1]]
            bad.append(complaint(line.row, rule, f"the same {kind.key[-1]} as on line {found[key].line}"))
    return list(found.values()), bad


def _added(first: Line, other: Line, kind: Kind) -> Line:
    """One line of both: their amounts together, and of the rest what both say."""
    both = {name: value for name, value in first.values.items() if other.values.get(name) == value}
    total = fen(first.values[kind.amount]) + fen(other.values[kind.amount])
    both = {name: value for name, value in both.items() if name not in ("qty", kind.amount)}
    return first._replace(values=both | {kind.amount: yuan(total)})


def _key(line: Line, kind: Kind) -> Key:
    return tuple(line.values[name] for name in kind.key)


def _sorted_out(
    lines: Iterable[Line], before: dict[Key, Told], mapping: MonthlyMapping, kind: Kind
) -> tuple[list[Line], list[Line], list[BadRow]]:
    """New rows, known rows, and those that say otherwise than the ledger was told before."""
    new: list[Line] = []
    known: list[Line] = []
    bad: list[BadRow] = []
    for line in lines:
        told = before.get(_key(line, kind))
        if told is None and not (before and kind == PAYROLL_ACTUALS):
            new.append(line)
        elif told is not None and dict(told.values) == line.values:
            known.append(line)
        else:
            rule = mapping.fields[kind.key[-1]]
            said = "it is missing in" if told is None else "it says otherwise than"
            where = next(iter(before.values())).where if told is None else told.where
            bad.append(complaint(line.row, rule, f"{said} {where}; {ADVICE[kind.name]}"))
    return new, known, bad


def _commands(kind: Kind, frame: Frame, lines: Sequence[Line]) -> list[tuple[Command, Sequence[Line]]]:
    if not lines:
        return []
    try:
        return list(kind.commands(frame, lines))
    except Refusal as wrong:
        raise ImportProblem(f"{wrong.code}: {wrong.detail}; nothing is imported") from wrong


async def _not_recorded(made: list[tuple[Command, Sequence[Line]]], book: Book) -> list[tuple[Command, Sequence[Line]]]:
    recorded = await book.recorded([command.id for command, _ in made])
    return [(command, lines) for command, lines in made if command.id not in recorded]


async def _rehearsed(
    made: Sequence[tuple[Command, Sequence[Line]]], book: Book, file: str, progress: Progress
) -> tuple[list[Step], dict[str, int], list[BadRow]]:
    """What the ledger would say to each command; what it refuses of one row is that row's, else the whole file's."""
    done = 0

    def advance(count: int) -> None:
        nonlocal done
        done += count
        progress("rehearsed", done, len(made))

    steps: list[Step] = []
    lines_of: dict[str, int] = {}
    bad: list[BadRow] = []
    answers = await rehearse(book, [command for command, _ in made], advance=advance)
    for (command, lines), answer in zip(made, answers, strict=True):
        said = f"{command.decision.name}: {answer.code} {answer.detail}"
        if answer.ok:
            steps.append(Step(command, command.id))
            lines_of[command.id] = lines[0].line
        elif len(lines) > 1 or command.decision.name != "SetWageIndicator":
            raise ImportProblem(f"{file}: the ledger refuses {said}; nothing is imported")
        else:
            bad.append(BadRow(lines[0].line, "", "", said))
    return steps, lines_of, bad
