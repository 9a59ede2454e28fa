"""What charges a chain of parties: a slip, a penalty or a case (keys ``slip:<id>``, ``penalty:<id>``, ``case:<id>``).

Slip: issued → served → confirmed, or cancelled.  Penalty: proposed → notified → confirmed, or waived, cancelled.
Case: opened → decided → closed.  From service (notification) on the three go the same way, so they share one state.
"""

from __future__ import annotations

from functools import singledispatch
from typing import Literal

import msgspec

from ledger.dispatch import by_type
from ledger.fact import Fact, StoredFact
from ledger.facts.appeals import AppealDecided, AppealHeld
from ledger.facts.cases import CaseClosed, CaseDecided, CaseOpened
from ledger.facts.penalties import (
    PenaltyAcknowledged,
    PenaltyCancelled,
    PenaltyConfirmed,
    PenaltyDisputed,
    PenaltyNotified,
    PenaltyProposed,
    PenaltyReviewDecided,
    PenaltyWaived,
)
from ledger.facts.pools import EntryReversed
from ledger.facts.slips import (
    Dropped,
    Line,
    Named,
    SlipAcknowledged,
    SlipCancelled,
    SlipConfirmed,
    SlipDisputed,
    SlipIssued,
    SlipReviewDecided,
    SlipServed,
)
from ledger.state.columns import Columns
from ledger.vocabulary import Day, Moment

CONFIRMATIONS = frozenset({"slip.confirmed.v1", "penalty.confirmed.v1"})
"""Facts whose reversal leaves the document cancelled (contract §2.9)."""


class Finding(msgspec.Struct, frozen=True):
    """What a chain is made of: a review can make it again with another matrix or tier."""

    unit: str
    tier: str
    occurred: Day
    person: str | None = None
    team: str | None = None
    persons: tuple[Named, ...] = ()
    hazard: str | None = None
    discoverer: str | None = None


class LiabilityLine(msgspec.Struct, frozen=True):
    """A line and where it stands: open in its window, acknowledged, disputed or reviewed; then its appeal.

    ``settled`` is when its window ended before time; ``appeal`` is pending or decided.
    """

    line: Line
    state: Literal["open", "acknowledged", "disputed", "reviewed"] = "open"
    settled: Moment | None = None
    appeal: Literal["pending", "decided"] | None = None


DocumentState = Literal[
    "issued", "served", "proposed", "notified", "confirmed", "cancelled", "waived", "opened", "decided", "closed"
]


