"""Queries answer to the letter of the contract: every member there, pages whole, sealed fields closed."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from ledger.errors import Invalid, Refusal
from ledger.facts.hazards import HazardReported
from projections.queries import TABLE, answer, data_from_text, reader_of
from projections.queries.pools import subtree_pool
from projections.queries.reports import slips_by
from projections.read_models import metadata
from tests.projections.company import Company
from tests.projections.conftest import Books

ENTRY = (
    "position line fact debit credit balance business_date shift posting_period adjusts_period transfer kind document"
    " number item list_version qty unit_price counter by"
)
FACT = (
    "position stream version fact mirror at recorded_at business_date shift posting_period adjusts_period by command"
    " transfer number data"
)


async def test_the_tables_of_queries_are_those_of_the_database(books: Books) -> None:
    await books.load([])
    columns = "select column_name from information_schema.columns where table_schema = $1 and table_name = $2"
    async with books.projector() as connection:
        for table in metadata.tables.values():
            found = {row[0] for row in await connection.fetch(columns, table.schema, table.name)}
            named = {column.name for column in table.columns}
            assert named <= found if table.schema == "log" else named == found, table


async def test_pages_of_entries_follow_each_other_without_gap(books: Books) -> None:
    await books.load(Company().facts(4000))
    whole = (await books.ask("Entries", account="FUND_SAFETY:HQ", limit=1000))["entries"]
    assert all(list(entry) == ENTRY.split() for entry in whole)
    paged: list[dict[str, Any]] = []
    while page := (
        await books.ask("Entries", account="FUND_SAFETY:HQ", limit=7, after=paged[-1]["position"] if paged else 0)
    )["entries"]:
        assert len(page) <= 7
        paged += page
    assert paged == whole
    assert len(whole) > 50


async def test_facts_show_money_as_text_and_names_not_at_all(books: Books) -> None:
    await books.load(Company().facts(1100))
    facts = (await books.ask("Facts", limit=1000))["facts"]
    assert [fact["position"] for fact in facts] == list(range(1, 1001))
    assert all(list(fact) == FACT.split() for fact in facts)
    opened = next(fact for fact in facts if fact["fact"] == "BalanceOpened")
    assert opened["data"]["balances"][0]["amount"] == "1000000000.00"
    assert {fact["data"]["name"] for fact in facts if fact["fact"] == "PersonRegistered"} == {None}
    assert (await books.ask("Facts", after=1000))["facts"][0]["position"] == 1001


async def test_who_reported_anonymously_is_sealed_everywhere(books: Books) -> None:
    facts = Company().facts(1500)
    place, report = next((n, fact) for n, fact in enumerate(facts) if isinstance(fact, HazardReported))
    facts[place] = msgspec.structs.replace(report, anonymous=True, by="P-SECRET", discoverer="P-SECRET")
    await books.load(facts)
    shown = await books.ask("Document", kind="hazard", id=report.hazard)
    listed = await books.ask("Facts", after=place, limit=1)
    assert shown["facts"][0]["by"] is None
    assert "P-SECRET" not in str(shown) + str(listed)


async def test_the_position_of_an_answer_is_that_of_its_read_models(books: Books) -> None:
    await books.load(Company().facts(100))
    await books.record(Company().facts(0))
    async with books.reading() as connection:
        assert (await answer(connection, "Balances", {}))["position"] == 100


@pytest.mark.parametrize(
    ("query", "fields", "code"),
    [
        ("Nonsense", {}, "INVALID"),
        ("Pool", {}, "INVALID"),
        ("Pool", {"unit": "ZZ"}, "UNKNOWN_UNIT"),
        ("Pool", {"unit": "U1", "pool": "swimming"}, "INVALID"),
        ("Pool", {"unit": None}, "INVALID"),
        ("Fund", {"centre": "ZZ"}, "UNKNOWN_CENTRE"),
        ("Fund", {"centre": "U1W1"}, "INVALID"),
        ("Person", {"person": "P-ZZ"}, "UNKNOWN_PERSON"),
        ("Document", {"kind": "slip", "id": "SL-ZZ"}, "UNKNOWN_SLIP"),
        ("Document", {"kind": "poem", "id": "X"}, "INVALID"),
        ("Entries", {"account": "POOL_WAGE:U1", "limit": 1001}, "INVALID"),
        ("Entries", {"account": "POOL_WAGE:U1", "limit": 0}, "INVALID"),
        ("Entries", {"account": "NONSENSE:U1"}, "INVALID"),
        ("Balances", {"subtree": True}, "INVALID"),
        ("OpenItems", {"unit": "U1", "centre": "U1"}, "INVALID"),
        ("AmountInWords", {"amount": "1.5"}, "INVALID"),
    ],
)
async def test_what_cannot_be_answered_is_refused(books: Books, query: str, fields: dict[str, Any], code: str) -> None:
    await books.load(Company().facts(60))
    with pytest.raises(Refusal) as refusal:
        await books.ask(query, **fields)
    assert refusal.value.code == code


async def test_balances_of_a_subtree_are_those_of_its_units(books: Books) -> None:
    await books.load(Company().facts(1000))
    below = (await books.ask("Balances", unit="U1", subtree=True, prefix="POOL_WAGE"))["balances"]
    assert len(below) == 1 + 4 + 12
    async with books.reading() as connection:
        pool = await subtree_pool(await reader_of(connection), "U1")
    assert pool["units"] == 17
    assert pool["balance"] == f"{sum(int(text[:-3] + text[-2:]) for text in below.values()) / 100:.2f}"


async def test_confirmed_slips_are_counted_by_unit_and_year_of_issue(books: Books) -> None:
    facts = Company().facts(5000)
    await books.load(facts)
    async with books.reading() as connection:
        rows = await slips_by(await reader_of(connection))
    confirmed = [fact for fact in facts if type(fact).__name__ == "SlipConfirmed"]
    assert sum(row["slips"] for row in rows) == len(confirmed) > 50
    assert {row["year"] for row in rows} == {"2026"}
    assert all(row["sum"] == f"{row['slips'] * 1100}.00" for row in rows)


def test_fields_are_read_from_the_texts_of_a_url() -> None:
    given = {"accounts": "POOL_WAGE:U1,CLR_TRADE:U1", "subtree": "true", "prefix": "P"}
    assert data_from_text("Balances", given) == {
        "accounts": ["POOL_WAGE:U1", "CLR_TRADE:U1"],
        "subtree": True,
        "prefix": "P",
    }
    assert data_from_text("Facts", {"after": "12", "limit": "many"}) == {"after": 12, "limit": "many"}
    with pytest.raises(Invalid):
        data_from_text("Nonsense", {})


def test_every_query_says_what_it_answers() -> None:
    assert all(query.rule for query in TABLE.values())
