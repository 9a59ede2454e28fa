"""Facts are found by kind, hand, period, document, person, and by whether they were reversed (rule 51)."""

from __future__ import annotations

from typing import Any

import pytest

from ledger.errors import Invalid, Unknown
from tests.ledger.decisions.liabilities import acknowledge, at, by_matrix, confirm, opened, serve
from tests.projections.conftest import Books
from tests.spec import Line, do, given

SLIP = by_matrix(matrix="TW-G") | {"by": "P-SI"}
OTHER = by_matrix(matrix="TW-G", slip="SL-2", person="P-B") | {"by": "P-SI"}
CREDIT = do("CreditQuotaWage", "P-C1", at("03-10"), unit="W1", amount="500.00", source_doc="Q-1") | {"id": "credit"}
ADVANCE = do("AdvanceClock", at=at("03-09"))


def report(name: str, **fields: Any) -> Line:
    about = {"place": "机头", "category": "site_quality", "description": "积尘", "tier": "T3", "unit": "T1"}
    return do("ReportHazard", "P-WX", at("03-02"), hazard=name, **(about | fields))


def reverse(of: str) -> Line:
    return do("ReverseEntry", "P-C1", at("03-13"), of=of, reason="不符", approved_by="P-H1") | {"id": f"undo-{of}"}


async def found(books: Books, **asked: Any) -> list[str]:
    return [row["fact"] for row in (await books.ask("Facts", limit=1000, **asked))["facts"]]


async def told(books: Books, *lines: Line) -> None:
    await books.load(given(*lines).ledger.facts)


async def test_facts_of_a_kind_are_found(books: Books) -> None:
    """[rule 51]"""
    await told(books, SLIP, OTHER)
    assert await found(books, fact="SlipIssued") == ["SlipIssued", "SlipIssued"]
    assert await found(books, fact="SlipServed") == []
    with pytest.raises(Invalid):
        await found(books, fact="Nonsense")


async def test_facts_by_a_hand_are_found(books: Books) -> None:
    """[rule 51] The ledger's own too."""
    await told(books, SLIP, serve(), CREDIT)
    assert await found(books, by="P-SI") == ["SlipIssued"]
    assert "UnitRegistered" in await found(books, by="SYSTEM")
    with pytest.raises(Unknown):
        await found(books, by="P-ZZ")


async def test_facts_of_a_period_are_those_that_posted_in_it(books: Books) -> None:
    """[rule 51]"""
    await told(books, opened(POOL_WAGE_W1="800.00"), SLIP, CREDIT)
    assert set(await found(books, period="2026-03")) == {"BalanceOpened", "QuotaWageCredited"}
    assert await found(books, period="2026-04") == []


async def test_reversed_facts_are_found_and_those_that_stand(books: Books) -> None:
    """[rule 51]"""
    other = CREDIT | {"id": "credit-2", "data": CREDIT["data"] | {"source_doc": "Q-2"}}
    await told(books, opened(POOL_WAGE_W1="800.00"), CREDIT, other, reverse("credit"))
    gone = await books.ask("Facts", fact="QuotaWageCredited", reversed=True)
    stand = await books.ask("Facts", fact="QuotaWageCredited", reversed=False)
    assert [row["command"] for row in gone["facts"]] == ["credit"]
    assert [row["command"] for row in stand["facts"]] == ["credit-2"]


async def test_facts_of_a_document_are_those_of_its_commands_its_money_and_of_time(books: Books) -> None:
    """[rule 51] Whole commands whose data names it; of an AdvanceClock only the facts of this document."""
    both = (SLIP, OTHER, serve() | {"at": at("03-02", "12:00")}, serve(slip="SL-2") | {"at": at("03-02", "12:00")})
    await told(books, opened(POOL_WAGE_W1="800.00"), *both, ADVANCE)
    facts = await found(books, subject="slip:SL-1")
    assert facts[:2] == ["SlipIssued", "SlipServed"]
    assert facts.count("SlipConfirmed") == 1
    assert "ClockAdvanced" not in facts
    rows = (await books.ask("Facts", subject="slip:SL-1"))["facts"]
    assert {row["data"].get("slip") for row in rows} <= {"SL-1", None}


async def test_a_document_that_a_command_names_beside_its_own_has_these_facts_too(books: Books) -> None:
    """[rule 51] The slip on a hazard, but neither its service nor its confirmation."""
    hazard = report("H-1", tier="T2") | {"by": "P-SI"}
    await told(books, opened(POOL_WAGE_W1="800.00"), hazard, by_matrix(matrix="TW-G", hazard="H-1"), serve(), confirm())
    assert await found(books, subject="hazard:H-1") == ["HazardReported", "SlipIssued"]
    with pytest.raises(Unknown) as refusal:
        await found(books, subject="hazard:H-9")
    assert refusal.value.code == "UNKNOWN_HAZARD"
    with pytest.raises(Invalid):
        await found(books, subject="poem:P-1")


async def test_the_reversal_of_a_documents_money_is_found(books: Books) -> None:
    """[rule 51] Though it names the command."""
    lines = (opened(POOL_WAGE_W1="800.00"), SLIP, serve(), confirm() | {"id": "confirm"})
    undo = do("ReverseEntry", "P-C0", at("03-13"), of="confirm", reason="不符", approved_by="P-H0")
    await told(books, *lines, undo)
    assert "EntryReversed" in await found(books, subject="slip:SL-1")


async def test_facts_of_a_person_are_of_his_stream_his_accounts_and_of_commands_that_name_him(books: Books) -> None:
    """[rule 51] Not of other persons' streams, and not of a chain that nobody wrote down."""
    await told(books, opened(POOL_WAGE_W1="800.00"), SLIP, serve(), acknowledge("P-T1L"), confirm())
    mine = (await books.ask("Facts", person="P-A", limit=1000))["facts"]
    assert [row["fact"] for row in mine][-3:] == ["SlipIssued", "SlipConfirmed", "DueRaised"]
    assert {row["stream"] for row in mine[-3:]} == {"unit-W1", "person-P-A"}
    assert (await found(books, person="P-T1L"))[-2:] == ["SlipConfirmed", "DueRaised"]
    with pytest.raises(Unknown):
        await found(books, person="P-ZZ")


async def test_a_sealed_reporter_is_found_neither_as_hand_nor_as_person(books: Books) -> None:
    """[rules 38, 51] Once unsealed both; the command's id finds it never."""
    secret = report("H-1", anonymous=True, discoverer="P-WX") | {"id": "secret"}
    story = given(secret)
    await books.load(story.ledger.facts)
    assert await found(books, by="P-WX") == []
    assert "HazardReported" not in await found(books, person="P-WX")
    assert await found(books, command="secret") == []
    (row,) = (await books.ask("Facts", fact="HazardReported"))["facts"]
    assert (row["by"], row["command"]) == (None, None)
    known = len(story.ledger.facts)
    unseal = do("UnsealReporter", "P-G1", at("03-03"), hazard="H-1", reason="x", approvals=["P-G1", "P-G2"])
    await books.load(story.given(unseal).ledger.facts[known:])
    assert await found(books, by="P-WX") == ["HazardReported"]
    assert "HazardReported" in await found(books, person="P-WX")
    assert await found(books, command="secret") == []
