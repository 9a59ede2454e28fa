"""The hazard register: filters, and rates with the hazards behind them."""

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
from tests.spec import Story, do, given

FIXED, LATE = "2026-02-09T09:00:00+08:00", "2026-02-12T09:00:00+08:00"


def month() -> Story:
    """H-1 closed in time, H-2 closed late, H-3 overdue, H-4 rejected, H-5 of another unit found where H-1 was."""
    return given(
        *(report("H-1"), verify("H-1"), assign("H-1", "2026-02-10")),
        *(report("H-2", "T1"), verify("H-2"), assign("H-2", "2026-02-10")),
        *(report("H-3"), verify("H-3"), assign("H-3", "2026-02-11")),
        *(report("H-4"), do("RejectHazard", "P-SO", "2026-02-02T10:00:00+08:00", hazard="H-4", reason="重复")),
        *(claim("H-1", FIXED), accept("H-1", "2026-02-09T15:00:00+08:00")),
        *(do("ClaimRectification", "P-T1L", LATE, hazard="H-2", evidence=["paper:照片"]), accept("H-2", LATE)),
        *(report("H-5", "W3", LATE, place="巷道 H-1"), verify("H-5", LATE)),
    )


async def ask(books: Books, **fields: Any) -> list[str]:
    return [row["hazard"] for row in (await books.ask("HazardRegister", **fields))["hazards"]]


async def test_a_register_lists_by_unit_state_place_month_and_lateness(books: Books) -> None:
    await books.load(month().ledger.facts)
    assert await ask(books) == ["H-1", "H-2", "H-3", "H-4", "H-5"]
    assert await ask(books, unit="U1") == ["H-1", "H-2", "H-3", "H-4"]
    assert await ask(books, unit="W1", subtree=False) == ["H-1", "H-3", "H-4"]
    assert await ask(books, state="closed") == ["H-1", "H-2"]
    assert await ask(books, place="巷道 H-1") == ["H-1", "H-5"]
    assert await ask(books, overdue=True) == ["H-3"]
    assert await ask(books, overdue=False, unit="U2") == ["H-5"]
    assert await ask(books, period="2026-01") == []


async def test_a_row_says_since_when_it_is_overdue_and_whether_it_is_a_repeat(books: Books) -> None:
    await books.load(month().ledger.facts)
    rows = {row["hazard"]: row for row in (await books.ask("HazardRegister"))["hazards"]}
    assert (rows["H-3"]["days_overdue"], rows["H-2"]["days_overdue"]) == (1, None)
    assert (rows["H-5"]["repeat"], rows["H-1"]["repeat"]) == (2, None)
    assert (rows["H-1"]["person"], rows["H-1"]["finished_at"]) == ("P-S1", "2026-02-09T01:00:00.000000Z")


async def test_rates_name_the_hazards_of_numerator_and_denominator(books: Books) -> None:
    await books.load(month().ledger.facts)
    rates = (await books.ask("HazardRegister", period="2026-02"))["rates"]
    assert rates["on_time"] == {
        "value": "33.33",
        "num": 1,
        "den": 3,
        "num_hazards": ["H-1"],
        "den_hazards": ["H-1", "H-2", "H-3"],
    }
    assert (rates["closure"]["value"], rates["closure"]["num_hazards"]) == ("66.67", ["H-1", "H-2"])
    assert (rates["repeat_rate"]["value"], rates["repeat_rate"]["num_hazards"]) == ("25", ["H-5"])
    assert rates["repeat_rate"]["den_hazards"] == ["H-1", "H-2", "H-3", "H-5"]


async def test_an_extended_deadline_counts_in_its_new_month_and_nothing_due_is_no_rate(books: Books) -> None:
    extended = do(
        *("ExtendDeadline", "P-W1D", "2026-02-12T10:00:00+08:00"),
        hazard="H-3",
        deadline="2026-03-05",
        reason="缺件",
        approved_by="P-U1D",
    )
    await books.load(month().given(extended).ledger.facts)
    february = (await books.ask("HazardRegister", unit="W1", period="2026-02"))["rates"]
    march = (await books.ask("HazardRegister", unit="W1", period="2026-03"))["rates"]
    assert february["on_time"]["den_hazards"] == ["H-1", "H-2"]
    assert (march["on_time"]["value"], march["on_time"]["den_hazards"]) == ("0", ["H-3"])
    assert (await books.ask("HazardRegister", unit="U2", period="2026-02"))["rates"]["on_time"]["value"] is None


async def test_pages_of_the_register_follow_each_other(books: Books) -> None:
    await books.load(month().ledger.facts)
    first = await books.ask("HazardRegister", limit=3)
    assert [row["hazard"] for row in first["hazards"]] == ["H-1", "H-2", "H-3"]
    rest = await books.ask("HazardRegister", limit=3, after=first["next"])
    assert ([row["hazard"] for row in rest["hazards"]], rest["next"]) == (["H-4", "H-5"], None)
    with pytest.raises(Invalid):
        await books.ask("HazardRegister", state="lost")


