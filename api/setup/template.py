"""An empty company as a workbook: every sheet with its headings, what goes into them, and rows that show how."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from api.setup.sheets import EXPLANATION, SHEETS, Column, Sheet

WIDTH, TALLEST = 16, 2_000
NOTES = (
    "本工作簿用于建账: 填好各表后执行 jiesuan setup 文件名 --dry-run 预览, 再执行 jiesuan setup 文件名 入账。",
    "各表的示例行是一家可以直接入账的小公司; 换成自己的数据, 用不到的表可以删除或留空。",
    "全部正确才入账, 一处有误则一条也不入账; 有误之处按表、行、列逐一指出。",
    "以后增加单位、人员、期初余额, 在原表后面添行, 再执行一次; 已入账的行不会重复。",
    "深色标题必须填写。日期写成 2026-01-31, 金额写成 1234.50。工号、编号按文本填写, 以免丢失前导的0。",
)


def write_template(path: Path, *, example: bool = True) -> None:
    """Write the workbook; without ``example`` its sheets are empty."""
    import xlsxwriter

    with xlsxwriter.Workbook(str(path)) as book:
        styles = {
            True: book.add_format({"bold": True, "font_color": "white", "bg_color": "#1F4E79", "border": 1}),
            False: book.add_format({"bold": True, "bg_color": "#DDEBF7", "border": 1}),
        }
        text = book.add_format({"num_format": "@"})
        page = book.add_worksheet(EXPLANATION)
        page.set_column(0, 0, 110)
        page.write_column(0, 0, NOTES)
        for row, sheet in enumerate(SHEETS, len(NOTES) + 1):
            page.write(row, 0, f"{sheet.name}: {sheet.purpose}")
            _write(book.add_worksheet(sheet.name), sheet, styles, text, example=example)


def _write(page: Any, sheet: Sheet, styles: dict[bool, Any], text: Any, *, example: bool) -> None:
    page.freeze_panes(1, 0)
    page.set_column(0, len(sheet.columns) - 1, WIDTH, text)
    for at, column in enumerate(sheet.columns):
        page.write(0, at, column.heading, styles[column.needed])
        _help(page, at, column)
    for line, cells in enumerate(sheet.example if example else (), 1):
        for at, cell in enumerate(cells):
            if cell:
                page.write_string(line, at, cell, text)


def _help(page: Any, at: int, column: Column) -> None:
    if column.help:
        page.write_comment(0, at, column.help)
    if column.choices and len(",".join(column.choices)) <= 255:  # a list of choices has no more room in the file
        page.data_validation(1, at, TALLEST, at, {"validate": "list", "source": list(column.choices)})
