"""Replay finds what a close or a statement says wrongly, and what is posted to a month that is closed."""

from __future__ import annotations

import msgspec

from ledger.closing import Closing, seal
from ledger.fact import Fact
from ledger.facts.periods import BalanceCarriedForward, CarriedBalance, PeriodClosed
from ledger.facts.pools import QuotaWageCredited
from ledger.facts.statements import StatementIssued, StatementTotals
from ledger.posting import entries


def credited(period: str, amount: int) -> Fact:
    return QuotaWageCredited(stream="unit-W1", unit="W1", amount=amount, source_doc="D", posting_period=period)


def carried(pool: int, source: int) -> Fact:
    balances = (CarriedBalance("POOL_WAGE:W1", pool), CarriedBalance("SRC_QUOTA:W1", source))
    return BalanceCarriedForward(
        stream="unit-W1", mirror=True, unit="W1", centre="U1", period="2026-03", balances=balances
    )


def issued(issue: int, digest: str, closing: int = 0) -> StatementIssued:
    totals = StatementTotals(*[0] * len(StatementTotals.__struct_fields__))
    return StatementIssued(
        stream="period-U1-202603",
        centre="U1",
        unit="W1",
        period="2026-03",
        issue=issue,
        known=1,
        totals=msgspec.structs.replace(totals, closing=closing),
        digest=digest,
        window_until="2026-04-03",
        window_over="2026-04-03T16:00:00.000000Z",
        first_position=None,
        last_position=None,
        price_lists=(),
        persons=(),
        open_items=(),
    )


def closed(*statements: tuple[str, int, str]) -> PeriodClosed:
    return PeriodClosed(stream="period-U1-202603", centre="U1", period="2026-03", digest=seal(statements))


def wrong(*facts: Fact) -> list[str]:
    closing = Closing()
    return [found for fact in facts for found in closing.follow(fact, entries(fact))] + list(closing.rest())


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


OTHERS = "U1 2026-03 was closed with other statements than those that were issued"


def test_a_month_is_sealed_with_the_last_issue_of_every_statement() -> None:
    book, last = carried(0, 0), ("W1", 2, "b")
    assert not wrong(issued(1, "a"), issued(2, "b"), closed(last), book, credited("2026-04", 1))
    assert wrong(issued(1, "a"), issued(2, "c"), closed(last), book, credited("2026-04", 1)) == [OTHERS]
    assert wrong(issued(1, "a"), closed(last), book) == [OTHERS], "also where it is the last fact of all"


def test_nothing_is_issued_for_a_closed_month() -> None:
    facts = (issued(1, "a"), closed(("W1", 1, "a")), carried(0, 0), issued(2, "a"))
    assert wrong(*facts) == ["W1 is issued for 2026-03, which is closed"]