async def test_who_fixed_a_tendered_hazard_is_the_winners_lead(books: Books) -> None:
    """The record that other systems are told (HazardRecords) names the claimant of the tender."""
    tendered = given(
        *(open_pool(), report("H-1"), request("TD-1", "H-1"), approve("TD-1"), publish("TD-1", LATE), bid("TD-1")),
        *(award("TD-1"), do("AcceptAward", "P-W2D", "2026-02-05T09:00:00+08:00", tender="TD-1")),
        do("ClaimCompletion", "P-W2D", FIXED, tender="TD-1", qty="58.5"),
        do(
            *("AcceptTender", "P-C1", LATE),
            tender="TD-1",
            result="pass",
            qty="58.5",
            acceptors=["P-SI", "P-W1D"],
        ),
    )
    await books.load(tendered.ledger.facts)
    [record] = (await books.ask("HazardRecords"))["hazards"]
    assert (record["claimant"], record["finished_at"]) == ("P-W2D", "2026-02-09T01:00:00.000000Z")


PUT_RIGHT = "2026-02-13T09:00:00+08:00"


async def test_a_repeat_falls_when_the_hazard_is_verified_again(books: Books) -> None:
    """[rule 78] It was no hazard of that item; with the same item it is linked again."""
    right = do("VerifyHazard", "P-SO", PUT_RIGHT, hazard="H-5", level="C", item="RQ-12", reason="项目有误")
    story = month().given(right)
    await books.load(story.ledger.facts)
    shown = await books.ask("HazardRegister", period="2026-02")
    assert {row["hazard"]: row["repeat"] for row in shown["hazards"]}["H-5"] is None
    assert shown["rates"]["repeat_rate"]["num_hazards"] == []
    before = await books.ask("HazardRegister", period="2026-02", business_date="2026-02-12")
    assert before["rates"]["repeat_rate"]["num_hazards"] == ["H-5"]
    after = await books.ask("HazardRegister", period="2026-02", business_date="2026-02-13")
    assert after["rates"]["repeat_rate"]["num_hazards"] == []
    known = len(story.ledger.facts)
    again = do("VerifyHazard", "P-SO", PUT_RIGHT, hazard="H-5", level="C", item="RQ-11", reason="原项目无误")
    await books.load(story.given(again).ledger.facts[known:])
    shown = await books.ask("HazardRegister", period="2026-02")
    assert {row["hazard"]: row["repeat"] for row in shown["hazards"]}["H-5"] == 2


async def test_what_was_assigned_falls_when_the_hazard_is_verified_again(books: Books) -> None:
    """[rule 78] It is due no more, and its record tells of no measures."""
    right = do("VerifyHazard", "P-SO", PUT_RIGHT, hazard="H-3", level="B", reason="等级有误")
    await books.load(month().given(right).ledger.facts)
    shown = await books.ask("HazardRegister", period="2026-02")
    assert "H-3" not in shown["rates"]["closure"]["den_hazards"]
    record = {each["hazard"]: each for each in (await books.ask("HazardRecords"))["hazards"]}["H-3"]
    assert (record["deadline"], record["liable"], record["measures"]) == (None, None, None)


async def test_a_row_and_a_document_say_all_that_the_report_holds(books: Books) -> None:
    """Words and the superior's list in the register; in a document its facts, with the documents that they name."""
    slip = do(
        *("IssueSlip", "P-SO", LATE),
        slip="SL-1",
        unit="W1",
        hazard="H-2",
        tier="T2",
        grounds="hazard",
        basis="§1",
        description="浮煤",
        occurred="2026-02-05",
        evidence=["paper:照片"],
        lines=[{"party": "P-A", "amount": "9.00"}],
        authority={"name": "矿山安监局", "doc": "X-9", "date": "2026-02-05"},
        approved_by="P-G1",
    )
    told = report("H-1")
    listed = {**told, "data": told["data"] | {"source_list": "省局 2026-8"}}
    lines = (open_pool(), listed, verify("H-1"), request("TD-1", "H-1"), report("H-2"), verify("H-2"), slip)
    await books.load(given(*lines).ledger.facts)
    rows = {row["hazard"]: row for row in (await books.ask("HazardRegister"))["hazards"]}
    assert (rows["H-1"]["description"], rows["H-1"]["source_list"]) == (told["data"]["description"], "省局 2026-8")
    assert (rows["H-2"]["source_list"], rows["H-2"]["risk"]) == (None, None)

    async def facts(kind: str, name: str) -> dict[str, dict[str, Any]]:
        return {fact["fact"]: fact for fact in (await books.ask("Document", kind=kind, id=name))["facts"]}

    tendered, charged = await facts("hazard", "H-1"), await facts("hazard", "H-2")
    assert tendered["TenderRequested"]["documents"] == ["hazard:H-1", "tender:TD-1"]
    assert (tendered["TenderRequested"]["data"]["item"], tendered["TenderRequested"]["data"]["est_qty"]) == (
        "RQ-11",
        "60",
    )
    assert charged["SlipIssued"]["documents"] == ["hazard:H-2", "slip:SL-1"]
    assert charged["HazardReported"]["data"]["description"] == told["data"]["description"]
    assert [line["party"] for line in (await facts("slip", "SL-1"))["SlipIssued"]["data"]["lines"]] == ["P-A"]
