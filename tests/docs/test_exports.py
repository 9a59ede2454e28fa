"""The pages about exports: every field, every account and every check is on them, and nothing else."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ledger.words import zh
from projections import verifier
from projections.exports import audit, journal
from projections.exports.catalogue import EXPORTS
from projections.exports.chart import CHART
from projections.verifier import books, verify
from tests.docs.pages import DOCS, code, tables

AUDIT, EXPORTING = DOCS / "audit-data.md", DOCS / "exports.md"
FILES = {
    "gl_detail.csv": audit.GL_DETAIL,
    "trial_balance.csv": audit.TRIAL_BALANCE,
    "chart_of_accounts.csv": audit.ACCOUNTS,
    "accounting_periods.csv": audit.PERIODS,
    "business_units.csv": audit.UNITS,
    "user_listing.csv": audit.USERS,
    "journal_entry_types.csv": audit.ENTRY_TYPES,
}


def first_column(page: Path, heading: str) -> list[str]:
    [table] = tables(page, heading)
    return [word for row in table.rows for word in code(row.cells[0])]


@pytest.mark.parametrize("name", FILES)
def test_every_field_of_the_audit_data_set_is_described(name: str) -> None:
    assert tuple(first_column(AUDIT, f"Field of {name}")) == FILES[name]


def test_the_chart_is_that_of_the_page() -> None:
    [table] = tables(EXPORTING, "Code word")
    told = [(*code(row.cells[0]), *row.cells[1:]) for row in table.rows]
    assert told == [
        (str(word), heading.number, zh("account", word), heading.type, heading.side) for word, heading in CHART.items()
    ]


def test_every_export_is_described() -> None:
    [table] = tables(EXPORTING, "Export")
    told = {code(row.cells[0])[0]: (row.cells[2] == "yes", "in clear" in row.cells[3]) for row in table.rows}
    assert told == {name: (export.by_period, export.is_record) for name, export in EXPORTS.items()}


def test_every_check_of_the_verifier_is_described() -> None:
    made = set()
    for module in (books, verify):
        assert module.__file__
        text = Path(module.__file__).read_text(encoding="utf-8")
        made |= set(re.findall(r'(?:yield|found\()\s*"(\w+)"', text))
    assert verifier.__doc__
    assert made == set(first_column(EXPORTING, "Check"))


def test_the_metadata_of_a_transaction_are_described() -> None:
    assert journal.__file__
    text = Path(journal.__file__).read_text(encoding="utf-8")
    named = re.findall(r'^        "([a-z-]+)": ', text, re.MULTILINE)
    assert first_column(EXPORTING, "Name") == ["position", *named]
