"""A hazard's deadline brings about its consequences, a superseded one no longer does (contract §2.14, §5.17; TR-16)."""

from __future__ import annotations

from typing import Any

import pytest

from ledger.errors import Authority
from ledger.fact import Fact
from ledger.facts.hazards import HazardEscalated, HazardMarkedOverdue, ReminderSent
from tests.ledger.decisions.hazards import (
    ASSIGNED,
    DAY,
    FIXED_ON_SPOT,
    VERIFIED,
    accept,
    assign,
    claim,
    extend,
    policy,
    report,
    request,
    start,
    verify,
)
from tests.ledger.decisions.sheets import at, step
from tests.spec import Line, Story, do, given

open_ = step("OpenHandover", "P-T1L", at(DAY, "13:50"), handover="HV-1", sender="T1", receiver="T2")
transfer = step("TransferHandoverItem", "P-C1", at(DAY, "13:52"), handover="HV-1", hazard="H-1", accepted_by="P-T2L")

EVERYTHING = {"remind-hazard:H-1/-24", "remind-hazard:H-1/0", "remind-hazard:H-1/24", "overdue:H-1", "force:H-1"}
OVERDUE = ("ReminderSent", "HazardMarkedOverdue")


def advance(until: str) -> Line:
    return do("AdvanceClock", at=until)


def due(story: Story) -> dict[str, str]:
    """Agenda entries of H-1 with their moments in UTC."""
    return {key: moment[:16] for key, moment in story.ledger.lookup("agenda").due.items() if "H-1" in key}


def told(facts: list[Fact]) -> list[tuple[str, str]]:
    return [(fact.target, fact.business_date) for fact in facts if isinstance(fact, ReminderSent)]


def of(story: Story, kind: type[Fact]) -> list[Any]:
    return [recorded.fact for recorded in story.ledger.facts if isinstance(recorded.fact, kind)]


# -- what falls due -------------------------------------------------------------------------------------------------


def test_a_deadline_puts_reminders_overdue_and_tender_on_the_agenda() -> None:
    assert due(given(*ASSIGNED)) == {
        "remind-hazard:H-1/-24": "2026-02-09T16:00",
        "remind-hazard:H-1/0": "2026-02-10T16:00",
        "remind-hazard:H-1/24": "2026-02-11T16:00",
        "overdue:H-1": "2026-02-10T16:00",
        "force:H-1": "2026-02-24T16:00",
    }


def test_moments_before_the_deadline_was_set_are_skipped() -> None:
    story = given(*VERIFIED, assign(deadline="2026-02-05"))
    assert set(due(story)) == EVERYTHING - {"remind-hazard:H-1/-24"}


def test_each_thing_happens_on_its_day() -> None:
    story = given(*ASSIGNED)
    story.when(advance(at("02-09", "23:59"))).then_facts("ClockAdvanced")
    story.when(advance(at("02-10", "00:00"))).then_facts("ReminderSent", "ClockAdvanced")
    story.when(advance(at("02-11", "00:00"))).then_facts(*OVERDUE, "ClockAdvanced")
    story.when(advance(at("02-12", "00:00"))).then_facts("ReminderSent", "HazardEscalated", "ClockAdvanced")
    story.when(advance(at("02-25", "00:00"))).then_facts("TenderMadeCompulsory", "ReminderSent", "ClockAdvanced")
    story.when(advance(at("03-31"))).then_facts("ClockAdvanced")
    assert due(story) == {}


def test_one_advance_tells_everything_in_order_and_dated_by_its_moment() -> None:
    story = given(*ASSIGNED, advance(at("03-01")))
    assert told(story.recorded) == [("T1", f"2026-02-{day}") for day in ("10", "11", "12", "25")]
    assert [fact.days for fact in of(story, HazardMarkedOverdue)] == [1]


def test_a_day_late_it_is_escalated_one_level_up() -> None:
    (escalated,) = of(given(*ASSIGNED, advance(at("03-01"))), HazardEscalated)
    assert (escalated.to_unit, escalated.to_role) == ("W1", "workshop_head")


@pytest.mark.parametrize("then", [[], [start()], [start(), claim()], [claim(), accept(result="fail")], [request()]])
def test_only_the_close_ends_it_not_the_work(then: list[Line]) -> None:
    story = given(*ASSIGNED, *then)
    assert set(due(story)) == EVERYTHING


def test_hours_and_days_are_policy() -> None:
    hours = policy("remind.offsets", [-48, 12])
    force = policy("tender.force", {"repeat": 3, "days": 90, "overdue": 5})
    assert due(given(hours, force, *ASSIGNED)) == {
        "remind-hazard:H-1/-48": "2026-02-08T16:00",
        "remind-hazard:H-1/12": "2026-02-11T04:00",
        "overdue:H-1": "2026-02-10T16:00",
        "force:H-1": "2026-02-14T16:00",
    }


# -- what a superseded deadline leaves behind: nothing --------------------------------------------------------------

OTHER_HOURS = policy("remind.offsets", [12], "2026-02-06")
"""From the next day on, so that the old reminders have no successors of the same name."""


def test_an_extension_moves_everything() -> None:
    story = given(*ASSIGNED, extend())
    assert due(story)["overdue:H-1"] == "2026-02-20T16:00"
    story.when(advance(at("02-19"))).then_facts("ClockAdvanced")
    story.when(advance(at("02-21"))).then_facts("ReminderSent", *OVERDUE, "ClockAdvanced")


