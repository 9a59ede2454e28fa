"""Corrective notices (整改问题通知单), guard by guard (contract §2.12, §2.14)."""

from __future__ import annotations

from typing import Any

import pytest

from ledger.errors import Authority, Basis, Evidence, Invalid, Sod, State
from ledger.facts.correctives import CorrectiveOverdue, CorrectiveReturned
from ledger.facts.hazards import ReminderSent
from tests.ledger.decisions.sheets import at, step
from tests.spec import Line, Story, do, given, when

ISSUED = at("04-07", "09:00")
issue = step(
    "IssueCorrective", "P-SO", ISSUED, corrective="ZG-1", unit="W1", text="偏离", basis="办法 §9", due="2026-04-10"
)
answer = step("AnswerCorrective", "P-W1D", at("04-08"), corrective="ZG-1", measures="讲评", person="P-T1L")
complete = step("CompleteCorrective", "P-T1L", at("04-09"), corrective="ZG-1", evidence=["paper:讲评记录"])
verify = step("VerifyCorrective", "P-SO", at("04-10"), corrective="ZG-1", result="pass")
returned = step("VerifyCorrective", "P-SO", at("04-10"), corrective="ZG-1", result="fail", comment="缺签到")
advance = step("AdvanceClock", "SYSTEM", at("04-30"))


def completed(**fields: Any) -> list[Line]:
    return [issue(**fields), answer(), complete()]


def told(story: Story) -> list[tuple[str, str]]:
    """Facts that the last command recorded, and when each fell due (UTC)."""
    return [(type(fact).__name__, fact.at[5:16]) for fact in story.recorded[:-1]]


# -- issue ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("by", ["P-SO", "P-OFF", "P-G1"])
def test_offices_and_the_leading_group_at_the_unit_or_above_issue(by: str) -> None:
    """[rule 34]"""
    story = when(issue(by)).then_facts("CorrectiveIssued")
    assert story.recorded[0].stream == "unit-W1"


@pytest.mark.parametrize("by", ["P-W1D", "P-U1H", "P-A", "P-C1", "SYSTEM"])
def test_others_do_not_issue(by: str) -> None:
    """[rule 34]"""
    when(issue(by)).then_refused(Authority)


def test_a_notice_has_its_own_id_and_a_ground() -> None:
    """[rule 34]"""
    when(issue(basis=" ")).then_refused(Basis)
    without = issue()
    del without["data"]["basis"]
    when(without).then_refused(Basis)
    when(issue(unit="W9")).then_refused("UNKNOWN_UNIT")
    when(issue(person="P-ZZ")).then_refused("UNKNOWN_PERSON")
    when(issue(quarter="2026-03")).then_refused(Invalid)
    given(issue()).when(issue(unit="W2")).then_refused("DUPLICATE")


# -- answer and completion --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("by", ["P-T1L", "P-U1H", "P-SO", "P-W2D", "SYSTEM"])
def test_only_leads_of_the_unit_answer(by: str) -> None:
    """[rule 34]"""
    given(issue(person="P-T1L")).when(answer(by)).then_refused(Authority)


def test_it_is_answered_once() -> None:
    """[rule 34]"""
    story = given(issue()).when(answer()).then_facts("CorrectiveAnswered")
    story.when(answer()).then_refused(State)
    story.when(answer(corrective="ZG-9")).then_refused("UNKNOWN_CORRECTIVE")


def test_the_unit_or_the_person_of_its_answer_completes_it_with_evidence() -> None:
    """[rule 34]"""
    given(issue()).when(complete("P-W1D", evidence=[])).then_refused(State)
    given(issue(person="P-T1L")).when(complete()).then_refused(Authority)
    story = given(issue(person="P-A"), answer())
    for by in ("P-T2L", "P-SO", "P-U1H", "P-A", "SYSTEM"):
        story.when(complete(by)).then_refused(Authority)
    story.when(complete(evidence=[])).then_refused(Evidence)
    story.when(complete(evidence=["讲评记录"])).then_refused(Evidence)
    story.when(complete()).then_facts("CorrectiveCompleted")
    story.when(complete(evidence=[])).then_refused(State)
    given(issue(), answer()).when(complete("P-W1D")).then_facts("CorrectiveCompleted")


# -- verification -----------------------------------------------------------------------------------------------------


def test_an_office_above_verifies_what_is_completed() -> None:
    """[rule 34]"""
    given(issue(), answer()).when(verify()).then_refused(State)
    for by in ("P-SO", "P-OFF"):
        given(*completed()).when(verify(by)).then_facts("CorrectiveVerified")
    story = given(*completed(), verify())
    story.when(verify()).then_refused(State)
    story.when(returned()).then_refused(State)


