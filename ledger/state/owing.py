"""What a person or a unit has on its accounts and owes: balances, and dues by document, the oldest first.

Shared by the states of persons (DUE_PERSON) and units (DUE_UNIT); both carry the entries and claims of posting.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec
from immutables import Map

from ledger.accounts import owner_stream
from ledger.claims import Claim
from ledger.facts.pools import DuePart
from ledger.posting import Entries


class Due(msgspec.Struct, frozen=True):
    """What a document lets a party owe to a fund ("" for a trade); ``open`` is what is not yet paid.

    ``since`` counts the dues of the party: the smaller one is older.
    """

    document: str
    fund: str
    amount: int
    open: int
    since: int
    appealed: bool = False


class Dues(msgspec.Struct, frozen=True):
    """Dues by document and fund; one that is paid keeps its place, for a reversal opens it again."""

    entries: Map[str, Due] = Map()
    raised: int = 0

    def __iter__(self) -> Iterator[Due]:
        """The oldest first."""
        return iter(sorted(self.entries.values(), key=lambda due: due.since))

    def find(self, document: str, fund: str) -> Due | None:
        return self.entries.get(_key(document, fund))

    def open_of(self, document: str) -> int:
        """What is open of one document, to whatever fund."""
        return sum(due.open for due in self.entries.values() if due.document == document)

    def owe(self, claim: Claim) -> Dues:
        """Raise a due, or pay some of it."""
        key = _key(claim.document, claim.fund or "")
        due = self.entries.get(key)
        if due is None:
            if not claim.amount:
                return self
            due = Due(claim.document, claim.fund or "", claim.amount, claim.amount, self.raised)
            return Dues(self.entries.set(key, due), self.raised + 1)
        still_open = due.open + claim.amount
        changed = msgspec.structs.replace(due, open=still_open, amount=max(due.amount, still_open))
        return Dues(self.entries.set(key, changed), self.raised)

    def under_appeal(self, document: str, *, pending: bool) -> Dues:
        """A due under appeal is not collected."""
        entries = self.entries
        for key, due in self.entries.items():
            if due.document == document:
                entries = entries.set(key, msgspec.structs.replace(due, appealed=pending))
        return Dues(entries, self.raised)

    def oldest_first(self, amount: int, fund: str | None = None) -> tuple[DuePart, ...]:
        """Which dues an amount pays; what is under appeal, or owed to another fund, is left alone."""
        parts = []
        for due in self:
            part = min(due.open, amount)
            if part > 0 and not due.appealed and fund in (None, due.fund):
                parts.append(DuePart(due.document, part, due.fund or None))
                amount -= part
        return tuple(parts)


def _key(document: str, fund: str) -> str:
    return f"{document} {fund}"


def carried(balances: dict[str, int], posted: Entries, stream: str) -> dict[str, int]:
    """Balances by code word after these entries, as far as they touch accounts of the stream's owner."""
    after, name = dict(balances), stream.partition("-")[2]
    for account, amount, _ in posted:
        word, _, owner = account.partition(":")
        if owner == name and owner_stream(account) == stream:  # a unit and a person may bear one name
            after[word] = after.get(word, 0) + amount
    return after


def owed(dues: Dues, claims: Iterable[Claim], party: str, *, unit: bool) -> Dues:
    """The dues of a party after these claims."""
    for claim in claims:
        if claim.unit == unit and claim.party == party:
            dues = dues.owe(claim)
    return dues
