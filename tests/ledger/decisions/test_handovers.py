"""Shift handovers, guard by guard (contract §2.4; TR-02, TR-03, P4)."""

from __future__ import annotations

from typing import Any

import pytest

from ledger.errors import (
    Already,
    Authority,
    Criteria,
    Duplicate,
    Exempt,
    Invalid,
    NoCalendar,
    NoPrice,
    NotReady,
    NotResponsible,
    OpenItems,
    Qty,
    Sod,
    State,
    WrongCentre,
    WrongDoc,
)
from ledger.facts.handovers import HandoverItemTransferredIn, HandoverItemTransferredOut, HandoverSigned
from tests.ledger.decisions.hazards import (
    ASSIGNED,
    CLOSED,
    DAY,
    FIXED_ON_SPOT,
    MERGED,
    REJECTED,
    VERIFIED,
    accept,
    assign,
    claim,
    credited,
    hazard,
    policy,
    report,
    request,
    start,
    tell_authority,
    verify,
    verify_major,
)
from tests.ledger.decisions.sheets import at, step
from tests.spec import Line, Story, do, given, stamped, when

open_ = step("OpenHandover", "P-T1L", at(DAY, "13:50"), handover="HV-1", sender="T1", receiver="T2")
transfer = step("TransferHandoverItem", "P-C1", at(DAY, "13:52"), handover="HV-1", hazard="H-1", accepted_by="P-T2L")
sign = step("SignHandover", "P-T2L", at(DAY, "13:58"), handover="HV-1", out_leader="P-T1L", in_leader="P-T2L")
refuse = step("RefuseHandover", "P-T2L", at(DAY, "13:54"), handover="HV-1", reason="未清干净")
arbitrate = step("ArbitrateHandover", "P-W1D", at(DAY, "13:56"), handover="HV-1", decision="done", reason="现场复查")
suspend = step("SuspendHandover", "P-T1L", at(DAY, "13:53"), handover="HV-1", reason="停电")
cancel = step("CancelHandover", "P-W1D", at(DAY, "13:57"), handover="HV-1", reason="误开")
resume = step("ResumeHandover", "P-T1L", at(DAY, "13:54"), handover="HV-1")

LEGS = ("HandoverItemTransferredOut", "HandoverItemTransferredIn")
CLOSING = ("HandoverArbitrated", "HazardAcceptancePassed", "HazardClosed")
UNPRICED = report()
del UNPRICED["data"]["item"]
REFUSED, SUSPENDED, SIGNED = [open_(), refuse()], [open_(), suspend()], [open_(), sign()]
OVER = [CLOSED, REJECTED, MERGED]


def leg(story: Story) -> HandoverItemTransferredOut:
    (found,) = (fact for fact in story.recorded if isinstance(fact, HandoverItemTransferredOut))
    return found


# -- open -----------------------------------------------------------------------------------------------------------


def test_a_leader_of_the_sender_opens_a_numbered_handover() -> None:
    story = given(*VERIFIED).when(open_(items=["H-1"])).then_facts("HandoverOpened")
    assert [(fact.stream, fact.mirror, fact.number) for fact in story.recorded] == [
        ("unit-T1", False, "U1-HANDOVER-202602-1"),
        ("unit-T2", True, None),
    ]


@pytest.mark.parametrize("by", ["P-T2L", "P-A", "P-W1D", "P-C1", "SYSTEM"])
def test_others_do_not_open(by: str) -> None:
    when(open_(by)).then_refused(Authority)


def test_a_handover_is_opened_once_and_not_to_oneself() -> None:
    given(open_()).when(open_()).then_refused(Duplicate)
    when(open_(receiver="T1")).then_refused(Invalid)
    when(open_("P-T2L", receiver="T1")).then_refused(Authority)


def test_without_shift_calendar_there_is_no_handover() -> None:
    before = "2023-12-20T13:50:00+08:00"
    when(open_(at=before, receiver="T1")).then_refused(Invalid)
    when(open_(at=before)).then_refused(NoCalendar)


