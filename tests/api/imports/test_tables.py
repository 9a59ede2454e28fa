"""Tables are read as text, exactly: whatever the encoding, the delimiter or the kind of file."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import xlsxwriter

from api.imports.mapping import TableFormat
from api.imports.problems import ImportProblem
from api.imports.sheet_cells import text_of
from api.imports.tables import Row, Table, read_table

CSV = TableFormat()


def written(directory: Path, content: bytes, name: str = "table.csv") -> Path:
    path = directory / name
    path.write_bytes(content)
    return path


def read(path: Path, layout: TableFormat = CSV, needed: tuple[str, ...] = ()) -> Table:
    return read_table(path, layout, needed)


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_utf8_is_read_with_and_without_byte_order_mark(tmp_path: Path, mark: bytes) -> None:
    table = read(written(tmp_path, mark + "单位,金额\n一车间,5\n".encode()))
    assert table.rows == [Row(2, {"单位": "一车间", "金额": "5"})]


def test_gb18030_and_another_delimiter_are_read_if_the_mapping_says_so(tmp_path: Path) -> None:
    path = written(tmp_path, "单位;金额\n一车间;5\n".encode("gb18030"))
    layout = TableFormat(encoding="gb18030", delimiter=";")
    assert read(path, layout).rows == [Row(2, {"单位": "一车间", "金额": "5"})]


def test_a_row_in_another_encoding_is_bad_and_the_others_are_read(tmp_path: Path) -> None:
    table = read(written(tmp_path, b"unit,place\nA,\xb5\xa5\nB,here\n"))
    assert [(row.line, row.column) for row in table.bad] == [(2, "place")]
    assert table.rows == [Row(3, {"unit": "B", "place": "here"})]


def test_the_line_of_a_row_is_where_it_begins_also_after_cells_with_line_breaks(tmp_path: Path) -> None:
    table = read(written(tmp_path, b'unit,place\nA,"one\ntwo"\nB,here\n\nC,there\n'))
    assert [row.line for row in table.rows] == [2, 4, 6]


def test_a_row_with_too_few_or_too_many_cells_is_bad(tmp_path: Path) -> None:
    table = read(written(tmp_path, b"unit,place\nA\nB,here,and\nC,there\n"))
    assert [(row.line, row.reason) for row in table.bad] == [
        (2, "1 cells where the first line names 2 columns"),
        (3, "3 cells where the first line names 2 columns"),
    ]
    assert len(table.rows) == 1


@pytest.mark.parametrize("content", [b"", b"\n\n", b"\xef\xbb\xbf"])
def test_an_empty_file_is_said_to_be_empty(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(ImportProblem, match="is empty"):
        read(written(tmp_path, content))


def test_a_missing_column_is_named_with_those_that_are_there(tmp_path: Path) -> None:
    with pytest.raises(ImportProblem, match="line 1: no column amount; there are unit, place"):
        read(written(tmp_path, b"unit,place\nA,here\n"), needed=("unit", "amount"))


def test_a_column_that_is_needed_stands_there_once(tmp_path: Path) -> None:
    with pytest.raises(ImportProblem, match="the column unit is there twice"):
        read(written(tmp_path, b"unit,unit\nA,B\n"), needed=("unit",))


@pytest.mark.parametrize("content", [b'unit\n"A\n', b'unit\n"A"x\n', b"unit\n" + b"x" * 1_000_001])
def test_a_file_whose_quotes_or_cells_never_end_is_refused_at_its_line(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(ImportProblem, match="line 2"):
        read(written(tmp_path, content))


def test_a_file_that_is_not_there_is_said_not_to_be_there(tmp_path: Path) -> None:
    with pytest.raises(ImportProblem, match="No such file"):
        read(tmp_path / "missing.csv")


# -- XLSX -----------------------------------------------------------------------------------------------------------


def workbook(directory: Path) -> Path:
    path = directory / "table.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        dated = book.add_format({"num_format": "yyyy-mm-dd"})
        book.add_worksheet("other").write_row(0, 0, ["nothing"])
        sheet = book.add_worksheet("findings")
        sheet.write_row(0, 0, ["unit", "amount", "day"])
        sheet.write_row(1, 0, ["一车间", 189.1])
        sheet.write_datetime(1, 2, datetime(2026, 3, 2, tzinfo=UTC).replace(tzinfo=None), dated)
        sheet.write_row(3, 0, ["B", 70000, "2026-03-03"])
    return path


def test_numbers_of_a_sheet_are_exact_and_dates_are_dates(tmp_path: Path) -> None:
    table = read(workbook(tmp_path), TableFormat(sheet="findings"))
    assert table.rows == [
        Row(2, {"unit": "一车间", "amount": "189.1", "day": "2026-03-02"}),
        Row(4, {"unit": "B", "amount": "70000", "day": "2026-03-03"}),
    ]


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (0.1 + 0.2, "0.3"),
        (70000.0, "70000"),
        (1e15, "1000000000000000"),
        (True, "TRUE"),
        (date(2026, 3, 2), "2026-03-02"),
    ],
)
def test_a_cell_reads_as_the_sheet_shows_it(cell: object, text: str) -> None:
    assert text_of(cell) == text


def test_a_sheet_that_is_not_there_is_named_with_those_that_are(tmp_path: Path) -> None:
    with pytest.raises(ImportProblem, match="no sheet 三月; there are other, findings"):
        read(workbook(tmp_path), TableFormat(sheet="三月"))


def test_a_file_that_is_no_workbook_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ImportProblem, match="cannot be read as a workbook"):
        read(written(tmp_path, b"not a workbook", "table.xlsx"))
