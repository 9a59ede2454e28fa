"""Lists of departments as the cases hand them in: of a case's folder, or of a sheet that a test makes."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import openpyxl
from openpyxl.worksheet.worksheet import Worksheet

from api.imports.mapping import TableFormat, mapping_of
from api.imports.monthly.kinds import LISTS
from api.imports.monthly.mapping import MonthlyMapping
from api.imports.monthly.reader import MonthlyReader
from api.imports.monthly.rows import Line
from api.imports.pipeline import Prepared, prepare
from api.imports.problems import ImportProblem
from api.imports.run import table_of
from tests.api.imports.memory import MemoryBook
from tests.spec import group

CASES = Path(__file__).parent
HEAD = ("单据号", "单据类型", "单位", "日期", "项目", "数量", "金额")
ROW: tuple[Any, ...] = ("DEP-1", "通知单", "W1", date(2026, 3, 5), "GP-05", 4, 200)
MAPPING = CASES / "b02-formula-behind-single-quotes" / "lists.toml"


async def prepared(file: Path, mapping: Path | None = None, **layout: Any) -> Prepared[Line]:
    """The dry run of a list for U1 and March; the mapping is that of the file's folder, else the usual one."""
    found = mapping or (file.with_name("lists.toml") if file.with_name("lists.toml").exists() else MAPPING)
    rules = mapping_of(found, MonthlyMapping)
    if layout:
        rules = rules.model_copy(update={"table": TableFormat(**layout)})
    ledger = group()
    ledger.send({"id": "s-1", "at": "2026-03-20T09:00:00+08:00", "by": "P-C1", "command": "OpenPeriod",
                 "data": {"centre": "U1", "period": "2026-03"}})  # fmt: skip
    reader = MonthlyReader(LISTS, rules, ("U1", "2026-03"), "P-C1", None)
    return await prepare(await table_of(file, reader), reader, MemoryBook(ledger))


async def documents(file: Path, **layout: Any) -> list[tuple[str, str]]:
    """Document and amount of every good row; the file has no bad one."""
    found = await prepared(file, **layout)
    assert not found.bad, found.bad
    return [(line.values["doc"], line.values["amount"]) for line in found.new]


async def complaints(file: Path, **layout: Any) -> list[tuple[int, str, str]]:
    """Line, column and reason of everything wrong."""
    return [(row.line, row.column, row.reason) for row in (await prepared(file, **layout)).bad]


async def refusal(file: Path, **layout: Any) -> str:
    """Why the file cannot be read at all."""
    try:
        found = await prepared(file, **layout)
    except ImportProblem as problem:
        return str(problem)
    raise AssertionError(found)


def workbook(directory: Path, change: Callable[[Worksheet], object] = lambda sheet: None, *rows: Sequence[Any]) -> Path:
    """A list as a workbook of one sheet, with these rows or the usual one, changed by a test."""
    book = openpyxl.Workbook()
    sheet = book.active
    for row in (HEAD, *(rows or (ROW,))):
        sheet.append(row)
    change(sheet)
    path = directory / "list.xlsx"
    book.save(path)
    return path


def rewritten(path: Path, *changes: tuple[str, str]) -> Path:
    """The same workbook with other XML in its parts."""
    made = io.BytesIO()
    with ZipFile(path) as old, ZipFile(made, "w", ZIP_DEFLATED) as new:
        for part in old.namelist():
            text = old.read(part).decode()
            for before, after in changes:
                text = text.replace(before, after)
            new.writestr(part, text)
    path.write_bytes(made.getvalue())
    return path
