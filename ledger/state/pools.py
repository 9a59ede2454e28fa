"""The wage total of a unit and all below it: how much of a source it may use in a period, and how much it has used."""

from __future__ import annotations

import msgspec

from ledger.fact import StoredFact
from ledger.facts.pools import WAGE_BUDGET, BudgetAllocated, EntryReversed, QuotaWageCredited, WageIndicatorSet
from ledger.facts.unit_year import BonusAwarded
from ledger.state.kind import register


class Setting(msgspec.Struct, frozen=True):
    """An indicator as a command has set it."""

    command: str
    amount: int


class WageBudget(msgspec.Struct, frozen=True):
    """How much of a source may be used in a period, and how much is (SW-05).

    The last of the ``settings`` counts; when that is reversed, the one before it does again (rule 23).
    """

    settings: tuple[Setting, ...] = ()
    used: int = 0

    @property
    def limit(self) -> int | None:
        """None: none is set."""
        return self.settings[-1].amount if self.settings else None


def evolve(state: WageBudget, stored: StoredFact) -> WageBudget:
    match stored.fact:
        case WageIndicatorSet(amount=amount, command=command):
            return msgspec.structs.replace(state, settings=(*state.settings, Setting(command, amount)))
        case EntryReversed(of=command, lines=()):
            left = tuple(one for one in state.settings if one.command != command)
            return msgspec.structs.replace(state, settings=left)
        case BudgetAllocated(amount=amount) | QuotaWageCredited(amount=amount) | BonusAwarded(amount=amount):
            return msgspec.structs.replace(state, used=state.used + amount)
        case EntryReversed(lines=lines):
            back = sum(line.amount for line in lines if line.account.startswith("SRC_"))
            return msgspec.structs.replace(state, used=state.used - back)
        case _:
            return state


KINDS = (register(WAGE_BUDGET.prefix, WageBudget, evolve),)
