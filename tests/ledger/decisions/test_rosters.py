"""Rosters: who works which shift on a day, by the newest word (contract §2.10)."""

from __future__ import annotations

from typing import Any

import pytest

from ledger.errors import Authority, Invalid
from ledger.view import View
from tests.ledger.decisions.sheets import at, step
from tests.spec import Story, given, when

DAY = "2026-02-03"


def line(person: str = "P-A", day: str = DAY, shift: str = "早") -> dict[str, Any]:
    return {"person": person, "day": day, "shift": shift}


roster = step("PublishRoster", "P-T1L", at("02-02"), unit="T1", shifts=[line()])


def works(story: Story, person: str = "P-A", day: str = DAY) -> tuple[str, str] | None:
    """Team and shift of a person's day."""
    found = View(story.ledger.lookup).rostered(person, day)
    return None if found is None else (found.unit, found.shift)


@pytest.mark.parametrize("by", ["P-T1L", "P-W1D", "P-OFF", "P-SO"])
def test_leads_and_offices_at_or_above_the_team_publish_its_roster(by: str) -> None:
    """[rule 32]"""
    story = when(roster(by)).then_facts("RosterPublished")
    assert story.recorded[0].stream == "unit-T1"


@pytest.mark.parametrize("by", ["P-A", "P-T2L", "P-C1", "SYSTEM"])
def test_others_do_not(by: str) -> None:
    """[rule 32]"""
    when(roster(by)).then_refused(Authority)


def test_a_shift_is_one_of_the_calendar_of_the_day() -> None:
    """[rule 32]"""
    when(roster(shifts=[line(), line(shift="白")])).then_refused(Invalid)
    when(roster(shifts=[line(day="2023-02-03")])).then_refused(Invalid)
    when(roster(shifts=[line(day="2026-02-30")])).then_refused(Invalid)
    when(roster(shifts=[line("P-ZZ")])).then_refused("UNKNOWN_PERSON")


def test_the_newest_word_on_a_person_and_day_counts() -> None:
    """[rule 32]"""
    story = given(roster(shifts=[line(), line("P-B", shift="中"), line(day="2026-03-01")]))
    assert (works(story), works(story, "P-B"), works(story, day="2026-03-01")) == (
        ("T1", "早"),
        ("T1", "中"),
        ("T1", "早"),
    )
    story.given(roster("P-OFF", shifts=[line(shift="夜")]), roster("P-T2L", unit="T2", shifts=[line("P-B")]))
    assert (works(story), works(story, "P-B"), works(story, day="2026-03-01")) == (
        ("T1", "夜"),
        ("T2", "早"),
        ("T1", "早"),
    )
    assert works(story, day="2026-02-04") is None