@pytest.mark.parametrize("named", ["白", "早"])
def test_a_shift_that_no_calendar_knows_is_not_handed_over(named: str) -> None:
    early = open_(at="2024-01-02T13:50:00+08:00") if named == "白" else open_(at="2023-12-31T13:50:00+08:00")
    given().when(stamped(early, shift=named)).then_refused(NoCalendar)


def test_only_items_of_the_sender_are_handed_over() -> None:
    given(report(unit="T2")).when(open_(items=["H-1"])).then_refused(NotResponsible)
    given(report(), verify(unit="T2")).when(open_(items=["H-1"])).then_refused(NotResponsible)


def test_a_retired_unit_hands_nothing_over() -> None:
    """[rule 85]"""
    empty = [
        do("RegisterUnit", "P-ADM", unit="T9", name="新班", level=4, parent="W1"),
        do("AssignPerson", "P-HR", person="P-E", unit="T9", role="team_leader", since="2026-01-01", home=False),
        do("RetireUnit", "P-ADM", unit="T9", effective="2026-02-05", reason="撤并"),
    ]
    given(*empty).when(open_(receiver="T9")).then_refused(State)
    given(*empty).when(open_("P-E", sender="T9", receiver="T9")).then_refused(State)
    given(*empty).when(open_(at=at("02-04", "13:50"), receiver="T9")).then_facts("HandoverOpened")


# -- transfer -------------------------------------------------------------------------------------------------------


def test_an_item_flows_at_list_price_through_clearing() -> None:
    story = given(credited("T1", "200.00"), *ASSIGNED, open_()).when(transfer(qty="2")).then_facts(*LEGS)
    story.then_balances({"POOL_WAGE:T1": "80.00", "POOL_WAGE:T2": "120.00", "CLR_TRADE:U1": "0.00"})
    taken = hazard(story)
    assert (taken.unit, taken.origin, taken.state, taken.manage) == ("T2", "T1", "assigned", "immediate")
    assert (taken.deadline, taken.repairer) == ("2026-02-05", "P-T2L")


def test_what_the_pool_cannot_pay_becomes_a_due_of_the_sender() -> None:
    story = given(credited("T1", "20.00"), *ASSIGNED, open_()).when(transfer()).then_facts(*LEGS)
    story.then_balances({"POOL_WAGE:T1": "0.00", "DUE_UNIT:T1": "-40.00", "POOL_WAGE:T2": "60.00"})
    assert leg(story).shortfall == 4000


def test_what_is_reserved_for_a_tender_does_not_pay_a_handover() -> None:
    reserved = [
        report(hazard="H-2"),
        request("P-T1L", unit="T1", hazard="H-2", item="RQ-11", est_qty="1.3187"),
        do("ApproveTender", "P-U1D", at(DAY, "12:20"), tender="TD-1"),
        do("PublishTender", "P-C1", at(DAY, "12:20"), tender="TD-1", bid_deadline=at(DAY, "13:00")),
        do("SubmitBid", "P-T4L", at(DAY, "12:30"), tender="TD-1", unit="T4"),
        do("Award", "P-U1D", at(DAY, "13:10"), tender="TD-1", winner="T4"),
    ]
    story = given(credited("T1", "90.00"), *reserved, *VERIFIED, open_()).when(transfer()).then_facts(*LEGS)
    story.then_balances({"POOL_WAGE:T1": "60.00", "DUE_UNIT:T1": "-30.00", "POOL_WAGE:T2": "60.00"})


def test_both_legs_have_the_shift_of_the_opening_and_one_transfer() -> None:
    story = given(*VERIFIED, open_()).when(stamped(transfer(at=at(DAY, "15:00")), business_date="2026-02-04"))
    assert {(fact.business_date, fact.shift, fact.transfer) for fact in story.recorded} == {
        ("2026-02-05", "早", story.recorded[0].command)
    }


def test_the_deadline_is_the_day_of_the_receiving_shift() -> None:
    evening = [*VERIFIED, open_(at=at(DAY, "21:50"))]
    assert leg(given(*evening, transfer(at=at(DAY, "21:55")))).deadline == "2026-02-05"
    night = [*VERIFIED, open_(at=at("02-06", "05:50"))]
    story = given(*night, transfer(at=at("02-06", "05:55")))
    assert (leg(story).business_date, leg(story).deadline) == ("2026-02-05", "2026-02-06")
    assert leg(given(*night, transfer(at=at("02-06", "05:55"), deadline="2026-02-09"))).deadline == "2026-02-09"


