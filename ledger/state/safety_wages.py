"""A person's entitlement of a period: what a safety wage is reckoned from, given once."""

from __future__ import annotations

from decimal import Decimal

import msgspec

from ledger.fact import StoredFact
from ledger.facts.safety_wages import ENTITLEMENT, EntitlementSet
from ledger.money import times
from ledger.state.kind import register


class Entitlement(msgspec.Struct, frozen=True):
    """The allocable amount; ``base`` None before it is set."""

    base: int | None = None
    factor: str = "1"

    @property
    def full(self) -> int | None:
        """应分配额: what a full score would earn (SW-03)."""
        return None if self.base is None else times(self.base, Decimal(self.factor))


def evolve(state: Entitlement, stored: StoredFact) -> Entitlement:
    match stored.fact:
        case EntitlementSet(base=base, factor=factor):
            return Entitlement(base, factor)
        case _:
            return state


KINDS = (register(ENTITLEMENT.prefix, Entitlement, evolve),)
