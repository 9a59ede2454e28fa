"""Obligations of a unit are paid by its pool as far as it goes; the rest is due from the unit (TR-15)."""

from __future__ import annotations

from typing import NamedTuple

from ledger.accounts import AccountCode
from ledger.view import View
from ledger.vocabulary import UnitId


class Obligation(NamedTuple):
    """The amount that a pool pays now, and its shortfall; together they are the whole amount."""

    paid: int
    shortfall: int


def obligation_of(
    view: View, unit: UnitId, amount: int, pool: AccountCode = AccountCode.POOL_WAGE, reserve: int = 0
) -> Obligation:
    """Split an amount by what the pool has available; ``reserve`` was put aside for this very payment."""
    paid = min(amount, max(0, view.unit(unit).available(pool) + reserve))
    return Obligation(paid, amount - paid)
