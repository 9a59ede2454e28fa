"""Settlement periods (日清月结): a month is announced, cut off and closed; days are sealed (contract §2.1, §2.13)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Annotated

from ledger import calendars
from ledger.accounts import POOLS, AccountCode, account_of
from ledger.calendars import last_day
from ledger.closing import seal
from ledger.decisions.earlier_months import hindering
from ledger.decisions.kernel.approval import holds_one
from ledger.decisions.kernel.authority import SYS, argument, centre, person
from ledger.decisions.kernel.request import Request
from ledger.decisions.kernel.roles import leads_at, roles_of
from ledger.decisions.kernel.stamp import Stamp
from ledger.decisions.kernel.table import Facts, decision
from ledger.errors import Already, Authority, Duplicate, Invalid, NotReady, Sod, State
from ledger.facts.periods import (
    DAY_SHEET,
    BalanceCarriedForward,
    CarriedBalance,
    CarriedReservation,
    DaySheetSealed,
    PeriodClosed,
    PeriodCutOff,
    PeriodOpened,
)
from ledger.money import yuan
from ledger.state.statements import UnitMonth
from ledger.view import View
from ledger.vocabulary import PAST, CentreId, Day, Month, PersonId, Role, UnitId, month_key, period_stream, unit_stream

CLERK_OR_HEAD = centre(argument("centre"), Role.CLERK, Role.CENTRE_HEAD)
HEAD = centre(argument("centre"), Role.CENTRE_HEAD)


@decision("OpenPeriod", who=CLERK_OR_HEAD | SYS, unit=argument("centre"))
def open_period(
    view: View, stamp: Stamp, centre: CentreId, period: Month, cutoff: Day | None = None, pay_day: Day | None = None
) -> Facts:
    """A centre announces a month, and none before a month that it has closed (PLAT-09).

    Before the cut-off it may announce it again with another cut-off or pay day, and the new ones hold; ALREADY with
    the same ones, or after it.  INVALID: the cut-off lies outside the month, the pay day before it (rules 60, 73).
    """
    last = cutoff or last_day(period)
    if last[:7] != period:
        raise Invalid(f"cutoff: {last} is not in {period}")
    if pay_day is not None and pay_day < last:
        raise Invalid(f"pay_day: {pay_day} is before the cut-off {last}")
    periods, month = view.periods, view.centre_month(centre, period)
    if month.is_opened and (month.is_cut_off or (last, pay_day) == (month.cutoff, month.pay_day)):
        raise Already(f"{centre} {period}")
    if periods.is_closed(centre, period):
        raise State(f"{periods.last_closed(centre)} is closed")
    yield PeriodOpened(
        stream=period_stream(centre, period),
        centre=centre,
        period=period,
        cutoff=last,
        pay_day=pay_day,
    )


@decision("CutOffPeriod", who=CLERK_OR_HEAD | SYS, unit=argument("centre"))
def cut_off_period(view: View, stamp: Stamp, centre: CentreId, period: Month) -> Facts:
    """截止: an opened month, once, when its last day is over: the last shift that began on it has ended."""
    month = view.centre_month(centre, period)
    if not month.is_opened or month.is_cut_off or view.periods.is_closed(centre, period):
        raise State(f"{centre} {period}")
    today, _ = view.organisation.business_date(centre, stamp.at)
    if today <= (month.cutoff or last_day(period)):
        raise NotReady(f"{month.cutoff} is not over")
    yield PeriodCutOff(stream=period_stream(centre, period), centre=centre, period=period)


# -- the close -----------------------------------------------------------------------------------------------------


@decision("ClosePeriod", who=HEAD, unit=argument("centre"))
def close_period(view: View, stamp: Stamp, centre: CentreId, period: Month) -> Facts:
    """A month closes clean or not at all, and for ever; each unit's stream restates its balances (结转)."""
    if view.periods.is_closed(centre, period):
        raise Already(f"{centre} {period}")
    check_clean(view, centre, period)
    months = statements_due(view, centre, period)
    for unit, month in months.items():
        if not month.is_settled:
            raise NotReady(f"statement of {unit}: {'stale' if month.stale else month.state}")
    yield PeriodClosed(
        stream=period_stream(centre, period), centre=centre, period=period, digest=seal_of(months.values())
    )
    yield from carried_forward(view, stamp, centre, units_of(view, centre, period), period)


def check_clean(view: View, centre: str, period: Month) -> None:
    """NOT_READY: not cut off, an earlier month posted to and open, money in clearing, a blocking exception."""
    month = view.centre_month(centre, period)
    if not month.is_cut_off:
        raise NotReady("not cut off")
    if earlier := next(hindering(view, centre, period), None):
        raise NotReady(f"{earlier} is not closed")
    check_clearing(view, centre)
    if blocking := sorted(name for name, raised in month.exceptions.items() if raised.blocks):
        raise NotReady(", ".join(blocking[:10]))


def check_clearing(view: View, centre: str) -> None:
    """NOT_READY: a transfer of the centre has one leg only."""
    if clearing := view.unit(centre).balance(AccountCode.CLR_TRADE):
        raise NotReady(f"CLEARING_NOT_ZERO:{centre} {yuan(clearing)}")


