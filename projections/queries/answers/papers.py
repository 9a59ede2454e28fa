"""Statements, personal lists, day sheets, payroll files."""

from __future__ import annotations

from msgspec import field

from projections.queries.answers.kernel import (
    UNSET,
    Answer,
    Day,
    Deduction,
    Line,
    Moment,
    Month,
    Number,
    OpenItem,
    UnsetType,
    Yuan,
)


class PayOfMonth(Answer):
    """Scores and pay of a person in a month, and the dues kept from them."""

    entitlement: Yuan | None
    D: Number | None
    I: Number | None  # noqa: E741 - the contract's name
    S: Number | None
    payout: Number | None
    safety_wage: Yuan
    performance: Yuan
    bonus: Yuan
    due_opening: Yuan
    due_new: Yuan
    deducted: Yuan
    due_closing: Yuan
    payable: Yuan


class PersonOfStatement(PayOfMonth):
    person: str


class PriorPeriodAdjustment(Answer):
    position: int
    business_date: Day
    adjusts_period: Month
    amount: Yuan
    document: str | None
    reason: str | None


class Statement(Answer, kw_only=True):
    unit: str
    period: Month
    issue: int
    centre: str
    simulated: bool
    opening: Yuan
    quota_wage: Yuan
    market_income: Yuan
    adjustments: Yuan
    distribution: Yuan
    market_expense: Yuan
    slips: Yuan
    notices: Yuan
    other: Yuan
    closing: Yuan
    closing_words: str
    reserved: Yuan
    available: Yuan
    persons: list[PersonOfStatement]
    open_items: list[OpenItem]
    lines: list[Line]
    prior_period_adjustments: list[PriorPeriodAdjustment]
    price_lists: list[str]
    first_position: int | None
    last_position: int | None
    digest: str
    state: str
    business_date: Day | UnsetType = UNSET
    known_at: str | int | UnsetType = UNSET


class Signed(Answer):
    at: Moment
    by: str


class Confirmed(Answer):
    at: Moment
    by: str
    mode: str


class Disputed(Answer):
    at: Moment
    by: str
    grounds: str
    lines: list[int]


class LineDetails(Answer, kw_only=True):
    position: int
    line: int
    class_: str = field(name="class")
    reason: str | None
    hazard: str | None
    handler: str
    confirmer: str | None


class UnitDebt(Answer):
    opening: Yuan
    new: Yuan
    recovered: Yuan
    closing: Yuan
    closing_words: str


class StatementPaper(Answer):
    statement: Statement
    number: str
    unit_name: str
    level: int
    centre_name: str
    known: int
    issued: Signed | None
    window_until: Day | None
    confirmed: Confirmed | None
    disputed: Disputed | None
    business_date: Day | None
    policies: int | None
    debt: UnitDebt
    names: dict[str, str]
    details: list[LineDetails]


class OwnEntry(Line, kw_only=True):
    account: str
    class_: str = field(name="class")


class OwnDue(Answer):
    document: str | None
    amount: Yuan
    open: Yuan
    appealed: bool


class PersonalStatement(PayOfMonth):
    person: str
    period: Month
    unit: str
    unit_name: str
    centre: str
    simulated: bool
    payable_words: str
    entries: list[OwnEntry]
    dues: list[OwnDue]
    deductions: list[Deduction]
    known: int
    known_at: str | int | UnsetType = UNSET


class PersonOfDay(Answer):
    person: str
    score: Number | None
    quota_wage: Yuan | None
    payout: Number | None
    amount: Yuan | None


class DaySheet(Answer):
    unit: str
    unit_name: str
    centre: str
    simulated: bool
    day: Day
    state: str
    recorder: str | None
    reviewer: str | None
    sealed_at: Moment | None
    persons: list[PersonOfDay]
    lines: list[Line]
    known: int


class PayrollLine(Answer):
    person: str
    perf: Yuan
    safety: Yuan
    bonus: Yuan
    total: Yuan


class Payroll(Answer):
    centre: str
    centre_name: str
    period: Month
    position: int
    exported_at: Moment
    recorded_at: Moment
    by: str
    lines: list[PayrollLine]
    total: Yuan
