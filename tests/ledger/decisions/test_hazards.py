"""Hazards from report to close, guard by guard (contract §2.3; TR-05, TR-13, ASS-40, L7)."""

from __future__ import annotations

from typing import Any

import pytest

from ledger.errors import Already, Authority, Criteria, Duplicate, Evidence, Future, Invalid, Sod, State, WrongCentre
from ledger.facts.hazards import HazardAcceptanceFailed, HazardClosed, HazardRepeatLinked, HazardReported
from tests.ledger.decisions.hazards import (
    ASSIGNED,
    CLAIMED,
    CLOSED,
    DAY,
    FIXED_ON_SPOT,
    MERGED,
    RECTIFYING,
    REJECTED,
    VERIFIED,
    accept,
    assign,
    claim,
    extend,
    hazard,
    merge,
    policy,
    reject,
    report,
    request,
    start,
    tell_authority,
    verify,
    verify_major,
)
from tests.ledger.decisions.sheets import at
from tests.spec import Line, Story, do, given, stamped, when

OVER = [CLOSED, REJECTED, MERGED]
PASSED = ("HazardAcceptancePassed", "HazardClosed")

# -- report ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("by", ["P-A", "P-X1", "P-AUD", "SYSTEM"])
def test_anyone_reports_a_hazard(by: str) -> None:
    story = when(report(by)).then_facts("HazardReported")
    (fact,) = story.recorded
    assert isinstance(fact, HazardReported)
    assert fact.discoverer == (None if by == "SYSTEM" else by)


def test_a_hazard_is_reported_once_and_not_in_the_future() -> None:
    given(report()).when(report()).then_refused(Duplicate)
    given(report()).when(report(hazard="H-2")).then_facts("HazardReported")
    when(stamped(report(), business_date="2026-02-06")).then_refused(Future)


@pytest.mark.parametrize("wrong", [{"cause": 4}, {"tier": "T4"}, {"category": "noise"}, {"person": None}])
def test_a_report_has_a_form(wrong: dict[str, Any]) -> None:
    when(report(**wrong)).then_refused(Invalid)


# -- verify, reject, merge ------------------------------------------------------------------------------------------


def inspector(person: str) -> Line:
    """He is inspector of the first mine beside what else he is."""
    return do("AssignPerson", "P-HR", person=person, unit="U1", role="inspector", since="2026-01-01", home=False)


JUDGEMENTS = [verify(), reject(), merge()]


@pytest.mark.parametrize(
    ("tier", "by"),
    [("T1", "P-SO"), ("T1", "P-OFF"), ("T2", "P-SI"), ("T2", "P-SO"), ("T2", "P-OFF"), ("T3", "P-SI"), ("T3", "P-U1D")],
)
def test_safety_staff_of_the_units_above_judge_a_report(tier: str, by: str) -> None:
    both = [report(tier=tier), report(hazard="H-2")]
    given(*both).when(verify(by)).then_facts("HazardVerified")
    given(*both).when(reject(by)).then_facts("HazardRejected")
    given(*both).when(merge(by)).then_facts("HazardMerged")


@pytest.mark.parametrize("judgement", JUDGEMENTS)
@pytest.mark.parametrize(("tier", "by"), [("T2", "P-U1D"), ("T1", "P-U1D"), ("T1", "P-B")])
def test_the_graver_the_finding_the_higher_it_is_judged(judgement: Line, tier: str, by: str) -> None:
    """[rule 57]"""
    two = [inspector("P-B"), report(tier=tier), report(hazard="H-2", tier="T3")]
    given(*two).when({**judgement, "by": by}).then_refused(Authority)
    given(*two, verify("P-OFF")).when({**judgement, "by": by}).then_refused(Authority)


