"""What a close asserts, checked again by every replay: balances carried forward, and nothing posted afterwards."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from ledger.accounts import owner_stream
from ledger.fact import Fact
from ledger.facts.periods import BalanceCarriedForward
from ledger.money import yuan
from ledger.posting import Entries
from ledger.vocabulary import Month


class Closing:
    """Follows the facts in order; remembers sums by account and month, and which months of which units are closed."""

    def __init__(self) -> None:
        self._moved: dict[str, dict[Month, int]] = defaultdict(dict)
        self._closed: set[tuple[str, Month]] = set()

    def follow(self, fact: Fact, posted: Entries) -> Iterator[str]:
        """What is wrong with this fact, in words; nothing as a rule."""
        if isinstance(fact, BalanceCarriedForward):
            yield from self._carried(fact)
            self._closed.add((fact.stream, fact.period))
        for entry in posted:
            stream, period = owner_stream(entry.account), fact.posting_period or fact.business_date[:7]
            if stream and (stream, period) in self._closed:
                yield f"{entry.account} is posted to in {period}, which is closed"
            months = self._moved[entry.account]
            months[period] = months.get(period, 0) + entry.amount

    def _carried(self, fact: BalanceCarriedForward) -> Iterator[str]:
        """Postings up to the month, summed again, are what was carried forward."""
        told = {line.account: line.amount for line in fact.balances}
        mine = {account for account in self._moved if owner_stream(account) == fact.stream}
        for account in sorted(mine | set(told)):
            months = self._moved.get(account, {})
            held = sum(amount for month, amount in months.items() if month <= fact.period)
            if held != told.get(account, 0):
                yield f"{account} carries {yuan(told.get(account, 0))} forward from {fact.period}, it holds {yuan(held)}"
