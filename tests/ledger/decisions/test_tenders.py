"""Tenders from request to settlement, guard by guard (contract §2.5; TR-04 … TR-07, TR-13, TR-15, P5)."""

from __future__ import annotations

from typing import Any

import pytest

from ledger.errors import (
    Already,
    Authority,
    Criteria,
    Duplicate,
    Insufficient,
    Invalid,
    LateBid,
    NoPrice,
    NotReady,
    NotResponsible,
    Partial,
    Premium,
    Qty,
    SelfDeal,
    Sod,
    State,
    TooLate,
    WrongCentre,
    WrongDoc,
)
from ledger.facts.tenders import TenderAwarded, TenderRequested, TenderSettledOut
from ledger.state.tenders import Tender
from tests.ledger.decisions.hazards import CLOSED, MERGED, REJECTED, accept, credited, hazard, policy, report, request
from tests.ledger.decisions.settlement import close_month
from tests.ledger.decisions.sheets import at, step
from tests.spec import Line, Story, do, given, stamped

DEADLINE = at("02-06", "12:00")
AWARDED_AT = at("02-09")

approve = step("ApproveTender", "P-U1D", at("02-05", "13:00"), tender="TD-1")
refuse = step("RefuseTender", "P-U1D", at("02-05", "13:00"), tender="TD-1", reason="自修")
publish = step("PublishTender", "P-C1", at("02-05", "14:00"), tender="TD-1", bid_deadline=DEADLINE)
bid = step("SubmitBid", "P-W2D", at("02-06"), tender="TD-1", unit="W2")
withdraw = step("WithdrawBid", "P-W2D", at("02-06", "11:00"), tender="TD-1", unit="W2")
close = step("CloseBidding", "P-C1", DEADLINE, tender="TD-1")
award = step("Award", "P-U1D", AWARDED_AT, tender="TD-1", winner="W2")
direct = step("DirectTender", "P-U1D", AWARDED_AT, tender="TD-1", winner="W2", reason="无人投标")
cancel = step("CancelTender", "P-U1D", AWARDED_AT, tender="TD-1", reason="撤回")
take = step("AcceptAward", "P-W2D", at("02-10"), tender="TD-1")
terminate = step("TerminateAward", "P-U1D", at("02-13"), tender="TD-1", reason="不能完成")
complete = step("ClaimCompletion", "P-W2D", at("02-12"), tender="TD-1", qty="58.5")
check = step("AcceptTender", "P-C1", at("02-20"), tender="TD-1", result="pass", qty="58.5", acceptors=["P-SI", "P-W1D"])
fail = step("AcceptTender", "P-C1", at("02-20"), tender="TD-1", result="fail", acceptors=["P-SI", "P-W1D"])
settle = step("SettleTender", "P-C1", at("02-24"), tender="TD-1")
reverse = step("ReverseEntry", "P-C1", at("02-23"), of="settled", reason="误结", approved_by="P-H1")

MONEY = credited("W1", "3000.00")
FOUND = [MONEY, report()]
REQUESTED = [*FOUND, request()]
APPROVED = [*REQUESTED, approve()]
PUBLISHED = [*APPROVED, publish()]
BIDDEN = [*PUBLISHED, bid()]
FAILED = [*PUBLISHED, close()]
AWARDED = [*BIDDEN, award()]
TAKEN = [*AWARDED, take()]
DONE = [*TAKEN, complete()]
NOT_PASSED = [*DONE, fail()]
SETTLED = [*DONE, check() | {"id": "settled"}]
UNSETTLED = [*SETTLED, reverse()]
TERMINATED = [*TAKEN, terminate()]
CANCELLED = [*PUBLISHED, cancel()]
EVER = {
    "requested": REQUESTED,
    "refused": [*REQUESTED, refuse()],
    "approved": APPROVED,
    "published": PUBLISHED,
    "failed": FAILED,
    "awarded": AWARDED,
    "accepted": TAKEN,
    "claimed": DONE,
    "acceptance_failed": NOT_PASSED,
    "settled": SETTLED,
    "accepted_unsettled": UNSETTLED,
    "terminated": TERMINATED,
    "cancelled": CANCELLED,
}
FAILED_FACT = ("TenderAcceptanceFailed",)
PASSED = ("TenderAcceptancePassed", "TenderSettledOut", "TenderSettledIn", "FundsReleased")


