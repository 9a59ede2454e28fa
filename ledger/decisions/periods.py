"""Settlement periods (日清月结): a month is announced here and stays open until it is closed (contract §2.13)."""

from __future__ import annotations

from ledger.calendars import last_day
from ledger.decisions.case import SYS, Stamp, argument, centre
from ledger.decisions.kernel import Facts, decision
from ledger.errors import Already, State
from ledger.facts.periods import PeriodOpened
from ledger.view import View
from ledger.vocabulary import CentreId, Day, Month, Role, period_stream


@decision("OpenPeriod", who=centre(argument("centre"), Role.CLERK, Role.CENTRE_HEAD) | SYS)
def open_period(
    view: View, stamp: Stamp, centre: CentreId, period: Month, cutoff: Day | None = None, pay_day: Day | None = None
) -> Facts:
    """A centre announces a month once, and none before a month that it has closed (PLAT-09)."""
    periods = view.periods
    if (centre, period) in periods.opened:
        raise Already(f"{centre} {period}")
    if later := [month for place, month in periods.closed if place == centre and month > period]:
        raise State(f"{min(later)} is closed")
    yield PeriodOpened(
        stream=period_stream(centre, period),
        centre=centre,
        period=period,
        cutoff=cutoff or last_day(period),
        pay_day=pay_day,
    )