def test_who_names_another_unit_may_verify_there_too() -> None:
    """[rule 57]"""
    given(inspector("P-B"), report()).when(verify("P-B", unit="W3")).then_refused(Authority)
    given(inspector("P-B"), report()).when(verify("P-B", unit="T4")).then_facts(
        "HazardReferredOut", "HazardReferredIn", "HazardVerified"
    )
    given(report()).when(verify("P-OFF", unit="W3")).then_facts(
        "HazardReferredOut", "HazardReferredIn", "HazardVerified"
    )


@pytest.mark.parametrize("judgement", JUDGEMENTS)
@pytest.mark.parametrize("by", ["P-U2D", "P-U1H", "P-W1D", "P-T1L", "SYSTEM"])
def test_others_do_not_judge_a_report(judgement: Line, by: str) -> None:
    given(report(), report(hazard="H-2")).when({**judgement, "by": by}).then_refused(Authority)


@pytest.mark.parametrize("judgement", JUDGEMENTS)
@pytest.mark.parametrize("before", [VERIFIED, ASSIGNED, RECTIFYING, CLAIMED, CLOSED, REJECTED])
def test_a_report_is_judged_once(judgement: Line, before: list[Line]) -> None:
    given(*before, report(hazard="H-2")).when(judgement).then_refused(State)


@pytest.mark.parametrize("judgement", JUDGEMENTS[:2])
def test_the_liable_person_does_not_judge_it(judgement: Line) -> None:
    given(report(person="P-SI")).when(judgement).then_refused(Sod)
    given(report(person="P-SI"), verify("P-OFF")).when(judgement).then_refused(State)


def test_the_verifier_cannot_name_himself_or_name_himself_away() -> None:
    given(report()).when(verify(person="P-SI")).then_refused(Sod)
    given(report(person="P-SI")).when(verify("P-OFF", person="P-A")).then_facts("HazardVerified")


def test_a_major_hazard_needs_the_clause_of_the_criteria() -> None:
    given(report()).when(verify(level="MAJOR")).then_refused(Criteria)
    given(report()).when(verify(level="MAJOR", person="P-SI")).then_refused(Sod)
    given(*VERIFIED).when(verify(level="MAJOR")).then_refused(State)
    given(report()).when(verify_major()).then_facts("HazardVerified")


def test_another_unit_may_answer_for_it() -> None:
    story = given(report()).when(verify(unit="T4"))
    story.then_facts("HazardReferredOut", "HazardReferredIn", "HazardVerified")
    assert [fact.stream for fact in story.recorded] == ["unit-T1", "unit-T4", "unit-T4"]
    assert (hazard(story).unit, hazard(story).origin) == ("T4", "T1")
    story.when(assign()).then_refused(Authority)
    story.when(assign("P-W2D")).then_facts("HazardAssigned")


def test_a_hazard_is_not_merged_into_one_that_nobody_answers_for() -> None:
    both = [report(), report(hazard="H-2"), report(hazard="H-3")]
    given(*both, merge(hazard="H-2", into="H-3")).when(merge()).then_refused(State)
    given(*both, reject(hazard="H-2")).when(merge()).then_refused(State)
    closed = [report(hazard="H-2", tier="T3", fixed_on_spot=True), accept(hazard="H-2")]
    given(report(at=at(DAY, "12:30")), *closed).when(merge(at=at(DAY, "12:40"))).then_refused(State)
    chain = given(*both, merge()).when(merge(hazard="H-2", into="H-3")).then_facts("HazardMerged")
    chain.when(merge(hazard="H-3", into="H-2")).then_refused(State)


def test_who_was_reported_as_liable_does_not_verify_by_naming_another() -> None:
    given(report(person="P-SI")).when(verify(person="P-A")).then_refused(Sod)
    given(report(person="P-A")).when(verify(person="P-SI")).then_refused(Sod)


def test_a_hazard_is_not_merged_into_itself() -> None:
    given(report()).when(merge(into="H-1")).then_refused(Invalid)
    given(*VERIFIED).when(merge(into="H-1")).then_refused(State)
    story = given(*MERGED)
    assert (hazard(story).state, hazard(story).merged_into, hazard(story, "H-2").state) == ("merged", "H-2", "reported")