def without(line: Line, field: str) -> Line:
    return {**line, "data": {name: value for name, value in line["data"].items() if name != field}}


def tender(story: Story) -> Tender:
    found = story.ledger.lookup("tender:TD-1")
    assert isinstance(found, Tender)
    return found


def states_but(*names: str) -> list[str]:
    return [name for name in EVER if name not in names]


@pytest.mark.parametrize("state", EVER)
def test_a_tender_goes_through_its_states(state: str) -> None:
    assert tender(given(*EVER[state])).state == state


@pytest.mark.parametrize(
    ("line", "states"),
    [
        (approve(), ["requested"]),
        (refuse(), ["requested"]),
        (publish(at=at("02-25"), bid_deadline=at("02-26")), ["approved", "failed", "terminated"]),
        (bid("P-T4L", unit="T4"), ["published"]),
        (withdraw(), []),
        (close(), ["published"]),
        (direct(), ["failed"]),
        (cancel(), ["requested", "approved", "published", "failed", "terminated"]),
        (terminate(at=at("02-24")), ["awarded", "accepted", "claimed", "acceptance_failed", "accepted_unsettled"]),
        (check(), ["claimed"]),
        (fail(), ["claimed"]),
        (settle(), ["accepted_unsettled"]),
    ],
)
def test_every_step_has_its_states(line: Line, states: list[str]) -> None:
    for state, before in EVER.items():
        story = given(*before).when(line)
        if state not in states:
            story.then_refused(State)
        else:
            assert story.answer is not None
            assert story.answer.ok, (state, story.answer)


@pytest.mark.parametrize("line", [take(), complete()])
@pytest.mark.parametrize("state", [name for name in EVER if name in ("claimed", "settled", "terminated")])
def test_the_last_winner_speaks_and_is_told_the_state(line: Line, state: str) -> None:
    given(*EVER[state]).when(line).then_refused(State)


@pytest.mark.parametrize("line", [take(), complete()])
@pytest.mark.parametrize("state", ["requested", "published", "failed", "cancelled"])
def test_a_tender_without_winner_has_nobody_to_speak_for_it(line: Line, state: str) -> None:
    given(*EVER[state]).when(line).then_refused(Authority)


# -- request --------------------------------------------------------------------------------------------------------


def test_a_lead_of_the_payer_requests_a_numbered_tender() -> None:
    story = given(*FOUND).when(request()).then_facts("TenderRequested")
    first, mirror = story.recorded
    assert isinstance(first, TenderRequested)
    assert (first.stream, first.number, first.centre, first.funds) == (
        "tender-TD-1",
        "U1-TENDER-202602-1",
        "U1",
        "wage",
    )
    assert (mirror.stream, mirror.mirror) == ("unit-W1", True)


@pytest.mark.parametrize("by", ["P-T1L", "P-U1D", "P-WX", "P-C1", "SYSTEM"])
def test_others_do_not_request(by: str) -> None:
    given(*FOUND).when(request(by)).then_refused(Authority)


def test_a_tender_is_requested_once() -> None:
    given(*REQUESTED).when(request()).then_refused(Duplicate)


@pytest.mark.parametrize("before", [CLOSED, REJECTED, MERGED, REQUESTED, DONE])
def test_a_hazard_that_is_over_or_out_to_tender_is_not_tendered(before: list[Line]) -> None:
    given(*before).when(request("P-W2D", unit="W2", tender="TD-2")).then_refused(State)


@pytest.mark.parametrize("before", [[*REQUESTED, refuse()], CANCELLED, SETTLED])
def test_a_hazard_whose_tender_ended_is_tendered_again(before: list[Line]) -> None:
    given(*before).when(request(tender="TD-2")).then_facts("TenderRequested")


def test_a_hazard_of_the_unit_or_below_is_tendered() -> None:
    given(*FOUND).when(request("P-W2D", unit="W2", item="XX")).then_refused(NotResponsible)
    given(report(unit="W1")).when(request("P-T1L", unit="T1")).then_refused(NotResponsible)
    given(*FOUND).when(request("P-T1L", unit="T1")).then_facts("TenderRequested")
    given(*FOUND).when(request("P-U1H", unit="U1")).then_facts("TenderRequested")


def test_the_company_itself_has_no_centre_above() -> None:
    given(*FOUND).when(request("P-CH", unit="HQ", item="XX")).then_refused(WrongCentre)


