"""The journal for hledger: balance assertions in its last transaction check every account when the file is loaded.

The date is the business date, the secondary date (`--date2`) lies in the posting period.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Sequence

from projections.exports.chart import outside, title
from projections.exports.journal import (
    CURRENCY,
    Transaction,
    debit,
    details,
    facts_about,
    first_day,
    last_day,
    posting_date,
    transactions,
    words,
)
from projections.exports.source import AccountSums, Source

MEANS_SOMETHING = str.maketrans({",": "，", ";": "；", "|": "｜"})
"""Signs that hledger reads as the end of a tag, the beginning of a comment or of a note."""


async def hledger(source: Source) -> AsyncIterator[bytes]:
    """The file in blocks: accounts, balances brought forward, one transaction for each fact, closing balances."""
    accounts = await source.accounts()
    opened, closed = first_day(source, accounts), last_day(source, accounts)
    yield _text(_head(source, accounts))
    if source.period:
        yield _text(_brought_forward(source, accounts, opened))
    async for some in transactions(source):
        yield _text(line for each in some for line in _transaction(each))
    yield _text(_balances(accounts, closed))


def _head(source: Source, accounts: Sequence[AccountSums]) -> Iterator[str]:
    yield from (f"; {sentence}" for sentence in facts_about(source))
    yield f"commodity 1000.00 {CURRENCY}"
    yield "decimal-mark ."
    yield ""
    for account in accounts:
        yield f"account {outside(account.account)}  ; account:{account.account}"
        yield f"  ; name:{_plain(title(account.account))}"


def _brought_forward(source: Source, accounts: Sequence[AccountSums], day: str) -> Iterator[str]:
    """Balances before the period, on the first day of it for those who read by posting date."""
    carried = [account for account in accounts if account.opening]
    if carried:
        yield f"\n{day}={source.period}-01 * 期初余额 | balances brought forward"
        yield from (f"    {outside(account.account)}  {debit(account.opening)}" for account in carried)


def _transaction(lines: Transaction) -> Iterator[str]:
    first = lines[0]
    payee, note = map(_plain, words(first))
    yield f"\n{first.business_date}={posting_date(first)} * {payee} | {note}"
    yield f"    ; position:{first.position}"
    yield from (f"    ; {name}:{_plain(value)}" for name, value in details(first))
    for line in lines:
        counter = f"  ; counter:{_plain(line.counter)}" if line.counter else ""
        yield f"    {outside(line.account)}  {debit(line.amount)}{counter}"


def _balances(accounts: Sequence[AccountSums], day: str) -> Iterator[str]:
    if accounts:
        yield f"\n{day} * 余额核对 | balances as Jiesuan has them"
    for account in accounts:
        yield f"    {outside(account.account)}  0.00 {CURRENCY} = {debit(account.closing)}"


def _plain(text: str) -> str:
    return text.translate(MEANS_SOMETHING)


def _text(lines: Iterator[str]) -> bytes:
    return "".join(f"{line}\n" for line in lines).encode()