RIGHT = verify(at=at(DAY, "12:30"), level="B", reason="级别看错", unit="T4", person="P-B", item="HO-02")


@pytest.mark.parametrize("before", [VERIFIED, ASSIGNED])
def test_a_verification_is_put_right_before_the_work_begins(before: list[Line]) -> None:
    """[rule 78]"""
    story = given(*before).when(RIGHT).then_facts("HazardReferredOut", "HazardReferredIn", "HazardVerified")
    found = hazard(story)
    assert (found.state, found.level, found.unit, found.item, found.person) == ("verified", "B", "T4", "HO-02", "P-B")
    assert (found.deadline, found.manage, found.repairer, found.falls_due) == (None, None, None, ())
    assert dict(story.ledger.lookup("unit-T1").open_hazards) == {}
    assert dict(story.ledger.lookup("unit-T4").open_hazards) == {"H-1": "open"}


def test_a_term_falls_with_the_verification_that_is_put_right() -> None:
    """[rule 78]"""
    story = given(*VERIFIED, assign(manage="term")).when(verify(at=at(DAY, "12:30"), reason="记错"))
    story.then_facts("HazardVerified")
    assert dict(story.ledger.lookup("unit-T1").open_hazards) == {"H-1": "open"}
    story.when(assign(at=at(DAY, "12:40"), deadline="2026-03-10")).then_facts("HazardAssigned")


@pytest.mark.parametrize("before", [RECTIFYING, CLAIMED, *OVER])
def test_a_verification_is_not_put_right_once_the_work_has_begun(before: list[Line]) -> None:
    """[rule 78]"""
    given(*before).when(RIGHT).then_refused(State)


def test_a_verification_stays_once_something_hangs_on_it() -> None:
    """[rule 78]"""
    given(report(), verify_major(), tell_authority()).when(RIGHT).then_refused(State)
    given(*VERIFIED, request()).when(RIGHT).then_refused(State)
    charged = do("OpenCase", "P-SO", at(DAY, "12:20"), case="CS-1", unit="T1", hazard="H-1", description="追责")
    given(*VERIFIED, charged).when(RIGHT).then_refused(State)
    proposed = do(
        "ProposePenalty",
        "P-SO",
        at(DAY, "12:20"),
        penalty="PN-1",
        kind="stoppage",
        unit="T1",
        hazard="H-1",
        matrix="ST-1",
        description="停产",
        basis="处罚标准",
        persons={"liable": ["P-A"]},
    )
    waived = do("WaivePenalty", "P-SO", at(DAY, "12:25"), penalty="PN-1", reason="首次", approved_by="P-G1")
    given(*VERIFIED, proposed).when(RIGHT).then_refused(State)
    given(*VERIFIED, proposed, waived).when(RIGHT).then_facts("HazardReferredOut", "HazardReferredIn", "HazardVerified")


def test_the_repeat_falls_with_a_verification_that_is_put_right() -> None:
    """[rule 78]"""
    right = verify("P-OFF", at("04-05", "10:00"), hazard="H-3", reason="不是同一处", item="HO-02")
    story = third().when(right).then_facts("HazardVerified")
    assert not hazard(story, "H-3").tender_compulsory
    (fact,) = story.recorded
    assert [(one.stream, one.figure, one.amount) for one in fact.counts()] == [("unit-W3", "repeated", -1)]
    filed = request("P-C2", at("04-05"), unit="W3", hazard="H-3", reason="repeat")
    story.when(filed).then_refused(Authority)


# -- repeats --------------------------------------------------------------------------------------------------------


def fixed_at(name: str, unit: str, day: str, **fields: Any) -> list[Line]:
    """A hazard that is found, fixed and accepted on one day."""
    found = report("P-A", at(day, "08:00"), hazard=name, unit=unit, fixed_on_spot=True, **fields)
    return [found, accept("P-OFF", at(day, "08:10"), hazard=name)]


