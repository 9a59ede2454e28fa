"""Rows of a file (CSV, XLSX or JSON) as hazards in our words; a row that cannot says which column is wrong, and why."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

from api.importing.problems import BadRow, ImportProblem
from api.importing.tables import Row, Table, read_table
from api.prevention.mapping import NEEDED, HazardMapping
from api.prevention.values import Wrong, read_back


class HazardRow(NamedTuple):
    """One hazard of a file: its line, and its fields that are not blank, in our words."""

    line: int
    fields: dict[str, str]

    @property
    def hazard(self) -> str:
        return self.fields["hazard"]


def read_file(path: Path, mapping: HazardMapping) -> Table:
    """The rows of a file.  Raises ImportProblem for one that cannot be read or lacks a column."""
    if mapping.table.kind(path) == "json":
        return _json(path, mapping)
    return read_table(path, mapping.table.table, tuple(mapping.columns))


def _json(path: Path, mapping: HazardMapping) -> Table:
    """An array of objects; the how-maniest object stands for the line."""
    try:
        found = json.loads(path.read_bytes())
    except OSError as error:
        raise ImportProblem(f"{path} cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise ImportProblem(f"{path} is not JSON in UTF-8: {error}") from error
    if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
        raise ImportProblem(f"{path} is not an array of objects")
    table = Table(str(path), tuple(mapping.columns), [], [])
    for number, each in enumerate(found, 1):
        table.rows.append(Row(number, {name: _text(each.get(name)) for name in mapping.columns}))
    return table


def _text(value: Any) -> str:
    """Codes are texts in the one system and numbers in the other."""
    return "" if value is None else value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def hazards_of(mapping: HazardMapping, rows: Iterable[Row]) -> tuple[list[HazardRow], list[BadRow]]:
    """What the rows say, and what is wrong with the others."""
    good: list[HazardRow] = []
    bad: list[BadRow] = []
    for row in rows:
        fields, complaints = _fields(mapping, row)
        if complaints:
            bad += complaints
        else:
            good.append(HazardRow(row.line, fields))
    return good, bad


def _fields(mapping: HazardMapping, row: Row) -> tuple[dict[str, str], list[BadRow]]:
    fields: dict[str, str] = {}
    bad: list[BadRow] = []
    for name, column in mapping.columns.items():
        cell = row.cells[name]
        try:
            value = read_back(column, cell)
            if not value and column.field in NEEDED:
                raise Wrong("blank")
        except Wrong as wrong:
            bad.append(BadRow(row.line, name, cell, str(wrong)))
        else:
            if value and column.field:
                fields[column.field] = value
    return fields, bad