def test_only_quota_work_is_tendered() -> None:
    """[rule 11]"""
    given(*FOUND).when(request(item="HO-01")).then_refused(WrongDoc)


def test_a_retired_unit_tenders_nothing() -> None:
    """[rule 85]"""
    retired = [
        do("RegisterUnit", "P-ADM", unit="T9", name="新班", level=4, parent="W1"),
        do("AssignPerson", "P-HR", person="P-E", unit="T9", role="team_leader", since="2026-01-01", home=False),
        do("RetireUnit", "P-ADM", unit="T9", effective="2026-02-05", reason="撤并"),
    ]
    given(*FOUND, *retired).when(request("P-E", unit="T9")).then_refused(State)


def test_an_item_without_price_is_not_tendered() -> None:
    given(*FOUND).when(request(item="XX")).then_refused(NoPrice)


def test_who_pays_is_policy_unless_said() -> None:
    from_project = policy("settle.from", "project")
    assert tender(given(from_project, *FOUND, request())).pool == "project"
    assert tender(given(from_project, *FOUND, request(funds="wage"))).pool == "wage"


# -- approve, refuse, publish ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("line", [approve(), refuse()])
def test_the_deputy_of_the_tenders_centre_approves(line: Line) -> None:
    for by in ("P-U2D", "P-U1H", "P-LD", "P-C1"):
        given(*REQUESTED).when(line | {"by": by}).then_refused(Authority)


def test_at_the_company_its_deputy_approves() -> None:
    asked = [report(), request("P-U1H", unit="U1")]
    given(*asked).when(approve()).then_refused(Authority)
    given(*asked).when(approve("P-LD")).then_facts("TenderApproved")


def test_nobody_approves_what_he_requested() -> None:
    both = do("AssignPerson", "P-HR", person="P-W1D", unit="U1", role="unit_deputy", since="2026-01-01", home=False)
    given(both, *REQUESTED).when(approve("P-W1D")).then_refused(Sod)
    given(both, *APPROVED).when(approve("P-W1D")).then_refused(State)
    given(both, *REQUESTED).when(refuse("P-W1D")).then_facts("TenderRefused")


@pytest.mark.parametrize(("by", "refusal"), [("P-C2", WrongCentre), ("P-C0", WrongCentre), ("P-U1D", Authority)])
@pytest.mark.parametrize(
    ("before", "line"), [(APPROVED, publish()), (PUBLISHED, close()), (DONE, check()), (UNSETTLED, settle())]
)
def test_only_the_clerk_of_the_tenders_centre_handles_it(before: list[Line], line: Line, by: str, refusal: Any) -> None:
    given(*before).when(line | {"by": by}).then_refused(refusal)


def test_the_bid_deadline_is_after_the_publication() -> None:
    given(*APPROVED).when(publish(bid_deadline=at("02-05", "14:00"))).then_refused(Invalid)
    given(*REQUESTED).when(publish(bid_deadline=at("02-05", "14:00"))).then_refused(State)
    given(*APPROVED).when(publish(bid_deadline=at("02-05", "14:01"))).then_facts("TenderPublished")


@pytest.mark.parametrize("before", [FAILED, TERMINATED])
def test_publication_anew_drops_earlier_bids(before: list[Line]) -> None:
    again = publish(at=at("02-16"), bid_deadline=at("02-17"))
    story = given(*before, again)
    assert tender(story).bids == ()
    story.when(award(at=at("02-18"))).then_refused(State)


# -- bids -----------------------------------------------------------------------------------------------------------


def test_leads_of_the_bidder_bid_and_withdraw() -> None:
    for by in ("P-W1D", "P-T4L", "P-WY", "P-C1"):
        given(*PUBLISHED).when(bid(by)).then_refused(Authority)
        given(*BIDDEN).when(withdraw(by)).then_refused(Authority)
    given(*PUBLISHED).when(bid()).then_facts("BidSubmitted")
    given(*BIDDEN).when(withdraw()).then_facts("BidWithdrawn")


LATE = at("02-06", "12:01")


def test_the_payer_does_not_bid_nor_does_a_unit_above_or_below_it() -> None:
    """[rule 12]"""
    for by, unit in [("P-W1D", "W1"), ("P-T1L", "T1"), ("P-U1H", "U1"), ("P-CH", "HQ")]:
        given(*PUBLISHED).when(bid(by, LATE, unit=unit)).then_refused(SelfDeal)
    given(*APPROVED).when(bid("P-W1D", unit="W1")).then_refused(State)


