"""Advice, training, suspended posts, feedback and sealed reporters (ASS-16, ASS-17, ORG-23; contract §2.12)."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from ledger.errors import (
    Already,
    Authority,
    Criteria,
    Duplicate,
    Evidence,
    Invalid,
    NotReady,
    Sod,
    State,
    Suspended,
)
from ledger.facts.hazards import ReminderSent
from tests.spec import Line, do, given, when

AT = "2026-03-02T08:00:00+08:00"
GROUP = ["P-G1", "P-G2"]
advise = partial(do, "PushAdvice", by="P-SO", at=AT, advice="AV-1", person="P-A", text="规范", due="2026-03-04")
close = partial(do, "CloseAdvice", by="P-A", at="2026-03-03T08:00:00+08:00", advice="AV-1", evidence=["paper:照片"])
train = partial(do, "PushTraining", by="P-SO", at=AT, training="TR-1", person="P-A", course="高处作业", reason="三违")
passes = partial(do, "PassTraining", by="P-SO", at=AT, training="TR-1", score="80")
suspend = partial(do, "SuspendPost", by="P-SO", at=AT, person="P-A", reason="三违", training="TR-1")
reinstate = partial(do, "ReinstatePost", by="P-U1H", at=AT, person="P-A")
opinion = partial(do, "SubmitFeedback", by="P-B", at=AT, feedback="FB-1", topic="指标", text="频次过高")
hidden = partial(opinion, anonymous=True)
unseal = partial(do, "UnsealReporter", by="P-G1", at=AT, reason="查处", approvals=GROUP)
PUSHERS = ["P-SO", "P-OFF", "P-T1L", "P-W1D", "P-U1D", "P-CH", "SYSTEM"]


def clock(at: str) -> Line:
    return do("AdvanceClock", at=at)


def report(**data: Any) -> Line:
    whole = {
        "hazard": "H-1",
        "unit": "T1",
        "place": "机头",
        "category": "hazard",
        "description": "无护栏",
        "tier": "T3",
    }
    return do("ReportHazard", "P-B", AT, **{**whole, "anonymous": True, **data})


# -- advice ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("by", PUSHERS)
def test_superiors_offices_and_the_system_push_advice_and_training(by: str) -> None:
    when(advise(by=by)).then_facts("AdvicePushed")
    when(train(by=by)).then_facts("TrainingPushed")


@pytest.mark.parametrize("by", ["P-A", "P-T2L", "P-W2D", "P-G1"])
def test_others_push_nothing(by: str) -> None:
    when(advise(by=by)).then_refused(Authority)
    when(train(by=by)).then_refused(Authority)


def test_advice_is_about_one_matter_that_is_known() -> None:
    when(advise(hazard="H-9")).then_refused("UNKNOWN_HAZARD")
    when(advise(assessment="AS-9")).then_refused("UNKNOWN_ASSESSMENT")
    when(advise(hazard="H-9", assessment="AS-9")).then_refused(Invalid)
    given(report()).when(advise(hazard="H-1")).then_facts("AdvicePushed")
    given(advise()).when(advise(text="again")).then_refused(Duplicate)


def test_the_person_is_reminded_a_day_before_at_the_end_and_a_day_after() -> None:
    story = given(advise())
    story.when(clock("2026-03-03T23:59:59+08:00")).then_facts("ClockAdvanced")
    story.when(clock("2026-03-04T00:00:00+08:00")).then_facts("ReminderSent", "ClockAdvanced")
    reminder = story.recorded[0]
    assert isinstance(reminder, ReminderSent)
    assert (reminder.stream, reminder.target, reminder.document) == ("person-P-A", "P-A", "AV-1")
    story.when(clock("2026-03-06T00:00:00+08:00")).then_facts("ReminderSent", "ReminderSent", "ClockAdvanced")
    story.when(clock("2026-04-06T00:00:00+08:00")).then_facts("ClockAdvanced")


def test_reminders_before_the_push_are_skipped() -> None:
    story = given(advise(due="2026-03-02"))
    story.when(clock("2026-03-05T00:00:00+08:00")).then_facts("ReminderSent", "ReminderSent", "ClockAdvanced")
    given(advise(due="2026-02-01")).when(clock("2026-03-05T00:00:00+08:00")).then_facts("ClockAdvanced")


def test_nobody_is_reminded_of_what_is_done() -> None:
    given(advise(), close()).when(clock("2026-03-09T00:00:00+08:00")).then_facts("ClockAdvanced")


@pytest.mark.parametrize("by", ["P-A", "P-SO", "P-OFF"])
def test_the_person_or_an_office_closes_advice(by: str) -> None:
    given(advise()).when(close(by=by)).then_facts("AdviceClosed")


@pytest.mark.parametrize("by", ["P-T1L", "P-B", "P-G1", "SYSTEM"])
def test_others_do_not_close_advice(by: str) -> None:
    given(advise()).when(close(by=by)).then_refused(Authority)


def test_advice_is_closed_once_and_with_evidence() -> None:
    story = given(advise())
    story.when(close(evidence=[])).then_refused(Evidence)
    story.when(close(evidence=[" "])).then_refused(Evidence)
    story.when(do("CloseAdvice", "P-A", AT, advice="AV-1")).then_refused(Evidence)
    story.given(close()).when(close(evidence=[])).then_refused(State)
    when(close()).then_refused("UNKNOWN_ADVICE")


# -- training -------------------------------------------------------------------------------------------------------


def test_training_is_passed_once_from_the_policys_score_on() -> None:
    story = given(train())
    story.when(passes(score="79.99")).then_refused(Criteria)
    story.when(passes()).then_facts("TrainingPassed")
    story.when(passes(score="100")).then_refused(State)
    stricter = do(
        "PublishPolicy", "P-SO", AT, key="training.pass", value="90", effective="2026-03-02", legal_basis="办法"
    )
    given(stricter, train()).when(passes(score="89.99")).then_refused(Criteria)


@pytest.mark.parametrize("by", ["P-A", "P-T1L", "P-U1H", "SYSTEM"])
def test_only_offices_record_who_has_passed(by: str) -> None:
    given(train()).when(passes(by=by)).then_refused(Authority)


def test_nobody_passes_himself() -> None:
    story = given(train(person="P-OFF"))
    story.when(passes(by="P-OFF")).then_refused(Sod)
    story.when(passes(by="P-SO")).then_facts("TrainingPassed")


# -- the post -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("by", ["P-SO", "P-OFF", "P-U1H"])
def test_offices_and_unit_heads_suspend_and_reinstate(by: str) -> None:
    story = given(train()).when(suspend(by=by)).then_facts("PostSuspended")
    story.given(passes()).when(reinstate(by=by)).then_facts("PostReinstated")


@pytest.mark.parametrize("by", ["P-T1L", "P-U1D", "P-U2H", "P-A", "SYSTEM"])
def test_others_do_not_suspend_nor_reinstate(by: str) -> None:
    given(train()).when(suspend(by=by)).then_refused(Authority)
    given(train(), suspend()).when(reinstate(by=by)).then_refused(Authority)


def test_a_post_is_suspended_once_by_another_for_a_known_training() -> None:
    when(suspend()).then_refused("UNKNOWN_TRAINING")
    story = given(train(), train(training="TR-2", person="P-SO", by="P-OFF"), suspend())
    story.when(suspend()).then_refused(Already)
    story.when(suspend(person="P-SO", training="TR-2")).then_refused(Sod)


def test_who_is_suspended_gets_no_task_until_the_training_is_passed() -> None:
    task = do("DispatchDutyTask", "P-T1L", AT, task="TK-1", person="P-A", item="A1", due="2026-03-07T08:00:00+08:00")
    when(reinstate()).then_refused(State)
    story = given(train(), suspend())
    story.when(task).then_refused(Suspended)
    story.when(reinstate()).then_refused(NotReady)
    story.given(passes(), reinstate()).when(reinstate()).then_refused(State)
    story.when(task).then_facts("DutyTaskDispatched")
    story.when(suspend()).then_facts("PostSuspended")


# -- feedback and sealed reporters ----------------------------------------------------------------------------------


def test_anyone_gives_feedback_once_per_id() -> None:
    story = when(opinion()).then_facts("FeedbackSubmitted")
    assert story.recorded[0].stream == "org"
    story.when(opinion()).then_refused(Duplicate)
    when(opinion(by="SYSTEM")).then_refused(Authority)


def test_what_is_anonymous_is_unsealed_once_on_the_reports_stream() -> None:
    story = given(report(), hidden())
    story.when(unseal(hazard="H-1")).then_facts("ReporterUnsealed")
    assert story.recorded[0].stream == "unit-T1"
    story.when(unseal(hazard="H-1")).then_refused(State)
    story.when(unseal(feedback="FB-1")).then_facts("ReporterUnsealed")
    assert story.recorded[0].stream == "org"


def test_a_referred_hazard_is_unsealed_where_it_was_reported() -> None:
    verify = do("VerifyHazard", "P-SI", AT, hazard="H-1", level="C", unit="T2")
    story = given(report(), verify).when(unseal(hazard="H-1")).then_facts("ReporterUnsealed")
    assert story.recorded[0].stream == "unit-T1"


def test_what_is_open_is_not_unsealed() -> None:
    story = given(report(anonymous=False), opinion())
    story.when(unseal(hazard="H-1")).then_refused(State)
    story.when(unseal(feedback="FB-1")).then_refused(State)


def test_unsealing_takes_the_leading_group_and_its_approvals_and_one_report() -> None:
    story = given(report(), hidden())
    story.when(unseal(hazard="H-1", by="P-SO")).then_refused(Authority)
    story.when(unseal(hazard="H-1", approvals=["P-G1"])).then_refused(Authority)
    story.when(unseal(hazard="H-1", approvals=[])).then_refused(Authority)
    story.when(unseal()).then_refused(Invalid)
    story.when(unseal(hazard="H-1", feedback="FB-1")).then_refused(Invalid)
    story.when(unseal(hazard="H-9")).then_refused("UNKNOWN_HAZARD")
    story.when(unseal(feedback="FB-9")).then_refused("UNKNOWN_FEEDBACK")
