"""Lists for auditors: what was taken back, forgone, lowered, left out, and paid under a veto (rule 51)."""

from __future__ import annotations

from typing import Any

from tests.ledger.decisions.liabilities import at, by_matrix, cancel, confirm, dispute, opened, review, serve
from tests.projections.conftest import Books
from tests.spec import Line, do, given

MARCH = {"since": "2026-03-01", "until": "2026-03-31"}
GROUP = ["P-G1", "P-G2"]
FOUND = by_matrix(matrix="TW-G") | {"by": "P-SI"}
CONFIRMED = (opened(POOL_WAGE_W1="800.00"), FOUND, serve(), confirm())
WRITTEN_OFF = do("WriteOffDue", "P-C0", at("03-11"), person="P-A", amount="120.00", reason="家庭困难", approvals=GROUP)
CREDITED = {
    **do("CreditQuotaWage", "P-C1", at("03-12"), unit="W1", amount="500.00", source_doc="定额-9"),
    "id": "credit",
}


def reverse(of: str, by: str, approver: str) -> Line:
    return do("ReverseEntry", by, at("03-13"), of=of, reason="不符", approved_by=approver) | {"id": f"undo-{of}"}


def appeal(party: str, decision: str, **fields: Any) -> tuple[Line, Line]:
    named = {"slip": "SL-1", "party": party}
    return (
        do("LodgeAppeal", "P-W1D" if party == "W1" else party, at("03-09"), grounds="x", **named),
        do(
            *("DecideAppeal", "P-G1", at("03-10")),
            decision=decision,
            reason="x",
            approvals=GROUP,
            **(named | fields),
        ),
    )


def bonus(**fields: Any) -> Line:
    about = {"kind": "quarter", "period": "2026-Q1", "amount": "200.00", "approvals": GROUP}
    return do("AwardBonus", "P-G1", at("03-16"), **(about | fields))


async def asked(books: Books, query: str, *lines: Line, **fields: Any) -> list[dict[str, Any]]:
    """The rows of March."""
    if lines:
        await books.load(given(*lines).ledger.facts)
    (rows,) = (await books.ask(query, **(MARCH | fields))).values()
    found: list[dict[str, Any]] = rows
    return found


async def test_a_reversal_is_listed_at_the_centre_whose_money_moved(books: Books) -> None:
    """[rule 51] A fund's or a clearing's; of a credit from outside, the centre of its unit."""
    named = WRITTEN_OFF | {"id": "off"}
    lines = (*CONFIRMED, named, CREDITED, reverse("credit", "P-C1", "P-H1"), reverse("off", "P-C0", "P-H0"))
    credit, off = await asked(books, "Reversals", *lines)
    assert credit == {
        "command": "undo-credit",
        "business_date": "2026-03-13",
        "of": ["credit"],
        "kind": None,
        "document": None,
        "amount": "500.00",
        "by": "P-C1",
        "approved_by": "P-H1",
        "reason": "不符",
    }
    assert off["of"] == ["off"]
    assert await asked(books, "Reversals", centre="U1") == [credit]
    assert await asked(books, "Reversals", centre="HQ") == [off]
    assert await asked(books, "Reversals", until="2026-03-12") == []


async def test_the_reversal_of_a_confirmation_names_the_document(books: Books) -> None:
    """[rule 51] With the sum of its debits."""
    confirmed = confirm() | {"id": "confirmed"}
    (row,) = await asked(books, "Reversals", *CONFIRMED[:-1], confirmed, reverse("confirmed", "P-C0", "P-H0"))
    assert (row["kind"], row["document"], row["amount"]) == ("slip", "SL-1", "400.00")


async def test_a_write_off_is_listed_with_its_fund_and_marked_when_it_is_reversed(books: Books) -> None:
    """[rule 51]"""
    lines = (*CONFIRMED, WRITTEN_OFF | {"id": "off"})
    (row,) = await asked(books, "WriteOffs", *lines)
    assert row == {
        "person": "P-A",
        "unit": None,
        "business_date": "2026-03-11",
        "centre": "HQ",
        "amount": "120.00",
        "by": "P-C0",
        "approvals": GROUP,
        "reason": "家庭困难",
        "reversed": False,
    }
    assert await asked(books, "WriteOffs", centre="U1") == []


async def test_a_reversed_write_off_stays_on_the_list(books: Books) -> None:
    """[rule 51]"""
    (row,) = await asked(
        books, "WriteOffs", *CONFIRMED, WRITTEN_OFF | {"id": "off"}, reverse("off", "P-C0", "P-H0"), centre="HQ"
    )
    assert row["reversed"] is True


async def test_appeals_that_lower_a_line_are_reviews(books: Books) -> None:
    """[rule 51] Upheld ones are not; by document and party."""
    lines = (
        *CONFIRMED,
        *appeal("W1", "revoke"),
        *appeal("P-U1H", "amend", amount="40.00"),
        *appeal("P-T1L", "uphold"),
    )
    first, second = await asked(books, "Reviews", *lines)
    assert first == {
        "document": "SL-1",
        "kind": "slip",
        "unit": "W1",
        "business_date": "2026-03-10",
        "party": "P-U1H",
        "decision": "amend",
        "before": "50.00",
        "after": "40.00",
        "by": "P-G1",
        "reason": "x",
        "appeal": True,
    }
    assert (second["party"], second["before"], second["after"]) == ("W1", "100.00", "0.00")


