"""Consequences of a fact beside its entries: changes of dues, tags, timers and counts.

Every fact says its own (``ledger.fact.Fact``); a mirror has none.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import msgspec

from ledger.vocabulary import Day, Moment, Month, person_stream, unit_stream

# -- dues -------------------------------------------------------------------------------------------------------------


class DueChange(NamedTuple):
    """A change of what a party owes for a document, and to which fund (none: a trade); a payment is negative.

    Posting (``ledger.posting``) moves the balances of DUE_PERSON and DUE_UNIT; the changes of dues say whom they are
    owed to: a fund may spend only what it has collected (fund guard, domain §4), dues are deducted and recovered
    oldest first.  A payment, or a due that is owed again, names its place among those of the party (``since``) and
    its first amount (``raised``).
    """

    party: str
    document: str
    amount: int
    fund: str | None = None
    unit: bool = False
    since: int | None = None
    raised: int | None = None

    @property
    def tags(self) -> Tags:
        """The states of the party and of the fund's centre."""
        party = unit_stream(self.party) if self.unit else person_stream(self.party)
        return (party, unit_stream(self.fund)) if self.fund else (party,)


DueChanges = tuple[DueChange, ...]


def short(unit: str, document: str, shortfall: int, fund: str | None) -> DueChanges:
    """The part that a unit's pool could not pay is owed."""
    return (DueChange(unit, document, shortfall, fund, unit=True),) if shortfall else ()


# -- tags -------------------------------------------------------------------------------------------------------------

Tags = tuple[str, ...]
"""Keys of the states that a fact changes."""

# -- timers -----------------------------------------------------------------------------------------------------------

Timers = tuple[tuple[str, Moment | None], ...]
"""Entries of the agenda, ``<row>:<document>`` with ``/<detail>`` where a document has several, and their new moment;
None takes the entry off.  Decisions compute the moments, AdvanceClock (``ledger.decisions.time``) acts on them."""


class FallsDue(msgspec.Struct, frozen=True):
    """Something that time will bring about: a row of AdvanceClock (with ``/detail``) and its moment."""

    what: str
    at: Moment


def timer(what: str, document: str) -> str:
    """``"remind-hazard/-24"`` of H-1 → ``"remind-hazard:H-1/-24"``; ``"overdue"`` → ``"overdue:H-1"``."""
    row, slash, detail = what.partition("/")
    return f"{row}:{document}{slash}{detail}"


def timers_set(falls_due: Iterable[FallsDue], document: str) -> Timers:
    return tuple((timer(due.what, document), due.at) for due in falls_due)


def timers_ended(falls_no_more: Iterable[str], document: str) -> Timers:
    return tuple((timer(what, document), None) for what in falls_no_more)


# -- counts -----------------------------------------------------------------------------------------------------------


class Counted(NamedTuple):
    """A fact adds an amount to a figure of the unit or person whose stream it is (ASS-18).

    It counts in the month of its business date unless another is said (a hazard is due in its deadline's month).
    """

    stream: str
    figure: str
    amount: int = 1
    month: Month | None = None

    def in_month(self, business_date: Day) -> Month:
        return self.month or business_date[:7]


Counts = tuple[Counted, ...]
