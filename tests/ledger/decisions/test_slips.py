"""Compensation slips: issue, service, objection, review, confirmation, cancellation (contract §2.6)."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from ledger.errors import (
    Already,
    Authority,
    Basis,
    Duplicate,
    Exempt,
    Future,
    Invalid,
    NoCalendar,
    NoPrice,
    NotReady,
    NotResponsible,
    ProtectedAct,
    SeveralHolders,
    Sod,
    State,
    TooLate,
    WindowClosed,
    WrongDoc,
)
from ledger.facts.dues import DueRaised
from ledger.facts.slips import SlipAcknowledged, SlipConfirmed, SlipIssued, SlipReviewDecided, SlipServed
from tests.ledger.decisions.liabilities import (
    AUTHORITY,
    CLOSED,
    ISSUED,
    LATER,
    acknowledge,
    advance,
    at,
    by_lines,
    by_matrix,
    cancel,
    confirm,
    dispute,
    document,
    everybody_acknowledges,
    issue,
    line,
    lines_of,
    opened,
    review,
    serve,
)
from tests.spec import Line, Story, do, given, when

BOTH = [line("P-A", "20.00"), line("W1", "30.00")]
served = (by_lines(lines=BOTH), serve())


def hazard(**fields: Any) -> Line:
    usual = {"hazard": "H-1", "unit": "W1", "place": "皮带", "category": "hazard", "tier": "T2", "description": "x"}
    return do("ReportHazard", "P-OFF", at("03-02", "08:00"), **(usual | fields))


def verified(level: str) -> Line:
    return do("VerifyHazard", "P-SI", at("03-02", "08:30"), hazard="H-1", level=level, clause="§1")


# -- issue ------------------------------------------------------------------------------------------------------------


def test_a_slip_posts_nothing_before_it_is_confirmed() -> None:
    story = given(opened(POOL_WAGE_W1="500.00"), by_matrix(), serve(), *everybody_acknowledges())
    story.then_balances({"POOL_WAGE:W1": "500.00", "DUE_PERSON:P-A": "0.00", "FUND_SAFETY:HQ": "0.00"})


def test_a_slip_has_an_official_number_of_the_issuing_centre() -> None:
    story = given(by_matrix(), by_matrix(slip="SL-2"))
    assert [fact.number for fact in story.recorded if isinstance(fact, SlipIssued)] == ["HQ-SLIP-202603-2"]


@pytest.mark.parametrize("by", ["P-OFF", "P-SO", "P-SI"])
def test_offices_and_inspectors_above_the_unit_issue_slips(by: str) -> None:
    when(by_matrix() | {"by": by}).then_facts("SlipIssued")


@pytest.mark.parametrize("by", ["P-W1D", "P-A", "SYSTEM"])
def test_others_do_not_issue_slips(by: str) -> None:
    when(by_matrix() | {"by": by}).then_refused(Authority)


def test_an_inspector_issues_nothing_in_another_mine() -> None:
    inspector = do("AssignPerson", "P-HR", ISSUED, person="P-S3", unit="U1", role="inspector", since="2026-03-02")
    given(inspector).when(by_matrix(unit="W3") | {"by": "P-S3"}).then_refused(Authority)


def test_the_system_issues_slips_that_it_imports() -> None:
    imported = by_lines(lines=BOTH) | {"by": "SYSTEM", "source": {"input_mode": "import"}}
    story = when(imported).then_facts("SlipIssued")
    assert (document(story, "slip", "SL-1").centre, story.recorded[0].by) == ("HQ", "SYSTEM")


def test_the_fund_is_that_of_the_issuers_home_unless_named() -> None:
    assert document(given(by_matrix()), "slip", "SL-1").centre == "HQ"
    assert document(given(by_matrix(centre="U1")), "slip", "SL-1").centre == "U1"


def test_only_a_settlement_centre_has_a_fund() -> None:
    when(by_matrix(centre="W1")).then_refused(Invalid)


@pytest.mark.parametrize(
    "slip",
    [
        issue(grounds="violation", person="P-A"),
        issue(grounds="violation"),
        by_matrix(lines=BOTH),
        by_matrix(authority=AUTHORITY),
        by_lines(lines=BOTH, person="P-A"),
        by_lines(lines=[]),
        by_lines(lines=[line("W1", "1.00"), line("W1", "2.00")]),
    ],
)
def test_a_slip_goes_by_a_matrix_or_by_lines_of_different_parties(slip: Line) -> None:
    when(slip).then_refused(Invalid)


def test_an_unknown_party_is_refused() -> None:
    when(by_lines(lines=[line("Q", "1.00")])).then_refused("UNKNOWN_PARTY")


def test_a_slip_number_is_used_once_also_after_a_cancellation() -> None:
    given(by_matrix(), cancel()).when(by_matrix()).then_refused(Duplicate)


def test_an_occurrence_does_not_lie_in_the_future() -> None:
    when(by_matrix(occurred="2026-03-03")).then_refused(Future)


def test_protected_grounds_are_never_charged() -> None:
    when(issue(grounds="refuse_order", matrix="TW-G", person="P-A")).then_refused(ProtectedAct)


def test_a_slip_does_not_cite_a_protected_act() -> None:
    act = do(
        "RecordProtectedAct", "P-A", at("03-01"), act="PA-1", person="P-A", kind="stop_work", unit="W1", description="x"
    )
    given(act).when(by_matrix(cites=["PA-1"])).then_refused(ProtectedAct)
    given(hazard()).when(by_matrix(cites=["H-1"])).then_facts("SlipIssued")


def test_an_unknown_cite_is_an_unknown_act() -> None:
    when(by_matrix(cites=["PA-9"])).then_refused("UNKNOWN_ACT")


def test_a_hazard_has_to_be_at_the_unit_or_below() -> None:
    given(hazard(unit="T1")).when(by_matrix(hazard="H-1")).then_facts("SlipIssued")
    given(hazard(unit="W2")).when(by_matrix(hazard="H-1")).then_refused(NotResponsible)


def test_what_the_unit_found_and_fixed_itself_in_the_shift_costs_nothing() -> None:
    found = hazard(tier="T3", fixed_on_spot=True)
    given(found).when(by_matrix(hazard="H-1")).then_refused(Exempt)
    given(hazard(tier="T2", fixed_on_spot=True)).when(by_matrix(hazard="H-1")).then_facts("SlipIssued")


@pytest.mark.parametrize(("level", "tier"), [("A", "T1"), ("MAJOR", "T1")])
def test_a_serious_hazard_found_by_a_superior_goes_to_a_case(level: str, tier: str) -> None:
    given(hazard(tier=tier), verified(level)).when(by_lines(lines=BOTH, hazard="H-1", tier=tier)).then_refused(WrongDoc)


@pytest.mark.parametrize(("level", "tier"), [("A", "T2"), ("B", "T1")])
def test_other_hazards_are_charged_by_slip(level: str, tier: str) -> None:
    slip = by_lines(lines=BOTH, hazard="H-1", tier=tier)
    given(hazard(tier=tier), verified(level)).when(slip).then_facts("SlipIssued")


def test_a_matrix_for_hazards_is_of_the_hazards_level() -> None:
    by_level = issue(grounds="hazard", matrix="HZ-C", hazard="H-1")
    given(hazard()).when(by_level).then_refused(WrongDoc)
    given(hazard(), verified("B")).when(by_level).then_refused(WrongDoc)
    given(hazard(), verified("C")).when(by_level).then_facts("SlipIssued")


def test_a_standard_for_stoppages_goes_to_a_penalty() -> None:
    when(issue(grounds="quality", matrix="ST-1")).then_refused(WrongDoc)


def test_a_general_item_goes_to_a_notice() -> None:
    given(hazard(category="site_quality", item="GP-05")).when(by_matrix(hazard="H-1")).then_refused(WrongDoc)
    given(hazard(category="site_quality", item="HO-01")).when(by_matrix(hazard="H-1")).then_facts("SlipIssued")


def test_a_slip_needs_a_legal_basis() -> None:
    when(by_matrix(basis=" ")).then_refused(Basis)


@pytest.mark.parametrize("authority", [{}, {"authority": {**AUTHORITY, "doc": ""}}, {"authority": {"name": "督查组"}}])
def test_explicit_lines_need_the_authoritys_document(authority: dict[str, Any]) -> None:
    when(issue(grounds="quality", lines=BOTH, **authority)).then_refused(Basis)


def test_the_wrong_document_is_said_before_the_missing_basis() -> None:
    when(issue(grounds="quality", matrix="ST-1", basis="")).then_refused(WrongDoc)


# -- service -----------------------------------------------------------------------------------------------------------


def test_the_window_counts_working_days_after_the_day_of_service() -> None:
    issued = by_matrix(occurred="2026-02-27") | {"at": "2026-02-27T17:00:00+08:00"}
    story = given(issued, serve(served_on="2026-02-27T18:00:00+08:00"))
    (fact,) = story.recorded
    assert isinstance(fact, SlipServed)
    assert (fact.window_until, fact.window_over) == ("2026-03-04", "2026-03-04T16:00:00.000000Z")


def test_the_window_is_as_long_as_the_policy_said_when_it_occurred() -> None:
    shorter = do(
        "PublishPolicy", at=at("03-01"), key="dispute.window", value=1, effective="2026-03-02", legal_basis="办法"
    )
    assert document(given(shorter, by_matrix(), serve()), "slip", "SL-1").window_until == "2026-03-03"
    before = given(shorter, by_matrix(occurred="2026-02-27"), serve())
    assert document(before, "slip", "SL-1").window_until == "2026-03-05"


@pytest.mark.parametrize("by", ["P-OFF", "P-SI", "P-C1", "SYSTEM"])
def test_issuer_offices_clerks_and_the_system_serve(by: str) -> None:
    given(by_matrix() | {"by": "P-SI"}).when(serve() | {"by": by}).then_facts("SlipServed")


@pytest.mark.parametrize("by", ["P-SO", "P-A", "P-C2"])
def test_others_do_not_serve(by: str) -> None:
    given(by_matrix()).when(serve() | {"by": by}).then_refused(Authority)


def test_a_slip_is_served_once() -> None:
    given(*served).when(serve()).then_refused(State)


def test_a_year_without_calendar_has_no_window() -> None:
    late = by_matrix() | {"at": "2027-12-30T10:00:00+08:00"}
    given(late).when(serve() | {"at": "2027-12-30T11:00:00+08:00"}).then_refused(NoCalendar)


def test_service_does_not_lie_in_the_future() -> None:
    given(by_matrix()).when(serve(served_on=at("03-03"))).then_refused(Future)


# -- acknowledgement ---------------------------------------------------------------------------------------------------


def test_a_person_speaks_for_himself_and_a_lead_for_the_pool() -> None:
    story = given(*served).when(acknowledge("P-A")).then_facts("SlipAcknowledged")
    assert [fact.parties for fact in story.recorded if isinstance(fact, SlipAcknowledged)] == [("P-A",)]
    story.when(acknowledge("P-W1D")).then_facts("SlipAcknowledged")
    assert document(story, "slip", "SL-1").due() == "2026-03-02T03:00:00.000000Z"


def test_a_lead_who_is_charged_himself_acknowledges_both_lines() -> None:
    story = given(by_lines(lines=[line("P-W1D", "1.00"), line("W1", "2.00")]), serve()).when(acknowledge("P-W1D"))
    assert {entry.state for entry in document(story, "slip", "SL-1").lines} == {"acknowledged"}


def test_who_is_not_charged_has_nothing_to_acknowledge() -> None:
    given(*served).when(acknowledge("P-B")).then_refused(Authority)


def test_nobody_acknowledges_for_another() -> None:
    given(*served).when(acknowledge("P-A", parties=["P-A", "W1"])).then_refused(Authority)


def test_a_slip_is_acknowledged_after_service() -> None:
    given(served[0]).when(acknowledge("P-A")).then_refused(State)


def test_a_line_is_acknowledged_once() -> None:
    given(*served, acknowledge("P-A")).when(acknowledge("P-A")).then_refused(Already)


def test_a_disputed_line_is_not_acknowledged() -> None:
    given(*served, dispute("P-A", party="P-A")).when(acknowledge("P-A")).then_refused(State)


def test_exactly_one_document_is_acknowledged() -> None:
    when(do("AcknowledgeSlip", "P-A", LATER)).then_refused(Invalid)
    given(*served).when(acknowledge("P-A", penalty="PE-1")).then_refused(Invalid)


# -- dispute -----------------------------------------------------------------------------------------------------------


def test_a_person_or_the_lead_of_a_unit_disputes_its_line() -> None:
    given(*served).when(dispute("P-A", party="P-A")).then_facts("SlipDisputed")
    given(*served).when(dispute("P-W1D", party="W1")).then_facts("SlipDisputed")


def test_nobody_disputes_the_line_of_another() -> None:
    given(*served).when(dispute("P-B", party="P-A")).then_refused(Authority)


def test_only_a_served_line_is_disputed() -> None:
    given(served[0]).when(dispute("P-A", party="P-A")).then_refused(State)
    given(*served).when(dispute("P-B", party="P-B")).then_refused(State)


def test_a_line_is_disputed_once() -> None:
    disputed = (*served, dispute("P-A", party="P-A"))
    given(*disputed).when(dispute("P-A", party="P-A")).then_refused(Already)
    upheld = review(decision="uphold", party="P-A")
    given(*disputed, upheld).when(dispute("P-A", party="P-A") | {"at": at("03-04")}).then_refused(Already)


def test_a_dispute_is_in_time_until_midnight_after_the_last_working_day() -> None:
    last = dispute("P-A", party="P-A") | {"at": "2026-03-05T23:59:59+08:00"}
    given(*served).when(last).then_facts("SlipDisputed")
    given(*served).when(last | {"at": CLOSED}).then_refused(WindowClosed)


def test_an_acknowledged_line_is_not_disputed() -> None:
    given(*served, acknowledge("P-A")).when(dispute("P-A", party="P-A")).then_refused(WindowClosed)


# -- review ------------------------------------------------------------------------------------------------------------

disputed = (*served, dispute("P-A", party="P-A"))


def test_an_upheld_line_stays_as_it_was() -> None:
    assert lines_of(given(*disputed, review(decision="uphold", party="P-A"))) == [
        ("P-A", 2000, None),
        ("W1", 3000, None),
    ]


def test_an_amended_line_has_its_new_amount() -> None:
    story = given(*disputed, review(decision="amend", party="P-A", amount="12.50"))
    assert lines_of(story) == [("P-A", 1250, None), ("W1", 3000, None)]


def test_a_revoked_line_is_gone_and_the_other_stays() -> None:
    story = given(*disputed).when(review(decision="revoke", party="P-A")).then_facts("SlipReviewDecided")
    assert lines_of(story) == [("W1", 3000, None)]


def test_a_slip_whose_last_line_is_revoked_is_cancelled() -> None:
    alone = (by_lines(lines=BOTH[:1]), serve(), dispute("P-A", party="P-A"))
    story = given(*alone).when(review(decision="revoke", party="P-A")).then_facts("SlipReviewDecided", "SlipCancelled")
    story.when(confirm()).then_refused(State)


def test_a_slip_that_is_revoked_as_a_whole_is_cancelled() -> None:
    given(*disputed).when(review(decision="revoke")).then_facts("SlipReviewDecided", "SlipCancelled")


def test_a_review_of_the_whole_ends_all_windows() -> None:
    story = given(*disputed, review(decision="uphold"))
    story.when(dispute("P-W1D", party="W1") | {"at": at("03-03", "12:00")}).then_refused(WindowClosed)
    story.when(confirm() | {"at": at("03-03", "12:01")}).then_facts("SlipConfirmed")


def test_a_review_of_one_line_leaves_the_other_windows() -> None:
    story = given(*disputed, review(decision="uphold", party="P-A"))
    story.when(confirm() | {"at": at("03-03", "12:01")}).then_refused(NotReady)
    story.when(dispute("P-W1D", party="W1") | {"at": at("03-03", "12:02")}).then_facts("SlipDisputed")


@pytest.mark.parametrize(
    "raised",
    [
        {"party": "P-A", "amount": "20.01"},
        {"lines": [line("P-A", "20.01")]},
        {"lines": [line("P-W1D", "0.01")]},
        {"lines": [line("W1", "50.01")]},
        {"lines": [line("P-A", "10.00"), line("W1", "40.01")]},
        {"lines": [line("P-A", "0.00")]},
    ],
)
def test_amounts_set_in_a_review_raise_nothing(raised: dict[str, Any]) -> None:
    """[rule 56] Neither a line, nor the whole, nor what a person pays, or one who was not charged."""
    given(*disputed).when(review(decision="amend", **raised)).then_refused(Invalid)


@pytest.mark.parametrize(
    "kept",
    [
        {"party": "P-A", "amount": "20.00"},
        {"lines": [line("W1", "50.00")]},
        {"lines": [line("P-A", "20.00"), line("T1", "30.00")]},
    ],
)
def test_units_may_take_over_what_persons_pay_no_more(kept: dict[str, Any]) -> None:
    """[rule 56]"""
    given(*disputed).when(review(decision="amend", **kept)).then_facts("SlipReviewDecided")


def test_a_line_that_is_raised_is_said_last() -> None:
    """[rule 56]"""
    raised = review(decision="amend", lines=[line("P-A", "50.00")])
    given(*disputed).when(raised | {"by": "P-SO"}).then_refused(Invalid)
    issuer = do("AssignPerson", "P-HR", ISSUED, person="P-OFF", unit="HQ", role="safety_office", since="2026-03-01")
    given(*disputed, issuer).when(raised | {"by": "P-OFF"}).then_refused(Sod)


def test_the_whole_is_amended_by_another_matrix_or_tier_or_lines() -> None:
    whole = (by_matrix(), serve(), dispute("P-A", party="P-A"))
    assert document(given(*whole, review(decision="amend", matrix="TW-G")), "slip", "SL-1").total == 42000
    assert document(given(*whole, review(decision="amend", tier="T1")), "slip", "SL-1").total == 210000
    assert lines_of(given(*whole, review(decision="amend", lines=[line("P-A", "1.00")]))) == [("P-A", 100, None)]


@pytest.mark.parametrize(
    "fields",
    [
        {"decision": "amend", "party": "P-A"},
        {"decision": "amend", "amount": "1.00"},
        {"decision": "amend"},
        {"decision": "amend", "matrix": "TW-G", "lines": BOTH},
        {"decision": "amend", "tier": "T1"},
        {"decision": "uphold", "party": "P-A", "amount": "1.00"},
        {"decision": "revoke", "lines": BOTH},
    ],
)
def test_the_fields_of_a_review_go_together(fields: dict[str, Any]) -> None:
    given(*disputed).when(review(**fields)).then_refused(Invalid)


def test_without_an_undecided_dispute_there_is_nothing_to_review() -> None:
    given(*served).when(review(decision="uphold")).then_refused(State)
    given(*disputed).when(review(decision="uphold", party="W1")).then_refused(State)


def test_the_issuer_does_not_review_his_own_slip() -> None:
    own = (by_lines(lines=BOTH) | {"by": "P-SO"}, serve(), dispute("P-A", party="P-A"))
    given(*own).when(review(decision="uphold")).then_refused(Sod)


def test_a_charged_person_does_not_review() -> None:
    own = (by_lines(lines=[*BOTH, line("P-SO", "1.00")]), serve(), dispute("P-A", party="P-A"))
    given(*own).when(review(decision="uphold")).then_refused(Sod)


def test_a_review_is_for_the_safety_office() -> None:
    given(*disputed).when(review(decision="uphold") | {"by": "P-OFF"}).then_refused(Authority)


def test_a_new_chain_may_have_no_price_or_need_a_name() -> None:
    whole = (by_matrix(), serve(), dispute("P-A", party="P-A"))
    given(*whole).when(review(decision="amend", tier="T3")).then_refused(NoPrice)
    second = do(
        "AssignPerson", "P-HR", ISSUED, person="P-B", unit="T1", role="team_leader", since="2026-03-02", home=False
    )
    given(
        by_matrix(persons={"inspector": "P-SI", "team_leader": "P-T1L"}), serve(), dispute("P-A", party="P-A"), second
    ).when(review(decision="amend", matrix="TW-G")).then_facts("SlipReviewDecided")
    given(*whole, second).when(review(decision="amend", matrix="TW-G")).then_refused(SeveralHolders)


def test_the_due_moment_after_a_review_is_the_last_of_windows_and_decisions() -> None:
    late = review(decision="uphold", party="P-A") | {"at": at("03-09")}
    (fact,) = given(*disputed, late).recorded
    assert isinstance(fact, SlipReviewDecided)
    assert fact.due == "2026-03-09T02:00:00.000000Z"


# -- confirmation ------------------------------------------------------------------------------------------------------


def test_a_confirmed_slip_charges_persons_and_pool_to_the_fund() -> None:
    story = given(opened(POOL_WAGE_W1="500.00"), by_matrix(), serve()).when(confirm()).then_facts("SlipConfirmed")
    story.then_balances(
        {
            "POOL_WAGE:W1": "200.00",
            "DUE_UNIT:W1": "0.00",
            "DUE_PERSON:P-A": "-500.00",
            "DUE_PERSON:P-SI": "-50.00",
            "FUND_SAFETY:HQ": "1100.00",
        }
    )
    assert story.ledger.lookup("unit-HQ").spendable == 30000


def test_each_charged_person_sees_his_due() -> None:
    story = given(*served, confirm())
    mirrors = [fact for fact in story.recorded if isinstance(fact, DueRaised)]
    assert [(fact.stream, fact.document, fact.amount, fact.mirror) for fact in mirrors] == [
        ("person-P-A", "SL-1", 2000, True)
    ]


def test_what_a_pool_cannot_pay_is_its_shortfall() -> None:
    story = given(opened(POOL_WAGE_W1="12.34"), *served, confirm())
    story.then_balances({"POOL_WAGE:W1": "0.00", "DUE_UNIT:W1": "-17.66", "FUND_SAFETY:HQ": "50.00"})
    assert story.ledger.lookup("unit-HQ").spendable == 1234


def test_the_pool_of_another_unit_is_charged_on_its_own_stream() -> None:
    story = given(by_lines(lines=[line("W2", "5.00"), line("T1", "6.00"), line("P-A", "7.00")]), serve())
    story.when(confirm()).then_facts("SlipConfirmed", "SlipConfirmed", "SlipConfirmed")
    confirmed = [fact for fact in story.recorded if isinstance(fact, SlipConfirmed)]
    assert [(fact.stream, fact.total) for fact in confirmed] == [("unit-W1", 700), ("unit-W2", 500), ("unit-T1", 600)]


def test_the_slips_own_unit_is_told_although_only_another_pool_pays() -> None:
    story = (
        given(by_lines(lines=[line("W2", "5.00")]), serve())
        .when(confirm())
        .then_facts("SlipConfirmed", "SlipConfirmed")
    )
    assert [fact.stream for fact in story.recorded] == ["unit-W1", "unit-W2"]


def test_a_slip_is_confirmed_only_once() -> None:
    given(*served, confirm()).when(confirm()).then_refused(Already)


def test_a_slip_is_confirmed_after_service() -> None:
    given(served[0]).when(confirm()).then_refused(State)
    given(*served, cancel()).when(confirm()).then_refused(State)


def test_a_slip_is_not_confirmed_while_a_line_is_open_in_its_window() -> None:
    story = given(*served, acknowledge("P-A"))
    story.when(confirm() | {"at": "2026-03-05T23:59:59+08:00"}).then_refused(NotReady)
    story.when(confirm()).then_facts("SlipConfirmed")


def test_a_slip_is_not_confirmed_while_a_dispute_is_undecided() -> None:
    given(*disputed).when(confirm()).then_refused(NotReady)


@pytest.mark.parametrize(
    ("steps", "mode"),
    [
        ((), "deemed"),
        ((acknowledge("P-A"),), "deemed"),
        ((acknowledge("P-A"), acknowledge("P-W1D")), "ack"),
        ((dispute("P-A", party="P-A"), review(decision="uphold", party="P-A")), "reviewed"),
    ],
)
def test_a_slip_binds_by_review_by_acknowledgement_or_by_silence(steps: tuple[Line, ...], mode: str) -> None:
    story = given(*served, *steps, confirm())
    assert [fact.mode for fact in story.recorded if isinstance(fact, SlipConfirmed)] == [mode]


@pytest.mark.parametrize("by", ["P-OFF", "P-SO", "P-C1", "SYSTEM"])
def test_offices_clerks_and_the_system_confirm(by: str) -> None:
    given(*served).when(confirm() | {"by": by}).then_facts("SlipConfirmed")


def test_the_charged_do_not_confirm() -> None:
    given(*served).when(confirm() | {"by": "P-A"}).then_refused(Authority)


# -- cancellation ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("by", ["P-OFF", "P-SO"])
def test_issuer_and_safety_office_cancel(by: str) -> None:
    given(*served).when(cancel() | {"by": by}).then_facts("SlipCancelled")


def test_another_office_does_not_cancel() -> None:
    given(*served).when(cancel() | {"by": "P-DM"}).then_refused(Authority)


def test_a_confirmed_or_cancelled_slip_is_not_cancelled() -> None:
    given(*served, confirm()).when(cancel() | {"at": CLOSED}).then_refused(State)
    given(*served, cancel()).when(cancel()).then_refused(State)


def test_a_cancelled_slip_is_not_confirmed_by_time() -> None:
    given(*served, cancel()).when(advance(at=at("03-31"))).then_facts("ClockAdvanced")


def test_a_reversed_confirmation_leaves_the_slip_cancelled_without_dues() -> None:
    confirmed = confirm() | {"id": "cf-1"}
    reverse = do("ReverseEntry", "P-C0", at("03-07"), of="cf-1", reason="误", approved_by="P-H0")
    story: Story = given(opened(POOL_WAGE_W1="100.00"), *served, confirmed).when(reverse)
    story.then_facts("EntryReversed").then_balances({"DUE_PERSON:P-A": "0.00", "POOL_WAGE:W1": "100.00"})
    assert document(story, "slip", "SL-1").state == "cancelled"


# -- a dispute is taken back [rule 87] ----------------------------------------------------------------------------


def take_back(by: str, party: str, when: str = LATER) -> Line:
    return do("WithdrawDispute", by, when, slip="SL-1", party=party)


objected = (by_lines(lines=[line("P-A", "300.00"), line("W1", "200.00")]), serve(), dispute("P-A", party="P-A"))


def test_a_dispute_is_taken_back_by_its_party_and_is_an_acceptance() -> None:
    story = given(*objected)
    story.when(take_back("P-W1D", "P-A")).then_refused(Authority)
    story.when(take_back("P-W1D", "W1")).then_refused(State)
    story.when(take_back("P-A", "P-A")).then_facts("SlipDisputeWithdrawn")
    story.when(take_back("P-A", "P-A")).then_refused(State)
    story.when(dispute("P-A", party="P-A")).then_refused(Already)
    story.when(acknowledge("P-A", parties=["P-A"])).then_refused(Already)
    story.given(acknowledge("P-W1D")).when({**confirm(), "at": LATER}).then_facts("SlipConfirmed")


def test_a_dispute_that_is_taken_back_after_the_window_lets_the_slip_fall_due_then() -> None:
    story = given(*objected, advance(at=CLOSED), take_back("P-A", "P-A", at("03-10")))
    story.when(advance(at=at("03-10", "10:00"))).then_facts("SlipConfirmed", "ClockAdvanced")
    assert story.recorded[0].business_date == "2026-03-10"


def test_while_another_dispute_is_open_the_slip_waits() -> None:
    story = given(*objected, dispute("P-W1D", party="W1"), take_back("P-A", "P-A"))
    story.when(advance(at=CLOSED)).then_facts("ClockAdvanced")
    story.given(take_back("P-W1D", "W1", CLOSED)).when(advance(at=CLOSED)).then_facts("SlipConfirmed", "ClockAdvanced")


def test_a_withdrawn_dispute_is_not_reviewed() -> None:
    given(*objected, take_back("P-A", "P-A")).when(review(decision="uphold", party="P-A")).then_refused(State)


def test_a_retired_unit_gets_no_slip() -> None:
    """[rule 85]"""
    gone = do("RetireUnit", "P-ADM", "2026-03-01T09:00:00+08:00", unit="T4", effective="2026-03-01", reason="撤销")
    given(gone).when(by_matrix(unit="T4")).then_refused(State)


# -- parties that only a review of the whole brings in [rule 86] -------------------------------------------------------

reviewed_whole = (by_matrix(), serve(), dispute("P-A", party="P-A"), review(decision="amend", matrix="HZ-C"))
"""The facility was at fault: director on duty and deputy answer, whom nobody had charged before."""


def stages(story: Story) -> dict[str, str]:
    found = document(story, "slip", "SL-1")
    return {entry.line.party: found.stage(entry) for entry in found.lines}


def test_a_party_of_a_review_has_a_window_of_its_own_from_the_review_on() -> None:
    """[rule 86] Those who had theirs have it no more."""
    story = given(*reviewed_whole)
    assert document(story, "slip", "SL-1").window_until == "2026-03-06"
    kept = dict.fromkeys(("P-T1L", "P-U1H", "P-SI"), "reviewed")
    assert stages(story) == {"P-W1D": "open", "P-U1D": "open", **kept}
    story.when(dispute("P-U1H", party="P-U1H") | {"at": CLOSED}).then_refused(WindowClosed)
    story.when(confirm()).then_refused(NotReady)
    story.when(dispute("P-W1D", party="P-W1D") | {"at": at("03-06", "23:59")}).then_facts("SlipDisputed")
    given(*reviewed_whole).when(dispute("P-W1D", party="P-W1D") | {"at": at("03-07", "00:00")}).then_refused(
        WindowClosed
    )


def test_silence_of_a_new_party_confirms_at_the_end_of_its_window() -> None:
    """[rule 86]"""
    story = given(*reviewed_whole).when(advance(at=at("03-06", "23:59"))).then_facts("ClockAdvanced")
    story.when(advance(at=at("03-07", "00:00"))).then_facts("SlipConfirmed", "ClockAdvanced")


def test_a_review_of_one_new_line_leaves_the_windows_of_the_others_alone() -> None:
    """[rule 86]"""
    spoken = (dispute("P-W1D", party="P-W1D") | {"at": at("03-04")}, review(decision="uphold", party="P-W1D"))
    story = given(*reviewed_whole, spoken[0], spoken[1] | {"at": at("03-05")})
    assert (stages(story)["P-W1D"], stages(story)["P-U1D"]) == ("reviewed", "open")
    story.when(confirm()).then_refused(NotReady)
    story.when(acknowledge("P-U1D") | {"at": at("03-06", "09:00")}).then_facts("SlipAcknowledged")
    assert stages(story)["P-U1D"] == "acknowledged"
    story.when(confirm() | {"at": at("03-06", "09:00")}).then_facts("SlipConfirmed")


def test_a_second_review_of_the_whole_ends_the_windows_of_the_first() -> None:
    """[rule 86] All lines are reviewed then, accepted ones too."""
    accepted = acknowledge("P-U1D") | {"at": at("03-04")}
    again = review(decision="uphold") | {"at": at("03-05")}
    story = given(*reviewed_whole, accepted, dispute("P-W1D", party="P-W1D") | {"at": at("03-04")}, again)
    assert set(stages(story).values()) == {"reviewed"}
    story.when(confirm() | {"at": at("03-05", "11:00")}).then_facts("SlipConfirmed")


def test_a_unit_that_takes_over_has_a_window_too() -> None:
    """[rule 86]"""
    story = given(*disputed, review(decision="amend", lines=[line("P-A", "20.00"), line("T1", "30.00")]))
    assert stages(story) == {"P-A": "reviewed", "T1": "open"}


def test_a_review_without_new_parties_starts_no_window() -> None:
    """[rule 86]"""
    story = given(*disputed, review(decision="amend", lines=[line("W1", "50.00")]))
    assert document(story, "slip", "SL-1").window_until == "2026-03-05"
    story.when(confirm() | {"at": at("03-03", "11:00")}).then_facts("SlipConfirmed")


def test_the_window_of_a_new_party_is_not_over_when_the_ledger_is_told() -> None:
    """[rule 86] After the codes of the review itself; a review without new parties may be told late."""
    late = {"recorded_at": at("03-09")}
    whole = reviewed_whole[:3]
    given(*whole).when(reviewed_whole[3] | late).then_refused(TooLate)
    given(*disputed).when(review(decision="amend", lines=[line("W1", "50.00")]) | late).then_facts("SlipReviewDecided")
    given(*disputed).when(review(decision="amend", lines=[line("T1", "90.00")]) | late).then_refused(Invalid)


def test_no_calendar_is_guessed_for_a_new_party() -> None:
    """[rule 86]"""
    next_year = {"at": "2027-12-30T10:00:00+08:00"}
    given(*reviewed_whole[:3]).when(reviewed_whole[3] | next_year).then_refused(NoCalendar)


def test_a_review_that_was_recorded_without_windows_replays_as_it_was() -> None:
    """[rule 86]"""
    story = given(*reviewed_whole[:3])
    before = document(story, "slip", "SL-1")
    (fact,) = story.given(reviewed_whole[3]).recorded
    assert isinstance(fact, SlipReviewDecided)
    after = before.reviewed_as(msgspec.structs.replace(fact, window_until=None, window_over=None))
    assert {entry.state for entry in after.lines} == {"reviewed"}
    assert after.window_until == before.window_until


def test_who_lost_his_line_has_no_dispute_of_it() -> None:
    """[rule 86] STATE comes before ALREADY."""
    given(*reviewed_whole).when(dispute("P-A", party="P-A") | {"at": at("03-04")}).then_refused(State)
