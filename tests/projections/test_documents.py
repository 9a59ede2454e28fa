"""The way of each line of a document, and what is open of it (rules 44 and 46)."""

from __future__ import annotations

from typing import Any

from tests.ledger.decisions.liabilities import (
    acknowledge,
    at,
    by_matrix,
    cancel,
    confirm,
    dispute,
    opened,
    review,
    serve,
)
from tests.projections.conftest import Books
from tests.spec import Line, do, given

CHARGED = (opened(POOL_WAGE_W1="800.00"), by_matrix(matrix="TW-G") | {"by": "P-SI"}, serve())


def appeal(party: str, decision: str | None = None, **fields: Any) -> list[Line]:
    named = {"slip": "SL-1", "party": party}
    lodged = do("LodgeAppeal", "P-W1D" if party == "W1" else party, at("03-09"), grounds="x", **named)
    about: dict[str, Any] = {"decision": decision, "reason": "x", "approvals": ["P-G1", "P-G2"], **named, **fields}
    return [lodged] if decision is None else [lodged, do("DecideAppeal", "P-G1", at("03-10"), **about)]


async def shown(books: Books, *lines: Line) -> tuple[str, str, dict[str, str]]:
    """State and total of the slip, and the state of each party's line."""
    await books.load(given(*CHARGED, *lines).ledger.facts)
    told = await books.ask("Document", kind="slip", id="SL-1")
    return told["state"], told["total"], {row["party"]: row["state"] for row in told["lines"]}


async def open_items(books: Books) -> list[tuple[str, str | None, str]]:
    items = (await books.ask("OpenItems", unit="W1"))["items"]
    return [(item["kind"], item["amount"], item["since"]) for item in items]


async def test_lines_go_their_own_way_in_the_window(books: Books) -> None:
    """[rule 46] And a dispute is open since its own day [rule 44]."""
    disputed = dispute(by="P-T1L", party="P-T1L") | {"at": at("03-03")}
    _, _, lines = await shown(books, acknowledge(by="P-A"), disputed)
    assert lines == {"P-A": "acknowledged", "W1": "open", "P-T1L": "disputed", "P-U1H": "open"}
    assert await open_items(books) == [("dispute", "50.00", "2026-03-03"), ("slip", "400.00", "2026-03-02")]


async def test_a_review_of_the_whole_reviews_all_lines(books: Books) -> None:
    """[rule 46] Those that were acknowledged too."""
    lines = (acknowledge(by="P-A"), dispute(by="P-T1L", party="P-T1L"), review(decision="uphold"))
    assert set((await shown(books, *lines))[2].values()) == {"reviewed"}


async def test_after_confirmation_lines_are_confirmed_until_they_are_appealed(books: Books) -> None:
    """[rule 46] An escrow is open since the first appeal that is pending [rule 44]."""
    appeals = (*appeal("P-T1L", "uphold"), *appeal("P-U1H", "amend", amount="40.00"), *appeal("P-A"))
    state, total, lines = await shown(books, confirm(), *appeals)
    assert (state, total) == ("confirmed", "400.00")
    assert lines == {"P-A": "appealed", "W1": "confirmed", "P-T1L": "upheld", "P-U1H": "amended"}
    assert await open_items(books) == [("escrow", "200.00", "2026-03-09")]


async def test_a_line_that_an_appeal_revoked_stays_with_its_amount(books: Books) -> None:
    """[rule 46]"""
    _, total, lines = await shown(books, confirm(), *appeal("W1", "revoke"))
    assert (total, lines["W1"]) == ("400.00", "revoked")
    assert await open_items(books) == []


async def test_a_document_revoked_as_a_whole_shows_what_it_charged_at_last(books: Books) -> None:
    """[rule 46] Nothing of it is open [rule 44]."""
    state, total, lines = await shown(books, dispute(by="P-A", party="P-A"), review(decision="revoke"))
    assert (state, total, set(lines.values())) == ("cancelled", "400.00", {"reviewed"})
    assert await open_items(books) == []


async def test_a_cancelled_document_keeps_the_last_states_and_has_no_open_dispute(books: Books) -> None:
    """[rules 44, 46]"""
    gone = cancel() | {"by": "P-SO", "at": at("03-04")}
    _, _, lines = await shown(books, dispute(by="P-A", party="P-A"), gone)
    assert lines["P-A"] == "disputed"
    assert await open_items(books) == []


async def test_an_open_handover_or_hazard_has_no_amount(books: Books) -> None:
    """[rule 44] Also a handover by which money has flowed."""
    hazard = {"hazard": "H-1", "unit": "T1", "place": "机头", "category": "hazard", "tier": "T3", "description": "浮煤"}
    lines = (
        do("ReportHazard", "P-T1L", at("02-02"), item="HO-01", **hazard),
        do("OpenHandover", "P-T1L", at("02-02"), handover="HV-1", sender="T1", receiver="T2"),
        do("TransferHandoverItem", "P-C1", at("02-02"), handover="HV-1", hazard="H-1", accepted_by="P-T2L"),
    )
    await books.load(given(*lines).ledger.facts)
    assert (await books.ask("Document", kind="handover", id="HV-1"))["total"] == "60.00"
    items = [item for unit in ("T1", "T2") for item in (await books.ask("OpenItems", unit=unit))["items"]]
    assert [(item["kind"], item["amount"]) for item in items] == [("handover", None), ("hazard", None)]
