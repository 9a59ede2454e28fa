"""Reconciliation (对账): departments' lists come in, the books are compared, exceptions are resolved by facts."""

from __future__ import annotations

from typing import Annotated, Literal, cast

import msgspec

from ledger.calendars import local_day
from ledger.decisions.kernel.approval import approved_by_one
from ledger.decisions.kernel.authority import SYS, argument, centre, role
from ledger.decisions.kernel.request import Request
from ledger.decisions.kernel.stamp import Stamp
from ledger.decisions.kernel.table import Facts, decision
from ledger.decisions.periods import CLERK_OR_HEAD
from ledger.errors import Sod, State, Unknown
from ledger.facts.reconciliation import (
    DepartmentListImported,
    ExceptionRaised,
    ExceptionResolved,
    ListRow,
    ReconciliationRun,
)
from ledger.money import plain
from ledger.posting import entries
from ledger.state.computed import Reconciled
from ledger.state.reconciliation import GONE, MUST_DISAPPEAR, ORDER, Raised, counted, digest_of, due_found
from ledger.view import View
from ledger.vocabulary import (
    NEW,
    ApproverId,
    CentreId,
    CommandId,
    Day,
    Fen,
    ListId,
    Month,
    Quantity,
    Role,
    period_stream,
)

CLERK = centre(argument("centre"), Role.CLERK)


class ListLine(msgspec.Struct, frozen=True):
    """A row as it is sent; units that we do not know are the department's affair, the match will not find them."""

    doc: str
    kind: str
    amount: Fen
    date: Day | None = None
    unit: str | None = None
    item: str | None = None
    qty: Quantity | None = None


@decision("ImportDepartmentList", who=CLERK | role(Role.OFFICE) | SYS, unit=argument("centre"))
def import_department_list(
    view: View,
    stamp: Stamp,
    list: Annotated[ListId, NEW],  # noqa: A002 - the contract's name
    centre: CentreId,
    period: Month,
    department: str,
    rows: tuple[ListLine, ...],
) -> Facts:
    """买卖明细: what a department says it has traded; not into a closed month."""
    check_not_closed(view, centre, period)
    yield DepartmentListImported(
        stream=period_stream(centre, period),
        list=list,
        centre=centre,
        period=period,
        department=department,
        rows=tuple(
            ListRow(
                row.doc, row.kind, row.amount, row.date, row.unit, row.item, None if row.qty is None else plain(row.qty)
            )
            for row in rows
        ),
    )


def check_not_closed(view: View, centre: str, period: Month) -> None:
    if view.periods.is_closed(centre, period):
        raise State(f"{centre} {period} is closed")


@decision("RunReconciliation", who=CLERK_OR_HEAD | SYS, unit=argument("centre"))
def run_reconciliation(view: View, stamp: Stamp, centre: CentreId, period: Month) -> Facts:
    """The books are compared (R12 … R15); what is new is raised, what is no longer found is resolved as gone.

    An exception resolved by hand stays resolved when it is found again; one that had gone is raised once more
    (contract §5.30).
    """
    check_not_closed(view, centre, period)
    raised = view.centre_month(centre, period).exceptions
    run = cast("Reconciled", view.state(f"reconciliation:{centre}/{period}"))
    found = due_found(run.found, local_day(stamp.now))
    stream = period_stream(centre, period)
    yield ReconciliationRun(
        stream=stream,
        centre=centre,
        period=period,
        known=run.known,
        checks=tuple(counted(found.values())),
        digest=digest_of(found),
    )
    for name, one in found.items():
        if name not in raised or raised[name].how == GONE:
            yield ExceptionRaised(
                stream=stream,
                centre=centre,
                period=period,
                exception=name,
                kind=one.kind,
                ref=one.ref,
                amount=one.amount,
            )
    gone = [name for name, one in raised.items() if one.is_open and name not in found]
    for name in sorted(gone, key=lambda name: (ORDER[raised[name].kind], name)):
        yield ExceptionResolved(stream=stream, centre=centre, period=period, exception=name, how=GONE)


def is_known_exception(request: Request) -> None:
    """UNKNOWN_EXCEPTION, and UNKNOWN_COMMAND for what is said to have corrected it."""
    if request["exception"] not in request.view.centre_month(request["centre"], request["period"]).exceptions:
        raise Unknown("EXCEPTION", request["exception"])
    if request["of"] is not None and not request.view.command(request["of"]).is_known:
        raise Unknown("COMMAND", request["of"])


def moved_money_after(view: View, command: CommandId, position: int) -> bool:
    """Was the command recorded after a position, and did it move money?"""
    return any(stored.position > position and entries(stored.fact) for stored in view.command(command).facts)


@decision("ResolveException", who=CLERK, unit=argument("centre"), known=is_known_exception)
def resolve_exception(
    view: View,
    stamp: Stamp,
    centre: CentreId,
    period: Month,
    exception: str,
    how: Literal["reversed", "corrected", "adjusted", "accepted"],
    reason: str,
    of: CommandId | None = None,
    approved_by: ApproverId | None = None,
) -> Facts:
    """A note explains what people may explain; accepting a difference needs the head of the centre beside the clerk.

    So does every other word that names no command, recorded after the exception, that moved money (rule 60).
    """
    raised: Raised = view.centre_month(centre, period).exceptions[exception]
    if not raised.is_open:
        raise State(f"{exception}: {raised.how}")
    if raised.kind in MUST_DISAPPEAR:
        raise State(f"{exception} has to disappear")
    if how == "accepted" or not (of and moved_money_after(view, of, raised.position)):
        approved_by = approved_by_one(view, stamp, approved_by, ((Role.CENTRE_HEAD,), (centre,)))
    elif approved_by == stamp.by:
        raise Sod(approved_by)
    yield ExceptionResolved(
        stream=period_stream(centre, period),
        centre=centre,
        period=period,
        exception=exception,
        how=how,
        reason=reason,
        of=of,
        approved_by=approved_by,
    )
