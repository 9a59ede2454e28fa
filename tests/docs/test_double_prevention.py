"""The page about double prevention: its mapping is one, every field is explained, states become its commands."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import get_args

from api.imports.mapping import mapping_of
from api.prevention.acts import of_hazard
from api.prevention.mapping import FieldName, HazardMapping
from api.prevention.rows import HazardRow
from api.samples import DOUBLE_PREVENTION
from tests.docs.pages import DOCS, blocks, code, tables, where

PAGE = DOCS / "double-prevention.md"
ROW = {
    "hazard": "H-1",
    "unit": "W1",
    "place": "巷道",
    "category": "hazard",
    "description": "支护缺失",
    "tier": "T2",
    "reported_at": "2026-02-02T01:00:00.000000Z",
    "level": "C",
    "manage": "term",
    "deadline": "2026-02-20",
    "liable": "P-S1",
    "finished_at": "2026-02-03T01:00:00.000000Z",
    "acceptor": "P-SO",
    "accepted_at": "2026-02-04T01:00:00.000000Z",
}


def test_the_mapping_of_the_page_and_the_sample_can_be_read(tmp_path: Path) -> None:
    [mapping] = blocks(PAGE, "toml")
    made = HazardMapping.model_validate(tomllib.loads("\n".join(mapping.text)))
    assert made.column_of("state") == "dangerState", where(PAGE, mapping.line)
    assert mapping_of(DOUBLE_PREVENTION, HazardMapping).columns.keys() >= made.columns.keys()


def test_every_field_of_a_mapping_is_explained() -> None:
    [table] = tables(PAGE, "Field")
    assert [name for row in table.rows for name in code(row.cells[0])] == list(
        dict.fromkeys(name for row in table.rows for name in code(row.cells[0]))
    )
    assert {name for row in table.rows for name in code(row.cells[0])} == set(get_args(FieldName))


def test_each_state_becomes_the_commands_that_the_page_lists() -> None:
    mapping = mapping_of(DOUBLE_PREVENTION, HazardMapping)
    [table] = tables(PAGE, "State")
    shown = {code(row.cells[0])[0]: row.cells[1].split(", ") for row in table.rows}
    assert set(shown) == set(mapping.columns["dangerState"].codes or ())
    for row in table.rows:
        [state] = code(row.cells[0])
        left_out = {"deadline", "manage", "liable"} if state == "verified" else set()
        fields = {name: value for name, value in ROW.items() if name not in left_out} | {"state": state}
        made = [command.decision.name for command in of_hazard(mapping, HazardRow(2, fields))]
        assert made == shown[state], where(PAGE, row.line)
