"""The journal as transactions, for accounting programs: debits are positive there, as is their custom."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator, Sequence
from itertools import groupby
from operator import attrgetter

from ledger.calendars import add_days, moment, next_month
from ledger.money import yuan
from ledger.words import zh
from projections.exports.source import EVER, AccountSums, Posting, Source

CURRENCY = "CNY"
CONTROL = re.compile(r"[\x00-\x1f\x7f\u2028\u2029]+")

Transaction = Sequence[Posting]


async def transactions(source: Source) -> AsyncIterator[list[Transaction]]:
    """The posting lines of each fact together, in order of position."""
    async for postings in source.postings():
        yield [list(lines) for _, lines in groupby(postings, attrgetter("position"))]


def facts_about(source: Source) -> Iterator[str]:
    """Lines of a journal's head about the journal itself."""
    month = f", posting period {source.period}" if source.period else ""
    yield f"Jiesuan 结算: journal of ledger {source.ledger}, as known at position {source.position}{month}."
    if source.clock == "simulated":
        yield "The clock of this ledger is simulated: a history that was replayed."
    yield "Debits are positive here; a balance of Jiesuan (credits less debits) is the negative of these."


def details(posting: Posting) -> Iterator[tuple[str, str]]:
    """Metadata of a transaction about its fact; names as both programs take them."""
    document = f"{posting.kind}:{posting.document}" if posting.kind and posting.document else posting.document
    named = {
        "fact": posting.fact,
        "document": document,
        "number": posting.number,
        "business-date": posting.business_date,
        "shift": posting.shift,
        "posting-period": posting.posting_period,
        "adjusts-period": posting.adjusts_period,
        "recorded-at": moment(posting.recorded_at),
        "transfer": posting.transfer,
        "by": posting.by,
    }
    for name, value in named.items():
        if value:
            yield name, one_line(value)


def words(posting: Posting) -> tuple[str, str]:
    """Payee and narration: what kind of paper, and which one."""
    return zh("fact", posting.fact), one_line(posting.number or posting.document or posting.fact)


def one_line(text: str) -> str:
    """Free text on one line."""
    return CONTROL.sub(" ", text)


def debit(amount: int) -> str:
    """An amount in fen as accounting programs write it, in yuan."""
    return f"{yuan(-amount)} {CURRENCY}"


def posting_date(posting: Posting) -> str:
    """A day of the posting period: the business date, or the nearest day of the period that it counts in."""
    day, month = posting.business_date, posting.posting_period
    if day[:7] == month:
        return day
    return f"{month}-01" if day[:7] < month else add_days(f"{next_month(month)}-01", -1)


def first_day(source: Source, accounts: Sequence[AccountSums]) -> str:
    """The day on which accounts open: the earliest of all, or that of the export where nothing was posted."""
    days = [account.first_day for account in accounts]
    return min([*days, f"{source.period}-01"] if source.period else days, default="1970-01-01")


def last_day(source: Source, accounts: Sequence[AccountSums]) -> str:
    """The last day of the journal."""
    month_end = [] if source.last_month == EVER else [add_days(f"{next_month(source.last_month)}-01", -1)]
    return max([account.last_day for account in accounts] + month_end, default="1970-01-01")
