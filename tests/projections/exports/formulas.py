"""Calculates the formulas of our workbooks from their cells, as a spreadsheet does."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_CELL = re.compile(r"\$?([A-Z]+)\$?([0-9]+)")
_SUMIFS = re.compile(r"SUMIFS\(([^,]+),([^,]+),\"([^\"]*)\"\)")
Value = str | Decimal | None


class Stored(NamedTuple):
    value: Value
    formula: str | None


class Workbook:
    """The cells of a workbook by sheet and address, as they are stored."""

    def __init__(self, path: Path) -> None:
        self.sheets: dict[str, dict[str, Stored]] = {}
        self.parts: dict[str, str] = {}
        with zipfile.ZipFile(path) as archive:
            book = ElementTree.fromstring(archive.read("xl/workbook.xml"))
            strings = _strings(archive)
            for number, sheet in enumerate(book.iter(f"{MAIN}sheet"), start=1):
                text = archive.read(f"xl/worksheets/sheet{number}.xml").decode()
                self.parts[sheet.attrib["name"]] = text
                self.sheets[sheet.attrib["name"]] = dict(_cells(text, strings))

    def formulas(self) -> Iterable[tuple[str, str, Stored]]:
        for sheet, cells in self.sheets.items():
            for place, cell in cells.items():
                if cell.formula is not None:
                    yield sheet, place, cell

    def reckon(self, sheet: str, formula: str) -> Decimal:
        """A sum of cells, of what stands in a range, or of what stands beside a word."""
        if found := re.fullmatch(r"'(.+)'!(\S+)", formula):
            return self._number(found[1], found[2])
        if found := re.fullmatch(r"SUBTOTAL\(109,(\S+)\)", formula):
            return sum((self._number(sheet, place) for place in places(found[1])), Decimal(0))
        if _SUMIFS.search(formula):
            first, second = (self._sum_if(sheet, part) for part in _SUMIFS.finditer(formula))
            return first - second
        terms = re.findall(r"([+-]?)(\$[A-Z]+\$[0-9]+)", formula)
        assert terms, formula
        return sum((self._number(sheet, place) * (-1 if sign == "-" else 1) for sign, place in terms), Decimal(0))

    def _sum_if(self, sheet: str, part: re.Match[str]) -> Decimal:
        summed, asked = places(part[1]), places(part[2])
        both = zip(summed, asked, strict=True)
        return sum(
            (self._number(sheet, one) for one, other in both if self._value(sheet, other) == part[3]), Decimal(0)
        )

    def _value(self, sheet: str, place: str) -> Value:
        cell = self.sheets[sheet].get(place.replace("$", ""))
        return None if cell is None else cell.value

    def _number(self, sheet: str, place: str) -> Decimal:
        """A cell with a formula is reckoned, not believed."""
        cell = self.sheets[sheet].get(place.replace("$", ""))
        if cell is None or not isinstance(cell.value, Decimal):
            return Decimal(0)
        return self.reckon(sheet, cell.formula) if cell.formula else cell.value


def places(text: str) -> list[str]:
    """``$L$9:$L$11`` → L9, L10, L11."""
    (column, first), (_, last) = _CELL.findall(text)[0], _CELL.findall(text)[-1]
    return [f"{column}{row}" for row in range(int(first), int(last) + 1)]


def _strings(archive: zipfile.ZipFile) -> list[str]:
    if "xl/sharedStrings.xml" not in archive.namelist():
        return []
    root = ElementTree.fromstring(archive.read("xl/sharedStrings.xml"))
    return ["".join(item.itertext()) for item in root.iter(f"{MAIN}si")]


def _cells(text: str, strings: list[str]) -> Iterable[tuple[str, Stored]]:
    for cell in ElementTree.fromstring(text).iter(f"{MAIN}c"):
        formula = cell.findtext(f"{MAIN}f")
        value = cell.findtext(f"{MAIN}v")
        match cell.attrib.get("t"):
            case "s":
                yield cell.attrib["r"], Stored(strings[int(value or 0)], formula)
            case "inlineStr":
                yield cell.attrib["r"], Stored("".join(cell.find(f"{MAIN}is").itertext()), formula)  # type: ignore[union-attr]
            case _:
                yield (
                    cell.attrib["r"],
                    Stored(None if value is None else Decimal(value).quantize(Decimal("0.0001")), formula),
                )
