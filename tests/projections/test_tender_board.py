"""The tender board: what is open for whom, until when, who bid."""

from __future__ import annotations

import pytest

from ledger.errors import Invalid, Unknown
from tests.projections.boards import approve, award, bid, open_pool, publish, report, request
from tests.projections.conftest import Books
from tests.spec import Story, given

FRIDAY = "2026-02-06T18:00:00+08:00"


def two_tenders() -> Story:
    """TD-1 is awarded on the 4th, TD-2 still takes bids."""
    return given(
        *(open_pool(), report("H-1"), report("H-2")),
        *(request("TD-1", "H-1"), approve("TD-1"), publish("TD-1", FRIDAY), bid("TD-1")),
        *(request("TD-2", "H-2"), approve("TD-2"), publish("TD-2", FRIDAY)),
        award("TD-1"),
    )


async def test_the_board_says_what_is_open_for_whom_and_who_bid(books: Books) -> None:
    await books.load(two_tenders().ledger.facts)
    board = await books.ask("TenderBoard")
    awarded, published = board["tenders"]
    assert (awarded["state"], awarded["winner"], awarded["unit_price"], awarded["reserve"]) == (
        *("awarded", "W2"),
        *("45.50", "2730.00"),
    )
    assert awarded["bids"] == [{"unit": "W2", "days": 5, "staff": None, "plan": None, "qualified": True}]
    assert (awarded["open_to"], awarded["place"]) == ([], "巷道 H-1")
    assert (published["state"], published["bid_deadline"]) == ("published", "2026-02-06T10:00:00.000000Z")
    assert published["open_to"] == ["T1", "T2", "T3", "T4", "W2"]
    assert (published["winner"], published["unit_price"], published["reserve"]) == (None, None, "0.00")


async def test_a_unit_sees_what_concerns_it_and_in_which_part(books: Books) -> None:
    await books.load(two_tenders().ledger.facts)

    async def parts(unit: str) -> dict[str, str]:
        return {row["tender"]: row["part"] for row in (await books.ask("TenderBoard", unit=unit))["tenders"]}

    assert await parts("W1") == {"TD-1": "payer", "TD-2": "payer"}
    assert await parts("W2") == {"TD-1": "winner", "TD-2": "may_bid"}
    assert await parts("T3") == {"TD-2": "may_bid"}
    assert await parts("W3") == {}


async def test_a_centre_sees_what_it_settles_and_states_can_be_chosen(books: Books) -> None:
    await books.load(two_tenders().ledger.facts)
    assert len((await books.ask("TenderBoard", centre="U1"))["tenders"]) == 2
    assert (await books.ask("TenderBoard", centre="U2"))["tenders"] == []
    [row] = (await books.ask("TenderBoard", state="published"))["tenders"]
    assert row["tender"] == "TD-2"


async def test_the_board_of_a_past_day_is_as_it_was_then(books: Books) -> None:
    await books.load(two_tenders().ledger.facts)

    async def states(day: str) -> dict[str, str]:
        board = await books.ask("TenderBoard", business_date=day)
        return {row["tender"]: row["state"] for row in board["tenders"]}

    assert await states("2026-02-01") == {}
    assert await states("2026-02-03") == {"TD-1": "published", "TD-2": "published"}
    assert await states("2026-02-04") == {"TD-1": "awarded", "TD-2": "published"}
    [bidden, _] = (await books.ask("TenderBoard", business_date="2026-02-03"))["tenders"]
    assert "W2" not in bidden["open_to"]
    assert (await books.ask("TenderBoard", business_date="2026-02-06"))["tenders"][1]["open_to"] == []


async def test_a_page_of_the_board_says_where_the_next_begins(books: Books) -> None:
    await books.load(two_tenders().ledger.facts)
    first = await books.ask("TenderBoard", limit=1)
    second = await books.ask("TenderBoard", limit=1, after=first["next"])
    assert [row["tender"] for page in (first, second) for row in page["tenders"]] == ["TD-1", "TD-2"]
    assert second["next"] is None


async def test_a_board_of_nobody_is_refused(books: Books) -> None:
    await books.load(two_tenders().ledger.facts)
    for refusal, fields in (
        (Unknown, {"unit": "NO"}),
        (Invalid, {"centre": "W1"}),
        (Invalid, {"state": "open"}),
        (Invalid, {"unit": "W1", "centre": "U1"}),
    ):
        with pytest.raises(refusal):
            await books.ask("TenderBoard", **fields)
