"""In which line of the statement (结算单) an entry counts: pure functions of the fact (contract §3, Statement).

The fact's topic says the class; a reversal counts against the class that it reverses; a booking for a closed month
counts as an adjustment of the open one, an opened balance always as opening.  ``deduction`` and ``payroll`` never touch
a unit's wage pool: they tell what a person earned from what was kept back or paid out.
"""

from __future__ import annotations

from ledger.accounts import PERSONAL
from ledger.fact import Fact
from ledger.facts.pools import EntryReversed

OPENING, QUOTA_WAGE, INCOME, EXPENSE = "opening", "quota_wage", "income", "expense"
DISTRIBUTION, SLIPS, NOTICES, OTHER = "distribution", "slips", "notices", "other"
DEDUCTION, PAYROLL, ADJUSTMENTS = "deduction", "payroll", "adjustments"

BY_TOPIC = {
    "balance.opened.v1": OPENING,
    "wage.quota-credited.v1": QUOTA_WAGE,
    "wage.distributed.v1": DISTRIBUTION,
    "daily.quota-wage-accrued.v1": DISTRIBUTION,
    "handover.item-transferred-in.v1": INCOME,
    "handover.item-transferred-out.v1": EXPENSE,
    "tender.settled-in.v1": INCOME,
    "tender.settled-out.v1": EXPENSE,
    "notice.received.v1": INCOME,
    "notice.confirmed.v1": NOTICES,
    "transfer.in-imported.v1": INCOME,
    "transfer.out-imported.v1": EXPENSE,
    "transfer.adjusted-in.v1": INCOME,
    "transfer.adjusted-out.v1": EXPENSE,
    "slip.confirmed.v1": SLIPS,
    "penalty.confirmed.v1": SLIPS,
    "due.deducted.v1": DEDUCTION,
    "payroll.exported.v1": PAYROLL,
    "payroll.returned.v1": PAYROLL,
}
"""Topics that are not here count as ``other``: budgets, pass-down, bonus, equal force, dues recovered, refunds."""


def statement_class(fact: Fact) -> str:
    """The class of the entries of a fact, by its topic."""
    return class_of_topic(fact.original_topic if isinstance(fact, EntryReversed) else fact.topic)


def class_of_topic(topic: str) -> str:
    return BY_TOPIC.get(topic, OTHER)


def is_adjustment(fact: Fact, account: str) -> bool:
    """Does this entry count in the adjustments alone?

    A person's month is told by what was earned and kept back; what was opened as of a closed month is *opening* of its
    posting period, and so is the reversal of that (rules 23, 43).
    """
    late = fact.adjusts_period is not None and statement_class(fact) != OPENING
    return late and account.partition(":")[0] not in PERSONAL