class Liability(msgspec.Struct, frozen=True):
    """``disputed`` are the parties that have had their one dispute; ``confirmed_at`` is when the money moved."""

    kind: str
    name: str
    unit: str
    state: DocumentState
    issuer: str
    issued_on: Day
    centre: str = ""
    finding: Finding | None = None
    matrix: str | None = None
    lines: tuple[LiabilityLine, ...] = ()
    dropped: tuple[Dropped, ...] = ()
    number: str | None = None
    window_until: Day | None = None
    window_over: Moment = ""
    reviewed: bool = False
    disputed: frozenset[str] = frozenset()
    confirmed_at: Moment | None = None

    @property
    def columns(self) -> Columns:
        disputed = sum(entry.line.amount for entry in self.lines if entry.state == "disputed")
        in_escrow = sum(entry.line.amount for entry in self.lines if entry.appeal == "pending")
        return Columns(
            unit=self.unit,
            centre=self.centre,
            state=self.state,
            total=self.total,
            number=self.number,
            since=self.issued_on,
            until=self.window_until,
            disputed=disputed or None,
            in_escrow=in_escrow or None,
        )

    @property
    def document(self) -> str:
        return f"{self.kind}:{self.name}"

    @property
    def total(self) -> int:
        return sum(entry.line.amount for entry in self.lines)

    @property
    def in_window(self) -> bool:
        """Is the document served (a penalty: notified) and not yet confirmed or gone?"""
        return self.state in ("served", "notified")

    @property
    def under_appeal(self) -> bool:
        return any(entry.appeal == "pending" for entry in self.lines)

    def line(self, party: str) -> LiabilityLine | None:
        return next((entry for entry in self.lines if entry.line.party == party), None)

    def charges(self, person: str) -> bool:
        """Is the person (not a unit) charged by one of the lines?"""
        return any(entry.line.party == person and not entry.line.unit for entry in self.lines)

    def is_open(self, entry: LiabilityLine, now: Moment) -> bool:
        """May the party still object to this line?  Windows end exclusively (contract §5.46)."""
        return entry.state == "open" and now < self.window_over

    def due(self) -> Moment | None:
        """When time confirms it: as soon as no window is open, not while a dispute is undecided (contract §5.23)."""
        if any(entry.state == "disputed" for entry in self.lines):
            return None
        return max((entry.settled or self.window_over for entry in self.lines), default=self.window_over)

    # What happens to lines: decisions ask the same questions before the fact that evolve answers after it.

    def acknowledged(self, parties: tuple[str, ...], at: Moment) -> Liability:
        """These lines are accepted; one that was accepted after its window is settled by the window's end."""
        settled = min(at, self.window_over)
        return self._with(
            msgspec.structs.replace(entry, state="acknowledged", settled=settled)
            if entry.line.party in parties
            else entry
            for entry in self.lines
        )

    def under_dispute(self, party: str) -> Liability:
        lines = self._with(
            msgspec.structs.replace(entry, state="disputed") if entry.line.party == party else entry
            for entry in self.lines
        )
        return msgspec.structs.replace(lines, disputed=self.disputed | {party})

    def after_review(self, lines: tuple[Line, ...], party: str | None, at: Moment) -> Liability:
        """The lines that remain; a review of the whole ends all windows, one of a line only that line's."""
        known = {entry.line.party: entry for entry in self.lines}
        remaining = []
        for line in lines:
            entry = known.get(line.party)
            accepted = entry is not None and entry.state == "acknowledged" and entry.line == line
            untouched = party is not None and line.party != party
            remaining.append(entry if entry and (accepted or untouched) else LiabilityLine(line, "reviewed", at))
        return msgspec.structs.replace(self, lines=tuple(remaining), reviewed=True)

    def _with(self, lines: object) -> Liability:
        return msgspec.structs.replace(self, lines=tuple(lines))  # type: ignore[arg-type]


def evolve(state: Liability | None, stored: StoredFact) -> Liability | None:
    """Fold one fact that names the document."""
    changed: Liability | None = by_type(_evolve, type(stored.fact))(stored.fact, state)
    return changed


@singledispatch
def _evolve(fact: Fact, state: Liability | None) -> Liability | None:
    return state


# -- how it begins -------------------------------------------------------------------------------------------------


def _open_lines(lines: tuple[Line, ...]) -> tuple[LiabilityLine, ...]:
    return tuple(LiabilityLine(line) for line in lines)


@_evolve.register
def _(fact: SlipIssued, state: Liability | None) -> Liability:
    return Liability(
        kind="slip",
        name=fact.slip,
        unit=fact.unit,
        state="issued",
        issuer=fact.by,
        issued_on=fact.business_date,
        centre=fact.centre,
        finding=Finding(
            fact.unit, fact.tier, fact.occurred, fact.person, fact.team, fact.persons, fact.hazard, fact.discoverer
        ),
        matrix=fact.matrix,
        lines=_open_lines(fact.lines),
        dropped=fact.dropped,
        number=fact.number,
    )


@_evolve.register
def _(fact: PenaltyProposed, state: Liability | None) -> Liability:
    return Liability(
        kind="penalty",
        name=fact.penalty,
        unit=fact.unit,
        state="proposed",
        issuer=fact.by,
        issued_on=fact.business_date,
        centre=fact.centre,
        finding=Finding(
            fact.unit, fact.tier or "", fact.occurred, fact.person, fact.team, fact.persons, None, fact.discoverer
        ),
        matrix=fact.matrix,
        lines=_open_lines(fact.lines),
        dropped=fact.dropped,
        number=fact.number,
    )


