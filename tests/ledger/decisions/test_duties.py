"""Duty lists, inspection lists, duty tasks and inspections, guard by guard (contract §2.10, §2.14, §5.36)."""

from __future__ import annotations

from typing import Any

import pytest

from ledger.errors import Already, Authority, Basis, Criteria, Evidence, Invalid, Sod, State, Suspended
from ledger.facts.duties import DutyTaskCompleted, DutyTaskMissed
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
review = step("ReviewDutyTask", "P-T1L", at("02-04"), task="TK-1", result="pass")
returned = step("ReviewDutyTask", "P-T1L", at("02-04"), task="TK-1", result="fail", reason="照片不清")
withdraw = step("WithdrawDutyTask", "P-T1L", at("02-03"), task="TK-1", reason="重复派发")
acknowledge = step("AcknowledgeDutyList", "P-A", at("02-03"), person="P-A", version="1")
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


def test_the_person_acknowledges_a_version_of_his_list_once() -> None:
    """[rule 32]"""
    story = given(duty_list())
    story.when(acknowledge("P-T1L")).then_refused(Authority)
    story.when(acknowledge("P-SO")).then_refused(Authority)
    story.when(acknowledge(version="2")).then_refused(State)
    story.when(acknowledge()).then_facts("DutyListAcknowledged")
    assert story.recorded[0].stream == "person-P-A"
    story.when(acknowledge()).then_refused(Already)
    story.given(duty_list(version="2")).when(acknowledge(version="2")).then_facts("DutyListAcknowledged")
    story.when(acknowledge(person="P-B")).then_refused(Authority)


def test_a_list_that_is_approved_again_under_its_name_is_read_again() -> None:
    """[rule 32]"""
    story = given(duty_list(), acknowledge(), duty_list(items=[duty("A2")]))
    story.when(acknowledge()).then_facts("DutyListAcknowledged")


def test_an_inspection_list_is_no_duty_list() -> None:
    """[rule 32]"""
    given(element_list(person="P-A")).when(acknowledge()).then_refused(State)


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


# -- tasks are reviewed and taken back --------------------------------------------------------------------------------


def state_of(story: Story, task: str = "TK-1") -> str:
    state: str = story.ledger.states[f"task:{task}"].state
    return state


def test_a_superior_reviews_what_was_done() -> None:
    """[rule 32]"""
    story = given(dispatch())
    story.when(review()).then_refused(State)
    story.given(complete()).when(review()).then_facts("DutyTaskReviewed")
    assert (story.recorded[0].stream, state_of(story)) == ("person-P-A", "reviewed")
    for again in (review(), returned(), complete(), withdraw()):
        story.when(again).then_refused(State)


@pytest.mark.parametrize("by", ["P-W1D", "P-SO", "P-OFF"])
def test_leads_and_offices_above_review_too(by: str) -> None:
    """[rule 32]"""
    given(dispatch(), complete()).when(review(by)).then_facts("DutyTaskReviewed")


@pytest.mark.parametrize("by", ["P-A", "P-B", "P-T2L", "P-C1", "SYSTEM"])
def test_others_review_no_task(by: str) -> None:
    """[rule 32]"""
    given(dispatch(), complete()).when(review(by)).then_refused(Authority)


def test_nobody_reviews_or_withdraws_the_own_task() -> None:
    """[rules 32, 87]"""
    own = given(dispatch("P-SO", person="P-OFF"))
    own.when(review("P-OFF")).then_refused(State)
    own.when(withdraw("P-OFF")).then_refused(Sod)
    own.given(complete("P-OFF")).when(review("P-OFF")).then_refused(Sod)
    own.when(returned("P-OFF", due="2026-02-01T00:00:00+08:00")).then_refused(Sod)
    own.when(withdraw("P-OFF")).then_refused(State)


def test_a_heads_task_is_reviewed_and_withdrawn_from_above() -> None:
    """[rules 3, 32, 87]"""
    story = given(
        do("AssignPerson", "P-HR", TODAY, person="P-A", unit="T1", role="team_leader", since="2026-02-01"),
        dispatch("P-W1D", person="P-T1L"),
    )
    story.when(withdraw("P-A")).then_refused(Authority)
    story.given(complete("P-T1L")).when(review("P-A")).then_refused(Authority)
    story.when(review("P-W1D")).then_facts("DutyTaskReviewed")


def test_a_returned_task_is_open_again_until_a_moment_that_lies_ahead() -> None:
    """[rule 32]"""
    story = given(dispatch(), complete())
    story.when(returned()).then_facts("DutyTaskReturned")
    assert state_of(story) == "open"
    story.when(complete(at=at("02-05"))).then_facts("DutyTaskCompleted")
    late = at("02-06", "08:00")
    story.when(returned(at=late)).then_refused(Invalid)
    story.when(returned(at=late, due=late)).then_refused(Invalid)
    story.when(returned(at=late, due=at("02-06", "08:01"))).then_facts("DutyTaskReturned")
    given(dispatch(), complete()).when(review(at=late)).then_facts("DutyTaskReviewed")


