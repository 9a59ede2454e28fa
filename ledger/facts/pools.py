"""Facts of pools and wages (工资总额池): opening balances, budgets, quota wages, distribution, reversal."""

from __future__ import annotations

import msgspec

from ledger.fact import Fact
from ledger.facts.points import PointsPart
from ledger.vocabulary import (
    AccountId,
    AssessmentId,
    CaseId,
    CentreId,
    CommandId,
    Day,
    Fen,
    HandoverId,
    Month,
    NoticeId,
    PenaltyId,
    PersonId,
    SignedFen,
    SlipId,
    TenderId,
    UnitId,
    Year,
)


class OpenedBalance(msgspec.Struct, frozen=True):
    """What an account holds when the book begins; negative for sources and receivables."""

    account: AccountId
    amount: SignedFen


class BalanceOpened(Fact, frozen=True, kw_only=True, tag="balance.opened.v1"):
    """**$** 期初建账: the owner's balances as imported, against OPENING (P0)."""

    balances: tuple[OpenedBalance, ...]
    as_of: Day
    fund: CentreId


class WageIndicatorSet(Fact, frozen=True, kw_only=True, tag="budget.indicator-set.v1"):
    """Memo: how much of a source may be used in a year (SW-05)."""

    unit: UnitId
    year: Year
    source_kind: str
    source_account: AccountId
    amount: Fen
    doc: str


class SafetyGoalAchieved(Fact, frozen=True, kw_only=True, tag="unit.safety-goal-achieved.v1"):
    """The unit has reached the yearly safety goal: the group's special input may be allocated (SW-02)."""

    unit: UnitId
    year: Year
    evidence: tuple[str, ...]
    approvals: tuple[PersonId, ...]


class BudgetAllocated(Fact, frozen=True, kw_only=True, tag="budget.allocated.v1"):
    """**$** A source fills a pool within the approved indicator (P1)."""

    unit: UnitId
    pool: str
    source_kind: str
    source_account: AccountId
    year: Year
    amount: Fen
    doc: str


class QuotaWageCredited(Fact, frozen=True, kw_only=True, tag="wage.quota-credited.v1"):
    """**$** Settled production feeds the wage pool (P2)."""

    unit: UnitId
    amount: Fen
    source_doc: str


class DuePart(msgspec.Struct, frozen=True, omit_defaults=True):
    """What is paid of a due: the document and the fund that it is owed for (no fund: a trade).

    ``since`` is the due's place among those of the party, ``raised`` what it was at first: what is paid is forgotten,
    and a reversal opens it again as it was.
    """

    document: str
    amount: Fen
    fund: CentreId | None = None
    since: int | None = None
    raised: Fen | None = None


class UnitDueRecovered(Fact, frozen=True, kw_only=True, tag="unit.due-recovered.v1"):
    """**$** The first money in pays what the pool still owed, oldest first (P10)."""

    unit: UnitId
    amount: Fen
    parts: tuple[DuePart, ...]


class WageLine(msgspec.Struct, frozen=True):
    """What a person is given of the pool."""

    person: PersonId
    amount: Fen


class WageDistributed(Fact, frozen=True, kw_only=True, tag="wage.distributed.v1"):
    """**$** The pool becomes wages payable to persons (P3); mirrored on each person."""

    unit: UnitId
    lines: tuple[WageLine, ...]
    total: Fen


class ReversedLine(msgspec.Struct, frozen=True, omit_defaults=True):
    """One mirror entry: positive credits the account, negative debits it."""

    account: AccountId
    amount: SignedFen
    counter: str | None = None


class ReversedClaim(msgspec.Struct, frozen=True, omit_defaults=True):
    """One mirrored claim (``ledger.claims.Claim``)."""

    party: str
    document: str
    amount: SignedFen
    fund: CentreId | None = None
    unit: bool = False
    since: int | None = None
    raised: Fen | None = None


class ReversedPoints(msgspec.Struct, frozen=True, omit_defaults=True):
    """Points that were redeemed and are held again; they count in the cap of ``month`` no more."""

    person: PersonId
    month: Month
    parts: tuple[PointsPart, ...]

    @property
    def number(self) -> int:
        return sum(part.points for part in self.parts)


class EntryReversed(Fact, frozen=True, kw_only=True, tag="entry.reversed.v1"):
    """**$** Red-ink reversal (红冲): the mirror image of one money fact, on the same stream (P19, L18).

    ``original`` is that fact's position, ``frees`` the natural keys that may be used again, ``points`` those that the
    reversed reward was for.
    """

    of: CommandId
    original: int
    original_topic: str
    original_period: str
    lines: tuple[ReversedLine, ...]
    reason: str
    approved_by: PersonId
    claims: tuple[ReversedClaim, ...] = ()
    frees: tuple[str, ...] = ()
    points: ReversedPoints | None = None
    handover: HandoverId | None = None
    slip: SlipId | None = None
    penalty: PenaltyId | None = None
    case: CaseId | None = None
    notice: NoticeId | None = None
    tender: TenderId | None = None
    assessment: AssessmentId | None = None
