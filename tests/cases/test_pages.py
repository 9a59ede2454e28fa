"""Pages of a list hold all of it together, and what no page can begin after is refused."""

from __future__ import annotations

from typing import Any

import pytest

from ledger.errors import Invalid
from projections.queries import TABLE, data_from_text
from tests.api.doors import found_group, serving
from tests.cases.lists import CASES
from tests.cases.test_papers import happened
from tests.conftest import Database
from tests.projections.conftest import Books

FUND = "FUND_SAFETY:U1"
BIG = "b07-entries-page-loses-lines"


@pytest.mark.parametrize("limit", [1, 2, 3, 4, 5, 1000])
async def test_b07_the_pages_of_an_account_hold_every_line_once(books: Books, limit: int) -> None:
    await books.load(happened(BIG).facts)
    lines: list[dict[str, Any]] = []
    after: int | None = 0
    while after is not None:
        page = await books.ask("Entries", account=FUND, limit=limit, after=after)
        lines += page["entries"]
        after = page["next"]
    assert [line["balance"] for line in lines] == ["1.00", "2.00", "3.00", "4.00"]
    assert (await books.ask("Balances", accounts=[FUND]))["balances"] == {FUND: "4.00"}


@pytest.mark.parametrize("line", (CASES / "b11-position-too-large-is-503" / "request.txt").read_text().splitlines())
async def test_b11_a_position_that_no_ledger_reaches_is_refused(database: Database, line: str) -> None:
    await found_group(database.dsn)
    async with serving(database.dsn) as (client, _):
        answer = await client.get(line.removeprefix("GET "))
        assert (answer.status_code, answer.json()["code"]) == (422, "INVALID")
        assert "retry-after" not in answer.headers


NUMBERS = sorted(
    (name, field) for name, query in TABLE.items() for field, hint in query.hints.items() if "int" in str(hint)
)


@pytest.mark.parametrize(("name", "field"), NUMBERS)
@pytest.mark.parametrize("value", ["9007199254740993", "9223372036854775808", "-99999999999999999999", "9" * 5000])
def test_b11_no_query_takes_a_number_that_the_database_cannot_hold(name: str, field: str, value: str) -> None:
    query = TABLE[name]
    with pytest.raises(Invalid):
        query.form.read(data_from_text(name, {field: value}) | dict.fromkeys((), "x"))


@pytest.mark.parametrize(
    "address",
    [
        *("/v1/facts?stream=%00", "/v1/hazards?after=%00", "/v1/documents/slip/%00", "/v1/accounts/%00/entries"),
        *(
            "/v1/facts?wait_for=99999999999999999999",
            "/v1/jobs?after=%00",
            "/v1/facts/stream?after=99999999999999999999",
        ),
        *("/v1/hazards?place=%00", "/v1/units/%00/pool", "/v1/jobs/%00", "/v1/hazards?after=%ED%A0%80"),
    ],
)
async def test_b11_what_the_database_cannot_hold_is_no_outage(database: Database, address: str) -> None:
    await found_group(database.dsn)
    async with serving(database.dsn) as (client, _):
        answer = await client.get(address)
        assert answer.status_code < 500, answer.text
