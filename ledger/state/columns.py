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
    tier: str | None = None
    item: str | None = None
    hazard: str | None = None
    parties: tuple[str, ...] | None = None
    """Of its lines, in their order; of a trade both sides; else the person whom it is about."""
    charges: tuple[int | None, ...] | None = None
    """The amount that each line charges now; none where an appeal has revoked it."""
    charged_on: Day | None = None
    """The business date of its lines: of the issue, of a case the decision."""


NO_COLUMNS = Columns()


def person(name: str | None) -> tuple[str, ...]:
    """The one person whom a document is about, if it is about one."""
    return (name,) if name else ()


def columns_of(state: Any) -> Columns:
    """The columns that a state declares; the organisation and the closed months declare none."""
    declared: Columns = getattr(state, "columns", NO_COLUMNS)
    return declared
