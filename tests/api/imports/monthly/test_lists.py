"""`jiesuan import lists`: what is taken, what is refused with line, column and reason, and what a second time does."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.api.doors import found_group
from tests.api.imports.monthly.files import (
    AT,
    HEAD,
    LISTS,
    MONTH,
    ROWS,
    complaints,
    csv_of,
    facts,
    map_of,
    said,
    taken,
    xlsx_of,
)
from tests.conftest import Database

IMPORTED = "reconciliation.list-imported.v1"


@pytest.fixture
async def group(database: Database) -> Database:
    await found_group(database.dsn)
    return database


def changed(row: int, **cells: str) -> list[tuple[Any, ...]]:
    """The standard rows, one of them with other cells, by column."""
    rows = [dict(zip(HEAD, each, strict=True)) for each in ROWS]
    rows[row] |= cells
    return [tuple(each.values()) for each in rows]


async def test_a_list_is_recorded_once_and_the_same_file_again_changes_nothing(group: Database, tmp_path: Path) -> None:
    file, mapping = csv_of(tmp_path, ROWS), map_of(tmp_path, LISTS)
    before = await facts(group)
    dry = said(await taken(group, "lists", file, mapping, *MONTH, *AT, "--by", "P-C1", "--dry-run", "--json"))
    assert (dry["rows"], dry["new"], dry["sum"], dry["recorded"], await facts(group)) == (3, 3, "1750.00", None, before)
    first = said(await taken(group, "lists", file, mapping, *MONTH, *AT, "--by", "P-C1", "--json"))
    assert (first["recorded"]["commands"], first["recorded"]["facts"]) == (1, 1)
    again = await taken(group, "lists", file, mapping, *MONTH, "--at", "2026-04-01T08:00:00+08:00", "--json")
    assert (said(again)["new"], said(again)["known"], said(again)["recorded"]["commands"]) == (0, 3, 0)
    assert await facts(group, IMPORTED) == 1


async def test_a_longer_file_adds_what_is_new_and_a_changed_row_is_refused(group: Database, tmp_path: Path) -> None:
    mapping = map_of(tmp_path, LISTS)
    await taken(group, "lists", csv_of(tmp_path, ROWS[:2]), mapping, *MONTH, *AT)
    longer = said(await taken(group, "lists", csv_of(tmp_path, ROWS), mapping, *MONTH, *AT, "--json"))
    assert (longer["new"], longer["known"], longer["sum"]) == (1, 2, "1500.00")
    other = await taken(group, "lists", csv_of(tmp_path, changed(1, 金额="51.00")), mapping, *MONTH, *AT, "--json")
    assert other.exit_code == 1
    [(line, column, reason)] = complaints(other)
    assert (line, column) == (3, "单据号")
    assert reason.startswith("it says otherwise than list aj-list-")
    assert await facts(group, IMPORTED) == 2


async def test_a_workbook_is_read_like_a_table(group: Database, tmp_path: Path) -> None:
    rows = [*ROWS[:2], (), (*ROWS[2][:6], 1500)]
    result = await taken(group, "lists", xlsx_of(tmp_path, rows), map_of(tmp_path, LISTS), *MONTH, *AT, "--json")
    assert (said(result)["new"], said(result)["sum"]) == (3, "1750.00")


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (changed(0, 金额="1.005"), (2, "金额", "an amount with more than two decimals")),
        (changed(0, 金额="-1.00"), (2, "金额", "a negative amount")),
        (changed(0, 金额=""), (2, "金额", "blank")),
        (changed(1, 单位="W9"), (3, "单位", "an unknown unit")),
        (changed(1, 数量="0"), (3, "数量", "not a quantity (more than 0)")),
        (changed(1, 数量="1.23456"), (3, "数量", "a quantity with more than 4 decimals")),
        (changed(1, 日期="2026-02-30"), (3, "日期", "not a date (as 2026-02-05)")),
        (changed(1, 日期="2026-05-01"), (3, "日期", "a date in the future (today is 2026-03-31)")),
        (changed(2, 单据类型="罚单"), (4, "单据类型", "not among the values of the mapping (通知单, 赔付单)")),
        (changed(1, 单据号="TN-1"), (3, "单据号", "the same doc as on line 2")),
        ([*ROWS, ("TN-9", "通知单")], (5, "", "2 cells where the first line names 7 columns")),
    ],
)
async def test_a_bad_row_is_named_and_keeps_the_whole_file_out(
    group: Database, tmp_path: Path, rows: list[Any], expected: tuple[int, str, str]
) -> None:
    file, mapping = csv_of(tmp_path, rows), map_of(tmp_path, LISTS)
    result = await taken(group, "lists", file, mapping, *MONTH, *AT, "--json")
    assert (result.exit_code, complaints(result)) == (1, [expected])
    assert "nothing was imported" in result.stderr
    assert await facts(group, IMPORTED) == 0
    partial = said(await taken(group, "lists", file, mapping, *MONTH, *AT, "--json", "--partial"))
    assert (partial["new"], partial["recorded"]["commands"]) == (len(rows) - 1, 1)


async def test_every_bad_row_is_named_at_once(group: Database, tmp_path: Path) -> None:
    rows = [("", "罚单", "W9", "gestern", "GP-05", "x", "1.2.3"), *ROWS[1:]]
    result = await taken(group, "lists", csv_of(tmp_path, rows), map_of(tmp_path, LISTS), *MONTH, *AT, "--json")
    assert [(line, column) for line, column, _ in complaints(result)] == [
        (2, column) for column in sorted(("单据号", "单据类型", "单位", "日期", "数量", "金额"))
    ]


@pytest.mark.parametrize(
    ("cell", "column"), [("=200*1", "金额"), ('="TN-"&1', "单据号")], ids=["amount", "document number"]
)
async def test_a_formula_is_not_believed(group: Database, tmp_path: Path, cell: str, column: str) -> None:
    file = xlsx_of(tmp_path, changed(0, **{column: cell}))
    result = await taken(group, "lists", file, map_of(tmp_path, LISTS), *MONTH, *AT, "--json")
    [(line, named, reason)] = complaints(result)
    assert (line, named, reason[:9]) == (2, column, "a formula")
    assert await facts(group, IMPORTED) == 0


async def test_a_merged_cell_counts_for_its_first_row_alone(group: Database, tmp_path: Path) -> None:
    file = xlsx_of(tmp_path, changed(1, 单位=""), merged="C2:C3")
    result = await taken(group, "lists", file, map_of(tmp_path, LISTS), *MONTH, *AT, "--json")
    [(line, named, reason)] = complaints(result)
    assert (line, named, reason[:11]) == (3, "单位", "merged with")


@pytest.mark.parametrize(
    ("head", "rows", "encoding", "expected"),
    [
        (("单据号", *HEAD[1:6], "金额(元)"), ROWS, "utf-8", "no column 金额"),
        (("单据号", "单据号", *HEAD[2:]), ROWS, "utf-8", "the column 单据号 is there twice"),
        ((), [], "utf-8", "is empty"),
        (HEAD, ROWS, "gbk", "is not in the encoding that the mapping names"),
    ],
    ids=["wrong header", "doubled header", "empty", "wrong encoding"],
)
async def test_a_file_that_cannot_be_read_says_why(
    group: Database, tmp_path: Path, head: tuple[str, ...], rows: list[Any], encoding: str, expected: str
) -> None:
    file = csv_of(tmp_path, rows, head, encoding=encoding)
    result = await taken(group, "lists", file, map_of(tmp_path, LISTS), *MONTH, *AT)
    assert (result.exit_code, expected in result.stderr) == (2, True), result.stderr
    assert await facts(group, IMPORTED) == 0


@pytest.mark.parametrize("encoding", ["gbk", "gb2312", "gb18030"])
async def test_a_declared_chinese_encoding_is_read(group: Database, tmp_path: Path, encoding: str) -> None:
    mapping = map_of(tmp_path, LISTS.replace('"utf-8"', f'"{encoding}"'))
    result = await taken(group, "lists", csv_of(tmp_path, ROWS, encoding=encoding), mapping, *MONTH, *AT, "--json")
    assert said(result)["new"] == 3


async def test_a_row_in_another_encoding_than_its_file_is_named(group: Database, tmp_path: Path) -> None:
    file = csv_of(tmp_path, ROWS)
    file.write_bytes(file.read_bytes() + '"TN-8","通知单","W1","2026-03-05","照明","4","200.00"\n'.encode("gbk"))
    result = await taken(group, "lists", file, map_of(tmp_path, LISTS), *MONTH, *AT, "--json")
    assert [line for line, _, _ in complaints(result)] == [5]


async def test_units_may_be_named_as_they_are_registered(group: Database, tmp_path: Path) -> None:
    mapping = map_of(tmp_path, LISTS.replace("[fields]", '[units]\nnamed_by = "name"\n[fields]'))
    rows = changed(0, 单位="一车间")
    result = await taken(group, "lists", csv_of(tmp_path, rows[:1]), mapping, *MONTH, *AT, "--json")
    assert said(result)["new"] == 1, result.stdout


async def test_lines_of_one_document_add_up_where_the_mapping_says_so(group: Database, tmp_path: Path) -> None:
    mapping = map_of(tmp_path, 'repeated = "sum"\n' + LISTS)
    file = csv_of(tmp_path, changed(1, 单据号="TN-1"))
    result = said(await taken(group, "lists", file, mapping, *MONTH, *AT, "--json"))
    assert (result["new"], result["sum"]) == (2, "1750.00")


async def test_what_the_ledger_refuses_leaves_nothing_behind(group: Database, tmp_path: Path) -> None:
    file, mapping = csv_of(tmp_path, ROWS), map_of(tmp_path, LISTS)
    result = await taken(group, "lists", file, mapping, *MONTH, *AT, "--by", "P-C2")
    assert (result.exit_code, "WRONG_CENTRE" in result.stderr) == (2, True)
    assert await facts(group, IMPORTED) == 0


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (LISTS.replace("amount =", "betrag ="), "fields.betrag is not known here"),
        (LISTS.replace('amount = { column = "金额" }', ""), "fields.amount is needed"),
        (LISTS.replace('"utf-8"', '"latin-1"'), "table.encoding"),
        (LISTS.replace('{ column = "金额" }', '{ text = "{金额}" }'), "column or value, not text"),
    ],
)
async def test_a_mapping_that_does_not_fit_says_why(group: Database, tmp_path: Path, text: str, expected: str) -> None:
    result = await taken(group, "lists", csv_of(tmp_path, ROWS), map_of(tmp_path, text), *MONTH, *AT)
    assert (result.exit_code, expected in result.stderr) == (2, True), result.stderr


async def test_a_long_list_is_handed_in_as_several_commands_and_is_whole(group: Database, tmp_path: Path) -> None:
    rows = [(f"TN-{n}", "通知单", "W1", "2026-03-05", "GP-05", "4", "200.00") for n in range(5_001)]
    file, mapping = csv_of(tmp_path, rows), map_of(tmp_path, LISTS)
    result = said(await taken(group, "lists", file, mapping, *MONTH, *AT, "--json"))
    assert (result["new"], result["recorded"]["commands"]) == (5_001, 2)
    again = said(await taken(group, "lists", file, mapping, *MONTH, *AT, "--json"))
    assert (again["new"], again["known"]) == (0, 5_001)


async def test_a_unit_that_is_no_centre_has_no_lists(group: Database, tmp_path: Path) -> None:
    file, mapping = csv_of(tmp_path, ROWS[:1]), map_of(tmp_path, LISTS)
    strange = await taken(group, "lists", file, mapping, "--period", "2026-03", "--centre", "W1", *AT)
    assert (strange.exit_code, "INVALID" in strange.stderr) == (2, True), strange.output