@pytest.mark.parametrize(("by", "unit"), [("P-W3D", "W3"), ("P-U2H", "U2")])
def test_units_whose_tenders_are_another_centres_do_not_bid(by: str, unit: str) -> None:
    given(*PUBLISHED).when(bid(by, LATE, unit=unit)).then_refused(WrongCentre)


def test_at_the_deadline_itself_a_bid_is_in_time() -> None:
    given(*PUBLISHED).when(bid(at=DEADLINE)).then_facts("BidSubmitted")
    given(*BIDDEN).when(withdraw(at=DEADLINE)).then_facts("BidWithdrawn")
    second_later = "2026-02-06T12:00:01+08:00"
    given(*PUBLISHED).when(bid(at=second_later)).then_refused(LateBid)
    given(*BIDDEN).when(bid(at=second_later)).then_refused(LateBid)
    given(*BIDDEN).when(withdraw(at=second_later)).then_refused(LateBid)


def test_a_bid_stands_until_it_is_withdrawn() -> None:
    given(*BIDDEN).when(bid()).then_refused(Already)
    given(*BIDDEN, withdraw()).when(bid(at=at("02-06", "11:30"))).then_facts("BidSubmitted")
    given(*BIDDEN, withdraw()).when(withdraw(at=LATE)).then_refused(State)


def test_bidding_is_closed_at_the_deadline_if_nobody_bid() -> None:
    early = close(at=at("02-06", "11:59"))
    given(*PUBLISHED).when(early).then_refused(NotReady)
    given(*BIDDEN).when(early).then_refused(NotReady)
    given(*BIDDEN).when(close()).then_refused(Already)
    given(*PUBLISHED).when(close()).then_facts("TenderFailed")
    given(*BIDDEN, withdraw()).when(close("SYSTEM")).then_facts("TenderFailed")


# -- award and direct award -----------------------------------------------------------------------------------------


def test_an_award_locks_the_price_and_reserves_the_estimate() -> None:
    story = given(*BIDDEN).when(award()).then_facts("TenderAwarded", "FundsReserved")
    (awarded,) = (fact for fact in story.recorded if isinstance(fact, TenderAwarded))
    assert (awarded.unit_price, awarded.list_version, awarded.reserve) == (4550, "HQ@v1", 273000)
    assert story.ledger.lookup("unit-W1").available() == 27000


@pytest.mark.parametrize(("before", "line"), [(BIDDEN, award()), (FAILED, direct()), (TAKEN, terminate())])
def test_only_the_approver_decides_about_an_award(before: list[Line], line: Line) -> None:
    for by in ("P-C1", "P-W1D", "P-U1H", "P-U2D", "P-LD"):
        given(*before).when(line | {"by": by}).then_refused(Authority)


def test_the_payer_does_not_win_its_own_tender() -> None:
    given(*APPROVED).when(award(winner="W1")).then_refused(SelfDeal)
    given(*FAILED).when(direct(winner="W1")).then_refused(SelfDeal)
    given(*PUBLISHED).when(direct(winner="W1")).then_refused(State)


@pytest.mark.parametrize("state", states_but("published"))
def test_only_a_published_tender_is_awarded(state: str) -> None:
    given(*EVER[state]).when(award()).then_refused(State)


def test_only_a_bidder_wins() -> None:
    given(*PUBLISHED).when(award()).then_refused(State)
    given(*BIDDEN).when(award(winner="T4")).then_refused(State)
    given(*BIDDEN, withdraw()).when(award()).then_refused(State)


def test_safety_critical_work_goes_to_the_qualified() -> None:
    critical = [*FOUND, request(critical=True), approve(), publish()]
    given(*critical, bid()).when(award()).then_refused(Criteria)
    given(*critical, bid(qualified=True)).when(award()).then_facts("TenderAwarded", "FundsReserved")


def without_the_item() -> Line:
    """From 9 February the company's list is withdrawn in favour of one without RQ-11."""
    items = [{"item": "HO-01", "kind": "handover", "name": "x", "uom": "place", "price": "1.00"}]
    named = {
        "owner": "HQ",
        "version": "v1b",
        "effective": "2026-02-09",
        "legal_basis": "价格会议纪要",
        "notice": "公示",
    }
    return do("PublishPriceList", "P-SO", items=items, drops=True, **named)


