"""One responsible person per place, specialty and date (ORG-20; contract §2.16, §5.37)."""

from __future__ import annotations

from functools import partial

import pytest

from ledger.errors import Already, Authority, Invalid, State
from tests.spec import do, given, when

AT = "2026-02-02T08:00:00+08:00"
assign = partial(
    do, "AssignResponsibility", by="P-SO", at=AT, place="综采面", specialty="机电", person="P-T1L", since="2026-02-05"
)
end = partial(do, "EndResponsibility", by="P-SO", at=AT, place="综采面", specialty="机电", person="P-T1L")


@pytest.mark.parametrize("by", ["P-SO", "P-U1D", "P-ADM", "SYSTEM"])
def test_safety_office_deputy_admin_and_imports_assign_and_end(by: str) -> None:
    story = when(assign(by=by)).then_facts("ResponsibilityAssigned")
    assert story.recorded[0].stream == "org"
    story.when(end(by=by, last_day="2026-02-09")).then_facts("ResponsibilityEnded")


@pytest.mark.parametrize("by", ["P-U2D", "P-U1H", "P-OFF", "P-T1L", "P-G1"])
def test_others_do_not(by: str) -> None:
    when(assign(by=by)).then_refused(Authority)
    given(assign()).when(end(by=by, last_day="2026-02-09")).then_refused(Authority)


def test_two_persons_never_share_a_day() -> None:
    story = given(assign(until="2026-02-10"))
    other = partial(assign, person="P-T2L")
    story.when(other(since="2026-02-10")).then_refused(Already)
    story.when(other(since="2026-02-01", until="2026-02-05")).then_refused(Already)
    story.when(other(since="2026-02-01")).then_refused(Already)
    story.when(other(since="2026-02-06", until="2026-02-07")).then_refused(Already)
    story.when(other(since="2026-02-01", until="2026-02-04")).then_facts("ResponsibilityAssigned")
    story.when(other(since="2026-02-11")).then_facts("ResponsibilityAssigned")
    story.when(assign(since="2026-02-12")).then_refused(Already)


def test_the_responsible_person_is_registered() -> None:
    when(assign(person="P-NOBODY")).then_refused("UNKNOWN_PERSON")
    when(assign()).then_facts("ResponsibilityAssigned")


def test_the_same_person_and_other_places_are_free() -> None:
    story = given(assign())
    story.when(assign(since="2026-02-08")).then_facts("ResponsibilityAssigned")
    story.when(assign(person="P-T2L", specialty="通风")).then_facts("ResponsibilityAssigned")
    story.when(assign(person="P-T2L", place="掘进面")).then_facts("ResponsibilityAssigned")


def test_a_responsibility_does_not_end_before_it_begins() -> None:
    when(assign(until="2026-02-04")).then_refused(Invalid)
    when(assign(until="2026-02-05")).then_facts("ResponsibilityAssigned")


def test_what_has_ended_is_free_from_the_next_day_on() -> None:
    story = given(assign(), end(last_day="2026-02-09"))
    story.when(assign(person="P-T2L", since="2026-02-09")).then_refused(Already)
    story.when(assign(person="P-T2L", since="2026-02-10")).then_facts("ResponsibilityAssigned")


def test_only_a_running_responsibility_ends_and_once() -> None:
    when(end(last_day="2026-02-09")).then_refused(State)
    story = given(assign())
    story.when(end(person="P-T2L", last_day="2026-02-09")).then_refused(State)
    story.when(end(specialty="通风", last_day="2026-02-09")).then_refused(State)
    story.when(end(last_day="2026-02-04")).then_refused(State)
    story.given(end(last_day="2026-02-09")).when(end(last_day="2026-02-09")).then_refused(State)
    story.when(end(last_day="2026-02-10")).then_refused(State)


def test_places_and_specialties_are_not_confused() -> None:
    """Free texts with separators of our own do not run into each other."""
    story = given(assign(place="a/b", specialty="c"))
    story.when(assign(place="a", specialty="b/c", person="P-T2L")).then_facts("ResponsibilityAssigned")
    story.when(assign(place="长" * 2000, specialty="名" * 2000)).then_facts("ResponsibilityAssigned")