@_evolve.register
def _(fact: CaseOpened, state: Liability | None) -> Liability:
    return Liability("case", fact.case, fact.unit, "opened", fact.by, fact.business_date, number=fact.number)


# -- how it goes on ------------------------------------------------------------------------------------------------


@_evolve.register
def _(fact: SlipServed, state: Liability | None) -> Liability | None:
    return _served(state, "served", fact.window_until, fact.window_over)


@_evolve.register
def _(fact: PenaltyNotified, state: Liability | None) -> Liability | None:
    return _served(state, "notified", fact.window_until, fact.window_over)


def _served(state: Liability | None, now: DocumentState, until: Day, over: Moment) -> Liability | None:
    return state and msgspec.structs.replace(state, state=now, window_until=until, window_over=over)


@_evolve.register(SlipAcknowledged)
@_evolve.register(PenaltyAcknowledged)
def _(fact: SlipAcknowledged | PenaltyAcknowledged, state: Liability | None) -> Liability | None:
    return state and state.acknowledged(fact.parties, fact.at)


@_evolve.register(SlipDisputed)
@_evolve.register(PenaltyDisputed)
def _(fact: SlipDisputed | PenaltyDisputed, state: Liability | None) -> Liability | None:
    return state and state.under_dispute(fact.party)


@_evolve.register(SlipReviewDecided)
@_evolve.register(PenaltyReviewDecided)
def _(fact: SlipReviewDecided | PenaltyReviewDecided, state: Liability | None) -> Liability | None:
    if state is None:
        return None
    dropped = fact.dropped if fact.party is None and fact.decision == "amend" else state.dropped
    return msgspec.structs.replace(state.after_review(fact.lines, fact.party, fact.at), dropped=dropped)


@_evolve.register(SlipConfirmed)
@_evolve.register(PenaltyConfirmed)
def _(fact: SlipConfirmed | PenaltyConfirmed, state: Liability | None) -> Liability | None:
    if state is None:
        return None
    now = state.state if state.kind == "case" else "confirmed"
    return msgspec.structs.replace(state, state=now, confirmed_at=fact.at)


@_evolve.register(SlipCancelled)
@_evolve.register(PenaltyCancelled)
def _(fact: Fact, state: Liability | None) -> Liability | None:
    return state and msgspec.structs.replace(state, state="cancelled")


@_evolve.register
def _(fact: PenaltyWaived, state: Liability | None) -> Liability | None:
    return state and msgspec.structs.replace(state, state="waived")


@_evolve.register
def _(fact: CaseDecided, state: Liability | None) -> Liability | None:
    return state and msgspec.structs.replace(
        state, state="decided", centre=fact.centre, lines=_open_lines(fact.lines), confirmed_at=fact.at
    )


@_evolve.register
def _(fact: CaseClosed, state: Liability | None) -> Liability | None:
    return state and msgspec.structs.replace(state, state="closed")


@_evolve.register
def _(fact: AppealHeld, state: Liability | None) -> Liability | None:
    return _appeal(state, fact.party, "pending")


@_evolve.register
def _(fact: AppealDecided, state: Liability | None) -> Liability | None:
    return _appeal(state, fact.party, "decided")


def _appeal(state: Liability | None, party: str, now: Literal["pending", "decided"]) -> Liability | None:
    if state is None:
        return None
    lines = (
        msgspec.structs.replace(entry, appeal=now) if entry.line.party == party else entry for entry in state.lines
    )
    return msgspec.structs.replace(state, lines=tuple(lines))


@_evolve.register
def _(fact: EntryReversed, state: Liability | None) -> Liability | None:
    if state is None or fact.original_topic not in CONFIRMATIONS:
        return state
    return msgspec.structs.replace(state, state="cancelled")
