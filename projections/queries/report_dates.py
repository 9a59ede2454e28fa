"""Reports that fell due, and whether they were handed in on time (ASS-28, rule 35)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from ledger.calendars import add_months, last_day
from ledger.facts.reports import REPORT, ReportSubmitted
from ledger.state.policies import Policies
from ledger.state.reports import Report, due_on, last_month, periods_of
from ledger.vocabulary import Day, UnitId
from projections import read_models
from projections.queries.answers import appraisal as answers
from projections.queries.facts import stored_facts, topics
from projections.queries.folds import facts_of_documents, facts_of_stream, folded
from projections.queries.kernel import Reader, Result, query

log = read_models.events.c

REPORTING = frozenset({2, 3})
"""Levels of the units that owe reports: mines and plants, and their workshops."""

Dates = Callable[[str, str, str], Day]
"""The day on which a report of a unit for a period is due, by ``reports.due`` at the end of the period."""


class Due(NamedTuple):
    """A report of a unit and the day on which it is due, in the order of the answer."""

    unit: str
    due: Day
    report: str
    period: str

    @property
    def key(self) -> str:
        return REPORT(self.unit, self.report, self.period)


@query("ReportsDue", "register", at="/reports-due", cli="reports-due DATE", answer=answers.ReportsDue)
async def reports_due(reader: Reader, date: Day, unit: UnitId | None = None) -> Result:
    """Reports of mines, plants and workshops that fell due in the twelve months up to a day, by unit, due, report.

    Of all, or of one unit with everything below it.  ``reports.due`` at the end of the period counts; a report that is
    handed in after the day is not there yet (rule 35).
    """
    organisation, dates_of = await reader.organisation(), await report_dates(reader)
    fallen = [
        due
        for name, node in organisation.units.items()
        if node.level in REPORTING and (unit is None or organisation.within(name, unit, date))
        for due in _fallen(name, date, dates_of)
        if organisation.active(name, due.due)
    ]
    submitted = await _submitted(reader)
    return {"reports": [_row(due, submitted.get(due.key), date) for due in sorted(fallen)]}


async def report_dates(reader: Reader) -> Dates:
    """When reports are due, unit by unit."""
    organisation = await reader.organisation()
    policies: Policies = folded("policy", await facts_of_stream(reader, "policy"))

    def due(unit: str, report: str, period: str) -> Day:
        day = last_day(last_month(period))
        return due_on(report, period, policies.value("reports.due", organisation.path(unit, day), day))

    return due


def _fallen(unit: str, date: Day, due_of: Dates) -> Iterator[Due]:
    """Everything of one unit that fell due after the same day a year ago."""
    first = int(date[:4]) - 1
    for year in range(first - 1, first + 2):
        for report, period in periods_of(str(year)):
            due = due_of(unit, report, period)
            if add_months(date, -12) < due <= date:
                yield Due(unit, due, report, period)


async def _submitted(reader: Reader) -> dict[str, Day]:
    """The business date of every report that stands, by its key."""
    found = await stored_facts(reader, [topics(ReportSubmitted), log.position <= reader.position], log.position)
    keys = {REPORT.of(each.fact) for each in found}
    of_key = await facts_of_documents(reader, REPORT.word, (key.removeprefix(REPORT.prefix) for key in keys))
    states: dict[str, Report] = {REPORT.prefix + name: folded(REPORT(name), facts) for name, facts in of_key.items()}
    return {key: state.submitted for key, state in states.items() if state.submitted is not None}


def _row(due: Due, submitted: Day | None, date: Day) -> dict[str, Any]:
    there = submitted if submitted is not None and submitted <= date else None
    return {
        "unit": due.unit,
        "report": due.report,
        "period": due.period,
        "due": due.due,
        "submitted": there,
        "late": (there or date) > due.due,
    }
