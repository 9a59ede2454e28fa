"""A paper (单据) as every format sees it: head, summary, tables, words, signatures.

Cells are text, whole numbers, exact decimals and dates, so that a spreadsheet gets real numbers and a CSV knows what
is a number and what is only text.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from ledger.words import zh

Cell = str | int | Decimal | date | None


class Kind(StrEnum):
    """The kind of value that a column holds, which says how it is shown."""

    TEXT = "text"
    MONEY = "money"
    NUMBER = "number"  # a quantity, a score, a factor
    COUNT = "count"
    DAY = "day"


class Column(NamedTuple):
    """A column of a table; ``is_summed`` ones have a total below; ``width`` is in characters.

    A column that is not printed stands in files that are calculated with.  ``heading`` is the code of its title's
    words where that is not its key.
    """

    key: str
    kind: Kind = Kind.TEXT
    width: int = 10
    is_summed: bool = False
    is_printed: bool = True
    heading: str = ""

    @property
    def title(self) -> str:
        return zh("heading", self.heading or self.key)


class Section(NamedTuple):
    """A table with its letter, such as B 市场交易明细."""

    letter: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]

    def column(self, key: str) -> int:
        return next(index for index, column in enumerate(self.columns) if column.key == key)

    def total(self, index: int) -> Decimal:
        """The sum of a column."""
        amounts = [cell for row in self.rows if isinstance(cell := row[index], Decimal)]
        return sum(amounts, Decimal("0.00"))

    @property
    def has_totals(self) -> bool:
        return any(column.is_summed for column in self.columns)


class Share(NamedTuple):
    """A figure of the summary is the sum of these lines: a column less another, where ``where`` holds ``value``."""

    plus: str
    minus: str
    where: str
    value: str
    sign: int = 1


class Figure(NamedTuple):
    """A figure of the summary; ``of`` are the figures that make it, by sign; ``share`` the lines that do."""

    key: str
    value: Decimal | None
    of: tuple[tuple[int, str], ...] = ()
    share: Share | None = None
    kind: Kind = Kind.MONEY

    @property
    def title(self) -> str:
        return zh("heading", self.key)


class Paper(NamedTuple):
    """One statement, list or sheet, ready to be written in any format."""

    name: str
    """The name of its sheet, bookmark or file: W1."""
    kind: str
    """The kind of paper, for file names: 结算单."""
    title: str
    number: str
    head: tuple[tuple[str, str], ...]
    figures_title: str
    figures: tuple[Figure, ...]
    sections: tuple[Section, ...]
    totals: tuple[tuple[str, str], ...]
    """Section F: amounts repeated in figures and in words."""
    signatures: tuple[str, ...]
    notes: tuple[str, ...]
    digest: str | None
    made_at: str
    """The moment that the paper speaks of, so that the same paper is the same file again."""

    def section(self, letter: str) -> Section | None:
        return next((section for section in self.sections if section.letter == letter), None)

    def figure(self, key: str) -> Figure:
        return next(figure for figure in self.figures if figure.key == key)


Papers = Sequence[Paper]


def money(text: str | None) -> Decimal | None:
    """An amount that a query shows as ``"2661.75"``."""
    return None if text is None else Decimal(text)


number = money
"""A quantity, score or factor; there is nothing to round."""


def day(text: str | None) -> date | None:
    """A date that a query shows as ``"2026-02-05"``."""
    return None if text is None else date.fromisoformat(text)
