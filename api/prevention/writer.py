"""Hazards of the ledger in the columns of another system: CSV or JSON."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping
from typing import Any

from api.imports.problems import ImportProblem, Wrong
from api.prevention.mapping import HazardMapping
from api.prevention.values import written

Cells = dict[str, str]


def cells_of(mapping: HazardMapping, record: Mapping[str, Any]) -> Cells:
    """One hazard in their columns.  Raises ImportProblem where the mapping has no code for a value."""
    cells: Cells = {}
    for name, column in mapping.columns.items():
        try:
            cells[name] = written(column, record[column.field] if column.field else None)
        except Wrong as wrong:
            raise ImportProblem(f"hazard {record['hazard']}, column {name}: {wrong}") from wrong
    return cells


def text_of(mapping: HazardMapping, kind: str, rows: Iterable[Cells]) -> bytes:
    """The whole file."""
    if kind == "json":
        return json.dumps(list(rows), ensure_ascii=False, indent=1).encode() + b"\n"
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, list(mapping.columns), delimiter=mapping.table.delimiter)
    writer.writeheader()
    writer.writerows(rows)
    try:
        return text.getvalue().encode(mapping.table.encoding)
    except UnicodeEncodeError as error:
        raise ImportProblem(f"{error.object[error.start]!r} cannot be written in {mapping.table.encoding}") from error
