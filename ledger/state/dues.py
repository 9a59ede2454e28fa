"""Balances and dues of a person or a unit: amounts by account, and debts by document, the oldest first.

Shared by the states of persons (DUE_PERSON) and units (DUE_UNIT): entries move the balances, changes of dues say for
which document and to which fund.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

import msgspec
from immutables import Map
from msgspec.structs import replace

from ledger.accounts import PAYABLE, PERSONAL, AccountCode, owner_stream
from ledger.consequences import DueChange
from ledger.fact import Fact, topic_of
from ledger.facts.dues import DueWrittenOff
from ledger.facts.payroll import PayrollReturned
from ledger.facts.pools import OPENED, BalanceOpened, DuePart, EntryReversed, Forgone, ReversedDue
from ledger.posting import Entries
from ledger.vocabulary import Fen, Month


class Due(msgspec.Struct, frozen=True):
    """A debt of a party from one document to a fund ("" for a trade); ``open`` is the part that is not yet paid.

    ``since`` counts the dues of the party: the smaller one is older; ``month`` is the posting period that raised it
    ("" of one that a reversal opened again).
    """

    document: str
    fund: str
    amount: Fen
    open: Fen
    since: int
    appealed: bool = False
    month: str = ""


class Dues(msgspec.Struct, frozen=True):
    """Dues by document and fund.  One that is paid is forgotten, or history would make the state grow for ever: what
    paid it remembers its place, and a reversal opens it again there.

    ``written_off`` says of which document and by which fund how much was: no appeal gives that back (rule 18).
    ``returned`` is the part of payments that reversals gave back: when such a payment is itself reversed, it passes
    over that (rule 71).
    """

    entries: Map[str, Due] = Map()
    raised: int = 0
    written_off: Map[str, Fen] = Map()
    returned: Map[str, Fen] = Map()

    def __iter__(self) -> Iterator[Due]:
        """The oldest first."""
        return iter(sorted(self.entries.values(), key=lambda due: due.since))

    def find(self, document: str, fund: str) -> Due | None:
        return self.entries.get(_key(document, fund))

    def open_of(self, document: str) -> int:
        """The open amount of one document, to whatever fund."""
        return sum(due.open for due in self.entries.values() if due.document == document)

    def until(self, month: str | None) -> Iterator[Due]:
        """Those that were raised up to a month, the oldest first (rule 70)."""
        return (due for due in self if month is None or due.month <= month)

    def returned_of(self, document: str, fund: str) -> int:
        return self.returned.get(_key(document, fund), 0)

    def change(self, change: DueChange, month: str = "") -> Dues:
        """Raise a due in a month, pay some of it, or open it again."""
        due = self.find(change.document, change.fund or "")
        if due is None:
            return self._begin(change, month) if change.amount else self
        still_open = due.open + change.amount
        since = due.since if change.since is None else change.since
        return self._with(replace(due, open=still_open, amount=max(due.amount, still_open), since=since))

    def give_back(self, due: ReversedDue) -> Dues:
        """So much of what was paid is given back, or passed over."""
        key = _key(due.document, due.fund or "")
        returned = self.returned.set(key, self.returned.get(key, 0) + due.returned)
        kept = replace(self, returned=returned if returned[key] else returned.delete(key))
        for part in due.forgiven:
            kept = kept.write_off(due.document, part.fund, -part.amount)
        return kept

    def _begin(self, change: DueChange, month: str) -> Dues:
        if change.since is None:
            due = Due(change.document, change.fund or "", change.amount, change.amount, self.raised, month=month)
            return replace(self, raised=self.raised + 1)._with(due)
        first = change.amount if change.raised is None else change.raised
        return self._with(Due(change.document, change.fund or "", first, change.amount, change.since))

    def _with(self, due: Due) -> Dues:
        key = _key(due.document, due.fund)
        if due.open or due.appealed:
            return replace(self, entries=self.entries.set(key, due))
        return replace(self, entries=self.entries.delete(key)) if key in self.entries else self

    def held(self, document: str, fund: str, amount: int) -> Dues:
        """A due under appeal is not collected; one that is paid already waits for the decision as well."""
        if not self._of(document):
            paid = Due(document, fund, amount, 0, self.raised, appealed=True)
            return replace(self, raised=self.raised + 1)._with(paid)
        return self._appealed(document, pending=True)

    def decided(self, document: str) -> Dues:
        """The appeal is over; what is still open is collected again."""
        return self._appealed(document, pending=False)

    def _appealed(self, document: str, *, pending: bool) -> Dues:
        dues = self
        for due in self._of(document):
            dues = dues._with(replace(due, appealed=pending))
        return dues

    def _of(self, document: str) -> list[Due]:
        return [due for due in self.entries.values() if due.document == document]

    def write_off(self, document: str, fund: str, amount: int) -> Dues:
        """So much more of a document was written off by a fund (less, when that or the document is reversed)."""
        key = _key(document, fund)
        after = self.written_off.get(key, 0) + amount
        return replace(self, written_off=self.written_off.set(key, after) if after else self.written_off.delete(key))

    def forgone(self, document: str, most: int) -> tuple[Forgone, ...]:
        """The funds that have written off a document's due, and how much; together not more than ``most``."""
        parts = []
        for key in sorted(self.written_off):
            name, _, fund = key.rpartition(" ")
            if name == document and (part := min(most, self.written_off[key])):
                parts.append(Forgone(fund, part))
                most -= part
        return tuple(parts)

    def oldest_first(
        self, amount: int, month: str | None = None, of: Callable[[Due], bool] = lambda due: True
    ) -> tuple[DuePart, ...]:
        """Which dues an amount pays, of some of them; what a person has under appeal is left alone."""
        parts = []
        for due in self.until(month):
            part = min(due.open, amount)
            if part > 0 and not due.appealed and of(due):
                parts.append(DuePart(due.document, part, due.fund or None, due.since, due.amount))
                amount -= part
        return tuple(parts)


