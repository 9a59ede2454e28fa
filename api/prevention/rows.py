"""Rows of a file (CSV, XLSX or JSON) as hazards in our words; a row that cannot says which column is wrong, and why."""

from __future__ import annotations

from typing import NamedTuple

from api.imports.cells import DATE_AS_NAME
from api.imports.problems import BadRow, Wrong
from api.imports.tables import Row
from api.prevention.mapping import NAMES, NEEDED, HazardMapping
from api.prevention.values import read_back


class HazardRow(NamedTuple):
    """One hazard of a file: its line, and its fields that are not blank, in our words."""

    line: int
    fields: dict[str, str]

    @property
    def hazard(self) -> str:
        return self.fields["hazard"]


def hazard_of(mapping: HazardMapping, row: Row) -> HazardRow | list[BadRow]:
    """The hazard of a row, or everything that is wrong with it."""
    fields, complaints = _fields(mapping, row)
    return complaints or HazardRow(row.line, fields)


def _fields(mapping: HazardMapping, row: Row) -> tuple[dict[str, str], list[BadRow]]:
    fields: dict[str, str] = {}
    bad: list[BadRow] = []
    for name, column in mapping.columns.items():
        cell = row.shown.get(name, row.cells[name]) if column.field in NAMES else row.cells[name]
        try:
            if column.field in NAMES and name in row.dates:
                raise Wrong(DATE_AS_NAME)
            value = read_back(column, cell)
            if not value and column.field in NEEDED:
                raise Wrong("blank")
        except Wrong as wrong:
            bad.append(BadRow(row.line, name, cell, str(wrong)))
        else:
            if value and column.field:
                fields[column.field] = value
    return fields, bad
