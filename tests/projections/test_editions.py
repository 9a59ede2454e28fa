"""The kind of an entry, and statements that the first edition issued: made again as they were (rules 43, 44)."""

from __future__ import annotations

from typing import Any, cast

from ledger.facts.statements import StatementIssued
from ledger.state.computed import Drafted
from projections.computed_states import statements
from projections.queries import reader_of
from projections.queries.statement import changed, digest
from tests.ledger.decisions.settlement import close_month
from tests.projections.conftest import Books
from tests.spec import Story, do

FEBRUARY = "2026-02-10T09:00:00+08:00"
U1: dict[str, Any] = {"unit": "U1", "period": "2026-02"}


def story() -> Story:
    """February of U1: a bonus, a leg from another system that names a handover, an opening as of a closed month."""
    scored = [
        do("ScoreUnitQuarter", "P-SO", FEBRUARY, unit="U1", quarter=f"2025-Q{n}", score="96") for n in range(1, 5)
    ]
    year = do("ScoreUnitYear", "P-G1", FEBRUARY, unit="U1", year="2025", annual="96")
    bonus = do("AwardBonus", "P-G1", FEBRUARY, unit="U1", kind="annual", period="2025")
    opened = do("OpenHandover", "P-T1L", FEBRUARY, handover="HV-1", sender="T1", receiver="T2")
    leg = do("ImportTransferLeg", at=FEBRUARY, transfer="X-1", leg="in", unit="U1", counter="W1", kind="handover",
             amount="7.00", document="HV-1")  # fmt: skip
    late = do("OpenBalances", at=FEBRUARY, as_of="2026-01-31", balances={"POOL_WAGE:U1": "90.00"})
    return close_month(Story(), "U1", "2026-01").given(late, *scored, year, bonus, opened, leg)


def as_then(made: dict[str, Any], handover: str | None) -> dict[str, Any]:
    """The object as the first edition printed it: words of the data for kinds, the late opening in section E."""
    words = {"BonusAwarded": "annual", "TransferInImported": "handover"}
    lines = [line | {"kind": words.get(line["fact"], line["kind"])} for line in made["lines"]]
    for line in lines:
        line["number"] = handover if line["kind"] == "handover" else line["number"]
    [opening] = [line for line in lines if line["fact"] == "BalanceOpened"]
    named = {name: opening[name] for name in ("position", "business_date", "adjusts_period", "document")}
    late = {**named, "amount": opening["credit"], "reason": None}
    told = {name: value for name, value in made.items() if name not in ("digest", "state")}
    return told | {"issue": 1, "lines": lines, "prior_period_adjustments": [late]}


async def issued(books: Books, fingerprint: str, **fields: Any) -> StatementIssued:
    """The statement as its fact holds it, under this digest."""
    async with books.reading() as connection:
        found = await statements(await reader_of(connection, "journal"), ["U1/2026-02"])
    drafted = cast("Drafted", found["U1/2026-02"].value)
    held: dict[str, Any] = {name: getattr(drafted, name) for name in Drafted.__struct_fields__ if name != "digest"}
    stream: dict[str, Any] = {"stream": "period-U1-202602", "at": FEBRUARY, "by": "P-C1", "business_date": "2026-02-28"}
    window: dict[str, Any] = {"window_until": "2026-03-03", "window_over": FEBRUARY}
    return StatementIssued(centre="U1", **U1, **held, digest=fingerprint, **stream, **window, **fields)


async def test_the_kind_of_an_entry_is_never_a_word_of_the_data(books: Books) -> None:
    """[rule 44] Nor is the number that of a document of such a name."""
    await books.load(story().ledger.facts)
    kinds = {line["fact"]: (line["kind"], line["number"]) for line in (await books.ask("Statement", **U1))["lines"]}
    assert kinds == {
        "BalanceOpened": (None, None),
        "BonusAwarded": (None, None),
        "TransferInImported": (None, None),
    }


async def test_a_statement_of_the_first_edition_is_made_again_as_it_was_sealed(books: Books) -> None:
    """[rules 43, 44] Its readings are its own, whatever the newer ones say."""
    await books.load(story().ledger.facts)
    made = await books.ask("Statement", **U1)
    number = (await books.ask("Document", kind="handover", id="HV-1"))["number"]
    sealed = as_then(made, number)
    assert digest(sealed) != digest(as_then(made, None) | {"lines": made["lines"]})
    await books.load([await issued(books, digest(sealed))])
    again = await books.ask("Statement", **U1)
    assert again == sealed | {"digest": digest(sealed), "state": "issued"}
    async with books.reading() as connection:
        assert await changed(await reader_of(connection, "journal")) == []


async def test_a_statement_of_this_edition_is_sealed_with_its_readings(books: Books) -> None:
    """[rules 43, 44]"""
    await books.load(story().ledger.facts)
    made = {
        name: value for name, value in (await books.ask("Statement", **U1)).items() if name not in ("digest", "state")
    }
    await books.load([await issued(books, digest(made | {"issue": 1}), edition=2)])
    assert (await books.ask("Statement", **U1))["lines"] == made["lines"]
    async with books.reading() as connection:
        assert await changed(await reader_of(connection, "journal")) == []
