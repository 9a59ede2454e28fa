"""Amounts set by hand, and what may have been charged twice (rules 8, 10, 14, 51)."""

from __future__ import annotations

from typing import Any

from tests.ledger.decisions.liabilities import AUTHORITY, at, cancel, confirm, issue, line, opened, serve
from tests.projections.conftest import Books
from tests.spec import Line, Story, do, given

MARCH = {"since": "2026-03-01", "until": "2026-03-31"}
ITEMS: list[Line] = [
    {"item": "WZ-01", "kind": "violation", "name": "未系安全带", "uom": "人次", "matrix": "TW-S"},
    {"item": "WZ-09", "kind": "violation", "name": "其他三违", "uom": "人次"},
]
CATALOGUE = do(
    *("PublishPriceList", "P-U1H", at("02-01")),
    owner="U1",
    version="m1",
    effective="2026-02-01",
    legal_basis="矿规",
    notice="公示",
    items=ITEMS,
)


def slip(name: str, **fields: Any) -> Line:
    return issue(slip=name, **({"grounds": "violation", "person": "P-A", "occurred": "2026-02-27"} | fields))


def notice(name: str, day: str = "03-02", **fields: Any) -> Line:
    about = {"unit": "W1", "item": "GP-05", "qty": "2", "description": "文明生产", "occurred": "2026-02-27"}
    return do("IssueNotice", "P-OFF", at(day), notice=name, **(about | fields))


def free(name: str, day: str = "03-02", **fields: Any) -> Line:
    lines = {"grounds": "duty", "authority": AUTHORITY, "lines": [line("P-A", "80.00"), line("W1", "120.00")]}
    return issue(slip=name, **(lines | {"approved_by": "P-SO"} | fields)) | {"at": at(day)}


async def doubles(books: Books, story: Story, **asked: Any) -> list[tuple[str, str, str, str]]:
    """(document, party, amount, the first such document) of March."""
    await books.load(story.ledger.facts)
    told = await books.ask("DoubleCharges", **(MARCH | asked))
    return [(row["document"], row["party"], row["amount"], row["other"]) for row in told["charges"]]


async def test_the_same_party_day_and_entry_is_a_double_charge_of_the_later_document(books: Books) -> None:
    """[rule 14] Wherever and whenever the other was issued: an inspector's slip of February at the team."""
    earlier = slip("SL-1", item="WZ-01", unit="T1") | {"at": at("02-27"), "by": "P-SI"}
    both = given(CATALOGUE, earlier, slip("SL-2", item="WZ-01", persons={"team_leader": "P-T1L"}))
    await books.load(both.ledger.facts)
    (row, *_) = (await books.ask("DoubleCharges", **MARCH))["charges"]
    assert row == {
        "document": "SL-2",
        "kind": "slip",
        "unit": "W1",
        "business_date": "2026-03-02",
        "party": "P-A",
        "occurred": "2026-02-27",
        "item": "WZ-01",
        "matrix": "TW-S",
        "amount": "500.00",
        "other": "SL-1",
    }


async def test_a_party_that_only_one_of_them_charges_is_charged_once(books: Books) -> None:
    """[rule 14] The finder of the first is not charged by it."""
    earlier = slip("SL-1", item="WZ-01") | {"by": "P-SI"}
    told = await doubles(books, given(CATALOGUE, earlier, slip("SL-2", item="WZ-01")))
    assert [party for _, party, _, _ in told] == ["P-A", "P-T1L", "P-U1H", "W1"]


async def test_a_third_document_names_the_first(books: Books) -> None:
    """[rule 51]"""
    told = await doubles(books, given(*(slip(f"SL-{turn}", matrix="TW-G") for turn in (1, 2, 3))))
    assert [(name, other) for name, party, _, other in told if party == "P-A"] == [("SL-2", "SL-1"), ("SL-3", "SL-1")]


async def test_another_day_entry_or_standard_is_another_finding(books: Books) -> None:
    """[rule 14] A matrix is compared only where there is no entry; amounts set by hand not at all."""
    story = given(
        CATALOGUE,
        slip("SL-1", item="WZ-01"),
        slip("SL-2", item="WZ-01", occurred="2026-02-28"),
        slip("SL-3", item="WZ-09", matrix="TW-S"),
        slip("SL-4", matrix="TW-S"),
        slip("SL-5", matrix="TW-G"),
        free("SL-6"),
        free("SL-7"),
    )
    assert await doubles(books, story) == []