async def test_reviews_of_notices_are_of_the_whole(books: Books) -> None:
    """[rules 51, 61] What an appeal then gives back is of the payer."""
    about = {"unit": "W1", "item": "GP-05", "qty": "4", "description": "文明生产"}
    lines: list[Line] = []
    for name, decided in (("NT-1", {"decision": "amend", "qty": "2"}), ("NT-2", {"decision": "revoke"})):
        lines += [
            do("IssueNotice", "P-OFF", at("03-02"), notice=name, **about),
            do("DisputeNotice", "P-W1D", at("03-03"), notice=name, grounds="数量不符"),
            do("ReviewNotice", "P-SO", at("03-04"), notice=name, reason="复核", **decided),
        ]
    appeal = {"notice": "NT-1", "party": "W1"}
    lines += [
        do("ConfirmNotice", "P-W1D", at("03-05"), notice="NT-1"),
        do("LodgeAppeal", "P-W1D", at("03-09"), grounds="x", **appeal),
        do("DecideAppeal", "P-G1", at("03-10"), decision="revoke", reason="x", approvals=["P-G1", "P-G2"], **appeal),
    ]
    rows = await asked(books, "Reviews", *lines)
    shown = [(row["kind"], row["document"], row["party"], row["before"], row["after"], row["appeal"]) for row in rows]
    assert shown == [
        ("notice", "NT-1", None, "200.00", "100.00", False),
        ("notice", "NT-2", None, "200.00", "0.00", False),
        ("notice", "NT-1", "W1", "100.00", "0.00", True),
    ]


async def test_a_review_shows_the_line_before_and_after(books: Books) -> None:
    """[rule 51] A second review of the same document starts from the first."""
    lines = (
        opened(POOL_WAGE_W1="800.00"),
        FOUND,
        serve(),
        dispute(by="P-T1L", party="P-T1L"),
        dispute(by="P-A", party="P-A"),
        review(party="P-T1L", decision="amend", amount="20.00"),
        review(decision="revoke", party="P-A"),
    )
    rows = await asked(books, "Reviews", *lines)
    shown = [(row["party"], row["before"], row["after"], row["appeal"]) for row in rows]
    assert shown == [("P-A", "200.00", "0.00", False), ("P-T1L", "50.00", "20.00", False)]
    assert await asked(books, "Reviews", centre="HQ") == []


async def test_a_review_of_the_whole_names_no_party(books: Books) -> None:
    """[rule 51]"""
    lines = (FOUND, serve(), dispute(by="P-A", party="P-A"), review(decision="revoke"))
    (row,) = await asked(books, "Reviews", *lines)
    assert (row["party"], row["before"], row["after"]) == (None, "400.00", "0.00")


async def test_lines_that_a_chain_left_out_are_listed_with_their_reason(books: Books) -> None:
    """[rules 46, 51] Not those of what was cancelled."""
    other = by_matrix(matrix="TW-G", slip="SL-2") | {"by": "P-SI"}
    lines = (FOUND, other, cancel(slip="SL-2") | {"by": "P-SO"})
    assert await asked(books, "DroppedLines", *lines) == [
        {
            "document": "SL-1",
            "kind": "slip",
            "unit": "W1",
            "business_date": "2026-03-02",
            "role": "inspector",
            "party": "P-SI",
            "reason": "discoverer",
            "by": "P-SI",
        }
    ]
    assert await asked(books, "DroppedLines", centre="HQ") == []


async def test_bonuses_of_a_year_under_a_veto_are_listed_whenever_it_was_triggered(books: Books) -> None:
    """[rule 51] Of the unit and of the persons at home in it or below; reversed ones are gone."""
    veto = do("TriggerVeto", "P-G1", at("03-20"), unit="W1", year="2026", indicator="重伤", reason="重伤事故")
    above = do("TriggerVeto", "P-G1", at("03-20"), unit="U1", year="2026", indicator="死亡", reason="死亡事故")
    lines = (
        bonus(unit="W1", amount="3000.00"),
        bonus(person="P-A"),
        bonus(person="P-T4L"),
        bonus(person="P-T1L") | {"id": "wrong"},
        reverse("wrong", "P-C1", "P-H1") | {"at": at("03-17")},
    )
    story = given(*lines)
    await books.load(story.ledger.facts)
    assert await asked(books, "BonusUnderVeto") == []
    known = len(story.ledger.facts)
    await books.load(story.given(veto).ledger.facts[known:])
    person, unit = await asked(books, "BonusUnderVeto")
    assert person == {
        "party": "P-A",
        "unit": "T1",
        "kind": "quarter",
        "period": "2026-Q1",
        "business_date": "2026-03-16",
        "amount": "200.00",
        "veto": ["重伤"],
        "by": "P-G1",
    }
    assert (unit["party"], unit["unit"]) == ("W1", "W1")
    known = len(story.ledger.facts)
    await books.load(story.given(above).ledger.facts[known:])
    rows = await asked(books, "BonusUnderVeto")
    assert [(row["party"], row["veto"]) for row in rows] == [
        ("P-A", ["重伤", "死亡"]),
        ("P-T4L", ["死亡"]),
        ("W1", ["重伤", "死亡"]),
    ]
