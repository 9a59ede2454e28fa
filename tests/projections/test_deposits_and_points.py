"""Points, deposits, streaks, and how far the appraisal is: what follows from scores and years (ASS-19, ASS-34)."""

from __future__ import annotations

from functools import partial
from typing import Any

from tests.projections.appraisals import JANUARY, month_of_leader, policy, told, year_of_deputy
from tests.projections.conftest import Books
from tests.spec import Line, do

AT = "2026-02-02T09:00:00+08:00"
JUNE = "2026-06-01T09:00:00+08:00"
BOTH = ["P-G1", "P-G2"]

# -- points ---------------------------------------------------------------------------------------------------------

award = partial(do, "AwardPoints", "P-SO", AT, person="P-A", reason="有效上报")
redeem = partial(do, "RedeemPoints", "P-A", AT, person="P-A")


def funds(amount: str) -> Line:
    return do("OpenBalances", at=AT, as_of="2026-02-02", balances={"FUND_SAFETY:U1": amount})


async def test_points_are_shown_award_by_award_with_what_may_be_redeemed(books: Books) -> None:
    cap = policy("points.month_cap", 20, AT, "2026-02-02")
    await told(books, funds("400.00"), cap, award(points=15, doc="J-1"), award(points=9, doc="J-2"), redeem(points=12))
    found = await books.ask("Points", person="P-A")
    shown = {name: found[name] for name in ("held", "month", "redeemed", "cap", "redeemable", "spendable")}
    assert shown == {
        "held": 12,
        "month": "2026-02",
        "redeemed": 12,
        "cap": 20,
        "redeemable": 8,
        "spendable": "388.00",
    }
    assert [(lot["doc"], lot["left"], lot["expires_at"]) for lot in found["lots"]] == [
        ("J-1", 3, "2027-02-01T16:00:00.000000Z"),
        ("J-2", 9, "2027-02-01T16:00:00.000000Z"),
    ]
    assert [(move["what"], move["points"], move["amount"]) for move in found["history"]] == [
        ("PointsAwarded", 15, None),
        ("PointsAwarded", 9, None),
        ("PointsRedeemed", -12, "12.00"),
    ]


async def test_a_reward_by_item_shows_its_price_in_the_account(books: Books) -> None:
    """[rule 37]"""
    listed = {"owner": "U1", "version": "u1", "effective": "2026-02-02", "legal_basis": "§", "notice": "公示"}
    item = {"item": "RW-1", "kind": "reward", "uom": "条", "price": "12.35"}
    published = do("PublishPriceList", "P-U1H", AT, **listed, items=[item])
    granted = {"person": "P-A", "reason": "排查", "doc": "JL-1", "approved_by": "P-H1", "item": "RW-1", "qty": "2"}
    await told(books, funds("400.00"), published, do("GrantReward", "P-C1", AT, **granted))
    [entry] = (await books.ask("Entries", account="PAY_BONUS:P-A"))["entries"]
    shown = ("credit", "item", "list_version", "qty", "unit_price", "document")
    assert [entry[name] for name in shown] == ["24.70", "RW-1", "U1@u1", "2", "12.35", "JL-1"]


async def test_a_reversed_redemption_is_marked_and_its_points_are_held(books: Books) -> None:
    reverse = do("ReverseEntry", "P-C1", AT, of="r-1", reason="错", approved_by="P-H1")
    await told(books, funds("400.00"), award(points=15, doc="J-1"), redeem(points=12) | {"id": "r-1"}, reverse)
    found = await books.ask("Points", person="P-A")
    assert (found["held"], found["redeemed"]) == (15, 0)
    assert [(move["points"], move["reversed"]) for move in found["history"]] == [(15, False), (-12, True)]


# -- deposits and streaks -------------------------------------------------------------------------------------------


def failed_year(year: str, at: str = AT) -> list[Line]:
    return [
        do("ScoreUnitQuarter", "P-SO", at, unit="U1", quarter=f"{year}-Q1", score="50"),
        do("ScoreUnitYear", "P-G1", at, unit="U1", year=year, annual="50", approvals=BOTH),
        do("ForfeitDeposit", "P-G1", at, person="P-U1H", unit="U1", year=year, approvals=BOTH),
    ]


CASH = policy("deposit.mode", "cash", AT, "2026-02-02")
collect = partial(do, "CollectDeposit", "P-OFF", AT, basis="协议")


