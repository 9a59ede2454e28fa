"""CSV, XLSX and JSON as rows of text with their line: exact decimals, ISO dates, nothing rounded on the way."""

from __future__ import annotations

import csv
import io
import json
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

from api.imports.file_kinds import encoding_of, refuse_other_kind
from api.imports.mapping import TableFormat
from api.imports.problems import BadRow, ImportProblem
from api.imports.sheet_cells import Cell
from api.imports.workbooks import read_sheet
from ledger.signs import is_invisible, named

LONGEST_CELL = 1_000_000
TITLE_LINES = 20
"""So many lines with something in them may stand above the names of the columns."""


class Row(NamedTuple):
    """One row: its line in the file (its row in a sheet) and its cells by column.

    ``shown`` are numbers of a sheet whose format shows them otherwise, such as 00017, by column; ``dates`` are the
    columns in which the sheet has a date, whatever was once typed there.
    """

    line: int
    cells: dict[str, str]
    shown: Mapping[str, str] = {}
    dates: Set[str] = frozenset()


@dataclass
class Table:
    """A table that was read: good rows, and those with a cell that nobody should believe."""

    file: str
    columns: tuple[str, ...]
    rows: list[Row] = field(default_factory=list)
    bad: list[BadRow] = field(default_factory=list)

    def add(self, row: Row, doubts: Mapping[str, str]) -> None:
        """Add a row, or complaints about its cells: doubtful ones, and signs that no door of the ledger takes."""
        wrong = dict(doubts)
        for name, text in row.cells.items():
            if not text.isascii():
                row.cells[name] = unicodedata.normalize("NFC", text)
            if (
                not (text.isascii() and text.isprintable())
                and (reason := _strange(text))
                and reason not in wrong.values()
            ):
                wrong.setdefault(name, reason)
        if wrong:
            self.bad += [BadRow(row.line, name, _printable(row.cells[name]), reason) for name, reason in wrong.items()]
        else:
            self.rows.append(row)

    def add_ragged(self, line: int, cells: int) -> None:
        reason = f"{cells} cells where the first line names {len(self.columns)} columns"
        self.bad.append(BadRow(line, "", "", reason))


def read_table(path: Path, layout: TableFormat, needed: Sequence[str]) -> Table:
    """The rows of a file.  Raises ImportProblem for a file that cannot be read or lacks a column that is needed."""
    kind = layout.of(path)
    refuse_other_kind(path, kind)
    match kind:
        case "json":
            return _json(path, needed)
        case "xlsx":
            return _workbook(path, layout, needed)
    return _csv(path, layout, needed)


# -- the line that names the columns ------------------------------------------------------------------------------


def _header(
    path: Path, lines: Iterable[tuple[int, list[str]]], layout: TableFormat, needed: Sequence[str]
) -> tuple[int, list[str]]:
    """The line that ``table.header`` says, else the first that names every column needed, and the names in it.

    Titles, the unit of money and the like stand above it; a file without such a line is complained of by its first.
    Of ``lines`` no more than these are taken.
    """
    filled = ((number, [_name(cell) for cell in cells]) for number, cells in lines if _filled(cells))
    above: list[tuple[int, list[str]]] = []
    for number, names in islice(filled, TITLE_LINES):
        above.append((number, names))
        if number == layout.header or (layout.header is None and set(needed) <= set(names)):
            _check_columns(path, number, names, needed)
            return number, names
    if layout.header is not None:
        raise ImportProblem(f"{path} has nothing in line {layout.header}, which names the columns (table.header)")
    if not above:
        raise ImportProblem(f"{path} is empty: its first line has to name the columns")
    _check_columns(path, *above[0], needed)
    return above[0]


def _check_columns(path: Path, line: int, columns: list[str], needed: Sequence[str]) -> None:
    place = f"{path}, line {line}"
    if twice := [name for name in needed if columns.count(name) > 1]:
        raise ImportProblem(f"{place}: the column {twice[0]} is there twice")
    if strange := [name for name in columns if _is_bytes(name)]:
        there = _printable(strange[0])
        raise ImportProblem(f"{place}: {there!r} is not in the encoding that the mapping names (table.encoding)")
    if missing := [name for name in needed if name not in columns]:
        raise ImportProblem(f"{place}: no column {', '.join(missing)}; there are {', '.join(columns)}")


