"""A unit's book: who holds which role, its balances and reservations, what it owes, which hazards it answers for.

Folded from the unit's stream and from facts elsewhere that touch its accounts (a centre's fund and clearing).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
from immutables import Map

from ledger.accounts import POOLS, AccountCode
from ledger.fact import StoredFact
from ledger.facts.handovers import HandoverItemTransferredIn, HandoverItemTransferredOut, HandoverOpened, HandoverSigned
from ledger.facts.hazards import (
    HazardAssigned,
    HazardClosed,
    HazardMerged,
    HazardReferredIn,
    HazardReferredOut,
    HazardRejected,
    HazardReported,
)
from ledger.facts.notices import TradeNoticeCancelled, TradeNoticeConfirmed, TradeNoticeIssued
from ledger.facts.organisation import AssignmentEnded, PersonAssigned
from ledger.facts.penalties import PenaltyCancelled, PenaltyConfirmed, PenaltyProposed, PenaltyWaived
from ledger.facts.slips import SlipCancelled, SlipConfirmed, SlipIssued
from ledger.facts.tenders import FundsReleased, FundsReserved
from ledger.posting import Entries
from ledger.state.columns import Columns
from ledger.state.dues import Dues, balances_after, dues_after
from ledger.state.kind import StateKind
from ledger.vocabulary import Day, unit_stream


class Holder(msgspec.Struct, frozen=True):
    """A person who holds a role at the unit from ``since`` to ``until``."""

    person: str
    role: str
    since: Day
    until: Day | None

    def covers(self, day: Day) -> bool:
        return self.since <= day and (self.until is None or day <= self.until)

    def began_by(self, day: Day) -> bool:
        """Does he hold it on the day, or did he before?"""
        return self.since <= day and (self.until is None or self.since <= self.until)


class UnitBook(msgspec.Struct, frozen=True):
    """``balances`` are by account code word, ``open_hazards`` say "open" or "term", ``documents`` since when."""

    unit: str
    holders: tuple[Holder, ...] = ()
    balances: dict[str, int] = {}
    reserved: dict[str, int] = {}
    uncollected: int = 0
    dues: Dues = Dues()
    open_hazards: Map[str, str] = Map()
    documents: Map[str, Day] = Map()

    @property
    def columns(self) -> Columns:
        return Columns(unit=self.unit)

    def holders_of(self, role: str, day: Day) -> tuple[str, ...]:
        """Everybody who holds the role at this unit on the day, in the order of appointment."""
        found = (holder.person for holder in self.holders if holder.role == role and holder.covers(day))
        return tuple(dict.fromkeys(found))

    def balance(self, kind: str) -> int:
        return self.balances.get(kind, 0)

    def available(self, kind: AccountCode = AccountCode.POOL_WAGE) -> int:
        """Balance less reservations: what the unit may choose to spend (可用额)."""
        return self.balance(kind) - self.reserved.get(kind, 0)

    @property
    def due(self) -> int:
        """What the unit still owes (DUE_UNIT as a positive amount)."""
        return -self.balance(AccountCode.DUE_UNIT)

    @property
    def spendable(self) -> int:
        """The fund less what it has not collected (fund guard, domain §4)."""
        return self.balance(AccountCode.FUND_SAFETY) - self.uncollected


def evolve(state: UnitBook, stored: StoredFact, posted: Entries) -> UnitBook:
    """Fold one fact of the unit's stream, or one that concerns its holders, accounts or fund."""
    fact = stored.fact
    change = _OWN.get(type(fact))
    if change and not fact.mirror and fact.stream == unit_stream(state.unit):
        state = change(state, fact)
    elif isinstance(fact, PersonAssigned | AssignmentEnded):
        state = _held(state, fact)
    return _post(state, stored, posted) if posted else state


def _held(state: UnitBook, fact: PersonAssigned | AssignmentEnded) -> UnitBook:
    """Who holds the roles of the unit."""
    match fact:
        case PersonAssigned(person=person, unit=state.unit, role=role, since=since, until=until) if not fact.mirror:
            holder = Holder(person, role, since, until)
            return msgspec.structs.replace(state, holders=(*state.holders, holder))
        case AssignmentEnded(unit=state.unit):
            ended = tuple(_end(holder, fact) for holder in state.holders)
            return msgspec.structs.replace(state, holders=ended)
        case _:
            return state


