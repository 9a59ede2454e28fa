"""Reports that a unit hands in (ASS-28; contract §2.11, rule 35)."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from ledger.errors import Authority, Duplicate, Invalid
from ledger.facts.reports import ReportSubmitted
from ledger.state.reports import due_on, last_month, periods_of
from tests.spec import do, given, when

AT = "2026-04-03T09:00:00+08:00"
submit = partial(
    do, "SubmitReport", by="P-U1H", at=AT, unit="U1", report="quarter_sheet", period="2026-Q1", doc="材料 1"
)
DEFAULT: dict[str, Any] = {"quarter_sheet": 5, "half_year": "07-05", "year": "12-31", "month_analysis": 5}


def test_a_unit_hands_a_report_in_once_for_each_period() -> None:
    story = when(submit(person="P-OFF")).then_facts("ReportSubmitted")
    fact = story.recorded[0]
    assert isinstance(fact, ReportSubmitted)
    assert (fact.stream, fact.report, fact.period, fact.person) == ("unit-U1", "quarter_sheet", "2026-Q1", "P-OFF")
    story.when(submit(by="P-U1D", doc="材料 2")).then_refused(Duplicate)
    story.when(submit(period="2026-Q2")).then_facts("ReportSubmitted")
    story.when(submit(report="month_analysis", period="2026-03")).then_facts("ReportSubmitted")
    story.when(submit(by="P-W1D", unit="W1")).then_facts("ReportSubmitted")


@pytest.mark.parametrize(
    ("report", "period"),
    [("quarter_sheet", "2026-Q4"), ("half_year", "2026-H1"), ("year", "2026"), ("month_analysis", "2026-12")],
)
def test_every_report_has_periods_of_its_own(report: str, period: str) -> None:
    when(submit(report=report, period=period)).then_facts("ReportSubmitted")
    for other in ({"2026-Q4", "2026-H1", "2026", "2026-12"} - {period}) | {"2026-H2", "2026-Q5", "2026-13", "2026-H3"}:
        when(submit(report=report, period=other)).then_refused(Invalid)


def test_no_other_report_is_known() -> None:
    when(submit(report="week", period="2026-04")).then_refused(Invalid)


@pytest.mark.parametrize("by", ["P-W1D", "P-OFF", "P-SO", "P-CH", "P-G1", "SYSTEM"])
def test_the_units_own_leads_and_offices_hand_in(by: str) -> None:
    when(submit(by=by)).then_refused(Authority)


def test_who_may_not_send_is_not_told_about_the_period() -> None:
    when(submit(by="P-W1D", period="2026-03")).then_refused(Authority)


@pytest.mark.parametrize("role", ["office", "safety_office"])
def test_an_office_of_the_unit_hands_in(role: str) -> None:
    post = do("AssignPerson", "P-HR", AT, person="P-A", unit="U1", role=role, since="2026-04-01", home=False)
    given(post).when(submit(by="P-A")).then_facts("ReportSubmitted")


def test_reports_are_due_after_their_period_or_on_a_date_of_its_year() -> None:
    due = {(report, period): due_on(report, period, DEFAULT) for report, period in periods_of("2026")}
    assert len(due) == 18
    assert due["quarter_sheet", "2026-Q1"] == "2026-04-05"
    assert due["quarter_sheet", "2026-Q4"] == "2027-01-05"
    assert due["half_year", "2026-H1"] == "2026-07-05"
    assert due["year", "2026"] == "2026-12-31"
    assert due["month_analysis", "2026-12"] == "2027-01-05"
    assert [last_month(period) for period in ("2026", "2026-H1", "2026-Q2", "2026-05")] == [
        *("2026-12", "2026-06", "2026-06", "2026-05")
    ]
