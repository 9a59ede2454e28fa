"""Tables as offices really write them: titles, sums, marks, signs that nobody sees, and the same document again."""

from __future__ import annotations

import codecs
import json
from pathlib import Path

import pytest

from api.imports.findings.mapping import FindingsMapping
from api.imports.findings.reader import FindingsReader
from api.imports.findings.rows import Finding
from api.imports.mapping import TableFormat, mapping_of
from api.imports.pipeline import Prepared
from api.imports.problems import ImportProblem
from api.imports.tables import read_table
from ledger.errors import Invalid
from projections.exports.formats import PAYROLL, Format, written
from tests.api.imports.memory import NOW, MemoryBook
from tests.cases.lists import CASES, HEAD, ROW, complaints, documents, prepared, refusal, workbook
from tests.spec import do, when

FINDINGS = CASES / "b06-corrected-description-charges-twice" / "map.toml"
COLUMNS = "文号,公司,查处日期,地点,等级,金额,摘要"
F1 = "F-1,甲公司,2025/3/4,1203工作面,一般,1890.50,顶板支护不足"
LIST = "单据号,单据类型,单位,日期,项目,数量,金额"
D1 = "DEP-1,通知单,W1,2026-03-05,GP-05,4,200.00"


def csv_of(directory: Path, *lines: str, encoding: str = "utf-8") -> Path:
    path = directory / "rows.csv"
    path.write_bytes(("\n".join(lines) + "\n").encode(encoding))
    return path


async def imported(book: MemoryBook, file: Path, mapping: Path = FINDINGS) -> Prepared[Finding]:
    """Findings that were recorded as far as they are good."""
    found, outcome = await book.takes(file, FindingsReader(mapping_of(mapping, FindingsMapping), NOW))
    assert not outcome.refused
    return found


def owed(book: MemoryBook) -> dict[str, str]:
    """By name of the unit what it owes."""
    units = book.organisation.units
    accounts = {node.name: f"DUE_UNIT:{unit}" for unit, node in units.items()}
    return {name: book.ledger.balance(account) for name, account in accounts.items() if book.ledger.balances[account]}


# -- b13 ------------------------------------------------------------------------------------------------------------


async def test_b13_a_name_with_a_sign_that_nobody_sees_makes_no_second_unit() -> None:
    case, book = CASES / "b13-invisible-sign-makes-a-twin-unit", MemoryBook()
    found = await imported(book, case / "findings.csv", case / "map.toml")
    assert ["U+200B" in bad.reason for bad in found.bad] == [True]
    assert [unit.name for unit in book.ledger.states["org"].units.values() if unit.level > 1] == ["甲公司"]


HIDDEN = ["\u200b", "\u00ad", "\ufe0f", "\u3164", "\u115f", "\u034f", "\u2060", "\u202e", "\u2028", "\U000e0101"]


@pytest.mark.parametrize("sign", HIDDEN)
def test_b13_no_door_takes_such_a_sign_in_what_tells_things_apart(sign: str) -> None:
    """Ids, names, codes and papers; a text that only people read keeps its signs."""
    paper = {"unit": "W1", "amount": "1.00", "source_doc": "D-1"}
    when(do("CreditQuotaWage", "P-C1", **paper)).then_facts("QuotaWageCredited")
    when(do("CreditQuotaWage", "P-C1", **paper | {"source_doc": f"D-1{sign}"})).then_refused(Invalid)
    when(do("RegisterUnit", unit=f"W{sign}9", name="九队", level=3, parent="U1")).then_refused(Invalid)
    when(do("RegisterUnit", unit="W9", name=f"九{sign}队", level=3, parent="U1")).then_refused(Invalid)
    said = {
        "hazard": "H-1",
        "unit": "T1",
        "place": "机头",
        "category": "hazard",
        "description": f"无{sign}栏",
        "tier": "T3",
    }
    when(do("ReportHazard", "P-A", **said)).then_facts("HazardReported")
    when(do("ReportHazard", "P-A", **said | {"place": f"机头{sign}"})).then_refused(Invalid)
    when(do("ReportHazard", "P-A", **said | {"hazard": f"H-1{sign}"})).then_refused(Invalid)