def test_an_item_that_has_lost_its_price_is_not_awarded() -> None:
    given(without_the_item(), report(), request(), approve(), publish(), bid()).when(award()).then_refused(NoPrice)
    failed = [without_the_item(), report(), request(), approve(), publish(), close()]
    given(*failed).when(direct()).then_refused(NoPrice)
    given(*failed).when(direct(premium="0.11")).then_refused(Premium)


def test_no_more_is_reserved_than_there_is() -> None:
    poor = [credited("W1", "2729.99"), report(), request(), approve(), publish()]
    given(*poor, bid()).when(award()).then_refused(Insufficient)
    given(*poor, close()).when(direct()).then_refused(Insufficient)
    rest = do("CreditQuotaWage", "P-C1", at("02-03"), unit="W1", amount="0.01", source_doc="C-2")
    given(*poor, rest, bid()).when(award()).then_facts("TenderAwarded", "FundsReserved")


def test_a_direct_award_stays_in_the_centre_and_below_the_cap() -> None:
    given(*FAILED).when(direct(winner="W3", premium="0.11")).then_refused(WrongCentre)
    given(*FAILED).when(direct(premium="0.100001")).then_refused(Premium)
    story = given(credited("W1", "3003.00"), *FAILED[1:]).when(direct(premium="0.10"))
    story.then_facts("TenderDirected", "FundsReserved")
    assert tender(story).reserve == 300300
    given(credited("W1", "3002.99"), *FAILED[1:]).when(direct(premium="0.10")).then_refused(Insufficient)


def test_requester_and_approver_cancel_before_the_award() -> None:
    for by, accepted in (("P-U1D", True), ("P-W1D", True), ("P-C1", False), ("P-W2D", False)):
        story = given(*BIDDEN).when(cancel(by))
        story.then_facts("TenderCancelled") if accepted else story.then_refused(Authority)


# -- work -----------------------------------------------------------------------------------------------------------


def test_the_winner_takes_the_work_and_says_when_it_is_done() -> None:
    for by in ("P-W1D", "P-T4L", "P-WY", "P-C1"):
        given(*AWARDED).when(take(by)).then_refused(Authority)
        given(*TAKEN).when(complete(by)).then_refused(Authority)
    given(*AWARDED).when(take()).then_facts("AwardAccepted")
    given(*AWARDED).when(complete()).then_refused(State)
    given(*TAKEN).when(take()).then_refused(State)
    given(*TAKEN).when(complete()).then_facts("TenderCompletionClaimed")
    given(*NOT_PASSED).when(complete()).then_facts("TenderCompletionClaimed")


@pytest.mark.parametrize("before", [AWARDED, TAKEN, DONE, NOT_PASSED])
def test_a_terminated_award_gives_its_reservation_back(before: list[Line]) -> None:
    story = given(*before).when(terminate(at=at("02-24"))).then_facts("AwardTerminated", "FundsReleased")
    assert story.ledger.lookup("unit-W1").available() == 300000


# -- acceptance -----------------------------------------------------------------------------------------------------


def test_a_pass_settles_locked_price_and_measured_quantity_at_once() -> None:
    story = given(*DONE).when(check()).then_facts(*PASSED)
    story.then_balances({"POOL_WAGE:W1": "338.25", "POOL_WAGE:W2": "2661.75", "CLR_TRADE:U1": "0.00"})
    assert story.ledger.lookup("unit-W1").available() == 33825
    assert (hazard(story).state, hazard(story).executor) == ("claimed", "W2")


@pytest.mark.parametrize("result", ["pass", "fail"])
@pytest.mark.parametrize(
    "acceptors",
    [[], ["P-SI"], ["P-SI", "P-SI"], ["P-SI", "P-C1"], ["P-SI", "P-W2D"], ["P-SI", "P-WY"], ["P-SI", "P-D4"]],
)
def test_two_others_accept_and_none_from_the_winner_or_below_it(result: str, acceptors: list[str]) -> None:
    for before in (DONE, AWARDED):
        given(*before).when(check(result=result, acceptors=acceptors, defects=["松动"])).then_refused(Sod)