def third(on: str = "04-05", **fields: Any) -> Story:
    """Two of other mines are closed on 5 January and 1 February; this one comes."""
    before = [*fixed_at("H-1", "T1", "01-05"), *fixed_at("H-2", "T4", "02-01")]
    found = report("P-A", at(on, "08:00"), hazard="H-3", unit="W3", **fields)
    return given(*before, found).when(verify("P-OFF", at(on, "09:00"), hazard="H-3"))


def test_the_third_of_ninety_days_company_wide_makes_a_tender_compulsory() -> None:
    story = third().then_facts("HazardVerified", "HazardRepeatLinked", "TenderMadeCompulsory")
    (linked,) = (fact for fact in story.recorded if isinstance(fact, HazardRepeatLinked))
    assert (linked.prior, linked.count) == (("H-1", "H-2"), 3)


def test_ninety_one_days_later_it_is_only_the_second() -> None:
    third("04-06").then_facts("HazardVerified", "HazardRepeatLinked")
    third("06-30").then_facts("HazardVerified")


@pytest.mark.parametrize("other", [{"place": "皮带机尾"}, {"item": "HO-02"}])
def test_another_place_or_item_is_no_repeat(other: dict[str, Any]) -> None:
    third(**other).then_facts("HazardVerified")


def test_what_is_not_closed_does_not_count() -> None:
    given(report(), report(hazard="H-2")).when(verify(hazard="H-2")).then_facts("HazardVerified")
    given(*REJECTED, report(hazard="H-2")).when(verify(hazard="H-2")).then_facts("HazardVerified")


def test_the_clerk_files_the_compulsory_tender_of_his_centre() -> None:
    filed = request("P-C2", at("04-05"), unit="W3", hazard="H-3", reason="repeat")
    third().when(filed).then_facts("TenderRequested")
    third().when(filed | {"by": "P-C1"}).then_refused(WrongCentre)
    third("04-06").when(filed | {"at": at("04-06")}).then_refused(Authority)


# -- assign ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("by", ["P-T1L", "P-W1D", "P-U1D", "P-U1H", "P-CH"])
def test_leads_at_or_above_the_unit_assign(by: str) -> None:
    given(*VERIFIED).when(assign(by)).then_facts("HazardAssigned")


@pytest.mark.parametrize("by", ["P-A", "P-W2D", "P-T2L", "P-SI", "P-LD", "SYSTEM"])
def test_others_do_not_assign(by: str) -> None:
    given(*VERIFIED).when(assign(by)).then_refused(Authority)


@pytest.mark.parametrize("before", [[report()], RECTIFYING, CLAIMED, *OVER])
def test_only_what_is_verified_is_assigned(before: list[Line]) -> None:
    given(*before).when(assign(deadline="2026-02-04")).then_refused(State)


def test_an_assignment_is_put_right_but_gives_no_more_time() -> None:
    """[rule 78]"""
    again = assign(at=at(DAY, "10:30"), person="P-A", deadline="2026-02-09")
    story = given(*ASSIGNED).when(again).then_facts("HazardAssigned")
    assert (hazard(story).repairer, hazard(story).deadline) == ("P-A", "2026-02-09")
    given(*ASSIGNED).when(assign(deadline="2026-02-11")).then_refused(Invalid)
    given(*ASSIGNED, extend()).when(assign(at=at(DAY, "11:05"), deadline="2026-02-20")).then_facts("HazardAssigned")