def units_of(view: View, centre: str, period: Month) -> list[str]:
    """Every unit whose nearest centre at or above it is this one at the end of the month, by id."""
    organisation, day = view.organisation, last_day(period)
    return sorted(unit for unit in organisation.units if organisation.centre(unit, day) == centre)


def statements_due(view: View, centre: str, period: Month) -> dict[str, UnitMonth]:
    """The months of all units of a centre that have a statement.

    A unit already retired on the month's first day has one only if something was posted in it (rule 45).
    """
    months = statements_of(view, units_of(view, centre, period), period)
    return {unit: month for unit, month in months.items() if month.is_due or trades_in(view, unit, period)}


def trades_in(view: View, unit: str, period: Month) -> bool:
    return view.organisation.active(unit, f"{period}-01")


def statements_of(view: View, units: Iterable[str], period: Month) -> dict[str, UnitMonth]:
    """The month of each unit."""
    keys = {month_key(unit, period): unit for unit in units}
    return {keys[key]: month for key, month in view.all_of(keys).items()}


def seal_of(months: Iterable[UnitMonth]) -> str:
    """One digest over the last issues of all statements."""
    return seal((month.unit, month.latest.issue, month.latest.digest) for month in months if month.latest)


def carried_forward(
    view: View, stamp: Stamp, centre: str, units: list[str], period: Month
) -> Iterator[BalanceCarriedForward]:
    """Each unit's balances at the end of the month: what it holds now less what later months have moved."""
    later = list(months_between(period, last_posted(view, stamp)))
    moved = view.all_of(month_key(unit, month) for unit in units for month in later)
    books = view.all_of(unit_stream(unit) for unit in units)
    for unit in units:
        book = books[unit_stream(unit)]
        after = [moved[month_key(unit, month)].moved for month in later]
        balances = {word: held - sum(month.get(word, 0) for month in after) for word, held in book.balances.items()}
        yield BalanceCarriedForward(
            stream=unit_stream(unit),
            mirror=True,
            unit=unit,
            centre=centre,
            period=period,
            balances=tuple(CarriedBalance(f"{code}:{unit}", balances[code]) for code in sorted(balances)),
            reservations=tuple(
                CarriedReservation(account_of(code, unit), held)
                for code in POOLS.values()
                if (held := book.reserved.get(code, 0))
            ),
            open_items=tuple(sorted((*book.documents, *(f"hazard:{hazard}" for hazard in book.open_hazards)))),
        )


def last_posted(view: View, stamp: Stamp) -> Month:
    """No month after this one but the next has been posted to: nothing is dated in the future."""
    return max(calendars.local_day(stamp.now)[:7], view.periods.latest)


def months_between(period: Month, last: Month) -> Iterator[Month]:
    """The months after ``period``, up to the one after ``last``: nothing is posted later than that."""
    month = calendars.next_month(period)
    while month <= calendars.next_month(last):
        yield month
        month = calendars.next_month(month)


# -- day sheets ----------------------------------------------------------------------------------------------------


def _of_day(request: Request) -> tuple[Day, str | None]:
    return request["day"], None


def check_sheet_hands(view: View, stamp: Stamp, unit: UnitId, recorder: PersonId, reviewer: PersonId) -> None:
    organisation, day = view.organisation, stamp.business_date
    path, centre = organisation.path(unit, day), organisation.centre(unit, day)
    leads = [leads_at(organisation, roles_of(view, stamp, who), path) for who in (recorder, reviewer)]
    records = holds_one(view, stamp, recorder, ((Role.RECORDER,), path), ((Role.CLERK,), (centre,)))
    if not (leads[0] or records):
        raise Authority(f"recorder: {recorder} does not record at {unit}")
    if not leads[1]:
        raise Authority(f"reviewer: {reviewer} leads neither {unit} nor a unit above it")


@decision(
    "SealDaySheet", who=person("recorder") | person("reviewer"), unit=argument("unit"), dated=_of_day, asks=(DAY_SHEET,)
)
def seal_day_sheet(
    view: View, stamp: Stamp, unit: UnitId, day: Annotated[Day, PAST], recorder: PersonId, reviewer: PersonId
) -> Facts:
    """日清: two different persons record and review a team's day, once; every daily wage of it has a score.

    AUTHORITY, after SOD: the recorder is a recorder, a lead or the centre's clerk, the reviewer a lead, of the unit or
    above it (rule 59).
    """
    if recorder == reviewer:
        raise Sod(recorder)
    check_sheet_hands(view, stamp, unit, recorder, reviewer)
    sheet = view.day_sheet(unit, day)
    scores = view.all_of(f"daily-score:{name}/{day}" for name in sheet.waged)
    if lacking := [key for key, score in scores.items() if score.score is None]:
        raise NotReady(", ".join(lacking))
    if sheet.used:
        raise Duplicate(f"{unit} {day}")
    place = view.organisation.centre(unit, day)
    yield DaySheetSealed(
        stream=period_stream(place, day[:7]), centre=place, unit=unit, day=day, recorder=recorder, reviewer=reviewer
    )
