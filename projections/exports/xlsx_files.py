"""XLSX: a sheet a paper, with real numbers and dates, frozen header, filters, print area and live sums.

Every formula has the query's figure as its stored value, so that readers who do not calculate see the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from ledger.calendars import parse_moment
from projections.exports.model import Cell, Figure, Kind, Paper, Section, Share
from projections.exports.xlsx_cells import DAY, Place, Styles, at, quoted, span

NARROWEST = 12
SUBTOTAL = 109
"""SUBTOTAL's sum of the rows that a filter leaves visible."""
SUMMARY = "汇总"
_FORBIDDEN = re.compile(r"[\[\]:*?/\\]")
LONGEST_NAME = 31


class Book:
    """A workbook to which papers are added one after the other; with several of them it begins with a summary."""

    def __init__(self, path: Path, made_at: str, *, has_summary: bool) -> None:
        import xlsxwriter

        self._book = xlsxwriter.Workbook(str(path), {"constant_memory": True, "default_date_format": DAY})
        self._book.set_properties({"title": "结算", "created": parse_moment(made_at).replace(tzinfo=None)})
        self._styles = Styles(self._book)
        self._names: set[str] = {SUMMARY.lower()}
        self._summary = _Summary(self._book.add_worksheet(SUMMARY), self._styles) if has_summary else None

    def add(self, paper: Paper) -> None:
        name = self._name(paper.name)
        written = _Sheet(self._book.add_worksheet(name), self._styles, paper).write()
        if self._summary is not None:
            self._summary.add(name, paper, written)

    def close(self) -> None:
        if self._summary is not None:
            self._summary.finish()
        self._book.close()

    def _name(self, wanted: str) -> str:
        """A name that a sheet may have, and no other one has."""
        stem = _FORBIDDEN.sub("_", wanted).strip("'")[:LONGEST_NAME] or "_"
        name, number = stem, 2
        while name.lower() in self._names:
            name, number = f"{stem[: LONGEST_NAME - 4]}~{number}", number + 1
        self._names.add(name.lower())
        return name


