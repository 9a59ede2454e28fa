"""The clerk's month on the page is so on a real ledger too, where read models compute statements and differences."""

from __future__ import annotations

from tests.conftest import Database
from tests.docs.pages import PROCESSES, code, exchanges, tables, where
from tests.projections.whole_ledger import open_client

PAGE = PROCESSES / "settlement.md"


async def test_the_clerk_s_month_gets_the_same_answers_from_a_real_ledger(database: Database) -> None:
    async with open_client(database.dsn) as client:
        for exchange in exchanges(PAGE):
            answer = await client.send(exchange.sent)
            shown = {member: answer.get(member) for member in exchange.answer}
            assert shown == exchange.answer, f"{where(PAGE, exchange.line + 1)}: the answer is {answer}"
        [table] = tables(PAGE, "Account")
        expected = {code(row.cells[0])[0]: row.cells[1] for row in table.rows}
        assert (await client.ask("Balances", accounts=list(expected)))["balances"] == expected
        march = await client.ask("Statement", unit="W1", period="2026-03")
        assert (march["issue"], march["quota_wage"], march["distribution"], march["notices"], march["closing"]) == (
            *(2, "1050.00", "700.00"),
            *("100.00", "250.00"),
        )
        april = await client.ask("Statement", unit="W1", period="2026-04")
        assert (april["opening"], april["adjustments"]) == ("250.00", "20.00")