def test_b13_a_blank_at_an_end_is_not_seen_either() -> None:
    for doc in ("D-1 ", " D-1", "D-1\u3000"):
        when(do("CreditQuotaWage", "P-C1", unit="W1", amount="1.00", source_doc=doc)).then_refused(Invalid)


# -- b01 ------------------------------------------------------------------------------------------------------------


async def test_b01_a_row_with_nul_is_bad_and_the_other_goes_in() -> None:
    book = MemoryBook()
    found = await imported(book, CASES / "b01-nul-byte-in-findings" / "findings.csv")
    [bad] = found.bad
    assert (bad.line, bad.column, bad.value) == (2, "地点", "1203<U+0000>工作面")
    assert bad.reason == "an invisible sign (U+0000): write the cell again without it"
    assert owed(book) == {"甲公司": "-50.00"}


@pytest.mark.parametrize("sign", ["\x00", "\x1b", "\x7f", "\x85", "\u200b", "\u202e", "\ufeff"])
@pytest.mark.parametrize("column", range(7))
async def test_b01_whatever_the_sign_and_wherever_it_stands(tmp_path: Path, sign: str, column: int) -> None:
    cells = F1.split(",")
    cells[column] = f"{cells[column][:1]}{sign}{cells[column][1:]}"
    found = await imported(MemoryBook(), csv_of(tmp_path, COLUMNS, ",".join(cells)))
    assert [(row.line, row.column) for row in found.bad] == [(2, COLUMNS.split(",")[column])]


@pytest.mark.parametrize("field", ["basis", "tier", "document"])
async def test_b01_also_in_a_constant_of_the_mapping(tmp_path: Path, field: str) -> None:
    mapping = tmp_path / "map.toml"
    lines = FINDINGS.read_text(encoding="utf-8").splitlines()
    changed = [f'{field} = {{ value = "a\\u0000b" }}' if line.startswith(f"{field} =") else line for line in lines]
    mapping.write_text("\n".join(changed), encoding="utf-8")
    book = MemoryBook()
    found = await imported(book, csv_of(tmp_path, COLUMNS, F1), mapping)
    assert [(row.line, "NUL" in row.reason) for row in found.bad] == [(2, True)]
    assert not book.ledger.facts


async def test_b01_also_in_json_and_in_workbooks(tmp_path: Path) -> None:
    row = dict(zip(HEAD, (*ROW[:3], "2026-03-05", "GP\x00-05", "4", "200"), strict=True))
    (tmp_path / "list.json").write_text(json.dumps([row]), encoding="utf-8")
    assert [column for _, column, _ in await complaints(tmp_path / "list.json")] == ["项目"]
    file = workbook(tmp_path, lambda sheet: sheet.__setitem__("E2", "GP\u200b-05"))
    assert [column for _, column, _ in await complaints(file)] == ["项目"]


async def test_b01_half_a_surrogate_pair_is_named(tmp_path: Path) -> None:
    (tmp_path / "list.json").write_text('[{"单据号": "\\ud800", "金额": "1"}]', encoding="utf-8")
    assert (1, "单据号", "not written in the encoding that the mapping names") in await complaints(
        tmp_path / "list.json"
    )


# -- b05 ------------------------------------------------------------------------------------------------------------


async def test_b05_the_row_of_sums_is_no_document() -> None:
    found = await complaints(CASES / "b05-totals-row-is-a-document" / "list.csv")
    assert [(line, column, reason) for line, column, reason in found if column == "单据号"] == [
        (4, "单据号", "a row of sums, which is no document: delete it")
    ]
    assert {line for line, _, _ in found} == {4}


