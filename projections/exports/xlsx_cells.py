"""Cells of a workbook: how they look by what they hold, and how formulas name them."""

from __future__ import annotations

from typing import Any, NamedTuple

from projections.exports.model import Kind

FONT = "SimSun"
MONEY, DAY, NUMBER, COUNT = "#,##0.00;[Red]-#,##0.00", "yyyy-mm-dd", "0.####", "0"
FORMATS = {Kind.MONEY: MONEY, Kind.DAY: DAY, Kind.NUMBER: NUMBER, Kind.COUNT: COUNT, Kind.TEXT: "@"}


class Styles:
    """Formats by what they are for; a workbook has each once."""

    def __init__(self, book: Any) -> None:
        def add(**other: Any) -> Any:
            return book.add_format({"font_name": FONT, "font_size": 10, **other})

        self.title = add(bold=True, font_size=16)
        self.label = add(bold=True, font_color="#555555")
        self.text = add()
        self.section = add(bold=True, font_size=11, bg_color="#DDE6F0")
        self.header = add(bold=True, bg_color="#F2F2F2", border=1, text_wrap=True, align="center", valign="vcenter")
        self.cells = {kind: add(num_format=form, border=4) for kind, form in FORMATS.items()}
        self.totals = {kind: add(num_format=form, bold=True, top=1, bottom=6) for kind, form in FORMATS.items()}


class Place(NamedTuple):
    """Where on its sheet a figure stands."""

    row: int
    column: int


def at(place: Place) -> str:
    return f"${letter(place.column)}${place.row + 1}"


def span(first: int, last: int, column: int) -> str:
    return f"${letter(column)}${first + 1}:${letter(column)}${last + 1}"


def letter(column: int) -> str:
    """``0`` → ``A``, ``26`` → ``AA``."""
    more, rest = divmod(column, 26)
    return (letter(more - 1) if more else "") + chr(ord("A") + rest)


def quoted(name: str) -> str:
    return name.replace("'", "''")