class _Sheet:
    """One paper on one sheet, from the top down."""

    def __init__(self, sheet: Any, styles: Styles, paper: Paper) -> None:
        self._sheet, self._styles, self._paper = sheet, styles, paper
        self._row = 0
        columns = [len(section.columns) for section in paper.sections]
        self._width = max(len(paper.figures), *columns, 2 * len(paper.signatures))

    def write(self) -> dict[str, Place]:
        """Write everything; returns where the figures of the summary are."""
        self._page()
        self._head()
        places = self._figures()
        for number, section in enumerate(self._paper.sections):
            self._table(section, freeze=number == 0)
        self._foot()
        self._sheet.print_area(0, 0, self._row, self._width - 1)
        return places

    def _page(self) -> None:
        sheet, paper = self._sheet, self._paper
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(left=0.4, right=0.4, top=0.6, bottom=0.7)
        sheet.hide_gridlines(2)
        seal = f"digest {paper.digest[:16]}…" if paper.digest else ""
        sheet.set_footer(f"&L{_plain(paper.number)}&C第 &P 页 共 &N 页&R{seal}")
        for index, wide in enumerate(self._widths()):
            sheet.set_column(index, index, wide)

    def _widths(self) -> Iterable[float]:
        for index in range(self._width):
            wanted = [section.columns[index].width for section in self._paper.sections if index < len(section.columns)]
            is_figure = index < len(self._paper.figures)
            yield max([*wanted, NARROWEST if is_figure else 0]) + 1

    def _head(self) -> None:
        """The title, then titles and values of the head side by side, each with room to be read."""
        styles, head = self._styles, self._paper.head
        self._sheet.write_string(0, 0, self._paper.title, styles.title)
        stride = 4 if self._width >= 16 else 3
        at_once = max(1, self._width // stride)
        for index, (title, value) in enumerate(head):
            line, place = divmod(index, at_once)
            self._sheet.write_string(1 + line, stride * place, title, styles.label)
            self._sheet.write_string(1 + line, stride * place + 1, value, styles.text)
        self._row = 2 + -(-len(head) // at_once)

    def _figures(self) -> dict[str, Place]:
        """Section A in two rows: titles, and below them the figures as formulas of the lines and of each other."""
        figures = self._paper.figures
        if not figures:
            return {}
        self._section_title(self._paper.figures_title)
        places = {figure.key: Place(self._row + 1, index) for index, figure in enumerate(figures)}
        for index, figure in enumerate(figures):
            self._sheet.write_string(self._row, index, figure.title, self._styles.header)
        self._row += 1
        first = self._row + 4  # below this row: a gap, the title and the header of the first table
        for index, figure in enumerate(figures):
            style = self._styles.totals[figure.kind]
            formula = _formula(figure, places, self._paper, first)
            if formula is None:
                self._cell(self._row, index, figure.value, style)
            else:
                self._sheet.write_formula(self._row, index, formula, style, float(figure.value or 0))
        self._row += 2
        return places

    def _table(self, section: Section, *, freeze: bool) -> None:
        self._section_title(f"{section.letter} {section.title}")
        for index, column in enumerate(section.columns):
            self._sheet.write_string(self._row, index, column.title, self._styles.header)
        header, first = self._row, self._row + 1
        self._row += 1
        for row in section.rows:
            for index, cell in enumerate(row):
                self._cell(self._row, index, cell, self._styles.cells[section.columns[index].kind])
            self._row += 1
        if freeze:
            self._sheet.freeze_panes(first, 0)
            self._sheet.autofilter(header, 0, max(header, self._row - 1), len(section.columns) - 1)
        if section.rows and section.has_totals:
            self._totals(section, first)
        self._row += 1

    def _totals(self, section: Section, first: int) -> None:
        last = self._row - 1
        for index, column in enumerate(section.columns):
            style = self._styles.totals[column.kind]
            if column.is_summed:
                formula = f"=SUBTOTAL({SUBTOTAL},{span(first, last, index)})"
                self._sheet.write_formula(self._row, index, formula, style, float(section.total(index)))
            elif index == 0:
                self._sheet.write_string(self._row, index, "合计", self._styles.totals[Kind.TEXT])
        self._row += 1

    def _foot(self) -> None:
        """Sections F and G."""
        styles = self._styles
        for title, value in self._paper.totals:
            self._sheet.write_string(self._row, 0, title, styles.label)
            self._sheet.write_string(self._row, 1, value, styles.text)
            self._row += 1
        for note in self._paper.notes:
            self._sheet.write_string(self._row, 0, note, styles.text)
            self._row += 1
        if self._paper.digest:
            self._sheet.write_string(self._row, 0, f"digest {self._paper.digest}", styles.text)
            self._row += 1
        self._row += 1
        for index, name in enumerate(self._paper.signatures):
            self._sheet.write_string(self._row, 2 * index, f"{name}:", styles.label)
        self._row += 1

    def _section_title(self, title: str) -> None:
        for index in range(self._width):
            self._sheet.write_string(self._row, index, title if index == 0 else "", self._styles.section)
        self._row += 1

    def _cell(self, row: int, column: int, cell: Cell, style: Any) -> None:
        """Text is written as text whatever it looks like: no formula comes in from the outside."""
        match cell:
            case None:
                self._sheet.write_blank(row, column, None, style)
            case Decimal() | int():
                self._sheet.write_number(row, column, float(cell), style)
            case date():
                self._sheet.write_datetime(row, column, cell, style)
            case _:
                self._sheet.write_string(row, column, cell, style)


def _formula(figure: Figure, places: Mapping[str, Place], paper: Paper, first: int) -> str | None:
    """The parts of a figure, where they are on the sheet: other figures, or lines of the first table."""
    if figure.of:
        return "=" + "".join(f"{'+' if sign > 0 else '-'}{at(places[key])}" for sign, key in figure.of).removeprefix(
            "+"
        )
    if figure.share is None or not paper.sections[0].rows:
        return None
    return _sum_if(figure.share, paper.sections[0], first)


def _sum_if(share: Share, section: Section, first: int) -> str:
    last = first + len(section.rows) - 1
    where = span(first, last, section.column(share.where))
    plus, minus = (span(first, last, section.column(name)) for name in (share.plus, share.minus))
    one, other = (plus, minus) if share.sign > 0 else (minus, plus)
    return f'=SUMIFS({one},{where},"{share.value}")-SUMIFS({other},{where},"{share.value}")'


class _Summary:
    """The first sheet: a row a paper, its figures taken live from its sheet, and their sums."""

    def __init__(self, sheet: Any, styles: Styles) -> None:
        self._sheet, self._styles = sheet, styles
        self._figures: Sequence[Figure] = ()
        self._row = 2
        self._sums: list[Decimal] = []

    def add(self, name: str, paper: Paper, places: Mapping[str, Place]) -> None:
        if not self._sums:
            self._begin(paper)
        self._sheet.write_url(self._row, 0, f"internal:'{quoted(name)}'!A1", self._styles.cells[Kind.TEXT], name)
        self._sheet.write_string(self._row, 1, dict(paper.head).get("状态", ""), self._styles.cells[Kind.TEXT])
        for index, (key, place) in enumerate(places.items()):
            figure = paper.figure(key)
            style = self._styles.cells[figure.kind]
            formula = f"='{quoted(name)}'!{at(place)}"
            self._sheet.write_formula(self._row, index + 2, formula, style, float(figure.value or 0))
            self._sums[index] += figure.value or 0
        self._row += 1

    def _begin(self, paper: Paper) -> None:
        self._figures = paper.figures
        self._sums = [Decimal("0.00") for _ in paper.figures]
        self._sheet.write_string(0, 0, f"{paper.title} {SUMMARY}", self._styles.title)
        for index, title in enumerate(["名称", "状态", *(figure.title for figure in paper.figures)]):
            self._sheet.write_string(1, index, title, self._styles.header)

    def finish(self) -> None:
        """Write the sums and set up the page."""
        last, sheet = max(self._row - 1, 2), self._sheet
        sheet.write_string(self._row, 0, "合计", self._styles.totals[Kind.TEXT])
        for index, (figure, total) in enumerate(zip(self._figures, self._sums, strict=True)):
            if figure.kind is Kind.MONEY:
                formula = f"=SUBTOTAL({SUBTOTAL},{span(2, last, index + 2)})"
                sheet.write_formula(self._row, index + 2, formula, self._styles.totals[Kind.MONEY], float(total))
        sheet.freeze_panes(2, 1)
        sheet.autofilter(1, 0, last, len(self._figures) + 1)
        sheet.set_column(0, 1, 16)
        sheet.set_column(2, len(self._figures) + 1, 15)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(0, 1)
        sheet.print_area(0, 0, self._row, len(self._figures) + 1)
        sheet.set_footer("&C第 &P 页 共 &N 页")


def _plain(text: str) -> str:
    """Double every &, which begins a code in a footer."""
    return text.replace("&", "&&")
