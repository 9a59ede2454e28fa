"""Facts of an appeal (申诉) against a line of a confirmed document, on its unit's stream (TR-12, ORG-04).

Exactly one of ``slip``, ``penalty``, ``case``, ``notice`` and ``due`` is given.
"""

from __future__ import annotations

from ledger import calendars
from ledger.consequences import Counted, Counts, DueChange, DueChanges, Tags, Timers, short
from ledger.fact import Fact
from ledger.facts.slips import charged_document
from ledger.vocabulary import (
    CaseId,
    CentreId,
    DueId,
    Fen,
    NoticeId,
    PartyId,
    PenaltyId,
    PersonId,
    SlipId,
    UnitId,
    person_stream,
    unit_stream,
)


class AppealLodged(Fact, frozen=True, kw_only=True, tag="appeal.lodged.v1"):
    """A party appeals against its line after confirmation; the leading group decides."""

    party: PartyId
    grounds: str
    evidence: tuple[str, ...] = ()
    slip: SlipId | None = None
    penalty: PenaltyId | None = None
    case: CaseId | None = None
    notice: NoticeId | None = None
    due: DueId | None = None


ESCROW_DAYS = 60
"""How long an appeal may wait for its decision before somebody is reminded (contract §2.14)."""


class AppealHeld(Fact, frozen=True, kw_only=True, tag="appeal.held.v1"):
    """**$** The line's amount waits in escrow (争议暂存, P12a); what the fund cannot cover is its centre's DUE_UNIT.

    ``waiting`` is the unit whose line it is, or to whose pool a due is owed: until the decision it is not retired (rule
    85).  Such a pool stands in the fund's place (rule 83).
    """

    party: PartyId
    amount: Fen
    shortfall: Fen
    centre: CentreId
    pool: bool = False
    waiting: UnitId | None = None
    slip: SlipId | None = None
    penalty: PenaltyId | None = None
    case: CaseId | None = None
    notice: NoticeId | None = None
    due: DueId | None = None

    @property
    def document(self) -> str:
        return charged_document(self.slip, self.penalty, self.case, self.notice, self.due)

    @property
    def claimant(self) -> UnitId | None:
        """The unit to whose pool the due is owed."""
        return None if self.pool else self.waiting

    def due_changes(self) -> DueChanges:
        if self.claimant:
            return short(self.claimant, self.document, self.shortfall, None)
        return short(self.centre, self.document, self.shortfall, self.centre)

    def tags(self) -> Tags:
        """The person must know which dues are under appeal, although the money lies elsewhere; so must the unit."""
        return _told(self)

    def timers(self) -> Timers:
        return ((escrow(self), calendars.midnight(self.business_date, ESCROW_DAYS)),)


class AppealDecided(Fact, frozen=True, kw_only=True, tag="appeal.decided.v1"):
    """**$** Upheld to the fund, revoked to the party, or split (P12b, P12c).

    ``amount`` = ``remains`` (to the fund, of a due to a pool to that pool) + ``off_due`` (the due that is still open
    falls) + ``written_off`` (of what falls, the part that was written off: to the fund again) + ``paid_back`` (to
    PAY_PERF of the person, or to the pool of a unit: ``pool``, ``funds`` say which).  ``waiting`` waits no more.
    ``since`` and ``raised`` are the place and the first amount of the due that falls: when the decision is reversed it
    is there again.
    """

    party: PartyId
    decision: str
    reason: str
    approvals: tuple[PersonId, ...]
    amount: Fen
    remains: Fen
    off_due: Fen
    paid_back: Fen
    centre: CentreId
    pool: bool = False
    funds: str = "wage"
    slip: SlipId | None = None
    penalty: PenaltyId | None = None
    case: CaseId | None = None
    notice: NoticeId | None = None
    due: DueId | None = None
    written_off: Fen = 0
    waiting: UnitId | None = None
    since: int | None = None
    raised: Fen | None = None

    @property
    def document(self) -> str:
        return charged_document(self.slip, self.penalty, self.case, self.notice, self.due)

    @property
    def claimant(self) -> UnitId | None:
        """The unit to whose pool the due is owed."""
        return None if self.pool else self.waiting

    def due_changes(self) -> DueChanges:
        if not self.off_due:
            return ()
        fund = None if self.claimant else self.centre
        return (DueChange(self.party, self.document, -self.off_due, fund, self.pool, self.since, self.raised),)

    def tags(self) -> Tags:
        return _told(self)

    def timers(self) -> Timers:
        return ((escrow(self), None),)

    def counts(self) -> Counts:
        """An amount that an appeal gives back was not charged; notices and dues are not counted by their amounts."""
        if self.notice or self.due:
            return ()
        stream = (unit_stream if self.pool else person_stream)(self.party)
        return (Counted(stream, "charged", self.remains - self.amount),)


def _told(fact: AppealHeld | AppealDecided) -> Tags:
    """The party itself and the pool that is owed; facts of the first edition do not name a unit that waits."""
    waiting = (unit_stream(fact.waiting),) if fact.waiting else ()
    return waiting if fact.pool else (person_stream(fact.party), *waiting)


def escrow(fact: AppealHeld | AppealDecided) -> str:
    """The agenda's entry of the amount that is held: ``escrow-slip:SL-1/P-A``."""
    return f"escrow-{fact.document}/{fact.party}"