def test_a_new_due_that_is_over_leaves_the_old_one_in_force() -> None:
    """[rule 32]"""
    story = given(dispatch(), complete(), returned(due=at("02-03", "08:00")))
    assert story.ledger.states["task:TK-1"].due == "2026-02-06T00:00:00.000000Z"


def test_a_returned_task_is_reminded_of_and_missed_anew() -> None:
    """[rule 32]"""
    story = given(dispatch(), complete(), returned(due=at("02-09", "08:00")), advance())
    expected = [("ReminderSent", "02-08T00:00"), ("ReminderSent", "02-09T00:00"), ("DutyTaskMissed", "02-09T00:00")]
    assert told(story) == expected
    early = given(dispatch(), complete(), returned(due=at("02-04", "10:01")), advance())
    assert told(early) == [("ReminderSent", "02-04T02:01"), ("DutyTaskMissed", "02-04T02:01")]


def test_done_twice_and_returned_once_counts_as_done_once() -> None:
    """[rule 32]"""
    story = given(dispatch(), complete(), returned(), complete(at=at("02-05")))
    assert story.ledger.states["tally:person-P-A/2026"].months == {"2026-02": {"tasks_completed": 1}}


def test_a_withdrawn_task_counts_nowhere() -> None:
    """[rule 87]"""
    story = given(dispatch()).when(withdraw()).then_facts("DutyTaskWithdrawn")
    assert (story.recorded[0].stream, state_of(story)) == ("person-P-A", "withdrawn")
    story.when(complete()).then_refused(State)
    story.when(withdraw()).then_refused(State)
    story.when(advance()).then_facts("ClockAdvanced")
    story.when(dispatch()).then_refused("DUPLICATE")


@pytest.mark.parametrize("by", ["P-T1L", "P-W1D", "P-SO", "P-OFF", "SYSTEM"])
def test_who_may_dispatch_a_task_may_take_it_back(by: str) -> None:
    """[rule 87]"""
    given(dispatch()).when(withdraw(by)).then_facts("DutyTaskWithdrawn")


@pytest.mark.parametrize("by", ["P-A", "P-T2L", "P-C1"])
def test_others_take_no_task_back(by: str) -> None:
    """[rule 87]"""
    given(dispatch()).when(withdraw(by)).then_refused(Authority)


def test_a_missed_task_is_not_taken_back() -> None:
    """[rule 87]"""
    given(dispatch(), advance()).when(withdraw(at=at("02-28", "11:00"))).then_refused(State)


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


# -- an inspection completes tasks ------------------------------------------------------------------------------------


def test_an_inspection_completes_the_inspectors_open_tasks_of_its_place() -> None:
    """[rule 32]"""
    own = [dispatch("P-W1D", task=name, person="P-T1L", place=place) for name, place in (("B", "机头"), ("A", "机头"))]
    others = [
        dispatch("P-W1D", task="C", person="P-T1L", place="机尾"),
        dispatch("P-W1D", task="D", person="P-T1L"),
        dispatch(task="E", place="机头"),
    ]
    story = given(*own, *others)
    story.when(inspection()).then_facts("InspectionRecorded", "DutyTaskCompleted", "DutyTaskCompleted")
    done = [fact for fact in story.recorded if isinstance(fact, DutyTaskCompleted)]
    assert [(fact.task, fact.person, fact.evidence) for fact in done] == [
        ("A", "P-T1L", ("inspection:IN-1",)),
        ("B", "P-T1L", ("inspection:IN-1",)),
    ]
    assert [state_of(story, name) for name in "ABCDE"] == ["completed", "completed", "open", "open", "open"]
    story.when(inspection(inspection="IN-2")).then_facts("InspectionRecorded")


def test_an_inspected_place_is_not_missed() -> None:
    """[rule 32]"""
    story = given(dispatch("P-W1D", person="P-T1L", place="机头"), inspection())
    story.when(advance()).then_facts("ClockAdvanced")


def test_an_inspection_completes_no_task_that_is_done_missed_or_withdrawn() -> None:
    """[rule 32]"""
    visit = dispatch("P-W1D", person="P-T1L", place="机头")
    later = inspection(at=at("02-28", "12:00"))
    given(visit, complete("P-T1L")).when(later).then_facts("InspectionRecorded")
    given(visit, advance()).when(later).then_facts("InspectionRecorded")
    given(visit, withdraw("P-W1D")).when(later).then_facts("InspectionRecorded")


def test_a_returned_visit_is_completed_by_the_next_inspection() -> None:
    """[rule 32]"""
    story = given(dispatch("P-W1D", person="P-T1L", place="机头"), inspection(), returned("P-W1D"))
    again = inspection(inspection="IN-2", at=at("02-05"))
    story.when(again).then_facts("InspectionRecorded", "DutyTaskCompleted")
