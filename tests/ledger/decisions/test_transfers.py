"""Pass-down, approved top-ups and imported legs: two facts, one transfer, the clearing account in between (P4, P6)."""

from __future__ import annotations

from typing import Any

import pytest

from ledger.errors import Authority, Duplicate, Insufficient, Invalid, Sod, WrongCentre
from tests.spec import Line, do, given, when

POOLS = do(
    "OpenBalances",
    as_of="2026-02-02",
    balances={"POOL_WAGE:U1": "100.00", "POOL_PROJECT:U1": "50.00", "POOL_WAGE:T1": "20.00"},
)


def pass_down(by: str = "P-C1", /, **data: Any) -> Line:
    return do(
        "PassDown", by, known_as="pd-1", **{"unit": "U1", "child": "T1", "amount": "100.00", "reason": "x", **data}
    )


def test_a_part_of_the_pool_goes_to_a_unit_below() -> None:
    story = given(POOLS).when(pass_down()).then_facts("PoolPassedDown", "PoolReceived")
    story.then_balances({"POOL_WAGE:U1": "0.00", "POOL_WAGE:T1": "120.00", "CLR_TRADE:U1": "0.00"})
    assert [(fact.stream, fact.transfer) for fact in story.recorded] == [("unit-U1", "pd-1"), ("unit-T1", "pd-1")]


def test_project_money_is_passed_down_as_project_money() -> None:
    story = given(POOLS).when(pass_down(funds="project", amount="50.00"))
    story.then_balances({"POOL_PROJECT:U1": "0.00", "POOL_PROJECT:T1": "50.00", "POOL_WAGE:U1": "100.00"})


@pytest.mark.parametrize(
    ("unit", "child", "by"), [("U1", "U1", "P-C1"), ("W1", "U1", "P-C1"), ("W1", "T4", "P-C1"), ("U1", "W3", "P-C0")]
)
def test_money_is_passed_down_only(unit: str, child: str, by: str) -> None:
    given(POOLS).when(pass_down(by, unit=unit, child=child, amount="0.01")).then_refused(Invalid)


def test_no_more_is_passed_down_than_is_available() -> None:
    given(POOLS).when(pass_down(amount="100.01")).then_refused(Insufficient)
    given(POOLS).when(pass_down(amount="50.01", funds="project")).then_refused(Insufficient)


@pytest.mark.parametrize(("by", "refusal"), [("P-C0", WrongCentre), ("P-U1H", Authority), ("P-H1", Authority)])
def test_only_the_clerk_of_the_centre_passes_down(by: str, refusal: Any) -> None:
    given(POOLS).when(pass_down(by)).then_refused(refusal)


def test_a_pass_down_names_a_known_tender_or_none() -> None:
    given(POOLS).when(pass_down(tender="TD-9")).then_refused("UNKNOWN_TENDER")


# -- top-ups --------------------------------------------------------------------------------------------------------


def adjust(by: str = "P-C1", /, **data: Any) -> Line:
    whole = {"payer": "T1", "payee": "T2", "amount": "20.00", "adjusts_period": "2026-01", "reason": "补差"}
    return do("AdjustTransfer", by, **{**whole, "approved_by": "P-H1", **data})


def test_a_top_up_moves_money_between_pools_and_names_the_month_it_corrects() -> None:
    story = given(POOLS).when(adjust()).then_facts("TransferAdjustedOut", "TransferAdjustedIn")
    story.then_balances({"POOL_WAGE:T1": "0.00", "POOL_WAGE:T2": "20.00", "CLR_TRADE:U1": "0.00"})
    assert {(fact.posting_period, fact.adjusts_period) for fact in story.recorded} == {("2026-02", "2026-01")}


@pytest.mark.parametrize("approver", ["P-H0", "P-G1", "P-U1H", None, ""])
def test_a_top_up_needs_the_head_of_the_transfers_centre(approver: str | None) -> None:
    command = adjust(approved_by=approver)
    if approver is None:
        del command["data"]["approved_by"]
    given(POOLS).when(command).then_refused(Authority)


def test_nobody_approves_his_own_top_up() -> None:
    given(POOLS).when(adjust(approved_by="P-C1")).then_refused(Sod)


def test_a_top_up_is_between_two_units_and_not_for_a_later_month() -> None:
    given(POOLS).when(adjust(payee="T1", amount="0.01")).then_refused(Invalid)
    given(POOLS).when(adjust(adjusts_period="2026-03")).then_refused(Invalid)
    given(POOLS).when(adjust(adjusts_period="2026-02")).then_facts("TransferAdjustedOut", "TransferAdjustedIn")