@pytest.mark.parametrize("by", ["P-W1D", "P-U1H", "P-G1", "P-A", "SYSTEM"])
def test_others_do_not_verify(by: str) -> None:
    """[rule 34]"""
    given(*completed()).when(verify(by)).then_refused(Authority)


@pytest.mark.parametrize(("unit", "counts"), [("W1", False), ("T1", False), ("U1", True)])
def test_no_unit_verifies_its_own(unit: str, counts: bool) -> None:
    """[rule 53]"""
    office = do("AssignPerson", "P-HR", ISSUED, person="P-B", unit=unit, role="office", since="2026-04-01")
    story = given(office, *completed()).when(verify("P-B"))
    if counts:
        story.then_facts("CorrectiveVerified")
    else:
        story.then_refused(Authority)


def test_the_roots_own_is_verified_at_the_root_by_another_hand() -> None:
    """[rules 34, 53]"""
    story = given(issue(unit="HQ"), answer("P-CH", person="P-OFF"), complete("P-OFF"))
    story.when(verify("P-OFF")).then_refused(Sod)
    story.when(returned("P-OFF")).then_refused(Sod)
    story.when(verify("P-SO")).then_facts("CorrectiveVerified")


def test_a_returned_one_is_answered_until_a_day_that_is_not_over() -> None:
    """[rule 34]"""
    story = given(*completed()).when(returned()).then_facts("CorrectiveReturned")
    assert story.ledger.states["corrective:ZG-1"].state == "answered"
    story.when(answer()).then_refused(State)
    story.given(complete(at=at("04-10", "12:00")))
    late = at("04-11", "00:00")
    story.when(returned(at=late)).then_refused(Invalid)
    story.when(returned(at=late, due="2026-04-10")).then_refused(Invalid)
    story.when(returned(at=late, due="2026-04-11")).then_facts("CorrectiveReturned")
    given(*completed()).when(verify(at=late)).then_facts("CorrectiveVerified")


def test_a_new_day_that_is_over_leaves_the_old_one_in_force() -> None:
    """[rule 34]"""
    story = given(*completed()).when(returned(due="2026-04-09")).then_facts("CorrectiveReturned")
    again = story.recorded[0]
    assert isinstance(again, CorrectiveReturned)
    assert again.due == "2026-04-10"


# -- time -----------------------------------------------------------------------------------------------------------


AROUND = [
    ("ReminderSent", "04-09T16:00"),
    ("ReminderSent", "04-10T16:00"),
    ("CorrectiveOverdue", "04-10T16:00"),
    ("ReminderSent", "04-11T16:00"),
]


def test_it_is_reminded_of_and_marked_overdue_while_it_is_issued_or_answered() -> None:
    """[rule 34]"""
    assert told(given(issue(), advance())) == AROUND
    story = given(issue(), answer(), advance())
    assert told(story) == AROUND
    overdue = story.recorded[2]
    assert isinstance(overdue, CorrectiveOverdue)
    assert (overdue.stream, overdue.due) == ("unit-W1", "2026-04-10")
    assert story.ledger.states["corrective:ZG-1"].overdue
    story.when(complete(at=at("04-30", "11:00"))).then_facts("CorrectiveCompleted")
    assert not story.ledger.states["corrective:ZG-1"].overdue


@pytest.mark.parametrize(
    ("before", "target"),
    [([issue()], "W1"), ([issue(person="P-A")], "P-A"), ([issue(person="P-A"), answer()], "P-T1L")],
)
def test_who_puts_it_right_is_reminded_else_who_answers_for_it_else_the_unit(before: list[Line], target: str) -> None:
    """[rule 34]"""
    story = given(*before, advance())
    assert {fact.target for fact in story.recorded if isinstance(fact, ReminderSent)} == {target}


def test_what_is_completed_is_neither_reminded_of_nor_overdue() -> None:
    """[rule 34]"""
    given(*completed()).when(advance()).then_facts("ClockAdvanced")
    given(*completed(), verify()).when(advance()).then_facts("ClockAdvanced")


def test_a_returned_one_is_reminded_of_and_marked_anew() -> None:
    """[rule 34]"""
    assert told(given(*completed(), returned(), advance())) == AROUND[1:]
    later = given(*completed(), returned(due="2026-04-15"), advance())
    assert told(later) == [
        ("ReminderSent", "04-14T16:00"),
        ("ReminderSent", "04-15T16:00"),
        ("CorrectiveOverdue", "04-15T16:00"),
        ("ReminderSent", "04-16T16:00"),
    ]


def test_marks_of_one_moment_go_by_id() -> None:
    """[rule 34]"""
    story = given(issue(corrective="B"), issue(corrective="A", unit="W2"), advance())
    marked = [fact.corrective for fact in story.recorded if isinstance(fact, CorrectiveOverdue)]
    assert marked == ["A", "B"]
