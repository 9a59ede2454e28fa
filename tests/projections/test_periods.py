"""A centre's months: their states, and dates that follow from the published work calendar."""

from __future__ import annotations

import pytest

from ledger.errors import Invalid
from tests.ledger.decisions.settlement import CLOSE, CONFIRMATIONS, CUT_OFF, ISSUE, MARCH, OPEN, RUN, month, on
from tests.projections.conftest import Books
from tests.spec import Line, do

HOLIDAYS = do(
    *("PublishWorkCalendar", "SYSTEM", on("03-01", "07:00:00")),
    year="2026",
    holidays=["2026-04-03", "2026-04-06"],
    workdays=["2026-04-04"],
    source="国务院办公厅通知",
)


async def told(books: Books, *lines: Line, **asked: str) -> list[dict[str, str | None]]:
    await books.load(month().given(*lines).ledger.facts)
    found: list[dict[str, str | None]] = (await books.ask("Periods", centre="U1", **asked))["periods"]
    return found


async def test_the_dates_of_a_month_follow_from_the_work_calendar(books: Books) -> None:
    """Friday 3 and Monday 6 April are holidays, Saturday 4 is a working day; pay day, the 6th, moves before both."""
    opened = do("OpenPeriod", "P-C1", on("03-01"), **MARCH, pay_day="2026-04-06")
    [march] = await told(books, HOLIDAYS, opened)
    assert march == {
        "period": "2026-03",
        "state": "opened",
        "cutoff": "2026-03-31",
        "pay_day": "2026-04-06",
        "cut_off_on": "2026-04-01",
        "confirm_by": "2026-04-04",
        "close_on": "2026-04-07",
        "pay_on": "2026-04-04",
    }


@pytest.mark.parametrize(
    ("lines", "state"),
    [
        ((OPEN,), "opened"),
        ((OPEN, CUT_OFF), "cut_off"),
        ((OPEN, CUT_OFF, RUN, ISSUE), "reconciled"),
        ((OPEN, CUT_OFF, RUN, ISSUE, *CONFIRMATIONS, CLOSE), "closed"),
    ],
    ids=["opened", "cut off", "reconciled", "closed"],
)
async def test_a_month_says_how_far_it_is(books: Books, lines: tuple[Line, ...], state: str) -> None:
    [march] = await told(books, *lines)
    assert (march["period"], march["state"], march["pay_on"]) == ("2026-03", state, None)


async def test_every_month_before_a_closed_one_is_closed(books: Books) -> None:
    """[rule 26]"""
    [february] = await told(books, OPEN, CUT_OFF, RUN, ISSUE, *CONFIRMATIONS, CLOSE, period="2026-02")
    assert february["state"] == "closed"


async def test_a_month_that_nobody_opened_has_its_dates_and_one_without_calendar_has_none(books: Books) -> None:
    assert await told(books, OPEN, period="2026-05") == [
        {
            "period": "2026-05",
            "state": "not_opened",
            "cutoff": "2026-05-31",
            "pay_day": None,
            "cut_off_on": "2026-06-01",
            "confirm_by": "2026-06-03",
            "close_on": "2026-06-04",
            "pay_on": None,
        }
    ]
    [later] = (await books.ask("Periods", centre="U1", period="2030-01"))["periods"]
    assert (later["cutoff"], later["cut_off_on"], later["close_on"]) == ("2030-01-31", None, None)


async def test_only_a_centre_has_months(books: Books) -> None:
    await books.load(month().given(OPEN).ledger.facts)
    assert (await books.ask("Periods", centre="HQ"))["periods"] == []
    with pytest.raises(Invalid):
        await books.ask("Periods", centre="W1")
