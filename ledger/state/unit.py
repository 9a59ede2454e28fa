"""A unit's book: who holds which role, its balances and reservations, what it owes, which hazards it answers for.

Folded from the unit's stream and from facts elsewhere that touch its accounts (a centre's fund and clearing).
"""

from __future__ import annotations

import msgspec
from immutables import Map

from ledger.accounts import POOLS, Kind
from ledger.fact import Recorded
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
from ledger.posting import Entries, claims
from ledger.state.owing import Dues, carried, owed
from ledger.vocabulary import Day, unit_stream


class Holder(msgspec.Struct, frozen=True):
    """A person who holds a role at the unit from ``since`` to ``until``."""

    person: str
    role: str
    since: Day
    until: Day | None

    def covers(self, day: Day) -> bool:
        return self.since <= day and (self.until is None or day <= self.until)


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

    def holders_of(self, role: str, day: Day) -> tuple[str, ...]:
        """Everybody who holds the role at this unit on the day, in the order of appointment."""
        found = (holder.person for holder in self.holders if holder.role == role and holder.covers(day))
        return tuple(dict.fromkeys(found))

    def balance(self, kind: str) -> int:
        return self.balances.get(kind, 0)

    def available(self, kind: Kind = Kind.POOL_WAGE) -> int:
        """Balance less reservations: what the unit may choose to spend (可用额)."""
        return self.balance(kind) - self.reserved.get(kind, 0)

    @property
    def due(self) -> int:
        """What the unit still owes (DUE_UNIT as a positive amount)."""
        return -self.balance(Kind.DUE_UNIT)

    @property
    def spendable(self) -> int:
        """The fund less what it has not collected (FUND guard, DOMAIN.md §4)."""
        return self.balance(Kind.FUND_SAFETY) - self.uncollected


def evolve(state: UnitBook, recorded: Recorded, posted: Entries) -> UnitBook:
    """Fold one fact of the unit's stream, or one that concerns its holders, accounts or fund."""
    fact = recorded.fact
    if fact.stream == unit_stream(state.unit):
        state = _own(state, recorded)
    match fact:
        case PersonAssigned(person=person, unit=state.unit, role=role, since=since, until=until) if not fact.mirror:
            holder = Holder(person, role, since, until)
            state = msgspec.structs.replace(state, holders=(*state.holders, holder))
        case AssignmentEnded(person=person, unit=state.unit, role=role, last_day=last_day):
            ended = tuple(_end(holder, person, role, last_day) for holder in state.holders)
            state = msgspec.structs.replace(state, holders=ended)
        case _:
            pass
    return _post(state, recorded, posted) if posted else state


def _end(holder: Holder, person: str, role: str, last_day: Day) -> Holder:
    if (holder.person, holder.role) == (person, role) and holder.covers(last_day):
        return msgspec.structs.replace(holder, until=last_day)
    return holder


def _own(state: UnitBook, recorded: Recorded) -> UnitBook:
    fact = recorded.fact
    if fact.mirror:
        return state
    match fact:
        case HazardReported(hazard=hazard) | HazardReferredIn(hazard=hazard) | HandoverItemTransferredIn(hazard=hazard):
            return msgspec.structs.replace(state, open_hazards=state.open_hazards.set(hazard, "open"))
        case HazardAssigned(hazard=hazard, manage=manage):
            kind = "term" if manage == "term" else "open"
            return msgspec.structs.replace(state, open_hazards=state.open_hazards.set(hazard, kind))
        case (
            HazardClosed(hazard=hazard)
            | HazardRejected(hazard=hazard)
            | HazardMerged(hazard=hazard)
            | HazardReferredOut(hazard=hazard)
            | HandoverItemTransferredOut(hazard=hazard)
        ):
            return msgspec.structs.replace(state, open_hazards=without(state.open_hazards, hazard))
        case SlipIssued(slip=slip):
            return msgspec.structs.replace(state, documents=state.documents.set(f"slip:{slip}", fact.business_date))
        case SlipConfirmed(slip=slip) | SlipCancelled(slip=slip):
            return msgspec.structs.replace(state, documents=without(state.documents, f"slip:{slip}"))
        case PenaltyProposed(penalty=penalty):
            return msgspec.structs.replace(
                state, documents=state.documents.set(f"penalty:{penalty}", fact.business_date)
            )
        case PenaltyConfirmed(penalty=penalty) | PenaltyCancelled(penalty=penalty) | PenaltyWaived(penalty=penalty):
            return msgspec.structs.replace(state, documents=without(state.documents, f"penalty:{penalty}"))
        case TradeNoticeIssued(notice=notice):
            return msgspec.structs.replace(state, documents=state.documents.set(f"notice:{notice}", fact.business_date))
        case TradeNoticeConfirmed(notice=notice) | TradeNoticeCancelled(notice=notice):
            return msgspec.structs.replace(state, documents=without(state.documents, f"notice:{notice}"))
        case FundsReserved(pool=pool, amount=amount):
            return _reserve(state, POOLS[pool], amount)
        case FundsReleased(pool=pool, amount=amount):
            return _reserve(state, POOLS[pool], -amount)
        case HandoverOpened(handover=handover):
            opened = state.documents.set(f"handover:{handover}", fact.business_date)
            return msgspec.structs.replace(state, documents=opened)
        case HandoverSigned(handover=handover):
            return msgspec.structs.replace(state, documents=without(state.documents, f"handover:{handover}"))
        case _:
            return state


def _reserve(state: UnitBook, kind: str, amount: int) -> UnitBook:
    held = state.reserved.get(kind, 0) + amount
    return msgspec.structs.replace(state, reserved={**state.reserved, kind: held})


def without(entries: Map[str, str], name: str) -> Map[str, str]:
    """The map without one name, which need not be there."""
    return entries.delete(name) if name in entries else entries


def _post(state: UnitBook, recorded: Recorded, posted: Entries) -> UnitBook:
    claimed = claims(recorded.fact)
    return msgspec.structs.replace(
        state,
        balances=carried(state.balances, posted, unit_stream(state.unit)),
        uncollected=state.uncollected + sum(claim.amount for claim in claimed if claim.fund == state.unit),
        dues=owed(state.dues, claimed, state.unit, unit=True),
    )
