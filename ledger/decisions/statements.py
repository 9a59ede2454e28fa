"""Statements (内部市场结算单): issued as known at a position, signed, disputed or deemed confirmed (contract §2.13)."""

from __future__ import annotations

from typing import cast

from ledger.calendars import last_day
from ledger.decisions.in_force import policy
from ledger.decisions.kernel.authority import argument, lead
from ledger.decisions.kernel.stamp import Stamp
from ledger.decisions.kernel.table import Facts, decision
from ledger.decisions.organisation import EDITION
from ledger.decisions.periods import CLERK_OR_HEAD, statements_due, statements_of
from ledger.decisions.windows import window
from ledger.errors import Already, Invalid, NotReady, State, WindowClosed
from ledger.facts.statements import StatementConfirmed, StatementDisputed, StatementIssued
from ledger.state.computed import Drafted
from ledger.state.statements import Issue, UnitMonth
from ledger.view import View
from ledger.vocabulary import CentreId, Month, Role, UnitId, period_stream


@decision("IssueStatements", who=CLERK_OR_HEAD, unit=argument("centre"))
def issue_statements(
    view: View, stamp: Stamp, centre: CentreId, period: Month, units: tuple[UnitId, ...] | None = None
) -> Facts:
    """After cut-off and reconciliation, each unit without a valid confirmed statement gets one; again if need be."""
    mine = sorted(statements_due(view, centre, period))
    if outside := sorted(set(units or ()) - set(mine)):
        raise Invalid(f"units: {', '.join(outside)} not of {centre}")
    month = view.centre_month(centre, period)
    closed = view.periods.is_closed(centre, period)
    if not month.is_cut_off or closed:
        raise State(f"{centre} {period} is {'closed' if closed else 'not cut off'}")
    asked = mine if units is None else sorted(set(units))
    months = statements_of(view, asked, period)
    if not (wanted := [unit for unit in asked if not months[unit].is_settled]):
        raise State("nothing to issue")
    if not month.reconciled:
        raise NotReady("no reconciliation since the cut-off")
    day = stamp.business_date
    windows = {unit: window(view, stamp, stamp.at, policy(view, "statement.window", unit, day)) for unit in wanted}
    drafts = view.all_of(f"statement:{unit}/{period}" for unit in wanted)
    for unit in wanted:
        drafted = cast("Drafted", drafts[f"statement:{unit}/{period}"])
        yield StatementIssued(
            stream=period_stream(centre, period),
            centre=centre,
            unit=unit,
            period=period,
            issue=drafted.issue,
            known=drafted.known,
            totals=drafted.totals,
            digest=drafted.digest,
            window_until=windows[unit].until,
            window_over=windows[unit].over,
            first_position=drafted.first_position,
            last_position=drafted.last_position,
            price_lists=drafted.price_lists,
            persons=drafted.persons,
            open_items=drafted.open_items,
            edition=EDITION,
        )


@decision("ConfirmStatement", who=lead(argument("unit")), unit=argument("unit"))
def confirm_statement(view: View, stamp: Stamp, unit: UnitId, period: Month) -> Facts:
    """The unit signs the latest issue; NOT_READY if something was posted since, a disputed one is issued again."""
    month = view.unit_month(unit, period)
    issued = latest_open(month)
    if month.stale:
        raise NotReady(f"posted to since issue {issued.issue}: it has to be issued again")
    yield confirmed(view, month, issued, "signed")


@decision("DisputeStatement", who=lead(argument("unit")), unit=argument("unit"))
def dispute_statement(
    view: View, stamp: Stamp, unit: UnitId, period: Month, grounds: str, lines: tuple[int, ...] = ()
) -> Facts:
    """The unit objects within two working days; the statement has to be issued again.

    ALREADY: the centre's head has issued the figures once more that the unit objected to, and it has been heard
    (rule 60).
    """
    month = view.unit_month(unit, period)
    issued = latest_open(month)
    if stamp.at >= issued.window_over:
        raise WindowClosed(f"issue {issued.issue}: until {issued.window_over}")
    place = centre_of(view, unit, period)
    repeated = any(one.state == "disputed" and one.figures == issued.figures for one in month.issues[:-1])
    if repeated and view.person(issued.by).holds(Role.CENTRE_HEAD, place, issued.business_date):
        raise Already(f"the figures of issue {issued.issue} were disputed, and {issued.by} issued them again")
    yield StatementDisputed(
        stream=period_stream(place, period),
        centre=place,
        unit=unit,
        period=period,
        issue=issued.issue,
        grounds=grounds,
        lines=lines,
    )


def latest_open(month: UnitMonth) -> Issue:
    """The issue that waits for the unit's word.  STATE: none, or it has been confirmed or disputed."""
    if month.latest is None or month.state != "issued":
        raise State(f"{month.unit} {month.month}: {month.state}")
    return month.latest


def centre_of(view: View, unit: str, period: Month) -> str:
    """The centre that settles the unit's month."""
    return view.organisation.centre(unit, last_day(period))


def confirmed(view: View, month: UnitMonth, issued: Issue, mode: str) -> StatementConfirmed:
    place = centre_of(view, month.unit, month.month)
    return StatementConfirmed(
        stream=period_stream(place, month.month),
        centre=place,
        unit=month.unit,
        period=month.month,
        issue=issued.issue,
        mode=mode,
    )


def fall_due(view: View, stamp: Stamp, kind: str, name: str) -> Facts:
    """Two working days without a word: deemed confirmed, unless something was posted since (contract §5.32)."""
    month = view.state(f"month:{name}")
    if month.state == "issued" and not month.stale:
        yield confirmed(view, month, latest_open(month), "deemed")
