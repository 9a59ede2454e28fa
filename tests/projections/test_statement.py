"""Section A of a statement is the journal: its lines add up to it, whatever happened."""

from __future__ import annotations

from collections import Counter

import pytest

from ledger.errors import Invalid, Unknown
from ledger.money import fen
from projections.queries.statement import COSTS, GAINS
from tests.projections.company import Company
from tests.projections.conftest import Books

MONTHS = ("2026-01", "2026-02", "2026-03")


def signed(text: str) -> int:
    return -fen(text[1:]) if text.startswith("-") else fen(text)


async def test_a_statement_is_the_journal_of_its_month_and_closes_into_the_next(books: Books) -> None:
    await books.load(Company(per_day=80).facts(6000))
    for unit in ("U1W1", "U1W1T1", "U2"):
        closing = "0.00"
        for month in MONTHS:
            made = await books.ask("Statement", unit=unit, period=month)
            moved = sum(signed(line["credit"]) - signed(line["debit"]) for line in made["lines"])
            opened = sum(signed(line["credit"]) for line in made["lines"] if line["fact"] == "BalanceOpened")
            assert signed(made["opening"]) == signed(closing) + opened
            assert signed(made["closing"]) == signed(closing) + moved
            gains = sum(signed(made[name]) for name in GAINS) + signed(made["other"])
            assert signed(made["closing"]) == signed(made["opening"]) + gains - sum(
                signed(made[name]) for name in COSTS
            )
            late = sum(signed(each["amount"]) for each in made["prior_period_adjustments"])
            assert late == signed(made["adjustments"])
            closing = made["closing"]


async def test_section_a_counts_each_kind_of_fact_where_it_belongs(books: Books) -> None:
    facts = Company(per_day=80).facts(6000)
    await books.load(facts)
    made = await books.ask("Statement", unit="U1W1T1", period="2026-01")
    by_fact: Counter[str] = Counter()
    for line in made["lines"]:
        if line["adjusts_period"] is None:
            by_fact[line["fact"]] += signed(line["credit"]) - signed(line["debit"])
    assert signed(made["quota_wage"]) == by_fact["QuotaWageCredited"] > 0
    assert signed(made["distribution"]) == -by_fact["WageDistributed"] > 0
    assert signed(made["market_income"]) == by_fact["HandoverItemTransferredIn"] > 0
    assert signed(made["market_expense"]) == -by_fact["HandoverItemTransferredOut"] > 0
    shop = await books.ask("Statement", unit="U1W1", period="2026-01")
    assert signed(shop["slips"]) > 0
    assert signed(shop["notices"]) > 0
    assert shop["price_lists"] == ["HQ@v1"]
    assert (shop["state"], shop["issue"], len(shop["digest"])) == ("draft", 0, 64)


async def test_persons_of_a_team_earn_what_was_distributed(books: Books) -> None:
    await books.load(Company(per_day=80).facts(6000))
    made = await books.ask("Statement", unit="U1W1T1", period="2026-01")
    earned = sum(signed(person["performance"]) for person in made["persons"])
    assert earned == signed(made["distribution"]) > 0
    for person in made["persons"]:
        opening, new, kept, closing = (signed(person[f"due_{name}"] if name != "deducted" else person[name])
                                       for name in ("opening", "new", "deducted", "closing"))  # fmt: skip
        assert opening + new - kept == closing
        assert signed(person["payable"]) == signed(person["performance"]) - kept


async def test_what_was_never_issued_is_unknown(books: Books) -> None:
    await books.load(Company().facts(1000))
    with pytest.raises(Unknown) as unknown:
        await books.ask("Statement", unit="U1", period="2026-01", issue=1)
    assert unknown.value.code == "UNKNOWN_STATEMENT"
    with pytest.raises(Unknown):
        await books.ask("Statement", unit="ZZ", period="2026-01")
    with pytest.raises(Invalid):
        await books.ask("Statement", unit="U1", period="2026-01", issue=-1)
