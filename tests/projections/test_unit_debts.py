"""A unit's paper says what the unit owes (欠额), beside the statement that is sealed, and the names of who is on it."""

from __future__ import annotations

from typing import Any

from projections.exports import papers
from tests.projections.conftest import Books
from tests.spec import do, given

OPENED = do("OpenBalances", as_of="2026-02-01", balances={"DUE_UNIT:T1": "-120.00", "PAY_PERF:P-A": "10.00"})
EARNED = do("CreditQuotaWage", "P-C1", unit="T1", amount="50.00", source_doc="D-1")
FEBRUARY = {
    "opening": "120.00",
    "new": "0.00",
    "recovered": "50.00",
    "closing": "70.00",
    "closing_words": "人民币柒拾元整",
}


async def paper(books: Books, period: str) -> dict[str, Any]:
    found: dict[str, Any] = await books.ask("StatementPaper", unit="T1", period=period)
    return found


async def test_a_debt_opens_is_recovered_and_closes(books: Books) -> None:
    await books.load(given(OPENED, EARNED).ledger.facts)
    assert (await paper(books, "2026-02"))["debt"] == FEBRUARY
    march = (await paper(books, "2026-03"))["debt"]
    assert (march["opening"], march["recovered"], march["closing"]) == ("70.00", "0.00", "70.00")


async def test_the_closing_box_says_the_debt_in_figures_and_words(books: Books) -> None:
    await books.load(given(OPENED, EARNED).ledger.facts)
    totals = dict(papers.statement(await paper(books, "2026-02")).totals)
    assert (totals["期初欠额"], totals["本期收回欠额"], totals["期末欠额"]) == ("120.00", "50.00", "70.00")
    assert totals["欠额大写"] == "人民币柒拾元整"


async def test_a_unit_without_debts_has_none_on_its_paper(books: Books) -> None:
    await books.load(given(EARNED).ledger.facts)
    assert "期末欠额" not in dict(papers.statement(await paper(books, "2026-02")).totals)


async def test_persons_and_counterparts_are_named(books: Books) -> None:
    named = {"payer": "T1", "payee": "T2", "approved_by": "P-H1"}
    moved = do("AdjustTransfer", "P-C1", amount="5.00", adjusts_period="2026-02", reason="补", **named)
    await books.load(given(EARNED, moved).ledger.facts)
    found = await paper(books, "2026-02")
    assert found["names"]["T2"]
    shown = papers.statement(found)
    lines, people = shown.section("B"), shown.section("C")
    assert lines is not None
    assert people is not None
    assert f"T2 {found['names']['T2']}" in {row[lines.column("counter")] for row in lines.rows}
    names = {row[people.column("person")]: row[people.column("name")] for row in people.rows}
    assert names["P-T1L"] == found["names"]["P-T1L"] != ""