def _end(holder: Holder, fact: AssignmentEnded) -> Holder:
    meant = holder.covers(fact.last_day) if fact.since is None else holder.since == fact.since
    if (holder.person, holder.role) == (fact.person, fact.role) and meant:
        return msgspec.structs.replace(holder, until=fact.last_day)
    return holder


def without(entries: Map[str, str], name: str) -> Map[str, str]:
    """The map without one name, which need not be there."""
    return entries.delete(name) if name in entries else entries


def _post(state: UnitBook, stored: StoredFact, posted: Entries) -> UnitBook:
    balances = balances_after(state.balances, posted, unit_stream(state.unit))
    changes = stored.fact.due_changes()
    if not changes:
        return msgspec.structs.replace(state, balances=balances)
    return msgspec.structs.replace(
        state,
        balances=balances,
        uncollected=state.uncollected + sum(change.amount for change in changes if change.fund == state.unit),
        dues=dues_after(state.dues, changes, state.unit, unit=True),
    )


# -- what facts of the unit's own stream change -----------------------------------------------------------------------

Change = Callable[[UnitBook, Any], UnitBook]


def _opened(state: UnitBook, fact: Any) -> UnitBook:
    return msgspec.structs.replace(state, open_hazards=state.open_hazards.set(fact.hazard, "open"))


def _assigned(state: UnitBook, fact: HazardAssigned) -> UnitBook:
    kind = "term" if fact.manage == "term" else "open"
    return msgspec.structs.replace(state, open_hazards=state.open_hazards.set(fact.hazard, kind))


def _left(state: UnitBook, fact: Any) -> UnitBook:
    return msgspec.structs.replace(state, open_hazards=without(state.open_hazards, fact.hazard))


def _begins(kind: str) -> Change:
    def begun(state: UnitBook, fact: Any) -> UnitBook:
        documents = state.documents.set(f"{kind}:{getattr(fact, kind)}", fact.business_date)
        return msgspec.structs.replace(state, documents=documents)

    return begun


def _ends(kind: str) -> Change:
    def ended(state: UnitBook, fact: Any) -> UnitBook:
        return msgspec.structs.replace(state, documents=without(state.documents, f"{kind}:{getattr(fact, kind)}"))

    return ended


def _reserved(state: UnitBook, fact: FundsReserved) -> UnitBook:
    return _reserve(state, POOLS[fact.pool], fact.amount)


def _released(state: UnitBook, fact: FundsReleased) -> UnitBook:
    return _reserve(state, POOLS[fact.pool], -fact.amount)


def _reserve(state: UnitBook, kind: str, amount: int) -> UnitBook:
    held = state.reserved.get(kind, 0) + amount
    return msgspec.structs.replace(state, reserved={**state.reserved, kind: held})


_OWN: dict[Any, Change] = {
    **dict.fromkeys((HazardReported, HazardReferredIn, HandoverItemTransferredIn), _opened),
    HazardAssigned: _assigned,
    **dict.fromkeys(
        (HazardClosed, HazardRejected, HazardMerged, HazardReferredOut, HandoverItemTransferredOut),
        _left,
    ),
    SlipIssued: _begins("slip"),
    **dict.fromkeys((SlipConfirmed, SlipCancelled), _ends("slip")),
    PenaltyProposed: _begins("penalty"),
    **dict.fromkeys((PenaltyConfirmed, PenaltyCancelled, PenaltyWaived), _ends("penalty")),
    TradeNoticeIssued: _begins("notice"),
    **dict.fromkeys((TradeNoticeConfirmed, TradeNoticeCancelled), _ends("notice")),
    HandoverOpened: _begins("handover"),
    HandoverSigned: _ends("handover"),
    FundsReserved: _reserved,
    FundsReleased: _released,
}


KINDS = (StateKind("unit-", UnitBook, UnitBook, evolve),)