@pytest.mark.parametrize(("by", "refusal"), [("P-C2", WrongCentre), ("P-C0", WrongCentre), ("P-T1L", Authority)])
def test_only_the_clerk_of_the_clearing_centre_transfers(by: str, refusal: Any) -> None:
    given(*VERIFIED, open_()).when(transfer(by)).then_refused(refusal)


def test_units_of_two_mines_meet_at_the_companys_centre() -> None:
    story = given(*VERIFIED, open_(receiver="W3"))
    story.when(transfer(accepted_by="P-W3D")).then_refused(WrongCentre)
    story.when(transfer("P-C0", accepted_by="P-W3D")).then_facts(*LEGS)
    story.then_balances({"CLR_TRADE:HQ": "0.00", "POOL_WAGE:W3": "60.00"})


@pytest.mark.parametrize("before", [REFUSED, SUSPENDED])
def test_only_an_open_handover_transfers(before: list[Line]) -> None:
    given(report(unit="T2"), *before).when(transfer()).then_refused(State)
    given(*SIGNED, *VERIFIED).when(transfer()).then_refused(State)


def test_a_hazard_that_is_not_with_the_sender_is_not_transferred() -> None:
    given(report(unit="T2", tier="T3", fixed_on_spot=True), open_()).when(transfer()).then_refused(NotResponsible)
    given(*VERIFIED, open_(), transfer()).when(transfer()).then_refused(NotResponsible)


@pytest.mark.parametrize("fixed", [[FIXED_ON_SPOT], [report(tier="T3"), claim()], [FIXED_ON_SPOT, accept()]])
def test_what_the_unit_found_and_fixed_in_the_shift_is_exempt(fixed: list[Line]) -> None:
    given(*fixed, open_()).when(transfer(accepted_by="P-A")).then_refused(Exempt)


def test_what_others_found_or_what_failed_is_not_exempt() -> None:
    given(report(tier="T2", fixed_on_spot=True), open_()).when(transfer()).then_facts(*LEGS)
    given(report(tier="T3"), claim(), accept(result="fail"), open_()).when(transfer()).then_facts(*LEGS)


@pytest.mark.parametrize("before", OVER)
def test_what_is_over_is_not_transferred(before: list[Line]) -> None:
    given(*before, open_()).when(transfer(accepted_by="P-A")).then_refused(Already)


@pytest.mark.parametrize("leader", ["P-T1L", "P-E", "P-W1D"])
def test_a_leader_of_the_receiver_accepts(leader: str) -> None:
    given(UNPRICED, open_()).when(transfer(accepted_by=leader)).then_refused(Authority)


def test_an_item_without_price_does_not_flow() -> None:
    story = given(UNPRICED, open_())
    story.when(transfer()).then_refused(NoPrice)
    story.when(transfer(item="XX-99")).then_refused(NoPrice)
    story.when(transfer(item="HO-02")).then_facts(*LEGS)


def test_only_items_of_kind_handover_flow() -> None:
    """[rule 11]"""
    given(*ASSIGNED, open_()).when(transfer(item="GP-05")).then_refused(WrongDoc)
    given(*ASSIGNED, open_(), refuse(hazard="H-1")).when(arbitrate(decision="substandard", item="GP-05")).then_refused(
        WrongDoc
    )


def test_who_leads_both_sides_does_not_accept() -> None:
    """[rule 54]"""
    both = do("AssignPerson", "P-HR", person="P-T2L", unit="T1", role="team_leader", since="2026-01-01", home=False)
    given(both, *VERIFIED, open_()).when(transfer()).then_refused(Sod)
    given(both, UNPRICED, open_()).when(transfer()).then_refused(Sod)


SEALED = report("P-A", anonymous=True)


@pytest.mark.parametrize("found", [report("P-T2L"), SEALED, report("P-T2L", anonymous=True)])
def test_what_only_the_receiver_or_nobody_named_says_does_not_flow(found: Line) -> None:
    """[rule 57]"""
    given(found, open_()).when(transfer(accepted_by="P-A")).then_refused(NotReady)
    given(found, verify(), open_()).when(transfer()).then_facts(*LEGS)
    given(found, open_(), refuse(hazard="H-1")).when(arbitrate(decision="substandard")).then_facts(
        "HandoverArbitrated", *LEGS
    )


