"""Commands that claim back what was overpaid to P-A (rule 22)."""

from __future__ import annotations

from typing import Any

from tests.ledger.decisions.liabilities import at, opened
from tests.spec import Line, do


def paid() -> Line:
    """P-A was paid 900.00."""
    return opened(PAY_PERF_P_A="900.00", POOL_WAGE_W1="1000.00")


def claim(due: str, amount: str = "260.00", **fields: Any) -> Line:
    """On March 10th, to the fund unless a unit is named."""
    paper = {"reason": "多发", "doc": f"DF-{due}", "approved_by": "P-H1"}
    return do("RaiseDue", "P-C1", at("03-10"), known_as=due, due=due, person="P-A", amount=amount, **paper, **fields)


def undo(due: str) -> Line:
    return do("ReverseEntry", "P-C1", at("03-31"), of=due, reason="x", approved_by="P-H1")
