"""A company's workbook as rows of values, sheet by sheet, with every complaint about a cell."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from api.imports.cells import is_sum
from api.imports.mapping import TableFormat
from api.imports.problems import BadRow, ImportProblem, Wrong
from api.imports.tables import Row, Table, read_table
from api.imports.workbooks import sheet_names
from api.setup.sheets import EXPLANATION, SHEETS, Sheet, Values


class Complaint(NamedTuple):
    """A row that cannot be taken over, and why."""

    sheet: str
    row: BadRow

    def sentence(self, file: str) -> str:
        return self.row.sentence(f"{file}, sheet {self.sheet}")


class Filled(NamedTuple):
    """A row of a sheet: its line, and its cells by field, blank ones left out."""

    sheet: str
    line: int
    values: Values

    def complaint(self, reason: str) -> Complaint:
        return Complaint(self.sheet, BadRow(self.line, "", "", reason))


class Workbook(NamedTuple):
    """The rows of every sheet that is there, and what is wrong in them."""

    file: str
    rows: dict[str, list[Filled]]
    bad: list[Complaint]

    def of(self, sheet: Sheet) -> list[Filled]:
        return self.rows.get(sheet.name, [])


def read_workbook(path: Path) -> Workbook:
    """Raises ImportProblem for a file that is no workbook, or has sheets that nobody has asked for."""
    known = {sheet.name: sheet for sheet in SHEETS}
    found = sheet_names(path)
    if strange := [name for name in found if name not in known and name != EXPLANATION]:
        raise ImportProblem(f"{path} has a sheet {strange[0]}; known are {', '.join(known)} and {EXPLANATION}")
    if hidden := [name for name, visible in found.items() if not visible]:
        raise ImportProblem(f"{path}: the sheet {hidden[0]} is hidden (隐藏): show it or delete it")
    book = Workbook(str(path), {}, [])
    for sheet in SHEETS:
        if sheet.name in found:
            _read(path, sheet, book)
    return book


def _read(path: Path, sheet: Sheet, into: Workbook) -> None:
    table = _table(path, sheet)
    into.bad.extend(Complaint(sheet.name, bad) for bad in table.bad)
    rows = into.rows[sheet.name] = []
    for row in table.rows:
        if any(is_sum(row.cells[column.heading]) for column in sheet.columns[:2]):
            continue
        values, bad = _values(sheet, row)
        into.bad.extend(bad)
        if not bad:
            rows.append(Filled(sheet.name, row.line, values))


def _table(path: Path, sheet: Sheet) -> Table:
    try:
        return read_table(path, TableFormat(format="xlsx", sheet=sheet.name), sheet.headings)
    except ImportProblem as problem:
        raise ImportProblem(f"sheet {sheet.name}: {problem}") from problem


def _values(sheet: Sheet, row: Row) -> tuple[Values, list[Complaint]]:
    values: Values = {}
    bad: list[Complaint] = []
    for heading, field, value in _cells(sheet, row):
        if isinstance(value, Wrong):
            bad.append(Complaint(sheet.name, BadRow(row.line, heading, row.cells[heading], str(value))))
        elif value is not None:
            values[field] = value
    return values, bad


def _cells(sheet: Sheet, row: Row) -> Iterator[tuple[str, str, object]]:
    """(heading, field, value) of every cell; None for a blank one, Wrong for one that cannot be read."""
    for column in sheet.columns:
        cell = row.shown.get(column.heading, row.cells[column.heading]).strip()
        if not cell:
            yield column.heading, column.field, Wrong("blank") if column.needed else None
            continue
        try:
            yield column.heading, column.field, column.read(cell)
        except Wrong as wrong:
            yield column.heading, column.field, wrong