def test_whose_hazard_it_is_is_asked_before_who_says_so() -> None:
    """[rule 57]"""
    elsewhere = report("P-T2L", unit="T3")
    given(elsewhere, open_()).when(transfer()).then_refused(NotResponsible)


def test_what_others_say_flows_unverified() -> None:
    """[rule 57]"""
    given(report("P-OFF"), open_()).when(transfer()).then_facts(*LEGS)
    given(report("SYSTEM"), open_()).when(transfer()).then_facts(*LEGS)


@pytest.mark.parametrize("flow", [transfer, arbitrate])
def test_a_large_quantity_has_the_word_of_the_sender(flow: Any) -> None:
    """[rule 57]"""
    decided = {} if flow is transfer else {"decision": "substandard"}
    before = given(*ASSIGNED, open_(), *(() if flow is transfer else (refuse(hazard="H-1"),)))
    before.when(flow(qty="10.5", **decided)).then_refused(Qty)
    before.when(flow(qty="10.5", item="GP-05", **decided)).then_refused(WrongDoc)
    own = flow(qty="10.5", **decided)
    before.when(flow(qty="10.5", approved_by=own["by"], **decided)).then_refused(Sod)
    before.when(flow(qty="10.5", approved_by="P-T2L", **decided)).then_refused(Authority)
    before.when(flow(qty="10.5", approved_by="P-T1L", **decided)).then_facts(
        *(("HandoverArbitrated",) if decided else ()), *LEGS
    )
    raised = given(policy("handover.qty", "20"), *ASSIGNED, open_()).when(transfer(qty="20")).then_facts(*LEGS)
    raised.then_balances({"DUE_UNIT:T1": "-1200.00"})


@pytest.mark.parametrize("funds", [{"funds": "project"}, {}])
def test_project_money_pays_and_is_received_as_such(funds: dict[str, str]) -> None:
    """[rule 16]"""
    budget = do("OpenBalances", "SYSTEM", at("02-03"), as_of="2026-02-03", balances={"POOL_PROJECT:T1": "50.00"})
    by_policy = () if funds else (policy("settle.from", "project"),)
    story = given(budget, *by_policy, *ASSIGNED, open_()).when(transfer(**funds)).then_facts(*LEGS)
    story.then_balances(
        {
            "POOL_PROJECT:T1": "0.00",
            "DUE_UNIT:T1": "-10.00",
            "POOL_PROJECT:T2": "60.00",
            "POOL_WAGE:T2": "0.00",
            "CLR_TRADE:U1": "0.00",
        }
    )
    contested_ = given(budget, *by_policy, *ASSIGNED, open_(), refuse(hazard="H-1"))
    contested_.when(arbitrate(decision="substandard", **funds)).then_balances({"POOL_PROJECT:T2": "60.00"})


# -- cancel ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("by", ["P-T1L", "P-T2L", "P-W1D", "P-U1D"])
@pytest.mark.parametrize("before", [[open_()], REFUSED, SUSPENDED])
def test_a_handover_opened_by_mistake_is_cancelled(by: str, before: list[Line]) -> None:
    """[rule 79]"""
    story = given(*VERIFIED, *before).when(cancel(by)).then_facts("HandoverCancelled")
    assert [(fact.stream, fact.mirror) for fact in story.recorded] == [("unit-T1", False), ("unit-T2", True)]
    story.when(cancel(by)).then_refused(State)
    story.when(transfer()).then_refused(State)


@pytest.mark.parametrize("by", ["P-A", "P-W2D", "P-U1H", "P-C1", "SYSTEM"])
def test_others_do_not_cancel_a_handover(by: str) -> None:
    """[rule 79]"""
    given(open_()).when(cancel(by)).then_refused(Authority)


