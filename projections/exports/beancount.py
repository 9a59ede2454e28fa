"""The journal for beancount: its own `balance` directives check every account to the fen when the file is loaded."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Sequence

from ledger.calendars import add_days
from projections.exports.chart import outside, title
from projections.exports.journal import (
    CURRENCY,
    Transaction,
    debit,
    details,
    facts_about,
    first_day,
    last_day,
    transactions,
    words,
)
from projections.exports.source import AccountSums, Source


async def beancount(source: Source) -> AsyncIterator[bytes]:
    """The file in blocks: accounts, balances brought forward, one transaction for each fact, closing balances."""
    accounts = await source.accounts()
    opened, closed = first_day(source, accounts), last_day(source, accounts)
    yield _text(_head(source, accounts, opened))
    if source.period:
        yield _text(_brought_forward(accounts, opened))
    async for some in transactions(source):
        yield _text(line for each in some for line in _transaction(each))
    yield _text(_balances(accounts, add_days(closed, 1)))


def _head(source: Source, accounts: Sequence[AccountSums], opened: str) -> Iterator[str]:
    yield ";; -*- mode: beancount; coding: utf-8 -*-"
    yield from (f";; {sentence}" for sentence in facts_about(source))
    yield f'option "title" {_quoted(f"Jiesuan 结算 {source.ledger}")}'
    yield f'option "operating_currency" "{CURRENCY}"'
    yield ""
    for account in accounts:
        yield f"{opened} open {outside(account.account)} {CURRENCY}"
        yield f"  account: {_quoted(account.account)}"
        yield f"  name: {_quoted(title(account.account))}"


def _brought_forward(accounts: Sequence[AccountSums], day: str) -> Iterator[str]:
    """Balances before the period; with those of all accounts the transaction sums to zero by itself."""
    carried = [account for account in accounts if account.opening]
    if carried:
        yield f'\n{day} * "期初余额" "balances brought forward"'
        yield from (f"  {outside(account.account)}  {debit(account.opening)}" for account in carried)


def _transaction(lines: Transaction) -> Iterator[str]:
    first = lines[0]
    payee, narration = words(first)
    yield f"\n{first.business_date} * {_quoted(payee)} {_quoted(narration)}"
    yield f"  position: {first.position}"
    for name, value in details(first):
        yield f"  {name}: {value if name == 'business-date' else _quoted(value)}"
    for line in lines:
        yield f"  {outside(line.account)}  {debit(line.amount)}"
        if line.counter:
            yield f"    counter: {_quoted(line.counter)}"


def _balances(accounts: Sequence[AccountSums], day: str) -> Iterator[str]:
    """Exactly these: without a tolerance of its own, a directive of beancount lets one fen pass."""
    yield ""
    for account in accounts:
        amount, currency = debit(account.closing).split()
        yield f"{day} balance {outside(account.account)}  {amount} ~ 0.00 {currency}"


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _text(lines: Iterator[str]) -> bytes:
    return "".join(f"{line}\n" for line in lines).encode()
