"""`jiesuan import control-figures`, `gross-wages`, `payroll-actuals`: what HR hands in."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.api.doors import found_group
from tests.api.imports.monthly.files import (
    ACTUALS,
    AT,
    FIGURES,
    GROSS,
    MONTH,
    complaints,
    csv_of,
    facts,
    map_of,
    said,
    taken,
)
from tests.conftest import Database

FIGURE_HEAD, GROSS_HEAD, PAID_HEAD = (
    ("单位", "年度", "控制数", "文号"),
    ("工号", "应发", "最低工资"),
    ("工号", "实发", "扣款"),
)
FIGURE_ROWS = [("W1", "2026", "1000000.00", "劳资〔2026〕1号"), ("W2", "2026", "800000.00", "劳资〔2026〕1号")]
GROSS_ROWS = [("P-A", "4,700.00", ""), ("P-T1L", "6000.00", "2200.00")]
PAID_ROWS = [("P-A", "2260.00", "940.00"), ("P-T1L", "6000.00", "0.00")]


@pytest.fixture
async def group(database: Database) -> Database:
    await found_group(database.dsn)
    return database


async def test_control_figures_are_set_once_and_may_be_raised(group: Database, tmp_path: Path) -> None:
    mapping = map_of(tmp_path, FIGURES)
    first = said(
        await taken(group, "control-figures", csv_of(tmp_path, FIGURE_ROWS, FIGURE_HEAD), mapping, *AT, "--json")
    )
    assert (first["new"], first["recorded"]["commands"], first["sum"]) == (2, 2, "1800000.00")
    raised = [FIGURE_ROWS[0], ("W2", "2026", "900000.00", "劳资〔2026〕7号")]
    second = said(await taken(group, "control-figures", csv_of(tmp_path, raised, FIGURE_HEAD), mapping, *AT, "--json"))
    assert (second["new"], second["known"], second["sum"]) == (1, 1, "900000.00")
    assert await facts(group, "budget.indicator-set.v1") == 3


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (("W9", "2026", "1.00", "x"), (2, "单位", "an unknown unit")),
        (("W1", "26", "1.00", "x"), (2, "年度", "not a year (as 2026)")),
        (("W2", "2026", "1.00", "x"), (3, "单位", "the same source as on line 2")),
    ],
)
async def test_a_bad_figure_is_named_and_none_is_set(
    group: Database, tmp_path: Path, row: tuple[str, ...], expected: tuple[int, str, str]
) -> None:
    file, mapping = csv_of(tmp_path, [row, FIGURE_ROWS[1]], FIGURE_HEAD), map_of(tmp_path, FIGURES)
    result = await taken(group, "control-figures", file, mapping, *AT, "--json")
    [(line, _, reason)] = complaints(result)
    assert (line, reason) == (expected[0], expected[2])
    assert await facts(group, "budget.indicator-set.v1") == 0


async def test_gross_wages_go_in_once_for_each_person(group: Database, tmp_path: Path) -> None:
    mapping = map_of(tmp_path, GROSS)
    one, month = csv_of(tmp_path, GROSS_ROWS[:1], GROSS_HEAD), ("--period", "2026-03")
    assert said(await taken(group, "gross-wages", one, mapping, *month, *AT, "--json"))["recorded"]["facts"] == 1
    both = csv_of(tmp_path, GROSS_ROWS, GROSS_HEAD)
    longer = said(await taken(group, "gross-wages", both, mapping, *month, *AT, "--json"))
    assert (longer["new"], longer["known"], longer["recorded"]["facts"]) == (1, 1, 1)
    other = csv_of(tmp_path, [("P-A", "4800.00", ""), ("P-X", "1.00", "")], GROSS_HEAD)
    bad = await taken(group, "gross-wages", other, mapping, *month, *AT, "--json")
    assert [(line, reason.partition(";")[0]) for line, _, reason in complaints(bad)] == [
        (2, "it says otherwise than the gross wages of 2026-03"),
        (3, "an unknown person"),
    ]
    assert await facts(group, "%gross%") == 2


async def test_payroll_actuals_go_in_once_for_a_centre_and_month(group: Database, tmp_path: Path) -> None:
    mapping, file = map_of(tmp_path, ACTUALS), csv_of(tmp_path, PAID_ROWS, PAID_HEAD)
    first = said(await taken(group, "payroll-actuals", file, mapping, *MONTH, *AT, "--json"))
    assert (first["new"], first["recorded"]["commands"], first["sum"]) == (2, 1, "8260.00")
    again = said(await taken(group, "payroll-actuals", file, mapping, *MONTH, *AT, "--json"))
    assert (again["new"], again["known"], again["recorded"]["commands"]) == (0, 2, 0)
    late = csv_of(tmp_path, [PAID_ROWS[0], ("P-T2L", "1.00", "0.00")], PAID_HEAD)
    [(line, column, reason)] = complaints(await taken(group, "payroll-actuals", late, mapping, *MONTH, *AT, "--json"))
    assert (line, column) == (3, "工号")
    assert reason == "it is missing in the actuals of U1 2026-03; a month's actuals are imported once"
    assert await facts(group, "payroll.actuals-imported.v1") == 1


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (("P-A", "1.005", "0.00"), "an amount with more than two decimals"),
        (("P-A", "1.00", ""), "blank"),
        (("P-T1L", "1.00", "0.00"), "the same person as on line 2"),
    ],
)
async def test_a_bad_line_of_the_payroll_keeps_all_of_it_out(
    group: Database, tmp_path: Path, row: tuple[str, ...], expected: str
) -> None:
    rows = [PAID_ROWS[1], row]
    file, mapping = csv_of(tmp_path, rows, PAID_HEAD), map_of(tmp_path, ACTUALS)
    result = await taken(group, "payroll-actuals", file, mapping, *MONTH, *AT, "--json")
    assert [(line, reason) for line, _, reason in complaints(result)] == [(3, expected)]
    assert await facts(group, "payroll.actuals-imported.v1") == 0
