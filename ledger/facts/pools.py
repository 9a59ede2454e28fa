"""Facts of pools and wages (工资总额池): opening balances, budgets, quota wages, distribution, reversal."""

from __future__ import annotations

import msgspec

from ledger import calendars
from ledger.accounts import ROOTED, AccountCode, account_of, parse
from ledger.consequences import Counted, Counts, DueChange, DueChanges, Tags, Timers
from ledger.fact import Fact, topic_of
from ledger.facts.figures import Figures
from ledger.facts.hazards import ReturnedHazard, due_for_repair
from ledger.facts.points import POINTS, PointsPart
from ledger.keys import Key, UniqueKey
from ledger.vocabulary import (
    AccountId,
    AssessmentId,
    CaseId,
    CentreId,
    CommandId,
    Day,
    DueId,
    Fen,
    HandoverId,
    Month,
    NoticeId,
    PenaltyId,
    PersonId,
    SignedFen,
    SlipId,
    Span,
    TenderId,
    UnitId,
    Year,
    person_stream,
    unit_stream,
)


class OpenedBalance(msgspec.Struct, frozen=True):
    """The balance of an account when the book begins; negative for sources and receivables."""

    account: AccountId
    amount: SignedFen


class BalanceOpened(Fact, frozen=True, kw_only=True, tag="balance.opened.v1"):
    """**$** 期初建账: the owner's balances as imported, against OPENING (P0)."""

    balances: tuple[OpenedBalance, ...]
    as_of: Day
    fund: CentreId
    reason: str | None = None
    approved_by: PersonId | None = None

    def due_changes(self) -> DueChanges:
        dues = (AccountCode.DUE_PERSON, AccountCode.DUE_UNIT)
        opened = ((parse(line.account), -line.amount) for line in self.balances if line.amount)
        return tuple(
            DueChange(
                account.owner, f"opening:{self.as_of}", owed, self.fund, unit=account.code is AccountCode.DUE_UNIT
            )
            for account, owed in opened
            if account.code in dues
        )


OPENED = topic_of(BalanceOpened)

WAGE_BUDGET = Key("indicator", "source_account", "unit", "year")
"""How much of a source a unit and all below it may use in a year, quarter or month; the account is the unit's own, or
the root's."""


def budget_periods(day: Day, year: Year) -> tuple[str, ...]:
    """An amount counts in the year that is named, and in the quarter and month of its day (rule 20)."""
    return year, calendars.quarter_of(day), day[:7]


def counted_in(source_account: AccountId, units: tuple[UnitId, ...], day: Day, year: Year) -> Tags:
    """The totals of these units and periods; a source that is not the root's has an account at each of them."""
    code, _, owner = source_account.partition(":")
    account = {unit: owner if code in ROOTED else unit for unit in units}
    return tuple(
        WAGE_BUDGET(f"{code}:{account[unit]}", unit, period) for unit in units for period in budget_periods(day, year)
    )


class WageIndicatorSet(Fact, frozen=True, kw_only=True, tag="budget.indicator-set.v1"):
    """Memo: how much of a source may be used in a year, quarter or month (SW-05)."""

    unit: UnitId
    year: Span
    source_kind: str
    source_account: AccountId
    amount: Fen
    doc: str

    def tags(self) -> Tags:
        return (WAGE_BUDGET.of(self),)


SAFETY_GOAL = UniqueKey("safety-goal", "unit", "year")


class SafetyGoalAchieved(Fact, frozen=True, kw_only=True, tag="unit.safety-goal-achieved.v1"):
    """The unit has reached the yearly safety goal: the group's special input may be allocated (SW-02)."""

    unit: UnitId
    year: Year
    evidence: tuple[str, ...]
    approvals: tuple[PersonId, ...]

    def tags(self) -> Tags:
        return (SAFETY_GOAL.of(self),)


BUDGET = UniqueKey("budget", "unit", "doc")


