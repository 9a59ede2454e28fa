"""A centre's months: dates, exceptions, reconciliation, dashboard, deviations."""

from __future__ import annotations

from projections.queries.answers.kernel import Answer, Day, Moment, Month, Number, Yuan


class PeriodRow(Answer):
    period: Month
    state: str
    cutoff: Day
    pay_day: Day | None
    cut_off_on: Day | None
    confirm_by: Day | None
    close_on: Day | None
    pay_on: Day | None


class Periods(Answer):
    periods: list[PeriodRow]


class ExceptionRow(Answer):
    exception: str
    kind: str
    ref: str
    amount: Yuan | None
    blocking: bool
    state: str
    how: str | None
    position: int


class Exceptions(Answer):
    exceptions: list[ExceptionRow]


class RunRow(Answer):
    position: int
    known_position: int
    recorded_at: Moment
    by: str
    found: int
    digest: str


class ReconciliationRuns(Answer):
    runs: list[RunRow]


class CheckRow(Answer):
    check: str
    found: int


class FoundException(Answer):
    exception: str
    kind: str
    ref: str
    amount: Yuan | None
    blocking: bool


class Reconciliation(Answer):
    centre: str
    period: Month
    known_position: int
    checks: list[CheckRow]
    exceptions: list[FoundException]
    digest: str
    run: RunRow | None
    same: bool | None


class DeviationRow(Answer):
    unit: str
    limit: Yuan | None
    used: Yuan | None
    credited: Yuan
    planned: Yuan
    distributed: Yuan
    deviation: Yuan
    percent: Number | None
    warns: bool
    exported: Yuan | None
    paid: Yuan | None


class DeviationReport(Answer):
    centre: str
    period: Month
    units: list[DeviationRow]


class Block(Answer):
    reason: str
    ref: str
    detail: str | None


class UnconfirmedStatement(Answer):
    unit: str
    state: str
    issue: int | None
    window_over: Moment | None


class ExceptionsCounted(Answer):
    open: int
    blocking: int
    resolved: int


class OpenItemsSummed(Answer):
    kind: str
    items: int
    amount: Yuan


class PayrollState(Answer):
    exported: bool
    actuals: bool


class PeriodDashboard(Answer):
    centre: str
    period: Month
    state: str
    cutoff: Day | None
    last_run: RunRow | None
    blocks: list[Block]
    statements: dict[str, int]
    """By state."""
    not_confirmed: list[UnconfirmedStatement]
    exceptions: ExceptionsCounted
    open_items: list[OpenItemsSummed]
    deviations: list[DeviationRow]
    clearing: Yuan
    payroll: PayrollState
