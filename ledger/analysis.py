"""The analysis report (分析报告) out of the tallies of its subject and members (ASS-18, PLAT-07).

Facts alone decide it: each adds to figures of units and persons (``Fact.counts``), the figures of a year are a state
of their own (``ledger.state.tallies``), and the report is a pure function of them.  No model, no clock.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

import msgspec

from ledger.money import percent, plain, yuan
from ledger.state.tallies import Tally
from ledger.vocabulary import Month

Figures = Mapping[str, int]
MONEY = frozenset({"charged", "deducted"})
"""Figures in fen; the others are numbers of things."""

RATES = {
    "closure": ("due_closed", ("hazards_due",)),
    "on_time": ("due_in_time", ("hazards_due",)),
    "repeat": ("repeated", ("hazards_reported",)),
    "tasks_done": ("tasks_completed", ("tasks_completed", "tasks_missed")),
    "advice_closed": ("advice_closed", ("advice_pushed",)),
    "training_passed": ("training_passed", ("training_pushed",)),
}
"""Ratios: numerator, and what adds up to the denominator; without any of it there is no ratio (F-11).

Closure and on time are of the hazards *due* in the period by their last deadline (F-9, F-11), as query Indicator says.
Repeat is of every report: a fact counts when it is recorded, and stays counted if the report is rejected or merged
later; the register leaves such reports out (``projections.hazard_rates``).
"""

WORSE_WHEN_HIGH = frozenset({"repeat"})


QUARTER_MONTHS = {"Q1": (1, 2, 3), "Q2": (4, 5, 6), "Q3": (7, 8, 9), "Q4": (10, 11, 12)}


def months_of(period: str) -> tuple[Month, ...]:
    """The months of a month, quarter or year."""
    year, _, part = period.partition("-")
    numbers = QUARTER_MONTHS.get(part) or ((int(part),) if part else range(1, 13))
    return tuple(f"{year}-{number:02d}" for number in numbers)


def report(subject: str, period: str, tallies: Mapping[str, Iterable[Tally]]) -> dict[str, Any]:
    """The report of a subject: ``tallies`` are those of the person, or of the unit and each unit below it.

    Sums, ratios, the course by month, each unit beside the others, and what stands worst: the same facts give the
    same report.
    """
    months = months_of(period)
    by_member = {name: _sum(own, months) for name, own in sorted(tallies.items())}
    total = _together(by_member.values())
    return {
        "subject": subject,
        "period": period,
        "figures": _shown(total),
        "rates": _rates(total),
        "months": [
            {"month": month, "figures": _shown(_together(_sum(own, (month,)) for own in tallies.values()))}
            for month in months
        ],
        "members": [
            {"subject": name, "figures": _shown(figures), "rates": _rates(figures)}
            for name, figures in by_member.items()
            if figures
        ],
        "weakest": _weakest(_rates(total)),
    }


def _sum(tallies: Iterable[Tally], months: Iterable[Month]) -> Counter[str]:
    return _together(tally.sums(months) for tally in tallies)


def _together(parts: Iterable[Figures]) -> Counter[str]:
    """Sums that keep what is negative: a charge may be reversed in a later month."""
    total: Counter[str] = Counter()
    for part in parts:
        total.update(part)
    return total


def _shown(figures: Figures) -> dict[str, Any]:
    return {name: yuan(amount) if name in MONEY else amount for name, amount in sorted(figures.items())}


def _rates(figures: Figures) -> dict[str, str | None]:
    """In percent, two decimals half-up; None where there is nothing to divide by (F-11)."""
    found: dict[str, str | None] = {}
    for name, (part, whole) in RATES.items():
        den = sum(figures.get(one, 0) for one in whole)
        value = percent(figures.get(part, 0), den)
        found[name] = None if value is None else plain(value)
    return found


def _weakest(rates: Mapping[str, str | None]) -> list[str]:
    """The ratios that are not at their best, the worst first."""
    gaps = {
        name: Decimal(value) if name in WORSE_WHEN_HIGH else 100 - Decimal(value)
        for name, value in rates.items()
        if value is not None
    }
    return sorted((name for name, gap in gaps.items() if gap > 0), key=lambda name: (-gaps[name], name))


_canonical = msgspec.json.Encoder(order="sorted")


def sealed(content: Mapping[str, Any]) -> tuple[str, str]:
    """(canonical JSON, its SHA-256 in hex)."""
    body = _canonical.encode(content)
    return body.decode(), hashlib.sha256(body).hexdigest()
