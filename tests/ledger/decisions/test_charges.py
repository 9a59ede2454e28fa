"""One finding, one charge: hazards, the catalogue, free lines, late findings, pools (rules 7, 8, 10, 15, 16)."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from ledger.errors import Already, Authority, Basis, Exempt, Invalid, NoPrice, Sod, State, TooLate, WrongDoc
from ledger.facts.penalties import PenaltyConfirmed, PenaltyProposed
from ledger.facts.slips import SlipConfirmed, SlipIssued
from tests.ledger.decisions.liabilities import (
    AUTHORITY,
    CLOSED,
    at,
    by_lines,
    by_matrix,
    cancel,
    confirm,
    issue,
    line,
    lines_of,
    opened,
    serve,
)
from tests.spec import Line, Story, do, given, when

EARLY = at("03-02", "08:00")
found = partial(
    do, "ReportHazard", "P-OFF", EARLY, unit="W1", place="皮带", category="hazard", tier="T2", description="x"
)
verified = partial(do, "VerifyHazard", "P-SI", at("03-02", "08:30"), level="C")
hazard = (found(hazard="H-1"), verified(hazard="H-1"))
slip = partial(issue, grounds="hazard", matrix="HZ-C", hazard="H-1")
notice = partial(
    do, "IssueNotice", "P-OFF", at("03-02"), notice="NT-1", unit="W1", item="GP-05", qty="2", description="x"
)
penalty = partial(
    do, "ProposePenalty", "P-SO", at("03-02"), penalty="PE-1", unit="W1", kind="quality", basis="§20", description="x"
)
LINES = [line("P-W1D", "30.00")]
by_own_lines = partial(penalty, kind="other", lines=LINES, approved_by="P-G1")
case = partial(do, "OpenCase", "P-SO", at("03-02"), case="CS-1", unit="W1", hazard="H-1", description="x")
dwelling = found(hazard="H-1", category="site_quality")


# -- the hazard (rule 7) --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("charge", [slip(), notice(hazard="H-1"), by_own_lines(hazard="H-1")])
@pytest.mark.parametrize("gone", ["RejectHazard", "MergeHazard"])
def test_a_hazard_that_is_none_is_not_charged(charge: Line, gone: str) -> None:
    """[rule 7]"""
    into = {"into": "H-2"} if gone == "MergeHazard" else {}
    ended = do(gone, "P-SI", at("03-02", "08:40"), hazard="H-1", reason="x", **into)
    given(found(hazard="H-1"), found(hazard="H-2"), ended).when(charge).then_refused(State)


def test_a_rejected_hazard_is_said_before_anything_else_about_it() -> None:
    """[rule 7] STATE stands after PROTECTED_ACT, in IssueNotice first."""
    gone = do("RejectHazard", "P-SI", at("03-02", "08:40"), hazard="H-1", reason="x")
    story = given(found(hazard="H-1", unit="W2"), gone)
    story.when(slip(grounds="report")).then_refused("PROTECTED_ACT")
    story.when(slip(basis="")).then_refused(State)
    story.when(notice(hazard="H-1", item="HO-01")).then_refused(State)


@pytest.mark.parametrize("charge", [slip(tier="T1"), by_own_lines(hazard="H-1", tier="T1")])
def test_who_found_it_decides_the_tier(charge: Line) -> None:
    """[rule 7]"""
    given(*hazard).when(charge).then_refused(WrongDoc)


def test_a_penalty_has_the_tier_of_its_hazard() -> None:
    """[rule 7]"""
    story = given(found(hazard="H-1", tier="T1"), by_own_lines(hazard="H-1"))
    assert [(fact.tier, fact.hazard) for fact in story.recorded if isinstance(fact, PenaltyProposed)] == [("T1", "H-1")]
    without = given(by_own_lines())
    assert [fact.tier for fact in without.recorded if isinstance(fact, PenaltyProposed)] == ["T2"]


FIRSTS = [by_lines(lines=LINES, slip="SL-0", hazard="H-1"), notice(notice="NT-0", hazard="H-1"), case(case="CS-0")]
SECONDS = [by_lines(lines=LINES, hazard="H-1"), notice(hazard="H-1"), case()]


@pytest.mark.parametrize("first", FIRSTS)
@pytest.mark.parametrize("second", SECONDS)
def test_a_finding_is_charged_by_one_slip_notice_or_case(first: Line, second: Line) -> None:
    """[rules 7, 57]"""
    given(dwelling, first).when(second).then_refused(Already)


def test_of_penalties_a_finding_has_one_of_each_kind() -> None:
    """[rule 7]"""
    story = given(dwelling, by_own_lines(hazard="H-1"), by_lines(lines=LINES, hazard="H-1"))
    story.when(by_own_lines(penalty="PE-2", hazard="H-1")).then_refused(Already)
    quality = by_own_lines(penalty="PE-2", hazard="H-1", kind="quality")
    story.when(quality).then_facts("PenaltyProposed")


@pytest.mark.parametrize(
    "ended",
    [
        cancel(),
        do("ReverseEntry", "P-C0", at("03-06", "09:00"), of="confirmed", reason="x", approved_by="P-H0"),
    ],
)
def test_a_charge_that_is_gone_makes_room_for_another(ended: Line) -> None:
    """[rule 7] Cancelled or reversed."""
    story = given(*hazard, slip(), serve())
    if ended["command"] == "ReverseEntry":
        story.given(confirm() | {"id": "confirmed"})
    story.given(ended).when(slip(slip="SL-2") | {"at": at("03-06", "10:00")}).then_facts("SlipIssued")


def test_a_charge_revoked_on_appeal_as_a_whole_makes_room_for_another() -> None:
    """[rule 7] While one line still stands there is none."""
    both = [line("P-A", "20.00"), line("W1", "30.00")]
    story = given(dwelling, by_lines(lines=both, hazard="H-1"), serve(), confirm(), *revoked("P-A", "P-A"))
    again = by_lines(slip="SL-2", lines=both, hazard="H-1") | {"at": at("03-10")}
    story.when(again).then_refused(Already)
    story.given(*revoked("W1", "P-W1D")).when(again).then_facts("SlipIssued")


def revoked(party: str, by: str) -> list[Line]:
    about = {"slip": "SL-1", "party": party}
    return [
        do("LodgeAppeal", by, at("03-09"), grounds="x", **about),
        do("DecideAppeal", "P-G1", at("03-09", "11:00"), decision="revoke", reason="x", approvals=BOTH, **about),
    ]


BOTH = ["P-G1", "P-G2"]


def test_a_waived_penalty_makes_room_for_another() -> None:
    """[rule 7]"""
    waived = do("WaivePenalty", "P-SO", at("03-03"), penalty="PE-1", reason="x", approved_by="P-U1H")
    again = by_own_lines(penalty="PE-2", hazard="H-1") | {"at": at("03-03", "11:00")}
    given(dwelling, by_own_lines(hazard="H-1"), waived).when(again).then_facts("PenaltyProposed")


def test_what_is_charged_is_said_after_the_wrong_document_and_before_the_rest() -> None:
    """[rule 7] ALREADY stands directly after WRONG_DOC."""
    story = given(*hazard, slip())
    story.when(slip(slip="SL-2", tier="T1")).then_refused(WrongDoc)
    story.when(slip(slip="SL-2", basis="")).then_refused(Already)
    on_the_spot = found(hazard="H-2", category="site_quality", tier="T3", fixed_on_spot=True)
    story.given(on_the_spot).when(notice(hazard="H-2")).then_refused(Exempt)
    story.when(notice(hazard="H-2", item="HO-01")).then_refused(WrongDoc)


# -- the catalogue (rule 8) -----------------------------------------------------------------------------------------

CATALOGUE = do(
    "PublishPriceList",
    "P-U1H",
    at("03-02", "07:00"),
    owner="U1",
    version="m1",
    effective="2026-03-02",
    legal_basis="矿规",
    notice="公示",
    items=[
        {"item": "WZ-01", "kind": "violation", "name": "未系安全带", "uom": "人次", "matrix": "TW-S"},
        {"item": "WZ-09", "kind": "violation", "name": "其他三违", "uom": "人次"},
        {"item": "ZL-01", "kind": "quality", "name": "质量不达标", "uom": "次", "matrix": "QA-1"},
    ],
    matrices=[{"matrix": "QA-1", "kind": "quality", "tiers": {"T2": [{"role": "unit_head", "amount": "20.00"}]}}],
)
violation = partial(issue, grounds="violation", person="P-A")


def test_an_entry_of_the_catalogue_brings_its_matrix() -> None:
    """[rule 8] The slip, its confirmation and the penalty say which."""
    story = given(CATALOGUE, violation(item="WZ-01"))
    (issued,) = (fact for fact in story.recorded if isinstance(fact, SlipIssued))
    assert (issued.item, issued.matrix, issued.total) == ("WZ-01", "TW-S", 1_100_00)
    story.given(serve(), confirm())
    assert {fact.item for fact in story.recorded if isinstance(fact, SlipConfirmed)} == {"WZ-01"}
    proposed = given(CATALOGUE, penalty(item="ZL-01"))
    assert lines_of(proposed, "penalty", "PE-1") == [("P-U1H", 20_00, "unit_head")]


def test_a_confirmed_penalty_says_its_entry() -> None:
    """[rule 8]"""
    approved = do("ApprovePenalty", "P-U2H", at("03-02", "11:00"), penalty="PE-1")
    agreed = do("AcknowledgeSlip", "P-U1H", at("03-02", "12:00"), penalty="PE-1")
    confirmed = do("ConfirmPenalty", "P-C0", at("03-02", "13:00"), penalty="PE-1")
    story = given(CATALOGUE, penalty(item="ZL-01"), approved | {"by": "P-G1"}, agreed, confirmed)
    assert {fact.item for fact in story.recorded if isinstance(fact, PenaltyConfirmed)} == {"ZL-01"}


@pytest.mark.parametrize(
    ("charge", "refusal"),
    [
        (violation(), Invalid),
        (violation(item="WZ-77"), NoPrice),
        (violation(item="WZ-09"), NoPrice),
        (violation(item="HO-01", matrix="TW-S"), WrongDoc),
        (violation(item="ZL-01"), WrongDoc),
        (violation(item="WZ-01", matrix="TW-G"), WrongDoc),
        (violation(item="WZ-01", lines=LINES, authority=AUTHORITY), Invalid),
        (violation(item="WZ-01", basis=""), Basis),
        (violation(item="WZ-77", basis=""), Basis),
        (penalty(item="WZ-01"), WrongDoc),
        (penalty(item="ZL-77"), NoPrice),
        (penalty(kind="other", item="ZL-01"), WrongDoc),
        (by_own_lines(item="ZL-01"), WrongDoc),
        (by_own_lines(kind="quality", item="ZL-01", matrix="QA-1"), Invalid),
        (by_lines(lines=LINES, item="WZ-77"), NoPrice),
        (by_lines(lines=LINES, item="ZL-01"), WrongDoc),
    ],
)
def test_an_entry_is_in_force_of_the_documents_kind_and_has_one_matrix(charge: Line, refusal: Any) -> None:
    """[rule 8]"""
    given(CATALOGUE).when(charge).then_refused(refusal)


def test_a_matrix_beside_an_entry_is_the_same_or_fills_its_gap() -> None:
    """[rule 8]"""
    given(CATALOGUE).when(violation(item="WZ-01", matrix="TW-S")).then_facts("SlipIssued")
    given(CATALOGUE).when(violation(item="WZ-09", matrix="TW-G")).then_facts("SlipIssued")


def test_with_lines_an_entry_only_names_the_finding() -> None:
    """[rule 8]"""
    story = given(CATALOGUE, by_lines(lines=LINES, item="WZ-01"))
    (issued,) = (fact for fact in story.recorded if isinstance(fact, SlipIssued))
    assert (issued.item, issued.matrix, issued.total) == ("WZ-01", None, 30_00)


# -- lines that no standard sets (rule 10) --------------------------------------------------------------------------

free = partial(issue, grounds="duty", authority=AUTHORITY, lines=[line("P-W1D", "80.00"), line("W1", "120.00")])


@pytest.mark.parametrize("charge", [free, partial(by_own_lines, lines=free.keywords["lines"])])
@pytest.mark.parametrize(
    ("approver", "refusal"), [("", Authority), ("P-SO", Sod), ("P-W1D", Sod), ("P-U1H", Authority), ("P-A", Authority)]
)
def test_free_lines_need_a_second_pair_of_eyes(charge: Any, approver: str, refusal: Any) -> None:
    """[rule 10] SOD for who sends it (the safety office here) and who is charged, AUTHORITY for who holds no role."""
    when(charge(approved_by=approver) | {"by": "P-SO"}).then_refused(refusal)


@pytest.mark.parametrize("approver", ["P-SO", "P-G1"])
def test_safety_office_and_leading_group_approve_free_lines(approver: str) -> None:
    """[rule 10]"""
    story = when(free(approved_by=approver)).then_facts("SlipIssued")
    assert [fact.approved_by for fact in story.recorded if isinstance(fact, SlipIssued)] == [approver]


def test_a_member_of_the_leading_group_elsewhere_does_not_approve() -> None:
    """[rules 1, 10]"""
    elsewhere = do("AssignPerson", "P-HR", EARLY, person="P-X1", unit="U2", role="leading_group", since="2026-03-01")
    given(elsewhere | {"by": "SYSTEM"}).when(free(approved_by="P-X1")).then_refused(Authority)


def test_an_authoritys_lines_and_what_is_imported_need_none() -> None:
    """[rule 10]"""
    when(free(tier="T1")).then_facts("SlipIssued")
    when(by_own_lines(tier="T1", approved_by="")).then_facts("PenaltyProposed")
    when(free() | {"by": "SYSTEM", "source": {"input_mode": "import"}}).then_facts("SlipIssued")


def test_who_approves_is_asked_after_the_basis_and_before_the_price() -> None:
    """[rule 10]"""
    when(free(basis="")).then_refused(Basis)
    when(free(item="WZ-77")).then_refused(Authority)


@pytest.mark.parametrize(
    "command",
    [
        free(lines=[line("P-W1D", "0.00")], approved_by="P-SO"),
        by_own_lines(lines=[line("P-W1D", "0.00"), line("W1", "1.00")]),
    ],
)
def test_a_line_charges_something(command: Line) -> None:
    """[rule 10]"""
    when(command).then_refused(Invalid)


def test_a_case_has_no_line_of_nothing() -> None:
    """[rule 10]"""
    decide = do(
        "DecideCase",
        "P-G1",
        at("03-03"),
        case="CS-1",
        basis="§8",
        reason="x",
        approvals=BOTH,
        lines=[line("W1", "0.00")],
    )
    given(found(hazard="H-1", tier="T1"), case()).when(decide).then_refused(Invalid)


# -- too long ago (rule 15) -----------------------------------------------------------------------------------------

NOW = at("03-10")
LATE, IN_TIME = "2026-01-08", "2026-01-09"


def accident(occurred: str) -> Line:
    about = {"accident": "AC-1", "unit": "W1", "class_code": "01", "class_table": "GB6441", "severity": "轻伤"}
    return do("RecordAccident", "P-SO", NOW, occurred=f"{occurred}T10:00:00+08:00", place="x", description="x", **about)


def ago(charge: Line, occurred: str) -> Line:
    return {**charge, "at": NOW, "data": {**charge["data"], "occurred": occurred}}


@pytest.mark.parametrize("charge", [by_matrix(), notice(), by_own_lines()])
def test_what_occurred_long_ago_needs_the_centres_head(charge: Line) -> None:
    """[rule 15]"""
    when(ago(charge, IN_TIME)).then_facts(*FACTS[charge["command"]])
    when(ago(charge, LATE)).then_refused(TooLate)
    when(ago(charge, LATE) | {"late_approval": "P-H2"}).then_refused(TooLate)
    when(ago(charge, LATE) | {"late_approval": "P-H1"}).then_facts(*FACTS[charge["command"]])


FACTS = {"IssueSlip": ["SlipIssued"], "IssueNotice": ["TradeNoticeIssued"], "ProposePenalty": ["PenaltyProposed"]}


def test_an_accident_of_long_ago_needs_it_too() -> None:
    """[rule 15]"""
    when(accident(LATE)).then_refused(TooLate)
    when(accident(IN_TIME)).then_facts("AccidentRecorded")


def test_what_is_imported_may_have_occurred_at_any_time() -> None:
    """[rule 15] Not so its business date."""
    imported = {"by": "SYSTEM", "source": {"input_mode": "import"}}
    old = ago(free(tier="T1"), LATE) | imported
    when(old).then_facts("SlipIssued")
    when(old | {"business_date": LATE}).then_refused(TooLate)


# -- which pool (rule 16) -------------------------------------------------------------------------------------------

POOLS = opened(POOL_WAGE_W1="1000.00", POOL_PROJECT_W1="200.00")
ON_PROJECT = (POOLS, by_matrix(funds="project"), serve(), confirm())


def test_units_pay_from_the_pool_that_the_slip_names() -> None:
    """[rule 16] Person lines never; what the pool lacks is DUE_UNIT as ever."""
    given(*ON_PROJECT).then_balances(
        {"POOL_PROJECT:W1": "0.00", "DUE_UNIT:W1": "-100.00", "POOL_WAGE:W1": "1000.00", "DUE_PERSON:P-A": "-500.00"}
    )
    given(POOLS, by_matrix(), serve(), confirm()).then_balances({"POOL_PROJECT:W1": "200.00", "POOL_WAGE:W1": "700.00"})


def test_which_pool_is_the_policy_of_the_unit_when_it_occurred() -> None:
    """[rule 16]"""
    policy = do("PublishPolicy", "P-U1H", EARLY, key="settle.from", value="project", unit="U1", effective="2026-03-01")
    told = {**policy, "data": {**policy["data"], "legal_basis": "§1"}}
    story = given(told, by_matrix(), by_matrix(slip="SL-2", occurred="2026-02-28"))
    assert [funds_of(story, name) for name in ("SL-1", "SL-2")] == ["project", "wage"]
    assert funds_of(given(told, by_matrix(funds="wage")), "SL-1") == "wage"


def funds_of(story: Story, slip: str) -> str:
    return str(story.ledger.lookup(f"slip:{slip}").funds)


def test_an_appeal_gives_back_to_the_same_pool() -> None:
    """[rule 16]"""
    paid = (opened(POOL_WAGE_W1="1000.00", POOL_PROJECT_W1="900.00"), *ON_PROJECT[1:])
    given(*paid, *revoked("W1", "P-W1D")).then_balances({"POOL_PROJECT:W1": "900.00", "POOL_WAGE:W1": "1000.00"})


def test_a_reversal_gives_back_to_the_same_pool() -> None:
    """[rule 16]"""
    confirmed = confirm() | {"id": "confirmed"}
    undone = do("ReverseEntry", "P-C0", CLOSED, of="confirmed", reason="x", approved_by="P-H0")
    given(*ON_PROJECT[:-1], confirmed, undone).then_balances({"POOL_PROJECT:W1": "200.00", "DUE_UNIT:W1": "0.00"})
