"""Obligations: a pool pays what it has available, the rest is due from the unit (TR-15)."""

from __future__ import annotations

from hypothesis import given as forall
from hypothesis import strategies as st

from ledger.accounts import AccountCode
from ledger.decisions.obligations import Obligation, obligation_of
from ledger.state.unit import UnitBook
from ledger.view import View

FEN = st.integers(0, 10_000)


def split(amount: int, balance: int, reserved: int = 0, reserve: int = 0) -> Obligation:
    pool = AccountCode.POOL_WAGE
    book = UnitBook("W1", balances={str(pool): balance}, reserved={str(pool): reserved})
    return obligation_of(View(lambda key: book), "W1", amount, pool, reserve)


@forall(FEN, st.integers(-10_000, 10_000), FEN, FEN)
def test_paid_and_shortfall_are_the_whole_amount_and_neither_is_negative(
    amount: int, balance: int, reserved: int, reserve: int
) -> None:
    paid, shortfall = split(amount, balance, reserved, reserve)
    assert paid + shortfall == amount
    assert min(paid, shortfall) >= 0
    assert shortfall == max(0, amount - max(0, balance - reserved + reserve))


def test_what_others_have_reserved_is_not_paid_out() -> None:
    assert split(100, balance=100, reserved=30) == (70, 30)


def test_a_reservation_for_this_very_payment_may_be_used() -> None:
    assert split(100, balance=100, reserved=30, reserve=30) == (100, 0)


def test_an_empty_pool_pays_nothing() -> None:
    assert split(100, balance=-5) == (0, 100)
