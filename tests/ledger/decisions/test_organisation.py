"""Set-up: the ledger, units, persons and their roles, calendars, protected acts (ORG)."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from ledger.errors import Already, Authority, Duplicate, Future, Invalid, NotReady, OpenItems, State
from ledger.facts.organisation import PersonAssigned
from tests.ledger.decisions.test_periods import closed
from tests.spec import Line, MemoryLedger, do, fixture_lines, given, group, when

new_unit = partial(do, "RegisterUnit", "P-ADM", unit="N1", name="新班")
n1 = new_unit(level=4, parent="W2")
assign = partial(do, "AssignPerson", "P-HR")
end = partial(do, "EndAssignment", "P-HR")
retire = partial(do, "RetireUnit", "P-ADM", reason="撤销")
reparent = partial(do, "ReparentUnit", "P-ADM", effective="2026-02-10", reason="划转")
create = {"id": "c-1", **do("CreateLedger", ledger="demo", clock="simulated")}


def day_of(*shifts: tuple[str, str, str]) -> list[dict[str, str]]:
    return [{"shift": name, "start": start, "end": end} for name, start, end in shifts]


# -- the ledger -----------------------------------------------------------------------------------------------------


def test_a_ledger_begins_with_its_creation_at_position_one() -> None:
    answer = MemoryLedger().send(create)
    assert (answer.ok, answer.facts, answer.position) == (True, ("LedgerCreated",), 1)


def test_nothing_happens_before_the_ledger_is_created() -> None:
    answer = MemoryLedger().send({"id": "c-1", **new_unit(level=1)})
    assert answer.code == NotReady("").code


def test_a_ledger_is_created_only_once() -> None:
    when(do("CreateLedger", ledger="again", clock="simulated")).then_refused(Already)


def test_a_person_cannot_create_a_ledger() -> None:
    when(do("CreateLedger", "P-ADM", ledger="again", clock="simulated")).then_refused(Authority)


def test_a_ledger_has_a_name() -> None:
    assert MemoryLedger().send({**create, "data": {"ledger": "", "clock": "real"}}).code == "INVALID"


def test_the_groups_106_commands_are_accepted() -> None:
    assert len(fixture_lines()) == 106
    assert len(group().receipts) == 106


# -- units ----------------------------------------------------------------------------------------------------------


def test_a_unit_joins_below_its_superior() -> None:
    when(n1).then_facts("UnitRegistered")


@pytest.mark.parametrize("level", [1, 2, 3])
def test_a_unit_is_not_on_or_above_its_superiors_level(level: int) -> None:
    when(new_unit(level=level, parent="W2")).then_refused(Invalid)


@pytest.mark.parametrize("level", [0, 6, "4", True])
def test_a_level_is_a_number_from_one_to_five(level: Any) -> None:
    when(new_unit(level=level, parent="HQ")).then_refused(Invalid)


def test_there_is_only_one_root() -> None:
    when(new_unit(level=1)).then_refused(Invalid)


def test_a_unit_is_registered_only_once() -> None:
    given(n1).when(n1).then_refused(Duplicate)


def test_a_superior_must_be_known() -> None:
    when(new_unit(level=4, parent="ZZ")).then_refused("UNKNOWN_UNIT")


def test_only_an_admin_registers_units() -> None:
    when({**n1, "by": "P-HR"}).then_refused(Authority)


@pytest.mark.parametrize(
    "line",
    [
        do("ReparentUnit", unit="T4", parent="W1", effective="2026-02-03", reason="x"),
        do("RetireUnit", unit="T4", effective="2026-02-03", reason="x"),
        do("AssignPerson", person="P-A", unit="T4", role="worker", since="2026-02-03"),
        do("EndAssignment", person="P-A", unit="T1", role="worker", last_day="2026-02-03"),
        do("PublishShiftCalendar", unit="U2", effective="2026-02-03", shifts=day_of(("白", "08:00", "08:00"))),
        do("PublishWorkCalendar", year="2028", holidays=[], workdays=[], source="x"),
    ],
    ids=lambda line: str(line["command"]),
)
def test_only_admin_personnel_or_the_system_change_the_organisation(line: Line) -> None:
    for by in ("P-U1H", "P-C0", "P-A"):
        when(line | {"by": by}).then_refused(Authority)
    for by in ("P-ADM", "SYSTEM"):
        given(line | {"by": by})


def test_a_unit_moves_to_another_superior_from_a_date_on() -> None:
    story = when(reparent(unit="T4", parent="W1")).then_facts("UnitReparented")
    organisation = story.ledger.states["org"]
    assert [organisation.parent("T4", day) for day in ("2026-02-09", "2026-02-10")] == ["W2", "W1"]


@pytest.mark.parametrize(("unit", "parent"), [("W2", "T4"), ("W2", "W2"), ("HQ", "U1"), ("W1", "W2")])
def test_a_unit_moves_neither_below_itself_nor_to_its_own_level(unit: str, parent: str) -> None:
    when(reparent(unit=unit, parent=parent)).then_refused(Invalid)


def test_a_move_that_makes_a_circle_only_later_is_refused() -> None:
    below = (new_unit(unit="A", level=3, parent="U1"), new_unit(unit="B", level=4, parent="U1"))
    later = reparent(unit="B", parent="A", effective="2026-03-01")
    given(*below, later).when(reparent(unit="A", parent="B")).then_refused(Invalid)


def test_a_retired_unit_does_not_move() -> None:
    given(n1, retire(unit="N1", effective="2026-02-02")).when(reparent(unit="N1", parent="W1")).then_refused(State)


def test_nothing_moves_below_a_retired_unit() -> None:
    wing = new_unit(level=3, parent="U1")
    given(wing, retire(unit="N1", effective="2026-02-02")).when(reparent(unit="T4", parent="N1")).then_refused(State)


def test_an_empty_unit_retires_once() -> None:
    gone = retire(unit="N1", effective="2026-02-02")
    given(n1).when(gone).then_facts("UnitRetired").when(gone).then_refused(State)


@pytest.mark.parametrize(
    "account", ["POOL_WAGE:U1", "POOL_SAFETY:U1", "POOL_PROJECT:U1", "FUND_SAFETY:U1", "CLR_TRADE:U1", "ESC_DISPUTE:U1"]
)
def test_a_unit_with_money_left_does_not_retire(account: str) -> None:
    opened = do("OpenBalances", as_of="2026-02-02", balances={account: "0.01"})
    given(opened).when(retire(unit="U1", effective="2026-02-02")).then_refused(OpenItems)


def test_a_unit_that_owes_does_not_retire() -> None:
    opened = do("OpenBalances", as_of="2026-02-02", balances={"DUE_UNIT:N1": "-5.00"})
    given(n1, opened).when(retire(unit="N1", effective="2026-02-02")).then_refused(OpenItems)


def test_a_unit_with_an_open_hazard_does_not_retire() -> None:
    hazard = do(
        "ReportHazard", "P-A", hazard="H-1", unit="N1", place="x", category="hazard", description="x", tier="T3"
    )
    given(n1, hazard).when(retire(unit="N1", effective="2026-02-02")).then_refused(OpenItems)


def test_a_unit_retires_when_its_pool_is_empty_again() -> None:
    story = given(
        n1,
        do("OpenBalances", as_of="2026-02-02", balances={"POOL_WAGE:N1": "7.00"}),
        do("DistributeWage", "P-C1", unit="N1", lines=[{"person": "P-A", "amount": "7.00"}]),
    )
    story.when(retire(unit="N1", effective="2026-02-02")).then_facts("UnitRetired")


# -- persons --------------------------------------------------------------------------------------------------------

p_new = do("RegisterPerson", "P-HR", person="P-N", name="葛班长")


def test_a_person_is_registered_only_once() -> None:
    when(p_new).then_facts("PersonRegistered").when(p_new).then_refused(Duplicate)


def test_system_is_nobodys_id() -> None:
    when(do("RegisterPerson", "P-HR", person="SYSTEM", name="x")).then_refused(Invalid)


def test_only_personnel_register_persons() -> None:
    when({**p_new, "by": "P-C1"}).then_refused(Authority)


def test_the_first_assignment_is_the_home_and_the_organisation_hears_of_it() -> None:
    story = given(p_new).when(assign(person="P-N", unit="T1", role="worker", since="2026-02-02"))
    first, mirror = story.then_facts("PersonAssigned").recorded
    assert isinstance(first, PersonAssigned)
    assert (first.stream, first.home, first.mirror) == ("person-P-N", True, False)
    assert (mirror.stream, mirror.mirror) == ("org", True)


def test_a_later_assignment_is_a_home_only_if_it_says_so() -> None:
    story = given(assign(person="P-A", unit="T2", role="recorder", since="2026-02-03"))
    assert story.ledger.states["person-P-A"].home("2026-02-03") == "T1"
    story.given(assign(person="P-A", unit="T3", role="recorder", since="2026-02-03", home=True))
    assert story.ledger.states["person-P-A"].home("2026-02-03") == "T3"


def test_the_later_of_two_homes_from_one_day_counts() -> None:
    story = given(assign(person="P-A", unit="T2", role="worker", since="2023-12-01", home=True))
    assert story.ledger.states["person-P-A"].home("2026-02-03") == "T2"


worker = partial(assign, person="P-A", unit="T2", role="worker")


@pytest.mark.parametrize(
    ("since", "until"), [("2026-03-05", "2026-03-09"), ("2026-02-01", "2026-03-01"), ("2026-03-10", None)]
)
def test_a_role_is_held_only_once_at_a_time(since: str, until: str | None) -> None:
    again = worker(since=since) if until is None else worker(since=since, until=until)
    given(worker(since="2026-03-01", until="2026-03-10")).when(again).then_refused(Already)


@pytest.mark.parametrize(
    "again",
    [
        worker(since="2026-03-11"),
        worker(since="2026-02-01", until="2026-02-28"),
        assign(person="P-A", unit="T3", role="worker", since="2026-03-05"),
        assign(person="P-A", unit="T2", role="recorder", since="2026-03-05"),
    ],
)
def test_another_time_unit_or_role_is_another_assignment(again: Line) -> None:
    given(worker(since="2026-03-01", until="2026-03-10")).when(again).then_facts("PersonAssigned")


def test_an_assignment_does_not_end_before_it_begins() -> None:
    when(worker(since="2026-02-05", until="2026-02-04")).then_refused(Invalid)


def test_nobody_is_assigned_to_a_retired_unit() -> None:
    gone = given(n1, retire(unit="N1", effective="2026-02-02"))
    gone.when(assign(person="P-A", unit="N1", role="worker", since="2026-02-04")).then_refused(State)


def test_an_unknown_role_is_no_role() -> None:
    when(assign(person="P-A", unit="T2", role="king", since="2026-02-05")).then_refused(Invalid)


def test_an_assignment_ends_with_its_last_day_and_only_once() -> None:
    ended = end(person="P-T1L", unit="T1", role="team_leader", last_day="2026-02-10")
    story = when(ended).then_facts("AssignmentEnded")
    assert story.ledger.states["person-P-T1L"].holds("team_leader", "T1", "2026-02-10")
    assert not story.ledger.states["person-P-T1L"].holds("team_leader", "T1", "2026-02-11")
    assert story.ledger.states["unit-T1"].holders_of("team_leader", "2026-02-11") == ()
    story.when(ended).then_refused(State)


def test_an_assignment_that_has_ended_may_end_earlier_but_not_later() -> None:
    """[rule 81]"""
    ends = partial(end, person="P-T1L", unit="T1", role="team_leader")
    story = given(ends(last_day="2026-02-10"))
    story.when(ends(last_day="2026-02-11")).then_refused(State)
    story.when(ends(last_day="2026-02-06")).then_facts("AssignmentEnded")
    assert not story.ledger.states["person-P-T1L"].holds("team_leader", "T1", "2026-02-07")


def test_an_assignment_by_mistake_never_was_not_as_a_home_either() -> None:
    """[rule 81]"""
    mistake = assign(person="P-A", unit="T2", role="worker", since="2026-02-05", home=True)
    story = given(mistake)
    assert story.ledger.states["person-P-A"].home("2026-02-05") == "T2"
    story.given(end(person="P-A", unit="T2", role="worker", last_day="2026-02-04"))
    assert story.ledger.states["person-P-A"].home("2026-02-05") == "T1"
    assert story.ledger.states["unit-T2"].holders_of("worker", "2026-02-05") == ("P-E",)
    story.when(mistake).then_facts("PersonAssigned")


def test_nobody_appoints_himself() -> None:
    """[rule 52]"""
    when(assign(person="P-HR", unit="HQ", role="centre_head", since="2026-02-05")).then_refused("SOD")


def test_a_home_at_another_centre_does_not_begin_in_a_closed_month() -> None:
    """[rule 76]"""
    story = closed("2026-01")
    move = partial(assign, person="P-A", role="worker", home=True)
    story.when(move(unit="W3", since="2026-01-20")).then_refused("TOO_LATE")
    story.when(move(unit="T2", since="2026-01-20")).then_facts("PersonAssigned")
    story.when(move(unit="W3", since="2026-02-01")).then_facts("PersonAssigned")


def test_a_first_home_is_not_put_before_a_month_that_the_root_has_closed() -> None:
    """[rules 45 and 76] Until it begins the person's accounts are the root's."""
    hired = do("RegisterPerson", person="P-N", name="新人")
    move = partial(assign, person="P-N", role="worker", home=True)
    story = closed("2026-01", "HQ").given(hired, move(unit="T1", since="2026-02-01"))
    story.when(move(unit="T2", since="2026-01-20")).then_refused("TOO_LATE")
    story.when(move(unit="T2", since="2026-02-02")).then_facts("PersonAssigned")


def test_a_person_and_a_unit_get_other_names() -> None:
    """[rule 23]"""
    rename = partial(do, "RenameUnit", "P-ADM", unit="T1", reason="改制")
    story = when(rename(name="综采一班", effective="2026-02-05")).then_facts("UnitRenamed")
    unit = story.ledger.states["org"].units["T1"]
    assert (unit.name_on("2026-02-04"), unit.name_on("2026-02-05")) == ("一班", "综采一班")
    story.when(rename(name=" ", effective="2026-02-05")).then_refused(Invalid)
    story.when(do("RenamePerson", "P-HR", person="P-A", name="李四", reason="户口")).then_facts("PersonRenamed")
    story.when(do("RenamePerson", "P-H1", person="P-A", name="李四", reason="户口")).then_refused(Authority)


def test_a_unit_is_neither_renamed_nor_moved_in_a_closed_month() -> None:
    """[rule 60]"""
    story = closed("2026-01")
    story.when(do("RenameUnit", "P-ADM", unit="T1", name="新", effective="2026-01-31", reason="x")).then_refused(
        "TOO_LATE"
    )
    story.when(reparent(unit="T1", parent="W3", effective="2026-01-31")).then_refused("TOO_LATE")
    story.when(reparent(unit="W3", parent="U1", effective="2026-01-31")).then_refused("TOO_LATE")
    story.when(reparent(unit="T1", parent="W3", effective="2026-02-02")).then_facts("UnitReparented")


def test_a_unit_that_was_retired_by_mistake_trades_again() -> None:
    """[rule 81]"""
    back = do("ReinstateUnit", "P-ADM", unit="N1", reason="误撤")
    gone = given(n1, retire(unit="N1", effective="2026-02-02"))
    gone.when(back).then_facts("UnitReinstated")
    gone.when(back).then_refused(State)
    gone.when(assign(person="P-A", unit="N1", role="worker", since="2026-02-04")).then_facts("PersonAssigned")


def test_who_leaves_keeps_the_last_home() -> None:
    story = when(end(person="P-A", unit="T1", role="worker", last_day="2026-02-10", left=True))
    story.then_facts("AssignmentEnded", "PersonLeft")
    assert story.ledger.states["person-P-A"].home("2026-06-01") == "T1"


@pytest.mark.parametrize(
    "wrong",
    [
        {"role": "recorder", "last_day": "2026-02-10"},
        {"role": "worker", "last_day": "2023-11-29"},
        {"role": "worker", "unit": "T2", "last_day": "2026-02-10"},
    ],
)
def test_only_a_running_assignment_ends(wrong: dict[str, str]) -> None:
    when(end(**{"person": "P-A", "unit": "T1", **wrong})).then_refused(State)


# -- calendars ------------------------------------------------------------------------------------------------------

shifts_of = partial(do, "PublishShiftCalendar", "P-ADM", unit="U2", effective="2026-02-05")


@pytest.mark.parametrize(
    "shifts",
    [
        [("白", "08:00", "20:00"), ("夜", "20:00", "08:00")],
        [("全", "00:00", "00:00")],
        [("中", "14:00", "22:00"), ("夜", "22:00", "06:00"), ("早", "06:00", "14:00")],
    ],
)
def test_shifts_go_once_around_the_clock(shifts: list[tuple[str, str, str]]) -> None:
    when(shifts_of(shifts=day_of(*shifts))).then_facts("ShiftCalendarPublished")


@pytest.mark.parametrize(
    "shifts",
    [
        [],
        [("白", "08:00", "20:00")],
        [("白", "08:00", "20:00"), ("夜", "20:00", "07:59")],
        [("白", "08:00", "20:00"), ("夜", "19:59", "08:00")],
        [("白", "08:00", "20:00"), ("夜", "20:00", "08:00"), ("全", "08:00", "08:00")],
        [("班", "08:00", "20:00"), ("班", "20:00", "08:00")],
    ],
)
def test_shifts_with_a_gap_an_overlap_or_one_name_are_no_calendar(shifts: list[tuple[str, str, str]]) -> None:
    when(shifts_of(shifts=day_of(*shifts))).then_refused(Invalid)


work_calendar = partial(do, "PublishWorkCalendar", "P-ADM", year="2028", workdays=[], source="样例")


def test_the_same_work_calendar_is_published_once() -> None:
    first = work_calendar(holidays=["2028-01-03"])
    given(first).when(first).then_refused(Already)


def test_a_changed_work_calendar_replaces_the_older_one() -> None:
    story = given(work_calendar(holidays=["2028-01-03"])).when(work_calendar(holidays=["2028-01-04"]))
    story.then_facts("WorkCalendarPublished")
    organisation = story.ledger.states["org"]
    assert (organisation.is_working("2028-01-03"), organisation.is_working("2028-01-04")) == (True, False)


@pytest.mark.parametrize(("holidays", "workdays"), [(["2027-12-31"], []), (["2028-01-03"], ["2028-01-03"])])
def test_a_work_calendar_knows_its_own_year_only_and_each_day_once(holidays: list[str], workdays: list[str]) -> None:
    when(work_calendar(holidays=holidays, workdays=workdays)).then_refused(Invalid)


# -- protected acts -------------------------------------------------------------------------------------------------

act = partial(do, "RecordProtectedAct", act="ACT-1", person="P-A", kind="stop_work", unit="T1", description="停工")


@pytest.mark.parametrize("by", ["P-A", "P-REP", "P-SO"])
def test_the_person_a_representative_or_the_safety_office_records_a_protected_act(by: str) -> None:
    when(act(by)).then_facts("ProtectedActRecorded")


@pytest.mark.parametrize("by", ["P-B", "P-T1L", "SYSTEM"])
def test_others_do_not_record_protected_acts(by: str) -> None:
    when(act(by)).then_refused(Authority)


def test_a_protected_act_is_recorded_once_and_not_before_it_happens() -> None:
    given(act("P-A")).when(act("P-A")).then_refused(Duplicate)
    when({**act("P-A"), "recorded_at": "2026-02-02T08:54:59+08:00"}).then_refused(Future)