@pytest.mark.parametrize(
    "row",
    [
        "合 计,通知单,W1,2026-03-31,GP-05,4,200.00",
        "3月合计:,通知单,W1,2026-03-31,,,200.00",
        "小计,通知单,W1,2026-03-31,,,200.00",
        "总计,通知单,W1,2026-03-31,,,200.00",
        "Total,通知单,W1,2026-03-31,,,200.00",
        "制表人:张三,通知单,,,,,200.00",
        "DEP-2,通知单,W1,,,,200.00",
        "DEP-2,通知单,,2026-03-31,,,200.00",
        ",,,合计,,,200.00",
    ],
)
async def test_b05_rows_that_stand_under_a_list(tmp_path: Path, row: str) -> None:
    found = await prepared(csv_of(tmp_path, LIST, D1, row))
    assert ({bad.line for bad in found.bad}, [line.values["doc"] for line in found.new]) == ({3}, ["DEP-1"])


async def test_b05_a_mapping_may_let_a_day_be_blank(tmp_path: Path) -> None:
    mapping = tmp_path / "lists.toml"
    text = (CASES / "b08-far-stray-cell" / "lists.toml").read_text(encoding="utf-8")
    mapping.write_text(text.replace('{ column = "日期" }', '{ column = "日期", blank = true }'), encoding="utf-8")
    assert await documents(csv_of(tmp_path, LIST, D1.replace("2026-03-05", ""))) == [("DEP-1", "200.00")]


# -- b06 ------------------------------------------------------------------------------------------------------------


async def test_b06_a_corrected_remark_charges_nobody_again() -> None:
    book, folder = MemoryBook(), FINDINGS.parent
    first = await imported(book, folder / "first.csv")
    again = await imported(book, folder / "corrected.csv")
    [bad] = again.bad
    assert (bad.line, bad.column, bad.value) == (2, "文号", "F-1")
    assert bad.reason.startswith(f"recorded already and told otherwise in slip {first.new[0].id}")
    assert (again.new, owed(book)) == ([], {"甲公司": "-1890.50"})


@pytest.mark.parametrize(
    "changed",
    [
        F1.replace("1890.50", "1980.50"),
        F1.replace("甲公司", "乙公司"),
        F1.replace("2025/3/4", "2025/3/5"),
        F1.replace("一般", "较重"),
        F1.replace("1203", "1204"),
    ],
)
async def test_b06_whatever_was_corrected(tmp_path: Path, changed: str) -> None:
    book = MemoryBook()
    await imported(book, csv_of(tmp_path, COLUMNS, F1))
    other = F1.replace("F-1", "F-2")
    found = await imported(book, csv_of(tmp_path, COLUMNS, changed, other))
    assert ([bad.line for bad in found.bad], [new.line for new in found.new]) == ([2], [3])
    assert owed(book) == {"甲公司": "-3781.00"}


async def test_b06_a_document_may_have_several_findings_and_later_get_more(tmp_path: Path) -> None:
    book, second = MemoryBook(), F1.replace("1203", "1204")
    await imported(book, csv_of(tmp_path, COLUMNS, F1))
    found = await imported(book, csv_of(tmp_path, COLUMNS, F1, second))
    assert (len(found.known), len(found.new), found.bad) == (1, 1, [])
    third = await imported(book, csv_of(tmp_path, COLUMNS, F1, second.replace("1204", "1205")))
    assert [bad.line for bad in third.bad] == [3]


async def test_b06_a_slip_that_was_cancelled_gives_way_to_its_correction(tmp_path: Path) -> None:
    mapping, recent = tmp_path / "map.toml", F1.replace("2025/3/4", "2026/11/19")
    mapping.write_text(FINDINGS.read_text(encoding="utf-8").replace('"simulated"', '"real"'), encoding="utf-8")
    book = MemoryBook()
    first = await imported(book, csv_of(tmp_path, COLUMNS, recent), mapping)
    at, office = "2026-11-20T13:00:00+08:00", {"person": "P-JC", "unit": "GZ", "role": "safety_office"}
    for line in (
        do("AssignPerson", at=at, since="2026-01-01", **office),
        do("CancelSlip", "P-JC", at, slip=first.new[0].id, reason="笔误"),
    ):
        answer = book.ledger.send({"id": f"c-{line['command']}", **line})
        assert answer.ok, answer
    found = await imported(book, csv_of(tmp_path, COLUMNS, recent.replace("1890.50", "1980.50")), mapping)
    assert (found.bad, len(found.new)) == ([], 1)