def test_a_pass_says_how_much() -> None:
    given(*DONE).when(without(check(acceptors=[]), "qty")).then_refused(Invalid)
    given(*DONE).when(fail()).then_facts("TenderAcceptanceFailed")


def test_who_approves_an_excess_is_another_and_the_centres_approver() -> None:
    given(*DONE).when(check(approved_by="P-C1")).then_refused(Sod)
    for approver in ("P-U2D", "P-LD", "P-U1H"):
        given(*DONE).when(check(approved_by=approver, defects=["松动"])).then_refused(Authority)
    given(*DONE).when(check(approved_by="P-U1D")).then_facts(*PASSED)


IMPORTED = {"source": {"input_mode": "import"}}


def test_there_is_no_partial_acceptance() -> None:
    partial = check(defects=["松动"], list_version="HQ@v9", qty="100")
    given(*DONE).when(partial).then_refused(Partial)
    given(*AWARDED).when(partial).then_refused(Partial)
    given(*DONE).when(fail(defects=["松动"])).then_facts("TenderAcceptanceFailed")


def test_less_than_the_last_claim_after_a_failure_is_partial_until_claimed_anew() -> None:
    given(*NOT_PASSED).when(check(qty="58.4")).then_refused(Partial)
    given(*NOT_PASSED).when(check()).then_refused(State)
    again = complete(at=at("02-21"))
    given(*NOT_PASSED, again).when(check(at=at("02-22"), qty="58.4")).then_facts(*PASSED)


def test_by_policy_a_part_is_accepted() -> None:
    given(policy("tender.partial", True), *DONE).when(check(defects=["松动"])).then_facts(*PASSED)


def test_only_an_import_names_a_list_version() -> None:
    named = check(list_version="HQ@v1", qty="100")
    given(*TAKEN).when(named).then_refused(State)
    given(*DONE).when(named).then_refused(Invalid)
    given(*DONE).when(stamped(named, **IMPORTED)).then_refused(Qty)


def test_an_import_may_settle_by_another_version_that_has_the_item() -> None:
    for missing in ("HQ@v9", "U1@v1"):
        given(*DONE).when(stamped(check(list_version=missing), **IMPORTED)).then_refused(NoPrice)
    story = given(*DONE).when(stamped(check(list_version="HQ@v2"), **IMPORTED)).then_facts(*PASSED)
    story.then_balances({"POOL_WAGE:W2": "2808.00"})


def test_more_than_a_tenth_over_the_estimate_needs_the_approver() -> None:
    much = [*TAKEN, complete(qty="70")]
    given(*much).when(check(qty="66.0001")).then_refused(Qty)
    given(*much).when(check(qty="66")).then_facts(*PASSED)
    given(*much).when(check(qty="66.0001", approved_by="P-U1D")).then_facts(*PASSED)


def test_more_than_was_claimed_at_last_needs_the_approver() -> None:
    """[rule 12]"""
    given(*DONE).when(check(qty="58.5001")).then_refused(Qty)
    given(*DONE).when(check(qty="58.5001", approved_by="P-U1D")).then_facts(*PASSED)
    again = complete(at=at("02-21"), qty="60")
    given(*NOT_PASSED, again).when(check(at=at("02-22"), qty="60")).then_facts(*PASSED)


@pytest.mark.parametrize("line", [check, fail])
def test_one_acceptor_is_safety_staff_of_the_payer_or_above(line: Any) -> None:
    """[rule 88]"""
    given(*DONE).when(line(acceptors=["P-W1D", "P-T1L"])).then_refused(Authority)
    given(*DONE).when(line(acceptors=["P-W1D", "P-C1"])).then_refused(Sod)
    given(*DONE).when(line(acceptors=["P-W1D", "P-W2D"])).then_refused(Sod)
    given(*TAKEN).when(line(acceptors=["P-W1D", "P-T1L"])).then_refused(Authority)
    given(*DONE).when(line(acceptors=["P-W1D", "P-OFF"])).then_facts(*(PASSED if line is check else FAILED_FACT))


def test_the_price_stays_locked_although_a_new_list_takes_effect() -> None:
    story = given(*DONE).when(check(at=at("03-20"))).then_facts(*PASSED)
    (settled,) = (fact for fact in story.recorded if isinstance(fact, TenderSettledOut))
    assert (settled.unit_price, settled.list_version, settled.amount) == (4550, "HQ@v1", 266175)


