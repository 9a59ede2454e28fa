"""Text: a paper for the terminal and for mail, in columns that hold also where Chinese signs are twice as wide."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal

from ledger.signs import is_invisible, named
from projections.exports.model import Cell, Column, Kind, Paper, Papers, Section

HEAD_LINE = 3
"""Pairs of the head that go on one line."""
RIGHT = frozenset({Kind.MONEY, Kind.NUMBER, Kind.COUNT})


def papers(many: Papers) -> bytes:
    """Papers, one after the other, a form feed between them."""
    return "\f\n".join("".join(f"{line}\n" for line in _lines(paper)) for paper in many).encode()


def _lines(paper: Paper) -> Iterator[str]:
    yield from (paper.title, "=" * width(paper.title), "")
    pairs = [f"{title}: {value}" for title, value in paper.head]
    for first in range(0, len(pairs), HEAD_LINE):
        yield "    ".join(pairs[first : first + HEAD_LINE])
    if paper.figures:
        yield from ("", paper.figures_title)
        broad = max(width(figure.title) for figure in paper.figures)
        for figure in paper.figures:
            yield f"  {padded(figure.title, broad)}  {shown(figure.value):>16}"
    for section in paper.sections:
        yield from ("", f"{section.letter} {section.title}")
        yield from table(section) if section.rows else ("  (无)",)
    if paper.totals:
        yield from ("", *(f"{title}: {value}" for title, value in paper.totals))
    if paper.notes:
        yield from ("", *paper.notes)
    yield from ("", "    ".join(f"{name}: ________" for name in paper.signatures))
    if paper.digest:
        yield f"digest: {paper.digest}"


def table(section: Section) -> Iterator[str]:
    """A table with its totals; empty columns are left out."""
    used = [index for index in range(len(section.columns)) if any(row[index] is not None for row in section.rows)]
    columns = [section.columns[index] for index in used]
    rows = [[shown(row[index]) for index in used] for row in section.rows]
    if section.has_totals:
        rows.append([_total(section, index, index == used[0]) for index in used])
    widths = [max(width(column.title), *(width(row[at]) for row in rows)) for at, column in enumerate(columns)]
    yield "  " + "  ".join(_cells([column.title for column in columns], columns, widths)).rstrip()
    yield "  " + "  ".join("-" * wide for wide in widths)
    for row in rows:
        yield "  " + "  ".join(_cells(row, columns, widths)).rstrip()


def _total(section: Section, index: int, is_first: bool) -> str:
    if section.columns[index].is_summed:
        return shown(section.total(index))
    return "合计" if is_first else ""


def _cells(row: Sequence[str], columns: Sequence[Column], widths: Sequence[int]) -> list[str]:
    return [padded(cell, wide, column.kind in RIGHT) for cell, column, wide in zip(row, columns, widths, strict=True)]


def shown(cell: Cell) -> str:
    """A cell for a person: thousands are set apart in money, a sign without a shape is its number."""
    match cell:
        case None:
            return ""
        case Decimal():
            exponent = cell.as_tuple().exponent
            return f"{cell:,f}" if exponent == -2 else f"{cell:f}"
        case date():
            return cell.isoformat()
    text = str(cell)
    return text if text.isascii() and text.isprintable() else "".join(map(_seen, text))


def _seen(sign: str) -> str:
    if sign.isspace():
        return " "
    return f"[{named(sign)}]" if is_invisible(sign) or not sign.isprintable() else sign


def width(text: str) -> int:
    """Columns on a terminal."""
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)


def padded(text: str, wide: int, to_the_right: bool = False) -> str:
    space = " " * (wide - width(text))
    return space + text if to_the_right else text + space
