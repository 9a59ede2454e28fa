"""Measurements, their comparisons, and whether they reach the target (architecture §8)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from statistics import median
from typing import NamedTuple

from rich.console import Console
from rich.table import Table


class Target(NamedTuple):
    """At least or at most so much; of the ratio, or of our own figure."""

    bound: float
    of_ratio: bool = False
    at_most: bool = False

    def met(self, value: float) -> bool:
        return value <= self.bound if self.at_most else value >= self.bound

    def __str__(self) -> str:
        return f"{'≤' if self.at_most else '≥'} {figure(self.bound)}{' ×' if self.of_ratio else ''}"


def at_least(bound: float) -> Target:
    return Target(bound)


def at_most(bound: float) -> Target:
    return Target(bound, at_most=True)


def times(bound: float) -> Target:
    """At least so many times the figure that it is compared with."""
    return Target(bound, of_ratio=True)


@dataclass(frozen=True)
class Row:
    """One line of the table; rows without target are there to be looked at."""

    benchmark: str
    what: str
    ours: float
    unit: str
    against: str = ""
    theirs: float | None = None
    target: Target | None = None

    @property
    def ratio(self) -> float | None:
        return self.ours / self.theirs if self.theirs else None

    @property
    def met(self) -> bool | None:
        if self.target is None:
            return None
        value = self.ratio if self.target.of_ratio else self.ours
        return value is not None and self.target.met(value)


def figure(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:,.3g}"


def middle(values: Sequence[float]) -> float:
    """The median of the rounds."""
    return median(values)


def percentile(values: Sequence[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def show(rows: Sequence[Row]) -> None:
    table = Table(title="Jiesuan, one run on one PostgreSQL with fsync on; medians of interleaved rounds")
    for column in ("", "what", "ours", "compared with", "theirs", "ratio", "target", "met"):
        table.add_column(column, justify="right" if column in ("ours", "theirs", "ratio", "target") else "left")
    last = ""
    for row in rows:
        table.add_row(*cells(row, row.benchmark if row.benchmark != last else ""))
        last = row.benchmark
    Console(width=150).print(table)


def cells(row: Row, benchmark: str) -> tuple[str, ...]:
    met = {None: "", True: "yes", False: "NO"}[row.met]
    theirs = "" if row.theirs is None else figure(row.theirs)
    ratio = "" if row.ratio is None else f"{row.ratio:.2g} ×" if row.ratio < 10 else f"{row.ratio:.0f} ×"
    target = "" if row.target is None else str(row.target)
    return benchmark, row.what, f"{figure(row.ours)} {row.unit}", row.against, theirs, ratio, target, met


def as_json(rows: Sequence[Row]) -> str:
    return json.dumps(
        [asdict(row) | {"ratio": row.ratio, "met": row.met} for row in rows], ensure_ascii=False, indent=1
    )
