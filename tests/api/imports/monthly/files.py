"""Files of a month as departments and HR hand them in, and the command that takes them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import xlsxwriter
from typer.testing import Result

from tests.api.doors import invoked
from tests.conftest import Database

HEAD = ("单据号", "单据类型", "单位", "日期", "项目", "数量", "金额")
ROWS = [
    ("TN-1", "通知单", "W1", "2026-03-05", "GP-05", "4", "200.00"),
    ("TN-2", "通知单", "W2", "2026-03-06", "GP-05", "1", "50.00"),
    ("SL-1", "赔付单", "W1", "2026-03-09", "", "", "1,500.00"),
]
LISTS = """
source = "aj"
[table]
encoding = "utf-8"
[fields]
department = { value = "安监处" }
doc = { column = "单据号" }
kind = { column = "单据类型", values = { "通知单" = "notice", "赔付单" = "slip" } }
unit = { column = "单位" }
date = { column = "日期" }
item = { column = "项目" }
qty = { column = "数量" }
amount = { column = "金额" }
"""
FIGURES = """
source = "hr"
[fields]
unit = { column = "单位" }
year = { column = "年度" }
source = { value = "wage" }
amount = { column = "控制数" }
doc = { column = "文号" }
"""
GROSS = """
source = "hr"
[fields]
person = { column = "工号" }
gross = { column = "应发" }
min_wage = { column = "最低工资", blank = true }
"""
ACTUALS = """
source = "hr"
[fields]
person = { column = "工号" }
paid = { column = "实发" }
deducted = { column = "扣款" }
"""
MONTH = ("--period", "2026-03", "--centre", "U1")
AT = ("--at", "2026-03-31T18:00:00+08:00")

Rows = Sequence[Sequence[Any]]


def csv_of(directory: Path, rows: Rows, head: Sequence[str] = HEAD, *, encoding: str = "utf-8") -> Path:
    path = directory / "file.csv"
    quoted = [",".join(f'"{cell}"' for cell in row) for row in (head, *rows)]
    path.write_bytes(("\n".join(quoted) + "\n").encode(encoding))
    return path


def xlsx_of(directory: Path, rows: Rows, head: Sequence[str] = HEAD, merged: str | None = None) -> Path:
    """A text that begins with = is a formula."""
    path = directory / "file.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("三月 & 四月")
        for number, row in enumerate((head, *rows)):
            for column, cell in enumerate(row):
                sheet.write(number, column, cell)
        if merged:
            sheet.merge_range(merged, "W1")
    return path


def map_of(directory: Path, text: str) -> Path:
    path = directory / "map.toml"
    path.write_text(text, encoding="utf-8")
    return path


async def taken(database: Database, kind: str, file: Path, mapping: Path, *more: str) -> Result:
    return await invoked(database.dsn, "import", kind, str(file), "--map", str(mapping), *more)


def said(result: Result) -> dict[str, Any]:
    answer: dict[str, Any] = json.loads(result.stdout)
    return answer


def complaints(result: Result) -> list[tuple[int, str, str]]:
    return [(row["line"], row["column"], row["reason"]) for row in said(result)["bad"]]


async def facts(database: Database, topic: str = "%") -> int:
    async with database.owner(1) as pool:
        return int(await pool.fetchval("select count(*) from log.events where topic like $1", topic))
