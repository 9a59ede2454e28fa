"""A kind of state: its key, the empty state, and the function that folds a fact into it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from ledger.fact import StoredFact
from ledger.posting import Entries

State = Any
"""One of the frozen structs of ``ledger.state``; None for a document that does not exist."""


class StateKind(NamedTuple):
    """States of one kind have keys ``<key><name>``, or there is one under ``key``.

    ``pinned`` ones are never dropped from the cache; of a kind that is ``last_only`` the last fact says everything.
    """

    key: str
    type: Any
    begin: Callable[[str], State]
    evolve: Callable[[State, StoredFact, Entries], State]
    pinned: bool = False
    last_only: bool = False


Fold = Callable[[Any, StoredFact], Any]


def document(name: str, of: Any, evolve: Fold) -> StateKind:
    """A document begins with the fact that makes it."""
    return StateKind(f"{name}:", of, lambda name: None, without_entries(evolve))


def register(key: str, of: Any, evolve: Fold, *, pinned: bool = False, last_only: bool = False) -> StateKind:
    """A register is there from the beginning, empty."""
    return StateKind(key, of, lambda name: of(), without_entries(evolve), pinned, last_only)


def without_entries(evolve: Fold) -> Callable[[State, StoredFact, Entries], State]:
    """A state that no entry changes."""
    return lambda state, stored, posted: evolve(state, stored)
