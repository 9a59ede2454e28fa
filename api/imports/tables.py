"""CSV and XLSX as rows of text with their line: exact decimals, ISO dates, nothing rounded on the way."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from api.imports import workbooks
from api.imports.mapping import TableFormat
from api.imports.problems import BadRow, ImportProblem

LONGEST_CELL = 1_000_000
ENCODINGS = {"utf-8": "utf-8-sig", "gb18030": "gb18030", "gbk": "gb18030", "gb2312": "gb18030"}
"""The older two are parts of GB 18030."""


class Row(NamedTuple):
    """One row: its line in the file (its row in a sheet) and its cells by column."""

    line: int
    cells: dict[str, str]


@dataclass
class Table:
    """A table that was read: good rows, and those that have no cells to speak of."""

    file: str
    columns: tuple[str, ...]
    rows: list[Row]
    bad: list[BadRow]


def read_table(path: Path, layout: TableFormat, needed: Sequence[str]) -> Table:
    """The rows of a file.  Raises ImportProblem for a file that cannot be read or lacks a column that is needed."""
    kind = layout.of(path)
    if kind == "json":
        return _json(path, needed)
    lines = workbooks.rows_of(path, layout.sheet) if kind == "xlsx" else _csv(path, layout)
    header_line, header = next(lines, (0, []))
    columns = [name.strip() for name in header]
    if not any(columns):
        raise ImportProblem(f"{path} is empty: its first line has to name the columns")
    _check_columns(path, header_line, columns, needed)
    table = Table(str(path), tuple(columns), [], [])
    read = {number: name for number, name in enumerate(columns, 1) if name in needed}
    doubtful = workbooks.doubtful(path, layout.sheet) if kind == "xlsx" else {}
    for line, cells in lines:
        if any(cells):
            complaints = [
                BadRow(line, name, cells[number - 1], doubtful[line, number])
                for number, name in read.items()
                if (line, number) in doubtful
            ]
            table.bad += complaints
            if not complaints:
                _add(table, line, cells)
    return table


def _check_columns(path: Path, line: int, columns: list[str], needed: Sequence[str]) -> None:
    place = f"{path}, line {line}"
    if twice := [name for name in needed if columns.count(name) > 1]:
        raise ImportProblem(f"{place}: the column {twice[0]} is there twice")
    if strange := [name for name in columns if not _is_text(name)]:
        there = strange[0].encode(errors="replace").decode()
        raise ImportProblem(f"{place}: {there!r} is not in the encoding that the mapping names (table.encoding)")
    if missing := [name for name in needed if name not in columns]:
        raise ImportProblem(f"{place}: no column {', '.join(missing)}; there are {', '.join(columns)}")


def _add(table: Table, line: int, cells: list[str]) -> None:
    surplus = len(cells) - len(table.columns)
    if surplus < 0 or any(cells[len(table.columns) :]):
        reason = f"{len(cells)} cells where the first line names {len(table.columns)} columns"
        table.bad.append(BadRow(line, "", "", reason))
        return
    found = dict(zip(table.columns, cells, strict=False))
    if wrong := next((name for name, value in found.items() if not _is_text(value)), None):
        reason = "not written in the encoding that the mapping names"
        table.bad.append(BadRow(line, wrong, found[wrong].encode(errors="replace").decode(), reason))
        return
    table.rows.append(Row(line, found))


def _is_text(value: str) -> bool:
    """Bytes that the encoding does not know were kept as lone surrogates, so that only their row is bad."""
    return value.isascii() or not any("\ud800" <= character <= "\udfff" for character in value)


# -- CSV ----------------------------------------------------------------------------------------------------------


def _csv(path: Path, layout: TableFormat) -> Iterator[tuple[int, list[str]]]:
    """Cells with the line on which their row begins."""
    encoding = ENCODINGS[layout.encoding]
    try:
        text = path.read_bytes().decode(encoding, errors="surrogateescape")
    except OSError as error:
        raise ImportProblem(f"{path} cannot be read: {error.strerror}") from error
    csv.field_size_limit(LONGEST_CELL)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=layout.delimiter, strict=True)
    begins = 1
    try:
        for cells in reader:
            yield begins, cells
            begins = reader.line_num + 1
    except csv.Error as error:
        raise ImportProblem(f"{path}, line {begins}: {error}; nothing after it can be read") from error


# -- JSON ---------------------------------------------------------------------------------------------------------


def _json(path: Path, needed: Sequence[str]) -> Table:
    """An array of objects; an object's number stands for the line."""
    try:
        found = json.loads(path.read_bytes())
    except OSError as error:
        raise ImportProblem(f"{path} cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise ImportProblem(f"{path} is not JSON in UTF-8: {error}") from error
    if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
        raise ImportProblem(f"{path} is not an array of objects")
    rows = [Row(number, {name: _text(each.get(name)) for name in needed}) for number, each in enumerate(found, 1)]
    return Table(str(path), tuple(needed), rows, [])


def _text(value: Any) -> str:
    """Codes are texts in one system and numbers in another."""
    return "" if value is None else value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
