"""Facts of a penalty (绩效赔付): a stoppage, quality, shift evaluation or other standard (PERF-03, PERF-04, PERF-08).

From its notification on a penalty goes the way of a slip; a decided case posts through PenaltyConfirmed as well.
"""

from __future__ import annotations

from ledger.consequences import Counts, DueChanges, Timers
from ledger.fact import Fact
from ledger.facts.slips import ChargedLine, Dropped, Line, Named, charge_counts, charged_document, charged_dues
from ledger.vocabulary import CaseId, CentreId, Day, Fen, HazardId, Moment, PartyId, PenaltyId, PersonId, UnitId


class PenaltyProposed(Fact, frozen=True, kw_only=True, tag="penalty.proposed.v1"):
    """The owner of the standard proposes the penalty with its chain; it waits for approval.

    ``item`` and ``approved_by`` as in SlipIssued; ``hazard`` is the finding that it punishes (rule 7).
    """

    penalty: PenaltyId
    unit: UnitId
    kind: str
    basis: str
    description: str
    lines: tuple[Line, ...]
    dropped: tuple[Dropped, ...]
    total: Fen
    centre: CentreId
    occurred: Day
    tier: str | None = None
    matrix: str | None = None
    list_version: str | None = None
    person: PersonId | None = None
    team: UnitId | None = None
    persons: tuple[Named, ...] = ()
    discoverer: PersonId | None = None
    grounds: str | None = None
    cites: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()
    item: str | None = None
    hazard: HazardId | None = None
    approved_by: PersonId | None = None


class PenaltyApproved(Fact, frozen=True, kw_only=True, tag="penalty.approved.v1"):
    """Somebody who neither proposed it nor is charged by it approves the penalty."""

    penalty: PenaltyId


class PenaltyNotified(Fact, frozen=True, kw_only=True, tag="penalty.notified.v1"):
    """The charged are notified: the window for objections runs; ``window_until`` is its last working day."""

    penalty: PenaltyId
    window_until: Day
    window_over: Moment

    def timers(self) -> Timers:
        return ((f"penalty:{self.penalty}", self.window_over),)


class PenaltyAcknowledged(Fact, frozen=True, kw_only=True, tag="penalty.acknowledged.v1"):
    """These parties accept their lines; ``due`` as in SlipAcknowledged."""

    penalty: PenaltyId
    parties: tuple[PartyId, ...]
    due: Moment | None = None

    def timers(self) -> Timers:
        """A dispute that is not yet decided keeps the penalty off the agenda."""
        return ((f"penalty:{self.penalty}", self.due),)


class PenaltyDisputed(Fact, frozen=True, kw_only=True, tag="penalty.disputed.v1"):
    """A party objects to its line in the window; the penalty waits for the review."""

    penalty: PenaltyId
    party: PartyId
    grounds: str
    evidence: tuple[str, ...] = ()

    def timers(self) -> Timers:
        return ((f"penalty:{self.penalty}", None),)


class PenaltyDisputeWithdrawn(Fact, frozen=True, kw_only=True, tag="penalty.dispute-withdrawn.v1"):
    """The party takes its objection back: its line is accepted from now on; ``due`` as in SlipAcknowledged."""

    penalty: PenaltyId
    party: PartyId
    due: Moment | None = None

    def timers(self) -> Timers:
        """A dispute that is not yet decided keeps the penalty off the agenda."""
        return ((f"penalty:{self.penalty}", self.due),)


class PenaltyReviewDecided(Fact, frozen=True, kw_only=True, tag="penalty.review-decided.v1"):
    """The review of one line, or of the whole penalty if no party is named: ``lines`` are those that remain.

    ``due``, ``window_until`` and ``window_over`` as in SlipReviewDecided.
    """

    penalty: PenaltyId
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
        """A dispute that is not yet decided keeps the penalty off the agenda."""
        return ((f"penalty:{self.penalty}", self.due),)


class PenaltyConfirmed(Fact, frozen=True, kw_only=True, tag="penalty.confirmed.v1"):
    """**$** The penalty, or the decision of a case, binds (P7); ``lines`` and ``mode`` as in SlipConfirmed.

    Exactly one of ``penalty`` and ``case`` is given; the mode of a case is ``decided``.
    """

    mode: str
    lines: tuple[ChargedLine, ...]
    total: Fen
    centre: CentreId
    penalty: PenaltyId | None = None
    case: CaseId | None = None
    item: str | None = None

    @property
    def document(self) -> str:
        return charged_document(None, self.penalty, self.case)

    def due_changes(self) -> DueChanges:
        return charged_dues(self.lines, self.document, self.centre)

    def timers(self) -> Timers:
        return ((f"penalty:{self.penalty}", None),) if self.penalty else ()

    def counts(self) -> Counts:
        return charge_counts(self.lines)


class PenaltyWaived(Fact, frozen=True, kw_only=True, tag="penalty.waived.v1"):
    """The penalty is waived (豁免) before it was confirmed, with the approval of a head."""

    penalty: PenaltyId
    reason: str
    approved_by: PersonId

    def timers(self) -> Timers:
        return ((f"penalty:{self.penalty}", None),)


class PenaltyCancelled(Fact, frozen=True, kw_only=True, tag="penalty.cancelled.v1"):
    """The review revoked the penalty, or its last line; its number stays as void."""

    penalty: PenaltyId
    reason: str

    def timers(self) -> Timers:
        return ((f"penalty:{self.penalty}", None),)
