"""Score sheets, pay, unit years, points and deposits, follow-up."""

from __future__ import annotations

from msgspec import field

from projections.queries.answers.kernel import UNSET, Answer, Day, Moment, Month, Number, UnsetType, Yuan


class SelfScoreOfPart(Answer):
    part: str | None
    score: Number


class AdjustmentOfPart(Answer):
    part: str | None
    points: Number
    bonus: bool
    reason_code: str
    evidence: list[str]


class Assessment(Answer, kw_only=True):
    assessment: str
    person: str
    period: str
    kind: str
    state: str
    D: Number | None
    I: Number | None  # noqa: E741 - the contract's name
    S: Number | None
    payout: Number | None
    entitlement: Yuan | None
    base: Yuan | None
    factor: Number | None
    amount: Yuan | None
    unit: str
    self_: list[SelfScoreOfPart] = field(name="self")
    adjustments: list[AdjustmentOfPart]
    inspections: list[SelfScoreOfPart]
    objected: bool
    window_until: Day | None


class ScoredItem(Answer, kw_only=True):
    item: str
    score: Number
    text: str | UnsetType = UNSET
    weight: int | Number | UnsetType = UNSET
    basis: str | UnsetType = UNSET


class Adjustment(Answer):
    points: Number
    bonus: bool
    reason_code: str
    reason: str
    evidence: list[str]
    by: str
    at: Moment
    position: int


class ScoredPart(Answer, kw_only=True):
    part: str | None
    self_: Number = field(name="self")
    items: list[ScoredItem]
    adjustments: list[Adjustment]
    D: Number
    by: str
    at: Moment
    position: int


class ScoredInspection(Answer):
    part: str | None
    quality: Number | None
    coverage: Number | None
    frequency: Number | None
    I: Number  # noqa: E741 - the contract's name
    by: str
    at: Moment
    position: int


class ScoredDay(Answer):
    day: Day
    score: Number
    unit: str
    by: str
    at: Moment
    position: int


class SheetStep(Answer, kw_only=True):
    """A step of the sheet; scores where it was published or revised, a text where somebody objected or revised."""

    step: str
    by: str
    at: Moment
    position: int
    D: Number | UnsetType = UNSET
    I: Number | UnsetType | None = UNSET  # noqa: E741 - the contract's name
    S: Number | UnsetType = UNSET
    payout: Number | UnsetType = UNSET
    formula: str | UnsetType = UNSET
    text: str | UnsetType = UNSET
    decided_duty: Number | UnsetType | None = UNSET
    decided_inspection: Number | UnsetType | None = UNSET


class LedUnit(Answer):
    unit: str
    score: Number | None
    grade: str | None
    veto: list[str]


class ScoreSheet(Answer):
    person: str
    period: str
    parts: list[ScoredPart]
    inspections: list[ScoredInspection]
    days: list[ScoredDay]
    history: list[SheetStep]
    led: list[LedUnit]
    result: Assessment | None


class FigureSource(Answer, kw_only=True):
    """The fact, or the policy, from which a figure comes."""

    fact: str | UnsetType = UNSET
    position: int | UnsetType = UNSET
    policy: str | UnsetType = UNSET
    origin: str | UnsetType = UNSET
    scope: str | UnsetType | None = UNSET
    effective: Day | UnsetType | None = UNSET
    legal_basis: str | UnsetType | None = UNSET


class StepInput(Answer):
    name: str
    value: str
    source: FigureSource | None


class WageStep(Answer):
    step: str
    formula: str
    inputs: list[StepInput]
    written: str
    result: str


class WageLine(Answer):
    account: str
    fact: str
    amount: Yuan
    business_date: Day
    posting_period: Month
    adjusts_period: Month | None
    reversed: bool
    agrees: bool | None
    steps: list[WageStep]
    position: int
    by: str


class WageTotals(Answer):
    performance: Yuan
    safety: Yuan
    bonus: Yuan
    together: Yuan


