"""The rates of hazards are the same wherever they are told: register, indicators, packs, reports (F-9, F-11)."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest

from projections.hazard_rates import RatedHazard, hazard_rates
from tests.projections.boards import accept, assign, report, verify
from tests.projections.conftest import Books
from tests.spec import Line, do, given

LEADS = {"W1": "P-W1D", "T1": "P-T1L"}
FEBRUARY = ("2026-02-01", "2026-02-28")


def rated(hazard: str, state: str = "closed", **known: Any) -> RatedHazard:
    usual = {"reported_on": "2026-02-02", "deadline": "2026-02-10", "in_time": False, "repeated": False}
    return RatedHazard(hazard, state, **{**usual, **known})


def test_on_time_and_closure_are_of_what_is_due_and_repeat_of_what_was_reported() -> None:
    rates = hazard_rates(
        [
            rated("H-1", in_time=True),
            rated("H-2", repeated=True),
            rated("H-3", "assigned"),
            rated("H-4", deadline="2026-03-01", in_time=True),
            rated("H-5", "reported", deadline=None, reported_on="2026-02-28"),
            rated("H-6", reported_on="2026-01-31", repeated=True),
        ],
        *FEBRUARY,
    )
    assert rates.on_time == (["H-1"], ["H-1", "H-2", "H-3", "H-6"])
    assert rates.closure == (["H-1", "H-2", "H-6"], ["H-1", "H-2", "H-3", "H-6"])
    assert rates.repeat_rate == (["H-2"], ["H-1", "H-2", "H-3", "H-4", "H-5"])


def test_a_report_that_was_no_hazard_counts_in_no_rate() -> None:
    assert hazard_rates([rated("H-1", "rejected", repeated=True), rated("H-2", "merged")], *FEBRUARY) == (
        *(([], []), ([], [])),
        ([], []),
    )


def month(seed: int) -> list[Line]:
    """Hazards of two units at three places: left open, fixed in time or late, due in February or March, some void."""
    random, lines = Random(seed), list[Line]()
    for number in range(24):
        name, unit, day = f"H-{number:02d}", random.choice(("W1", "T1")), f"2026-02-{random.choice(('02', '13'))}"
        lines += [report(name, unit, f"{day}T09:00:00+08:00", place=random.choice("甲乙丙"), item="HO-01")]
        if number % 8 == 0:
            lines.append(do("RejectHazard", "P-SO", f"{day}T10:00:00+08:00", hazard=name, reason="不是隐患"))
            continue
        deadline = random.choice(("2026-02-16", "2026-02-20", "2026-03-05"))
        lines += [
            verify(name, f"{day}T10:00:00+08:00"),
            assign(name, deadline, f"{day}T11:00:00+08:00"),
        ]
        if random.random() < 0.7:
            day = max(day, f"2026-02-{random.choice((10, 15, 24))}")
            fixed = do("ClaimRectification", LEADS[unit], f"{day}T14:00:00+08:00", hazard=name, evidence=["paper:照片"])
            lines += [fixed, accept(name, f"{day}T15:00:00+08:00")]
    return sorted(lines, key=lambda line: str(line["at"]))


@pytest.mark.parametrize("seed", range(3))
async def test_register_indicators_packs_and_reports_agree(books: Books, seed: int) -> None:
    await books.load(given(*month(seed)).ledger.facts)
    for unit in ("W1", "T1"):
        register = (await books.ask("HazardRegister", unit=unit, period="2026-02"))["rates"]
        when = {"business_date": "2026-03-31"}
        assert (await books.ask("HazardRegister", unit=unit, period="2026-02", **when))["rates"] == register
        for name in ("on_time", "closure", "repeat_rate"):
            told = await books.ask("Indicator", indicator=name, unit=unit, period="2026-02")
            assert (told["value"], told["num_list"], told["den_list"]) == (
                register[name]["value"],
                register[name]["num_hazards"],
                register[name]["den_hazards"],
            )
        for name, packed in (("closure", "energy.closure"), ("on_time", "coal_mine.on_time")):
            told = await books.ask("Indicator", indicator=packed, unit=unit, period="2026-02")
            assert (told["value"], told["num"], told["den"]) == tuple(
                register[name][part] for part in ("value", "num", "den")
            )
        report = (await books.ask("Analysis", unit=unit, period="2026-02"))["rates"]
        assert (report["closure"], report["on_time"]) == (register["closure"]["value"], register["on_time"]["value"])
