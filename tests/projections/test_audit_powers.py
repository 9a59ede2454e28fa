"""Lists for auditors: what was withdrawn, and powers that others should see used (rule 61)."""

from __future__ import annotations

from typing import Any

from tests.ledger.decisions.liabilities import at, by_matrix, cancel, dispute, line, review, serve
from tests.projections import boards
from tests.projections.conftest import Books
from tests.spec import Line, do, given

ALL_YEAR = {"since": "2026-01-10", "until": "2026-12-31"}
SLIP = by_matrix(matrix="TW-G")
NOTICE = do(
    *("IssueNotice", "P-OFF", at("03-02")), notice="N-1", unit="W3", item="GP-05", qty="2", description="文明生产"
)
PENALTY = do(
    *("ProposePenalty", "P-U1D", at("03-02")),
    penalty="PE-1",
    unit="W1",
    kind="other",
    basis="§20",
    description="迟交资料",
    lines=[line("P-W1D", "30.00")],
    approved_by="P-G1",
)
WAIVED = do("WaivePenalty", "P-SO", at("03-03"), penalty="PE-1", reason="首次", approved_by="P-U1H")


def report(name: str, by: str, **fields: Any) -> Line:
    about = {"place": "机头", "category": "hazard", "description": "积尘", "tier": "T3", "unit": "T1"}
    return do("ReportHazard", by, at("03-02"), hazard=name, **(about | fields))


def assign(person: str, role: str, by: str = "P-HR", **fields: Any) -> Line:
    about = {"unit": "U1", "since": "2026-03-02"}
    return do("AssignPerson", by, at("03-02"), person=person, role=role, **(about | fields))


async def asked(books: Books, query: str, *lines: Line, **fields: Any) -> list[dict[str, Any]]:
    if lines:
        await books.load(given(*lines).ledger.facts)
    (rows,) = (await books.ask(query, **(ALL_YEAR | fields))).values()
    found: list[dict[str, Any]] = rows
    return found


async def test_whatever_was_withdrawn_is_listed_by_day_kind_and_document(books: Books) -> None:
    """[rule 61] With the issuer, of a hazard its reporter unless he is sealed."""
    lines = (
        *(SLIP, NOTICE, PENALTY, WAIVED),
        *(report("H-1", "P-A"), report("H-2", "P-B", anonymous=True), report("H-3", "P-A")),
        cancel(),
        do("CancelNotice", "P-OFF", at("03-02", "11:00"), notice="N-1", reason="误开"),
        do("MergeHazard", "P-SO", at("03-02", "12:00"), hazard="H-2", into="H-3", reason="重复"),
        do("RejectHazard", "P-SO", at("03-02", "12:00"), hazard="H-1", reason="不实"),
    )
    rows = await asked(books, "Withdrawn", *lines)
    assert [(row["kind"], row["document"], row["amount"], row["issuer"], row["by"]) for row in rows] == [
        ("hazard", "H-1", None, "P-A", "P-SO"),
        ("hazard", "H-2", None, None, "P-SO"),
        ("notice", "N-1", "100.00", "P-OFF", "P-OFF"),
        ("slip", "SL-1", "420.00", "P-OFF", "P-OFF"),
        ("penalty", "PE-1", "30.00", "P-U1D", "P-SO"),
    ]
    assert rows[-1] == {
        "document": "PE-1",
        "kind": "penalty",
        "unit": "W1",
        "business_date": "2026-03-03",
        "amount": "30.00",
        "issuer": "P-U1D",
        "by": "P-SO",
        "reason": "首次",
    }
    assert [row["document"] for row in await asked(books, "Withdrawn", centre="U2")] == ["N-1"]
    assert await asked(books, "Withdrawn", until="2026-03-01") == []


async def test_a_slip_that_its_review_revokes_was_not_withdrawn(books: Books) -> None:
    """[rule 61]"""
    lines = (SLIP, serve(), dispute(by="P-A", party="P-A"), review(decision="revoke"))
    assert await asked(books, "Withdrawn", *lines) == []


