"""Faults of a file, a mapping or a row, as a sentence for the person who has to correct it."""

from __future__ import annotations

from typing import NamedTuple


class ImportProblem(Exception):
    """Nothing can be imported; the message says what to correct and where."""


class Wrong(Exception):
    """A cell that cannot be read as its field; the message says why."""


class BadRow(NamedTuple):
    """A row that is left out: where, what stands there, and why it cannot be imported."""

    line: int
    column: str
    value: str
    reason: str

    def sentence(self, file: str) -> str:
        place = f"{file}, line {self.line}"
        if not self.column:
            return f"{place}: {self.reason}"
        return f"{place}, column {self.column}, value {shortened(self.value)!r}: {self.reason}"


def shortened(value: str, longest: int = 60) -> str:
    return value if len(value) <= longest else f"{value[: longest - 1]}…"
