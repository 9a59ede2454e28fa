"""Exceptions of a reconciliation: which checks there are, in their order, and what is asked of each kind."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

import msgspec

from ledger.facts.reconciliation import Check
from ledger.vocabulary import Day, SignedFen

CHECKS: dict[str, tuple[str, ...]] = {
    "R12": ("CHAIN_BROKEN", "GAP"),
    "R11": ("UNBALANCED",),
    "R10": ("ROLLFORWARD",),
    "R1": ("UNMATCHED_LEG", "LEG_AMOUNT"),
    "R2": ("CLEARING_NOT_ZERO",),
    "R3": ("PRICE_MISMATCH", "QTY_MISMATCH"),
    "R4": ("LINE_MISMATCH",),
    "R6": ("WRONG_VERSION",),
    "R5": ("MISSING_IN_LEDGER", "MISSING_IN_LIST", "AMOUNT_MISMATCH", "DUPLICATE_DOC"),
    "R9": ("RECALC_DIFF",),
    "R7": ("BUDGET_EXCEEDED",),
    "R8": ("PAYROLL_DIFF",),
    "R13": ("STATE_DIFF",),
    "R14": ("DEVIATION",),
    "R15": ("DOUBLE_CHARGE",),
}
"""The matches in the order in which they are run, with the kinds of exceptions that each finds."""

CHECK_OF = {kind: check for check, kinds in CHECKS.items() for kind in kinds}
ORDER = {kind: place for place, kind in enumerate(CHECK_OF)}

BLOCKING = frozenset(
    kind for kind, check in CHECK_OF.items() if check in {"R1", "R2", "R3", "R4", "R5", "R6", "R10", "R11", "R12"}
)
"""These block the close."""

MUST_DISAPPEAR = frozenset(kind for kind, check in CHECK_OF.items() if check in {"R1", "R2", "R10", "R11", "R12"})
"""Nobody resolves these by hand: the next run must not find them."""

GONE = "gone"
"""How an exception is resolved that a later run no longer finds."""


class Raised(msgspec.Struct, frozen=True):
    """An exception that was raised at ``position``, and how it was resolved."""

    kind: str
    ref: str
    amount: SignedFen | None
    position: int
    how: str | None = None

    @property
    def is_open(self) -> bool:
        return self.how is None

    @property
    def blocks(self) -> bool:
        return self.is_open and self.kind in BLOCKING


class Found(msgspec.Struct, frozen=True):
    """A finding of a check; ``after``: counts only from the day after this one (a deadline that is over)."""

    kind: str
    ref: str
    amount: int | None = None
    after: str | None = None

    @property
    def name(self) -> str:
        """``KIND:ref``"""
        return f"{self.kind}:{self.ref}"


def due_found(found: Iterable[Found], today: Day) -> dict[str, Found]:
    """By name, in the order of the checks; what waits for a day that is not over does not count yet."""
    counts = (one for one in found if one.after is None or one.after < today)
    named: dict[str, Found] = {}
    for one in sorted(counts, key=lambda one: (ORDER[one.kind], one.ref)):
        named.setdefault(one.name, one)
    return named


def digest_of(found: Mapping[str, Found]) -> str:
    """The findings of a run in one text: whoever repeats it finds the same."""
    return hashlib.sha256(msgspec.json.encode(tuple(found.values()))).hexdigest()


def counted(found: Iterable[Found]) -> Iterator[Check]:
    """How many exceptions each check has found, in their order."""
    numbers = Counter(CHECK_OF[one.kind] for one in found)
    return (Check(check, numbers[check]) for check in CHECKS)
