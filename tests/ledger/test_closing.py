"""Replay finds what a close or a statement says wrongly, and what is posted to a month that is closed."""

from __future__ import annotations

from ledger.closing import Closing
from ledger.fact import Fact
from ledger.facts.periods import BalanceCarriedForward, CarriedBalance
from ledger.facts.pools import QuotaWageCredited
from ledger.posting import entries


def credited(period: str, amount: int) -> Fact:
    return QuotaWageCredited(stream="unit-W1", unit="W1", amount=amount, source_doc="D", posting_period=period)


def carried(pool: int, source: int) -> Fact:
    balances = (CarriedBalance("POOL_WAGE:W1", pool), CarriedBalance("SRC_QUOTA:W1", source))
    return BalanceCarriedForward(
        stream="unit-W1", mirror=True, unit="W1", centre="U1", period="2026-03", balances=balances
    )


def wrong(*facts: Fact) -> list[str]:
    closing = Closing()
    return [found for fact in facts for found in closing.follow(fact, entries(fact))]


def test_what_is_carried_forward_is_what_was_posted_up_to_the_month() -> None:
    assert not wrong(credited("2026-02", 500), credited("2026-04", 7), carried(500, -500), credited("2026-04", 1))
    assert wrong(credited("2026-03", 500), carried(400, -500)) == [
        "POOL_WAGE:W1 carries 4.00 forward from 2026-03, it holds 5.00"
    ]


def test_nothing_is_posted_to_a_closed_month() -> None:
    assert wrong(credited("2026-03", 5), carried(5, -5), credited("2026-03", 1)) == [
        "SRC_QUOTA:W1 is posted to in 2026-03, which is closed",
        "POOL_WAGE:W1 is posted to in 2026-03, which is closed",
    ]