def test_the_assignment_of_a_handover_is_not_put_right() -> None:
    """[rule 78]"""
    flowed = [
        do("OpenHandover", "P-T1L", at(DAY, "13:50"), handover="HV-1", sender="T1", receiver="T2"),
        do("TransferHandoverItem", "P-C1", at(DAY, "13:52"), handover="HV-1", hazard="H-1", accepted_by="P-T2L"),
    ]
    given(*VERIFIED, *flowed).when(assign(at=at(DAY, "14:00"), deadline="2026-02-05")).then_refused(State)
    right = verify(at=at(DAY, "14:00"), reason="记错")
    given(*VERIFIED, *flowed).when(right).then_refused(State)


def test_a_deadline_is_not_in_the_past() -> None:
    given(*VERIFIED).when(assign(deadline="2026-02-04")).then_refused(Invalid)
    given(*VERIFIED).when(assign(deadline="2026-02-05")).then_facts("HazardAssigned")


def test_a_term_for_a_team_is_given_from_above_it() -> None:
    """[rule 57]"""
    given(*VERIFIED).when(assign("P-T1L", manage="term")).then_refused(Authority)
    given(report()).when(assign("P-T1L", manage="term")).then_refused(Authority)
    given(*VERIFIED).when(assign(manage="term")).then_facts("HazardAssigned")
    given(report(unit="W1"), verify()).when(assign(manage="term")).then_facts("HazardAssigned")


# -- extend ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("before", [ASSIGNED, RECTIFYING, CLAIMED])
def test_an_open_deadline_is_extended(before: list[Line]) -> None:
    story = given(*before).when(extend()).then_facts("DeadlineExtended")
    assert hazard(story).deadline == "2026-02-20"


@pytest.mark.parametrize("before", [[report()], VERIFIED, *OVER])
def test_without_an_open_deadline_nothing_is_extended(before: list[Line]) -> None:
    given(*before).when(extend(deadline="2026-02-01", approved_by="P-W1D")).then_refused(State)


def test_an_extension_is_later() -> None:
    given(*ASSIGNED).when(extend(deadline="2026-02-10", approved_by="P-W1D")).then_refused(Invalid)
    given(*ASSIGNED).when(extend(deadline="2026-02-11")).then_facts("DeadlineExtended")


def test_nobody_approves_his_own_extension() -> None:
    given(*ASSIGNED).when(extend("P-U1D", approved_by="P-U1D")).then_refused(Sod)


@pytest.mark.parametrize("approver", ["P-T1L", "P-W2D", "P-A", "P-LD"])
def test_an_extension_is_approved_by_a_lead_of_a_unit_above(approver: str) -> None:
    given(*ASSIGNED).when(extend("P-U1H", approved_by=approver)).then_refused(Authority)


@pytest.mark.parametrize("approver", ["P-W1D", "P-U1D", "P-CH"])
def test_the_leads_above_approve_an_extension(approver: str) -> None:
    given(*ASSIGNED).when(extend("P-T1L", approved_by=approver)).then_facts("DeadlineExtended")


def test_an_extension_without_approver_lacks_authority() -> None:
    unapproved = extend()
    del unapproved["data"]["approved_by"]
    given(*ASSIGNED).when(unapproved).then_refused(Authority)


def test_others_do_not_extend() -> None:
    given(*ASSIGNED).when(extend("P-A")).then_refused(Authority)


# -- start and claim ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("by", "executor"), [("P-A", "P-A"), ("P-W2D", "W2"), ("P-T1L", "P-A"), ("P-W1D", "W2")])
def test_leads_and_the_executor_himself_start(by: str, executor: str) -> None:
    given(*ASSIGNED).when(start(by, executor=executor)).then_facts("RectificationStarted")


@pytest.mark.parametrize(("by", "executor"), [("P-A", "P-B"), ("P-W2D", "P-A"), ("P-D4", "T4"), ("P-WY", "W2")])
def test_nobody_else_starts(by: str, executor: str) -> None:
    given(*ASSIGNED).when(start(by, executor=executor)).then_refused(Authority)


@pytest.mark.parametrize("before", [[report()], VERIFIED, RECTIFYING, CLAIMED, *OVER])
def test_only_what_is_assigned_is_started(before: list[Line]) -> None:
    given(*before).when(start()).then_refused(State)