def test_a_top_up_is_a_choice_within_what_is_available() -> None:
    given(POOLS).when(adjust(amount="20.01")).then_refused(Insufficient)


def test_sod_comes_before_invalid_before_insufficient() -> None:
    given(POOLS).when(adjust(approved_by="P-C1", payee="T1")).then_refused(Sod)
    given(POOLS).when(adjust(adjusts_period="2027-01", amount="999.00")).then_refused(Invalid)


def test_the_centre_of_a_top_up_contains_both_units() -> None:
    far = {"payee": "W3", "approved_by": "P-H0"}
    given(POOLS).when(adjust("P-C1", **far)).then_refused(WrongCentre)
    given(POOLS).when(adjust("P-C0", **far)).then_facts("TransferAdjustedOut", "TransferAdjustedIn")


# -- imported legs --------------------------------------------------------------------------------------------------


def leg(side: str, by: str = "P-C1", /, **data: Any) -> Line:
    units = {"unit": "T1", "counter": "T2"} if side == "out" else {"unit": "T2", "counter": "T1"}
    whole = {"transfer": "X-1", "leg": side, "amount": "75.00", "kind": "handover", "approved_by": "P-H1", **units}
    return do("ImportTransferLeg", by, **{**whole, **data})


def test_a_lone_leg_leaves_the_clearing_account_open_and_both_close_it() -> None:
    story = given(POOLS).when(leg("out")).then_facts("TransferOutImported")
    story.then_balances({"CLR_TRADE:U1": "75.00", "POOL_WAGE:T1": "0.00", "DUE_UNIT:T1": "-55.00"})
    story.when(leg("in")).then_facts("TransferInImported")
    story.then_balances({"CLR_TRADE:U1": "0.00", "POOL_WAGE:T2": "75.00"})
    assert story.recorded[0].transfer == "X-1"


@pytest.mark.parametrize("side", ["out", "in"])
def test_a_leg_is_imported_only_once(side: str) -> None:
    given(leg(side)).when(leg(side, amount="1.00")).then_refused(Duplicate)


@pytest.mark.parametrize(("by", "refusal"), [("P-C2", WrongCentre), ("P-T1L", Authority)])
def test_only_the_transfers_clerk_or_an_import_brings_a_leg(by: str, refusal: Any) -> None:
    when(leg("in", by)).then_refused(refusal)
    when(leg("in", "SYSTEM")).then_facts("TransferInImported")


@pytest.mark.parametrize(("approver", "refusal"), [("", Authority), ("P-C1", Sod), ("P-H2", Authority)])
def test_a_leg_that_a_person_brings_is_approved_by_the_centres_head(approver: str, refusal: Any) -> None:
    """[rule 52]"""
    story = given(leg("in")).when(leg("in", approved_by=approver)).then_refused(Duplicate)
    story.when(leg("in", approved_by=approver, transfer="X-2")).then_refused(refusal)


def passed_down(**data: Any) -> Line:
    return do(
        "PassDown", "P-C1", **{"unit": "W1", "child": "T1", "amount": "10.00", "reason": "x", "doc": "XB-1", **data}
    )


def test_a_paper_of_a_pass_down_or_top_up_moves_money_once() -> None:
    """[rule 21]"""
    story = given(do("OpenBalances", as_of="2026-02-01", balances={"POOL_WAGE:W1": "100.00"}), passed_down())
    story.when(passed_down(child="T2", amount="9999.00")).then_refused(Duplicate)
    story.when(passed_down(doc="XB-2", amount="0.00")).then_refused(Invalid)
    whole = {"payer": "W1", "payee": "W2", "amount": "10.00", "adjusts_period": "2026-01", "reason": "x", "doc": "XB-1"}
    top_up = do("AdjustTransfer", "P-C1", **whole, approved_by="P-H1")
    story.given(top_up).when(top_up | {"id": "again"}).then_refused(Duplicate)
    top_up["data"]["amount"] = "0.00"
    story.when(top_up | {"id": "nothing"}).then_refused(Invalid)


def test_money_that_is_passed_down_pays_what_the_unit_below_owes() -> None:
    """[rule 17]"""
    owing = do("OpenBalances", as_of="2026-02-01", balances={"POOL_WAGE:W1": "100.00", "DUE_UNIT:T1": "-4.00"})
    story = given(owing).when(passed_down()).then_facts("PoolPassedDown", "PoolReceived", "UnitDueRecovered")
    story.then_balances({"POOL_WAGE:T1": "6.00", "DUE_UNIT:T1": "0.00"})
