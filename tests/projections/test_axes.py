"""Questions on two time axes: as of a business date, as known at a position."""

from __future__ import annotations

from typing import Any

import pytest

from ledger.errors import Invalid
from tests.projections.boards import (
    accept,
    approve,
    assign,
    award,
    bid,
    claim,
    open_pool,
    publish,
    report,
    request,
    verify,
)
from tests.projections.conftest import Books
from tests.spec import Line, Story, do, given, stamped

LINES = [{"party": "W1", "amount": "80.00"}]
AUTHORITY = {"name": "集团公司", "doc": "A-7", "date": "2026-02-01"}


def on(day: str, clock: str = "09:00") -> str:
    return f"2026-02-{day}T{clock}:00+08:00"


def slip(command: str, day: str, **data: Any) -> Line:
    return do(command, "P-OFF", on(day), slip="SL-1", **data)


def issue(day: str) -> Line:
    said = {"unit": "W1", "grounds": "quality", "tier": "T2", "basis": "质量办法 §3", "description": "工程质量"}
    return slip("IssueSlip", day, **said, lines=LINES, authority=AUTHORITY, approved_by="P-SO")


def credit(day: str, amount: str, **members: Any) -> Line:
    line = do("CreditQuotaWage", "P-C1", on(day), unit="W1", amount=amount, source_doc=f"D-{day}")
    return stamped(line, **members)


def month() -> Story:
    """A slip from the 3rd to the 10th, a tender awarded on the 4th, a credit of the 5th told on the 12th."""
    friday = on("06", "18:00")
    return given(
        *(open_pool("10000.00"), report("H-1", at=on("02"))),
        *(request("TD-1", "H-1", on("02", "09:30")), approve("TD-1", on("02", "10:00"))),
        *(publish("TD-1", friday, on("02", "11:00")), issue("03"), slip("ServeSlip", "03"), bid("TD-1")),
        *(award("TD-1"), credit("05", "50.00"), do("AdvanceClock", at=on("10"))),
        stamped(credit("12", "7.00"), at=on("12"), business_date="2026-02-05"),
    )


async def exposed(books: Books, **when: Any) -> list[str]:
    asked = await books.ask("Exposure", centre="U1", **when)
    return [document["document"] for document in asked["documents"]]


async def test_exposure_is_what_was_issued_and_not_confirmed_then(books: Books) -> None:
    await books.load(month().ledger.facts)
    assert await exposed(books) == []
    assert await exposed(books, business_date="2026-02-02") == []
    assert await exposed(books, business_date="2026-02-03") == ["SL-1"]
    assert await exposed(books, business_date="2026-02-10") == []
    assert await exposed(books, known_at="2026-02-09") == ["SL-1"]
    assert await exposed(books, business_date="2026-02-28", known_at="2026-02-09") == ["SL-1"]


async def test_an_answer_says_for_when_it_was_asked(books: Books) -> None:
    await books.load(month().ledger.facts)
    asked = await books.ask("Exposure", business_date="2026-02-03", known_position=10**9)
    assert (asked["business_date"], asked["known_at"]) == ("2026-02-03", len(month().ledger.facts))
    assert "known_at" not in await books.ask("Exposure")


async def test_entries_of_a_past_day_have_the_balance_of_those_entries(books: Books) -> None:
    """A late report of the 5th counts on the 5th, once it is known."""
    await books.load(month().ledger.facts)

    async def register(**when: Any) -> list[tuple[str, str]]:
        asked = await books.ask("Entries", account="POOL_WAGE:W1", **when)
        return [(entry["business_date"], entry["balance"]) for entry in asked["entries"]]

    opened = ("2026-02-01", "10000.00")
    slipped = ("2026-02-07", "9970.00")
    assert await register() == [opened, ("2026-02-05", "10050.00"), slipped, ("2026-02-05", "9977.00")]
    assert await register(business_date="2026-02-05") == [
        opened,
        ("2026-02-05", "10050.00"),
        ("2026-02-05", "10057.00"),
    ]
    assert await register(business_date="2026-02-05", known_at="2026-02-11") == [opened, ("2026-02-05", "10050.00")]
    assert await register(business_date="2026-02-05", since="2026-02-05", limit=1) == [("2026-02-05", "10050.00")]


async def test_a_statement_of_a_past_day_is_the_draft_that_it_would_have_been(books: Books) -> None:
    await books.load(month().ledger.facts)

    async def shown(**when: Any) -> tuple[str, str, str, int]:
        asked = await books.ask("Statement", unit="W1", period="2026-02", **when)
        return asked["quota_wage"], asked["closing"], asked["reserved"], len(asked["open_items"])

    assert await shown() == ("57.00", "9977.00", "2730.00", 3)
    assert await shown(business_date="2026-02-03") == ("0.00", "10000.00", "0.00", 3)
    assert await shown(business_date="2026-02-05") == ("57.00", "10057.00", "2730.00", 4)
    assert await shown(business_date="2026-02-05", known_at="2026-02-11") == ("50.00", "10050.00", "2730.00", 4)
    assert await shown(known_at="2026-02-04") == ("0.00", "10000.00", "2730.00", 4)
    with pytest.raises(Invalid):
        await shown(issue=1, business_date="2026-02-05")


