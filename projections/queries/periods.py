"""The months of a settlement centre: how far each is, and on which days of the work calendar its steps are due."""

from __future__ import annotations

from datetime import datetime
from itertools import groupby
from typing import Any

from ledger.calendars import add_days, at_local, last_day
from ledger.errors import NoCalendar
from ledger.fact import topic_of
from ledger.facts.periods import PeriodClosed, PeriodCutOff, PeriodOpened
from ledger.facts.reconciliation import ReconciliationRun
from ledger.state.organisation import Organisation
from ledger.state.periods import CentreMonth, Periods
from ledger.state.policies import Policies
from ledger.vocabulary import CentreId, Day, Month, period_stream
from projections import read_models
from projections.queries.answers import settlement as answers
from projections.queries.facts import stored_facts
from projections.queries.folds import facts_of_stream, folded
from projections.queries.kernel import Reader, Result, query

log = read_models.events.c
TOLD = tuple(topic_of(fact_type) for fact_type in (PeriodOpened, PeriodCutOff, PeriodClosed, ReconciliationRun))
NO_DATES: dict[str, Day | None] = {"cut_off_on": None, "confirm_by": None, "close_on": None, "pay_on": None}


@query("Periods", "register", at="/centres/{centre}/periods", cli="periods CENTRE PERIOD", answer=answers.Periods)
async def periods(reader: Reader, centre: CentreId, period: Month | None = None) -> Result:
    """A centre's opened months (or the one that is asked for, opened or not), with state and due dates.

    By default the last day of the month is the last that counts; on the first working day after it the month is cut
    off and the statements are issued, units have their window to confirm, and on the working day after that it is
    closed, and so is every earlier one (rule 26).  A pay day that is no working day moves to the one before it (L2).
    Without a published work calendar of the year the dates are null: they are never guessed.
    """
    policies: Policies = folded("policy", await facts_of_stream(reader, "policy"))
    organisation = await reader.organisation()
    window = policies.value("statement.window", organisation.path(centre, await reader.today()), await reader.today())
    told = await _told(reader, centre)
    closed: Periods = await reader.state("periods", "") or Periods()
    asked = sorted(told) if period is None else [period]
    return {
        "periods": [
            _period(organisation, month, window, *told.get(month, (CentreMonth(), None)))
            | ({"state": "closed"} if closed.is_closed(centre, month) else {})
            for month in asked
        ]
    }


async def _told(reader: Reader, centre: str) -> dict[Month, tuple[CentreMonth, Day | None]]:
    """The state of each month of which something was told, and the pay day that was announced."""
    stem = period_stream(centre, "")
    wanted = [log.stream.startswith(stem, autoescape=True), log.topic.in_(TOLD), log.position <= reader.position]
    found = [one for one in await stored_facts(reader, wanted, log.position) if one.fact.stream[:-6] == stem]
    by_stream = groupby(sorted(found, key=lambda one: (one.fact.stream, one.position)), lambda one: one.fact.stream)
    months = {}
    for stream, facts in by_stream:
        listed = list(facts)
        opened = [one.fact.pay_day for one in listed if isinstance(one.fact, PeriodOpened)]
        months[f"{stream[-6:-2]}-{stream[-2:]}"] = folded(stream, listed), opened[-1] if opened else None
    return months


def _period(
    organisation: Organisation, month: Month, window: int, state: CentreMonth, pay_day: Day | None
) -> dict[str, Any]:
    cutoff = state.cutoff or last_day(month)
    try:
        dates = due_dates(organisation, cutoff, window, pay_day)
    except NoCalendar:
        dates = NO_DATES
    return {"period": month, "state": _state(state), "cutoff": cutoff, "pay_day": pay_day, **dates}


def due_dates(organisation: Organisation, cutoff: Day, window: int, pay_day: Day | None) -> dict[str, Day | None]:
    """Raises NoCalendar."""
    cut_off_on = working_day(organisation, cutoff, 1)
    confirm_by = organisation.window(at_local(datetime.fromisoformat(cut_off_on)), window).until
    return {
        "cut_off_on": cut_off_on,
        "confirm_by": confirm_by,
        "close_on": working_day(organisation, confirm_by, 1),
        "pay_on": None if pay_day is None else working_day(organisation, add_days(pay_day, 1), -1),
    }


def working_day(organisation: Organisation, day: Day, step: int) -> Day:
    """The next working day after, or before, a day."""
    day = add_days(day, step)
    while not organisation.is_working(day):
        day = add_days(day, step)
    return day


def _state(month: CentreMonth) -> str:
    if month.is_cut_off:
        return "reconciled" if month.reconciled else "cut_off"
    return "opened" if month.is_opened else "not_opened"
