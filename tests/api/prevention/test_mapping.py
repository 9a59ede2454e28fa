"""Mapping files and single values: what is wrong is named, what is written can be read back."""

from __future__ import annotations

from pathlib import Path

import pytest

from api.imports.mapping import mapping_of
from api.imports.problems import ImportProblem, Wrong
from api.imports.tables import read_table
from api.prevention.mapping import Column, HazardMapping
from api.prevention.values import read_back, written
from api.samples import DOUBLE_PREVENTION

SAMPLE = DOUBLE_PREVENTION.read_text(encoding="utf-8")
COST = Column(field="budget", unit="10000")
LEVEL = Column(field="level", codes={"C": "1", "B": "1", "A": "1", "MAJOR": "2"})
TIME = Column(field="reported_at", format="%Y/%m/%d %H:%M")


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ('field = "hazard"', 'field = "nonsense"', "columns.id.field"),
        ('field = "hazard"', 'value = "1"', "no column has the field hazard"),
        ('field = "cause"', 'field = "unit"', "two columns have the field unit"),
        ('value = "370100001"', "", "exactly one of field and value"),
        ('field = "cause"', 'field = "cause"\nformat = "%Y"', "format goes with a moment or a day"),
        ('field = "cause"', 'field = "cause"\nunit = "10000"', "unit goes with an amount"),
        ('verifier = "P-SO"', "", "acts.verifier"),
        ('source = "dp"', "source = dp", "is not TOML"),
    ],
)
def test_a_wrong_mapping_is_named(tmp_path: Path, old: str, new: str, complaint: str) -> None:
    assert old in SAMPLE
    (tmp_path / "map.toml").write_text(SAMPLE.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ImportProblem, match=complaint):
        mapping_of(tmp_path / "map.toml", HazardMapping)


@pytest.mark.parametrize(
    ("column", "ours", "theirs"),
    [
        (COST, "0.01", "0.000001"),
        (COST, "12500.50", "1.25005"),
        (COST, "0.00", "0"),
        (LEVEL, "C", "1"),
        (LEVEL, "MAJOR", "2"),
        (TIME, "2026-02-01T16:30:00.000000Z", "2026/02/02 00:30"),
        (Column(field="deadline", format="%Y%m%d"), "2026-02-20", "20260220"),
        (Column(field="description"), '=1+1, "x"\n', '=1+1, "x"\n'),
        (Column(field="measures"), None, ""),
    ],
)
def test_a_value_is_written_in_their_form_and_read_back_in_ours(column: Column, ours: str | None, theirs: str) -> None:
    assert written(column, ours) == theirs
    assert read_back(column, theirs) == (ours or "")


def test_of_several_levels_with_one_code_the_first_comes_back() -> None:
    assert read_back(LEVEL, written(LEVEL, "A")) == "C"


@pytest.mark.parametrize(
    ("column", "cell"),
    [
        *((COST, cell) for cell in ("-1", "1e99", "NaN", "0.0000001", "一万", "Infinity")),
        *((LEVEL, cell) for cell in ("0", "C", "01")),
        *((TIME, cell) for cell in ("2026-02-02 00:30", "2026/02/30 00:30", "0001/01/01 00:00", "2026-02-30")),
        (Column(value="370100001"), ""),
    ],
)
def test_what_cannot_be_read_is_wrong(column: Column, cell: str) -> None:
    with pytest.raises(Wrong):
        read_back(column, cell)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [("{}", "not an array of objects"), ("[1]", "not an array of objects"), ("[", "is not JSON")],
)
def test_a_file_that_is_no_table_is_one_sentence(tmp_path: Path, text: str, complaint: str) -> None:
    mapping = mapping_of(DOUBLE_PREVENTION, HazardMapping)
    (tmp_path / "rows.json").write_text(text, encoding="utf-8")
    with pytest.raises(ImportProblem, match=complaint):
        read_table(tmp_path / "rows.json", mapping.table, tuple(mapping.columns))
    (tmp_path / "rows.csv").write_text("id,companyCode\n", encoding="utf-8")
    with pytest.raises(ImportProblem, match="no column hazardCode"):
        read_table(tmp_path / "rows.csv", mapping.table, tuple(mapping.columns))
