"""XLSX as rows of text, and the cells of a sheet that nobody should believe: formulas, and what merging has hidden."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime, time
from decimal import Decimal
from html import unescape
from pathlib import Path
from zipfile import BadZipFile, ZipFile

import python_calamine

from api.imports.problems import ImportProblem
from ledger.money import plain

Place = tuple[int, int]
"""(row, column), both from 1."""

FORMULA = "a formula: what it shows may be out of date; copy the column and paste its values (选择性粘贴→数值)"
HIDDEN = "merged with the cell above or beside it: undo the merging and write the value into every row"
_FORMULA = re.compile(rb'<(?:\w+:)?c\b[^>]*?\br="([A-Z]+)([0-9]+)"[^>]*>\s*<(?:\w+:)?f\b')


def rows_of(path: Path, sheet: str | None) -> Iterator[tuple[int, list[str]]]:
    """Every row of a sheet with its number."""
    found = _sheet(path, sheet)
    for number, cells in enumerate(found.to_python(skip_empty_area=False), 1):
        yield number, [text_of(cell) for cell in cells]


def doubtful(path: Path, sheet: str | None) -> dict[Place, str]:
    """Cells that say what they say by a formula, or say nothing because they are merged away; with the reason."""
    found = _sheet(path, sheet)
    hidden: dict[Place, str] = {}
    for (top, left), (bottom, right) in found.merged_cell_ranges or ():
        places = ((row, column) for row in range(top + 1, bottom + 2) for column in range(left + 1, right + 2))
        hidden |= dict.fromkeys(list(places)[1:], HIDDEN)
    return hidden | dict.fromkeys(_formulas(path, found.name), FORMULA)


def _sheet(path: Path, sheet: str | None) -> python_calamine.CalamineSheet:
    try:
        book = python_calamine.CalamineWorkbook.from_path(str(path))
    except (python_calamine.CalamineError, BadZipFile, OSError) as error:
        raise ImportProblem(f"{path} cannot be read as a workbook: {error}") from error
    if sheet is not None and sheet not in book.sheet_names:
        raise ImportProblem(f"{path} has no sheet {sheet}; there are {', '.join(book.sheet_names)}")
    return book.get_sheet_by_name(sheet) if sheet is not None else book.get_sheet_by_index(0)


def _formulas(path: Path, sheet: str) -> Iterator[Place]:
    """Where formulas stand; the library that reads values does not say."""
    with ZipFile(path) as archive:
        for column, row in _FORMULA.findall(archive.read(_part_of(archive, sheet))):
            number = 0
            for letter in column:
                number = number * 26 + letter - 64
            yield int(row), number


def _part_of(archive: ZipFile, sheet: str) -> str:
    """The file of a sheet inside the workbook."""
    links = {link["Id"]: link["Target"] for link in _tags(archive, "xl/_rels/workbook.xml.rels", "Relationship")}
    for each in _tags(archive, "xl/workbook.xml", "sheet"):
        if each.get("name") == sheet:
            target = links[next(value for name, value in each.items() if name.endswith(":id"))]
            return target.lstrip("/") if target.startswith("/") else f"xl/{target}"
    raise ImportProblem(f"the workbook does not say where its sheet {sheet} is")


def _tags(archive: ZipFile, part: str, name: str) -> Iterator[dict[str, str]]:
    """The attributes of every element of a name; nothing else of the XML is believed."""
    text = archive.read(part).decode("utf-8")
    for found in re.finditer(rf"<(?:\w+:)?{name}\s([^>]*)>", text):
        yield {key: unescape(value) for key, value in re.findall(r'([\w:]+)="([^"]*)"', found[1])}


def text_of(cell: object) -> str:
    """A cell of a sheet as text.  A number has the 15 digits that the sheet itself shows, not those of its binary."""
    match cell:
        case bool():
            return "TRUE" if cell else "FALSE"
        case float():
            return plain(Decimal(f"{cell:.15g}"))
        case datetime() if cell.time() == time():
            return cell.date().isoformat()
        case datetime() | date() | time():
            return cell.isoformat()
        case _:
            return str(cell)
