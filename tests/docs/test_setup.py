"""docs/setup.md lists every sheet and column of a company's workbook, and the calendars that there are."""

from __future__ import annotations

from api.setup.national_calendars import national_calendars
from api.setup.sheets import SHEETS
from tests.docs.pages import DOCS, tables

PAGE = DOCS / "setup.md"


def test_the_table_of_sheets_is_that_of_the_code() -> None:
    [table] = tables(PAGE, "Sheet")
    told = {row.cells[0]: row.cells[1] for row in table.rows}
    assert told == {
        sheet.name: " ".join(f"**{each.heading}**" if each.needed else each.heading for each in sheet.columns)
        for sheet in SHEETS
    }


def test_the_years_of_the_calendars_are_named() -> None:
    *years, last = national_calendars()
    assert f"{', '.join(years)} and {last} come with the product" in " ".join(PAGE.read_text(encoding="utf-8").split())
