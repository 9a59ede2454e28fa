"""The statement of the golden month as files: what is printed, reckoned and read back is what the query answers."""

from __future__ import annotations

import asyncio
import copy
import csv
import io
import json
import struct
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pypdf
import pytest
from python_calamine import CalamineWorkbook

from ledger.words import zh
from migrations import ensure_roles
from projections.exports import csv_files, fonts, papers, pdf_files, text_files, xlsx_files
from projections.exports.fonts import MissingFont
from projections.exports.formats import DAY_SHEET, PAYROLL, PERSONAL, STATEMENT, Format, written
from projections.exports.model import Paper
from tests.conftest import TEMPLATE, Cluster, Database, temporary_database
from tests.projections.exports.formulas import Workbook
from tests.projections.whole_ledger import open_client
from tests.spec import VECTORS

WORDS = "人民币壹万贰仟叁佰柒拾柒元零伍分"
MARCH = "2026-03"


ASKED: tuple[tuple[str, dict[str, str]], ...] = (
    *(("StatementPaper", {"unit": unit, "period": MARCH}) for unit in ("T1", "W1", "W2")),
    ("Statement", {"unit": "W1", "period": MARCH}),
    ("PersonalStatement", {"person": "P-A", "period": MARCH}),
    ("Payroll", {"centre": "U1", "period": MARCH}),
    ("Payroll", {"centre": "U2", "period": MARCH}),
)


class Answers:
    """Answers of the golden month SC-19, asked once for all tests."""

    def __init__(self, cluster: Cluster) -> None:
        self._answers = asyncio.run(self._asked(cluster))

    async def _asked(self, cluster: Cluster) -> dict[str, Any]:
        async with temporary_database(cluster, TEMPLATE) as database:
            async with database.owner(1) as pool, pool.acquire() as connection:
                await ensure_roles(connection)
            async with open_client(database.dsn) as client:
                for step in json.loads((VECTORS / "SC-19.json").read_text(encoding="utf-8"))["steps"]:
                    await client.send(step["send"])
                return {
                    json.dumps([name, data]): await client.send({"id": "q", "query": name, "data": data})
                    for name, data in ASKED
                }

    def send(self, name: str, **data: str) -> Any:
        return copy.deepcopy(self._answers[json.dumps([name, data])])

    def ask(self, name: str, **data: str) -> Any:
        return self.send(name, **data)["result"]


@pytest.fixture(scope="module")
def answers(cluster: Cluster) -> Answers:
    return Answers(cluster)


def found_of(answers: Answers, unit: str = "W1") -> dict[str, Any]:
    found: dict[str, Any] = answers.ask("StatementPaper", unit=unit, period=MARCH)
    return found


def text_of(pdf: bytes) -> str:
    pages = pypdf.PdfReader(io.BytesIO(pdf)).pages
    return "\n".join(page.extract_text() for page in pages)


def test_json_is_the_answer_of_the_query(answers: Answers) -> None:
    made = json.loads(written(STATEMENT, found_of(answers), Format.JSON))
    assert made == answers.ask("Statement", unit="W1", period=MARCH)


def test_text_shows_every_section(answers: Answers) -> None:
    shown = written(STATEMENT, found_of(answers), Format.TEXT).decode()
    sections = ("A 汇总", "B 市场交易明细", "C 人员", "D 未结事项", "E 上期调整", "分管领导: ____", "digest: ")
    for title in ("内部市场结算单", "U1-JS-202603-W1-1", *sections, WORDS, "HQ@v1"):
        assert title in shown


# -- PDF -----------------------------------------------------------------------------------------------------------


def test_a_pdf_has_its_chinese_its_pages_its_signatures_and_its_digest(answers: Answers) -> None:
    found = found_of(answers)
    text = text_of(written(STATEMENT, found, Format.PDF))
    for said in (
        "内部市场结算单",
        WORDS,
        "B 市场交易明细",
        "招标整改支出",
        "12,377.05",
        "第 1 页 共 1 页",
        *papers.SIGNATURES,
    ):
        assert said in text, said
    assert found["statement"]["digest"] in text


