"""Workbooks that mean something else than their first sheet's values say: every shape is read right or refused."""

from __future__ import annotations

import time
import tracemalloc
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from openpyxl.worksheet.worksheet import Worksheet

from tests.cases.lists import CASES, HEAD, ROW, complaints, documents, refusal, rewritten, workbook

ONE = [("DEP-1", "200.00")]
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
FORMULA = "a formula: what it shows may be out of date"


# -- b02 ------------------------------------------------------------------------------------------------------------


async def test_b02_a_formula_is_found_however_its_xml_is_written() -> None:
    [(line, column, reason)] = await complaints(CASES / "b02-formula-behind-single-quotes" / "list.xlsx")
    assert (line, column, reason.startswith(FORMULA)) == (2, "金额", True)


@pytest.mark.parametrize(
    "cell",
    [
        '<c r="G2"><f t="shared" si="0"/><v>200</v></c>',
        '<c\n  t="n"\n  r="G2"><f t="array" ref="G2">SUM(F2:F2)</f><v>200</v></c>',
        "<c r='G2' t='str'><f>TEXT(200,\"0\")</f><v>200</v></c>",
        f'<x:c xmlns:x="{MAIN}" r="G2"><x:f>1</x:f><x:v>200</x:v></x:c>',
        '<c r="G2"><!-- a remark --><f>50*4</f><v>200</v></c>',
        '<c r="G2"><v>200</v><f>50*4</f></c>',
        "<c><f>50*4</f><v>200</v></c>",
    ],
    ids=["shared", "array", "text", "prefix", "remark", "behind its value", "no address"],
)
async def test_b02_of_every_shape(tmp_path: Path, cell: str) -> None:
    file = rewritten(workbook(tmp_path), ('<c r="G2" t="n"><v>200</v></c>', cell))
    [(line, column, reason)] = await complaints(file)
    assert (line, column, reason.startswith(FORMULA)) == (2, "金额", True)


async def test_b02_a_formula_in_a_column_that_nobody_reads_is_nobodys_business(tmp_path: Path) -> None:
    def remark(sheet: Worksheet) -> None:
        sheet["H1"], sheet["H2"] = "备注", "=1+1"

    assert await documents(workbook(tmp_path, remark)) == ONE


# -- b03 ------------------------------------------------------------------------------------------------------------


async def test_b03_a_hidden_sheet_is_not_read() -> None:
    assert await documents(CASES / "b03-hidden-first-sheet" / "list.xlsx") == ONE


async def test_b03_of_two_sheets_with_rows_the_mapping_names_one() -> None:
    file = CASES / "b03-second-sheet-left-out" / "list.xlsx"
    assert "several sheets (安监处, 机电处): say which one is meant (table.sheet)" in await refusal(file)
    assert [doc for doc, _ in await documents(file, sheet="安监处")] == ["DEP-1"]


@pytest.mark.parametrize("state", ["hidden", "veryHidden"])
async def test_b03_whatever_hides_a_sheet(tmp_path: Path, state: str) -> None:
    def dictionary(sheet: Worksheet) -> None:
        other = sheet.parent.create_sheet("字典", 0)
        other.append(HEAD)
        other.append(("OLD-1", *ROW[1:]))
        other.sheet_state = state

    assert await documents(workbook(tmp_path, dictionary)) == ONE
    assert [doc for doc, _ in await documents(workbook(tmp_path, dictionary), sheet="字典")] == ["OLD-1"]


async def test_b03_empty_sheets_and_charts_are_no_sheets_with_rows(tmp_path: Path) -> None:
    def others(sheet: Worksheet) -> None:
        sheet.parent.create_sheet("Sheet2", 0)
        sheet.parent.create_chartsheet("图", 0)

    assert await documents(workbook(tmp_path, others)) == ONE


async def test_b03_a_hidden_row_is_neither_taken_nor_left_out_without_a_word(tmp_path: Path) -> None:
    def hide(sheet: Worksheet) -> None:
        sheet.row_dimensions[3].hidden = True

    file = workbook(tmp_path, hide, ROW, ("DEP-2", *ROW[1:]))
    assert {(line, reason) for line, _, reason in await complaints(file)} == {
        (3, "its row is hidden (隐藏 or 筛选): show it or delete it")
    }


# -- b04 ------------------------------------------------------------------------------------------------------------


async def test_b04_an_error_is_no_blank_cell() -> None:
    found = await complaints(CASES / "b04-error-cells-are-blank" / "list.xlsx")
    assert [(line, column, reason.partition(":")[0]) for line, column, reason in found] == [
        (2, "数量", "an error of the sheet (#N/A)"),
        (2, "项目", "an error of the sheet (#REF!)"),
    ]


@pytest.mark.parametrize("error", ["#DIV/0!", "#NAME?", "#NULL!", "#NUM!", "#VALUE!", "#SPILL!", "#FIELD!"])
async def test_b04_every_error(tmp_path: Path, error: str) -> None:
    file = rewritten(workbook(tmp_path), ('<c r="F2" t="n"><v>4</v></c>', f'<c r="F2" t="e"><v>{error}</v></c>'))
    [(line, column, reason)] = await complaints(file)
    assert (line, column, error in reason) == (2, "数量", True)


async def test_b04_a_date_that_is_none_is_an_error(tmp_path: Path) -> None:
    def beyond(sheet: Worksheet) -> None:
        sheet["D2"] = 99_999_999
        sheet["D2"].number_format = "yyyy-mm-dd"

    [(line, column, _)] = await complaints(workbook(tmp_path, beyond))
    assert (line, column) == (2, "日期")


# -- b08 ------------------------------------------------------------------------------------------------------------


