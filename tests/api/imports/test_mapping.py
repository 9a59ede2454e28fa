"""A mapping file that cannot be used says which entry is wrong."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from api.imports.findings.mapping import FindingsMapping
from api.imports.mapping import mapping_of
from api.imports.problems import ImportProblem
from tests.api.imports.memory import SAMPLES
from tests.api.imports.tables import fields, mapping

SAMPLE = (SAMPLES / "upper_big_branch.toml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("before", "after", "complaint"),
    [
        ('clock = "simulated"', 'clock = "broken"', "ledger.clock"),
        ('source = "ubb"', "", "source: Field required"),
        ('source = "ubb"', 'source = "u b"', "source"),
        ('party = "unit"', 'party = "unit"\ncolour = "red"', "slips.colour: Extra inputs are not permitted"),
        ('unit = { column = "violator_name" }', 'unit = { value = "a", text = "b" }', "exactly one of column"),
        ("[root]", "[root", "is not TOML"),
        ("level = 2", "level = 4", "parents.level is above units.level"),
    ],
)
def test_a_wrong_entry_is_named(tmp_path: Path, before: str, after: str, complaint: str) -> None:
    assert before in SAMPLE
    path = tmp_path / "map.toml"
    path.write_text(SAMPLE.replace(before, after, 1), encoding="utf-8")
    with pytest.raises(ImportProblem) as problem:
        mapping_of(path, FindingsMapping)
    assert complaint in str(problem.value)
    assert str(path) in str(problem.value)


def test_a_mapping_that_is_not_there_is_said_not_to_be_there(tmp_path: Path) -> None:
    with pytest.raises(ImportProblem, match="cannot be read: No such file"):
        mapping_of(tmp_path / "missing.toml", FindingsMapping)


@pytest.mark.parametrize(
    "changes",
    [
        {"parents": None},
        {"verifier": None},
        {"persons": {}},
        {"fields": fields(category=None)},
        {"slips": {"authority": "A", "party": "person"}},
    ],
)
def test_tables_and_fields_that_need_each_other_go_together(changes: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        mapping(**changes)
