"""Totals of the facts, account by account: bounded by accounts and periods, not by entries."""

from __future__ import annotations

from ledger.fact import Fact
from ledger.posting import Entries
from projections.statement_classes import ADJUSTMENTS, is_adjustment, statement_class

Movement = tuple[int, int]


class JournalTotals:
    """Debits and credits by account, and by account, period and class."""

    def __init__(self) -> None:
        self.entries = 0
        self.accounts: dict[str, list[int]] = {}
        self.periods: dict[tuple[str, str, str], list[int]] = {}

    def add(self, fact: Fact, posted: Entries) -> None:
        if not posted:
            return
        kind, period = statement_class(fact), fact.posting_period or fact.business_date[:7]
        for account, amount, _ in posted:
            counts = ADJUSTMENTS if is_adjustment(fact, account) else kind
            self.entries += 1
            for total in (
                self.accounts.setdefault(account, [0, 0]),
                self.periods.setdefault((account, period, counts), [0, 0]),
            ):
                total[amount > 0] += abs(amount)