def test_a_handover_is_not_cancelled_once_signed_or_while_a_transfer_stands() -> None:
    """[rule 79]"""
    given(*SIGNED).when(cancel()).then_refused(State)
    flowed = given(*VERIFIED, report(hazard="H-2"), open_(), transfer(), transfer(hazard="H-2"))
    flowed.when(cancel()).then_refused(OpenItems)
    assert flowed.answer is not None
    assert flowed.answer.detail == "H-1, H-2"
    once = given(*VERIFIED, open_()).when(transfer())
    of = once.recorded[0].command
    undone = do("ReverseEntry", "P-C1", at(DAY, "15:00"), of=of, reason="误录", approved_by="P-H1")
    once.given(undone).when(cancel(at=at(DAY, "15:10"))).then_facts("HandoverCancelled")


def test_a_cancelled_handover_does_not_keep_a_unit_from_retiring() -> None:
    """[rules 79, 81]"""
    team = [
        do("RegisterUnit", "P-ADM", unit="T9", name="新班", level=4, parent="W1"),
        do("AssignPerson", "P-HR", person="P-E", unit="T9", role="team_leader", since="2026-01-01", home=False),
        open_("P-E", sender="T9"),
    ]
    retire = do("RetireUnit", "P-ADM", at("02-06"), unit="T9", effective="2026-02-06", reason="撤并")
    given(*team).when(retire).then_refused(OpenItems)
    given(*team, cancel()).when(retire).then_facts("UnitRetired")


# -- sign -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("by", ["P-T1L", "P-T2L"])
def test_either_leader_signs_for_both(by: str) -> None:
    story = given(open_()).when(sign(by)).then_facts("HandoverSigned")
    assert [(fact.stream, fact.mirror) for fact in story.recorded if isinstance(fact, HandoverSigned)] == [
        ("unit-T1", False),
        ("unit-T2", True),
    ]


@pytest.mark.parametrize("by", ["P-W1D", "P-A", "P-C1", "SYSTEM"])
def test_nobody_else_signs(by: str) -> None:
    given(open_()).when(sign(by)).then_refused(Authority)


@pytest.mark.parametrize("before", [REFUSED, SUSPENDED, SIGNED])
def test_only_an_open_handover_is_signed(before: list[Line]) -> None:
    given(*before).when(sign(out_leader="P-A")).then_refused(State)


@pytest.mark.parametrize("wrong", [{"out_leader": "P-A"}, {"out_leader": "P-T2L"}, {"by": "P-T1L", "in_leader": "P-E"}])
def test_both_lead_their_side(wrong: dict[str, str]) -> None:
    given(*VERIFIED, open_()).when(sign(**wrong)).then_refused(Authority)


def test_one_person_does_not_sign_for_both_sides() -> None:
    both = do("AssignPerson", "P-HR", person="P-T1L", unit="T2", role="team_leader", since="2026-01-01", home=False)
    given(both, *VERIFIED, open_()).when(sign("P-T1L", in_leader="P-T1L")).then_refused(Sod)


def test_open_items_are_listed_and_keep_the_handover_open() -> None:
    story = given(*VERIFIED, report(hazard="H-0"), open_()).when(sign()).then_refused(OpenItems)
    assert story.answer is not None
    assert story.answer.detail == "H-0, H-1"
    story.given(transfer(), transfer(hazard="H-0")).when(sign()).then_facts("HandoverSigned")


@pytest.mark.parametrize("before", OVER)
def test_what_is_over_does_not_keep_from_signing(before: list[Line]) -> None:
    story = given(*before, open_())
    if before is MERGED:
        story.when(sign()).then_refused(OpenItems)
        story.given(transfer(hazard="H-2"))
    story.when(sign()).then_facts("HandoverSigned")


TERM = [*VERIFIED, assign(manage="term")]


@pytest.mark.parametrize(
    "before",
    [TERM, [*TERM, start()], [*TERM, claim()], [*TERM, start(), claim()], [*TERM, claim(), accept(result="fail")]],
)
def test_a_term_keeps_a_hazard_from_blocking_also_when_rectifying_or_claimed(before: list[Line]) -> None:
    given(*before, open_()).when(sign()).then_facts("HandoverSigned")


def test_what_is_claimed_but_not_accepted_without_term_blocks() -> None:
    given(*ASSIGNED, claim(), open_()).when(sign()).then_refused(OpenItems)
    given(report(tier="T3"), claim(), open_()).when(sign()).then_refused(OpenItems)


