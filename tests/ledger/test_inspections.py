"""The cycles of an inspection list, and what was inspected in them [rule 31]."""

from __future__ import annotations

from fractions import Fraction

import pytest

from ledger.inspections import Asked, Visit, cycles, inspected, months


def visit(day: str, place: str = "A", shift: str | None = "早", quality: str | None = None) -> Visit:
    return Visit(day, shift, place, quality)


@pytest.mark.parametrize(
    ("cycle", "month", "spans"),
    [
        ("month", "2026-02", [("2026-02-01", "2026-02-28")]),
        ("quarter", "2026-02", [("2026-01-01", "2026-03-31")]),
        ("quarter", "2026-12", [("2026-10-01", "2026-12-31")]),
        (
            "week",
            "2026-03",
            [
                ("2026-02-23", "2026-03-01"),
                ("2026-03-02", "2026-03-08"),
                ("2026-03-09", "2026-03-15"),
                ("2026-03-16", "2026-03-22"),
                ("2026-03-23", "2026-03-29"),
            ],
        ),
    ],
)
def test_a_month_has_the_cycles_that_end_in_it_or_its_quarter(
    cycle: str, month: str, spans: list[tuple[str, str]]
) -> None:
    assert list(cycles(cycle, month)) == spans


def test_cycles_lie_in_these_months() -> None:
    assert months("month", "2026-03") == ("2026-03",)
    assert months("week", "2026-03") == ("2026-02", "2026-03")
    assert months("quarter", "2026-12") == ("2026-10", "2026-11", "2026-12")


def test_a_week_never_makes_up_for_another() -> None:
    asked = Asked(["A", "B"], {"早": 1}, "week")
    visits = [visit("2026-02-24"), visit("2026-02-25", "B"), visit("2026-02-26"), visit("2026-03-31", "B")]
    found = inspected(asked, visits, "2026-03")
    assert (found.coverage, found.frequency, found.quality) == (Fraction(20), Fraction(20), None)


def test_a_place_counts_once_a_cycle_and_a_shift_once_a_day() -> None:
    asked = Asked(["A", "B", "C", "D"], {"早": 2, "中": 1}, "month")
    visits = [
        visit("2026-03-03", "A", quality="90"),
        visit("2026-03-03", "B", quality="80"),
        visit("2026-03-10", "A", "中"),
        visit("2026-03-11", "E", None),
        visit("2026-02-28", "D", quality="1"),
    ]
    found = inspected(asked, visits, "2026-03")
    assert (found.quality, found.coverage, found.frequency) == (Fraction(85), Fraction(50), Fraction(200, 3))


def test_what_is_asked_nowhere_has_no_share() -> None:
    assert inspected(Asked([], {}, "month"), [visit("2026-03-03")], "2026-03")[1:] == (None, None)
