"""Decisions: pure functions from states, stamp and a command's fields to facts or a refusal.

One process of the market is one module; importing this package fills the table of decisions by command name.
"""

from ledger.decisions import (
    appeals,
    cases,
    dues,
    handovers,
    hazards,
    notices,
    organisation,
    penalties,
    periods,
    policies,
    pools,
    prices,
    reversals,
    slips,
    tenders,
    time,
    transfers,
)
from ledger.decisions.kernel import TABLE, Command, Decision, decide

PROCESSES = (
    organisation,
    policies,
    prices,
    hazards,
    handovers,
    tenders,
    slips,
    penalties,
    cases,
    appeals,
    dues,
    notices,
    pools,
    transfers,
    reversals,
    periods,
    time,
)

__all__ = ["PROCESSES", "TABLE", "Command", "Decision", "decide"]