@pytest.mark.parametrize("by", ["P-A", "P-T1L"])
def test_executor_and_lead_of_the_unit_claim(by: str) -> None:
    given(*RECTIFYING).when(claim(by)).then_facts("RectificationClaimed")


@pytest.mark.parametrize("by", ["P-B", "P-W1D", "P-T2L", "P-SI", "SYSTEM"])
def test_others_do_not_claim(by: str) -> None:
    given(*RECTIFYING).when(claim(by)).then_refused(Authority)


def test_a_unit_that_executes_speaks_through_its_leads() -> None:
    story = given(*ASSIGNED, start(executor="T4"))
    for by in ("P-D4", "P-W2D"):
        story.when(claim(by)).then_refused(Authority)
    story.when(claim("P-T4L")).then_facts("RectificationClaimed")


@pytest.mark.parametrize("before", [[report(tier="T3")], [FIXED_ON_SPOT], VERIFIED, ASSIGNED, RECTIFYING])
def test_a_repair_is_claimed_from_these_states(before: list[Line]) -> None:
    given(*before).when(claim()).then_facts("RectificationClaimed")


@pytest.mark.parametrize("before", [[report()], CLAIMED, *OVER])
def test_a_repair_is_not_claimed_from_others(before: list[Line]) -> None:
    given(*before).when(claim(evidence=[])).then_refused(State)


def test_a_claim_has_evidence_and_lies_in_the_past() -> None:
    given(*ASSIGNED).when(claim(evidence=[])).then_refused(Evidence)
    given(*ASSIGNED).when(claim(evidence=["照片"])).then_refused(Evidence)
    given(*ASSIGNED).when(claim(evidence=[], finished_at=at("02-06"))).then_refused(Future)


def test_the_person_whom_the_assignment_names_claims_and_does_not_accept() -> None:
    """[rule 6]"""
    technician = do("AssignPerson", "P-HR", person="P-F", unit="U1", role="technician", since="2026-01-01", home=False)
    lead = do("AssignPerson", "P-HR", person="P-F", unit="W1", role="duty_director", since="2026-01-01", home=False)
    given(technician, *VERIFIED).when(claim("P-F")).then_refused(Authority)
    named = given(technician, *VERIFIED, assign(person="P-F")).when(claim("P-F")).then_facts("RectificationClaimed")
    named.when(accept("P-F")).then_refused(Authority)
    given(lead, *VERIFIED, assign(person="P-F"), start(), claim("P-F")).when(accept("P-F")).then_refused(Sod)
    given(lead, *VERIFIED, assign(person="P-F"), start(), claim()).when(accept("P-F")).then_refused(Sod)


def test_a_repair_is_not_finished_before_its_report() -> None:
    """[rule 57]"""
    given(*ASSIGNED).when(claim(finished_at=at(DAY, "09:09"))).then_refused(Invalid)
    given(*ASSIGNED).when(claim(finished_at=at(DAY, "09:09"), evidence=[])).then_refused(Evidence)
    given(*ASSIGNED).when(claim(finished_at=at(DAY, "09:10"))).then_facts("RectificationClaimed")


# -- accept ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("by", ["P-SI", "P-SO", "P-OFF", "P-W1D", "P-U1H"])
def test_safety_staff_and_leads_above_accept(by: str) -> None:
    given(*CLAIMED).when(accept(by)).then_facts(*PASSED)


@pytest.mark.parametrize("by", ["P-A", "P-B", "P-W2D", "P-REC", "SYSTEM"])
def test_others_do_not_accept(by: str) -> None:
    given(*CLAIMED).when(accept(by)).then_refused(Authority)


@pytest.mark.parametrize("before", [[report()], [report(tier="T3")], VERIFIED, ASSIGNED, RECTIFYING, *OVER])
def test_only_what_is_claimed_is_accepted(before: list[Line]) -> None:
    given(*before).when(accept("P-T1L")).then_refused(State)


