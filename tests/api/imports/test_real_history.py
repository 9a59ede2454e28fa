"""The real history of violations goes through the ledger and comes out as it went in, to the fen."""

from __future__ import annotations

import asyncio
import csv
from collections import Counter
from collections.abc import Iterator

import pytest

from ledger.facts.hazards import HazardReported, HazardVerified
from ledger.facts.organisation import ClockAdvanced, UnitRegistered, UnitReparented
from ledger.facts.slips import SlipConfirmed, SlipIssued
from ledger.money import yuan
from ledger.state.organisation import Organisation
from tests.api.imports.memory import SAMPLES, MemoryBook

FILE = SAMPLES / "upper_big_branch_violations.csv"
MAPPING = SAMPLES / "upper_big_branch.toml"


def rows() -> Iterator[dict[str, str]]:
    with FILE.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def fen_of(row: dict[str, str]) -> int:
    yuan_part, _, fen_part = row["current_assessment_amt"].partition(".")
    return int(yuan_part) * 100 + int(fen_part.ljust(2, "0"))


@pytest.fixture(scope="module")
def book() -> MemoryBook:
    book = MemoryBook()
    _, outcome = asyncio.run(book.imports(FILE, MAPPING))
    assert not outcome.refused
    return book


def names(book: MemoryBook) -> dict[str, str]:
    return {fact.unit: fact.name for fact in book.of_kind(UnitRegistered)}


def organisation(book: MemoryBook) -> Organisation:
    return book.organisation


def test_every_row_becomes_a_confirmed_slip_and_totals_by_violator_and_year_are_the_files_own(
    book: MemoryBook,
) -> None:
    count: Counter[tuple[str, str]] = Counter()
    total: Counter[tuple[str, str]] = Counter()
    for row in rows():
        key = (" ".join(row["violator_name"].split()), row["iss_year"])
        count[key] += 1
        total[key] += fen_of(row)

    known, issued = names(book), {fact.slip: fact for fact in book.of_kind(SlipIssued)}
    confirmed_count: Counter[tuple[str, str]] = Counter()
    confirmed_total: Counter[tuple[str, str]] = Counter()
    for fact in book.of_kind(SlipConfirmed):
        key = (known[issued[fact.slip].unit], issued[fact.slip].business_date[:4])
        confirmed_count[key] += 1
        confirmed_total[key] += fact.total

    assert sum(confirmed_count.values()) == 4415
    assert confirmed_count == count
    assert confirmed_total == total


def test_what_is_charged_is_owed_to_the_roots_fund(book: MemoryBook) -> None:
    total = sum(fen_of(row) for row in rows())
    assert book.ledger.balance("FUND_SAFETY:UBB") == yuan(total)
    assert sum(book.ledger.balances.values()) == 0


def test_identical_rows_are_findings_of_their_own(book: MemoryBook) -> None:
    assert len({tuple(row.values()) for row in rows()}) < 4415
    assert len({fact.slip for fact in book.of_kind(SlipIssued)}) == 4415


def test_a_slip_cites_a_hazard_of_level_a_and_names_every_other(book: MemoryBook) -> None:
    levels = {fact.hazard: fact.level for fact in book.of_kind(HazardVerified)}
    expected = Counter("A" if row["inj_illness"] in ("Fatal", "Permanent") else "not A" for row in rows())
    assert Counter("A" if level == "A" else "not A" for level in levels.values()) == expected
    for slip in book.of_kind(SlipIssued):
        assert (slip.hazard, slip.cites) == ((None, (slip.slip,)) if levels[slip.slip] == "A" else (slip.slip, ()))


def test_nothing_that_a_row_says_is_lost(book: MemoryBook) -> None:
    said = Counter((fact.place, fact.description, fact.business_date) for fact in book.of_kind(HazardReported))
    for row in rows():
        words = (
            f"{row['mine_name']}: violation of {row['violation_occur_dt']}, inspection begun "
            f"{row['inspection_begin_dt']}; likelihood {row['likelihood']}, injury or illness {row['inj_illness']}, "
            f"negligence {row['negligence']}; controller {' '.join(row['controller_name'].split())}"
        )
        said[row["mine_name"], words.strip(), row["violation_occur_dt"]] -= 1
    assert not any(said.values())


def test_a_slip_carries_its_authority_its_day_of_issue_and_its_day_of_occurrence(book: MemoryBook) -> None:
    found = Counter(
        (slip.business_date, slip.occurred, slip.authority and slip.authority.date) for slip in book.of_kind(SlipIssued)
    )
    assert found == Counter((row["iss_dt"], row["violation_occur_dt"], row["iss_dt"]) for row in rows())


def test_the_violator_stands_below_who_controlled_it_when_the_violation_occurred(book: MemoryBook) -> None:
    known = names(book)
    for row in rows():
        unit = next(unit for unit, name in known.items() if name == " ".join(row["violator_name"].split()))
        parent = organisation(book).parent(unit, row["violation_occur_dt"])
        assert parent is not None
        controller = " ".join(row["controller_name"].split())
        assert known[parent] == (controller or known["UBB"])
    assert len(book.of_kind(UnitReparented)) == 2


def test_time_never_goes_back_and_every_slip_is_deemed_accepted_at_the_end_of_its_window(
    book: MemoryBook,
) -> None:
    moments = [entry.recorded_at for entry in book.ledger.facts]
    assert moments == sorted(moments)
    assert {fact.mode for fact in book.of_kind(SlipConfirmed)} == {"deemed"}
    assert {fact.at for fact in book.of_kind(SlipConfirmed)} == {fact.until for fact in book.of_kind(ClockAdvanced)}


def test_importing_it_again_changes_nothing(book: MemoryBook) -> None:
    facts = len(book.ledger.facts)
    prepared, outcome = asyncio.run(book.imports(FILE, MAPPING))
    assert (len(prepared.new), len(prepared.known), outcome.commands) == (0, 4415, 0)
    assert len(book.ledger.facts) == facts