def test_a_premium_is_settled_too() -> None:
    rich = [credited("W1", "4000.00"), *FAILED[1:], direct(premium="0.05"), take(), complete()]
    given(*rich).when(check()).then_facts(*PASSED).then_balances({"POOL_WAGE:W2": "2794.84"})


def test_a_settlement_uses_its_own_reservation() -> None:
    exact = [credited("W1", "2730.00"), *DONE[1:]]
    story = given(*exact).when(check(qty="60", approved_by="P-U1D")).then_facts(*PASSED)
    story.then_balances({"POOL_WAGE:W1": "0.00", "DUE_UNIT:W1": "0.00", "POOL_WAGE:W2": "2730.00"})


def test_what_pool_and_reservation_cannot_pay_becomes_a_due() -> None:
    exact = [credited("W1", "2730.00"), *DONE[1:]]
    story = given(*exact).when(check(qty="66", approved_by="P-U1D")).then_facts(*PASSED)
    story.then_balances({"POOL_WAGE:W1": "0.00", "DUE_UNIT:W1": "-273.00", "POOL_WAGE:W2": "3003.00"})


def test_a_settlement_does_not_use_the_reservation_of_another_tender() -> None:
    second = [
        report(hazard="H-2"),
        request(tender="TD-2", hazard="H-2", est_qty="5"),
        approve(tender="TD-2"),
        publish(tender="TD-2"),
        bid(tender="TD-2"),
        award(tender="TD-2"),
    ]
    story = given(*DONE, *second).when(check(qty="66", approved_by="P-U1D")).then_facts(*PASSED)
    story.then_balances({"POOL_WAGE:W1": "227.50", "DUE_UNIT:W1": "-230.50", "POOL_WAGE:W2": "3003.00"})


def test_the_hazard_is_then_accepted_by_somebody_who_is_not_the_winners() -> None:
    story = given(*SETTLED)
    story.when(accept("P-W1D", at("02-21"))).then_facts("HazardAcceptancePassed", "HazardClosed")
    winners = do("AssignPerson", "P-HR", person="P-SI", unit="T4", role="worker", since="2026-02-21", home=False)
    given(*SETTLED, winners).when(accept(at=at("02-21"))).then_refused(Sod)


@pytest.mark.parametrize(("approver", "taken"), [("P-H0", True), ("P-H1", True), ("P-H2", False)])
def test_the_head_of_the_centre_that_settles_a_tender_lets_a_late_step_in(approver: str, taken: bool) -> None:
    mine = [report(unit="U1"), request(by="P-U1H", unit="U1")]
    late = stamped(approve("P-LD"), recorded_at=at("05-05"), late_approval=approver)
    story = given(*mine).when(late)
    story.then_facts("TenderApproved") if taken else story.then_refused(TooLate)


# -- settlement again -----------------------------------------------------------------------------------------------


def test_a_reversed_settlement_is_made_again_at_the_locked_price() -> None:
    story = given(*UNSETTLED).then_balances({"POOL_WAGE:W1": "3000.00", "POOL_WAGE:W2": "0.00"})
    story.when(settle(at=at("03-20"))).then_facts("TenderSettledOut", "TenderSettledIn")
    story.then_balances({"POOL_WAGE:W1": "338.25", "POOL_WAGE:W2": "2661.75"})
    story.when(settle(at=at("03-20"))).then_refused(State)


MEASURED = {"qty": "57", "acceptors": ["P-SI", "P-W1D"]}


def test_a_settlement_made_again_may_have_another_quantity() -> None:
    """[rule 24]"""
    story = given(*UNSETTLED).when(settle(**MEASURED)).then_facts("TenderSettledOut", "TenderSettledIn")
    story.then_balances({"POOL_WAGE:W1": "406.50", "POOL_WAGE:W2": "2593.50"})
    (paid,) = (fact for fact in story.recorded if isinstance(fact, TenderSettledOut))
    assert (paid.qty, paid.acceptors, paid.approved_by) == ("57", ("P-SI", "P-W1D"), None)
    again = [settle(**MEASURED) | {"id": "second"}, reverse(of="second", at=at("02-25"))]
    third = given(*UNSETTLED, *again).when(settle(at=at("02-26")))
    third.then_balances({"POOL_WAGE:W2": "2593.50"})


