"""Computed states of a settlement month, from the facts of a ledger in memory instead of read models.

Statements are summed as the journal sums them; of the checks only R14 is made, the one that a small month can fail.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator

from ledger.accounts import AccountCode, account_of
from ledger.calendars import last_day
from ledger.facts.payroll import PayrollLine
from ledger.facts.statements import StatementTotals
from ledger.posting import entries
from ledger.state.computed import Drafted, Payable, Reconciled
from ledger.state.person import Person
from ledger.state.reconciliation import Found
from ledger.vocabulary import month_key
from projections.queries.statement import digest, summed
from projections.statement_classes import ADJUSTMENTS, OPENING, is_adjustment, statement_class
from tests.spec import MemoryLedger

POOLS = account_of(AccountCode.POOL_WAGE, "")


def classes(ledger: MemoryLedger, month: str) -> dict[str, Counter[str]]:
    """The sums that each unit's wage pool gained and paid in the month, by the line of the statement."""
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for recorded in ledger.facts:
        fact = recorded.fact
        period = fact.posting_period or fact.business_date[:7]
        for account, amount, _ in entries(fact) if period <= month else ():
            if account.startswith(POOLS):
                line = ADJUSTMENTS if is_adjustment(fact, account) else statement_class(fact)
                found[account.removeprefix(POOLS)][OPENING if period < month else line] += amount
    return found


def statement(ledger: MemoryLedger, name: str) -> Drafted:
    """The next issue of a unit's month (``<unit>/<month>``)."""
    unit, _, month = name.partition("/")
    figures, book = summed(classes(ledger, month)[unit]), ledger.lookup(f"unit-{unit}")
    totals = StatementTotals(
        **figures, reserved=book.reserved.get(AccountCode.POOL_WAGE, 0), available=book.available(AccountCode.POOL_WAGE)
    )
    known, issue = len(ledger.facts), len(ledger.lookup(month_key(unit, month)).issues) + 1
    return Drafted(known, issue, totals, digest({"unit": unit, "issue": issue, **figures}), None, None, (), (), ())


def reconciliation(ledger: MemoryLedger, name: str) -> Reconciled:
    """The deviations of a centre's month (``<centre>/<month>``)."""
    centre, _, month = name.partition("/")
    return Reconciled(len(ledger.facts), tuple(deviations(ledger, centre, month)))


def deviations(ledger: MemoryLedger, centre: str, month: str) -> Iterator[Found]:
    organisation, moved = ledger.lookup("org"), classes(ledger, month)
    for unit in organisation.units:
        if organisation.centre(unit, last_day(month)) == centre:
            figures = summed(moved[unit])
            difference = figures["distribution"] - figures["quota_wage"]
            if figures["quota_wage"] > 0 and abs(difference) * 5 > figures["quota_wage"]:
                yield Found("DEVIATION", unit, difference)


def payroll(ledger: MemoryLedger, name: str) -> Payable:
    """Sum what is payable to the persons at home in a centre (``<centre>/<month>/<up to>``)."""
    centre, month, up_to = name.split("/")
    day, organisation = last_day(month), ledger.lookup("org")
    people = [state for state in ledger.states.values() if isinstance(state, Person) and state.registered]
    mine = [person for person in people if (home := person.home(day)) and organisation.centre(home, day) == centre]
    lines = [
        PayrollLine(
            person.person,
            *(
                person.payable(kind, up_to)
                for kind in (AccountCode.PAY_PERF, AccountCode.PAY_SAFETY, AccountCode.PAY_BONUS)
            ),
        )
        for person in sorted(mine, key=lambda person: person.person)
    ]
    return Payable(tuple(line for line in lines if line.total))


COMPUTED = {"statement": statement, "reconciliation": reconciliation, "payroll": payroll}
