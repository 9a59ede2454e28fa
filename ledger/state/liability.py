"""Liability of one or several parties, charged by a slip, a penalty, a case, a notice or a due.

They share one state: lines, appeals, and for slips, penalties and cases the way from service (notification) on; how
each begins and ends stands in ``slips``, ``penalties``, ``cases``, ``notices`` and ``overpayments``.
"""

from __future__ import annotations

from typing import Any, Literal, Self, TypeVar

import msgspec

from ledger.calendars import local_day
from ledger.fact import StoredFact
from ledger.facts.appeals import AppealDecided, AppealHeld
from ledger.facts.figures import Decision
from ledger.facts.penalties import PenaltyReviewDecided
from ledger.facts.pools import CHARGES, EntryReversed
from ledger.facts.slips import Dropped, Line, Named, SlipReviewDecided
from ledger.state.columns import Columns
from ledger.vocabulary import Day, Fen, Moment


class Finding(msgspec.Struct, frozen=True):
    """The matter from which a chain is made: a review can make it again with another matrix or tier."""

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

    ``window_over`` ends the window that is its own, of a party that only a review of the whole brought in (rule 86);
    ``settled`` is when its window ended before time; ``appeal`` is pending or decided, ``remains`` is what the appeal
    has left of the amount; ``since`` is the business date of its dispute, then of its appeal; ``refunded`` the position
    of a decision that paid something back.
    """

    line: Line
    state: Literal["open", "acknowledged", "disputed", "reviewed"] = "open"
    settled: Moment | None = None
    appeal: Literal["pending", "decided"] | None = None
    remains: Fen | None = None
    since: Day | None = None
    refunded: int = 0
    window_over: Moment | None = None

    @property
    def stands(self) -> int:
        """The amount that it charges now."""
        return self.line.amount if self.remains is None else self.remains


DocumentState = Literal[
    "issued",
    "served",
    "disputed",
    "proposed",
    "notified",
    "confirmed",
    "cancelled",
    "waived",
    "opened",
    "decided",
    "closed",
    "raised",
]


class Liability(msgspec.Struct, frozen=True):
    """``disputed`` are the parties that have had their one dispute; ``confirmed_at`` is when the money moved,
    ``confirmed_by`` the command that moved it.

    ``appeals_from`` is the day from which the days of an appeal count (rule 77), ``deciders`` decided a case.

    ``hazard`` is the one that a case or notice is on, ``decided_on`` the business date of its decision.

    ``whole`` says that it was reviewed as a whole; ``item`` is the catalogue entry, ``penalty`` the kind of a penalty,
    ``funds`` the pool that units pay from.  ``to_pool``: what a due claims is owed to the pool of its unit (rule 83).
    """

    kind: str
    name: str
    unit: str
    state: DocumentState
    issuer: str
    issued_on: Day
    centre: str = ""
    finding: Finding | None = None
    matrix: str | None = None
    amended_by: str | None = None
    """The matrix of a review of the whole, if it named one."""
    lines: tuple[LiabilityLine, ...] = ()
    dropped: tuple[Dropped, ...] = ()
    number: str | None = None
    window_until: Day | None = None
    window_over: Moment = ""
    reviewed: bool = False
    whole: bool = False
    disputed: frozenset[str] = frozenset()
    confirmed_at: Moment | None = None
    confirmed_by: str = ""
    appeals_from: Day = ""
    deciders: tuple[str, ...] = ()
    item: str | None = None
    penalty: str | None = None
    funds: str = "wage"
    hazard: str | None = None
    decided_on: Day | None = None
    to_pool: bool = False

    @property
    def columns(self) -> Columns:
        disputed = sum(entry.line.amount for entry in self.lines if self._is_disputed(entry))
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
            tier=self.finding.tier or None if self.finding else None,
            item=self.item,
            hazard=self.finding.hazard if self.finding else self.hazard,
            parties=tuple(entry.line.party for entry in self.lines),
            charges=tuple(None if entry.remains == 0 else entry.stands for entry in self.lines),
            charged_on=self.decided_on or self.issued_on,
        )

    @property
    def document(self) -> str:
        return f"{self.kind}:{self.name}"

    @property
    def total(self) -> int:
        return sum(entry.line.amount for entry in self.lines)

    @property
    def happened_on(self) -> Day | None:
        """The day of the occurrence that is charged; None for a case."""
        return self.finding.occurred if self.finding else None

    @property
    def is_alive(self) -> bool:
        """Does it still charge somebody, or may it: neither cancelled, waived nor reversed, nor revoked as a whole?"""
        revoked = bool(self.lines) and all(entry.remains == 0 for entry in self.lines)
        return self.state not in ("cancelled", "waived") and not revoked

    @property
    def in_window(self) -> bool:
        """Is the document served (a penalty: notified) and not yet confirmed or gone?"""
        return self.state in ("served", "notified")

    @property
    def under_appeal(self) -> bool:
        return any(entry.appeal == "pending" for entry in self.lines)

    def line(self, party: str) -> LiabilityLine | None:
        return next((entry for entry in self.lines if entry.line.party == party), None)

    def stage(self, entry: LiabilityLine) -> str:
        """Where the line is on its way, as it is shown: its appeal, its confirmation, its window (rule 46)."""
        if entry.appeal is not None:
            return "appealed" if entry.appeal == "pending" else _outcome(entry)
        if self.confirmed_at is not None:
            return "confirmed"
        return "reviewed" if self.whole and entry.window_over is None else entry.state

    @property
    def held_since(self) -> Day | None:
        """The business date of the first dispute, or appeal, of those that are open (rule 44)."""
        held = (entry for entry in self.lines if entry.appeal == "pending" or self._is_disputed(entry))
        return min((entry.since for entry in held if entry.since), default=None)

    def _is_disputed(self, entry: LiabilityLine) -> bool:
        return self.in_window and entry.state == "disputed"

    def charges(self, person: str) -> bool:
        """Is the person (not a unit) charged by one of the lines?"""
        return any(entry.line.party == person and not entry.line.unit for entry in self.lines)

    def is_open(self, entry: LiabilityLine, now: Moment) -> bool:
        """May the party still object to this line?  Windows end exclusively (contract §5.46)."""
        return entry.state == "open" and now < self.over(entry)

    def over(self, entry: LiabilityLine) -> Moment:
        """The end of the line's window: its own, or the document's."""
        return entry.window_over or self.window_over

    def due(self) -> Moment | None:
        """When time confirms it: as soon as no window is open, not while a dispute is undecided (contract §5.23)."""
        if any(entry.state == "disputed" for entry in self.lines):
            return None
        return max((entry.settled or self.over(entry) for entry in self.lines), default=self.window_over)

    # Changes of lines: decisions ask the same questions before the fact that evolve answers after it.

    def acknowledged(self, parties: tuple[str, ...], at: Moment) -> Self:
        """These lines are accepted; one that was accepted after its window is settled by the window's end."""
        return self._with(
            msgspec.structs.replace(entry, state="acknowledged", settled=min(at, self.over(entry)))
            if entry.line.party in parties
            else entry
            for entry in self.lines
        )

    def under_dispute(self, party: str, day: Day) -> Self:
        lines = self._with(
            msgspec.structs.replace(entry, state="disputed", since=day) if entry.line.party == party else entry
            for entry in self.lines
        )
        return msgspec.structs.replace(lines, disputed=self.disputed | {party})

    def withdrawn(self, party: str, at: Moment) -> Self:
        """The party's dispute is taken back: its line is accepted at that moment, also after its window (rule 87)."""
        return self._with(
            msgspec.structs.replace(entry, state="acknowledged", settled=at) if entry.line.party == party else entry
            for entry in self.lines
        )

    def after_review(
        self, lines: tuple[Line, ...], party: str | None, at: Moment, window_over: Moment | None = None
    ) -> Self:
        """The lines that remain; a review of the whole ends all windows, one of a line only that line's.

        ``window_over`` ends that of the parties that the review brings in.
        """
        known = {entry.line.party: entry for entry in self.lines}
        remaining = []
        for line in lines:
            entry = known.get(line.party)
            if entry and party is not None and line.party != party:
                remaining.append(entry)
            elif entry and entry.state == "acknowledged" and entry.line == line:
                remaining.append(msgspec.structs.replace(entry, window_over=None))
            elif entry is None and window_over is not None:
                remaining.append(LiabilityLine(line, window_over=window_over))
            else:
                remaining.append(LiabilityLine(line, "reviewed", at))
        return msgspec.structs.replace(self, lines=tuple(remaining), reviewed=True)

    def _with(self, lines: object) -> Self:
        return msgspec.structs.replace(self, lines=tuple(lines))  # type: ignore[arg-type]

    # Effects of the facts that slips, penalties and cases have in common.

    def binding(self, state: DocumentState, stored: StoredFact) -> Self:
        """It charges; the days of an appeal count from that day, but never before the ledger was told (rule 77).

        A decision that is only tried has no moment yet.
        """
        told = local_day(stored.recorded_at) if stored.recorded_at else ""
        since = max(stored.fact.business_date, told)
        fact = stored.fact
        return msgspec.structs.replace(
            self, state=state, confirmed_at=fact.at, confirmed_by=fact.command, appeals_from=since
        )

    def served(self, state: DocumentState, until: Day, over: Moment) -> Self:
        """The window for objections runs."""
        return msgspec.structs.replace(self, state=state, window_until=until, window_over=over)

    def reviewed_as(self, fact: SlipReviewDecided | PenaltyReviewDecided) -> Self:
        """The lines that a review has decided; where it amends the whole, also those that the chain has lost.

        A document that is revoked keeps the lines that it charged at last (rule 46).
        """
        whole = fact.party is None
        dropped = fact.dropped if whole and fact.decision == "amend" else self.dropped
        left = fact.lines or tuple(entry.line for entry in self.lines)
        after = self.after_review(left, None if not fact.lines else fact.party, fact.at, fact.window_over)
        return msgspec.structs.replace(
            after,
            dropped=dropped,
            whole=self.whole or whole,
            amended_by=fact.matrix or self.amended_by,
            window_until=fact.window_until or self.window_until,
        )

    def appealed(self, party: str, day: Day) -> Self:
        """An appeal against the party's line is pending since a day."""
        return self._with(
            msgspec.structs.replace(entry, appeal="pending", since=day) if entry.line.party == party else entry
            for entry in self.lines
        )

    def decided(self, party: str, remains: int, refunded: int) -> Self:
        """The appeal against the party's line is decided, with what remains of the amount."""
        after: dict[str, Any] = {"appeal": "decided", "remains": remains, "refunded": refunded}
        return self._with(
            msgspec.structs.replace(entry, **after) if entry.line.party == party else entry for entry in self.lines
        )

    def undecided(self, party: str) -> Self:
        """The decision is taken back: the line is under appeal again, a closed case is decided (rule 71)."""
        before: dict[str, Any] = {"appeal": "pending", "remains": None, "refunded": 0}
        pending = self._with(
            msgspec.structs.replace(entry, **before) if entry.line.party == party else entry for entry in self.lines
        )
        return msgspec.structs.replace(pending, state="decided" if self.state == "closed" else self.state)


def _outcome(entry: LiabilityLine) -> str:
    """The decision of an appeal, by what it has left of the line."""
    return "upheld" if entry.stands == entry.line.amount else "amended" if entry.stands else "revoked"


def open_lines(lines: tuple[Line, ...]) -> tuple[LiabilityLine, ...]:
    return tuple(LiabilityLine(line) for line in lines)


Charging = TypeVar("Charging", bound=Liability)


def evolve(state: Charging, stored: StoredFact) -> Charging:
    """Fold an appeal or the reversal of the confirmation: the same for every document."""
    match stored.fact:
        case AppealHeld(party=party, business_date=day):
            return state.appealed(party, day)
        case AppealDecided(party=party, remains=remains, paid_back=paid_back):
            return state.decided(party, remains, stored.position if paid_back else 0)
        case EntryReversed(figures=(Decision(party=party),)):
            return state.undecided(party)
        case EntryReversed(original_topic=topic) if topic in CHARGES:
            return msgspec.structs.replace(state, state="cancelled")
        case _:
            return state
