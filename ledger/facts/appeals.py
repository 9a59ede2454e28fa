"""Facts of an appeal (申诉) against a line of a confirmed slip, penalty or case, on its unit's stream (TR-12, ORG-04).

Exactly one of ``slip``, ``penalty`` and ``case`` is given.
"""

from __future__ import annotations

from ledger.fact import Fact
from ledger.vocabulary import CaseId, CentreId, Fen, PartyId, PenaltyId, PersonId, SlipId


class AppealLodged(Fact, frozen=True, kw_only=True, tag="appeal.lodged.v1"):
    """A party appeals against its line after confirmation; the leading group decides."""

    party: PartyId
    grounds: str
    evidence: tuple[str, ...] = ()
    slip: SlipId | None = None
    penalty: PenaltyId | None = None
    case: CaseId | None = None


class AppealHeld(Fact, frozen=True, kw_only=True, tag="appeal.held.v1"):
    """**$** The line's amount waits in escrow (争议暂存, P12a); what the fund cannot cover is its centre's DUE_UNIT."""

    party: PartyId
    amount: Fen
    shortfall: Fen
    centre: CentreId
    pool: bool = False
    slip: SlipId | None = None
    penalty: PenaltyId | None = None
    case: CaseId | None = None


class AppealDecided(Fact, frozen=True, kw_only=True, tag="appeal.decided.v1"):
    """**$** Upheld to the fund, revoked to the party, or split (P12b, P12c).

    ``amount`` = ``remains`` (to the fund) + ``off_due`` (the due that is not yet deducted falls) + ``paid_back`` (to
    PAY_PERF of the person, or to POOL_WAGE of a unit: ``pool``).
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
    slip: SlipId | None = None
    penalty: PenaltyId | None = None
    case: CaseId | None = None
