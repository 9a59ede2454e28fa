"""Debts first: money that comes into a wage pool pays what the unit owes (P10, rule 17).

Whatever command credits the pool, UnitDueRecovered follows its fact directly.  Openings and reversals recover nothing:
they put a book as it is or was; the next credit pays.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from ledger.accounts import AccountCode
from ledger.fact import Fact
from ledger.facts.pools import BalanceOpened, EntryReversed, UnitDueRecovered
from ledger.posting import Entries, entries
from ledger.state.unit import UnitBook
from ledger.view import View
from ledger.vocabulary import Day, unit_stream

POOL_WAGE = f"{AccountCode.POOL_WAGE}:"


def with_recoveries(
    view: View, facts: tuple[Fact, ...], posted: tuple[Entries, ...], day: Day
) -> tuple[Fact, ...] | None:
    """The facts of a command, each credit of a pool that owes something followed by what it pays; None if none does."""
    if not _feeds_a_pool(posted):
        return None
    units = {unit for fact, each in zip(facts, posted, strict=True) for unit in credited(fact, each)}
    return tuple(_recovered(view, facts, day)) if any(_owes(view, facts, unit) for unit in units) else None


def _feeds_a_pool(posted: tuple[Entries, ...]) -> bool:
    """Is there anything to ask about?  Most commands credit no pool."""
    for each in posted:
        for account, amount, _ in each:
            if amount > 0 and account.startswith(POOL_WAGE):
                return True
    return False


def _owes(view: View, facts: tuple[Fact, ...], unit: str) -> bool:
    """Does the unit owe anything, or come to owe it by this very command?"""
    short = (change for fact in facts for change in fact.due_changes() if change.unit and change.party == unit)
    return view.unit(unit).due > 0 or any(change.amount > 0 for change in short)


def credited(fact: Fact, posted: Entries) -> list[str]:
    """The units whose wage pools a fact feeds."""
    if isinstance(fact, (BalanceOpened, EntryReversed)):
        return []
    return [account[len(POOL_WAGE) :] for account, amount, _ in posted if amount > 0 and account.startswith(POOL_WAGE)]


def _recovered(view: View, facts: tuple[Fact, ...], day: Day) -> Iterator[Fact]:
    for fact in facts:
        yield fact
        units = credited(fact, entries(fact))
        view = view.after((msgspec.structs.replace(fact, business_date=day),))
        for unit in units:
            if recovery := _recovery(unit, view.unit(unit)):
                yield recovery
                view = view.after((recovery,))


def _recovery(unit: str, book: UnitBook) -> UnitDueRecovered | None:
    """As much as is available, the oldest due first; lines under appeal are recovered like others."""
    amount = min(book.available(), book.due)
    if amount <= 0:
        return None
    return UnitDueRecovered(stream=unit_stream(unit), unit=unit, amount=amount, parts=book.dues.oldest_first(amount))
