"""Payroll (工资发放): what is payable leaves once a month; what HR really paid comes back (contract §2.13)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, cast

import msgspec

from ledger.accounts import AccountCode, account_of
from ledger.decisions.kernel.approval import approved_by_one
from ledger.decisions.kernel.authority import SYS, argument, centre, role
from ledger.decisions.kernel.envelope import posting_period
from ledger.decisions.kernel.stamp import Stamp
from ledger.decisions.kernel.table import Facts, decision
from ledger.decisions.periods import HEAD, check_clearing, statements_due
from ledger.errors import Duplicate, Exceeds, NotReady, Sod
from ledger.facts.payroll import (
    CAME_BACK,
    PAYROLL_RETURN,
    PayrollActual,
    PayrollActualsImported,
    PayrollExported,
    PayrollLine,
    PayrollReturned,
)
from ledger.money import yuan
from ledger.posting import PAY
from ledger.state.computed import Payable
from ledger.view import View
from ledger.vocabulary import Amount, ApproverId, CentreId, Month, PersonId, Role, period_stream, person_stream


@decision("ExportPayroll", who=HEAD, unit=argument("centre"), period=True)
def export_payroll(view: View, stamp: Stamp, centre: CentreId, period: Month) -> Facts:
    """Every balance payable to the persons of the centre leaves, once all units have confirmed (P18).

    NOT_READY: a statement is missing, stale, disputed or unconfirmed, or money is in clearing (rules 43 and 60).
    """
    if view.centre_month(centre, period).is_exported:
        raise Duplicate(f"{centre} {period}")
    for unit, month in statements_due(view, centre, period).items():
        if not month.is_settled:
            raise NotReady(f"statement of {unit}: {'stale' if month.stale else month.state}")
    check_clearing(view, centre)
    lines = payable(view, stamp, centre, period)
    yield PayrollExported(
        stream=period_stream(centre, period),
        centre=centre,
        period=period,
        lines=lines,
        total=sum(line.total for line in lines),
    )


def payable(view: View, stamp: Stamp, centre: CentreId, period: Month) -> tuple[PayrollLine, ...]:
    """The pay that was posted up to the payroll's own posting period; later money is later payrolls' (rule 70).

    That period is open wherever the accounts belong which are paid: more of them may make it a later one.
    """
    out = (account_of(AccountCode.OUT_PAYROLL, centre),)
    month = posting_period(view, out, stamp.business_date)
    while True:
        lines = cast("Payable", view.state(f"payroll:{centre}/{period}/{month}")).lines
        later = posting_period(view, (*out, *accounts_of(view, lines)), stamp.business_date)
        if later <= month:
            return lines
        month = later


def accounts_of(view: View, lines: tuple[PayrollLine, ...]) -> Iterator[str]:
    """The accounts that lines of a payroll pay out; their persons are read at once."""
    view.all_of(person_stream(line.person) for line in lines)
    return (account_of(code, line.person) for line in lines for pay, code in PAY.items() if line.of(pay))


Pay = Literal["perf", "safety", "bonus"]


@decision(
    "ReturnPayroll",
    who=centre(argument("centre"), Role.CLERK),
    unit=argument("centre"),
    asks=(PAYROLL_RETURN, CAME_BACK),
)
def return_payroll(
    view: View,
    stamp: Stamp,
    centre: CentreId,
    period: Month,
    person: PersonId,
    pay: Pay,
    amount: Amount,
    doc: str,
    reason: str,
    approved_by: ApproverId | None = None,
) -> Facts:
    """Pay that the bank sent back (退票) is payable again and leaves with the next payroll (rule 84).

    The clerk, the centre's head who approves and the person are three (SOD).  DUPLICATE paper; EXCEEDS what that
    payroll paid out of the account, less what came back of it.
    """
    if approved_by == person:
        raise Sod(person)
    approver = approved_by_one(view, stamp, approved_by, ((Role.CENTRE_HEAD,), (centre,)))
    if view.is_taken(PAYROLL_RETURN, doc):
        raise Duplicate(doc)
    paid = view.centre_month(centre, period).paid(person, pay)
    if amount > (left := paid - view.came_back(centre, period, person, pay)):
        raise Exceeds(f"{yuan(amount)} of {yuan(left)} that {person} was paid for {period}")
    returned = PayrollReturned(
        stream=person_stream(person),
        centre=centre,
        period=period,
        person=person,
        pay=pay,
        amount=amount,
        doc=doc,
        reason=reason,
        approved_by=approver,
    )
    yield returned
    yield msgspec.structs.replace(returned, stream=period_stream(centre, period), mirror=True)


@decision(
    "ImportPayrollActuals", who=role(Role.HR) | centre(argument("centre"), Role.CLERK) | SYS, unit=argument("centre")
)
def import_payroll_actuals(
    view: View, stamp: Stamp, centre: CentreId, period: Month, lines: tuple[PayrollActual, ...]
) -> Facts:
    """Import what was really paid and kept back in a month, once per centre; the reconciliation compares it (R8)."""
    if view.centre_month(centre, period).has_actuals:
        raise Duplicate(f"{centre} {period}")
    yield PayrollActualsImported(stream=period_stream(centre, period), centre=centre, period=period, lines=lines)