@pytest.mark.parametrize("before", [[FIXED_ON_SPOT], [FIXED_ON_SPOT, verify()], [FIXED_ON_SPOT, claim()]])
def test_what_was_fixed_on_the_spot_is_accepted_at_once(before: list[Line]) -> None:
    given(*before).when(accept()).then_facts(*PASSED)


def test_what_was_fixed_on_the_spot_but_failed_or_is_assigned_has_to_be_claimed() -> None:
    given(FIXED_ON_SPOT, accept(result="fail")).when(accept()).then_refused(State)
    given(FIXED_ON_SPOT, verify(), assign()).when(accept()).then_refused(State)


def test_nobody_accepts_the_work_of_his_own_unit() -> None:
    given(*ASSIGNED, claim()).when(accept("P-T1L")).then_refused(Sod)
    given(*ASSIGNED, start(executor="P-W1D"), claim("P-W1D")).when(accept("P-W1D")).then_refused(Sod)


def test_whoever_belongs_below_the_executing_unit_does_not_accept_either() -> None:
    done = [*ASSIGNED, start(executor="W1"), claim()]
    for by in ("P-W1D", "P-T1L"):
        given(*done).when(accept(by)).then_refused(Sod)
    worker = do("AssignPerson", "P-HR", person="P-SI", unit="T2", role="worker", since="2026-01-01", home=False)
    given(worker, *done).when(accept("P-SI")).then_refused(Sod)
    given(*done).when(accept("P-U1D")).then_facts(*PASSED)


def test_who_claimed_the_work_does_not_accept_it() -> None:
    """[rule 57]"""
    lent = do(
        "GrantDelegation",
        "P-T1L",
        at("02-04"),
        to="P-W2D",
        roles=["team_leader"],
        unit="T1",
        delegation="DG-1",
        valid_from="2026-02-04",
        until="2026-02-28",
        reason="休假",
    )
    story = given(inspector("P-W2D"), lent, *ASSIGNED, claim("P-W2D"))
    story.when(accept("P-W2D")).then_refused(Sod)
    story.when(accept()).then_facts(*PASSED)


def test_who_shares_the_home_of_the_executing_person_does_not_accept() -> None:
    """[rule 57]"""
    given(inspector("P-B"), *CLAIMED).when(accept("P-B")).then_refused(Sod)
    away = [*ASSIGNED, start(executor="P-W2D"), claim("P-W2D")]
    given(inspector("P-B"), *away).when(accept("P-B")).then_facts(*PASSED)
    of_the_root = [*ASSIGNED, start(executor="P-OFF"), claim("P-OFF")]
    given(*of_the_root).when(accept("P-SO")).then_facts(*PASSED)


def test_a_past_assignment_at_the_executing_unit_does_not_count() -> None:
    worker = do("AssignPerson", "P-HR", person="P-SI", unit="T1", role="worker", since="2026-01-01", home=False)
    gone = do("EndAssignment", "P-HR", person="P-SI", unit="T1", role="worker", last_day="2026-02-03")
    given(worker, gone, *ASSIGNED, claim()).when(accept()).then_facts(*PASSED)


def test_a_major_hazard_is_not_closed_before_its_report() -> None:
    story = given(report(), verify_major(), claim())
    story.when(accept("P-T1L")).then_refused(Sod)
    story.when(accept()).then_refused(Criteria)
    story.given(tell_authority()).when(accept()).then_facts(*PASSED)


def test_a_major_hazard_may_fail_before_its_report() -> None:
    story = given(report(), verify_major(), claim())
    story.when(accept(result="fail")).then_facts("HazardAcceptanceFailed")


