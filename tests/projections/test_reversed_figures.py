"""Queries know no more of a figure that was taken back (rules 23 and 72)."""

from __future__ import annotations

from typing import Any

import pytest

from ledger.errors import Unknown
from tests.ledger.decisions import sheets
from tests.ledger.decisions.sheets import at
from tests.ledger.decisions.test_reversed_figures import (
    GROSS,
    QUARTERS,
    RATIO,
    REPORT,
    SCORE,
    SEAL,
    YEAR,
    it,
    undo,
)
from tests.projections.conftest import Books
from tests.spec import Line, given


async def asked(books: Books, query: str, *lines: Line, **fields: Any) -> Any:
    await books.load(given(*lines).ledger.facts)
    return await books.ask(query, **fields)


async def test_a_ratio_that_was_taken_back_is_not_shown(books: Books) -> None:
    """[rule 23]"""
    figure = {"indicator": "培训率", "unit": "W1", "period": "2026-01"}
    answer = await asked(books, "Indicator", it(RATIO), undo(), **figure)
    assert (answer["value"], answer["num"], answer["den"]) == (None, 0, 0)


async def test_a_year_that_was_taken_back_has_no_grade(books: Books) -> None:
    """[rule 23]"""
    answer = await asked(books, "UnitYear", *QUARTERS, it(YEAR), undo(), unit="W1", year="2025")
    assert (answer["annual"], answer["score"], answer["grade"], len(answer["quarters"])) == (None, None, None, 4)


async def test_a_day_sheet_that_was_taken_back_is_open_and_a_score_is_gone(books: Books) -> None:
    """[rule 72]"""
    lines = ({**SCORE, "id": "score"}, it(SEAL), undo(), undo("score"))
    answer = await asked(books, "DaySheet", *lines, unit="T1", day="2026-03-03")
    assert (answer["state"], answer["recorder"], answer["persons"]) == ("open", None, [])


async def test_a_months_gross_wage_that_was_taken_back_has_no_row(books: Books) -> None:
    """[rule 23]"""
    answer = await asked(books, "Person", it(GROSS), undo(person="P-A"), person="P-A")
    assert answer["deductions"] == []
    assert len((await books.ask("Person", person="P-B"))["deductions"]) == 1


async def test_a_report_that_was_taken_back_is_due(books: Books) -> None:
    """[rule 72]"""
    rows = (await asked(books, "ReportsDue", it(REPORT), undo(), date="2026-03-20", unit="W1"))["reports"]
    assert [row["submitted"] for row in rows if row["period"] == "2026-02"] == [None]


async def test_a_sheet_that_was_taken_back_is_unknown_and_its_id_is_another_ones(books: Books) -> None:
    """[rule 72] Scores of the first sheet are not shown with the second, which has the same id."""
    opened = (it(sheets.open_month()), sheets.self_score(self="12"))
    story = given(*opened, undo())
    await books.load(story.ledger.facts)
    with pytest.raises(Unknown):
        await books.ask("Assessment", assessment="AS-1")
    known = len(story.ledger.facts)
    story.given({**sheets.open_month(), "at": at("03-17")}, {**sheets.self_score(self="95"), "at": at("03-17")})
    await books.load(story.ledger.facts[known:])
    assert (await books.ask("Assessment", assessment="AS-1"))["state"] == "self_scored"
    sheet = await books.ask("ScoreSheet", person="P-A", period="2026-02")
    assert [part["self"] for part in sheet["parts"]] == ["95"]


async def test_a_reversed_figure_is_listed_with_nothing_moved(books: Books) -> None:
    """[rule 51]"""
    march = {"since": "2026-03-01", "until": "2026-03-31"}
    (row,) = (await asked(books, "Reversals", it(QUARTERS[0]), undo(), **march))["reversals"]
    assert (row["of"], row["kind"], row["document"], row["amount"]) == (["it"], None, None, "0.00")
    found = (await books.ask("Facts", fact="UnitQuarterScored", reversed=True))["facts"]
    assert [fact["command"] for fact in found] == ["it"]


async def test_everything_that_a_figure_recorded_is_marked_as_reversed(books: Books) -> None:
    """[rule 23] Two facts on one stream are taken back by one."""
    answer = await asked(books, "Facts", *QUARTERS, it(YEAR), undo(), fact="GradeAssigned", reversed=True)
    assert [fact["command"] for fact in answer["facts"]] == ["it"]
