"""A bad row is reported with its line, column and value; the other rows go in."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from api.imports.findings.mapping import FindingsMapping
from api.imports.problems import BadRow
from ledger.facts.hazards import HazardReported, HazardVerified
from ledger.facts.organisation import UnitRegistered, UnitReparented
from ledger.facts.slips import SlipConfirmed, SlipIssued
from tests.api.imports.memory import MemoryBook
from tests.api.imports.tables import csv_file, fields, mapping


async def bad_rows(directory: Path, change: dict[str, str], rules: FindingsMapping | None = None) -> list[BadRow]:
    """The complaints about a file of one good row and one changed row; the good one goes in."""
    book = MemoryBook()
    prepared, outcome = await book.imports(csv_file(directory, {}, change), rules or mapping())
    assert not outcome.refused
    assert len(book.of_kind(SlipIssued)) == 1
    return prepared.bad


@pytest.mark.parametrize(
    ("change", "column", "reason"),
    [
        ({"amount": "-1.00"}, "amount", "a negative amount"),
        ({"amount": "1.005"}, "amount", "an amount with more than two decimals"),
        ({"amount": "NaN"}, "amount", "not an amount"),
        ({"amount": "1e3"}, "amount", "not an amount"),
        ({"amount": "1,00.00"}, "amount", "not an amount"),
        ({"amount": "1.000,00"}, "amount", "not an amount"),
        ({"amount": "٣٠.00"}, "amount", "not an amount"),
        ({"amount": ""}, "amount", "blank"),
        ({"amount": "9" * 14}, "amount", "too large"),
        ({"day": "2026-02-30"}, "day", "not a date"),
        ({"day": "02.03.2026"}, "day", "not a date"),
        ({"day": "2026-11-21"}, "day", "a date in the future (today is 2026-11-20)"),
        ({"day": "0026-03-02"}, "day", "a date before 1900"),
        ({"day": "2025-12-30"}, "day", "NO_CALENDAR"),
        ({"company": " "}, "company", "blank"),
        ({"grade": "awful"}, "grade", "not among the values of the mapping (low, high)"),
    ],
)
async def test_a_bad_cell_is_named(tmp_path: Path, change: dict[str, str], column: str, reason: str) -> None:
    [bad] = await bad_rows(tmp_path, change)
    assert (bad.line, bad.column) == (3, column)
    assert reason in bad.reason


@pytest.mark.parametrize("written", ["1,000.00", "¥1,000", "￥１，０００．００", "1000元", "1000"])
@pytest.mark.parametrize("day", ["2026-03-02", "2026/3/2", "2026.3.2", "2026年3月2日", "２０２６－３－２"])
async def test_amounts_and_days_may_be_written_as_people_write_them(tmp_path: Path, written: str, day: str) -> None:
    book = MemoryBook()
    prepared, _ = await book.imports(csv_file(tmp_path, {"amount": written, "day": day}), mapping())
    [slip] = book.of_kind(SlipIssued)
    assert (prepared.bad, slip.lines[0].amount, slip.business_date) == ([], 100_000, "2026-03-02")


async def test_a_complaint_is_a_sentence_with_file_line_column_value_and_reason(tmp_path: Path) -> None:
    [bad] = await bad_rows(tmp_path, {"amount": "-1.00"})
    assert bad.sentence("f.csv") == "f.csv, line 3, column amount, value '-1.00': a negative amount"


async def test_what_the_ledger_refuses_is_a_complaint_about_the_row(tmp_path: Path) -> None:
    rules = mapping(fields=fields(grounds={"column": "grade", "values": {"low": "hazard", "high": "report"}}))
    [bad] = await bad_rows(tmp_path, {"grade": "high"}, rules)
    assert (bad.line, bad.reason) == (3, "IssueSlip: PROTECTED_ACT report")


async def test_what_has_not_the_form_of_its_field_is_a_complaint_about_its_column(tmp_path: Path) -> None:
    rules = mapping(fields=fields(tier={"column": "grade", "values": {"low": "T1", "high": "T9"}}))
    [bad] = await bad_rows(tmp_path, {"grade": "high"}, rules)
    assert (bad.line, bad.column) == (3, "grade")
    assert "T9" in bad.reason


async def test_a_unit_that_is_unknown_is_a_complaint_where_none_are_made(tmp_path: Path) -> None:
    rules = mapping(units={"prefix": "V-", "create": False})
    book = MemoryBook()
    prepared, _ = await book.imports(csv_file(tmp_path, {}), rules)
    [bad] = prepared.bad
    assert (bad.column, bad.reason) == ("company", "unknown unit, and the mapping makes none (create)")
    assert not book.ledger.facts


async def test_units_may_be_named_by_their_ids(tmp_path: Path) -> None:
    book = MemoryBook()
    await book.imports(csv_file(tmp_path, {"company": "W1", "owner": ""}), mapping(units={"named_by": "id"}))
    assert {fact.unit for fact in book.of_kind(UnitRegistered)} == {"HQ", "W1"}


async def test_a_unit_has_one_id_however_its_name_is_spaced(tmp_path: Path) -> None:
    book = MemoryBook()
    await book.imports(csv_file(tmp_path, {}, {"company": "Alpha   Ltd ", "amount": "1.00"}), mapping())
    assert len({fact.unit for fact in book.of_kind(SlipIssued)}) == 1


async def test_a_blank_parent_is_the_root_and_a_new_one_takes_over_from_its_day(tmp_path: Path) -> None:
    book = MemoryBook()
    rows: list[dict[str, str]] = [{"owner": ""}, {"day": "2026-03-04"}, {"day": "2026-03-09", "owner": "Other"}]
    await book.imports(csv_file(tmp_path, *rows), mapping())
    [unit] = {fact.unit for fact in book.of_kind(SlipIssued)}
    names = {fact.unit: fact.name for fact in book.of_kind(UnitRegistered)}
    days = ("2026-03-02", "2026-03-03", "2026-03-04", "2026-03-08", "2026-03-09")
    parents = [names[str(book.organisation.parent(unit, day))] for day in days]
    assert parents == ["Headquarters", "Headquarters", "Big Corp", "Big Corp", "Other"]
    assert len(book.of_kind(UnitReparented)) == 2


async def test_a_finding_of_no_amount_charges_nobody(tmp_path: Path) -> None:
    """[rule 10]"""
    book = MemoryBook()
    await book.imports(csv_file(tmp_path, {"amount": "0.00"}, {"amount": "1"}, {"amount": "0"}), mapping())
    assert [fact.total for fact in book.of_kind(SlipConfirmed)] == [100]
    assert len(book.of_kind(HazardReported)) == 3


async def test_a_liable_person_is_charged_where_the_mapping_says_so(tmp_path: Path) -> None:
    rules = mapping(
        persons={"prefix": "P-"},
        slips={"authority": "Authority", "party": "person", "role": "liable"},
        parents=None,
        fields=fields(person={"column": "owner"}, parent=None),
    )
    book = MemoryBook()
    await book.imports(csv_file(tmp_path, {"owner": "李四"}), rules)
    [slip] = book.of_kind(SlipIssued)
    [line] = slip.lines
    assert (line.unit, line.role, line.amount) == (False, "liable", 50_00)
    assert book.ledger.balance(f"DUE_PERSON:{line.party}") == "-50.00"


async def test_without_a_category_there_are_slips_and_no_hazards(tmp_path: Path) -> None:
    book = MemoryBook()
    rules = mapping(verifier=None, fields=fields(category=None, level=None))
    await book.imports(csv_file(tmp_path, {}), rules)
    assert len(book.of_kind(SlipConfirmed)) == 1
    assert not book.of_kind(HazardReported)


async def test_a_grade_is_given_by_the_inspector_and_not_by_the_system(tmp_path: Path) -> None:
    book = MemoryBook()
    await book.imports(csv_file(tmp_path, {"grade": "high"}), mapping())
    [verified] = book.of_kind(HazardVerified)
    assert (verified.level, verified.by) == ("A", "P-I")


async def test_a_hazard_has_the_day_on_which_it_occurred(tmp_path: Path) -> None:
    book = MemoryBook()
    rules = mapping(fields=fields(occurred={"column": "place", "date": "%d.%m.%Y"}))
    prepared, _ = await book.imports(csv_file(tmp_path, {"place": "27.02.2026"}), rules)
    assert not prepared.bad
    assert [fact.business_date for fact in book.of_kind(HazardReported)] == ["2026-02-27"]
    assert [(fact.business_date, fact.occurred) for fact in book.of_kind(SlipIssued)] == [("2026-03-02", "2026-02-27")]


async def test_nothing_occurs_after_it_was_issued(tmp_path: Path) -> None:
    rules = mapping(fields=fields(occurred={"column": "place"}))
    book = MemoryBook()
    prepared, _ = await book.imports(csv_file(tmp_path, {"place": "2026-03-03"}), rules)
    assert [(bad.column, bad.reason) for bad in prepared.bad] == [
        ("place", "occurred after it was issued (2026-03-02)")
    ]


async def test_what_is_older_than_the_ledger_takes_is_too_late(tmp_path: Path) -> None:
    rules: dict[str, Any] = {
        "ledger": {"name": "test", "clock": "simulated", "opened": "2025-01-01"},
        "fields": fields(occurred={"column": "place"}),
    }
    file = csv_file(tmp_path, {"place": "2025-06-30"})
    prepared, _ = await MemoryBook().imports(file, mapping(**rules))
    assert [bad.reason for bad in prepared.bad] == ["ReportHazard: TOO_LATE 2025-06-30 is 245 days ago"]
    policies = [{"key": "late.days", "value": 1000, "legal_basis": "history"}]
    prepared, _ = await MemoryBook().imports(file, mapping(policies=policies, **rules))
    assert not prepared.bad
