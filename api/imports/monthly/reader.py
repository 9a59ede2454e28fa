"""The reader of a month's files: rows that are new become commands, rows that say otherwise than before are refused."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from api.imports.book import Book
from api.imports.cells import complaint, text_of
from api.imports.monthly.kinds import PAYROLL_ACTUALS, Frame, Kind
from api.imports.monthly.mapping import MonthlyMapping
from api.imports.monthly.prior import ADVICE, Key, Told, told_before
from api.imports.monthly.rows import Known, Line, check_fields, read_lines, units_of
from api.imports.pipeline import Entry, Plan, Prepared, Reader, Values
from api.imports.problems import BadRow, ImportProblem, Wrong
from api.imports.summary import bad_rows, totals
from api.imports.tables import Row
from ledger.calendars import local_day
from ledger.decisions import Command
from ledger.errors import Refusal
from ledger.interchange import Answer
from ledger.money import fen, yuan
from ledger.vocabulary import person_stream


@dataclass(frozen=True)
class MonthlyPlan(Plan[Line]):
    """A plan of which a refusal leaves out a row that has a command of its own, and the whole file otherwise."""

    def refused(self, entry: Entry[Line], command: Command, answer: Answer) -> BadRow | None:
        own = command.decision.name == "SetWageIndicator"
        return super().refused(entry, command, answer) if own else None


class MonthlyReader(Reader[Line]):
    """Reads one kind of file for a centre and month (empty where the kind has none); without ``at`` it is now.

    Raises ImportProblem for a mapping that does not fit the kind.
    """

    mapping: MonthlyMapping

    def __init__(self, kind: Kind, mapping: MonthlyMapping, month: tuple[str, str], by: str, at: str | None) -> None:
        check_fields(mapping, kind.fields)
        self.kind, self.mapping = kind, mapping
        self._month, self._by, self._at = month, by, at

    async def plan(self, rows: Sequence[Row], book: Book) -> Plan[Line]:
        kind, mapping = self.kind, self.mapping
        frame = Frame(mapping.source, *self._month, self._by, self._at or book.now)
        known = Known(
            local_day(frame.at),
            units_of(book.organisation, mapping.units.named_by),
            await _persons(mapping, rows, book),
        )
        lines, bad = await asyncio.to_thread(read_lines, rows, mapping, kind.fields, known)
        lines, twice = _once(lines, mapping, kind)
        new, told, otherwise = _sorted_out(lines, await told_before(book, kind, frame, lines), mapping, kind)
        return MonthlyPlan(_entries(kind, frame, new), [*bad, *twice, *otherwise], told)

    def values(self, prepared: Prepared[Line]) -> Values:
        return {
            "file": Path(prepared.file).name,
            "kind": self.kind.name,
            "sum": yuan(sum(fen(line.values[self.kind.amount]) for line in prepared.new)),
            "groups": _groups(self.kind, prepared),
        }

    def show(self, prepared: Prepared[Line], values: Values, console: Console) -> None:
        labels = [
            ("rows", values["rows"]),
            ("… that are new", values["new"]),
            ("… in the ledger already", values["known"]),
            ("… that cannot be imported", len({row.line for row in prepared.bad})),
            ("sum of what is new, yuan", values["sum"]),
        ]
        console.print(totals(f"{self.kind.title}: {values['file']}", labels))
        if values["groups"] and len(values["groups"][0]) > 2:
            groups = Table(*values["groups"][0], title="New")
            for group in values["groups"]:
                groups.add_row(*map(str, group.values()))
            console.print(groups)
        if prepared.bad:
            console.print(bad_rows(prepared.bad))


async def _persons(mapping: MonthlyMapping, rows: Iterable[Row], book: Book) -> frozenset[str]:
    """Those of the persons that the file names whom the ledger knows."""
    if (rule := mapping.fields.get("person")) is None:
        return frozenset()
    named = set()
    for row in rows:
        with suppress(Wrong):
            named.add(text_of(rule, row, name=True))
    await book.load(map(person_stream, named))
    return frozenset(name for name in named if book.lookup(person_stream(name)).registered)


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


def _entries(kind: Kind, frame: Frame, lines: Sequence[Line]) -> list[Entry[Line]]:
    if not lines:
        return []
    try:
        return list(kind.entries(frame, lines))
    except Refusal as wrong:
        raise ImportProblem(f"{wrong.code}: {wrong.detail}; nothing is imported") from wrong


def _groups(kind: Kind, prepared: Prepared[Line]) -> list[dict[str, Any]]:
    """New rows and their sum by what a person would look at first: department and kind of document, source and year."""
    names = [name for name in ("department", "kind", "source", "year") if name in kind.fields]
    rows: Counter[tuple[str, ...]] = Counter()
    sums: Counter[tuple[str, ...]] = Counter()
    for line in prepared.new:
        group = tuple(line.values[name] for name in names)
        rows[group] += 1
        sums[group] += fen(line.values[kind.amount])
    return [
        {**dict(zip(names, group, strict=True)), "rows": number, "sum": yuan(sums[group])}
        for group, number in sorted(rows.items())
    ]
