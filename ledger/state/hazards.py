"""A hazard from report to close, wherever it is (key ``hazard:<id>``; lifecycle domain §7)."""

from __future__ import annotations

from functools import singledispatch
from typing import Literal

import msgspec

from ledger.dispatch import by_type
from ledger.fact import Fact, StoredFact
from ledger.facts import hazards as facts
from ledger.facts import tenders
from ledger.facts.followup import ReporterUnsealed
from ledger.facts.handovers import HandoverItemTransferredIn
from ledger.state.columns import Columns
from ledger.vocabulary import Day, Moment

OPEN = frozenset({"reported", "verified", "assigned", "rectifying", "claimed"})


class Hazard(msgspec.Struct, frozen=True):
    """``unit`` answers for it, it was reported on ``origin``; ``manage`` stays when it is rectifying or claimed."""

    hazard: str
    unit: str
    origin: str
    state: Literal["reported", "verified", "rejected", "merged", "assigned", "rectifying", "claimed", "closed"]
    place: str
    category: str
    tier: str
    item: str | None
    person: str | None
    discoverer: str | None
    reporter: str
    reported_at: Moment
    reported_on: Day
    reported_shift: str | None
    anonymous: bool = False
    unsealed: bool = False
    fixed_on_spot: bool = False
    level: str | None = None
    clause: str | None = None
    manage: str | None = None
    deadline: Day | None = None
    repairer: str | None = None
    executor: str | None = None
    finished_at: Moment | None = None
    fixed_in_shift: bool = False
    attempts: int = 0
    major_reported: bool = False
    merged_into: str | None = None
    tender: str | None = None
    tender_compulsory: bool = False
    falls_due: tuple[str, ...] = ()

    @property
    def columns(self) -> Columns:
        return Columns(unit=self.unit, state=self.state, since=self.reported_on, until=self.deadline)

    @property
    def open(self) -> bool:
        return self.state in OPEN

    @property
    def exempt(self) -> bool:
        """Found by the unit itself and fixed in the shift in which it was reported (PRICE-02)."""
        return self.tier == "T3" and (self.fixed_on_spot or self.fixed_in_shift)


def evolve(state: Hazard | None, stored: StoredFact) -> Hazard | None:
    """Fold one fact that names the hazard."""
    fact = stored.fact
    if isinstance(fact, facts.HazardReported):
        return _reported(fact)
    return state if state is None else by_type(_evolve, type(fact))(fact, state)


def _reported(fact: facts.HazardReported) -> Hazard:
    return Hazard(
        hazard=fact.hazard,
        unit=fact.unit,
        origin=fact.unit,
        state="reported",
        place=fact.place,
        category=fact.category,
        tier=fact.tier,
        item=fact.item,
        person=fact.person,
        discoverer=fact.discoverer,
        reporter=fact.by,
        reported_at=fact.at,
        reported_on=fact.business_date,
        reported_shift=fact.shift,
        anonymous=fact.anonymous,
        fixed_on_spot=fact.fixed_on_spot,
    )


@singledispatch
def _evolve(fact: Fact, state: Hazard) -> Hazard:
    return state


@_evolve.register
def _(fact: ReporterUnsealed, state: Hazard) -> Hazard:
    return msgspec.structs.replace(state, unsealed=True)


@_evolve.register
def _(fact: facts.HazardReferredIn, state: Hazard) -> Hazard:
    return msgspec.structs.replace(state, unit=fact.unit)


@_evolve.register
def _(fact: facts.HazardVerified, state: Hazard) -> Hazard:
    return msgspec.structs.replace(
        state,
        state="verified",
        level=fact.level,
        item=fact.item or state.item,
        clause=fact.clause,
        person=fact.person or state.person,
    )


@_evolve.register
def _(fact: facts.HazardRejected, state: Hazard) -> Hazard:
    return msgspec.structs.replace(state, state="rejected")


@_evolve.register
def _(fact: facts.HazardMerged, state: Hazard) -> Hazard:
    if fact.hazard != state.hazard:
        return state  # the one that carries on
    return msgspec.structs.replace(state, state="merged", merged_into=fact.into)


@_evolve.register
def _(fact: facts.HazardAssigned, state: Hazard) -> Hazard:
    return msgspec.structs.replace(
        state,
        state="assigned",
        manage=fact.manage,
        deadline=fact.deadline,
        repairer=fact.person,
        falls_due=_names(fact.falls_due),
    )


@_evolve.register
def _(fact: facts.DeadlineExtended, state: Hazard) -> Hazard:
    return msgspec.structs.replace(state, deadline=fact.deadline, falls_due=_names(fact.falls_due))


@_evolve.register
def _(fact: facts.RectificationStarted, state: Hazard) -> Hazard:
    return msgspec.structs.replace(state, state="rectifying", executor=fact.executor)


@_evolve.register
def _(fact: facts.RectificationClaimed, state: Hazard) -> Hazard:
    return msgspec.structs.replace(state, state="claimed", finished_at=fact.finished_at, fixed_in_shift=fact.in_shift)


@_evolve.register
def _(fact: facts.HazardAcceptanceFailed, state: Hazard) -> Hazard:
    return msgspec.structs.replace(
        state, state="rectifying", attempts=fact.attempt, finished_at=None, fixed_in_shift=False
    )


@_evolve.register
def _(fact: facts.HazardClosed, state: Hazard) -> Hazard:
    return msgspec.structs.replace(state, state="closed")


@_evolve.register
def _(fact: facts.MajorHazardReported, state: Hazard) -> Hazard:
    return msgspec.structs.replace(state, major_reported=True)


@_evolve.register
def _(fact: facts.TenderMadeCompulsory, state: Hazard) -> Hazard:
    return msgspec.structs.replace(state, tender_compulsory=True)


@_evolve.register
def _(fact: tenders.TenderRequested, state: Hazard) -> Hazard:
    return msgspec.structs.replace(state, tender=fact.tender)


@_evolve.register(tenders.TenderRefused)
@_evolve.register(tenders.TenderCancelled)
@_evolve.register(tenders.TenderSettledOut)
def _(fact: Fact, state: Hazard) -> Hazard:
    return msgspec.structs.replace(state, tender=None)


@_evolve.register
def _(fact: tenders.TenderAcceptancePassed, state: Hazard) -> Hazard:
    """The winner has fixed it: finished at the last claim of completion (contract §5.14)."""
    if not state.open:
        return state
    return msgspec.structs.replace(
        state, state="claimed", executor=fact.winner, finished_at=fact.finished_at, fixed_in_shift=False
    )


@_evolve.register
def _(fact: HandoverItemTransferredIn, state: Hazard) -> Hazard:
    return msgspec.structs.replace(
        state,
        unit=fact.unit,
        state="assigned",
        manage="immediate",
        deadline=fact.deadline,
        repairer=fact.accepted_by,
        executor=None,
        finished_at=None,
        fixed_in_shift=False,
        falls_due=_names(fact.falls_due),
    )


def _names(falls_due: tuple[facts.FallsDue, ...]) -> tuple[str, ...]:
    return tuple(due.what for due in falls_due)