async def test_notices_are_compared_by_their_item(books: Books) -> None:
    """[rule 14]"""
    told = await doubles(books, given(notice("NT-1"), notice("NT-2"), notice("NT-3", unit="T1")))
    assert told == [("NT-2", "W1", "100.00", "NT-1")]


PAID_BY_THE_TEAM = (
    notice("NT-1"),
    notice("NT-2"),
    do("DisputeNotice", "P-W1D", at("03-02", "11:00"), notice="NT-2", grounds="数量不符"),
    do("ReviewNotice", "P-SO", at("03-02", "12:00"), notice="NT-2", decision="amend", qty="1", reason="复核"),
    *(
        do("ConfirmNotice", "P-W1D", at("03-03"), notice=name, payer="T1", accepted_by="P-T1L")
        for name in ("NT-1", "NT-2")
    ),
)


async def test_a_notice_charges_its_payer(books: Books) -> None:
    """[rule 14] The team that pays in its workshop's place, by what the review has left; the books agree (R4, R6)."""
    assert await doubles(books, given(*PAID_BY_THE_TEAM)) == [("NT-2", "T1", "50.00", "NT-1")]
    checked = await books.ask("Reconciliation", centre="U1", period="2026-03")
    assert [row["exception"] for row in checked["exceptions"]] == ["DOUBLE_CHARGE:NT-2"]


async def test_a_notice_that_is_revoked_on_appeal_charges_nobody(books: Books) -> None:
    """[rules 13, 14]"""
    party = {"notice": "NT-2", "party": "T1"}
    group = ["P-G1", "P-G2"]
    story = given(
        *PAID_BY_THE_TEAM,
        do("LodgeAppeal", "P-T1L", at("03-09"), grounds="x", **party),
        do("DecideAppeal", "P-G1", at("03-10"), decision="revoke", reason="x", approvals=group, **party),
    )
    assert await doubles(books, story) == []


async def test_what_is_gone_charges_nobody(books: Books) -> None:
    """[rules 7, 14] Cancelled, or revoked on appeal: the line or the whole."""
    named = {"slip": "SL-1", "party": "P-A"}
    appeal = do("LodgeAppeal", "P-A", at("03-09"), grounds="x", **named)
    revoked = do(
        "DecideAppeal", "P-G1", at("03-10"), decision="revoke", reason="x", approvals=["P-G1", "P-G2"], **named
    )
    first = (slip("SL-1", matrix="TW-G"), serve(), confirm(), appeal, revoked)
    again = slip("SL-2", matrix="TW-G") | {"at": at("03-11")}
    void = slip("SL-3", matrix="TW-G", unit="W2", person="P-E") | {"at": at("03-11")}
    story = given(
        *first, again, void, cancel(slip="SL-3") | {"at": at("03-12")}, void | {"id": "again"} | named_4(void)
    )
    told = await doubles(books, story)
    assert [(name, party) for name, party, _, _ in told] == [(name, party) for name, party in told_without("P-A")]


def named_4(void: Line) -> Line:
    return {"data": {**void["data"], "slip": "SL-4"}}


def told_without(party: str) -> list[tuple[str, str]]:
    """SL-2 charges again whom SL-1 still charges; SL-4 nobody whom the cancelled SL-3 charged, but the head of both."""
    return [("SL-2", other) for other in ("P-SI", "P-T1L", "P-U1H", "W1") if other != party] + [
        ("SL-4", "P-SI"),
        ("SL-4", "P-U1H"),
    ]


