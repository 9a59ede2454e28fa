"""Reports that a unit hands in on time: score sheets, half-year, year, monthly analysis (ASS-28; rule 35)."""

from __future__ import annotations

from typing import Literal

from ledger.decisions.kernel.authority import argument, at, lead
from ledger.decisions.kernel.stamp import Stamp
from ledger.decisions.kernel.table import Facts, decision
from ledger.errors import Duplicate, Invalid
from ledger.facts.reports import REPORT, ReportSubmitted
from ledger.state.reports import is_period_of
from ledger.view import View
from ledger.vocabulary import PersonId, ReportPeriod, Role, UnitId, unit_stream

ReportName = Literal["quarter_sheet", "half_year", "year", "month_analysis"]


@decision(
    "SubmitReport",
    who=lead(argument("unit")) | at(argument("unit"), Role.OFFICE, Role.SAFETY_OFFICE),
    unit=argument("unit"),
    asks=(REPORT,),
)
def submit_report(
    view: View,
    stamp: Stamp,
    unit: UnitId,
    report: ReportName,
    period: ReportPeriod,
    doc: str,
    person: PersonId | None = None,
) -> Facts:
    """A unit hands a report in, once for each period (DUPLICATE).

    INVALID: the period of another report (a quarter, the first half of a year, a year, a month).
    """
    if not is_period_of(report, period):
        raise Invalid(f"period: {period} is none of {report}")
    if view.report(unit, report, period).submitted is not None:
        raise Duplicate(f"{unit} {report} {period}")
    yield ReportSubmitted(stream=unit_stream(unit), unit=unit, report=report, period=period, doc=doc, person=person)
