"""`jiesuan setup company.xlsx`: whole or nothing, told by sheet, row and column, and again to add."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from typer.testing import Result

from api.setup.template import write_template
from tests.api.doors import invoked
from tests.conftest import Database

Cells = Mapping[tuple[str, str], Any]
"""(sheet, address): another value."""


def company(directory: Path, changes: Cells | None = None, name: str = "company.xlsx", **rows: list[list[Any]]) -> Path:
    """The template's company, with other cells and further rows by sheet."""
    file = directory / name
    write_template(file)
    book = load_workbook(file)
    for (sheet, address), value in (changes or {}).items():
        book[sheet][address] = value
    for sheet, added in rows.items():
        for row in added:
            book[sheet].append(row)
    book.save(file)
    return file


async def set_up(database: Database, file: Path, *arguments: str) -> tuple[Result, dict[str, Any]]:
    result = await invoked(database.dsn, "setup", str(file), "--json", *arguments)
    return result, json.loads(result.stdout) if result.stdout else {}


async def facts(database: Database) -> int:
    async with database.owner(1) as pool:
        return int(await pool.fetchval("select count(*) from log.events"))


async def asked(database: Database, *words: str) -> Any:
    result = await invoked(database.dsn, *words, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


async def test_the_company_of_the_template_is_founded_as_it_stands(database: Database, tmp_path: Path) -> None:
    result, told = await set_up(database, company(tmp_path))
    assert (result.exit_code, told["bad"]) == (0, []), result.output
    units = {unit["unit"]: unit for unit in (await asked(database, "units"))["units"]}
    assert (units["CM1"]["parent"], units["CM1"]["centre"], units["AJ"]["kind"]) == ("CM", "K1", "department")
    balances = (await asked(database, "balances"))["balances"]
    assert balances["POOL_WAGE:CM"] == "85000.00"
    [leader] = [one for one in (await asked(database, "people"))["people"] if one["person"] == "2001"]
    assert (leader["name"], leader["home"], leader["roles"][0]["role"]) == ("王大山", "CM1", "team_leader")


async def test_a_dry_run_says_what_would_happen_and_records_nothing(database: Database, tmp_path: Path) -> None:
    result, told = await set_up(database, company(tmp_path), "--dry-run")
    assert (result.exit_code, told["recorded"], await facts(database)) == (0, None, 0)
    assert {each["sheet"]: each["new"] for each in told["sheets"]}["人员"] == 22


WRONG: list[tuple[tuple[str, str], Any, str, str]] = [
    (("单位", "C3"), "二", "级别", "not a whole number"),
    (("人员", "F4"), "2026/13/1", "任职日期", "not a date such as 2026-09-10"),
    (("人员", "E4"), "车间头", "角色", "none of 系统管理员"),
    (("人员", "B4"), None, "姓名", "blank"),
    (("期初余额", "D2"), "1,2x", "余额", "not an amount"),
    (("期初余额", "D2"), "12.345", "余额", "an amount with more than two decimals"),
    (("价格项目", "G2"), "=1+1", "单价", "a formula"),
    (("单位", "E2"), "也许", "结算中心", "neither 是 nor 否"),
    (("班次", "D2"), "22点", "开始", "not a time of day"),
    (("结算期", "B2"), "2026-13", "月份", "not a month"),
    (("单位", "A3"), "A J", "", "RegisterUnit: "),
    (("人员", "D4"), "没有", "", "AssignPerson: UNKNOWN_UNIT 没有"),
    (("工作日历", "A2"), "2031", "", "来源 is blank"),
    (("政策", "C2"), "很多", "", "not a value of the policy deduct.floor"),
    (("价格项目", "B2"), "2027", "", "the sheet 价目表 has no such version"),
    (("追责标准", "E3"), "一般", "", "another kind, severity"),
]


@pytest.mark.parametrize(("place", "cell", "column", "reason"), WRONG, ids=lambda value: str(value)[:20])
async def test_one_wrong_cell_keeps_everything_out(
    database: Database, tmp_path: Path, place: tuple[str, str], cell: Any, column: str, reason: str
) -> None:
    result, told = await set_up(database, company(tmp_path, {place: cell}))
    assert (result.exit_code, told["recorded"], await facts(database)) == (1, None, 0)
    [bad] = told["bad"][:1]
    assert (bad["sheet"], bad["line"], bad["column"]) == (place[0], int(place[1][1:]), column), told["bad"]
    assert bad["reason"].startswith(reason)


async def test_dates_and_amounts_may_be_written_as_people_write_them(database: Database, tmp_path: Path) -> None:
    changes = {("人员", "F5"): "2026.1.1", ("人员", "F6"): "2026年1月1日", ("期初余额", "D3"): "¥６4,000.5"}
    result, _ = await set_up(database, company(tmp_path, changes))
    assert result.exit_code == 0, result.output
    assert (await asked(database, "balances"))["balances"]["POOL_WAGE:JD"] == "64000.50"


async def test_a_row_of_totals_is_nobodys(database: Database, tmp_path: Path) -> None:
    result, told = await set_up(database, company(tmp_path, 期初余额=[["合计", "", "", "161000.00"]]))
    assert (result.exit_code, told["bad"]) == (0, []), result.output


async def test_the_same_workbook_again_records_nothing_and_a_longer_one_what_is_new(
    database: Database, tmp_path: Path
) -> None:
    await set_up(database, company(tmp_path))
    before = await facts(database)
    again, told = await set_up(database, company(tmp_path))
    assert (again.exit_code, told["commands"], await facts(database)) == (0, 0, before)
    newcomer = ["2010", "新来的", "操作岗", "CM2", "职工", "2026-01-01"]
    _, told = await set_up(database, company(tmp_path, 人员=[newcomer]))
    assert (told["commands"], await facts(database) > before) == (2, True)


@pytest.mark.parametrize(
    ("place", "cell", "reason"),
    [
        (("人员", "E10"), "职工", "it was taken over before with other content"),
        (("单位", "B4"), "一矿(改)", "RegisterUnit: DUPLICATE"),
        (("期初余额", "D2"), "86000.00", "OpenBalances: STATE"),
        (("价格项目", "G2"), "61.00", "PublishPriceList: DUPLICATE"),
        (("账簿", "A2"), "西山矿业", "CreateLedger: ALREADY"),
    ],
)
async def test_a_row_that_was_changed_after_it_was_taken_over_is_refused(
    database: Database, tmp_path: Path, place: tuple[str, str], cell: str, reason: str
) -> None:
    await set_up(database, company(tmp_path))
    before = await facts(database)
    result, told = await set_up(database, company(tmp_path, {place: cell}))
    assert (result.exit_code, await facts(database)) == (1, before)
    assert told["bad"][0]["reason"].startswith(reason), told["bad"]


async def test_a_new_ledger_needs_the_sheet_that_names_it(database: Database, tmp_path: Path) -> None:
    file = company(tmp_path)
    book = load_workbook(file)
    del book["账簿"]
    book.save(file)
    result, _ = await set_up(database, file)
    assert (result.exit_code, await facts(database)) == (2, 0)
    assert "the sheet 账簿 has to say its name and clock" in result.stderr


@pytest.mark.parametrize(
    ("sheet", "state", "sentence"),
    [("Sheet1", "visible", "has a sheet Sheet1; known are 账簿"), ("兼任", "hidden", "the sheet 兼任 is hidden")],
)
async def test_sheets_that_nobody_sees_or_knows_are_named(
    database: Database, tmp_path: Path, sheet: str, state: str, sentence: str
) -> None:
    file = company(tmp_path)
    book = load_workbook(file)
    (book[sheet] if sheet in book.sheetnames else book.create_sheet(sheet)).sheet_state = state
    book.save(file)
    result, _ = await set_up(database, file)
    assert result.exit_code == 2
    assert sentence in result.stderr


async def test_a_centre_of_a_thousand_persons_comes_from_one_workbook(database: Database, tmp_path: Path) -> None:
    people = [[f"P{n:04d}", f"职工{n}", "操作岗", ("CM1", "CM2")[n % 2], "职工", "2026-01-01"] for n in range(1_000)]
    wages = [["2026-01-01", "应付绩效(计件)工资", f"P{n:04d}", "120.50"] for n in range(1_000)]
    result, told = await set_up(database, company(tmp_path, 人员=people, 期初余额=wages))
    assert (result.exit_code, told["commands"]) == (0, 44 + 3_000), result.output
    assert (await asked(database, "balances", "PAY_PERF:P0999"))["balances"] == {"PAY_PERF:P0999": "120.50"}


async def test_the_template_is_written_once(database: Database, tmp_path: Path) -> None:
    file = tmp_path / "new.xlsx"
    first = await invoked(database.dsn, "setup", str(file), "--template")
    assert (first.exit_code, load_workbook(file).sheetnames[0]) == (0, "说明")
    again = await invoked(database.dsn, "setup", str(file), "--template")
    assert (again.exit_code, "is there already" in again.stderr) == (2, True)
