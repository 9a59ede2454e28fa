"""The pay that the pages of docs/processes explain is what query Wage reckons, step by step, from their examples."""

from __future__ import annotations

import pytest

from tests.docs.pages import PROCESSES, exchanges, tables
from tests.projections.conftest import Books
from tests.spec import group

PAGES = {"assessment": ("P-LD", "2025", "9988.92"), "safety-wages": ("P-T1L", "2026-03", "1139.77")}


@pytest.mark.parametrize("name", PAGES)
async def test_a_page_explains_pay_as_it_is_reckoned(books: Books, name: str) -> None:
    page, (person, period, together) = PROCESSES / f"{name}.md", PAGES[name]
    ledger = group()
    for exchange in exchanges(page):
        ledger.send(exchange.sent)
    await books.load(ledger.facts)
    wage = await books.ask("Wage", person=person, period=period)
    [table] = tables(page, "Formula")
    steps = [step for line in wage["lines"] for step in line["steps"]]
    assert [row.cells for row in table.rows] == [(step["formula"], step["step"], step["written"]) for step in steps]
    assert all(line["agrees"] for line in wage["lines"])
    assert wage["totals"]["together"] == together
