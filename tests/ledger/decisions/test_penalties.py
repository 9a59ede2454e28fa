"""Penalties: proposal, approval, the way of a slip, confirmation, waiver (PERF-03, PERF-04, PERF-08)."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from ledger.errors import Already, Authority, Basis, Invalid, NoPrice, NotReady, ProtectedAct, Sod, State, WrongDoc
from ledger.facts.penalties import PenaltyProposed
from tests.ledger.decisions.liabilities import advance, at, document, dropped_of, line, lines_of
from tests.spec import Line, do, given, when

propose = partial(
    do, "ProposePenalty", "P-U1D", at("03-02"), penalty="PE-1", unit="W1", basis="§20", description="迟交资料"
)
other = propose(kind="other", lines=[line("P-W1D", "30.00"), line("W2", "70.00")], approved_by="P-G1")
stoppage = propose(kind="stoppage", matrix="ST-1", persons={"department": "P-DM"}) | {"by": "P-SO"}
approve = do("ApprovePenalty", "P-U1H", at("03-02", "11:00"), penalty="PE-1")
confirm = do("ConfirmPenalty", "P-SO", at("03-06", "00:00"), penalty="PE-1")
acknowledge = do("AcknowledgeSlip", "P-W1D", at("03-02", "12:00"), penalty="PE-1")
dispute = do("DisputeSlip", "P-W1D", at("03-02", "12:00"), penalty="PE-1", party="P-W1D", grounds="x")


def waive(by: str = "P-U1D", **fields: Any) -> Line:
    return do(
        "WaivePenalty", by, at("03-03"), **({"penalty": "PE-1", "reason": "首次", "approved_by": "P-U1H"} | fields)
    )


def review(**fields: Any) -> Line:
    return do("ReviewSlip", "P-SO", at("03-03"), penalty="PE-1", reason="复核", **fields)


def test_a_penalty_by_matrix_charges_its_chain() -> None:
    story = given(stoppage)
    assert lines_of(story, "penalty", "PE-1") == [
        ("P-U1H", 30000, "leadership"),
        ("P-U1D", 30000, "leadership"),
        ("P-U1M", 30000, "leadership"),
        ("P-DM", 20000, "department"),
    ]
    assert dropped_of(story, "penalty", "PE-1") == [("safety_staff", "vacant", None)]
    assert [fact.number for fact in story.recorded if isinstance(fact, PenaltyProposed)] == ["HQ-PENALTY-202603-1"]


def test_the_fund_is_that_of_the_proposers_home() -> None:
    assert document(given(other), "penalty", "PE-1").centre == "U1"


def test_without_discoverer_nobody_is_excluded() -> None:
    assert ("P-U1D", 30000, "leadership") in lines_of(given(stoppage), "penalty", "PE-1")
    excluded = given(stoppage | {"data": {**stoppage["data"], "discoverer": "P-U1D"}})
    assert ("leadership", "discoverer", "P-U1D") in dropped_of(excluded, "penalty", "PE-1")


@pytest.mark.parametrize("by", ["P-SO", "P-U1H", "P-U1D"])
def test_units_set_their_own_standards(by: str) -> None:
    when(other | {"by": by}).then_facts("PenaltyProposed")


@pytest.mark.parametrize("by", ["P-U2H", "P-W1D", "P-OFF", "SYSTEM"])
def test_others_do_not_propose(by: str) -> None:
    when(other | {"by": by}).then_refused(Authority)


def test_stoppages_are_the_safety_offices() -> None:
    when(stoppage | {"by": "P-U1H"}).then_refused(Authority)


@pytest.mark.parametrize("fields", [{}, {"matrix": "ST-1", "lines": [line("W1", "1.00")]}, {"lines": []}])
def test_a_penalty_goes_by_a_matrix_or_by_lines(fields: dict[str, Any]) -> None:
    when(propose(kind="quality", **fields)).then_refused(Invalid)


def test_protected_grounds_and_acts_are_not_punished() -> None:
    when(propose(kind="other", lines=[line("W1", "1.00")], grounds="report")).then_refused(ProtectedAct)
    act = do(
        "RecordProtectedAct", "P-A", at("03-01"), act="PA-1", person="P-A", kind="evacuate", unit="W1", description="x"
    )
    given(act).when(propose(kind="other", lines=[line("W1", "1.00")], cites=["PA-1"])).then_refused(ProtectedAct)


def test_a_matrix_is_of_the_penaltys_kind() -> None:
    when(propose(kind="quality", matrix="ST-1")).then_refused(WrongDoc)
    when(propose(kind="other", matrix="TW-G")).then_refused(WrongDoc)


def test_a_penalty_needs_a_basis_and_a_row() -> None:
    when(propose(kind="other", lines=[line("W1", "1.00")], basis="")).then_refused(Basis)
    when(propose(kind="stoppage", matrix="ST-1", tier="T1") | {"by": "P-SO"}).then_refused(NoPrice)
    when(propose(kind="quality", matrix="Q-9")).then_refused(NoPrice)


def test_approval_notifies_and_starts_the_window() -> None:
    story = given(other).when(approve).then_facts("PenaltyApproved", "PenaltyNotified")
    assert document(story, "penalty", "PE-1").window_until == "2026-03-05"


@pytest.mark.parametrize("by", ["P-SO", "P-U1H", "P-G1"])
def test_heads_safety_office_and_leading_group_approve(by: str) -> None:
    given(other).when(approve | {"by": by}).then_facts("PenaltyApproved", "PenaltyNotified")


def test_proposer_and_charged_do_not_approve() -> None:
    given(other | {"by": "P-U1H"}).when(approve).then_refused(Sod)
    given(stoppage).when(approve).then_refused(Sod)


def test_others_do_not_approve() -> None:
    given(other).when(approve | {"by": "P-U2H"}).then_refused(Authority)


def test_a_penalty_is_approved_once() -> None:
    given(other, approve).when(approve).then_refused(State)


def test_a_penalty_is_acknowledged_disputed_and_reviewed_like_a_slip() -> None:
    given(other, approve).when(acknowledge).then_facts("PenaltyAcknowledged")
    given(other).when(acknowledge).then_refused(State)
    disputed = given(other, approve).when(dispute).then_facts("PenaltyDisputed")
    disputed.when(review(decision="revoke", party="P-W1D")).then_facts("PenaltyReviewDecided")
    given(other, approve, dispute).when(review(decision="revoke")).then_facts(
        "PenaltyReviewDecided", "PenaltyCancelled"
    )


def test_a_dispute_of_a_penalty_is_taken_back_by_its_party() -> None:
    """[rule 87]"""
    withdraw = do("WithdrawDispute", "P-W1D", at("03-02", "13:00"), penalty="PE-1", party="P-W1D")
    given(other, approve).when(withdraw).then_refused(State)
    given(other, approve, dispute).when(withdraw | {"by": "P-W2D"}).then_refused(Authority)
    story = given(other, approve, dispute).when(withdraw).then_facts("PenaltyDisputeWithdrawn")
    story.when(dispute | {"at": at("03-02", "14:00")}).then_refused(Already)
    story.when(advance(at=at("03-06", "00:00"))).then_facts("PenaltyConfirmed", "PenaltyConfirmed", "ClockAdvanced")


def test_a_unit_that_only_a_review_of_the_penalty_charges_has_a_window() -> None:
    """[rule 86]"""
    story = given(other, approve, dispute, review(decision="amend", lines=[line("W2", "70.00"), line("T1", "30.00")]))
    found = document(story, "penalty", "PE-1")
    assert [(entry.line.party, found.stage(entry)) for entry in found.lines] == [("W2", "reviewed"), ("T1", "open")]
    assert found.window_until == "2026-03-06"
    story.when(confirm).then_refused(NotReady)
    story.when(advance(at=at("03-07", "00:00"))).then_facts(*["PenaltyConfirmed"] * 3, "ClockAdvanced")


def test_a_confirmed_penalty_charges_each_pool_on_its_stream() -> None:
    story = given(other, approve).when(confirm).then_facts("PenaltyConfirmed", "PenaltyConfirmed")
    story.then_balances({"DUE_PERSON:P-W1D": "-30.00", "DUE_UNIT:W2": "-70.00", "FUND_SAFETY:U1": "100.00"})
    story.when(confirm).then_refused(Already)


def test_a_penalty_is_confirmed_after_notification_and_window() -> None:
    given(other).when(confirm).then_refused(State)
    given(other, approve).when(confirm | {"at": at("03-05", "23:00")}).then_refused(NotReady)
    given(other, approve, dispute).when(confirm).then_refused(NotReady)


def test_time_confirms_a_penalty() -> None:
    given(other, approve).when(advance(at=at("03-06", "00:00"))).then_facts(
        "PenaltyConfirmed", "PenaltyConfirmed", "ClockAdvanced"
    )


@pytest.mark.parametrize("by", ["P-SO", "P-U1D"])
def test_safety_office_and_proposer_waive_with_a_heads_approval(by: str) -> None:
    given(other, approve).when(waive(by)).then_facts("PenaltyWaived")
    given(other, approve, waive(by)).when(confirm).then_refused(State)


def test_a_waived_penalty_is_not_confirmed_by_time() -> None:
    given(other, approve, waive()).when(advance(at=at("03-31"))).then_facts("ClockAdvanced")


def test_a_confirmed_penalty_is_not_waived() -> None:
    given(other, approve, confirm).when(waive() | {"at": at("03-06", "01:00")}).then_refused(State)


def test_who_waives_or_is_charged_does_not_approve_it() -> None:
    given(other | {"by": "P-U1H"}).when(waive("P-U1H")).then_refused(Sod)
    given(stoppage).when(waive("P-SO")).then_refused(Sod)


@pytest.mark.parametrize("fields", [{"approved_by": "P-U2H"}, {"approved_by": "P-OFF"}, {"approved_by": ""}])
def test_a_waiver_needs_a_head_at_or_above(fields: dict[str, str]) -> None:
    given(other).when(waive(**fields)).then_refused(Authority)


def test_the_leading_group_may_approve_a_waiver() -> None:
    given(other).when(waive(approved_by="P-G1")).then_facts("PenaltyWaived")


def test_others_do_not_waive() -> None:
    given(other).when(waive("P-U1M")).then_refused(Authority)


def test_a_role_with_several_holders_needs_a_name() -> None:
    second = do("AssignPerson", "P-HR", person="P-U2H", unit="U1", role="unit_head", since="2026-03-01", home=False)
    published = do(
        *("PublishPriceList", "P-U1H", at("03-02")),
        owner="U1",
        version="a",
        effective="2026-03-02",
        items=[],
        matrices=[
            {"matrix": "QA-1", "kind": "quality", "tiers": {"T2": [{"role": "unit_head", "amount": "20.00"}]}},
        ],
        legal_basis="矿规",
        notice="公示",
    )
    by_matrix = propose(kind="quality", matrix="QA-1")
    given(second, published).when(by_matrix).then_refused("ROLE")
    named = propose(kind="quality", matrix="QA-1", persons={"unit_head": "P-U1H"})
    given(second, published).when(named).then_facts("PenaltyProposed")
    given(published).when(by_matrix).then_facts("PenaltyProposed")


def test_a_window_needs_the_work_calendar_of_its_year() -> None:
    late = "2027-12-31T10:00:00+08:00"
    given(other | {"at": late}).when(approve | {"at": late}).then_refused("NO_CALENDAR")
    early = "2027-12-28T10:00:00+08:00"
    given(other | {"at": early}).when(approve | {"at": early}).then_facts("PenaltyApproved", "PenaltyNotified")


@pytest.mark.parametrize("by", ["P-U1H", "P-U1D", "P-OFF", "P-W1D"])
def test_others_do_not_confirm_penalties(by: str) -> None:
    given(other, approve).when(confirm | {"by": by}).then_refused(Authority)
    for clerk in ("P-C1", "SYSTEM"):
        given(other, approve, confirm | {"by": clerk})