def test_a_failed_acceptance_is_counted_and_sends_the_hazard_back() -> None:
    again = [accept(result="fail"), claim(), accept(result="fail")]
    story = given(*CLAIMED, *again)
    assert [fact.attempt for fact in story.recorded if isinstance(fact, HazardAcceptanceFailed)] == [2]
    assert (hazard(story).state, hazard(story).executor) == ("rectifying", "P-A")


@pytest.mark.parametrize(("finished", "on_time"), [("02-10", True), ("02-11", False)])
def test_on_time_is_finished_by_the_last_deadline_whenever_accepted(finished: str, on_time: bool) -> None:
    fixed = claim(at=at("02-12"), finished_at=at(finished, "23:59"))
    story = given(*ASSIGNED, fixed, accept(at=at("02-12", "11:00")))
    assert [fact.on_time for fact in story.recorded if isinstance(fact, HazardClosed)] == [on_time]
    extended = given(*ASSIGNED, extend(), fixed, accept(at=at("02-12", "11:00")))
    assert [fact.on_time for fact in extended.recorded if isinstance(fact, HazardClosed)] == [True]


# -- found and fixed in the shift -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("tier", "finished", "exempt"), [("T3", "13:59", True), ("T3", "14:00", False), ("T2", "13:59", False)]
)
def test_exempt_is_what_the_unit_found_and_claims_in_the_shift(tier: str, finished: str, exempt: bool) -> None:
    fixed = claim(at=at(DAY, "14:30"), finished_at=at(DAY, finished))
    story = given(report(tier=tier), *((verify(),) if tier == "T2" else ()), fixed)
    assert hazard(story).exempt is exempt


def test_exempt_is_what_the_unit_fixed_on_the_spot() -> None:
    assert hazard(given(FIXED_ON_SPOT)).exempt
    assert not hazard(given(report(tier="T2", fixed_on_spot=True))).exempt


def test_a_claim_that_fails_exempts_nothing() -> None:
    assert not hazard(given(report(tier="T3"), claim(), accept(result="fail"))).exempt


@pytest.mark.parametrize(("told", "exempt"), [("11:00", True), ("11:01", False)])
def test_a_claim_told_more_than_a_day_later_exempts_nothing(told: str, exempt: bool) -> None:
    """[rule 57]"""
    fixed = claim(at=at("02-06", told), finished_at=at(DAY, "11:00"))
    assert hazard(given(report(tier="T3"), fixed)).exempt is exempt


def test_after_a_failed_acceptance_nothing_exempts() -> None:
    """[rule 57]"""
    again = claim(at=at(DAY, "13:00"))
    assert not hazard(given(report(tier="T3"), claim(), accept(result="fail"), again)).exempt
    assert not hazard(given(FIXED_ON_SPOT, accept(result="fail"), again)).exempt


# -- report to the authority ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("by", ["P-SO", "P-CH", "P-U1H"])
def test_safety_office_and_heads_report_a_major_hazard(by: str) -> None:
    given(report(), verify_major()).when(tell_authority(by)).then_facts("MajorHazardReported")


@pytest.mark.parametrize("by", ["P-U2H", "P-U1D", "P-SI", "P-W1D", "SYSTEM"])
def test_others_do_not_report_a_major_hazard(by: str) -> None:
    given(report(), verify_major()).when(tell_authority(by)).then_refused(Authority)


def test_only_a_major_hazard_is_reported_and_once() -> None:
    for before in ([report()], VERIFIED):
        given(*before).when(tell_authority()).then_refused(State)
    given(report(), verify_major(), tell_authority()).when(tell_authority()).then_refused(Already)


def test_how_many_make_a_tender_compulsory_is_policy() -> None:
    force = policy("tender.force", {"repeat": 2, "days": 30, "overdue": 15})
    story = given(force, *fixed_at("H-1", "T1", "02-05"), report(hazard="H-2"))
    again = verify("P-OFF", at("03-07", "09:00"), hazard="H-2")
    story.when(again).then_facts("HazardVerified", "HazardRepeatLinked", "TenderMadeCompulsory")
