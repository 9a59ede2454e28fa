"""Payroll (工资发放): what is payable leaves once a month; what HR really paid comes back (contract §2.13)."""

from __future__ import annotations

from typing import cast

from ledger.decisions.kernel.authority import SYS, argument, centre, role
from ledger.decisions.kernel.stamp import Stamp
from ledger.decisions.kernel.table import Facts, decision
from ledger.decisions.periods import HEAD, check_clearing, statements_due
from ledger.errors import Duplicate, NotReady
from ledger.facts.payroll import PayrollActual, PayrollActualsImported, PayrollExported
from ledger.state.computed import Payable
from ledger.view import View
from ledger.vocabulary import CentreId, Month, Role, period_stream


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
    payable = cast("Payable", view.state(f"payroll:{centre}/{period}"))
    yield PayrollExported(
        stream=period_stream(centre, period),
        centre=centre,
        period=period,
        lines=payable.lines,
        total=sum(line.total for line in payable.lines),
    )


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