class BudgetAllocated(Fact, frozen=True, kw_only=True, tag="budget.allocated.v1"):
    """**$** A source fills a pool within the approved indicator (P1).

    ``totals``: the unit and those above it, in whose wage totals it counts.
    """

    unit: UnitId
    pool: str
    source_kind: str
    source_account: AccountId
    year: Year
    amount: Fen
    doc: str
    totals: tuple[UnitId, ...] = ()

    def tags(self) -> Tags:
        """The first edition counted it in the unit's share and in the whole of the source alone (contract §5.36)."""
        if self.totals:
            return (BUDGET.of(self), *counted_in(self.source_account, self.totals, self.business_date, self.year))
        holders = dict.fromkeys((self.unit, self.source_account.partition(":")[2]))
        return (BUDGET.of(self), *(WAGE_BUDGET(self.source_account, holder, self.year) for holder in holders))


QUOTA_WAGE = UniqueKey("quota-wage", "unit", "source_doc")


class QuotaWageCredited(Fact, frozen=True, kw_only=True, tag="wage.quota-credited.v1"):
    """**$** Settled production feeds the wage pool (P2)."""

    unit: UnitId
    amount: Fen
    source_doc: str
    totals: tuple[UnitId, ...] = ()

    def tags(self) -> Tags:
        account, day = account_of(AccountCode.SRC_QUOTA, self.unit), self.business_date
        return (QUOTA_WAGE.of(self), *counted_in(account, self.totals, day, day[:4]))


class DuePart(msgspec.Struct, frozen=True, omit_defaults=True):
    """A payment of a due: the document and the fund that it is owed for (no fund: a trade).

    ``since`` is the due's place among those of the party, ``raised`` what it was at first: what is paid is forgotten,
    and a reversal opens it again as it was.
    """

    document: str
    amount: Fen
    fund: CentreId | None = None
    since: int | None = None
    raised: Fen | None = None

    def paid_by(self, party: str, *, unit: bool = False) -> DueChange:
        return DueChange(party, self.document, -self.amount, self.fund, unit, self.since, self.raised)


class UnitDueRecovered(Fact, frozen=True, kw_only=True, tag="unit.due-recovered.v1"):
    """**$** The first money in pays what the pool still owed, oldest first (P10)."""

    unit: UnitId
    amount: Fen
    parts: tuple[DuePart, ...]

    def due_changes(self) -> DueChanges:
        return tuple(part.paid_by(self.unit, unit=True) for part in self.parts)


class WageLine(msgspec.Struct, frozen=True):
    """A person's share of the pool."""

    person: PersonId
    amount: Fen


DISTRIBUTION = UniqueKey("distribution", "unit", "doc")


class WageDistributed(Fact, frozen=True, kw_only=True, tag="wage.distributed.v1"):
    """**$** The pool becomes wages payable to persons (P3); mirrored on each person."""

    unit: UnitId
    lines: tuple[WageLine, ...]
    total: Fen
    doc: str | None = None
    approved_by: PersonId | None = None

    def tags(self) -> Tags:
        return (DISTRIBUTION.of(self),) if self.doc else ()


class ReversedLine(msgspec.Struct, frozen=True, omit_defaults=True):
    """One mirror entry: positive credits the account, negative debits it."""

    account: AccountId
    amount: SignedFen
    counter: str | None = None


class Forgone(msgspec.Struct, frozen=True):
    """The part of a debt that a fund has written off."""

    fund: CentreId
    amount: Fen


class ReversedDue(msgspec.Struct, frozen=True, omit_defaults=True):
    """One mirrored change of a due (``ledger.consequences.DueChange``).

    ``returned`` is how much of what was paid the reversal gives back; less than 0, how much a payment that is itself
    reversed passes over because of that.  ``forgiven`` are the parts of it that were written off (rules 18, 71).
    """

    party: str
    document: str
    amount: SignedFen
    fund: CentreId | None = None
    unit: bool = False
    since: int | None = None
    raised: Fen | None = None
    returned: SignedFen = 0
    forgiven: tuple[Forgone, ...] = ()


class ReversedPoints(msgspec.Struct, frozen=True, omit_defaults=True):
    """Points that were redeemed and are held again; they count in the cap of ``month`` no more."""

    person: PersonId
    month: Month
    parts: tuple[PointsPart, ...]

    @property
    def number(self) -> int:
        return sum(part.points for part in self.parts)


