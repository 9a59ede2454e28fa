"""Decisions: pure functions from states, stamp and a command's fields to facts or a refusal.

One process of the market is one module; importing this package fills the table of decisions by command name.
"""

from ledger.decisions import handovers, hazards, notices, organisation, periods, policies, pools, prices, slips, time
from ledger.decisions.kernel import TABLE, Command, Decision, decide

PROCESSES = (organisation, policies, prices, hazards, handovers, slips, notices, pools, periods, time)

__all__ = ["PROCESSES", "TABLE", "Command", "Decision", "decide"]
