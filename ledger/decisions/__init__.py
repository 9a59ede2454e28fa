"""Decisions: pure functions from states, stamp and a command's fields to facts or a refusal.

One process of the market is one module; importing this package fills the table of decisions by command name.
"""

from ledger.decisions import (
    appeals,
    assessment,
    cases,
    daily,
    dues,
    duties,
    handovers,
    hazards,
    indicators,
    notices,
    organisation,
    penalties,
    periods,
    policies,
    pools,
    prices,
    reversals,
    safety_wages,
    slips,
    tender_work,
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
    tender_work,
    slips,
    penalties,
    cases,
    appeals,
    dues,
    notices,
    pools,
    transfers,
    reversals,
    duties,
    assessment,
    safety_wages,
    daily,
    indicators,
    periods,
    time,
)

__all__ = ["PROCESSES", "TABLE", "Command", "Decision", "decide"]