def _key(document: str, fund: str) -> str:
    return f"{document} {fund}"


def months_after(
    months: dict[str, dict[Month, int]], posted: Entries, stream: str, month: Month | None
) -> dict[str, dict[Month, int]]:
    """The sums of a person's entries by code word and posting period, after these."""
    if month is None:
        return months
    after = months
    for account, amount, _ in posted:
        word = account.partition(":")[0]
        if word in PERSONAL and owner_stream(account) == stream:
            sums = after.get(word, {})
            after = {**after, word: {**sums, month: sums.get(month, 0) + amount}}
    return after


RETURNED = topic_of(PayrollReturned)


def credited_by(fact: Fact, posted: Entries, stream: str) -> int:
    """The pay that a fact credits to the owner: what a reversal takes back was never his, what it gives back was.

    Pay that comes back from the bank was credited before (rule 84).
    """
    if fact.topic == RETURNED or (isinstance(fact, EntryReversed) and fact.original_topic == RETURNED):
        return 0
    pay = (
        amount
        for account, amount, _ in posted
        if account.partition(":")[0] in PAYABLE and owner_stream(account) == stream
    )
    return sum(min(0, amount) if isinstance(fact, EntryReversed) else max(0, amount) for amount in pay)


def opened_after(opened: frozenset[str], fact: Fact, stream: str) -> frozenset[str]:
    """The code words of the owner's accounts on which an opening stands."""
    match fact:
        case BalanceOpened(balances=lines):
            return opened | _words((line.account for line in lines), stream)
        case EntryReversed(reopened=accounts) if accounts:
            return opened - _words(accounts, stream)
        case _:
            return opened


def moved_after(
    moved: frozenset[str], balances: dict[str, int], fact: Fact, posted: Entries, stream: str
) -> frozenset[str]:
    """The code words of the owner's accounts that have other entries than openings and their reversals (rule 23).

    Whatever has moved has a balance, and most have moved long ago.
    """
    if moved.issuperset(balances):
        return moved
    if isinstance(fact, BalanceOpened) or (isinstance(fact, EntryReversed) and fact.original_topic == OPENED):
        return moved
    return moved | _words((entry.account for entry in posted), stream)


def _words(accounts: Iterable[str], stream: str) -> frozenset[str]:
    return frozenset(account.partition(":")[0] for account in accounts if owner_stream(account) == stream)


def balances_after(balances: dict[str, int], posted: Entries, stream: str) -> dict[str, int]:
    """Balances by code word after these entries, as far as they touch accounts of the stream's owner."""
    after = dict(balances)
    for account, amount, _ in posted:
        if owner_stream(account) == stream:
            word = account.partition(":")[0]
            after[word] = after.get(word, 0) + amount
    return after


def passes_over(fact: Fact) -> bool:
    """May a reversal change what is due although it moves nothing?"""
    return isinstance(fact, EntryReversed) and bool(fact.claims)


WRITTEN_OFF = topic_of(DueWrittenOff)


def dues_after(dues: Dues, fact: Fact, party: str, *, unit: bool) -> Dues:
    """The dues of a party after a fact's changes."""
    for change in fact.due_changes():
        if change.unit == unit and change.party == party:
            dues = dues.change(change, fact.posting_period or "")
            if change.amount and (fund := _written_off_by(fact)):
                dues = dues.write_off(change.document, fund, -change.amount)
    if isinstance(fact, EntryReversed):
        for due in fact.claims:
            if due.returned and due.unit == unit and due.party == party:
                dues = dues.give_back(due)
    return dues


def _written_off_by(fact: Fact) -> str | None:
    """The fund that a write-off, or its reversal, is of."""
    if isinstance(fact, DueWrittenOff):
        return fact.centre
    if isinstance(fact, EntryReversed) and fact.original_topic == WRITTEN_OFF:
        fund = f"{AccountCode.FUND_SAFETY}:"
        return next(line.account.removeprefix(fund) for line in fact.lines if line.account.startswith(fund))
    return None
