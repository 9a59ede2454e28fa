"""Documents of a kind as a list, and sums of the lines that charge (rule 51)."""

from __future__ import annotations

from typing import Any

import pytest

from ledger.errors import Invalid, Unknown
from tests.ledger.decisions.liabilities import at, by_matrix, cancel, confirm, opened, serve
from tests.projections import boards
from tests.projections.conftest import Books
from tests.spec import Line, do, given

GROUP = ["P-G1", "P-G2"]


def slip(name: str, day: str = "03-02", **fields: Any) -> Line:
    return by_matrix(slip=name, matrix="TW-G", **fields) | {"at": at(day), "by": "P-SI"}


def report(name: str, unit: str, day: str = "03-02", **fields: Any) -> Line:
    about = {"place": "机头", "category": "site_quality", "description": "积尘", "tier": "T3"}
    return do("ReportHazard", "P-T1L", at(day), hazard=name, unit=unit, **(about | fields))


def notice(name: str, day: str = "03-02", **fields: str) -> Line:
    about = {"unit": "W1", "item": "GP-05", "qty": "2", "description": "文明生产"} | fields
    return do("IssueNotice", "P-OFF", at(day), notice=name, **about)


def case(name: str) -> tuple[Line, Line]:
    """Opened in March, decided in April."""
    lines = [{"party": "P-B", "amount": "300.00"}]
    return (
        do("OpenCase", "P-SO", at("03-20"), case=name, unit="W2", accident="AC-1", description="碰伤"),
        do(
            *("DecideCase", "P-G1", at("04-02")),
            case=name,
            basis="§30",
            reason="违章",
            approvals=GROUP,
            lines=lines,
        ),
    )


ACCIDENT = do(
    *("RecordAccident", "P-SO", at("03-20")),
    accident="AC-1",
    unit="W2",
    class_code="D",
    class_table="GB",
    severity="轻伤",
    occurred=at("03-19"),
    place="巷口",
    description="碰伤",
)


def appeal(party: str, decision: str, **fields: Any) -> tuple[Line, Line]:
    named = {"slip": "SL-1", "party": party}
    about = {"decision": decision, "reason": "x", "approvals": GROUP, **named, **fields}
    return (
        do("LodgeAppeal", party, at("03-09"), grounds="x", **named),
        do("DecideAppeal", "P-G1", at("03-10"), **about),
    )


async def listed(books: Books, kind: str, **asked: Any) -> list[str]:
    documents: list[dict[str, Any]] = (await books.ask("Register", kind=kind, **asked))["documents"]
    return [row["id"] for row in documents]


async def sums(books: Books, *by: str, **asked: Any) -> list[tuple[Any, ...]]:
    return [tuple(row.values()) for row in (await books.ask("SlipSums", by=list(by), **asked))["rows"]]


async def test_documents_are_listed_by_the_date_of_their_first_fact_and_id(books: Books) -> None:
    """[rule 51] A page goes on after an id."""
    late = slip("SL-0", "03-03") | {"business_date": "2026-03-01"}
    await books.load(given(slip("SL-2"), slip("SL-1"), late).ledger.facts)
    assert await listed(books, "slip") == ["SL-0", "SL-1", "SL-2"]
    assert await listed(books, "slip", limit=1, after="SL-1") == ["SL-2"]
    assert await listed(books, "slip", since="2026-03-02", until="2026-03-02", limit=1) == ["SL-1"]
    with pytest.raises(Unknown) as refusal:
        await listed(books, "slip", after="SL-9")
    assert refusal.value.code == "UNKNOWN_SLIP"
    with pytest.raises(Invalid):
        await listed(books, "poem")
    with pytest.raises(Invalid):
        await listed(books, "slip", limit=1001)


async def test_a_listed_slip_has_the_figures_of_the_document_and_its_parties(books: Books) -> None:
    """[rule 51] In the order of the lines."""
    reported = report("H-1", "T1", tier="T2") | {"by": "P-SI"}
    await books.load(given(reported, slip("SL-1", hazard="H-1")).ledger.facts)
    (row,) = (await books.ask("Register", kind="slip", person="P-T1L"))["documents"]
    document = await books.ask("Document", kind="slip", id="SL-1")
    assert row == {
        "id": "SL-1",
        "number": document["number"],
        "unit": "W1",
        "business_date": "2026-03-02",
        "state": "issued",
        "tier": "T2",
        "item": None,
        "total": "400.00",
        "parties": ["P-A", "W1", "P-T1L", "P-U1H"],
        "hazard": "H-1",
    }


async def test_documents_are_chosen_by_unit_party_state_tier_and_item(books: Books) -> None:
    """[rule 51] The unit has all below it unless that is not asked for."""
    lines = (
        report("H-1", "T1", item="HO-01", person="P-A"),
        report("H-2", "W1", "03-03", tier="T2") | {"by": "P-SI"},
        report("H-3", "W3", "03-04", tier="T2") | {"by": "P-OFF"},
    )
    await books.load(given(*lines).ledger.facts)
    assert await listed(books, "hazard", unit="U1") == ["H-1", "H-2"]
    assert await listed(books, "hazard", unit="W1", subtree=False) == ["H-2"]
    assert await listed(books, "hazard", person="P-A") == ["H-1"]
    assert await listed(books, "hazard", person="P-B") == []
    assert await listed(books, "hazard", tier="T2") == ["H-2", "H-3"]
    assert await listed(books, "hazard", item="HO-01") == ["H-1"]
    assert await listed(books, "hazard", state="closed") == []
    with pytest.raises(Unknown):
        await listed(books, "hazard", person="P-ZZ")
    with pytest.raises(Invalid):
        await listed(books, "hazard", tier="T9")