def _name(cell: str) -> str:
    return unicodedata.normalize("NFC", cell.strip())


def _filled(cells: Iterable[str]) -> bool:
    return any(cell and not cell.isspace() for cell in cells)


# -- signs --------------------------------------------------------------------------------------------------------


def _strange(text: str) -> str | None:
    """Why a text cannot be taken: it holds bytes of another encoding, or signs that nobody sees."""
    if _is_bytes(text):
        return "not written in the encoding that the mapping names"
    hidden = next((sign for sign in text if _invisible(sign)), None)
    return None if hidden is None else f"an invisible sign ({named(hidden)}): write the cell again without it"


def _invisible(sign: str) -> bool:
    return is_invisible(sign) and sign not in "\t\n\r"


def _is_bytes(text: str) -> bool:
    """Bytes that the encoding does not know were kept as lone surrogates, so that only their row is bad."""
    return not text.isascii() and any("\ud800" <= character <= "\udfff" for character in text)


def _printable(text: str) -> str:
    seen = "".join(f"<{named(sign)}>" if _invisible(sign) else sign for sign in text)
    return seen.encode(errors="replace").decode()


# -- CSV ----------------------------------------------------------------------------------------------------------


def _csv(path: Path, layout: TableFormat, needed: Sequence[str]) -> Table:
    lines = _csv_lines(path, layout)
    _, names = _header(path, lines, layout, needed)
    table = Table(str(path), tuple(names))
    for line, cells in lines:
        if not _filled(cells):
            continue
        if len(cells) < len(names) or _filled(cells[len(names) :]):
            table.add_ragged(line, len(cells))
        else:
            table.add(Row(line, dict(zip(names, cells, strict=False))), {})
    return table


def _csv_lines(path: Path, layout: TableFormat) -> Iterator[tuple[int, list[str]]]:
    """Cells with the line on which their row begins."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ImportProblem(f"{path} cannot be read: {error.strerror}") from error
    encoding = encoding_of(content, layout.encoding)
    text = content.decode(encoding, errors="replace" if "16" in encoding else "surrogateescape").removeprefix("\ufeff")
    csv.field_size_limit(LONGEST_CELL)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=layout.delimiter, strict=True)
    begins = 1
    try:
        for cells in reader:
            yield begins, cells
            begins = reader.line_num + 1
    except csv.Error as error:
        raise ImportProblem(f"{path}, line {begins}: {error}; nothing after it can be read") from error


# -- XLSX ---------------------------------------------------------------------------------------------------------


def _workbook(path: Path, layout: TableFormat, needed: Sequence[str]) -> Table:
    sheet = read_sheet(path, layout.sheet)
    header, names = _header(path, ((number, _dense(cells)) for number, cells in sheet.rows), layout, needed)
    while names and not names[-1]:
        names.pop()
    table = Table(str(path), tuple(names))
    columns = {number: name for number, name in enumerate(names, 1) if name in needed}
    doubts_of = sheet.doubts_of(tuple(columns))
    for line, cells in sheet.rows:
        if line <= header or not _filled(cell.text for cell in cells.values()):
            continue
        if beyond := [at for at, cell in cells.items() if at > len(names) and _filled([cell.text])]:
            table.add_ragged(line, max(beyond))
            continue
        found = {name: cells[at].text if at in cells else "" for at, name in enumerate(names, 1)}
        shown = {name: text for at, name in columns.items() if at in cells and (text := cells[at].shown) is not None}
        dates = {name for at, name in columns.items() if at in cells and cells[at].date}
        table.add(Row(line, found, shown, dates), {columns[at]: why for at, why in doubts_of(line, cells).items()})
    return table


def _dense(cells: Mapping[int, Cell]) -> list[str]:
    return [cells[at].text if at in cells else "" for at in range(1, max(cells) + 1)]


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
    table = Table(str(path), tuple(needed))
    for number, each in enumerate(found, 1):
        table.add(Row(number, {name: _text(each.get(name)) for name in needed}), {})
    return table


def _text(value: Any) -> str:
    """Codes are texts in one system and numbers in another."""
    return "" if value is None else value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
