"""The columns of the register that queries filter and sum by, read from a state of any kind.

States name the same thing with the same word as far as they can; where a kind has its own word for it, it stands in
one of these tuples.
"""

from __future__ import annotations

from collections.abc import Hashable
from functools import cache, singledispatch
from typing import Any, NamedTuple

from ledger.state.person import Person
from ledger.state.slips import Liability

WORDS = {
    "unit": ("unit", "sender", "payer"),
    "centre": ("centre",),
    "state": ("state",),
    "total": ("total", "amount"),
    "number": ("number",),
    "since": ("issued_on", "reported_on", "requested_on", "business_date", "since", "day"),
    "until": ("window_until", "deadline", "until"),
    "reserved": ("reserve",),
}


class Promoted(NamedTuple):
    """What a state says in columns of its own; None where it says nothing."""

    unit: str | None = None
    centre: str | None = None
    state: str | None = None
    total: int | None = None
    number: str | None = None
    since: str | None = None
    until: str | None = None
    reserved: int | None = None
    disputed: int | None = None
    in_escrow: int | None = None


@singledispatch
def promoted(state: Any) -> Promoted:
    """The columns of a state."""
    return _named(state)


def _named(state: Any) -> Promoted:
    return Promoted(*[None if name is None else getattr(state, name) for name in _names(state.__class__)])


@promoted.register
def _(state: Person) -> Promoted:
    homes = [post.unit for post in state.posts if post.home]
    return Promoted(unit=homes[-1] if homes else None)


@promoted.register
def _(state: Liability) -> Promoted:
    disputed = sum(entry.line.amount for entry in state.lines if entry.state == "disputed")
    held = sum(entry.line.amount for entry in state.lines if entry.appeal == "pending")
    return _named(state)._replace(disputed=disputed or None, in_escrow=held or None)


@cache
def _names(kind: Hashable) -> tuple[str | None, ...]:
    return tuple(next((word for word in words if _is_value(kind, word)), None) for words in WORDS.values())


def _is_value(kind: Hashable, word: str) -> bool:
    """A field or property of this name, not a question that takes arguments."""
    return hasattr(kind, word) and not callable(getattr(kind, word))