async def test_heads_of_a_failed_year_are_due_a_card_until_they_have_it(books: Books) -> None:
    """[rule 36] Who headed on the year's last day, also if he has left the post since; a lifted veto is none."""
    scored = [
        do("ScoreUnitQuarter", "P-SO", AT, unit=unit, quarter="2025-Q1", score=score)
        for unit, score in (("U1", "50"), ("U2", "95"), ("T1", "50"))
    ]
    annual = [
        do("ScoreUnitYear", "P-G1", AT, unit=unit, year="2025", annual=score, approvals=BOTH)
        for unit, score in (("U1", "50"), ("U2", "95"), ("T1", "50"))
    ]
    veto = do("TriggerVeto", "P-G1", AT, unit="U2", year="2025", indicator="事故", reason="x")
    lift = do("LiftVeto", "P-G1", AT, unit="U2", year="2025", indicator="事故", reason="x", approvals=BOTH)
    leave = do("EndAssignment", "P-HR", AT, person="P-U1H", unit="U1", role="unit_head", last_day="2026-01-31")
    ledger = await told(books, *scored, *annual, veto, lift, leave)
    heads = [{"unit": "T1", "person": "P-T1L"}, {"unit": "U1", "person": "P-U1H"}]
    assert (await books.ask("YellowCardsDue", year="2025"))["cards"] == heads
    assert (await books.ask("YellowCardsDue", year="2024"))["cards"] == []
    first = len(ledger.facts)
    card = do("ForfeitDeposit", "P-G1", AT, person="P-U1H", unit="U1", year="2025", approvals=BOTH)
    assert ledger.send({"id": "card", **card}).ok
    await books.load(ledger.facts[first:])
    assert (await books.ask("YellowCardsDue", year="2025"))["cards"] == heads[:1]


async def test_deposits_show_what_became_of_them_and_the_cards_beside(books: Books) -> None:
    head = collect(person="P-U1H", unit="U1", year="2025", post="head")
    deputy = collect(person="P-U1D", unit="U1", year="2025", post="deputy")
    later = collect(person="P-U1D", unit="U1", year="2026", post="deputy")
    back = do("ReturnDeposit", "P-OFF", AT, person="P-U1D", unit="U1", year="2025", reason="退还")
    leave = do("EndAssignment", "P-HR", AT, person="P-U1D", unit="U1", role="unit_deputy", last_day="2026-01-31")
    await told(books, CASH, head, deputy, later, leave, back, *failed_year("2025"))
    found = await books.ask("Deposits", unit="U1")
    shown = ("person", "year", "post", "amount", "state", "yellow_card", "streak")
    assert [tuple(row[name] for name in shown) for row in found["deposits"]] == [
        ("P-U1D", "2025", "deputy", "350.00", "returned", False, None),
        ("P-U1D", "2026", "deputy", "350.00", "held", False, None),
        ("P-U1H", "2025", "head", "500.00", "forfeited", True, 1),
    ]
    assert found["held"] == "350.00"
    assert len((await books.ask("Deposits", person="P-U1H"))["deposits"]) == 1
    assert (await books.ask("Deposits", unit="U2"))["deposits"] == []


async def test_a_streak_is_the_failed_years_in_a_row_and_orders_the_transfer(books: Books) -> None:
    await told(books, *failed_year("2024"), *failed_year("2025"))
    [row] = (await books.ask("Streaks"))["streaks"]
    assert row == {"person": "P-U1H", "unit": "U1", "years": ["2024", "2025"], "streak": 2, "deposit": "0.00"}
    assert (await books.ask("Streaks", unit="U2"))["streaks"] == []
    [_, second] = (await books.ask("Deposits"))["deposits"]
    assert (second["state"], second["streak"], second["transfer_ordered"]) == (None, 2, "2026-02-02")


# -- the safety pool ------------------------------------------------------------------------------------------------


