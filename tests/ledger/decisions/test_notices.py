"""Trade notices: a general problem, traded inside the unit (TR-10, contract §2.7)."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from ledger.errors import (
    Already,
    Authority,
    Duplicate,
    Exempt,
    Invalid,
    NoCalendar,
    NoPrice,
    NotReady,
    Sod,
    State,
    WindowClosed,
    WrongCentre,
    WrongDoc,
)
from ledger.facts.notices import TradeNoticeConfirmed, TradeNoticeIssued, TradeNoticeReceived
from tests.ledger.decisions.liabilities import advance, at, opened
from tests.spec import Line, do, given, when

issue = partial(do, "IssueNotice", "P-OFF", at("03-02"), notice="NT-1", unit="W1", item="GP-05", description="不达标")
confirm = do("ConfirmNotice", "P-W1D", at("03-02", "11:00"), notice="NT-1")
cancel = do("CancelNotice", "P-OFF", at("03-02", "11:00"), notice="NT-1", reason="误开")


def hazard(**fields: Any) -> Line:
    usual = {"hazard": "H-1", "unit": "W1", "place": "皮带", "category": "hazard", "tier": "T2", "description": "x"}
    return do("ReportHazard", "P-OFF", at("03-02", "08:00"), **(usual | fields))


verified = do("VerifyHazard", "P-SI", at("03-02", "08:30"), hazard="H-1", level="C")


def test_a_notice_holds_its_price_and_its_window() -> None:
    (fact,) = given(issue(qty="2.5")).recorded
    assert isinstance(fact, TradeNoticeIssued)
    assert (fact.amount, fact.list_version, fact.qty, fact.window_until) == (12500, "HQ@v1", "2.5", "2026-03-05")
    assert fact.number == "U1-NOTICE-202603-1"


def test_a_quantity_is_more_than_nothing() -> None:
    when(issue(qty="0")).then_refused(Invalid)


@pytest.mark.parametrize("by", ["P-OFF", "P-SO", "P-SI"])
def test_offices_and_inspectors_issue_notices(by: str) -> None:
    when(issue(qty="1") | {"by": by}).then_facts("TradeNoticeIssued")


@pytest.mark.parametrize("by", ["P-W1D", "SYSTEM"])
def test_others_do_not_issue_notices(by: str) -> None:
    when(issue(qty="1") | {"by": by}).then_refused(Authority)


def test_a_notice_number_is_used_once() -> None:
    given(issue(qty="1")).when(issue(qty="1")).then_refused(Duplicate)


def test_only_general_items_are_traded_by_notice() -> None:
    when(issue(qty="1") | {"data": {**issue(qty="1")["data"], "item": "HO-01"}}).then_refused(WrongDoc)


def test_a_levelled_hazard_goes_to_a_slip() -> None:
    charged = issue(qty="1", hazard="H-1")
    given(hazard(), verified).when(charged).then_refused(WrongDoc)
    given(hazard()).when(charged).then_facts("TradeNoticeIssued")
    given(hazard(category="conduct"), verified).when(charged).then_facts("TradeNoticeIssued")


def test_what_the_unit_found_and_fixed_itself_in_the_shift_costs_nothing() -> None:
    found = hazard(tier="T3", fixed_on_spot=True)
    given(found).when(issue(qty="1", hazard="H-1")).then_refused(Exempt)


def test_an_item_without_price_has_no_price() -> None:
    when(issue(qty="1", occurred="2025-12-31") | {"at": at("02-20")}).then_refused(NoPrice)


def test_a_year_without_calendar_has_no_window() -> None:
    when(issue(qty="1") | {"at": "2027-12-30T10:00:00+08:00"}).then_refused(NoCalendar)


def test_a_confirmed_notice_is_paid_to_the_fund_of_the_units_centre() -> None:
    story = given(opened(POOL_WAGE_W1="120.00"), issue(qty="3")).when(confirm).then_facts("TradeNoticeConfirmed")
    story.then_balances({"POOL_WAGE:W1": "0.00", "DUE_UNIT:W1": "-30.00", "FUND_SAFETY:U1": "150.00"})
    assert story.ledger.lookup("unit-U1").spendable == 12000


def test_the_unit_that_fixes_the_problem_is_paid_through_clearing() -> None:
    story = given(issue(qty="1", fixer="T4")).when(confirm).then_facts("TradeNoticeConfirmed", "TradeNoticeReceived")
    story.then_balances(
        {"DUE_UNIT:W1": "-50.00", "CLR_TRADE:U1": "0.00", "POOL_WAGE:T4": "50.00", "FUND_SAFETY:U1": "0.00"}
    )
    legs = [fact for fact in story.recorded if isinstance(fact, (TradeNoticeConfirmed, TradeNoticeReceived))]
    assert {fact.transfer for fact in legs} == {legs[0].command}


def test_units_of_two_mines_meet_at_the_companys_centre() -> None:
    story = given(issue(qty="1", fixer="W3"))
    story.when(confirm | {"by": "P-C1"}).then_refused(WrongCentre)
    story.when(confirm | {"by": "P-C0"}).then_facts("TradeNoticeConfirmed", "TradeNoticeReceived")
    assert [fact.centre for fact in story.recorded if isinstance(fact, TradeNoticeReceived)] == ["HQ"]


@pytest.mark.parametrize("by", ["P-W1D", "P-C1"])
def test_lead_and_clerk_confirm(by: str) -> None:
    given(issue(qty="1")).when(confirm | {"by": by}).then_facts("TradeNoticeConfirmed")


def test_others_do_not_confirm() -> None:
    given(issue(qty="1")).when(confirm | {"by": "P-W2D"}).then_refused(Authority)
    given(issue(qty="1")).when(confirm | {"by": "P-C2"}).then_refused(WrongCentre)


def test_a_notice_is_confirmed_or_cancelled_once() -> None:
    for first in (confirm, cancel):
        for then in (confirm, cancel):
            given(issue(qty="1"), first).when(then).then_refused(State)


@pytest.mark.parametrize(("by", "accepted"), [("P-OFF", True), ("P-SO", True), ("P-DM", False), ("P-W1D", False)])
def test_issuer_and_safety_office_cancel(by: str, accepted: bool) -> None:
    story = given(issue(qty="1")).when(cancel | {"by": by})
    if accepted:
        story.then_facts("TradeNoticeCancelled").then_balances({"FUND_SAFETY:U1": "0.00"})
    else:
        story.then_refused(Authority)


def test_silence_confirms_a_notice_and_a_cancelled_one_stays_cancelled() -> None:
    story = given(issue(qty="1"), issue(qty="1") | {"data": {**issue(qty="1")["data"], "notice": "NT-2"}}, cancel)
    story.when(advance(at=at("03-05", "23:59"))).then_facts("ClockAdvanced")
    story.when(advance(at=at("03-06", "00:00"))).then_facts("TradeNoticeConfirmed", "ClockAdvanced")
    assert [fact.mode for fact in story.recorded if isinstance(fact, TradeNoticeConfirmed)] == ["deemed"]


def test_a_retired_unit_gets_no_notice_and_nobody_fixes_for_himself() -> None:
    """[rule 85]"""
    gone = do("RetireUnit", "P-ADM", at("03-01"), unit="T4", effective="2026-03-01", reason="撤销")
    given(gone).when(issue(unit="T4", fixer="T4", qty="1")).then_refused(State)
    when(issue(unit="W1", fixer="W1", qty="1")).then_refused("INVALID")


# -- a notice is answered [rule 13] -------------------------------------------------------------------------------


LATER = at("03-03")
dispute = do("DisputeNotice", "P-W1D", LATER, notice="NT-1", grounds="数量不符")
withdraw = do("WithdrawDispute", "P-W1D", at("03-03", "12:00"), notice="NT-1")


def review(decision: str, *, by: str = "P-SO", when: str = at("03-04"), **fields: Any) -> Line:
    return do("ReviewNotice", by, when, notice="NT-1", decision=decision, reason="复核", **fields)


disputed = (opened(POOL_WAGE_W1="1000.00"), issue(qty="4"), dispute)


def test_the_lead_of_the_unit_objects_once_and_in_the_window() -> None:
    """[rule 13]"""
    given(issue(qty="4")).when(dispute).then_facts("TradeNoticeDisputed")
    given(issue(qty="4")).when(dispute | {"by": "P-T1L"}).then_refused(Authority)
    given(issue(qty="4"), dispute).when(dispute).then_refused(State)
    given(issue(qty="4"), dispute, review("uphold")).when(dispute | {"at": at("03-05")}).then_refused(Already)
    given(issue(qty="4")).when(dispute | {"at": at("03-05", "23:59")}).then_facts("TradeNoticeDisputed")
    given(issue(qty="4")).when(dispute | {"at": at("03-06", "00:00")}).then_refused(WindowClosed)
    given(issue(qty="4"), confirm).when(dispute).then_refused(State)


def test_a_disputed_notice_waits_for_its_review() -> None:
    """[rule 13]"""
    given(*disputed).when(confirm | {"at": LATER}).then_refused(NotReady)
    given(*disputed).when(advance(at=at("03-20"))).then_facts("ClockAdvanced")
    given(*disputed).when(cancel | {"at": LATER}).then_facts("TradeNoticeCancelled")


def test_the_safety_office_reviews_a_dispute_but_not_of_its_own_notice() -> None:
    """[rule 13]"""
    given(*disputed).when(review("uphold", by="P-SI")).then_refused(Authority)
    given(*disputed).when(review("uphold")).then_facts("TradeNoticeReviewed")
    own = (issue(qty="4") | {"by": "P-SO"}, dispute)
    given(*own).when(review("revoke")).then_refused(Sod)
    given(issue(qty="4")).when(review("uphold")).then_refused(State)
    given(*disputed, cancel | {"at": LATER}).when(review("uphold")).then_refused(State)


@pytest.mark.parametrize(
    ("decision", "qty"), [("amend", None), ("amend", "4"), ("amend", "4.5"), ("uphold", "3"), ("revoke", "3")]
)
def test_a_review_amends_to_less_and_to_nothing_else(decision: str, qty: str | None) -> None:
    """[rule 13]"""
    given(*disputed).when(review(decision, **({"qty": qty} if qty else {}))).then_refused(Invalid)


def test_a_reviewed_notice_is_paid_by_what_remains_at_once_or_from_the_moment_of_the_review() -> None:
    """[rule 13]"""
    reviewed = given(*disputed).when(review("amend", qty="2.5")).then_facts("TradeNoticeReviewed")
    by_hand = confirm | {"at": at("03-04", "11:00")}
    reviewed.when(by_hand).then_facts("TradeNoticeConfirmed").then_balances({"FUND_SAFETY:U1": "125.00"})
    waiting = given(*disputed, review("amend", qty="2.5"))
    waiting.when(advance(at=at("03-04", "10:00"))).then_facts("TradeNoticeConfirmed", "ClockAdvanced")
    (fact,) = [fact for fact in waiting.recorded if isinstance(fact, TradeNoticeConfirmed)]
    assert (fact.mode, fact.qty, fact.business_date, fact.at) == (
        *("reviewed", "2.5", "2026-03-04"),
        "2026-03-04T02:00:00.000000Z",
    )


def test_a_review_may_take_the_whole_notice_back() -> None:
    """[rule 13]"""
    story = given(*disputed).when(review("revoke")).then_facts("TradeNoticeReviewed", "TradeNoticeCancelled")
    assert story.ledger.lookup("notice:NT-1").total == 20000
    story.when(confirm | {"at": at("03-05")}).then_refused(State)


def test_a_dispute_that_is_withdrawn_lets_the_notice_fall_due() -> None:
    """[rule 87] At that moment, also before its window is over."""
    story = given(*disputed).when(withdraw).then_facts("TradeNoticeDisputeWithdrawn")
    story.when(dispute | {"at": at("03-03", "12:30")}).then_refused(Already)
    story.when(advance(at=at("03-03", "13:00"))).then_facts("TradeNoticeConfirmed", "ClockAdvanced")
    story.then_balances({"FUND_SAFETY:U1": "200.00"})


def test_only_the_unit_withdraws_and_only_an_open_dispute() -> None:
    """[rule 87]"""
    given(*disputed).when(withdraw | {"by": "P-T1L"}).then_refused(Authority)
    given(issue(qty="4")).when(withdraw).then_refused(State)
    given(*disputed, withdraw).when(withdraw).then_refused(State)
    given(*disputed, review("uphold")).when(withdraw | {"at": at("03-05")}).then_refused(State)
    given(*disputed, cancel | {"at": LATER}).when(withdraw).then_refused(State)


def test_a_party_is_named_for_a_slip_and_not_for_a_notice() -> None:
    """[rule 87]"""
    given(*disputed).when(withdraw | {"data": {"notice": "NT-1", "party": "W1"}}).then_refused(Invalid)
    given(*disputed).when(withdraw | {"data": {}}).then_refused(Invalid)


# -- the grass-roots unit's own trade [rule 13] ---------------------------------------------------------------------


def agree(by: str = "P-W1D", **fields: Any) -> Line:
    return do("ConfirmNotice", by, at("03-02", "11:00"), **({"notice": "NT-1"} | fields))


def test_a_team_pays_in_place_of_its_workshop_and_its_lead_accepts() -> None:
    """[rules 13, 58] The notice leaves the workshop's open documents, although the team's stream holds its money."""
    story = given(opened(POOL_WAGE_T1="300.00"), issue(qty="1"))
    story.when(agree(payer="T1")).then_refused(Authority)
    story.when(agree(payer="T1", accepted_by="P-T2L")).then_refused(Authority)
    story.when(agree(payer="T1", accepted_by="P-T1L")).then_facts("TradeNoticeConfirmed")
    story.then_balances({"POOL_WAGE:T1": "250.00", "FUND_SAFETY:U1": "50.00", "POOL_WAGE:W1": "0.00"})
    assert story.recorded[-1].stream == "unit-T1"
    assert not story.ledger.lookup("unit-W1").documents
    assert [entry.line.party for entry in story.ledger.lookup("notice:NT-1").lines] == ["T1"]


def test_two_teams_of_one_workshop_trade_through_clearing() -> None:
    """[rule 13]"""
    story = given(opened(POOL_WAGE_T1="30.00"), issue(qty="1"))
    story.when(agree(payer="T1", fixer="T2", accepted_by="P-T1L"))
    story.then_facts("TradeNoticeConfirmed", "TradeNoticeReceived")
    story.then_balances(
        {"POOL_WAGE:T1": "0.00", "DUE_UNIT:T1": "-20.00", "POOL_WAGE:T2": "50.00", "CLR_TRADE:U1": "0.00"}
    )


def test_the_fixer_is_named_at_the_confirmation_too() -> None:
    """[rule 13]"""
    story = given(issue(qty="1", fixer="T4")).when(agree(fixer="T2"))
    story.then_facts("TradeNoticeConfirmed", "TradeNoticeReceived").then_balances({"POOL_WAGE:T2": "50.00"})


@pytest.mark.parametrize(
    "units", [{"payer": "W2"}, {"fixer": "T4"}, {"payer": "T1", "fixer": "T1"}, {"fixer": "W1"}, {"payer": "U1"}]
)
def test_who_trades_belongs_to_the_unit_and_nobody_pays_himself(units: dict[str, str]) -> None:
    """[rules 13, 85]"""
    given(issue(qty="1")).when(agree(**units, accepted_by="P-T1L")).then_refused(Invalid)


def test_the_fixer_of_the_issue_is_not_the_payer_of_the_confirmation() -> None:
    """[rule 85]"""
    given(issue(qty="1", fixer="T1")).when(agree(payer="T1", accepted_by="P-T1L")).then_refused(Invalid)


def test_the_clerk_is_that_of_the_trade() -> None:
    """[rule 13] A notice to the mine: its workshops trade at the mine, whose fund it is; so does one with the other."""
    to_mine = issue(qty="1", unit="U1", fixer="W3")
    given(to_mine).when(agree("P-C1")).then_refused(WrongCentre)
    facts = ("TradeNoticeConfirmed", "TradeNoticeReceived")
    given(to_mine).when(agree("P-C1", payer="W1", fixer="W2", accepted_by="P-W1D")).then_facts(*facts)


def test_states_come_before_the_units() -> None:
    """[rule 13]"""
    given(issue(qty="1"), confirm).when(agree(payer="W2")).then_refused(State)
    given(*disputed).when(agree(payer="W2") | {"at": LATER}).then_refused(NotReady)


# -- which pool [rule 16] -------------------------------------------------------------------------------------------


def test_project_money_pays_for_a_notice_that_says_so() -> None:
    """[rule 16] Both legs; what the pool lacks is DUE_UNIT as ever."""
    pools = opened(POOL_PROJECT_W1="30.00", POOL_WAGE_W1="100.00")
    story = given(pools, issue(qty="1", funds="project", fixer="T4"), confirm)
    story.then_balances({"POOL_PROJECT:W1": "0.00", "DUE_UNIT:W1": "-20.00", "POOL_WAGE:W1": "100.00"})
    story.then_balances({"POOL_PROJECT:T4": "50.00", "POOL_WAGE:T4": "0.00"})


def test_the_policy_of_the_unit_says_which_pool_pays() -> None:
    """[rule 16]"""
    usual = do("PublishPolicy", "P-U1H", at("03-01"), key="settle.from", value="project", effective="2026-03-01",
               unit="U1", legal_basis="矿规")  # fmt: skip
    story = given(usual, opened(POOL_PROJECT_W1="80.00"), issue(qty="1"), confirm)
    story.then_balances({"POOL_PROJECT:W1": "30.00", "FUND_SAFETY:U1": "50.00"})


# -- appeals [rule 13] ----------------------------------------------------------------------------------------------


def lodge(by: str = "P-W1D", party: str = "W1", when: str = at("03-09")) -> Line:
    return do("LodgeAppeal", by, when, notice="NT-1", party=party, grounds="仍不符")


def decide(decision: str, **fields: Any) -> Line:
    usual = {"notice": "NT-1", "party": "W1", "reason": "复议", "approvals": ["P-G1", "P-G2"]}
    return do("DecideAppeal", "P-G1", at("03-11"), decision=decision, **(usual | fields))


paid = (opened(POOL_WAGE_W1="1000.00"), issue(qty="4"), confirm)


def test_the_payer_appeals_and_the_money_waits_in_escrow() -> None:
    """[rule 13]"""
    story = given(*paid).when(lodge()).then_facts("AppealLodged", "AppealHeld")
    story.then_balances({"FUND_SAFETY:U1": "0.00", "ESC_DISPUTE:U1": "200.00"})
    story.when(lodge()).then_refused(Already)
    story.when(advance(at=at("05-20"))).then_facts("ReminderSent", "ClockAdvanced")


def test_an_appeal_gives_back_what_does_not_remain() -> None:
    """[rule 13]"""
    story = given(*paid, lodge()).when(decide("amend", amount="40.00")).then_facts("AppealDecided")
    story.then_balances({"FUND_SAFETY:U1": "40.00", "POOL_WAGE:W1": "960.00", "ESC_DISPUTE:U1": "0.00"})
    given(*paid, lodge()).when(decide("amend", amount="200.01")).then_refused(Invalid)


def test_what_an_appeal_gives_back_of_project_money_is_project_money() -> None:
    """[rule 16] A shortfall that is still open falls first."""
    poor = (opened(POOL_PROJECT_W1="120.00"), issue(qty="4", funds="project"), confirm, lodge())
    story = given(*poor, decide("revoke"))
    story.then_balances({"POOL_PROJECT:W1": "120.00", "DUE_UNIT:W1": "0.00", "FUND_SAFETY:U1": "0.00"})


def test_only_a_confirmed_notice_whose_money_is_in_the_fund_is_appealed() -> None:
    """[rule 13] With a fixer it is reversed instead."""
    given(*paid[:2]).when(lodge()).then_refused(State)
    given(*paid).when(lodge(party="T1")).then_refused(Authority)
    given(*paid).when(lodge("P-T1L", "T1")).then_refused(State)
    given(issue(qty="4", fixer="T2"), confirm).when(lodge()).then_refused(State)
    given(*paid).when(decide("revoke")).then_refused(State)
    given(*paid).when(lodge(when=at("04-02"))).then_refused(WindowClosed)


def test_the_payer_of_the_confirmation_appeals() -> None:
    """[rule 13]"""
    story = given(opened(POOL_WAGE_T1="300.00"), issue(qty="1"), agree(payer="T1", accepted_by="P-T1L"))
    story.when(lodge("P-W1D", "W1")).then_refused(State)
    story.when(lodge("P-T1L", "T1")).then_facts("AppealLodged", "AppealHeld")
    story.when(decide("revoke", party="T1")).then_balances({"POOL_WAGE:T1": "300.00"})


def test_a_notice_that_is_or_was_under_appeal_is_not_reversed() -> None:
    """[rule 13] The leading group decides (contract §5.27)."""
    undo = do("ReverseEntry", "P-C1", at("03-12"), of="c-paid", reason="重复", approved_by="P-H1")
    named = (*paid[:2], confirm | {"id": "c-paid"}, lodge())
    given(*named).when(undo).then_refused(State)
    given(*named, decide("uphold")).when(undo).then_refused(State)


def test_a_notice_that_was_revoked_on_appeal_charges_its_hazard_no_more() -> None:
    """[rules 7, 13]"""
    found = hazard(category="conduct")
    again = issue(qty="1", hazard="H-1") | {"at": at("03-12")}
    again = again | {"data": {**again["data"], "notice": "NT-2"}}
    charged = (found, issue(qty="1", hazard="H-1"), confirm, lodge())
    given(*charged).when(again).then_refused(Already)
    given(*charged, decide("revoke")).when(again).then_facts("TradeNoticeIssued")


def test_red_ink_takes_back_what_teams_traded() -> None:
    """[rules 13, 23] Both legs; the notice is gone, and nothing of it is open."""
    agreed = agree(payer="T1", fixer="T2", accepted_by="P-T1L")
    undo = do(
        *("ReverseEntry", "P-C1", at("03-12")),
        document={"kind": "notice", "id": "NT-1"},
        reason="重复",
        approved_by="P-H1",
    )
    story = given(opened(POOL_WAGE_T1="300.00"), issue(qty="1"), agreed).when(undo)
    story.then_facts("EntryReversed", "EntryReversed")
    story.then_balances({"POOL_WAGE:T1": "300.00", "POOL_WAGE:T2": "0.00", "CLR_TRADE:U1": "0.00"})
    assert story.ledger.lookup("notice:NT-1").state == "cancelled"
