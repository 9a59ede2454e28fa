"""XLSX as sparse rows: the only sheet that can be meant, its cells, and what is merged away or hidden in it.

The sheet is read part by part, so the cost follows the cells that are there, wherever they stand; the library's own
sheets fill a rectangle, and a stray cell in XFD1048576 makes that one large.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element, ParseError, iterparse
from zipfile import BadZipFile, ZipFile
from zlib import error as CorruptData  # noqa: N812 - a class, under a small name

from openpyxl.reader.excel import ExcelReader
from openpyxl.utils import column_index_from_string, range_boundaries
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet._read_only import ReadOnlyWorksheet
from openpyxl.worksheet._reader import DATA_TAG, MERGE_TAG, ROW_TAG

from api.imports.problems import ImportProblem
from api.imports.sheet_cells import Cell, CellReader

MERGED = "merged with the cell above or beside it: undo the merging and write the value into every row"
HIDDEN = "its row is hidden (隐藏 or 筛选): show it or delete it"
LARGEST_PART = 1 << 30
"""Bytes of a part when it is unpacked; a sheet of Excel's full length is smaller."""

UNREADABLE = (
    *(BadZipFile, InvalidFileException, ParseError, CorruptData, OSError, EOFError),
    *(KeyError, ValueError, TypeError, IndexError, AttributeError, NotImplementedError, RuntimeError),
)
"""Whatever the library meets in a file that is no workbook as it knows them."""


@dataclass
class Sheet:
    """The rows that have cells, by number from 1, their cells by column from 1; rows hidden, and ranges merged."""

    rows: list[tuple[int, dict[int, Cell]]] = field(default_factory=list)
    hidden: set[int] = field(default_factory=set)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)

    def doubts_of(self, columns: Sequence[int]) -> Callable[[int, Mapping[int, Cell]], dict[int, str]]:
        """Asks of a row why its cells in these columns are not to be believed."""
        ranges = {column: self._ranges(column) for column in columns}

        def doubts(row: int, cells: Mapping[int, Cell]) -> dict[int, str]:
            found = {}
            for column in columns:
                cell = cells.get(column)
                if cell is not None and cell.doubt is not None:
                    found[column] = cell.doubt
                elif _merged_away(ranges[column], row, column):
                    found[column] = MERGED
                elif row in self.hidden:
                    found[column] = HIDDEN
            return found

        return doubts

    def _ranges(self, column: int) -> list[tuple[int, int, int]]:
        """(top, bottom, left) of the merged ranges over a column, from above; they never overlap."""
        return sorted((top, bottom, left) for left, top, right, bottom in self.merged if left <= column <= right)


def _merged_away(ranges: Sequence[tuple[int, int, int]], row: int, column: int) -> bool:
    at = bisect_right(ranges, row, key=lambda each: each[0]) - 1
    return at >= 0 and row <= ranges[at][1] and (row, column) != (ranges[at][0], ranges[at][2])


def read_sheet(path: Path, name: str | None) -> Sheet:
    """The sheet of a name, or the only visible one that has cells.  Raises ImportProblem."""
    with _opened(path) as book:
        sheets = [sheet for sheet in book.worksheets if isinstance(sheet, ReadOnlyWorksheet)]
        return _read(_chosen(path, sheets, name))


def sheet_names(path: Path) -> dict[str, bool]:
    """The sheets of a workbook in their order, and whether each is visible.  Raises ImportProblem."""
    with _opened(path) as book:
        return {sheet.title: sheet.sheet_state == "visible" for sheet in book.worksheets}


@contextmanager
def _opened(path: Path) -> Iterator[Any]:
    """The workbook of a file; everything that goes wrong with it is one sentence."""
    try:
        with path.open("rb") as file:
            with ZipFile(file) as archive:
                if any(part.file_size > LARGEST_PART for part in archive.infolist()):
                    raise ImportProblem(f"{path} unpacks to more than {LARGEST_PART >> 20} MB: it is no list of rows")
            reader = _Workbook(file, read_only=True, keep_links=False)
            reader.read()
            yield reader.wb
    except UNREADABLE as error:
        said = str(error).partition("\n")[0] or type(error).__name__
        raise ImportProblem(
            f"{path} cannot be read as a workbook: {said}; open it and save it again as .xlsx"
        ) from error


def _chosen(path: Path, sheets: list[ReadOnlyWorksheet], name: str | None) -> ReadOnlyWorksheet:
    names = ", ".join(sheet.title for sheet in sheets)
    if name is not None:
        found = [sheet for sheet in sheets if sheet.title == name]
        if not found:
            raise ImportProblem(f"{path} has no sheet {name}; there are {names}")
        return found[0]
    if not sheets:
        raise ImportProblem(f"{path} cannot be read as a workbook: no sheets; open it and save it again as .xlsx")
    visible = [sheet for sheet in sheets if sheet.sheet_state == "visible"]
    filled = [sheet for sheet in visible if _has_cells(sheet)] if len(visible) > 1 else visible
    if len(filled) > 1 or not visible:
        raise ImportProblem(f"{path} has several sheets ({names}): say which one is meant (table.sheet)")
    return (filled or visible)[0]


def _has_cells(sheet: ReadOnlyWorksheet) -> bool:
    return any(True for _ in _rows(sheet, Sheet()))


def _read(sheet: ReadOnlyWorksheet) -> Sheet:
    read = Sheet()
    read.rows = list(_rows(sheet, read))
    return read


def _rows(sheet: ReadOnlyWorksheet, into: Sheet) -> Iterator[tuple[int, dict[int, Cell]]]:
    """Rows that have cells; what is hidden and merged is noted on the way."""
    reader, number = CellReader(sheet), 0
    with sheet._get_source() as source:
        for _, element in iterparse(source):  # noqa: S314 - expat itself limits what entities can grow to
            if element.tag == ROW_TAG:
                number = int(element.get("r") or number + 1)
                if element.get("hidden") in ("1", "true"):
                    into.hidden.add(number)
                if cells := _cells(element, reader):
                    yield number, cells
                element.clear()
            elif element.tag == MERGE_TAG:
                into.merged += [range_boundaries(each.get("ref")) for each in element]
            elif element.tag.endswith("}sheetData") and element.tag != DATA_TAG:
                raise ValueError("it is written in the strict form (Strict Open XML)")


def _cells(row: Element, reader: CellReader) -> dict[int, Cell]:
    """The cells of a row that are not blank, by column; one without an address stands beside the one before."""
    found: dict[int, Cell] = {}
    column = 0
    for element in row:
        address = element.get("r")
        column = column + 1 if address is None else column_index_from_string(address.rstrip("0123456789"))
        if (cell := reader.cell(element)) is not None:
            found[column] = cell
    return found


class _Workbook(ExcelReader):  # type: ignore[misc]  # the library has no types
    """Reads of a workbook only what its sheets of cells need."""

    def read_chartsheet(self, *_: object) -> None: ...

    def read_properties(self) -> None: ...

    def read_custom(self) -> None: ...

    def read_theme(self) -> None: ...