def test_a_pdf_embeds_the_chinese_fonts(answers: Answers) -> None:
    reader = pypdf.PdfReader(io.BytesIO(written(STATEMENT, found_of(answers), Format.PDF)))
    fonts_used = reader.pages[0]["/Resources"]["/Font"]  # type: ignore[index]
    inner = [font.get_object()["/DescendantFonts"][0].get_object() for font in fonts_used.values()]
    assert {str(font["/BaseFont"]).partition("+")[2].partition("-")[0] for font in inner} == {
        "NotoSansSC",
        "NotoSerifSC",
    }
    for font in inner:
        assert font["/FontDescriptor"].get_object().keys() & {"/FontFile2", "/FontFile3"}, font["/BaseFont"]


def test_the_same_statement_is_the_same_file_again(answers: Answers) -> None:
    found = found_of(answers)
    for form in Format:
        assert written(STATEMENT, found, form) == written(STATEMENT, found, form), form


def test_each_page_says_which_of_how_many_it_is(answers: Answers) -> None:
    paper = with_lines(papers.statement(found_of(answers)), 90)
    pages = pypdf.PdfReader(io.BytesIO(pdf_files.papers([paper, paper]))).pages
    said = [page.extract_text().replace(" ", "") for page in pages]
    count = len(pages) // 2
    numbers = [*range(1, count + 1)] * 2
    assert count >= 3
    assert all(f"第{number}页共{count}页" in text for number, text in zip(numbers, said, strict=True))
    assert all("收入" in text for text in said[:2]), "the header of the table is repeated"


def test_the_first_page_is_not_blank_as_a_picture(answers: Answers) -> None:
    picture = pdf_files.picture(papers.statement(found_of(answers)))
    assert picture.startswith(b"\x89PNG")
    width, height = struct.unpack(">II", picture[16:24])
    assert (width > 1000, 1.40 < width / height < 1.42) == (True, True), "A4, landscape"
    assert len(picture) > 50_000, "hundreds of Chinese signs do not compress to nothing"


def test_without_the_chinese_font_nothing_is_printed(answers: Answers, monkeypatch: pytest.MonkeyPatch) -> None:
    import pylopdf_fonts_zh_cn

    found = found_of(answers)
    for forget in (fonts.font_files, fonts.signs, pdf_files._compiler):
        forget.cache_clear()
    with monkeypatch.context() as without:
        without.setattr(pylopdf_fonts_zh_cn, "sans_path", lambda: Path("nowhere/NotoSansSC-Regular.otf"))
        with pytest.raises(MissingFont, match=r"NotoSansSC-Regular\.otf is missing"):
            written(STATEMENT, found, Format.PDF)
    assert WORDS in text_of(written(STATEMENT, found, Format.PDF))


def test_a_sign_that_the_font_lacks_is_printed_as_its_number(answers: Answers) -> None:
    found = found_of(answers)
    found["unit_name"] = "综采区😀𰻝"
    text = text_of(written(STATEMENT, found, Format.PDF))
    assert "综采区[U+1F600][U+30EDD]" in text


def test_a_word_that_is_longer_than_its_column_is_broken(answers: Answers) -> None:
    found = found_of(answers)
    found["statement"]["lines"][2] |= {"document": "X" * 64, "number": None}
    found["details"][2]["hazard"] = "隐患" * 20
    text = text_of(written(STATEMENT, found, Format.PDF))
    assert "X" * 64 in text.replace("\n", "")
    assert "X" * 40 not in text
    assert "隐患" * 20 in text.replace("\n", "")


def test_text_of_users_is_never_markup(answers: Answers) -> None:
    found = found_of(answers)
    found["unit_name"] = '#read("/etc/passwd") *x* $y$ <z> \\ ]'
    assert found["unit_name"] in text_of(written(STATEMENT, found, Format.PDF))


def with_lines(paper: Paper, count: int) -> Paper:
    section = paper.sections[0]
    lines = tuple(section.rows[number % len(section.rows)] for number in range(count))
    return paper._replace(sections=(section._replace(rows=lines), *paper.sections[1:]))


# -- XLSX ----------------------------------------------------------------------------------------------------------


def money(text: str) -> Decimal:
    return Decimal(text)


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "made.xlsx"


def save(place: Path, *made: Paper) -> Path:
    book = xlsx_files.Book(place, made[0].made_at, has_summary=len(made) > 1)
    for paper in made:
        book.add(paper)
    book.close()
    return place


