"""Decisions: pure functions from states, stamp and a command's fields to facts or a refusal.

One process of the market is one module; importing this package fills the table of decisions by command name.
"""

from ledger.decisions import (  # noqa: F401 - imported for the decisions that they put into the table
    appeals,
    assessment,
    cases,
    correctives,
    daily,
    deposits,
    dues,
    duties,
    evidence,
    followup,
    handovers,
    hazards,
    indicators,
    notices,
    organisation,
    overpayments,
    payroll,
    penalties,
    periods,
    points,
    policies,
    pools,
    prices,
    proposals,
    reconciliation,
    reports,
    responsibility,
    reversals,
    risks,
    rosters,
    safety_wages,
    slips,
    statements,
    tender_work,
    tenders,
    time,
    transfers,
    unit_year,
)
from ledger.decisions.kernel.table import TABLE, Command, Decision, decide
from ledger.decisions.reversals import uncovered

__all__ = ["TABLE", "Command", "Decision", "decide", "uncovered"]
