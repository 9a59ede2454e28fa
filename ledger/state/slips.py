"""A compensation slip: issued → served → confirmed, or cancelled (key ``slip:<id>``)."""

from __future__ import annotations

import msgspec

from ledger.fact import Recorded
from ledger.facts.pools import EntryReversed
from ledger.facts.slips import Dropped, Line, SlipAcknowledged, SlipCancelled, SlipConfirmed, SlipIssued, SlipServed
from ledger.vocabulary import Day, Moment


class SlipLine(msgspec.Struct, frozen=True):
    """A line and where it stands: open in its window, or acknowledged."""

    line: Line
    state: str = "open"


class Slip(msgspec.Struct, frozen=True):
    slip: str
    unit: str
    state: str
    issuer: str
    issued_on: Day
    centre: str
    lines: tuple[SlipLine, ...]
    dropped: tuple[Dropped, ...]
    number: str | None = None
    window_until: Day | None = None
    window_over: Moment | None = None

    @property
    def total(self) -> int:
        return sum(entry.line.amount for entry in self.lines)

    def line(self, party: str) -> SlipLine | None:
        return next((entry for entry in self.lines if entry.line.party == party), None)

    @property
    def all_acknowledged(self) -> bool:
        return all(entry.state == "acknowledged" for entry in self.lines)

    def open_window(self, now: Moment) -> bool:
        """May a party still object to a line?  Windows end exclusively (contract §5.46)."""
        return not self.all_acknowledged and (self.window_over is None or now < self.window_over)


def evolve(state: Slip | None, recorded: Recorded) -> Slip | None:
    """Fold one fact that names the slip."""
    fact = recorded.fact
    if isinstance(fact, SlipIssued):
        lines = tuple(SlipLine(line) for line in fact.lines)
        return Slip(
            fact.slip,
            fact.unit,
            "issued",
            fact.by,
            fact.business_date,
            fact.centre,
            lines,
            fact.dropped,
            fact.number,
        )
    if state is None:
        return None
    match fact:
        case SlipServed(window_until=until, window_over=over):
            return msgspec.structs.replace(state, state="served", window_until=until, window_over=over)
        case SlipAcknowledged(parties=parties):
            lines = tuple(
                msgspec.structs.replace(entry, state="acknowledged") if entry.line.party in parties else entry
                for entry in state.lines
            )
            return msgspec.structs.replace(state, lines=lines)
        case SlipConfirmed():
            return msgspec.structs.replace(state, state="confirmed")
        case SlipCancelled() | EntryReversed():
            return msgspec.structs.replace(state, state="cancelled")
        case _:
            return state