def test_an_extension_under_other_hours_leaves_no_old_reminder() -> None:
    story = given(OTHER_HOURS, *ASSIGNED, extend(at=at("02-06")))
    assert set(due(story)) == {"remind-hazard:H-1/12", "overdue:H-1", "force:H-1"}
    story.when(advance(at("02-20"))).then_facts("ClockAdvanced")


def test_a_handover_leaves_no_old_reminder() -> None:
    story = given(*ASSIGNED, open_(), transfer())
    assert due(story) == {
        "remind-hazard:H-1/0": "2026-02-05T16:00",
        "remind-hazard:H-1/24": "2026-02-06T16:00",
        "overdue:H-1": "2026-02-05T16:00",
        "force:H-1": "2026-02-19T16:00",
    }
    story.given(advance(at("02-28")))
    assert told(story.recorded) == [("T2", f"2026-02-{day}") for day in ("06", "07", "20")]


def test_a_handover_after_the_deadline_leaves_no_old_reminder() -> None:
    received = transfer(at=at("02-13", "13:52"), deadline="2026-02-10")
    story = given(*ASSIGNED, open_(at=at("02-13", "13:50")), received)
    assert set(due(story)) == {"force:H-1"}


@pytest.mark.parametrize("closed", [[claim(), accept()], [start(), claim("P-A"), accept("P-OFF")]])
def test_a_close_leaves_nothing_behind(closed: list[Line]) -> None:
    story = given(*ASSIGNED, *closed)
    assert due(story) == {}
    story.when(advance(at("03-31"))).then_facts("ClockAdvanced")


def test_a_close_by_arbitration_leaves_nothing_behind() -> None:
    contested = do("RefuseHandover", "P-T2L", at(DAY, "13:54"), handover="HV-1", reason="未清", hazard="H-1")
    done = do("ArbitrateHandover", "P-W1D", at(DAY, "13:56"), handover="HV-1", decision="done", reason="合格")
    assert due(given(*ASSIGNED, claim(), open_(), contested, done)) == {}


def test_a_close_after_an_extension_and_a_handover_leaves_nothing_behind() -> None:
    flown = [*ASSIGNED, extend(), open_(), transfer()]
    fixed = [claim("P-T2L", at(DAY, "14:30")), accept(at=at(DAY, "15:00"))]
    assert due(given(*flown, *fixed)) == {}


def test_an_overdue_hazard_whose_deadline_is_extended_can_be_overdue_again() -> None:
    story = given(*ASSIGNED, advance(at("02-11")), extend(at=at("02-11", "09:00")), advance(at("02-21")))
    assert len(of(story, HazardMarkedOverdue)) == 2


# -- the compulsory tender ------------------------------------------------------------------------------------------


def test_overdue_for_fifteen_days_the_clerk_may_file_the_tender() -> None:
    filed = request("P-C1", at("02-25", "09:00"), reason="overdue")
    given(*ASSIGNED, advance(at("02-24"))).when(filed).then_refused(Authority)
    given(*ASSIGNED, advance(at("02-25", "00:00"))).when(filed).then_facts("TenderRequested")


def test_a_tender_is_made_compulsory_only_once() -> None:
    forced = [*ASSIGNED, advance(at("02-25")), extend(at=at("02-25", "11:00"), deadline="2026-03-05")]
    story = given(*forced)
    assert "force:H-1" not in due(story)
    story.given(advance(at("04-01")))
    assert [type(fact).__name__ for fact in story.recorded].count("TenderMadeCompulsory") == 0


def test_what_is_compulsory_as_a_repeat_is_not_forced_by_its_deadline() -> None:
    force = policy("tender.force", {"repeat": 2, "days": 90, "overdue": 15})
    again = [verify(hazard="H-1", at=at(DAY, "10:00")), assign(at=at(DAY, "10:30"))]
    story = given(force, {**FIXED_ON_SPOT, "data": {**FIXED_ON_SPOT["data"], "hazard": "H-0"}}, accept(hazard="H-0"))
    story.given(report(), *again)
    assert set(due(story)) == EVERYTHING - {"force:H-1"}


# -- the order of one moment ----------------------------------------------------------------------------------------


def test_an_id_goes_before_those_that_begin_with_it() -> None:
    found = [[report(hazard=name), verify(hazard=name), assign(hazard=name)] for name in ("H-1.a", "H-1", "H-10")]
    story = given(*(line for lines in found for line in lines), advance(at("02-11", "00:00")))
    overdue = [fact.hazard for fact in story.recorded if isinstance(fact, HazardMarkedOverdue)]
    reminded = [fact.document for fact in story.recorded if isinstance(fact, ReminderSent)]
    assert overdue == ["H-1", "H-1.a", "H-10"]
    assert reminded == overdue * 2


def test_a_hazard_is_overdue_before_that_makes_its_tender_compulsory() -> None:
    at_once = policy("tender.force", {"repeat": 3, "days": 90, "overdue": 1})
    story = given(at_once, *ASSIGNED, advance(at("02-11", "00:00")))
    assert [type(fact).__name__ for fact in story.recorded][2:] == [
        *("HazardMarkedOverdue", "TenderMadeCompulsory", "ReminderSent", "ClockAdvanced"),
    ]
