"""Duty lists, inspection lists, duty tasks and inspections, guard by guard (contract §2.10, §2.14, §5.36)."""

from __future__ import annotations

from typing import Any

import pytest

from ledger.errors import Authority, Basis, Criteria, Evidence, Invalid, Sod, State, Suspended
from ledger.facts.duties import DutyTaskMissed
from ledger.facts.hazards import ReminderSent
from tests.ledger.decisions.sheets import at, step
from tests.spec import Line, Story, do, given, when

TODAY = at("02-02", "09:00")
DUE = at("02-06", "08:00")


def duty(name: str = "A1", weight: Any = 100, **fields: Any) -> dict[str, Any]:
    usual = {"text": "班前检查护栏", "metric": "次数", "target": "1", "period": "shift", "basis": "责任制 §3"}
    return {"item": name, "weight": weight, **usual, **fields}


duty_list = step("ApproveDutyList", "P-T1L", TODAY, person="P-A", version="1", effective="2026-02-03", items=[duty()])
CHECKED = {"place": "机头", "specialty": "机电", "layer": "point", "item": "护罩"}
element_list = step(
    "ApproveInspectionList",
    "P-W1D",
    TODAY,
    person="P-T1L",
    version="1",
    effective="2026-02-03",
    places=["机头"],
    items=[CHECKED],
    freq={"早": 6, "中": 6, "夜": 8},
)
dispatch = step("DispatchDutyTask", "P-T1L", TODAY, task="TK-1", person="P-A", item="A1", due=DUE)
complete = step("CompleteDutyTask", "P-A", at("02-03"), task="TK-1", evidence=["paper:照片"])
found = {"item": "护罩", "result": "ok"}
inspection = step("RecordInspection", "P-T1L", TODAY, inspection="IN-1", place="机头", items=[found])
advance = step("AdvanceClock", "SYSTEM", at("02-28"))


# -- lists ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("by", ["P-T1L", "P-W1D", "P-U1D", "P-SO", "P-OFF"])
def test_leads_and_offices_at_or_above_the_home_approve_lists(by: str) -> None:
    story = when(duty_list(by)).then_facts("DutyListApproved")
    assert story.recorded[0].stream == "person-P-A"
    when(element_list(by, person="P-B")).then_facts("InspectionListApproved")


@pytest.mark.parametrize("by", ["P-A", "P-T2L", "P-C1", "SYSTEM"])
def test_others_do_not_approve_lists(by: str) -> None:
    when(duty_list(by)).then_refused(Authority)
    when(element_list(by, person="P-B")).then_refused(Authority)


def test_nobody_approves_the_own_list() -> None:
    when(duty_list("P-W1D", person="P-W1D", items=[duty(basis="")])).then_refused(Sod)
    when(element_list("P-W1D", person="P-W1D", items=[])).then_refused(Sod)


def test_a_head_is_given_his_list_from_above() -> None:
    """[rule 3]"""
    when(duty_list("P-T1L", person="P-T1L")).then_refused(Authority)
    when(duty_list("P-W1D", person="P-T1L")).then_facts("DutyListApproved")


def test_every_duty_has_a_basis() -> None:
    when(duty_list(items=[duty(weight=60), duty("A2", 41, basis="")])).then_refused(Basis)
    without = duty()
    del without["basis"]
    when(duty_list(items=[without])).then_refused(Basis)


@pytest.mark.parametrize("fields", [{"metric": ""}, {"target": ""}])
def test_what_cannot_be_measured_is_no_duty(fields: dict[str, str]) -> None:
    when(duty_list(items=[duty(**fields)])).then_refused(Criteria)


@pytest.mark.parametrize("weights", [(60, 41), (60, 39), (0,), ()])
def test_weights_add_up_to_100(weights: tuple[int, ...]) -> None:
    items = [duty(f"A{number}", weight) for number, weight in enumerate(weights)]
    when(duty_list(items=items)).then_refused(Criteria)


@pytest.mark.parametrize("weight", ["100", -1, True, None])
def test_a_weight_is_a_whole_number(weight: Any) -> None:
    when(duty_list(items=[duty(weight=weight)])).then_refused(Invalid)


def test_a_place_without_check_items_is_not_inspected() -> None:
    when(element_list(places=["机头", "机尾"])).then_refused(Criteria)
    both = [CHECKED, {**CHECKED, "place": "机尾", "layer": "area"}]
    when(element_list(places=["机头", "机尾"], items=both)).then_facts("InspectionListApproved")


@pytest.mark.parametrize(
    "fields", [{"cycle": "day"}, {"freq": {"早": -1}}, {"items": [{**CHECKED, "layer": "volume"}]}]
)
def test_cycle_frequency_and_layer_have_their_values(fields: dict[str, Any]) -> None:
    when(element_list(**fields)).then_refused(Invalid)


# -- tasks ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("by", ["P-T1L", "P-W1D", "P-SO", "P-OFF", "SYSTEM"])
def test_leads_offices_and_the_lists_dispatch_tasks(by: str) -> None:
    when(dispatch(by)).then_facts("DutyTaskDispatched")


@pytest.mark.parametrize("by", ["P-A", "P-T2L", "P-C1"])
def test_others_do_not_dispatch_tasks(by: str) -> None:
    when(dispatch(by)).then_refused(Authority)


def test_a_task_has_its_own_id() -> None:
    given(dispatch()).when(dispatch(person="P-B")).then_refused("DUPLICATE")


