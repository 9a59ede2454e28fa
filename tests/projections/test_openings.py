"""Balances that are opened late are opening of the month that they are posted to; closed months stay (rules 43, 45)."""

from __future__ import annotations

from typing import Any

from tests.ledger.decisions.settlement import close_month
from tests.projections.conftest import Books
from tests.spec import Line, Story, do, given

JANUARY = "2026-01"


def opened(as_of: str, **fields: Any) -> Line:
    balances = {"POOL_WAGE:W1": "900.00", "DUE_PERSON:P-A": "-50.00"}
    return do("OpenBalances", at="2026-02-10T09:00:00+08:00", known_as="late", as_of=as_of, balances=balances, **fields)


def january_closed(*commands: Line) -> Story:
    story = Story()
    for centre in ("U1", "HQ"):
        close_month(story, centre, JANUARY)
    return story.given(*commands)


async def trial(books: Books, period: str, centre: str = "U1") -> dict[str, tuple[str, str, str, str]]:
    found = (await books.ask("TrialBalance", period=period, centre=centre))["accounts"]
    return {row["account"]: (row["opening"], row["debit"], row["credit"], row["closing"]) for row in found}


async def test_a_balance_opened_as_of_a_closed_month_is_opening_of_its_posting_period(books: Books) -> None:
    """[rule 43]"""
    await books.load(january_closed(opened("2026-01-31")).ledger.facts)
    assert await trial(books, JANUARY) == {}
    assert (await trial(books, "2026-02"))["POOL_WAGE:W1"] == ("900.00", "0.00", "0.00", "900.00")
    made = await books.ask("Statement", unit="W1", period="2026-02")
    assert (made["opening"], made["adjustments"], made["closing"]) == ("900.00", "0.00", "900.00")
    assert made["prior_period_adjustments"] == []
    assert [line["adjusts_period"] for line in made["lines"]] == [JANUARY]


async def test_the_reversal_of_an_opening_counts_as_opening(books: Books) -> None:
    """[rules 23 and 43]"""
    gone = do("ReverseEntry", "P-C1", "2026-02-11T09:00:00+08:00", of="late", reason="错", approved_by="P-H1")
    await books.load(january_closed(opened("2026-01-31"), gone).ledger.facts)
    made = await books.ask("Statement", unit="W1", period="2026-02")
    assert (made["opening"], made["adjustments"], made["closing"]) == ("0.00", "0.00", "0.00")


async def test_an_account_belongs_to_the_centre_of_the_months_last_day(books: Books) -> None:
    """[rule 43] Who moves, and a workshop that goes to another mine, leave a closed month as it was."""
    story = given(opened("2026-01-31"))
    await books.load(story.ledger.facts)
    before = await trial(books, JANUARY)
    moved = do("AssignPerson", person="P-A", unit="W3", role="worker", since="2026-02-05", home=True)
    given_away = do("ReparentUnit", unit="W1", parent="U2", effective="2026-02-05", reason="划转")
    known = len(story.ledger.facts)
    await books.load(story.given(moved, given_away).ledger.facts[known:])
    assert await trial(books, JANUARY) == before
    assert {"POOL_WAGE:W1", "DUE_PERSON:P-A"} <= (await trial(books, "2026-02", "U2")).keys()


async def test_persons_without_home_belong_to_the_root_until_they_have_one(books: Books) -> None:
    """[rule 45] And a home that begins later does not change the month before it [rule 43]."""
    hired = do("RegisterPerson", person="P-N", name="新人")
    owes = do("OpenBalances", at="2026-02-10T09:00:00+08:00", as_of="2026-01-31", balances={"DUE_PERSON:P-N": "-5.00"})
    home = do("AssignPerson", person="P-N", unit="T1", role="worker", since="2026-02-05", home=True)
    await books.load(given(hired, owes, home).ledger.facts)
    assert "DUE_PERSON:P-N" in await trial(books, JANUARY, "HQ")
    assert "DUE_PERSON:P-N" not in await trial(books, JANUARY, "U1")
    assert "DUE_PERSON:P-N" in await trial(books, "2026-02", "U1")


async def test_money_of_a_person_without_home_is_posted_to_the_roots_month() -> None:
    """[rule 43] The root has closed January: nothing comes into it, also where a home begins later."""
    hired = do("RegisterPerson", person="P-N", name="新人")
    home = do("AssignPerson", person="P-N", unit="T1", role="worker", since="2026-02-05", home=True)
    owes = do("OpenBalances", at="2026-02-10T09:00:00+08:00", as_of="2026-01-31", balances={"DUE_PERSON:P-N": "-5.00"})
    story = close_month(Story(), "HQ", JANUARY).given(hired, home).when(owes)
    assert story.recorded[-1].posting_period == "2026-02"
