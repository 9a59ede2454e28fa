"""A person's risk deposits and yellow cards, by the unit led (ASS-34)."""

from __future__ import annotations

import msgspec

from ledger.fact import Fact
from ledger.facts.deposits import DepositCollected, DepositForfeited, DepositReturned, YellowCardIssued
from ledger.facts.figures import Card, RiskDeposit
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
    graded: bool = False
    """Was it given up by the grade of its year?"""
    ended: tuple[str, ...] = ()
    """The streak that its return has ended: years of yellow cards."""


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
            back = _given_up(state, year, graded=passed, ended=state.failed.get(unit, ()) if passed else ())
            return back.without(unit) if passed else back
        case DepositForfeited(year=year):
            return _given_up(state, year, graded=True)
        case YellowCardIssued(unit=unit, year=year):
            years = tuple(sorted({*state.failed.get(unit, ()), year}))
            return msgspec.structs.replace(state, failed={**state.failed, unit: years})
        case _:
            return state


def _with(state: Deposits, year: str, deposit: Deposit) -> Deposits:
    return msgspec.structs.replace(state, by_year={**state.by_year, year: deposit})


def _given_up(state: Deposits, year: str, *, graded: bool, ended: tuple[str, ...] = ()) -> Deposits:
    deposit = state.by_year.get(year)
    if deposit is None:
        return state
    return _with(state, year, msgspec.structs.replace(deposit, held=False, graded=graded, ended=ended))


def as_before(state: Deposits, figure: RiskDeposit | Card) -> Deposits:
    """A deposit is as it was before what is taken back, or a card was never given; so is the streak (rule 71)."""
    replace, year, unit = msgspec.structs.replace, figure.year, figure.unit
    if isinstance(figure, Card):
        return _with_failed(state, unit, {*state.failed.get(unit, ())} - {year})
    if figure.act == "collected":
        return replace(state, by_year={name: one for name, one in state.by_year.items() if name != year})
    deposit = state.by_year.get(year)
    if deposit is None:
        return state
    held = _with(state, year, replace(deposit, held=True, graded=False, ended=()))
    return _with_failed(held, unit, {*deposit.ended, *state.failed.get(unit, ())}) if deposit.ended else held


def _with_failed(state: Deposits, unit: str, years: set[str]) -> Deposits:
    failed = {**state.failed, unit: tuple(sorted(years))}
    return msgspec.structs.replace(state, failed={name: cards for name, cards in failed.items() if cards})