async def test_the_safety_pool_shows_both_sources_what_was_paid_and_what_was_not(books: Books) -> None:
    goal = do("AchieveSafetyGoal", "P-G1", AT, unit="U1", year="2026", evidence=["paper:集团批复"], approvals=BOTH)
    extra = do(
        "AllocateBudget",
        "P-C1",
        AT,
        unit="U1",
        pool="safety",
        source="group",
        year="2026",
        amount="500.00",
        doc="B-G",
    )
    rest: dict[str, Any] = {
        "unit": "U1",
        "year": "2026",
        "decision": "to_fund",
        "amount": "69.00",
        "reason": "年末",
        "approvals": BOTH,
    }
    await told(books, goal, extra, *month_of_leader(), do("DecideSafetyWageRemainder", "P-G1", JUNE, **rest))
    found = await books.ask("SafetyPool", unit="U1", year="2026")
    [decided] = found.pop("decided")
    assert (decided["decision"], decided["amount"], decided["approvals"]) == ("to_fund", "69.00", BOTH)
    assert found == {
        "unit": "U1",
        "year": "2026",
        "goal": True,
        "sources": {"wage": "1000.00", "group": "500.00"},
        "wages": 1,
        "entitled": "600.00",
        "paid": "531.00",
        "unpaid": "69.00",
        "rule": "stay",
        "left": "900.00",
    }


async def test_a_reversed_wage_is_not_paid_out_of_the_pool(books: Books) -> None:
    *month, accrual = month_of_leader()
    reverse = do("ReverseEntry", "P-C1", JUNE, of="a-1", reason="x", approved_by="P-H1")
    await told(books, *month, accrual | {"id": "a-1"}, reverse)
    found = await books.ask("SafetyPool", unit="U1", year="2026")
    assert (found["wages"], found["paid"], found["left"]) == (0, "0.00", "1000.00")


# -- progress -------------------------------------------------------------------------------------------------------


async def test_progress_counts_the_sheets_of_a_month_by_unit_and_names_who_is_waited_for(books: Books) -> None:
    opened = do("OpenAssessment", "P-SO", AT, assessment="AS-W", kind="monthly", person="P-W1D", period="2026-03")
    await told(books, opened, *month_of_leader())
    found = await books.ask("AppraisalProgress", period="2026-03")
    states = ("missing", "opened", "self_scored", "published", "objected", "final", "paid")
    counted: dict[str, Any] = dict.fromkeys(states, 0)
    by_unit = {row["unit"]: row for row in found["units"]}
    assert by_unit["T1"] == {"unit": "T1", "sheets": 1, **counted, "final": 1, "paid": 1}
    assert by_unit["W1"] == {"unit": "W1", "sheets": 1, **counted, "opened": 1}
    assert {row["person"] for row in found["waiting"] if row["state"] == "opened"} == {"P-W1D"}


async def test_progress_waits_for_those_for_whom_no_sheet_was_opened(books: Books) -> None:
    """Everyone in safety-production management by the month, the company's deputies by the year (ORG-02, ORG-08)."""
    opened = do("OpenAssessment", "P-SO", AT, assessment="AS-W", kind="monthly", person="P-W1D", period="2026-03")
    await told(books, opened, do("AdvanceClock", at="2026-03-20T08:00:00+08:00"))

    async def missing(**asked: str) -> set[str]:
        found = await books.ask("AppraisalProgress", **asked)
        waited = {row["person"] for row in found["waiting"] if row["state"] == "missing"}
        assert sum(row["missing"] for row in found["units"]) == len(waited)
        return waited

    month = await missing(period="2026-03")
    assert {"P-T1L", "P-U1H", "P-SO"} <= month
    assert not {"P-W1D", "P-LD", "P-A", "P-C1"} & month
    assert await missing(period="2026-03", unit="T2") == {"P-T2L"}
    assert await missing(period="2026") == {"P-LD"}
    assert await missing(period="2026-04") == set()


async def test_progress_of_a_year_shows_scores_grades_and_late_quarters(books: Books) -> None:
    quarter = do("ScoreUnitQuarter", "P-SO", JANUARY, unit="U1", quarter="2025-Q1", score="92.5")
    await told(books, *year_of_deputy(), quarter)
    found = await books.ask("AppraisalProgress", period="2025", unit="U1")
    [year] = [row for row in found["years"] if row["unit"] == "U1"]
    assert (year["quarters"], year["late"], year["grade"]) == ({"Q1": "92.5"}, ["Q2", "Q3", "Q4"], None)
    assert [row["unit"] for row in found["years"]] == ["U1"]
    company = await books.ask("AppraisalProgress", period="2025")
    assert [row["unit"] for row in company["years"]] == ["U1", "U2"]
    assert [row["unit"] for row in company["units"]] == ["HQ"]
    assert company["units"][0]["paid"] == 1
