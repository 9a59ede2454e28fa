"""Importing again: the same file changes nothing, a later one adds what is new in it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import xlsxwriter

from api.imports.findings.summary import values_of
from ledger.facts.slips import SlipConfirmed, SlipIssued
from tests.api.imports.memory import MemoryBook
from tests.api.imports.tables import COLUMNS, ROW, csv_file, mapping


async def test_the_same_file_changes_nothing_also_in_another_order(tmp_path: Path) -> None:
    book = MemoryBook()
    rows: list[dict[str, str]] = [{}, {}, {"amount": "70.00", "owner": "Other"}]
    await book.imports(csv_file(tmp_path, *rows), mapping())
    facts = len(book.ledger.facts)
    for again in (rows, rows[::-1]):
        prepared, outcome = await book.imports(csv_file(tmp_path, *again), mapping())
        assert (len(prepared.known), outcome.commands) == (3, 0)
    assert len(book.ledger.facts) == facts


async def test_amounts_and_dates_written_another_way_are_the_same_rows(tmp_path: Path) -> None:
    book = MemoryBook()
    await book.imports(csv_file(tmp_path, {"amount": "50.00"}), mapping())
    prepared, _ = await book.imports(csv_file(tmp_path, {"amount": "50"}), mapping())
    assert not prepared.new


async def test_a_workbook_holds_the_same_rows_as_a_csv_file(tmp_path: Path) -> None:
    path = tmp_path / "findings.xlsx"
    with xlsxwriter.Workbook(str(path), {"default_date_format": "yyyy-mm-dd"}) as workbook:
        sheet = workbook.add_worksheet()
        sheet.write_row(0, 0, COLUMNS)
        sheet.write_row(1, 0, [{"amount": 50, "day": date(2026, 3, 2)}.get(name, cell) for name, cell in ROW.items()])
    book = MemoryBook()
    await book.imports(csv_file(tmp_path, {}), mapping())
    prepared, _ = await book.imports(path, mapping())
    assert (len(prepared.known), prepared.new, prepared.bad) == (1, [], [])


async def test_one_more_identical_row_is_one_more_finding(tmp_path: Path) -> None:
    book = MemoryBook()
    await book.imports(csv_file(tmp_path, {}, {}), mapping())
    prepared, _ = await book.imports(csv_file(tmp_path, {}, {}, {}), mapping())
    assert (len(prepared.new), len(prepared.known)) == (1, 2)
    assert len(book.of_kind(SlipIssued)) == 3


async def test_a_changed_row_is_a_new_finding_and_is_reported_as_such(tmp_path: Path) -> None:
    book = MemoryBook()
    await book.imports(csv_file(tmp_path, {}, {"amount": "70.00"}), mapping())
    prepared, _ = await book.imports(csv_file(tmp_path, {}, {"amount": "75.00"}), mapping())
    [note] = values_of(prepared)["notes"]
    assert note.startswith("1 rows are in the ledger already and 1 are new (line 3). A row that was changed")
    assert sorted(fact.total for fact in book.of_kind(SlipConfirmed)) == [50_00, 70_00, 75_00]


async def test_a_later_file_may_hold_days_that_the_ledger_has_passed(tmp_path: Path) -> None:
    book = MemoryBook()
    await book.imports(csv_file(tmp_path, {"day": "2026-06-01"}), mapping())
    prepared, outcome = await book.imports(csv_file(tmp_path, {"day": "2026-05-20", "owner": "Other"}), mapping())
    assert not prepared.bad
    assert not outcome.refused
    assert len(book.of_kind(SlipConfirmed)) == 2


async def test_an_import_that_was_cut_off_goes_on_where_it_stopped(tmp_path: Path) -> None:
    file = csv_file(tmp_path, {}, {"day": "2026-03-05"}, {"day": "2026-03-20"})
    whole = MemoryBook()
    prepared, _ = await whole.imports(file, mapping())
    for stop in range(len(prepared.steps)):
        book = MemoryBook()
        await book.submit(prepared.commands[:stop])
        _, outcome = await book.imports(file, mapping())
        assert not outcome.refused
        assert [entry.fact for entry in book.ledger.facts] == [entry.fact for entry in whole.ledger.facts]


async def test_a_standing_ledger_gets_only_what_it_lacks(tmp_path: Path) -> None:
    book = MemoryBook()
    await book.imports(csv_file(tmp_path, {}), mapping())
    prepared, _ = await book.imports(csv_file(tmp_path, {"company": "Beta"}), mapping(source="u"))
    made = [step.command.decision.name for step in prepared.steps]
    assert made == ["RegisterUnit", "ReportHazard", "VerifyHazard", "IssueSlip", "ServeSlip", "AdvanceClock"]
