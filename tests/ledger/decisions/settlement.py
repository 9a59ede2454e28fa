"""A settlement month in memory: the states that read models compute are given by hand."""

from __future__ import annotations

from typing import Any

import msgspec

from ledger.facts.payroll import PayrollLine
from ledger.facts.statements import StatementTotals
from ledger.state.computed import Drafted, Payable, Reconciled
from ledger.state.reconciliation import Found
from tests.spec import Line, Story, do

UNITS = ("T1", "T2", "T3", "T4", "U1", "W1", "W2")
LEADS = {"T1": "P-T1L", "T2": "P-T2L", "T3": "P-T3L", "T4": "P-T4L", "U1": "P-U1H", "W1": "P-W1D", "W2": "P-W2D"}
NOTHING = StatementTotals(*[0] * len(StatementTotals.__struct_fields__))
MARCH: dict[str, Any] = {"centre": "U1", "period": "2026-03"}


def close_month(story: Story, centre: str, period: str) -> Story:
    """The month is closed at the centre, without the settlement that leads there."""
    periods = story.ledger.lookup("periods")
    story.ledger.states["periods"] = msgspec.structs.replace(periods, closed=periods.closed | {(centre, period)})
    return story


def on(day: str, clock: str = "09:00:00") -> str:
    return f"2026-{day}T{clock}+08:00"


def drafted(issue: int = 1) -> Drafted:
    return Drafted(1, issue, NOTHING, "d" * 64, None, None, (), (), ())


def month(found: tuple[Found, ...] = (), payable: tuple[PayrollLine, ...] = ()) -> Story:
    """A story with an empty March of U1; the books show these differences and payables."""
    story = Story()
    states = story.ledger.states
    states["reconciliation:U1/2026-03"] = Reconciled(1, found)
    states["payroll:U1/2026-03/2026-03"] = Payable(payable)
    states.update({f"statement:{unit}/2026-03": drafted() for unit in UNITS})
    return story


OPEN = do("OpenPeriod", "P-C1", on("03-01"), **MARCH)
CUT_OFF = do("CutOffPeriod", "P-C1", on("04-01", "08:00:00"), **MARCH)
RUN = do("RunReconciliation", "P-C1", on("04-01", "08:30:00"), **MARCH)
ISSUE = do("IssueStatements", "P-C1", on("04-01"), **MARCH)
CONFIRMATIONS = tuple(
    do("ConfirmStatement", by, on("04-02"), unit=unit, period="2026-03") for unit, by in LEADS.items()
)
CLOSE = do("ClosePeriod", "P-H1", on("04-03"), **MARCH)
CREDIT = do("CreditQuotaWage", "P-C1", on("03-10"), unit="W1", amount="100.00", source_doc="D-1")


def late(line: Line) -> Line:
    """The same in April for a business date in March."""
    return {**line, "at": on("04-02", "12:00:00"), "business_date": "2026-03-31"}