async def test_double_charges_are_of_the_units_centre_and_the_month_of_issue(books: Books) -> None:
    """[rules 14, 51]"""
    pair = (slip("SL-1", matrix="TW-G"), slip("SL-2", matrix="TW-G"))
    away = (notice("NT-1", unit="W3"), notice("NT-2", unit="W3"))
    later = (notice("NT-3", "04-02"),)
    story = given(*pair, *away, notice("NT-0"), *later)
    await books.load(story.ledger.facts)
    for asked, found in (
        ({"centre": "U1"}, {"SL-2"}),
        ({"centre": "U2"}, {"NT-2"}),
        ({"since": "2026-04-01", "until": "2026-04-30"}, {"NT-3"}),
    ):
        told = await books.ask("DoubleCharges", **(MARCH | asked))
        assert {row["document"] for row in told["charges"]} == found
    checked = await books.ask("Reconciliation", centre="U1", period="2026-03")
    raised = [row for row in checked["exceptions"] if row["kind"] == "DOUBLE_CHARGE"]
    assert [(row["ref"], row["amount"], row["blocking"]) for row in raised] == [("SL-2", "420.00", False)]


async def test_free_charges_are_those_by_lines_as_they_stand_now(books: Books) -> None:
    """[rule 10] Whatever their tier; cancelled and waived ones are left out."""
    named = {"slip": "SL-1", "party": "P-A"}
    appealed = (
        do("LodgeAppeal", "P-A", at("03-09"), grounds="x", **named),
        do("DecideAppeal", "P-G1", at("03-10"), decision="amend", amount="30.00", reason="x", approvals=BOTH, **named),
    )
    story = given(
        free("SL-1"),
        serve(),
        confirm(),
        *appealed,
        free("SL-2", tier="T1", approved_by=""),
        free("SL-3"),
        cancel(slip="SL-3"),
        slip("SL-4", matrix="TW-G"),
        free("SL-5", "03-01", unit="W3", lines=[line("W3", "1.00")]),
    )
    await books.load(story.ledger.facts)
    told = (await books.ask("FreeCharges", **MARCH))["charges"]
    assert [(row["document"], row["amount"], row["approved_by"]) for row in told] == [
        ("SL-5", "1.00", "P-SO"),
        ("SL-1", "150.00", "P-SO"),
        ("SL-2", "200.00", None),
    ]
    assert told[1] | {} == {
        "document": "SL-1",
        "kind": "slip",
        "unit": "W1",
        "business_date": "2026-03-02",
        "amount": "150.00",
        "by": "P-OFF",
        "approved_by": "P-SO",
        "authority": AUTHORITY,
    }
    of_centre = await books.ask("FreeCharges", centre="U2", **MARCH)
    assert [row["document"] for row in of_centre["charges"]] == ["SL-5"]


BOTH = ["P-G1", "P-G2"]


async def test_a_penalty_by_lines_has_no_authority(books: Books) -> None:
    """[rule 10]"""
    about: Line = {"penalty": "PE-1", "unit": "W1", "kind": "other", "basis": "§1", "description": "x"}
    lines = [line("P-W1D", "30.00")]
    penalty = do("ProposePenalty", "P-U1D", at("03-02"), **about, lines=lines, approved_by="P-G1")
    await books.load(given(penalty).ledger.facts)
    (row,) = (await books.ask("FreeCharges", **MARCH))["charges"]
    assert (row["kind"], row["by"], row["approved_by"], row["authority"]) == ("penalty", "P-U1D", "P-G1", None)


async def test_entries_of_a_slip_name_its_entry_and_its_pool(books: Books) -> None:
    """[rules 8, 16]"""
    paid = opened(POOL_WAGE_W1="500.00", POOL_PROJECT_W1="500.00")
    story = given(CATALOGUE, paid, slip("SL-1", item="WZ-01", funds="project"), serve(), confirm())
    await books.load(story.ledger.facts)
    for account in ("DUE_PERSON:P-A", "POOL_PROJECT:W1"):
        told = (await books.ask("Entries", account=account))["entries"]
        assert (told[-1]["item"], told[-1]["document"]) == ("WZ-01", "SL-1")


async def test_the_price_book_shows_the_catalogue(books: Books) -> None:
    """[rule 8]"""
    await books.load(given(CATALOGUE).ledger.facts)
    told = await books.ask("PriceBook", unit="W1", date="2026-03-01")
    rows = {row["item"]: row for row in told["items"]}
    assert [(rows[name]["matrix"], rows[name]["name"]) for name in ("WZ-01", "WZ-09", "GP-05")] == [
        ("TW-S", "未系安全带"),
        (None, "其他三违"),
        (None, rows["GP-05"]["name"]),
    ]
