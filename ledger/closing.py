"""Assertions of statements and closes, checked again by every replay: balances, seals, nothing posted afterwards."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator

import msgspec

from ledger.accounts import AccountCode, account_of, owner_stream
from ledger.fact import Fact
from ledger.facts.periods import BalanceCarriedForward, PeriodClosed
from ledger.facts.statements import StatementIssued
from ledger.money import yuan
from ledger.posting import Entries
from ledger.vocabulary import Month, unit_stream


def seal(issues: Iterable[tuple[str, int, str]]) -> str:
    """SHA-256 over unit, issue and digest of every statement of a month, by unit."""
    return hashlib.sha256(msgspec.json.encode(sorted(issues))).hexdigest()


class Closing:
    """Follows the facts in order; remembers sums by account and month, and which months of which units are closed."""

    def __init__(self) -> None:
        self._moved: dict[str, dict[Month, int]] = defaultdict(dict)
        self._closed: set[tuple[str, Month]] = set()
        self._latest: dict[tuple[str, Month], StatementIssued] = {}
        self._closing: PeriodClosed | None = None
        self._units: list[str] = []

    def follow(self, fact: Fact, posted: Entries) -> Iterator[str]:
        """Say in words what is wrong with this fact; nothing as a rule."""
        if isinstance(fact, BalanceCarriedForward):
            yield from self._carried(fact)
            self._closed.add((fact.stream, fact.period))
            self._units.append(fact.unit)
        else:
            yield from self.rest()
        if isinstance(fact, PeriodClosed):
            self._closing = fact
        if isinstance(fact, StatementIssued):
            yield from self._issued(fact)
        for entry in posted:
            stream, period = owner_stream(entry.account), fact.posting_period or fact.business_date[:7]
            if stream and (stream, period) in self._closed:
                yield f"{entry.account} is posted to in {period}, which is closed"
            months = self._moved[entry.account]
            months[period] = months.get(period, 0) + entry.amount

    def rest(self) -> Iterator[str]:
        """Check a close when the last of its units has been carried forward: is its seal that of them?"""
        if (fact := self._closing) is not None:
            latest = [found for unit in self._units if (found := self._latest.get((unit, fact.period)))]
            if seal((issued.unit, issued.issue, issued.digest) for issued in latest) != fact.digest:
                yield f"{fact.centre} {fact.period} was closed with other statements than those that were issued"
        self._closing, self._units = None, []

    def _carried(self, fact: BalanceCarriedForward) -> Iterator[str]:
        """Postings up to the month, summed again, are what was carried forward."""
        told = {line.account: line.amount for line in fact.balances}
        mine = {account for account in self._moved if owner_stream(account) == fact.stream}
        for account in sorted(mine | set(told)):
            held, said = self._held(account, fact.period), told.get(account, 0)
            if held != said:
                yield f"{account} carries {yuan(said)} forward from {fact.period}, it holds {yuan(held)}"

    def _issued(self, fact: StatementIssued) -> Iterator[str]:
        """A statement closes with what the unit's wage pool holds at the end of the month, as known at its issue."""
        if (unit_stream(fact.unit), fact.period) in self._closed:
            yield f"{fact.unit} is issued for {fact.period}, which is closed"
        self._latest[fact.unit, fact.period] = fact
        account, told = account_of(AccountCode.POOL_WAGE, fact.unit), fact.totals.closing
        if (held := self._held(account, fact.period)) != told:
            yield f"{account} is issued for {fact.period} with {yuan(told)}, it holds {yuan(held)}"

    def _held(self, account: str, period: Month) -> int:
        months = self._moved.get(account, {})
        return sum(amount for month, amount in months.items() if month <= period)
