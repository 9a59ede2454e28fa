"""Facts of a settlement period (日清月结) on ``period-<centre>-<yyyymm>``."""

from __future__ import annotations

from ledger.fact import Fact
from ledger.vocabulary import CentreId, Day, Month, PersonId


class PeriodOpened(Fact, frozen=True, kw_only=True, tag="period.opened.v1"):
    """The month is announced with its cut-off day; a month is open until closed even without it."""

    centre: CentreId
    period: Month
    cutoff: Day
    pay_day: Day | None = None


class PeriodClosed(Fact, frozen=True, kw_only=True, tag="period.closed.v1"):
    """The month is closed for ever: nothing is posted to it any more."""

    centre: CentreId
    period: Month


class LateEventAccepted(Fact, frozen=True, kw_only=True, tag="period.late-event-accepted.v1"):
    """A command reached us after its month was closed: it posts as an adjustment of an open month (TR-14)."""

    centre: CentreId
    late_date: Day
    closed_period: Month
    accepted_period: Month
    approval: PersonId | None = None