def test_a_term_ends_when_the_hazard_flows_on() -> None:
    received = given(*TERM, open_(), transfer())
    back = open_("P-T2L", at(DAY, "21:50"), handover="HV-2", sender="T2", receiver="T1")
    signed = sign("P-T2L", at(DAY, "21:55"), handover="HV-2", out_leader="P-T2L", in_leader="P-T1L")
    received.given(back).when(signed).then_refused(OpenItems)


def test_what_is_out_to_tender_does_not_block_until_the_tender_ends() -> None:
    given(*VERIFIED, open_(), request()).when(sign()).then_facts("HandoverSigned")
    ended = do("CancelTender", "P-W1D", at(DAY, "13:00"), tender="TD-1", reason="自修")
    given(*VERIFIED, open_(), request(), ended).when(sign()).then_refused(OpenItems)


# -- refuse and arbitrate -------------------------------------------------------------------------------------------


def test_a_leader_of_the_receiver_refuses() -> None:
    given(*VERIFIED, open_()).when(refuse(hazard="H-1")).then_facts("HandoverRefused")
    for by in ("P-T1L", "P-E", "P-W1D", "SYSTEM"):
        given(*VERIFIED, open_()).when(refuse(by)).then_refused(Authority)


@pytest.mark.parametrize("before", [REFUSED, SUSPENDED, SIGNED])
def test_only_an_open_handover_is_refused(before: list[Line]) -> None:
    given(*before, report(unit="T2")).when(refuse(hazard="H-1")).then_refused(State)


def test_only_the_senders_hazard_is_contested() -> None:
    given(report(unit="T2"), open_()).when(refuse(hazard="H-1")).then_refused(NotResponsible)


def contested(*before: Line) -> Story:
    """The receiver contests H-1 of the sender."""
    return given(*before, open_(), refuse(hazard="H-1"))


def test_a_deputy_of_the_company_decides_too() -> None:
    """[rule 79]"""
    contested(*VERIFIED).when(arbitrate("P-LD")).then_facts(*CLOSING)


@pytest.mark.parametrize("by", ["P-W1D", "P-U1D"])
def test_director_or_deputy_above_both_decide(by: str) -> None:
    contested(*VERIFIED).when(arbitrate(by)).then_facts(*CLOSING)


@pytest.mark.parametrize("by", ["P-W2D", "P-U1H", "P-T2L", "P-U2D", "SYSTEM"])
def test_nobody_else_decides(by: str) -> None:
    contested(*VERIFIED).when(arbitrate(by)).then_refused(Authority)


def test_a_director_of_one_party_does_not_decide_about_it() -> None:
    between = [open_("P-W1D", sender="W1", receiver="T2"), refuse()]
    given(*between).when(arbitrate()).then_refused(Authority)
    given(*between).when(arbitrate("P-U1D")).then_facts("HandoverArbitrated")


@pytest.mark.parametrize("before", [[open_()], SUSPENDED, SIGNED])
def test_only_a_refused_handover_is_arbitrated(before: list[Line]) -> None:
    given(*before).when(arbitrate()).then_refused(State)
    contested(*VERIFIED).given(arbitrate()).when(arbitrate()).then_refused(State)


def test_what_is_done_is_closed_and_the_handover_open_again() -> None:
    story = contested(*ASSIGNED, claim()).when(arbitrate()).then_facts(*CLOSING)
    assert hazard(story).state == "closed"
    story.when(sign()).then_facts("HandoverSigned")


def test_done_of_what_is_over_only_decides() -> None:
    for before in OVER:
        contested(*before).when(arbitrate()).then_facts("HandoverArbitrated")


def test_without_a_contested_hazard_only_the_refusal_is_decided() -> None:
    for decided in ("done", "substandard"):
        given(*VERIFIED, *REFUSED).when(arbitrate(decision=decided)).then_facts("HandoverArbitrated")


def test_what_is_substandard_flows_to_the_receiver() -> None:
    story = contested(*ASSIGNED, claim()).when(arbitrate(decision="substandard", qty="2"))
    story.then_facts("HandoverArbitrated", *LEGS)
    story.then_balances({"DUE_UNIT:T1": "-120.00", "POOL_WAGE:T2": "120.00", "CLR_TRADE:U1": "0.00"})
    assert (hazard(story).unit, hazard(story).repairer) == ("T2", "P-T2L")