class NamedDocument(msgspec.Struct, frozen=True, omit_defaults=True):
    """The document by which a reversal was asked for; a paper by which money moved is a unit's (rule 23)."""

    kind: str
    id: str
    unit: UnitId | None = None


CHARGES = frozenset({"slip.confirmed.v1", "penalty.confirmed.v1"})
"""Topics of the facts by which a document charges its parties."""

CHARGED = frozenset({AccountCode.DUE_PERSON, AccountCode.DUE_UNIT, AccountCode.POOL_WAGE})
"""Accounts that are charged."""

COMMAND = Key("command", "of")
"""The record of a command, under its id."""


class EntryReversed(Fact, frozen=True, kw_only=True, tag="entry.reversed.v1"):
    """**$** Red-ink reversal (红冲): the mirror image of one money fact, on the same stream (P19, L18).

    ``original`` is that fact's position, ``frees`` the natural keys that may be used again, ``points`` those that the
    reversed reward was for, ``named`` the document that was named in place of the command, ``openings`` the accounts
    whose opened balances are taken back.  The hazard of a transfer goes back to the sender (``hazard_back``) and is
    with the receiver no more (``hazard_left``, which was due for repair in ``left_month``).

    A figure moves no money: ``others`` are the positions of further facts of it on this stream, ``figures`` say what
    is forgotten, also beside money (a card, the decision of an appeal).
    """

    of: CommandId
    original: int
    original_topic: str
    original_period: str
    lines: tuple[ReversedLine, ...]
    reason: str
    approved_by: PersonId
    claims: tuple[ReversedDue, ...] = ()
    frees: tuple[str, ...] = ()
    points: ReversedPoints | None = None
    named: NamedDocument | None = None
    openings: tuple[AccountId, ...] = ()
    others: tuple[int, ...] = ()
    figures: Figures = ()
    hazard_back: ReturnedHazard | None = None
    hazard_left: str | None = None
    left_month: Month | None = None
    handover: HandoverId | None = None
    slip: SlipId | None = None
    penalty: PenaltyId | None = None
    case: CaseId | None = None
    notice: NoticeId | None = None
    due: DueId | None = None
    tender: TenderId | None = None
    assessment: AssessmentId | None = None

    def due_changes(self) -> DueChanges:
        return tuple(
            DueChange(due.party, due.document, due.amount, due.fund, due.unit, due.since, due.raised)
            for due in self.claims
        )

    @property
    def reopened(self) -> tuple[AccountId, ...]:
        """Accounts whose openings stand no more; in the first edition they were those of its lines."""
        if self.original_topic != OPENED:
            return ()
        return self.openings or tuple(line.account for line in self.lines)

    def tags(self) -> Tags:
        hazard = (f"hazard:{self.hazard_back.hazard}",) if self.hazard_back else ()
        return (COMMAND.of(self), *self.frees, *hazard, *(tag for figure in self.figures for tag in figure.tags))

    def timers(self) -> Timers:
        """Points that are held again expire when they would have; a hazard that goes back has its deadline again."""
        if self.figures:
            return tuple(timer for figure in self.figures for timer in figure.timers)
        if self.hazard_back:
            return self.hazard_back.timers
        back = self.points
        return tuple((POINTS(back.person, part.doc), part.expires_at) for part in back.parts) if back else ()

    def counts(self) -> Counts:
        """A reversed charge is a charge no more; points that are held again were not redeemed."""
        if self.figures:
            return tuple(count for figure in self.figures for count in figure.counts)
        if self.hazard_back:
            return (
                Counted(self.stream, "handed_over", -1),
                *due_for_repair(self.stream, self.hazard_back.month, 1),
            )
        if self.hazard_left:
            return due_for_repair(self.stream, self.left_month, -1)
        if self.points:
            return (Counted(person_stream(self.points.person), "points_redeemed", -self.points.number),)
        if self.original_topic not in CHARGES:
            return ()
        moved = ((parse(line.account), line.amount) for line in self.lines)
        return tuple(
            Counted((person_stream if code is AccountCode.DUE_PERSON else unit_stream)(owner), "charged", -amount)
            for (code, owner), amount in moved
            if code in CHARGED
        )
