"""The columns by which the register is filtered and summed: each state that has some declares them as ``columns``."""

from __future__ import annotations

from typing import Any, NamedTuple

from ledger.vocabulary import Day


class Columns(NamedTuple):
    """Columns of the register in which a state describes itself; None where it says nothing.  Amounts are in fen."""

    unit: str | None = None
    """The unit that answers or pays; a person's home."""
    centre: str | None = None
    state: str | None = None
    total: int | None = None
    number: str | None = None
    since: Day | None = None
    """The business date on which it began."""
    until: Day | None = None
    """The last day of its window, or its deadline."""
    reserved: int | None = None
    """Held in a pool for a tender."""
    disputed: int | None = None
    """Lines under dispute, before confirmation."""
    in_escrow: int | None = None
    """Lines under appeal, after it."""


NO_COLUMNS = Columns()


def columns_of(state: Any) -> Columns:
    """The columns that a state declares; the organisation and the closed months declare none."""
    declared: Columns = getattr(state, "columns", NO_COLUMNS)
    return declared