def test_a_workbook_read_back_has_the_figures_of_the_query(answers: Answers, place: Path) -> None:
    found = found_of(answers)
    made = found["statement"]
    save(place, papers.statement(found))
    rows = CalamineWorkbook.from_path(str(place)).get_sheet_by_name("W1").to_python()
    head = next(number for number, row in enumerate(rows) if row[0] == "A 汇总")
    figures = dict(zip(rows[head + 1], rows[head + 2], strict=True))
    for key in (*(key for key, _, _ in papers.SUMMARY), "closing", "available"):
        assert money(f"{figures[zh('heading', key)]:.2f}") == money(made[key]), key
    first = next(number for number, row in enumerate(rows) if row[0] == "序号") + 1
    lines = rows[first : first + len(made["lines"])]
    assert [row[1] for row in lines] == [date.fromisoformat(line["business_date"]) for line in made["lines"]]
    moved = sum(money(f"{row[11] or 0:.2f}") - money(f"{row[12] or 0:.2f}") for row in lines)
    opened = sum(money(line["credit"]) for line in made["lines"] if line["fact"] == "BalanceOpened")
    assert money(made["closing"]) - money(made["opening"]) == moved - opened


def test_every_formula_of_a_workbook_comes_to_the_stored_figure(answers: Answers, place: Path) -> None:
    book = Workbook(save(place, *[papers.statement(found_of(answers, unit)) for unit in ("T1", "W1", "W2")]))
    formulas = list(book.formulas())
    for sheet, where, cell in formulas:
        assert isinstance(cell.value, Decimal)
        assert book.reckon(sheet, cell.formula or "") == cell.value, (sheet, where, cell)
    assert sum(sheet == "W1" for sheet, _, _ in formulas) > 15
    assert sum(sheet == "汇总" for sheet, _, _ in formulas) == 4 * 12


def test_a_changed_line_changes_the_closing_balance(answers: Answers, place: Path) -> None:
    """The sums are live: an accountant who tries another amount sees what it would come to."""
    book = Workbook(save(place, papers.statement(found_of(answers))))
    [income] = [where for where, cell in book.sheets["W1"].items() if cell.value == Decimal(85000) and not cell.formula]
    book.sheets["W1"][income] = book.sheets["W1"][income]._replace(value=Decimal(85100))
    [closing] = [cell for _, _, cell in book.formulas() if cell.value == Decimal("12377.05")]
    assert book.reckon("W1", closing.formula or "") == Decimal("12477.05")


def test_a_sheet_is_frozen_filtered_and_ready_to_be_printed(answers: Answers, place: Path) -> None:
    book = Workbook(save(place, papers.statement(found_of(answers)), papers.statement(found_of(answers, "W2"))))
    for name in ("W1", "W2", "汇总"):
        for part in (
            'state="frozen"',
            "<autoFilter ref=",
            'fitToHeight="0"',
            'orientation="landscape"',
            "第 &amp;P 页",
        ):
            assert part in book.parts[name], (name, part)
    with pytest.raises(KeyError):
        book.sheets["Sheet1"]


def test_sheets_have_names_that_a_workbook_takes(answers: Answers, place: Path) -> None:
    paper = papers.statement(found_of(answers))
    names = ("a/b:c*d", "'q'", "x" * 40, "X" * 40, "汇总")
    book = Workbook(save(place, *[paper._replace(name=name) for name in names]))
    assert list(book.sheets) == ["汇总", "a_b_c_d", "q", "x" * 31, "X" * 27 + "~2", "汇总~2"]


# -- CSV -----------------------------------------------------------------------------------------------------------


def test_a_csv_opens_in_chinese_and_holds_all_lines(answers: Answers) -> None:
    found = found_of(answers)
    made = written(STATEMENT, found, Format.CSV)
    assert made.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(made.decode("utf-8-sig"))))
    lines = [row for row in rows if row[:2] == ["W1", "B"] and row[2].isdecimal()]
    assert [Decimal(row[13] or "0") for row in lines] == [
        Decimal(line["credit"]) for line in found["statement"]["lines"]
    ]


