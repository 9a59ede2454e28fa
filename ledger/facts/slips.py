"""Facts of a compensation slip (安全质量赔付单) on the stream of the unit whose workshop line it charges (TR-09)."""

from __future__ import annotations

import msgspec

from ledger.fact import Fact
from ledger.vocabulary import CentreId, Day, Fen, HazardId, Moment, PartyId, PersonId, SlipId, UnitId


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


class Dropped(msgspec.Struct, frozen=True, omit_defaults=True):
    """A line that the chain lost, and why: the role is vacant, the party found the matter, or it pays another line."""

    role: str
    reason: str
    party: PartyId | None = None


class Named(msgspec.Struct, frozen=True):
    """Who stands for a role of the chain because the finding names him."""

    role: str
    persons: tuple[PersonId, ...]


class AuthorityDocument(msgspec.Struct, frozen=True):
    """The authority's own document behind explicit lines (执法文书)."""

    name: str
    doc: str
    date: Day


class SlipIssued(Fact, frozen=True, kw_only=True, tag="slip.issued.v1"):
    """The slip with its liability chain; nothing is posted before it is confirmed."""

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


class SlipServed(Fact, frozen=True, kw_only=True, tag="slip.served.v1"):
    """Service (送达): the window for objections runs; ``window_until`` is its last working day."""

    slip: SlipId
    served_on: Moment
    window_until: Day
    window_over: Moment
    method: str | None = None


class SlipAcknowledged(Fact, frozen=True, kw_only=True, tag="slip.acknowledged.v1"):
    """These parties accept their lines; ``due`` is when the slip falls due for confirmation, if no dispute is open."""

    slip: SlipId
    parties: tuple[PartyId, ...]
    due: Moment | None = None


class SlipDisputed(Fact, frozen=True, kw_only=True, tag="slip.disputed.v1"):
    """A party objects to its line in the window (异议); the slip waits for the review."""

    slip: SlipId
    party: PartyId
    grounds: str
    evidence: tuple[str, ...] = ()


class SlipReviewDecided(Fact, frozen=True, kw_only=True, tag="slip.review-decided.v1"):
    """The review (复核) of one line, or of the whole slip if no party is named: ``lines`` are those that remain.

    ``due`` is when the slip falls due for confirmation, if no dispute is open any more.
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


class SlipConfirmed(Fact, frozen=True, kw_only=True, tag="slip.confirmed.v1"):
    """**$** The slip binds (P7): persons' dues and units' pools to the safety fund of the issuer's centre.

    ``lines`` are those that this stream posts: all persons and the slip's own unit, or, on another unit's stream,
    that unit's line.  ``mode`` is ack, deemed or reviewed.
    """

    slip: SlipId
    mode: str
    lines: tuple[ChargedLine, ...]
    total: Fen
    centre: CentreId


class SlipCancelled(Fact, frozen=True, kw_only=True, tag="slip.cancelled.v1"):
    """The slip is void before it was confirmed; its number stays as void."""

    slip: SlipId
    reason: str


class DueRaised(Fact, frozen=True, kw_only=True, tag="person.due-raised.v1"):
    """Mirror on the person's stream: a due (待扣赔付) owed to a fund, to be deducted oldest first."""

    person: PersonId
    document: str
    kind: str
    amount: Fen
    centre: CentreId


class DueCancelled(Fact, frozen=True, kw_only=True, tag="person.due-cancelled.v1"):
    """Mirror on the person's stream: the due of a document is gone, wholly or in part."""

    person: PersonId
    document: str
    kind: str
    amount: Fen
    centre: CentreId
