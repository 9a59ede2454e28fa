"""A balance at a business date as known at a position or moment is the naive sum over the facts, whatever they are."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from ledger.errors import Invalid
from ledger.fact import StoredFact
from ledger.facts.pools import QuotaWageCredited
from ledger.money import yuan
from ledger.posting import entries
from projections.queries import answer
from tests.projections.company import Company
from tests.projections.conftest import Books

ACCOUNTS = ["FUND_SAFETY:HQ", "POOL_WAGE:U1W1T1", "POOL_WAGE:U1W1", "CLR_TRADE:U1", "PAY_PERF:P-U1W1T1-1", "OPENING"]


def naive(facts: list[StoredFact], day: str, position: int) -> dict[str, str]:
    """The meaning of the question, spelled out by hand."""
    total: Counter[str] = Counter(dict.fromkeys(ACCOUNTS, 0))
    for at, _, fact in facts:
        if at <= position and fact.business_date <= day:
            for entry in entries(fact):
                total[entry.account] += entry.amount
    return {account: yuan(total[account]) for account in sorted(ACCOUNTS)}


async def test_any_two_dates_give_the_naive_sum(books: Books) -> None:
    facts = Company(per_day=300).facts(9000)  # more than two blocks of positions
    await books.load(facts)
    recorded = [StoredFact(position, fact.at, fact) for position, fact in enumerate(facts, 1)]
    random = Company(seed=7).random
    days = sorted({fact.business_date for fact in facts})
    positions = [0, 1, 4095, 4096, 4097, 8191, 8192, 9000, *(random.randint(1, 9000) for _ in range(25))]
    async with books.reading() as connection:
        for position in positions:
            day = random.choice(days)
            fields: dict[str, Any] = {"business_date": day, "known_position": position, "accounts": ACCOUNTS}
            given = (await answer(connection, "BalancesAt", fields))["result"]
            assert given["balances"] == naive(recorded, day, position), (day, position)


async def test_a_moment_is_what_was_recorded_by_then_and_a_date_its_end_in_shanghai(books: Books) -> None:
    def credited(name: str, at: str) -> QuotaWageCredited:
        return QuotaWageCredited(
            stream="unit-W1", at=at, by="P", command=name, business_date="2026-02-01", posting_period="2026-02",
            unit="W1", amount=100, source_doc=name,
        )  # fmt: skip

    moments = ["2026-02-01T15:59:59.999999Z", "2026-02-01T16:00:00.000000Z", "2026-02-02T16:00:00.000000Z"]
    await books.load([credited(f"q-{number}", at) for number, at in enumerate(moments)])

    async def known(**by: Any) -> str:
        result = await books.ask("BalancesAt", business_date="2026-12-31", accounts=["POOL_WAGE:W1"], **by)
        return str(result["balances"]["POOL_WAGE:W1"])

    assert await known(known_at="2026-01-31") == "0.00"
    assert await known(known_at="2026-02-01") == "1.00"
    assert await known(known_at="2026-02-02") == "2.00"
    assert await known(known_at="2026-02-02T00:00:00+08:00") == "2.00"
    assert await known(known_at="2026-02-01T23:59:59.999999+08:00") == "1.00"
    assert await known(known_position=3) == "3.00"
    assert await known(known_position=99) == "3.00"
    assert await known() == "3.00"
    assert (await books.ask("BalancesAt", business_date="2026-12-31"))["known_at"] is None


async def test_without_accounts_those_with_an_entry_by_then_are_listed(books: Books) -> None:
    """[rule 48] Named ones always are."""
    await books.load(Company().facts(3000))
    asked: dict[str, Any] = {"known_position": 3000, "prefix": "POOL_WAGE:U1W"}
    assert (await books.ask("BalancesAt", business_date="2025-01-01", **asked))["balances"] == {}
    listed = await books.ask("BalancesAt", business_date="2099-12-31", **asked)
    assert listed["balances"].keys() == (await books.ask("Balances", prefix="POOL_WAGE:U1W"))["balances"].keys()
    assert len(listed["balances"]) > 5
    named = await books.ask("BalancesAt", business_date="2025-01-01", known_position=3000, accounts=["POOL_WAGE:U1W1"])
    assert named["balances"] == {"POOL_WAGE:U1W1": "0.00"}


@pytest.mark.parametrize(
    "fields",
    [
        {"business_date": "2026-02-01", "known_at": "2026-02-30"},
        {"business_date": "2026-02-01", "known_at": "yesterday"},
        {"business_date": "2026-02-01", "known_at": "2026-02-01", "known_position": 1},
        {"business_date": "2026-02-01", "known_position": -1},
        {"business_date": "2026-02-01", "known_position": "1"},
        {"business_date": "2026-2-1", "known_position": 1},
        {"business_date": "2026-02-01", "known_position": 1, "accounts": ["NONSENSE:W1"]},
        {"business_date": "2026-02-01", "known_position": 1, "surplus": 1},
        {"known_position": 1},
    ],
)
async def test_a_wrong_form_is_invalid(books: Books, fields: dict[str, Any]) -> None:
    await books.load([])
    with pytest.raises(Invalid):
        await books.ask("BalancesAt", **fields)