@pytest.mark.parametrize("nasty", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1", " =1", '=HYPERLINK("x")'])
def test_no_cell_of_a_csv_is_a_formula(answers: Answers, nasty: str) -> None:
    found = found_of(answers)
    found["statement"]["lines"][2]["document"] = found["unit_name"] = nasty
    found["statement"]["lines"][2]["number"] = None
    rows = csv.reader(io.StringIO(written(STATEMENT, found, Format.CSV).decode("utf-8-sig"), newline=""))
    cells = [cell for row in rows for cell in row]
    assert f"'{nasty}" in cells
    dangerous = [cell for cell in cells if cell.lstrip(" ").startswith(csv_files.FORMULA) and not is_number(cell)]
    assert dangerous == []


def is_number(text: str) -> bool:
    try:
        return bool(Decimal(text).is_finite())
    except ArithmeticError:
        return False


def test_a_formula_in_a_workbook_is_text(answers: Answers, place: Path) -> None:
    found = found_of(answers)
    found["unit_name"] = "=1+1"
    found["statement"]["lines"][2] |= {"document": "=cmd|'/c calc'!A1", "number": None}
    book = Workbook(save(place, papers.statement(found)))
    assert [cell for cell in book.sheets["W1"].values() if cell.value == "=cmd|'/c calc'!A1" and cell.formula is None]


# -- the other papers ----------------------------------------------------------------------------------------------


def test_a_person_s_list_says_what_the_unit_s_statement_says_of_them(answers: Answers) -> None:
    made = (found_of(answers))["statement"]
    row = next(person for person in made["persons"] if person["person"] == "P-A")
    found = answers.ask("PersonalStatement", person="P-A", period=MARCH)
    assert {name: found[name] for name in row} == row
    text = text_of(written(PERSONAL, found, Format.PDF))
    for said in ("个人工资与赔付清单", "2,260.00", "扣款上限核算", found["payable_words"], "本人签收"):
        assert said in text, said
    assert "P-T1L" not in text, "nobody else's figures"


def test_the_payroll_file_can_be_fetched_again_and_is_the_same(answers: Answers) -> None:
    assert answers.send("Payroll", centre="U2", period=MARCH)["code"] == "NOT_READY"
    found = answers.ask("Payroll", centre="U1", period=MARCH)
    made = written(PAYROLL, found, Format.CSV)
    assert made == written(PAYROLL, answers.ask("Payroll", centre="U1", period=MARCH), Format.CSV)
    rows = list(csv.reader(io.StringIO(made.decode("utf-8-sig"))))
    assert sum(Decimal(row[-1]) for row in rows[1:]) == Decimal(found["total"])
    assert text_files.papers([PAYROLL.paper(found)]).decode().count("P-A") == 1


async def test_a_day_sheet_shows_scores_wages_and_who_sealed_it(database: Database) -> None:
    async with open_client(database.dsn) as client:
        for step in json.loads((VECTORS / "SC-37.json").read_text(encoding="utf-8"))["steps"]:
            await client.send(step["send"])
        first = await client.ask("DaySheet", unit="T1", day="2026-02-03")
        found = await client.ask("DaySheet", unit="T1", day="2026-02-04")
        other = await client.ask("DaySheet", unit="T2", day="2026-02-04")
    assert (found["state"], found["recorder"], found["reviewer"]) == ("sealed", "P-REC", "P-T1L")
    assert [(row["person"], row["score"], row["quota_wage"]) for row in found["persons"]] == [("P-T1L", "90", "205.55")]
    assert sum(Decimal(line["debit"]) for line in found["lines"]) == Decimal(found["persons"][0]["amount"])
    assert first["persons"][0]["score"] is not None
    assert (other["state"], other["persons"]) == ("open", [])
    text = text_of(written(DAY_SHEET, found, Format.PDF))
    for said in ("班组日清单", "205.55", "记录 P-REC, 复核 P-T1L", "第 1 页 共 1 页"):
        assert said in text, said


async def test_what_is_recorded_later_changes_no_file_of_an_issue(database: Database) -> None:
    later = {"id": "late", "at": "2026-04-20T10:00:00+08:00", "by": "P-C1", "command": "CreditQuotaWage"}
    later["data"] = {"unit": "W1", "amount": "500.00", "source_doc": "CL-LATE"}  # type: ignore[assignment]
    async with open_client(database.dsn) as client:
        for step in json.loads((VECTORS / "SC-19.json").read_text(encoding="utf-8"))["steps"]:
            await client.send(step["send"])
        before = await client.ask("StatementPaper", unit="W1", period=MARCH)
        await client.accept({**later, "business_date": "2026-03-20"})
        after = await client.ask("StatementPaper", unit="W1", period=MARCH)
        april = await client.ask("StatementPaper", unit="W1", period="2026-04")
    assert [written(STATEMENT, before, form) for form in Format] == [written(STATEMENT, after, form) for form in Format]
    [late] = april["statement"]["prior_period_adjustments"]
    assert (late["adjusts_period"], late["amount"]) == (MARCH, "500.00")
    assert "2026-03-20" in text_of(written(STATEMENT, april, Format.PDF)).partition("E 上期调整")[2]