def test_a_quantity_measured_again_has_acceptors_and_they_have_a_quantity() -> None:
    """[rule 24]"""
    for alone in ({"qty": "57"}, {"acceptors": ["P-SI", "P-W1D"]}):
        given(*UNSETTLED).when(settle(**alone)).then_refused(Invalid)


def test_a_quantity_measured_again_is_refused_like_the_first() -> None:
    """[rules 24, 88]"""
    story = given(*UNSETTLED)
    story.when(settle(qty="57", acceptors=["P-SI", "P-WY"])).then_refused(Sod)
    story.when(settle(**MEASURED, approved_by="P-C1")).then_refused(Sod)
    story.when(settle(**MEASURED, approved_by="P-U2D")).then_refused(Authority)
    story.when(settle(qty="57", acceptors=["P-W1D", "P-T1L"])).then_refused(Authority)
    story.when(settle(**{**MEASURED, "qty": "58.5001"})).then_refused(Qty)
    story.when(settle(**{**MEASURED, "qty": "58.5001"}, approved_by="P-U1D")).then_facts(
        "TenderSettledOut", "TenderSettledIn"
    )
    given(*SETTLED).when(settle(**MEASURED, approved_by="P-U2D")).then_refused(Authority)
    given(*SETTLED).when(settle(**{**MEASURED, "qty": "70"})).then_refused(State)


# -- an award that ends after its acceptance ------------------------------------------------------------------------


LATER = terminate(at=at("02-24"))


def test_an_award_ends_also_when_its_settlement_was_reversed() -> None:
    """[rule 80]"""
    story = given(*UNSETTLED).when(LATER).then_facts("AwardTerminated")
    assert tender(story).state == "terminated"
    assert (hazard(story).state, hazard(story).executor, hazard(story).tender) == ("rectifying", None, "TD-1")
    story.then_balances({"POOL_WAGE:W1": "3000.00", "POOL_WAGE:W2": "0.00"})
    story.given(cancel(at=at("02-25"))).when(request(at=at("02-25"), tender="TD-2")).then_facts("TenderRequested")


def test_what_was_accepted_on_site_stays_closed_when_the_award_ends() -> None:
    """[rule 80]"""
    closed = accept(at=at("02-21"))
    story = given(*SETTLED, closed, reverse()).when(LATER).then_facts("AwardTerminated")
    assert hazard(story).state == "closed"


def test_a_terminated_tender_is_awarded_and_settled_anew() -> None:
    """[rule 80]"""
    anew = [
        publish(at=at("02-25"), bid_deadline=at("02-26")),
        bid(at=at("02-25", "12:00")),
        award(at=at("02-26", "12:00")),
        take(at=at("02-27")),
        complete(at=at("02-27"), qty="60"),
    ]
    story = given(*UNSETTLED, LATER, *anew).when(check(at=at("02-28"), qty="60")).then_facts(*PASSED)
    story.then_balances({"POOL_WAGE:W1": "270.00", "POOL_WAGE:W2": "2730.00"})


def test_a_settlement_by_a_wrong_version_is_made_again_at_the_locked_price() -> None:
    wrong = stamped(check(list_version="HQ@v2"), source={"input_mode": "import"}) | {"id": "settled"}
    story = given(*DONE, wrong, reverse()).when(settle())
    paid = next(fact for fact in story.recorded if isinstance(fact, TenderSettledOut))
    assert (paid.list_version, paid.unit_price, paid.amount) == ("HQ@v1", 4550, 266175)


@pytest.mark.parametrize(("closed", "adjusts"), [(True, "2026-02"), (False, None)])
def test_a_settlement_made_again_adjusts_the_closed_month_of_the_reversed_one(
    closed: bool, adjusts: str | None
) -> None:
    story = given(*SETTLED)
    if closed:
        close_month(story, "U1", "2026-02")
    both = [reverse(at=at("03-02")), settle(at=at("03-03"))]
    for line in both:
        facts = story.when(line).recorded
        assert {(fact.posting_period, fact.adjusts_period) for fact in facts} == {("2026-03", adjusts)}


def test_a_month_that_closes_between_reversal_and_settlement_is_adjusted_too() -> None:
    story = close_month(given(*SETTLED, reverse()), "U1", "2026-02")
    facts = story.when(settle(at=at("03-03"))).then_facts("TenderSettledOut", "TenderSettledIn").recorded
    assert {fact.adjusts_period for fact in facts} == {"2026-02"}
