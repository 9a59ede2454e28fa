"""The walk of a settlement month: opened, cut off, reconciled, issued, signed or not, paid, closed."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

from tests.docs.computed_states import deviations
from tests.docs.exploration import Move, Walk, fresh, move, moves
from tests.spec import MemoryLedger

POOL = move("OpenBalances", as_of="2026-03-01", balances={"POOL_WAGE:W1": "900.00"})
MONTH: dict[str, Any] = {"centre": "U1", "period": "2026-03"}
OF_W1: dict[str, Any] = {"unit": "W1", "period": "2026-03"}
SIGNERS = {"T1": "P-T1L", "T2": "P-T2L", "T3": "P-T3L", "T4": "P-T4L", "U1": "P-U1H", "W2": "P-W2D"}


def in_march(step: Move) -> Move:
    """A command that tells something of March, whenever it comes."""
    return Move(lambda place: [line | {"business_date": "2026-03-20"} for line in step.lines(place)], step.days)


def _settlement(ledger: MemoryLedger) -> Hashable:
    month, own = ledger.states.get("period-U1-202603"), ledger.states.get("month:W1/2026-03")
    if month is None:
        return None
    raised = tuple(one.how for one in month.exceptions.values())
    stages = (month.is_opened, month.is_cut_off, month.reconciled, month.is_exported, month.is_closed)
    others = ledger.states.get("month:T1/2026-03")
    unit = own and (own.state, own.stale, len(own.issues) > 1)
    return stages, raised, unit, others and others.state, len(list(deviations(ledger, "U1", "2026-03")))


SETTLEMENT = Walk(
    (POOL, move("CreditQuotaWage", "P-C1", unit="W1", amount="40.00", source_doc="Q-1")),
    (
        move("OpenPeriod", "P-C1", **MONTH),
        move("CutOffPeriod", "P-C1", 31, **MONTH),
        move("RunReconciliation", "P-C1", **MONTH),
        move(
            *("ResolveException", "P-C1"),
            **MONTH,
            exception="DEVIATION:W1",
            how="accepted",
            reason="跨月发放",
            approved_by="P-H1",
        ),
        in_march(move("DistributeWage", "P-C1", unit="W1", lines=[{"person": "P-A", "amount": "40.00"}])),
        in_march(move("CreditQuotaWage", "P-C1", unit="W1", amount="30.00", source_doc=fresh("Q"))),
        move("IssueStatements", "P-C1", **MONTH),
        move("ConfirmStatement", "P-W1D", **OF_W1),
        move("DisputeStatement", "P-W1D", **OF_W1, grounds="漏记"),
        moves(*(move("ConfirmStatement", by, unit=unit, period="2026-03") for unit, by in SIGNERS.items())),
        move("AdvanceClock", days=6),
        move("ExportPayroll", "P-H1", **MONTH),
        move(
            *("ReturnPayroll", "P-C1"),
            **MONTH,
            person="P-A",
            pay="perf",
            amount="5.00",
            doc=fresh("TP"),
            reason="账号错",
            approved_by="P-H1",
        ),
        move("ClosePeriod", "P-H1", **MONTH),
    ),
    _settlement,
)
