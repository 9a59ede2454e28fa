"""A person's risk deposits and yellow cards, by the unit led (ASS-34)."""

from __future__ import annotations

import msgspec

from ledger.fact import Fact
from ledger.facts.deposits import DepositCollected, DepositForfeited, DepositReturned, YellowCardIssued
from ledger.vocabulary import Fen, Role

POSTS = {
    "head": frozenset({Role.COMPANY_HEAD, Role.UNIT_HEAD, Role.WORKSHOP_HEAD}),
    "deputy": frozenset({Role.COMPANY_DEPUTY, Role.UNIT_DEPUTY, Role.DUTY_DIRECTOR}),
}
"""正职 and 副职: the roles that a post of a deposit stands for (rule 50)."""

LEADING = POSTS["head"] | POSTS["deputy"] | {Role.TEAM_LEADER}
"""Posts with which a streak of yellow cards ends."""


class Deposit(msgspec.Struct, frozen=True):
    """The deposit of one year; ``mode`` says where it came from and goes back to."""

    unit: str
    post: str
    amount: Fen
    mode: str
    held: bool = True


class Deposits(msgspec.Struct, frozen=True):
    """``by_year`` are deposits, ``failed`` the years of yellow cards in each post that the person still has."""

    by_year: dict[str, Deposit] = {}
    failed: dict[str, tuple[str, ...]] = {}

    def held(self, unit: str, year: str) -> Deposit | None:
        """The deposit for that year and unit, if it is still held."""
        deposit = self.by_year.get(year)
        return deposit if deposit and deposit.held and deposit.unit == unit else None

    @property
    def streak(self) -> int:
        """Failed years in a row up to the last one; of several posts, the longest."""
        return max(map(self.streak_in, self.failed), default=0)

    def streak_with(self, unit: str, year: str) -> int:
        """How many years in a row it would be in this post, this one included."""
        return row((*self.failed.get(unit, ()), year), year)

    def streak_in(self, unit: str) -> int:
        """Failed years in a row in this post, up to the last one."""
        years = self.failed.get(unit, ())
        return row(years, years[-1]) if years else 0

    def without(self, unit: str) -> Deposits:
        """The post at the unit is over, and with it the streak (contract §2.11)."""
        return msgspec.structs.replace(
            self, failed={other: years for other, years in self.failed.items() if other != unit}
        )


def row(years: tuple[str, ...], year: str) -> int:
    """The length of the run of consecutive years that contains ``year``."""
    known, first = {int(one) for one in years}, int(year)
    last = first
    while first - 1 in known:
        first -= 1
    while last + 1 in known:
        last += 1
    return last - first + 1


def evolve(state: Deposits, fact: Fact) -> Deposits:
    """Fold one fact about deposits and cards."""
    match fact:
        case DepositCollected(unit=unit, year=year, post=post, amount=amount, mode=mode):
            return _with(state, year, Deposit(unit, post, amount, mode))
        case DepositReturned(unit=unit, year=year, passed=passed):
            back = _given_up(state, year)
            return back.without(unit) if passed else back
        case DepositForfeited(year=year):
            return _given_up(state, year)
        case YellowCardIssued(unit=unit, year=year):
            years = tuple(sorted({*state.failed.get(unit, ()), year}))
            return msgspec.structs.replace(state, failed={**state.failed, unit: years})
        case _:
            return state


def _with(state: Deposits, year: str, deposit: Deposit) -> Deposits:
    return msgspec.structs.replace(state, by_year={**state.by_year, year: deposit})


def _given_up(state: Deposits, year: str) -> Deposits:
    deposit = state.by_year.get(year)
    return _with(state, year, msgspec.structs.replace(deposit, held=False)) if deposit else state
