"""AdvanceClock: what time alone brings about (contract §2.14).  No other command moves time.

``ROWS`` is the table of what falls due, in the order in which things of one moment happen.  When is on the agenda
(``ledger.state.registers.Agenda``), kept by the facts that start and end windows; a row says only what then happens.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Iterator
from typing import Annotated, NamedTuple

import msgspec

from ledger import calendars
from ledger.decisions import (
    appeals,
    correctives,
    deadlines,
    duties,
    followup,
    liability,
    notices,
    points,
    proposals,
    risks,
    statements,
    tenders,
)
from ledger.decisions.kernel.authority import SYS, of_actor
from ledger.decisions.kernel.envelope import finish
from ledger.decisions.kernel.stamp import Stamp
from ledger.decisions.kernel.table import Facts, decision
from ledger.errors import NotReady
from ledger.fact import Fact
from ledger.facts.organisation import ClockAdvanced
from ledger.view import View
from ledger.vocabulary import PAST, Moment


def _unit_of(view: View, kind: str, name: str) -> str:
    return str(view.state(f"{kind}:{name}").unit)


def _named(view: View, kind: str, name: str) -> str:
    """The id is the unit's own."""
    return name


class Row(NamedTuple):
    """One kind of thing that falls due: agenda keys ``<name>:<id>``, about a document of this kind.

    ``happens(view, stamp, document kind, id)`` gives the facts, without envelope.  Rows of one ``order`` go by id.
    ``unit(view, document kind, id)`` is whose centre accepts a fact that comes late.
    """

    order: int
    name: str
    document: str
    happens: Callable[[View, Stamp, str, str], Facts]
    unit: Callable[[View, str, str], str] = _unit_of


REMINDER, OVERDUE, MISSED, CONFIRMATION, BIDS, STATEMENTS, EXPIRY, LAPSE = 1, 2, 3, 4, 5, 6, 7, 8

ROWS: dict[str, Row] = {
    row.name: row
    for row in (
        Row(REMINDER, "remind-hazard", "hazard", deadlines.remind),
        Row(REMINDER, "remind-task", "task", duties.remind),
        Row(REMINDER, "remind-advice", "advice", followup.remind, followup.home_of_pushed),
        Row(REMINDER, "remind-risk", "risk", risks.remind),
        Row(REMINDER, "remind-corrective", "corrective", correctives.remind),
        Row(OVERDUE, "overdue", "hazard", deadlines.mark_overdue),
        Row(OVERDUE, "force", "hazard", deadlines.force_tender),
        Row(OVERDUE, "risk-overdue", "risk", risks.mark_overdue),
        Row(OVERDUE, "corrective-overdue", "corrective", correctives.mark_overdue),
        Row(MISSED, "missed", "task", duties.miss),
        Row(CONFIRMATION, "slip", "slip", liability.fall_due),
        Row(CONFIRMATION, "penalty", "penalty", liability.fall_due),
        Row(CONFIRMATION, "notice", "notice", notices.fall_due),
        Row(BIDS, "tender", "tender", tenders.fall_due),
        Row(STATEMENTS, "statement", "month", statements.fall_due, _named),
        Row(EXPIRY, "points", "person", points.expire, points.home_of_holder),
        Row(EXPIRY, "escrow-slip", "slip", appeals.remind),
        Row(EXPIRY, "escrow-penalty", "penalty", appeals.remind),
        Row(EXPIRY, "escrow-case", "case", appeals.remind),
        Row(EXPIRY, "escrow-notice", "notice", appeals.remind),
        Row(EXPIRY, "escrow-due", "due", appeals.remind),
        Row(LAPSE, "proposal", "proposal", proposals.lapse),
    )
}

RANKS = {name: rank for rank, name in enumerate(ROWS)}
"""The order of one document's timers that fall at the same moment: overdue, then the tender that follows from it."""


class Item(NamedTuple):
    """Something on the agenda, in the order in which it happens: by moment, row of the contract's table, id."""

    moment: Moment
    order: int
    document: str
    rank: int
    detail: str
    name: str

    @property
    def id(self) -> str:
        """The id of the document; what follows a slash tells several entries of one document apart."""
        return f"{self.document}/{self.detail}" if self.detail else self.document

    @property
    def key(self) -> str:
        return f"{self.name}:{self.id}"


@decision("AdvanceClock", who=SYS, unit=of_actor, any_age=True, self_dated=True)
def advance_clock(view: View, stamp: Stamp, until: Annotated[Moment, PAST] | None = None) -> Facts:
    """Everything that fell due up to ``until`` happens, each on its own day; NOT_READY before the last advance."""
    until = until or stamp.at
    if until < view.organisation.advanced_to:
        raise NotReady(f"the clock has been advanced to {view.organisation.advanced_to} already")
    happened, view = fallen_due(view, stamp, until)
    advanced = ClockAdvanced(stream="org", until=until)
    return (*happened, *finish(view, stamp.on(calendars.local_day(until), None), (advanced,), ""))


def fallen_due(view: View, stamp: Stamp, until: Moment) -> tuple[tuple[Fact, ...], View]:
    """The facts of all due items, and the view after them; what one brings about may let another fall due."""
    waiting = [item for key, moment in view.agenda.due.items() if (item := _item(key, moment, until))]
    heapq.heapify(waiting)
    seen = set(waiting)
    batches: list[tuple[Fact, ...]] = []
    while waiting:
        item = heapq.heappop(waiting)
        if view.agenda.due.get(item.key) != item.moment:
            continue
        facts = _facts_of(view, stamp, item)
        batches.append(facts)
        view = view.after(facts)
        for found in _renewed(facts, until):
            if found not in seen:
                seen.add(found)
                heapq.heappush(waiting, found)
    return tuple(fact for batch in _numbered(batches) for fact in batch), view


def _item(key: str, moment: Moment, until: Moment) -> Item | None:
    if moment > until:
        return None
    name, _, identifier = key.partition(":")
    document, _, detail = identifier.partition("/")
    return Item(moment, ROWS[name].order, document, RANKS[name], detail, name)


def _facts_of(view: View, stamp: Stamp, item: Item) -> tuple[Fact, ...]:
    """One item's facts: its day is that of its moment, and so is its posting period (contract §5.8)."""
    row = ROWS[item.name]
    own = stamp.on(calendars.local_day(item.moment), None, item.moment)
    facts = tuple(row.happens(view, own, row.document, item.id))
    unit = row.unit(view, row.document, item.document)
    return finish(view, own, facts, unit)


def _renewed(facts: Iterable[Fact], until: Moment) -> Iterator[Item]:
    """Timers that these facts have put on the agenda within the time that passes."""
    for fact in facts:
        for key, moment in () if fact.mirror else fact.timers():
            if moment is not None and (item := _item(key, moment, until)):
                yield item


def _numbered(batches: list[tuple[Fact, ...]]) -> Iterator[tuple[Fact, ...]]:
    """Several transfers of one command are told apart: ``<id>/1``, ``<id>/2`` … (contract §1.3)."""
    several = sum(any(fact.transfer for fact in batch) for batch in batches) > 1
    count = 0
    for batch in batches:
        if several and any(fact.transfer for fact in batch):
            count += 1
            batch = tuple(
                msgspec.structs.replace(fact, transfer=f"{fact.transfer}/{count}") if fact.transfer else fact
                for fact in batch
            )
        yield batch
