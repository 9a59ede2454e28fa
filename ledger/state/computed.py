"""States that are computed from the read models, outside the lock (docs/decisions/0005-computed-states.md).

A decision asks for them like for any other state; the market has them computed, and believes them only while nothing
that they have read has changed since ``position``.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, NamedTuple

import msgspec

from ledger.facts.payroll import PayrollLine
from ledger.facts.statements import OpenItem, PersonFigures, StatementTotals
from ledger.state.reconciliation import Found


class Computed(NamedTuple):
    """A value complete up to ``position``; a later fact that changes a state in ``reads`` makes it stale."""

    position: int
    reads: frozenset[str]
    value: Any


Loader = Callable[[Sequence[str], int], Awaitable[Mapping[str, Computed]]]
"""Computes what is asked for by name (the key without its prefix), at a position or a later one."""


class Reconciled(msgspec.Struct, frozen=True):
    """Key ``reconciliation:<centre>/<month>``: everything that the checks find, in their order."""

    known: int
    found: tuple[Found, ...]


class Drafted(msgspec.Struct, frozen=True):
    """Key ``statement:<unit>/<month>``: the statement that can be issued now, with the digest of its next issue."""

    known: int
    issue: int
    totals: StatementTotals
    digest: str
    first_position: int | None
    last_position: int | None
    price_lists: tuple[str, ...]
    persons: tuple[PersonFigures, ...]
    open_items: tuple[OpenItem, ...]


class Payable(msgspec.Struct, frozen=True):
    """Key ``payroll:<centre>/<month>/<up to>``: what is payable now, posted up to a month, to the persons whose home
    belongs to the centre at the end of the payroll's month."""

    lines: tuple[PayrollLine, ...]