async def test_b08_a_stray_space_far_away_costs_nothing() -> None:
    assert await documents(CASES / "b08-far-stray-cell" / "list.xlsx") == ONE


@pytest.mark.parametrize("place", ["XFD2", "A1048576", "XFD1048576", "Z200000"])
async def test_b08_wherever_it_stands(tmp_path: Path, place: str) -> None:
    file = workbook(tmp_path, lambda sheet: sheet.__setitem__(place, "\u3000"))
    began = time.perf_counter()
    tracemalloc.start()
    assert await documents(file) == ONE
    _, highest = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert highest < 20_000_000
    assert time.perf_counter() - began < 5


async def test_b08_far_merges_and_styled_blank_cells_cost_nothing_either(tmp_path: Path) -> None:
    file = workbook(tmp_path, lambda sheet: sheet.append(()))
    merge = '</sheetData><mergeCells count="1"><mergeCell ref="A3:XFD1048576"/></mergeCells>'
    blank = '<row r="900000" s="1"><c r="XFD900000" s="1"/></row>'
    assert await documents(rewritten(file, ("</sheetData>", blank + merge))) == ONE


async def test_b08_a_word_far_away_is_named(tmp_path: Path) -> None:
    file = workbook(tmp_path, lambda sheet: sheet.__setitem__("XFD2", "x"))
    assert await complaints(file) == [(2, "", "16384 cells where the first line names 7 columns")]


# -- b12 ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("mapping", ["lists.toml", "plain.toml"])
async def test_b12_an_old_workbook_is_called_one(mapping: str) -> None:
    folder = CASES / "b12-old-xls-named-by-format"
    assert "is an old workbook (.xls)" in await refusal(folder / "list.xls", mapping=folder / mapping)


async def test_b12_a_workbook_may_call_its_parts_as_it_likes() -> None:
    assert await documents(CASES / "b12-workbook-of-another-part-name" / "list.xlsx") == ONE


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("list.csv", b"PK\x03\x04", "is a workbook"),
        ("list.xls", b"<html><table></table></html>", "is a web page"),
        ("list.csv", b"%PDF-1.7", "is a PDF"),
        ("list.xlsx", "单据号".encode(), "cannot be read as a workbook"),
        ("list.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1encrypted", "or one with a password"),
        ("list.xlsx", b"PK\x03\x04cut off", "open it and save it again as .xlsx"),
        ("list.xlsx", b"", "cannot be read as a workbook"),
    ],
)
async def test_b12_a_file_of_another_kind_is_a_sentence(tmp_path: Path, name: str, content: bytes, said: str) -> None:
    (tmp_path / name).write_bytes(content)
    assert said in await refusal(tmp_path / name)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (MAIN, "http://purl.oclc.org/ooxml/spreadsheetml/main"),
        ("spreadsheetml.sheet.main+xml", "word.document.main+xml"),
        ("worksheets/sheet1.xml", "worksheets/lost.xml"),
        ("<sheetData>", "<sheetData><row><"),
    ],
    ids=["strict form", "no workbook", "lost part", "torn"],
)
async def test_b12_a_workbook_that_nobody_can_read_is_a_sentence(tmp_path: Path, before: str, after: str) -> None:
    file = rewritten(workbook(tmp_path), (before, after))
    assert "open it and save it again as .xlsx" in await refusal(file)


# -- b14 ------------------------------------------------------------------------------------------------------------


async def test_b14_a_document_number_is_what_the_sheet_shows() -> None:
    assert await documents(CASES / "b14-leading-zeros-of-a-document-number" / "list.xlsx") == [("00017", "200.00")]


@pytest.mark.parametrize(
    ("value", "layout", "document"),
    [
        (17, "General", "17"),
        (17, "0", "17"),
        (123456, "00000", "123456"),
        (17, '"DEP-"0000', "DEP-0017"),
        (20260017, "0000-0000", "2026-0017"),
        (17, "\\N0000;-0", "N0017"),
        (17, "#", "17"),
        (17, "0.00", "17"),
        (17, "#,##0", "17"),
        (17, "@", "17"),
    ],
)
async def test_b14_of_every_layout(tmp_path: Path, value: int, layout: str, document: str) -> None:
    def number(sheet: Worksheet) -> None:
        sheet["A2"], sheet["A2"].number_format = value, layout

    assert await documents(workbook(tmp_path, number)) == [(document, "200.00")]


@pytest.mark.parametrize("layout", ["00000", '0"元"', '"¥"0', "000-000"])
async def test_b14_an_amount_is_its_number_whatever_the_sheet_shows(tmp_path: Path, layout: str) -> None:
    def amount(sheet: Worksheet) -> None:
        sheet["G2"].number_format = layout

    assert await documents(workbook(tmp_path, amount)) == ONE


@pytest.mark.parametrize("value", [date(2026, 3, 1), 202603050000170001])
async def test_b14_a_document_number_that_the_sheet_has_changed_is_named(tmp_path: Path, value: Any) -> None:
    file = workbook(tmp_path, lambda sheet: sheet.__setitem__("A2", value))
    [(line, column, reason)] = await complaints(file)
    assert (line, column, reason.endswith("write it as text (文本)")) == (2, "单据号", True)


# -- speed ----------------------------------------------------------------------------------------------------------


async def test_ten_thousand_rows_are_read_within_seconds(tmp_path: Path) -> None:
    rows = [(f"DEP-{number}", *ROW[1:]) for number in range(10_000)]
    file = workbook(tmp_path, lambda sheet: None, *rows)
    began = time.process_time()
    assert len(await documents(file)) == 10_000
    assert time.process_time() - began < 20