def suspended() -> list[Line]:
    return [
        do("PushTraining", "P-SO", TODAY, training="TR-1", person="P-A", course="高处作业", reason="三违"),
        do("SuspendPost", "P-SO", TODAY, person="P-A", reason="严重三违", training="TR-1"),
    ]


def test_who_is_suspended_gets_no_tasks() -> None:
    story = given(*suspended())
    story.when(dispatch()).then_refused(Suspended)
    story.when(dispatch(person="P-B")).then_facts("DutyTaskDispatched")


def test_the_person_completes_a_task_once_with_evidence() -> None:
    story = given(dispatch())
    story.when(complete("P-T1L")).then_refused(Authority)
    story.when(complete(evidence=[])).then_refused(Evidence)
    story.when(complete(evidence=["照片"])).then_refused(Evidence)
    story.when(complete()).then_facts("DutyTaskCompleted")
    story.when(complete(evidence=[])).then_refused(State)
    story.when(complete(task="TK-2")).then_refused("UNKNOWN_TASK")


# -- what time does to tasks ------------------------------------------------------------------------------------------


def told(story: Story) -> list[tuple[str, str]]:
    """Facts that the last command recorded, and when each fell due (UTC)."""
    return [(type(fact).__name__, fact.at[5:16]) for fact in story.recorded[:-1]]


def test_a_task_is_reminded_of_and_missed_when_it_is_due() -> None:
    story = given(dispatch(), advance())
    expected = [("ReminderSent", "02-05T00:00"), ("ReminderSent", "02-06T00:00"), ("DutyTaskMissed", "02-06T00:00")]
    assert told(story) == expected
    reminder, missed = story.recorded[1:3]
    assert isinstance(reminder, ReminderSent)
    assert (reminder.kind, reminder.document, reminder.target) == ("task", "TK-1", "P-A")
    assert isinstance(missed, DutyTaskMissed)
    assert (missed.stream, missed.business_date) == ("person-P-A", "2026-02-06")
    story.when(complete(at=at("02-28", "11:00"))).then_refused(State)


def test_a_missed_task_gets_no_reminder_a_day_later_whenever_the_clock_is_advanced() -> None:
    story = given(dispatch(), advance(at=DUE))
    story.when(advance(at=at("02-07", "09:00"))).then_facts("ClockAdvanced")


def test_a_task_is_not_missed_a_second_before_it_is_due() -> None:
    early = {"at": "2026-02-06T07:59:59+08:00"}
    story = given(dispatch(), advance() | early)
    assert told(story) == [("ReminderSent", "02-05T00:00")]


def test_a_completed_task_is_neither_missed_nor_reminded_of() -> None:
    given(dispatch(), complete()).when(advance()).then_facts("ClockAdvanced")


def test_a_task_that_is_late_and_not_yet_missed_can_be_completed() -> None:
    given(dispatch()).when(complete(at=at("02-06", "09:00"))).then_facts("DutyTaskCompleted")


def test_reminders_before_the_dispatch_are_skipped() -> None:
    story = given(dispatch(due=at("02-03", "08:59")), advance())
    assert told(story) == [("ReminderSent", "02-03T00:59"), ("DutyTaskMissed", "02-03T00:59")]


def test_the_offsets_are_a_policy() -> None:
    offsets = do(
        "PublishPolicy", "P-SO", key="remind.offsets", value=[-48, 12], effective="2026-02-02", legal_basis="x"
    )
    story = given(offsets, dispatch(), advance())
    assert told(story) == [("ReminderSent", "02-04T00:00"), ("DutyTaskMissed", "02-06T00:00")]


def test_tasks_of_one_moment_are_all_reminded_of_and_then_all_missed() -> None:
    story = given(dispatch(task="B"), dispatch(task="A", person="P-B"), advance(at=at("02-05", "12:00")), advance())
    named = [
        (type(fact).__name__, getattr(fact, "document", getattr(fact, "task", ""))) for fact in story.recorded[:-1]
    ]
    expected = [("ReminderSent", "A"), ("ReminderSent", "B"), ("DutyTaskMissed", "A"), ("DutyTaskMissed", "B")]
    assert named == expected


# -- inspections ----------------------------------------------------------------------------------------------------


def test_anybody_records_the_own_inspection() -> None:
    story = when(inspection(unannounced=True, quality="92.50")).then_facts("InspectionRecorded")
    assert story.recorded[0].stream == "person-P-T1L"
    when(inspection("SYSTEM")).then_refused(Authority)


@pytest.mark.parametrize("measure", [{}, {"measure": ""}])
def test_a_problem_comes_with_a_measure(measure: dict[str, str]) -> None:
    problem = {"item": "护罩", "result": "problem"}
    when(inspection(items=[found, problem | measure])).then_refused(Criteria)
    when(inspection(items=[found, problem | {"measure": "停机加固"}])).then_facts("InspectionRecorded")


def test_hazards_of_an_inspection_are_known_and_its_id_is_new() -> None:
    when(inspection(hazards=["H-9"])).then_refused("UNKNOWN_HAZARD")
    given(inspection()).when(inspection("P-T2L")).then_refused("DUPLICATE")


@pytest.mark.parametrize("fields", [{"quality": "100.5"}, {"items": [{"item": "x", "result": "bad"}]}])
def test_scores_and_results_have_their_values(fields: dict[str, Any]) -> None:
    when(inspection(**fields)).then_refused(Invalid)