def test_what_the_sender_claims_fixed_in_the_shift_flows_if_it_is_substandard() -> None:
    story = contested(report(tier="T3"), claim()).when(arbitrate(decision="substandard"))
    story.then_facts("HandoverArbitrated", *LEGS)


@pytest.mark.parametrize("before", OVER)
def test_what_is_over_cannot_be_substandard(before: list[Line]) -> None:
    contested(*before).when(arbitrate(decision="substandard")).then_refused(State)


@pytest.mark.parametrize("decided", ["done", "substandard"])
def test_only_the_senders_hazard_is_decided_about(decided: str) -> None:
    others = [report(unit="T4"), *REFUSED]
    given(*others).when(arbitrate(decision=decided, hazard="H-1")).then_refused(NotResponsible)


def test_substandard_without_price_does_not_flow() -> None:
    story = contested(UNPRICED)
    story.when(arbitrate(decision="substandard")).then_refused(NoPrice)
    story.when(arbitrate(decision="substandard", item="HO-02")).then_facts("HandoverArbitrated", *LEGS)


def test_a_major_hazard_is_not_done_before_its_report() -> None:
    story = contested(report(), verify_major(), claim()).when(arbitrate()).then_refused(Criteria)
    story.given(tell_authority()).when(arbitrate()).then_facts(*CLOSING)


def test_a_major_hazard_may_flow_before_its_report() -> None:
    contested(report(), verify_major()).when(arbitrate(decision="substandard")).then_facts("HandoverArbitrated", *LEGS)


# -- rest -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("by", ["P-T1L", "P-T2L", "P-W1D"])
def test_both_sides_and_the_director_let_it_rest_and_go_on(by: str) -> None:
    given(open_()).when(suspend(by)).then_facts("HandoverSuspended")
    given(*SUSPENDED).when(resume(by)).then_facts("HandoverResumed")


@pytest.mark.parametrize("by", ["P-A", "P-W2D", "P-U1D", "P-C1"])
def test_nobody_else_lets_it_rest(by: str) -> None:
    given(open_()).when(suspend(by)).then_refused(Authority)
    given(*SUSPENDED).when(resume(by)).then_refused(Authority)


def test_only_an_open_handover_rests_and_only_a_resting_one_goes_on() -> None:
    for before in (REFUSED, SUSPENDED, SIGNED):
        given(*before).when(suspend()).then_refused(State)
    for before in ([open_()], REFUSED, SIGNED):
        given(*before).when(resume()).then_refused(State)
    given(*SUSPENDED, resume()).when(sign()).then_facts("HandoverSigned")


def test_the_receiving_leader_by_arbitration_is_the_team_leader_or_else_the_arbiter() -> None:
    gone = do("EndAssignment", "P-HR", person="P-T2L", unit="T2", role="team_leader", last_day="2026-02-05")
    deputy = do("AssignPerson", "P-HR", person="P-E", unit="T2", role="duty_director", since="2026-01-01", home=False)
    next_day = [open_(at=at("02-06", "13:50")), refuse("P-E", at("02-06", "13:54"), hazard="H-1")]
    story = given(gone, deputy, *VERIFIED, *next_day)
    story.when(arbitrate(at=at("02-06", "13:56"), decision="substandard")).then_facts("HandoverArbitrated", *LEGS)
    assert [fact.accepted_by for fact in story.recorded if isinstance(fact, HandoverItemTransferredIn)] == ["P-W1D"]


# -- the closure rate (F-11) ------------------------------------------------------------------------------------------


def test_a_hazard_that_is_handed_over_is_due_at_the_receiver_only() -> None:
    story = given(*ASSIGNED, open_(), transfer())
    due = {
        team: story.ledger.lookup(f"tally:unit-{team}/2026").sums(f"2026-{month:02d}" for month in range(1, 13))
        for team in ("T1", "T2")
    }
    assert (due["T1"]["hazards_due"], due["T2"]["hazards_due"]) == (0, 1)
