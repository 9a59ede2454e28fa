"""Accidents and cases, decided one by one by the leading group (PERF-02, PERF-07)."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from ledger.errors import Authority, Basis, Duplicate, Future, Invalid, Sod, State
from tests.ledger.decisions.liabilities import at, document, line, opened
from tests.spec import Line, do, given, when

accident = do(
    "RecordAccident",
    "P-SO",
    at("03-01"),
    accident="AC-1",
    unit="W2",
    class_code="03",
    class_table="GB6441-1986",
    severity="轻伤",
    occurred=at("02-28", "23:30"),
    place="皮带巷",
    description="挤伤",
)
open_case = partial(do, "OpenCase", "P-LD", at("03-02"), case="CS-1", unit="W2", description="轻伤事故")
opened_case = (accident, open_case(accident="AC-1"))
LINES = [line("W2", "1200.00"), line("T4", "900.00"), line("P-W2D", "400.50")]
close = do("CloseCase", "P-SO", at("03-10"), case="CS-1", summary="已处理")


def decide(**fields: Any) -> Line:
    usual = {"case": "CS-1", "basis": "§8", "reason": "事故", "approvals": ["P-G1", "P-G2"], "lines": LINES}
    return do("DecideCase", "P-G1", at("03-05"), **(usual | fields))


def appeal(**fields: Any) -> Line:
    return do("LodgeAppeal", "P-W2D", at("03-06"), case="CS-1", party="P-W2D", grounds="已尽责", **fields)


@pytest.mark.parametrize("by", ["P-SO", "P-U1H", "P-CH"])
def test_heads_and_the_safety_office_record_accidents(by: str) -> None:
    when(accident | {"by": by}).then_facts("AccidentRecorded")


@pytest.mark.parametrize("by", ["P-T4L", "P-U2H", "P-U1D"])
def test_others_do_not_record_accidents(by: str) -> None:
    when(accident | {"by": by}).then_refused(Authority)


def test_an_accident_is_recorded_once_and_after_it_happened() -> None:
    given(accident).when(accident).then_refused(Duplicate)
    when(accident | {"data": {**accident["data"], "occurred": at("03-02")}}).then_refused(Future)


def test_a_case_is_about_one_hazard_or_accident() -> None:
    given(accident).when(open_case(accident="AC-1")).then_facts("CaseOpened")
    when(open_case()).then_refused(Invalid)
    when(open_case(accident="AC-9")).then_refused("UNKNOWN_ACCIDENT")


def test_others_do_not_open_cases() -> None:
    given(accident).when(open_case(accident="AC-1") | {"by": "P-U1H"}).then_refused(Authority)


def test_the_leading_group_at_or_above_the_cases_unit_decides_whatever_fund_is_named() -> None:
    """[rule 1] The centre of the fund is not the unit concerned."""
    group = [do("AssignPerson", person=person, unit="U2", role="leading_group", since="2026-02-02", home=False)
             for person in ("P-E", "P-F")]  # fmt: skip
    story = given(*group, *opened_case)
    story.when(decide(centre="U2", approvals=["P-E", "P-F"]) | {"by": "P-E"}).then_refused(Authority)
    story.when(decide(centre="U2", approvals=["P-G1", "P-E"])).then_refused(Authority)


def test_a_decided_case_charges_pools_and_persons() -> None:
    story = given(opened(POOL_WAGE_W2="5000.00", POOL_WAGE_T4="800.00"), *opened_case)
    story.when(decide(centre="U1")).then_facts("CaseDecided", "PenaltyConfirmed", "PenaltyConfirmed")
    story.then_balances(
        {
            "DUE_PERSON:P-W2D": "-400.50",
            "DUE_UNIT:T4": "-100.00",
            "FUND_SAFETY:U1": "2500.50",
            "POOL_WAGE:W2": "3800.00",
        }
    )
    assert [fact.stream for fact in story.recorded if not fact.mirror] == ["case-CS-1", "unit-W2", "unit-T4"]


def test_the_fund_of_a_case_is_the_roots() -> None:
    given(*opened_case, decide()).then_balances({"FUND_SAFETY:HQ": "2500.50"})


def test_a_case_without_charges_moves_no_money() -> None:
    given(*opened_case).when(decide(lines=[])).then_facts("CaseDecided")


def test_the_same_party_stands_once_in_a_case() -> None:
    given(*opened_case).when(decide(lines=[line("W2", "1.00"), line("W2", "1.00")])).then_refused(Invalid)


def test_a_case_is_decided_once() -> None:
    given(*opened_case, decide()).when(decide()).then_refused(State)


@pytest.mark.parametrize("basis", [{"basis": ""}, {"basis": "  "}])
def test_a_decision_needs_a_basis(basis: dict[str, str]) -> None:
    given(*opened_case).when(decide(**basis)).then_refused(Basis)


def test_who_is_charged_does_not_decide() -> None:
    given(*opened_case).when(decide(lines=[line("P-G2", "10.00")])).then_refused(Sod)
    three = do("AssignPerson", "P-HR", at("03-01"), person="P-CH", unit="HQ", role="leading_group", since="2026-03-01")
    own = decide(lines=[line("P-G1", "10.00")], approvals=["P-G2", "P-CH"])
    given(three, *opened_case).when(own).then_refused(Sod)


def test_a_decision_needs_the_quorum_of_the_leading_group() -> None:
    given(*opened_case).when(decide(approvals=["P-G1", "P-G1"])).then_refused(Authority)
    unsigned = decide()
    del unsigned["data"]["approvals"]
    given(*opened_case).when(unsigned).then_refused(Authority)


def test_a_case_is_closed_when_it_is_decided_and_no_appeal_is_pending() -> None:
    given(*opened_case).when(close).then_refused(State)
    given(*opened_case, decide()).when(close).then_facts("CaseClosed")
    given(*opened_case, decide(), appeal()).when(close).then_refused(State)
    given(*opened_case, decide(), close).when(close).then_refused(State)


def test_a_line_of_a_case_can_be_appealed() -> None:
    verdict = do(
        "DecideAppeal",
        "P-G1",
        at("03-09"),
        case="CS-1",
        party="P-W2D",
        decision="amend",
        amount="150.25",
        reason="减轻",
        approvals=["P-G1", "P-G2"],
    )
    story = given(*opened_case, decide(), appeal()).when(verdict).then_facts("AppealDecided")
    story.then_balances({"DUE_PERSON:P-W2D": "-150.25", "ESC_DISPUTE:HQ": "0.00", "FUND_SAFETY:HQ": "2250.25"})
    assert document(story, "case", "CS-1").state == "decided"
    given(*opened_case).when(appeal()).then_refused(State)


@pytest.mark.parametrize("by", ["P-LD", "P-U1H", "P-W2D", "SYSTEM"])
def test_others_do_not_close_cases(by: str) -> None:
    given(*opened_case, decide()).when(close | {"by": by}).then_refused(Authority)
    given(*opened_case, decide(), close | {"by": "P-G2"})


# -- who decided a case does not decide its appeal [rule 88] ------------------------------------------------------


def member(person: str) -> Line:
    since = "2026-03-01"
    return do(
        "AssignPerson", "P-HR", at("03-01"), person=person, unit="HQ", role="leading_group", since=since, home=False
    )


def verdict(*approvals: str, by: str = "P-G1", **fields: Any) -> Line:
    usual = {"case": "CS-1", "party": "P-W2D", "decision": "revoke", "reason": "减轻", "approvals": list(approvals)}
    return do("DecideAppeal", by, at("03-09"), **(usual | fields))


def test_who_decided_a_case_does_not_count_on_its_appeal_but_may_send_it() -> None:
    story = given(member("P-CH"), member("P-DM"), *opened_case, decide(), appeal())
    story.when(verdict("P-G1")).then_refused(Authority)
    story.when(verdict("P-G1", "P-G2")).then_refused(Sod)
    story.when(verdict("P-G1", "P-CH")).then_refused(Sod)
    story.when(verdict("P-G1", "P-G2", party="P-A")).then_refused(Sod)
    story.when(verdict("P-CH", "P-DM", party="P-A")).then_refused(State)
    story.when(verdict("P-CH", "P-DM", "P-G2")).then_facts("AppealDecided")


def test_where_too_few_others_are_left_the_deciders_count() -> None:
    given(member("P-CH"), *opened_case, decide(), appeal()).when(verdict("P-G1", "P-G2")).then_facts("AppealDecided")


def test_who_is_charged_is_no_other_decider() -> None:
    charged = decide(lines=[line("P-W2D", "10.00"), line("P-DM", "10.00")])
    story = given(member("P-CH"), member("P-DM"), *opened_case, charged, appeal())
    story.when(verdict("P-G1", "P-G2")).then_facts("AppealDecided")
