"""PDF: papers as they are printed and signed, with the Chinese fonts embedded (typst lays them out)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from math import ceil
from pathlib import Path
from textwrap import wrap
from typing import Any

import msgspec

from ledger.calendars import parse_moment
from projections.exports.fonts import FAMILIES, MissingFont, font_files, printable
from projections.exports.model import Cell, Paper, Papers, Section
from projections.exports.text_files import RIGHT, shown, width

TEMPLATE = Path(__file__).parent / "paper.typ"
_WORD = re.compile(r"[^\s\u2e80-\uffef-]+")
"""Text that no line break can divide: without blank, hyphen or Chinese sign."""
WIDTH, SIGN, LINE, INSET, REST = 779.0, 4.1, 9.3, 5.0, 2.7
"""Points: width of a page, half a Chinese sign with some to spare, a line, a cell's margins aside and upright."""
TALLEST = 240.0
"""Points: a row that needs more is measured, and goes on over the next page where it has to."""


class CannotPrint(Exception):
    """The paper could not be laid out; nothing was printed."""


def papers(many: Papers) -> bytes:
    """One file with all of them, each with its own page numbers.  Raises MissingFont, CannotPrint."""
    return _compiled(*_ordered(many), "pdf")


def picture(paper: Paper, dots_per_inch: float = 100) -> bytes:
    """The first page as PNG."""
    return _compiled(*_ordered([paper]), "png", dots_per_inch)


def order(paper: Paper) -> bytes:
    """The order that another process needs to print a paper (``projections.exports.printer``)."""
    data, made_at = _ordered([paper])
    return msgspec.json.encode([data, made_at])


def carried_out(order: bytes) -> bytes:
    """The PDF that was ordered.  Raises MissingFont, CannotPrint."""
    data, made_at = msgspec.json.decode(order, type=tuple[str, str])
    return _compiled(data, made_at, "pdf")


def _ordered(many: Papers) -> tuple[str, str]:
    """The template's input, and the moment that the file says it was made at."""
    return msgspec.json.encode([_data(paper) for paper in many]).decode(), many[0].made_at


def _compiled(data: str, made_at: str, form: str, dots_per_inch: float | None = None) -> bytes:
    import typst

    try:
        made, warnings = _compiler().compile_with_warnings(
            format=form, ppi=dots_per_inch, sys_inputs={"papers": data}, timestamp=parse_moment(made_at)
        )
    except typst.TypstError as error:
        raise CannotPrint(f"The paper could not be laid out: {error.message}") from error
    if warnings:
        raise CannotPrint(f"The paper could not be laid out as it should be: {warnings[0].message}")
    return bytes(made[0]) if isinstance(made, list) else bytes(made)


@cache
def _compiler() -> Any:
    """With our fonts and no others, so that every machine prints the same.  Raises MissingFont."""
    import typst

    directories = sorted({str(path.parent) for path in font_files()})
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=directories)
    if missing := [family for family in FAMILIES if family not in fonts.families()]:
        raise MissingFont(f"The Chinese font {missing[0]} cannot be read; install pylopdf-fonts-zh-cn again.")
    return typst.Compiler(str(TEMPLATE), font_paths=fonts, ignore_system_fonts=True)


def _data(paper: Paper) -> Mapping[str, Any]:
    """The template's input: texts, and how wide each column is."""
    return {
        "title": paper.title,
        "number": _text(paper.number),
        "head": _pairs(paper.head),
        "figures-title": paper.figures_title,
        "figures": [[figure.title, shown(figure.value)] for figure in paper.figures],
        "sections": [_section(section) for section in paper.sections],
        "totals": _pairs(paper.totals),
        "notes": [_text(note) for note in paper.notes],
        "signatures": list(paper.signatures),
        "digest": paper.digest,
    }


def _pairs(pairs: Sequence[tuple[str, str]]) -> list[list[str]]:
    return [[title, _text(value)] for title, value in pairs]


def _section(section: Section) -> Mapping[str, Any]:
    """A table: the widths of its columns share the page, each row is as high as its fullest cell needs."""
    printed = [index for index, column in enumerate(section.columns) if column.is_printed]
    columns = [section.columns[index] for index in printed]
    whole = sum(column.width for column in columns)
    widths = [WIDTH * column.width / whole for column in columns]
    rows = [
        [_fitting(_text(row[index]), wide) for index, wide in zip(printed, widths, strict=True)] for row in section.rows
    ]
    return {
        "title": f"{section.letter} {section.title}",
        "columns": [
            {"title": column.title, "width": wide, "right": column.kind in RIGHT}
            for column, wide in zip(columns, widths, strict=True)
        ],
        "rows": rows,
        "heights": [height if (height := _height(row, widths)) <= TALLEST else None for row in rows],
        "totals": _totals(section, printed) if section.has_totals and section.rows else None,
    }


def _height(row: Sequence[str], widths: Sequence[float]) -> float:
    """Points: as many lines as the text of any cell may need, rather one too many than one too few."""
    needed = (_lines(text, wide - INSET) for text, wide in zip(row, widths, strict=True))
    return LINE * max(1, *needed) + REST


def _lines(text: str, wide: float) -> int:
    return sum(max(1, ceil(width(line) * SIGN / wide)) for line in text.split("\n"))


def _totals(section: Section, printed: Sequence[int]) -> list[str]:
    columns = section.columns
    sums = [shown(section.total(index)) if columns[index].is_summed else "" for index in printed]
    return ["合计", *sums[1:]]


def _text(cell: Cell) -> str:
    """A cell for the printer: every sign of it can be printed."""
    return printable(shown(cell))


def _fitting(text: str, wide: float) -> str:
    """A word that is longer than its column is broken: nothing runs into the next column."""
    signs = max(1, int((wide - INSET) / SIGN))
    if len(text) <= signs:
        return text
    return _WORD.sub(lambda word: "\n".join(wrap(word[0], signs)) if len(word[0]) > signs else word[0], text)
