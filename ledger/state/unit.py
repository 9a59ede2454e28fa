"""A unit's book: who holds which role, its balances and reservations, what it owes, which hazards it answers for.

Folded from the unit's stream and from facts elsewhere that touch its accounts (a centre's fund and clearing).
"""

from __future__ import annotations

import msgspec
from immutables import Map

from ledger.accounts import POOLS, AccountCode
from ledger.fact import Fact, StoredFact
from ledger.facts.appeals import AppealDecided, AppealHeld
from ledger.facts.figures import Decision
from ledger.facts.handovers import (
    HandoverCancelled,
    HandoverItemTransferredIn,
    HandoverItemTransferredOut,
    HandoverOpened,
    HandoverSigned,
)
from ledger.facts.hazards import (
    HazardAssigned,
    HazardClosed,
    HazardMerged,
    HazardReferredIn,
    HazardReferredOut,
    HazardRejected,
    HazardReported,
    HazardVerified,
    ReturnedHazard,
)
from ledger.facts.notices import TradeNoticeCancelled, TradeNoticeConfirmed, TradeNoticeIssued
from ledger.facts.organisation import AssignmentEnded, PersonAssigned
from ledger.facts.penalties import PenaltyCancelled, PenaltyConfirmed, PenaltyProposed, PenaltyWaived
from ledger.facts.pools import BudgetAllocated, EntryReversed
from ledger.facts.slips import SlipCancelled, SlipConfirmed, SlipIssued
from ledger.facts.tenders import FundsReleased, FundsReserved
from ledger.posting import Entries
from ledger.state.columns import Columns
from ledger.state.dues import Dues, balances_after, dues_after, moved_after, opened_after, passes_over
from ledger.state.kind import StateKind
from ledger.vocabulary import Day, Fen, SignedFen, Year, unit_stream


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
    """``balances`` are by account code word, ``opened`` those with an opening that stands, ``moved`` those with other
    entries than openings and their reversals, ``open_hazards`` say "open" or "term", ``documents`` since when."""

    unit: str
    holders: tuple[Holder, ...] = ()
    balances: dict[str, SignedFen] = {}
    opened: frozenset[str] = frozenset()
    moved: frozenset[str] = frozenset()
    reserved: dict[str, Fen] = {}
    uncollected: Fen = 0
    dues: Dues = Dues()
    open_hazards: Map[str, str] = Map()
    documents: Map[str, Day] = Map()
    appeals: frozenset[str] = frozenset()
    """Documents of which a line of the unit is under appeal."""
    group_budgets: Map[str, Year] = Map()
    """Commands by which it has group money that stands, with the year whose safety goal allows it."""

    @property
    def columns(self) -> Columns:
        return Columns(unit=self.unit)

    # Effects of facts on it.

    def with_hazard(self, hazard: str, kind: str) -> UnitBook:
        return msgspec.structs.replace(self, open_hazards=self.open_hazards.set(hazard, kind))

    def without_hazard(self, hazard: str) -> UnitBook:
        return msgspec.structs.replace(self, open_hazards=without(self.open_hazards, hazard))

    def with_document(self, document: str, begun: Fact) -> UnitBook:
        return msgspec.structs.replace(self, documents=self.documents.set(document, begun.business_date))

    def without_document(self, document: str) -> UnitBook:
        return msgspec.structs.replace(self, documents=without(self.documents, document))

    def with_reserve(self, code: str, amount: int) -> UnitBook:
        held = self.reserved.get(code, 0) + amount
        return msgspec.structs.replace(self, reserved={**self.reserved, code: held})

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
        """The amount that the unit still owes (DUE_UNIT as a positive amount)."""
        return -self.balance(AccountCode.DUE_UNIT)

    @property
    def spendable(self) -> int:
        """The fund less what it has not collected (fund guard, domain §4)."""
        return self.balance(AccountCode.FUND_SAFETY) - self.uncollected


def evolve(state: UnitBook, stored: StoredFact, posted: Entries) -> UnitBook:
    """Fold one fact of the unit's stream, or one that concerns its holders, accounts or fund."""
    fact = stored.fact
    own = not fact.mirror and fact.stream == unit_stream(state.unit)
    state = _own(state, fact) if own else _held(state, fact)
    return _post(state, stored, posted) if posted or passes_over(fact) else state