async def test_appointments_to_powerful_roles_are_listed_and_those_for_the_past(books: Books) -> None:
    """[rule 61] By persons: the ledger's own are left out."""
    lines = (
        assign("P-B", "clerk"),
        assign("P-A", "recorder"),
        assign("P-A", "inspector", since="2026-03-01"),
        assign("P-A", "centre_head", by="SYSTEM"),
        do("EndAssignment", "P-HR", at("03-05"), person="P-B", unit="U1", role="clerk", last_day="2026-03-05"),
    )
    rows = await asked(books, "Appointments", *lines)
    assert rows == [
        {
            "person": "P-A",
            "unit": "U1",
            "role": "inspector",
            "business_date": "2026-03-02",
            "ended": False,
            "effective": "2026-03-01",
            "past": True,
            "by": "P-HR",
        },
        {
            "person": "P-B",
            "unit": "U1",
            "role": "clerk",
            "business_date": "2026-03-02",
            "ended": False,
            "effective": "2026-03-02",
            "past": False,
            "by": "P-HR",
        },
        {
            "person": "P-B",
            "unit": "U1",
            "role": "clerk",
            "business_date": "2026-03-05",
            "ended": True,
            "effective": "2026-03-05",
            "past": False,
            "by": "P-HR",
        },
    ]
    assert await asked(books, "Appointments", centre="HQ") == []


async def test_price_lists_for_days_that_were_past_are_listed(books: Books) -> None:
    """[rule 61] Before the day on which the ledger learnt of them, whatever their business date says."""

    def published(version: str, effective: str) -> Line:
        about = {"owner": "U1", "version": version, "effective": effective, "legal_basis": "x", "notice": "x"}
        return do("PublishPriceList", "P-U1H", at("03-02"), items=[], matrices=[], **about)

    late = published("v1", "2026-03-01") | {"business_date": "2026-03-01"}
    assert await asked(books, "BackdatedLists", late, published("v2", "2026-03-05")) == [
        {"owner": "U1", "version": "v1", "business_date": "2026-03-01", "effective": "2026-03-01", "by": "P-U1H"}
    ]
    assert await asked(books, "BackdatedLists", centre="U2") == []


async def test_directed_tenders_say_for_how_many_whole_hours_bids_were_asked(books: Books) -> None:
    """[rule 61] From the last publication to its deadline."""
    lines = (
        *(boards.open_pool(), boards.report("H-1"), boards.request("TD-1", "H-1"), boards.approve("TD-1")),
        boards.publish("TD-1", "2026-02-03T12:40:00+08:00"),
        do("AdvanceClock", at="2026-02-04T09:00:00+08:00"),
        do(
            *("DirectTender", "P-U1D", "2026-02-04T10:00:00+08:00"),
            tender="TD-1",
            winner="W2",
            reason="无人投标",
            premium="0.05",
        ),
    )
    assert await asked(books, "DirectTenders", *lines) == [
        {
            "tender": "TD-1",
            "unit": "W1",
            "winner": "W2",
            "business_date": "2026-02-04",
            "premium": "0.05",
            "reserve": "2866.50",
            "hours": 25,
            "by": "P-U1D",
            "reason": "无人投标",
        }
    ]
    assert await asked(books, "DirectTenders", centre="U2") == []


async def test_rewards_are_listed_by_their_fund_and_marked_when_they_are_reversed(books: Books) -> None:
    """[rule 61] Redeemed points have neither paper nor approval nor reason."""
    opening = do("OpenBalances", at=at("03-01"), as_of="2026-03-01", balances={"FUND_SAFETY:U1": "900.00"})
    granted = do(
        *("GrantReward", "P-C1", at("03-02")),
        person="P-A",
        amount="50.00",
        reason="举报",
        doc="R-1",
        centre="U1",
        approved_by="P-H1",
    )
    points = do("AwardPoints", "P-SO", at("03-02"), person="P-A", points=150, reason="x", doc="PT-1")
    redeemed = do("RedeemPoints", "P-A", at("03-03"), person="P-A", points=100)
    undo = do("ReverseEntry", "P-C1", at("03-04"), of="grant", reason="x", approved_by="P-H1")
    rows = await asked(books, "Rewards", opening, granted | {"id": "grant"}, points, redeemed, undo)
    assert rows == [
        {
            "person": "P-A",
            "business_date": "2026-03-02",
            "centre": "U1",
            "amount": "50.00",
            "doc": "R-1",
            "by": "P-C1",
            "approved_by": "P-H1",
            "reason": "举报",
            "reversed": True,
        },
        {
            "person": "P-A",
            "business_date": "2026-03-03",
            "centre": "U1",
            "amount": "100.00",
            "doc": None,
            "by": "P-A",
            "approved_by": None,
            "reason": None,
            "reversed": False,
        },
    ]
    assert await asked(books, "Rewards", centre="HQ") == []