# -- b15 ------------------------------------------------------------------------------------------------------------


async def test_b15_the_mark_of_gb18030_is_skipped() -> None:
    assert await documents(CASES / "b15-gb18030-byte-order-mark" / "list.csv") == [("DEP-1", "200.00")]


@pytest.mark.parametrize("named", ["utf-8", "gb18030", "gbk", "gb2312"])
@pytest.mark.parametrize(
    ("mark", "written"),
    [
        (codecs.BOM_UTF8, "utf-8"),
        (b"\x84\x31\x95\x33", "gb18030"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
    ],
)
async def test_b15_a_mark_tells_how_a_file_is_written(tmp_path: Path, mark: bytes, written: str, named: str) -> None:
    file = tmp_path / "rows.csv"
    file.write_bytes(mark + f"{LIST}\n{D1}\n".encode(written))
    assert await documents(file, encoding=named) == [("DEP-1", "200.00")]


async def test_b15_titles_may_stand_above_the_names_of_the_columns() -> None:
    assert await documents(CASES / "b15-title-above-the-header" / "list.xlsx") == [("DEP-1", "200.00")]


def test_b15_the_rows_of_our_own_payroll_file_are_found(tmp_path: Path) -> None:
    lines = [{"person": name, "perf": "1.00", "safety": "0.00", "bonus": "0.00", "total": "1.00"} for name in "AB"]
    month = {"centre": "U1", "centre_name": "一矿", "period": "2026-03", "by": "P-H1", "position": 7, "total": "2.00"}
    found = month | {"exported_at": "2026-04-03T10:00:00.000000Z", "lines": lines}
    file = tmp_path / "payroll.xlsx"
    file.write_bytes(written(PAYROLL, found, Format.XLSX))
    table = read_table(file, TableFormat(), (person := "工号 person", total := "应发合计 total"))
    filled = [(row.cells[person], row.cells[total]) for row in table.rows if row.cells[person]]
    assert (filled, [row.line for row in table.bad if row.column == total]) == ([("A", "1"), ("B", "1")], [9])


@pytest.mark.parametrize("layout", [{}, {"header": 4}])
async def test_b15_the_line_of_names_is_found_or_said(tmp_path: Path, layout: dict[str, int]) -> None:
    file = csv_of(tmp_path, "一矿2026年3月买卖明细", "", "单位:元,,,,,,", LIST, D1)
    assert await documents(file, **layout) == [("DEP-1", "200.00")]


@pytest.mark.parametrize(
    ("header", "said"), [(2, "nothing in line 2, which names the columns (table.header)"), (3, "line 3: no column")]
)
async def test_b15_a_line_of_names_that_is_none_is_a_sentence(tmp_path: Path, header: int, said: str) -> None:
    file = csv_of(tmp_path, "一矿2026年3月买卖明细", "", "单位:元,,,,,,", LIST, D1)
    assert said in await refusal(file, header=header)


async def test_b15_a_file_without_its_columns_is_complained_of_by_its_first_line(tmp_path: Path) -> None:
    file = csv_of(tmp_path, LIST.replace("金额", "总价"), D1)
    assert "line 1: no column 金额; there are 单据号" in await refusal(file)


def test_b15_a_header_before_the_first_line_is_refused(tmp_path: Path) -> None:
    mapping = tmp_path / "map.toml"
    mapping.write_text("[table]\nheader = 0\n" + FINDINGS.read_text(encoding="utf-8"), encoding="utf-8")
    with pytest.raises(ImportProblem, match=r"table\.header"):
        mapping_of(mapping, FindingsMapping)
