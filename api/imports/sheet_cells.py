"""The cells of a sheet: each is a text, or a reason why nobody should believe what it shows."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, NamedTuple
from xml.etree.ElementTree import Element

from openpyxl.cell.read_only import ReadOnlyCell
from openpyxl.styles.numbers import is_date_format, is_timedelta_format
from openpyxl.utils.datetime import from_excel, from_ISO8601
from openpyxl.worksheet._read_only import ReadOnlyWorksheet
from openpyxl.xml.constants import SHEET_MAIN_NS

from ledger.money import plain

FORMULA = "a formula: what it shows may be out of date; copy the column and paste its values (选择性粘贴→数值)"
TOO_LONG = "a number of more than 15 digits, of which the sheet has lost some: write it as text (文本)"
NO_DATE = "a number that is no date, in the format of a date"
DIGITS = 15
VALUE, FORMULA_TAG, INLINE, TEXT, PHONETIC = (f"{{{SHEET_MAIN_NS}}}{tag}" for tag in ("v", "f", "is", "t", "rPh"))


class Cell(NamedTuple):
    """The text of a cell, the text that the sheet shows where that is another, and why it is not to be believed.

    ``date`` says that the sheet has a date there, which it makes also of numbers such as 3-1.
    """

    text: str
    shown: str | None = None
    doubt: str | None = None
    date: bool = False


class CellReader:
    """Reads the cells of one sheet, by the texts and number formats that its workbook shares."""

    def __init__(self, sheet: ReadOnlyWorksheet) -> None:
        self._sheet = sheet
        self._texts: Sequence[str] = sheet._shared_strings
        self._epoch = sheet.parent.epoch
        self._layouts: dict[str | None, tuple[str, bool]] = {}

    def cell(self, element: Element) -> Cell | None:
        """A cell element; None for one that is blank."""
        value: str | None = None
        for part in element:
            if part.tag == FORMULA_TAG:
                return Cell(f"={part.text or ''}", doubt=FORMULA)
            if part.tag == VALUE:
                value = part.text
            elif part.tag == INLINE:
                value = inline_text(part)
        return self._of_kind(element.get("t", "n"), value, element.get("s")) if value else None

    def _of_kind(self, kind: str, value: str, style: str | None) -> Cell:
        match kind:
            case "s":
                return Cell(self._texts[int(value)])
            case "n":
                return self._number(value, *self._layout(style))
            case "e":
                return Cell(value, doubt=f"an error of the sheet ({value}): mend what it is reckoned from")
            case "b":
                return Cell(text_of(value == "1"))
            case "d":
                return Cell(text_of(from_ISO8601(value)), date=True)
        return Cell(value)

    def _number(self, value: str, layout: str, is_date: bool) -> Cell:
        if is_date:
            try:
                return Cell(text_of(from_excel(float(value), self._epoch)), date=True)
            except (ValueError, OverflowError):
                return Cell(value, doubt=NO_DATE)
        text = value if value.isdecimal() and len(value) <= DIGITS else text_of(float(value))
        if len(text.lstrip("-").partition(".")[0]) > DIGITS:
            return Cell(text, doubt=TOO_LONG)
        return Cell(text, shown(text, layout))

    def _layout(self, style: str | None) -> tuple[str, bool]:
        """The number format of a style, and whether it is one of dates."""
        found = self._layouts.get(style)
        if found is None:
            layout = str(ReadOnlyCell(self._sheet, 1, 1, None, "n", int(style or 0)).number_format)
            found = self._layouts[style] = (layout, is_date_format(layout) and not is_timedelta_format(layout))
        return found


def inline_text(element: Element) -> str:
    """The text of a cell that holds its own, without the reading aids (rPh) of Japanese and Chinese."""
    runs = (part for part in element if part.tag != PHONETIC)
    return "".join(each.text or "" for run in runs for each in run.iter(TEXT))


def text_of(cell: Any) -> str:
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


_PIECE = re.compile(r'"([^"]*)"|\\(.)|_.|\*.|\[[^\]]*\]|([0#?]+)|([-/ ()+])')
"""A literal, an escaped sign, a space, a filler, a colour, places of digits, or a sign that stands for itself."""


def shown(digits: str, layout: str) -> str | None:
    """A whole number as its format shows it, such as 00017 or DEP-00017; None where that is the number itself.

    Formats with decimals, thousands, percent or exponents show an amount, whose digits are those of the number.
    """
    layout = layout.partition(";")[0]
    if layout == "General" or not digits.isdecimal():
        return None
    pieces = list(_PIECE.finditer(layout))
    if "".join(piece[0] for piece in pieces) != layout:
        return None
    signs = [(sign, bool(piece[3])) for piece in pieces for sign in piece[1] or piece[2] or piece[3] or piece[4] or ""]
    first = next((at for at, (_, place) in enumerate(signs) if place), None)
    rest, text = list(digits), ""
    for at, (sign, place) in reversed(list(enumerate(signs))):
        if place:
            taken = rest[0 if at == first else -1 :]
            del rest[len(rest) - len(taken) :]
            sign = "".join(taken) or sign.strip("#?")
        text = sign + text
    return None if first is None or text == digits else text
