"""Facts of a compensation slip (安全质量赔付单) on the stream of the unit whose workshop line it charges (TR-09)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from ledger.consequences import Counted, Counts, DueChange, DueChanges, Timers, short
from ledger.fact import Fact
from ledger.vocabulary import (
    CentreId,
    Day,
    Fen,
    HazardId,
    Moment,
    PartyId,
    PersonId,
    SlipId,
    UnitId,
    person_stream,
    unit_stream,
)


class Line(msgspec.Struct, frozen=True, omit_defaults=True):
    """One party of a chain and what it is charged; ``unit`` says that the party is a unit's wage pool."""

    party: PartyId
    amount: Fen
    role: str | None = None
    unit: bool = False


class ChargedLine(msgspec.Struct, frozen=True, omit_defaults=True):
    """A line as it was charged: what a unit's pool could not pay is its shortfall (DUE_UNIT)."""

    party: PartyId
    amount: Fen
    role: str | None = None
    unit: bool = False
    shortfall: Fen = 0


def charged_document(
    slip: str | None, penalty: str | None, case: str | None, notice: str | None = None, due: str | None = None
) -> str:
    """The key of the document that charges: ``slip:SL-1``."""
    named = (("slip", slip), ("penalty", penalty), ("case", case), ("notice", notice), ("due", due))
    return next(f"{kind}:{name}" for kind, name in named if name)


def charged_dues(lines: Iterable[ChargedLine], document: str, fund: str) -> DueChanges:
    """Persons owe what they are charged, units what their pool could not pay."""
    owed: DueChanges = ()
    for line in lines:
        if line.unit:
            owed += short(line.party, document, line.shortfall, fund)
        elif line.amount:
            owed += (DueChange(line.party, document, line.amount, fund),)
    return owed


def charge_counts(lines: Sequence[ChargedLine]) -> Counts:
    """Every charged party, person or unit, is charged once and so much."""
    streams = [(unit_stream if line.unit else person_stream)(line.party) for line in lines]
    once = tuple(Counted(stream, "charges") for stream in streams)
    return once + tuple(Counted(stream, "charged", line.amount) for stream, line in zip(streams, lines, strict=True))


class Dropped(msgspec.Struct, frozen=True, omit_defaults=True):
    """A line that the chain lost, and why: the role is vacant, the party found the matter, or it pays another line."""

    role: str
    reason: str
    party: PartyId | None = None


class Named(msgspec.Struct, frozen=True):
    """Persons that stand for a role of the chain because the finding names them."""

    role: str
    persons: tuple[PersonId, ...]


class AuthorityDocument(msgspec.Struct, frozen=True):
    """The authority's own document behind explicit lines (执法文书)."""

    name: str
    doc: str
    date: Day


class SlipIssued(Fact, frozen=True, kw_only=True, tag="slip.issued.v1"):
    """The slip with its liability chain; nothing is posted before it is confirmed.

    ``item`` is the catalogue entry of the finding, ``funds`` say which pool units will pay from, ``approved_by`` is
    the second pair of eyes on lines that no standard sets (rules 8, 10, 16).
    """

    slip: SlipId
    unit: UnitId
    grounds: str
    tier: str
    basis: str
    description: str
    lines: tuple[Line, ...]
    dropped: tuple[Dropped, ...]
    total: Fen
    centre: CentreId
    occurred: Day
    matrix: str | None = None
    list_version: str | None = None
    authority: AuthorityDocument | None = None
    person: PersonId | None = None
    team: UnitId | None = None
    persons: tuple[Named, ...] = ()
    hazard: HazardId | None = None
    discoverer: PersonId | None = None
    cites: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()
    item: str | None = None
    funds: str = "wage"
    approved_by: PersonId | None = None


class SlipServed(Fact, frozen=True, kw_only=True, tag="slip.served.v1"):
    """Service (送达): the window for objections runs; ``window_until`` is its last working day."""

    slip: SlipId
    served_on: Moment
    window_until: Day
    window_over: Moment
    method: str | None = None

    def timers(self) -> Timers:
        return ((f"slip:{self.slip}", self.window_over),)


class SlipAcknowledged(Fact, frozen=True, kw_only=True, tag="slip.acknowledged.v1"):
    """These parties accept their lines; ``due`` is when the slip falls due for confirmation, if no dispute is open."""

    slip: SlipId
    parties: tuple[PartyId, ...]
    due: Moment | None = None

    def timers(self) -> Timers:
        """A dispute that is not yet decided keeps the slip off the agenda."""
        return ((f"slip:{self.slip}", self.due),)


class SlipDisputed(Fact, frozen=True, kw_only=True, tag="slip.disputed.v1"):
    """A party objects to its line in the window (异议); the slip waits for the review."""

    slip: SlipId
    party: PartyId
    grounds: str
    evidence: tuple[str, ...] = ()

    def timers(self) -> Timers:
        return ((f"slip:{self.slip}", None),)


class SlipDisputeWithdrawn(Fact, frozen=True, kw_only=True, tag="slip.dispute-withdrawn.v1"):
    """The party takes its objection back: its line is accepted from now on; ``due`` as in SlipAcknowledged."""

    slip: SlipId
    party: PartyId
    due: Moment | None = None

    def timers(self) -> Timers:
        """A dispute that is not yet decided keeps the slip off the agenda."""
        return ((f"slip:{self.slip}", self.due),)


class SlipReviewDecided(Fact, frozen=True, kw_only=True, tag="slip.review-decided.v1"):
    """The review (复核) of one line, or of the whole slip if no party is named: ``lines`` are those that remain.

    ``due`` is when the slip falls due for confirmation, if no dispute is open any more.  Parties that only this review
    of the whole brings in have a window of their own, until ``window_until`` (rule 86).
    ``matrix`` is the one that a review of the whole has named.
    """

    slip: SlipId
    decision: str
    reason: str
    lines: tuple[Line, ...]
    total: Fen
    party: PartyId | None = None
    dropped: tuple[Dropped, ...] = ()
    list_version: str | None = None
    due: Moment | None = None
    window_until: Day | None = None
    window_over: Moment | None = None
    matrix: str | None = None

    def timers(self) -> Timers:
        """A dispute that is not yet decided keeps the slip off the agenda."""
        return ((f"slip:{self.slip}", self.due),)


class SlipConfirmed(Fact, frozen=True, kw_only=True, tag="slip.confirmed.v1"):
    """**$** The slip binds (P7): persons' dues and units' pools to the safety fund of the issuer's centre.

    ``lines`` are those that this stream posts: all persons and the slip's own unit, or, on another unit's stream,
    that unit's line.  ``mode`` is ack, deemed or reviewed; ``item`` and ``funds`` are the slip's.
    """

    slip: SlipId
    mode: str
    lines: tuple[ChargedLine, ...]
    total: Fen
    centre: CentreId
    item: str | None = None
    funds: str = "wage"

    @property
    def document(self) -> str:
        return f"slip:{self.slip}"

    def due_changes(self) -> DueChanges:
        return charged_dues(self.lines, self.document, self.centre)

    def timers(self) -> Timers:
        return ((f"slip:{self.slip}", None),)

    def counts(self) -> Counts:
        return charge_counts(self.lines)


class SlipCancelled(Fact, frozen=True, kw_only=True, tag="slip.cancelled.v1"):
    """The slip is void before it was confirmed; its number stays as void."""

    slip: SlipId
    reason: str

    def timers(self) -> Timers:
        return ((f"slip:{self.slip}", None),)
