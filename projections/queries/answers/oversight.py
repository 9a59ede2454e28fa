"""Lists for auditors."""

from __future__ import annotations

from projections.queries.answers.kernel import Answer, Day, Moment, Month, Number, Yuan


class UrgentPrice(Answer):
    owner: str
    item: str
    price: Yuan
    uom: str
    occurred_at: Moment
    approved_at: Moment
    approved_by: str
    legal_basis: str
    trades: int
    amount: Yuan
    position: int


class UrgentPrices(Answer):
    count: int
    approvers: dict[str, int]
    prices: list[UrgentPrice]


class TopUp(Answer):
    payer: str
    payee: str
    centre: str
    amount: Yuan
    business_date: Day
    adjusts_period: Month | None
    reason: str
    document: str | None
    by: str
    approved_by: str
    reversed: bool
    position: int


class TopUps(Answer):
    count: int
    amount: Yuan
    approvers: dict[str, Yuan]
    top_ups: list[TopUp]


class WinnerOfDirected(Answer):
    unit: str
    directed: int


class DirectedAward(Answer):
    tender: str
    payer: str | None
    winner: str
    item: str
    premium: Number
    reserve: Yuan
    settled: Yuan | None
    reason: str
    by: str
    business_date: Day
    position: int


class DirectedAwards(Answer):
    awards: int
    directed: int
    share: Number | None
    winners: list[WinnerOfDirected]
    tenders: list[DirectedAward]


class TwoSteps(Answer):
    kind: str
    document: str
    person: str
    steps: list[str]
    business_date: Day
    positions: list[int]


class HeldRole(Answer):
    role: str
    unit: str
    delegation: str | None


class TwoRoles(Answer):
    person: str
    settles: HeldRole
    approves: HeldRole


class DutyConflicts(Answer):
    date: Day
    did: list[TwoSteps]
    may: list[TwoRoles]


class ChargeAfterReporting(Answer):
    person: str
    act: str
    act_date: Day
    document: str
    business_date: Day
    amount: Yuan
    days: int


class ChargedAfterReporting(Answer):
    charges: list[ChargeAfterReporting]


class AuthorityPaper(Answer):
    name: str
    doc: str
    date: Day


class FreeCharge(Answer):
    document: str
    kind: str
    unit: str
    business_date: Day
    amount: Yuan
    by: str
    approved_by: str | None
    authority: AuthorityPaper | None


class FreeCharges(Answer):
    charges: list[FreeCharge]


class DoubleCharge(Answer):
    document: str
    kind: str
    unit: str
    business_date: Day
    party: str
    occurred: Day
    item: str | None
    matrix: str | None
    amount: Yuan
    other: str


class DoubleCharges(Answer):
    charges: list[DoubleCharge]


class Reversal(Answer):
    command: str
    business_date: Day
    of: list[str]
    kind: str | None
    document: str | None
    amount: Yuan
    by: str
    approved_by: str
    reason: str


class Reversals(Answer):
    reversals: list[Reversal]


class Review(Answer):
    document: str
    kind: str
    unit: str
    business_date: Day
    party: str | None
    decision: str
    before: Yuan
    after: Yuan
    by: str
    reason: str
    appeal: bool


class Reviews(Answer):
    reviews: list[Review]


class WriteOff(Answer):
    person: str | None
    unit: str | None
    business_date: Day
    centre: str
    amount: Yuan
    by: str
    approvals: list[str]
    reason: str
    reversed: bool


class Owing(Answer):
    person: str
    due: Yuan
    gross: Yuan


class Undeducted(Answer):
    undeducted: list[Owing]


class WriteOffs(Answer):
    write_offs: list[WriteOff]


class Reissue(Answer):
    unit: str
    period: Month
    issue: int
    business_date: Day
    before: Yuan
    after: Yuan
    by: str


class Reissues(Answer):
    reissues: list[Reissue]


class DroppedLine(Answer):
    document: str
    kind: str
    unit: str
    business_date: Day
    role: str
    party: str | None
    reason: str
    by: str


class DroppedLines(Answer):
    lines: list[DroppedLine]


class VetoedBonus(Answer):
    party: str
    unit: str
    kind: str
    period: str
    business_date: Day
    amount: Yuan
    veto: list[str]
    by: str


class BonusUnderVeto(Answer):
    bonuses: list[VetoedBonus]


class Withdrawal(Answer):
    document: str
    kind: str
    unit: str
    business_date: Day
    amount: Yuan | None
    issuer: str | None
    by: str
    reason: str


class Withdrawn(Answer):
    withdrawn: list[Withdrawal]


class Appointment(Answer):
    person: str
    unit: str
    role: str
    business_date: Day
    ended: bool
    effective: Day
    past: bool
    by: str


class Appointments(Answer):
    appointments: list[Appointment]


class BackdatedList(Answer):
    owner: str
    version: str
    business_date: Day
    effective: Day
    by: str


class BackdatedLists(Answer):
    lists: list[BackdatedList]


class DirectTender(Answer):
    tender: str
    unit: str
    winner: str
    business_date: Day
    premium: Number
    reserve: Yuan
    hours: int | None
    by: str
    reason: str


class DirectTenders(Answer):
    tenders: list[DirectTender]


class Reward(Answer):
    person: str
    business_date: Day
    centre: str
    amount: Yuan
    doc: str | None
    by: str
    approved_by: str | None
    reason: str | None
    reversed: bool


class Rewards(Answer):
    rewards: list[Reward]