async def test_a_trade_has_both_sides_as_parties(books: Books) -> None:
    """[rule 51] A tender its payer until somebody has won it."""
    opening = do("OpenHandover", "P-T1L", at("02-02", "09:10"), handover="HV-1", sender="T1", receiver="T2")
    await books.load(given(boards.report("H-1"), boards.request("TD-1", "H-1"), opening).ledger.facts)
    (handover,) = (await books.ask("Register", kind="handover"))["documents"]
    (tender,) = (await books.ask("Register", kind="tender"))["documents"]
    assert (handover["parties"], handover["hazard"]) == (["T1", "T2"], None)
    assert (tender["parties"], tender["hazard"], tender["total"]) == (["W1"], "H-1", None)


async def test_the_reporter_of_a_hazard_is_no_party_of_it(books: Books) -> None:
    """[rule 51] The person whom it is about is; so a sealed reporter is not found."""
    await books.load(given(report("H-1", "T1", anonymous=True, discoverer="P-B") | {"by": "P-WX"}).ledger.facts)
    (row,) = (await books.ask("Register", kind="hazard"))["documents"]
    assert row["parties"] == []
    assert await listed(books, "hazard", person="P-B") == []


async def test_later_kinds_of_documents_are_listed_with_the_person_whom_they_are_about(books: Books) -> None:
    """[rules 22, 34, 39, 51] A due its debtor; none of them is a slip that is summed."""
    risk = {"unit": "W1", "place": "井口", "description": "冒顶", "level": "red", "review_by": "2026-04-30"}
    measures = [{"measure": "M1", "text": "巡查"}]
    lines = (
        do("DistributeWage", "P-T1L", at("03-02"), unit="T1", lines=[{"person": "P-A", "amount": "100.00"}]),
        do("RegisterRisk", "P-U1D", at("03-02"), risk="R-1", measures=measures, person="P-W2D", **risk),
        do(
            *("IssueCorrective", "P-SO", at("03-02")),
            corrective="ZG-1",
            unit="W1",
            text="偏离",
            basis="§9",
            due="2026-04-10",
            person="P-W1D",
        ),
        do(
            *("RaiseDue", "P-C1", at("03-03")),
            due="D-1",
            person="P-A",
            amount="30.00",
            reason="多发",
            doc="DF-1",
            approved_by="P-H1",
        ),
    )
    await books.load(given(opened(POOL_WAGE_T1="500.00"), *lines).ledger.facts)
    parties = {kind: (await books.ask("Register", kind=kind))["documents"] for kind in ("risk", "corrective", "due")}
    assert {kind: [(row["id"], row["state"], row["parties"]) for row in rows] for kind, rows in parties.items()} == {
        "risk": [("R-1", "registered", ["P-W2D"])],
        "corrective": [("ZG-1", "issued", ["P-W1D"])],
        "due": [("D-1", "raised", ["P-A"])],
    }
    assert await listed(books, "due", person="P-A", unit="U1") == ["D-1"]
    assert await sums(books, "kind") == []


async def test_lines_are_summed_as_they_stand_now(books: Books) -> None:
    """[rule 51] Confirmed or not; lines that an appeal has revoked are left out, amended ones count with the rest."""
    lines = (
        opened(POOL_WAGE_W1="800.00"),
        slip("SL-1"),
        serve(),
        confirm(),
        *appeal("P-T1L", "revoke"),
        *appeal("P-U1H", "amend", amount="40.00"),
        slip("SL-2", "04-01"),
        slip("SL-3", "04-01"),
        cancel(slip="SL-3") | {"at": at("04-01", "11:00"), "by": "P-SI"},
        notice("N-1"),
    )
    await books.load(given(*lines).ledger.facts)
    assert await sums(books, "kind", "month") == [
        ("notice", "2026-03", 1, "100.00"),
        ("slip", "2026-03", 1, "340.00"),
        ("slip", "2026-04", 1, "400.00"),
    ]
    assert await sums(books, "person", until="2026-03-31") == [
        (None, 2, "200.00"),
        ("P-A", 1, "200.00"),
        ("P-U1H", 1, "40.00"),
    ]
    assert await sums(books, since="2026-04-01") == [(1, "400.00")]


async def test_sums_have_the_unit_and_the_centre_of_the_document(books: Books) -> None:
    """[rule 51] A notice that of its unit, wherever its trade was cleared; a case counts on the day of its decision."""
    traded = (notice("N-1", fixer="W3"), do("ConfirmNotice", "P-C0", at("03-04"), notice="N-1"))
    await books.load(given(slip("SL-1"), *traded, ACCIDENT, *case("CS-1")).ledger.facts)
    assert await sums(books, "kind", "centre", "unit", "month") == [
        ("case", "HQ", "W2", "2026-04", 1, "300.00"),
        ("notice", "U1", "W1", "2026-03", 1, "100.00"),
        ("slip", "HQ", "W1", "2026-03", 1, "400.00"),
    ]
    assert await sums(books, "tier", "item", "year") == [
        (None, None, "2026", 1, "300.00"),
        (None, "GP-05", "2026", 1, "100.00"),
        ("T2", None, "2026", 1, "400.00"),
    ]


@pytest.mark.parametrize("by", [["person", "colour"], ["person", "person"], ["count"]])
async def test_sums_are_by_known_marks_each_once(books: Books, by: list[str]) -> None:
    """[rule 51]"""
    await books.load(given(slip("SL-1")).ledger.facts)
    with pytest.raises(Invalid):
        await books.ask("SlipSums", by=by)