async def test_a_pool_of_a_past_day_knows_what_was_reserved_and_owed(books: Books) -> None:
    await books.load(month().ledger.facts)
    before = await books.ask("Pool", unit="W1", business_date="2026-02-03")
    after = await books.ask("Pool", unit="W1", business_date="2026-02-04")
    assert [(pool["balance"], pool["reserved"], pool["available"]) for pool in (before, after)] == [
        ("10000.00", "0.00", "10000.00"),
        ("10000.00", "2730.00", "7270.00"),
    ]


async def test_a_trial_balance_of_a_past_day_adds_up_to_nothing_too(books: Books) -> None:
    await books.load(month().ledger.facts)
    asked = await books.ask("TrialBalance", business_date="2026-02-05", known_at="2026-02-11")
    closing = {account["account"]: account["closing"] for account in asked["accounts"]}
    assert (closing["POOL_WAGE:W1"], "FUND_SAFETY:HQ" in closing, asked["sum"]) == ("10050.00", False, "0.00")


async def test_the_tender_board_is_as_it_was_known(books: Books) -> None:
    await books.load(month().ledger.facts)

    async def board(**when: Any) -> list[tuple[str, str]]:
        asked = await books.ask("TenderBoard", **when)
        return [(row["state"], row["place"]) for row in asked["tenders"]]

    assert await board(known_at="2026-02-01") == []
    assert await board(known_at="2026-02-03") == [("published", "巷道 H-1")]
    assert await board(business_date="2026-02-28", known_at="2026-02-03") == [("published", "巷道 H-1")]
    assert await board(business_date="2026-02-03") == [("published", "巷道 H-1")]
    assert await board(business_date="2026-02-04") == [("awarded", "巷道 H-1")]


async def test_what_followed_an_undated_step_waits_for_it(books: Books) -> None:
    """Served with an earlier business date than it was issued: on that day it was neither."""
    story = given(issue("05"), stamped(slip("ServeSlip", "05"), business_date="2026-02-03"))
    await books.load(story.ledger.facts)
    assert await exposed(books, business_date="2026-02-03") == []
    assert await exposed(books, business_date="2026-02-05") == ["SL-1"]


@pytest.mark.parametrize("name", ["Exposure", "OpenItems", "TenderBoard", "TrialBalance"])
async def test_a_moment_and_a_position_exclude_each_other(books: Books, name: str) -> None:
    await books.load(month().ledger.facts)
    with pytest.raises(Invalid):
        await books.ask(name, known_at="2026-02-03", known_position=3)


async def test_the_hazard_register_is_as_it_stood(books: Books) -> None:
    """H-1 is assigned on the 4th until the 6th, and closed on the 9th."""
    story = given(
        *(report("H-1", at=on("02")), verify("H-1", at=on("03")), assign("H-1", "2026-02-06", at=on("04"))),
        *(claim("H-1", on("09", "08:00")), accept("H-1", on("09", "12:00"))),
    )
    await books.load(story.ledger.facts)

    async def shown(**asked: Any) -> list[tuple[str, str | None, int | None]]:
        register = await books.ask("HazardRegister", unit="W1", **asked)
        return [(row["state"], row["deadline"], row["days_overdue"]) for row in register["hazards"]]

    async def closure(**asked: Any) -> tuple[int, int]:
        rates = (await books.ask("HazardRegister", unit="W1", period="2026-02", **asked))["rates"]
        return rates["closure"]["num"], rates["closure"]["den"]

    assert await shown() == [("closed", "2026-02-06", None)]
    assert await shown(business_date="2026-02-01") == []
    assert await shown(business_date="2026-02-03") == [("verified", None, None)]
    assert await shown(business_date="2026-02-08") == [("assigned", "2026-02-06", 2)]
    assert await shown(business_date="2026-02-08", overdue=True) == [("assigned", "2026-02-06", 2)]
    assert await shown(business_date="2026-02-05", overdue=True) == []
    assert await shown(business_date="2026-02-28", known_at="2026-02-04") == [("assigned", "2026-02-06", 22)]
    assert await shown(business_date="2026-02-08", state="closed") == []
    assert await shown(business_date="2026-02-08", place="elsewhere") == []
    assert (await closure(), await closure(known_at="2026-02-08"), await closure(known_at="2026-02-03")) == (
        *((1, 1), (0, 1)),
        (0, 0),
    )
