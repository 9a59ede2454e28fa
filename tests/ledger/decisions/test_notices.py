"""Trade notices: a general problem, traded inside the unit (TR-10, contract §2.7)."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from ledger.errors import Authority, Duplicate, Exempt, Invalid, NoCalendar, NoPrice, State, WrongCentre, WrongDoc
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