BEGUN: dict[type[Fact], str] = {
    SlipIssued: "slip",
    HandoverOpened: "handover",
    TradeNoticeIssued: "notice",
    PenaltyProposed: "penalty",
}
ENDED: dict[type[Fact], str] = {
    **dict.fromkeys((SlipConfirmed, SlipCancelled), "slip"),
    **dict.fromkeys((HandoverSigned, HandoverCancelled), "handover"),
    TradeNoticeCancelled: "notice",
    **dict.fromkeys((PenaltyConfirmed, PenaltyCancelled, PenaltyWaived), "penalty"),
}
"""Documents that a fact of the unit's stream begins or ends, by their kind."""


def _own(state: UnitBook, fact: Fact) -> UnitBook:
    """Hazards that the unit answers for, documents under way, reservations: what facts of its own stream change."""
    if kind := BEGUN.get(type(fact)):
        return state.with_document(f"{kind}:{getattr(fact, kind)}", fact)
    if kind := ENDED.get(type(fact)):
        return state.without_document(f"{kind}:{getattr(fact, kind)}")
    match fact:
        case HazardReported(hazard=hazard) | HazardReferredIn(hazard=hazard) | HandoverItemTransferredIn(hazard=hazard):
            return state.with_hazard(hazard, "open")
        case (
            HazardClosed(hazard=hazard)
            | HandoverItemTransferredOut(hazard=hazard)
            | HazardRejected(hazard=hazard)
            | HazardMerged(hazard=hazard)
            | HazardReferredOut(hazard=hazard)
        ):
            return state.without_hazard(hazard)
        case HazardVerified(hazard=hazard, reason=str()):
            return state.with_hazard(hazard, "open")
        case HazardAssigned(hazard=hazard, manage=manage):
            return state.with_hazard(hazard, "term" if manage == "term" else "open")
        case FundsReserved(pool=pool, amount=amount):
            return state.with_reserve(POOLS[pool], amount)
        case FundsReleased(pool=pool, amount=amount):
            return state.with_reserve(POOLS[pool], -amount)
        case BudgetAllocated(source_kind="group", year=year, command=command):
            return msgspec.structs.replace(state, group_budgets=state.group_budgets.set(command, year))
        case EntryReversed():
            return _reversed(state, fact)
        case _:
            return _held(state, fact)


def _reversed(state: UnitBook, fact: EntryReversed) -> UnitBook:
    """A budget of the group is given back, a hazard comes back or leaves again."""
    match fact:
        case EntryReversed(of=command) if command in state.group_budgets:
            return msgspec.structs.replace(state, group_budgets=state.group_budgets.delete(command))
        case EntryReversed(hazard_back=ReturnedHazard(hazard=hazard, manage=manage)):
            return state.with_hazard(hazard, "term" if manage == "term" else "open")
        case EntryReversed(hazard_left=str(hazard)):
            return state.without_hazard(hazard)
        case _:
            return _held(state, fact)


def _held(state: UnitBook, fact: Fact) -> UnitBook:
    """Holders of the unit's roles come and go; its notices are confirmed and its lines appealed elsewhere, too."""
    match fact:
        case TradeNoticeConfirmed(notice=notice, unit=state.unit):
            return state.without_document(f"notice:{notice}")
        case AppealHeld(waiting=state.unit):
            return msgspec.structs.replace(state, appeals=state.appeals | {fact.document})
        case EntryReversed(figures=(Decision(waiting=state.unit, document=document),)):
            return msgspec.structs.replace(state, appeals=state.appeals | {document})
        case AppealDecided(waiting=state.unit):
            return msgspec.structs.replace(state, appeals=state.appeals - {fact.document})
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
    stream = unit_stream(state.unit)
    balances = balances_after(state.balances, posted, stream)
    opened = opened_after(state.opened, stored.fact, stream)
    moved = moved_after(state.moved, balances, stored.fact, posted, stream)
    changes = stored.fact.due_changes()
    if not changes:
        return msgspec.structs.replace(state, balances=balances, opened=opened, moved=moved)
    return msgspec.structs.replace(
        state,
        balances=balances,
        opened=opened,
        moved=moved,
        uncollected=state.uncollected + sum(change.amount for change in changes if change.fund == state.unit),
        dues=dues_after(state.dues, stored.fact, state.unit, unit=True),
    )


KINDS = (StateKind("unit-", UnitBook, UnitBook, evolve),)
