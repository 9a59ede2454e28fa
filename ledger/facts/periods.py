"""Facts of a settlement period (日清月结) on ``period-<centre>-<yyyymm>``: opened, cut off, closed; day sheets."""

from __future__ import annotations

import msgspec

from ledger.consequences import Tags
from ledger.fact import Fact
from ledger.keys import Key
from ledger.vocabulary import AccountId, CentreId, Day, Month, PersonId, SignedFen, UnitId


class PeriodOpened(Fact, frozen=True, kw_only=True, tag="period.opened.v1"):
    """The month is announced with its cut-off day; a month is open until closed even without it."""

    centre: CentreId
    period: Month
    cutoff: Day
    pay_day: Day | None = None

    def tags(self) -> Tags:
        return ("periods",)


class PeriodCutOff(Fact, frozen=True, kw_only=True, tag="period.cut-off.v1"):
    """截止: the last day is over; what is reconciled from now on may be issued."""

    centre: CentreId
    period: Month


class PeriodClosed(Fact, frozen=True, kw_only=True, tag="period.closed.v1"):
    """The month is closed for ever: nothing is posted to it any more.

    ``digest`` seals the statements: SHA-256 over unit, issue and digest of each, by unit.
    """

    centre: CentreId
    period: Month
    digest: str = ""

    def tags(self) -> Tags:
        return ("periods",)


class CarriedBalance(msgspec.Struct, frozen=True):
    """The balance of an account of the unit at the end of the month."""

    account: AccountId
    amount: SignedFen


class CarriedReservation(msgspec.Struct, frozen=True):
    """The part of a pool that is held for tenders at the close."""

    account: AccountId
    amount: SignedFen


class BalanceCarriedForward(Fact, frozen=True, kw_only=True, tag="period.balance-carried-forward.v1"):
    """结转, a mirror on each unit's stream: the closing balances of the month, which open the next one.

    An assertion: every replay sums the postings up to ``period`` again and must find these balances
    (``ledger.closing``).  Reservations and open items are those at the moment of the close.
    """

    unit: UnitId
    centre: CentreId
    period: Month
    balances: tuple[CarriedBalance, ...]
    reservations: tuple[CarriedReservation, ...] = ()
    open_items: tuple[str, ...] = ()


class LateEventAccepted(Fact, frozen=True, kw_only=True, tag="period.late-event-accepted.v1"):
    """A command reached us after its month was closed: it posts as an adjustment of an open month (TR-14)."""

    centre: CentreId
    late_date: Day
    closed_period: Month
    accepted_period: Month
    approval: PersonId | None = None


DAY_SHEET = Key("day-sheet", "unit", "day")
"""A team's day (日清): ``day-sheet:T1/2026-03-05``."""


class DaySheetSealed(Fact, frozen=True, kw_only=True, tag="period.day-sheet-sealed.v1"):
    """日清: a team's day is recorded by one person and reviewed by another; no score of it changes any more."""

    centre: CentreId
    unit: UnitId
    day: Day
    recorder: PersonId
    reviewer: PersonId

    def tags(self) -> Tags:
        return (DAY_SHEET.of(self),)
