"""Risks, their measures and reviews (rule 39; ORG-15, DUTY-01, TR-02)."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from ledger.errors import Authority, Duplicate, Invalid, State
from ledger.facts.hazards import HazardReported, ReminderSent
from ledger.facts.risks import MeasureChecked, RiskReviewed
from tests.spec import Line, do, given, when

AT = "2026-03-02T09:00:00+08:00"
LATER = "2026-03-11T09:00:00+08:00"
M1 = {"measure": "M1", "text": "断带保护每班试验"}
M2 = {"measure": "M2", "text": "行人侧护网完好"}
RISK = {"unit": "W1", "place": "主运皮带", "description": "断带伤人", "level": "orange", "review_by": "2026-03-10"}
register = partial(do, "RegisterRisk", by="P-U1D", at=AT, risk="R-1", measures=[M1, M2], person="P-W2D", **RISK)
check = partial(do, "CheckMeasure", by="P-SI", at=AT, check="CK-1", risk="R-1", measure="M1", result="ok")
review = partial(do, "ReviewRisk", by="P-SO", at=LATER, risk="R-1", level="red", review_by="2026-04-10", reason="加重")
retire = partial(do, "RetireRisk", by="P-U1D", at=LATER, risk="R-1", reason="皮带拆除")


def clock(at: str) -> Line:
    return do("AdvanceClock", at=at)


def report(**data: Any) -> Line:
    whole = {"hazard": "H-1", "unit": "T1", "place": "机头", "category": "hazard", "description": "x", "tier": "T2"}
    return do("ReportHazard", "P-A", AT, **whole, **data)


# -- register, review, retirement -------------------------------------------------------------------------------------


@pytest.mark.parametrize("by", ["P-SO", "P-U1D"])
def test_safety_offices_and_deputies_at_the_unit_or_above_keep_the_register(by: str) -> None:
    when(register(by=by)).then_facts("RiskRegistered")
    given(register()).when(review(by=by)).then_facts("RiskReviewed")
    given(register()).when(retire(by=by)).then_facts("RiskRetired")


@pytest.mark.parametrize("by", ["P-OFF", "P-SI", "P-W2D", "P-W1D", "P-U1H", "SYSTEM"])
def test_nobody_else_keeps_it_not_even_who_answers_for_the_risk(by: str) -> None:
    when(register(by=by)).then_refused(Authority)
    given(register()).when(review(by=by)).then_refused(Authority)
    given(register()).when(retire(by=by)).then_refused(Authority)


def test_a_risk_is_registered_once_with_what_is_known() -> None:
    when(register(person="P-9")).then_refused("UNKNOWN_PERSON")
    when(register(unit="W9")).then_refused("UNKNOWN_UNIT")
    when(register(level="purple")).then_refused(Invalid)
    given(register()).when(register()).then_refused(Duplicate)
    when(review()).then_refused("UNKNOWN_RISK")
    when(retire()).then_refused("UNKNOWN_RISK")


def test_a_measure_stands_once_in_a_risk() -> None:
    when(register(measures=[M1, M1])).then_refused(Invalid)
    given(register()).when(review(measures=[M2, M2])).then_refused(Invalid)


def test_a_review_keeps_the_measures_unless_it_names_others() -> None:
    story = given(register())
    story.when(review())
    kept = story.recorded[0]
    assert isinstance(kept, RiskReviewed)
    assert [each.measure for each in kept.measures] == ["M1", "M2"]
    story.when(review(measures=[M2])).then_facts("RiskReviewed")
    story.when(check(at=LATER)).then_refused(Invalid)
    story.when(check(at=LATER, measure="M2")).then_facts("MeasureChecked")


def test_a_retired_risk_is_neither_reviewed_nor_checked_nor_retired_again() -> None:
    story = given(register(), retire())
    story.when(review()).then_refused(State)
    story.when(retire()).then_refused(State)
    story.when(check(at=LATER, measure="M9")).then_refused(State)


# -- checks -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("by", ["P-W1D", "P-U1D", "P-U1H", "P-SI", "P-SO", "P-OFF", "P-W2D"])
def test_leads_inspectors_offices_and_who_answers_for_the_risk_check_its_measures(by: str) -> None:
    given(register()).when(check(by=by)).then_facts("MeasureChecked")


@pytest.mark.parametrize("by", ["P-A", "P-C1", "P-T1L", "P-G1", "SYSTEM"])
def test_others_check_nothing(by: str) -> None:
    given(register()).when(check(by=by)).then_refused(Authority)


def test_a_check_is_of_a_measure_of_the_risk_and_made_once() -> None:
    story = given(register())
    story.when(check(measure="M3")).then_refused(Invalid)
    story.when(check(risk="R-2")).then_refused("UNKNOWN_RISK")
    story.when(check()).then_facts("MeasureChecked")
    story.when(check(measure="M2")).then_refused(Duplicate)


def test_a_measure_that_failed_names_its_hazard() -> None:
    story = given(register())
    story.when(check(result="failed")).then_refused(Invalid)
    story.when(check(result="failed", hazard="H-1")).then_refused("UNKNOWN_HAZARD")
    story.when(report(risk="R-1")).then_facts("HazardReported")
    story.when(check(result="failed", hazard="H-1")).then_facts("MeasureChecked")
    checked = story.recorded[0]
    assert isinstance(checked, MeasureChecked)
    assert (checked.stream, checked.unit, checked.responsible, checked.hazard) == ("unit-W1", "W1", "P-W2D", "H-1")


def test_a_report_names_a_risk_that_is_registered() -> None:
    when(report(risk="R-1")).then_refused("UNKNOWN_RISK")
    story = given(register())
    story.when(report(risk="R-1"))
    reported = story.recorded[0]
    assert isinstance(reported, HazardReported)
    assert reported.risk == "R-1"


# -- time -------------------------------------------------------------------------------------------------------------


def test_who_answers_for_the_risk_is_reminded_and_a_missed_review_is_marked() -> None:
    story = given(register())
    story.when(clock("2026-03-09T23:59:59+08:00")).then_facts("ClockAdvanced")
    story.when(clock("2026-03-10T00:00:00+08:00")).then_facts("ReminderSent", "ClockAdvanced")
    reminder = story.recorded[0]
    assert isinstance(reminder, ReminderSent)
    assert (reminder.kind, reminder.stream, reminder.target, reminder.document) == ("risk", "unit-W1", "P-W2D", "R-1")
    story.when(clock("2026-03-11T00:00:00+08:00")).then_facts("ReminderSent", "RiskReviewOverdue", "ClockAdvanced")
    story.when(clock("2026-03-12T00:00:00+08:00")).then_facts("ReminderSent", "ClockAdvanced")
    assert story.ledger.states["risk:R-1"].overdue


def test_a_review_takes_the_mark_away_and_sets_the_next_reminders() -> None:
    story = given(register(), clock("2026-03-11T08:00:00+08:00"), review())
    assert not story.ledger.states["risk:R-1"].overdue
    story.when(clock("2026-04-09T23:59:59+08:00")).then_facts("ClockAdvanced")
    marks = ("ReminderSent", "ReminderSent", "RiskReviewOverdue", "ReminderSent")
    story.when(clock("2026-04-20T00:00:00+08:00")).then_facts(*marks, "ClockAdvanced")


def test_nobody_is_reminded_of_a_retired_risk() -> None:
    given(register(), retire()).when(clock("2026-05-01T00:00:00+08:00")).then_facts("ClockAdvanced")


def test_moments_before_the_register_are_skipped() -> None:
    marks = ("ReminderSent", "RiskReviewOverdue", "ReminderSent", "ClockAdvanced")
    given(register(review_by="2026-03-02")).when(clock("2026-03-09T00:00:00+08:00")).then_facts(*marks)
    given(register(review_by="2026-02-01")).when(clock("2026-03-09T00:00:00+08:00")).then_facts("ClockAdvanced")