class Wage(Answer):
    person: str
    period: str
    lines: list[WageLine]
    totals: WageTotals


class QuotaOfQuarter(Answer):
    quota: int | None
    count: int


class QuotaOfYear(Answer):
    indicator: str
    quota: int | None
    count: int
    eligible: bool
    quarters: dict[str, QuotaOfQuarter]


class UnitYear(Answer):
    unit: str
    year: str
    quarters: dict[str, Number]
    halves: dict[str, Number]
    annual: Number | None
    score: Number | None
    grade: str | None
    veto: list[str]
    quotas: list[QuotaOfYear]


class ReportDue(Answer):
    unit: str
    report: str
    period: str
    due: Day
    submitted: Day | None
    """The business date; null while it is not handed in."""
    late: bool


class ReportsDue(Answer):
    reports: list[ReportDue]


class UnitYearWithLate(UnitYear):
    late: list[str]
    """Quarters whose score sheets are late."""


class SheetsOfUnit(Answer):
    unit: str
    sheets: int
    missing: int
    opened: int
    self_scored: int
    published: int
    objected: int
    final: int
    paid: int


class WaitingSheet(Answer):
    assessment: str | None
    person: str
    unit: str
    state: str
    paid: bool


class AppraisalProgress(Answer, kw_only=True):
    period: str
    units: list[SheetsOfUnit]
    waiting: list[WaitingSheet]
    waiting_more: bool
    years: list[UnitYearWithLate] | UnsetType = UNSET


class LotOfPoints(Answer):
    doc: str
    left: int
    expires_at: Moment


class MoveOfPoints(Answer):
    date: Day
    points: int
    what: str
    doc: str | None
    reason: str | None
    amount: Yuan | None
    reversed: bool
    by: str
    position: int


class Points(Answer):
    person: str
    held: int
    lots: list[LotOfPoints]
    month: Month
    redeemed: int
    cap: int
    redeemable: int
    spendable: Yuan
    history: list[MoveOfPoints]


class DepositRow(Answer):
    person: str
    year: str
    unit: str
    post: str | None
    mode: str | None
    amount: Yuan | None
    basis: str | None
    state: str | None
    reason: str | None
    streak: int | None
    transfer_ordered: Day | None
    yellow_card: bool


class Deposits(Answer):
    deposits: list[DepositRow]
    held: Yuan


class YellowCardDue(Answer):
    unit: str
    person: str


class YellowCardsDue(Answer):
    cards: list[YellowCardDue]


class StreakRow(Answer):
    person: str
    unit: str
    years: list[str]
    streak: int
    deposit: Yuan


class Streaks(Answer):
    streaks: list[StreakRow]


class AdviceRow(Answer):
    advice: str
    person: str
    text: str
    due: Day
    hazard: str | None
    assessment: str | None
    by: str
    state: str
    closed_on: Day | None
    evidence: list[str]
    overdue: bool


class TrainingRow(Answer):
    training: str
    person: str
    course: str
    reason: str
    due: Day | None
    by: str
    state: str
    passed_on: Day | None
    score: Number | None


class SuspendedPost(Answer):
    person: str
    training: str
    since: Day
    reason: str


class CorrectiveRow(Answer):
    corrective: str
    unit: str
    text: str
    due: Day
    state: str
    person: str | None
    """Answers for it."""
    doer: str | None
    """Puts it right, by the unit's answer."""
    overdue: bool


class FollowUps(Answer):
    advice: list[AdviceRow]
    training: list[TrainingRow]
    suspended: list[SuspendedPost]
    correctives: list[CorrectiveRow]


class InspectionParts(Answer):
    quality: Number | None
    coverage: Number | None
    frequency: Number | None
    I: Number | None  # noqa: E741 - the contract's name


class ScoreDeviation(Answer):
    assessment: str
    person: str
    part: str | None
    typed: InspectionParts
    recorded: InspectionParts
    self_rated: bool


class ScoreDeviations(Answer):
    deviations: list[ScoreDeviation]
