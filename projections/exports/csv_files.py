"""CSV: UTF-8 with byte order mark, so that a spreadsheet on an office PC reads the Chinese, and safe to open there.

A cell that a spreadsheet would take for a formula is kept text by an apostrophe; numbers are numbers.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from decimal import Decimal

from projections.exports.model import Cell, Paper, Papers, Section

BOM = "\ufeff"
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""A spreadsheet reads the full-width ones like the others."""


def table(section: Section) -> bytes:
    """One table: a header and its rows, nothing else; for programs and for lists that others import."""
    return written([[column.title for column in section.columns], *section.rows])


def papers(many: Papers) -> bytes:
    """Whole papers, one after the other: each row begins with the paper's name and the section's letter."""
    return written(row for paper in many for row in _paper(paper))


def _paper(paper: Paper) -> Iterator[Iterable[Cell]]:
    yield paper.name, "", paper.title, paper.number
    for title, value in paper.head:
        yield paper.name, "", title, value
    for figure in paper.figures:
        yield paper.name, "A", figure.title, figure.value
    for section in paper.sections:
        yield paper.name, section.letter, section.title
        yield paper.name, section.letter, *(column.title for column in section.columns)
        for row in section.rows:
            yield paper.name, section.letter, *row
    for title, value in paper.totals:
        yield paper.name, "F", title, value
    for note in paper.notes:
        yield paper.name, "G", note
    if paper.digest:
        yield paper.name, "G", "digest", paper.digest


def written(rows: Iterable[Iterable[Cell]]) -> bytes:
    """Rows as a file."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerows([safe(cell) for cell in row] for row in rows)
    return (BOM + out.getvalue()).encode()


def safe(cell: Cell) -> str:
    """A cell as it is written."""
    if cell is None:
        return ""
    if isinstance(cell, Decimal):
        return format(cell, "f")
    text = str(cell)
    return f"'{text}" if isinstance(cell, str) and text.lstrip(" ").startswith(FORMULA) else text
