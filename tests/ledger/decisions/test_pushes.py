"""Advice, points, training and suspension that policies bring about by themselves (rule 37)."""

from __future__ import annotations

from typing import Any

import pytest

from ledger.errors import Duplicate, Invalid, SeveralHolders
from ledger.facts.followup import AdvicePushed, PostSuspended, TrainingPushed
from ledger.facts.points import PointsAwarded
from tests.ledger.decisions.liabilities import (
    CLOSED,
    advance,
    at,
    by_matrix,
    confirm,
    dispute,
    lines_of,
    review,
    serve,
)
from tests.ledger.decisions.sheets import accept, final, finalize, open_month, open_year, publish, published, self_score
from tests.ledger.decisions.sheets import inspect as inspected
from tests.spec import Line, Story, do, given, when


def policy(key: str, value: Any, unit: str = "HQ") -> Line:
    day = "2026-01-05"
    return do(
        "PublishPolicy", at=f"{day}T09:00:00+08:00", key=key, value=value, effective=day, unit=unit, legal_basis="§1"
    )


# -- a final score ----------------------------------------------------------------------------------------------------

BELOW = policy("advice.below", "85")
RULES = policy("points.rules", [{"min": "90", "points": 10}, {"min": "95", "points": 20}])


def duties(*weights: int, person: str = "P-A") -> Line:
    """A duty list with the items D1, D2 … of these weights."""
    items = [
        {"item": f"D{number}", "text": "巡检", "metric": "次", "target": "20", "period": "month", "weight": weight}
        for number, weight in enumerate(weights, 1)
    ]
    listed = [{**item, "basis": "责任制"} for item in items]
    moment = "2025-01-02T09:00:00+08:00"
    return do("ApproveDutyList", "P-OFF", moment, person=person, version="1", effective="2025-01-02", items=listed)


def scores(*given_scores: str) -> list[dict[str, str]]:
    return [{"item": f"D{number}", "score": score} for number, score in enumerate(given_scores, 1)]


def test_without_policies_a_final_score_pushes_nothing() -> None:
    given(*published("20", "20"), accept()).when(finalize()).then_facts("AssessmentFinalized")


def test_a_score_below_the_bound_pushes_advice_on_the_weakest_item() -> None:
    """[rule 37] 58 of 60 is more than 24 of 40; 30 days later it has to be done, and the person is reminded."""
    own = [open_month(), self_score(self="82", items=scores("58", "24")), inspected(score="87.98")]
    story = given(duties(60, 40), BELOW, *own, publish(), accept()).when(finalize())
    story.then_facts("AssessmentFinalized", "AdvicePushed")
    advice = story.recorded[1]
    assert isinstance(advice, AdvicePushed)
    assert (advice.advice, advice.assessment, advice.person, advice.text) == ("AS-1", "AS-1", "P-A", "D2")
    assert (advice.stream, advice.due) == ("person-P-A", "2026-04-02")
    assert [due.what for due in advice.falls_due] == [f"remind-advice/{hours}" for hours in (-24, 0, 24)]


def test_of_equally_weak_items_the_first_is_named_and_one_without_weight_never() -> None:
    own = [open_month(), self_score(self="80", items=scores("40", "0", "40")), inspected(score="80")]
    story = given(duties(50, 0, 50), BELOW, *own, publish(), accept(), finalize())
    advice = story.recorded[1]
    assert isinstance(advice, AdvicePushed)
    assert advice.text == "D1"


def test_the_items_of_all_quarters_of_a_year_are_compared() -> None:
    parts = [
        self_score("P-LD", part="Q1", self="90", items=scores("50", "40")),
        self_score("P-LD", part="Q3", self="70", items=scores("25", "45")),
    ]
    own = [open_year(), *parts, inspected(part="01", score="80"), publish()]
    story = given(duties(50, 50, person="P-LD"), BELOW, *own, accept("P-LD"), finalize())
    advice = story.recorded[1]
    assert isinstance(advice, AdvicePushed)
    assert advice.text == "D1"


def test_advice_without_items_names_the_score() -> None:
    story = given(BELOW, *final("84", "84"))
    advice = story.recorded[1]
    assert isinstance(advice, AdvicePushed)
    assert advice.text == "84 < 85"


@pytest.mark.parametrize(("score", "advised"), [("84.99", True), ("85", False)])
def test_the_bound_itself_is_good_enough(score: str, advised: bool) -> None:
    story = given(BELOW, *published(score, score), accept()).when(finalize())
    story.then_facts("AssessmentFinalized", *(["AdvicePushed"] if advised else []))


def test_advice_of_the_same_id_stops_the_final_score() -> None:
    other = do("PushAdvice", "P-OFF", at("03-02"), advice="AS-1", person="P-B", text="x", due="2026-04-01")
    given(BELOW, other, *published("80", "80"), accept()).when(finalize()).then_refused(Duplicate)
    given(BELOW, other, *published("90", "90"), accept()).when(finalize()).then_facts("AssessmentFinalized")


@pytest.mark.parametrize(("score", "points"), [("89.99", 0), ("90", 10), ("94.99", 10), ("95", 20), ("100", 20)])
def test_a_score_earns_the_points_of_the_highest_rule_that_it_reaches(score: str, points: int) -> None:
    """[rule 37]"""
    story = given(RULES, *final(score, score))
    assert story.ledger.lookup("person-P-A").points.held == points
    if points:
        awarded = story.recorded[1]
        assert isinstance(awarded, PointsAwarded)
        assert (awarded.doc, awarded.by) == ("AS-1", "P-SO")


def test_points_on_the_assessment_that_are_there_already_stop_the_final_score() -> None:
    other = do("AwardPoints", "P-OFF", at("03-02"), person="P-A", points=1, reason="x", doc="AS-1")
    given(RULES, other, *published("95", "95"), accept()).when(finalize()).then_refused(Duplicate)


def test_a_score_can_bring_advice_and_points() -> None:
    low = policy("points.rules", [{"min": "60", "points": 1}])
    story = given(BELOW, low, *published("70", "70"), accept()).when(finalize())
    story.then_facts("AssessmentFinalized", "AdvicePushed", "PointsAwarded")


def test_the_policies_are_those_of_the_persons_home() -> None:
    elsewhere = policy("advice.below", "99", unit="U2")
    given(BELOW, elsewhere, *published("90", "90"), accept()).when(finalize()).then_facts("AssessmentFinalized")


def test_rules_can_be_taken_back() -> None:
    none = do(
        "PublishPolicy",
        at=at("02-02"),
        key="points.rules",
        value=[],
        effective="2026-02-02",
        unit="HQ",
        legal_basis="§1",
    )
    given(RULES, none, *published("95", "95"), accept()).when(finalize()).then_facts("AssessmentFinalized")


# -- a serious violation ----------------------------------------------------------------------------------------------

COURSE = {"course": "严重三违学习班", "suspend": True}
TRAINING = policy("training.on_serious", COURSE)
PUSHED = ("SlipConfirmed", "TrainingPushed", "PostSuspended")


def trained(story: Story) -> TrainingPushed:
    return next(fact for fact in story.recorded if isinstance(fact, TrainingPushed))


def test_a_confirmed_serious_violation_pushes_training_and_suspends() -> None:
    """[rule 37]"""
    story = given(TRAINING, by_matrix(), serve()).when(confirm())
    story.then_facts(*PUSHED)
    training = trained(story)
    suspended = story.recorded[-1]
    assert isinstance(suspended, PostSuspended)
    assert (training.training, training.person, training.course) == ("SL-1", "P-A", "严重三违学习班")
    assert (training.stream, suspended.person, suspended.training) == ("person-P-A", "P-A", "SL-1")


def test_time_confirms_with_the_same_consequences() -> None:
    given(TRAINING, by_matrix(), serve()).when(advance(at=CLOSED)).then_facts(*PUSHED, "ClockAdvanced")


def test_without_the_policy_or_for_a_general_violation_nobody_is_trained() -> None:
    given(by_matrix(), serve()).when(confirm()).then_facts("SlipConfirmed")
    given(TRAINING, by_matrix(matrix="TW-G"), serve()).when(confirm()).then_facts("SlipConfirmed")


def test_training_alone_suspends_nobody() -> None:
    alone = policy("training.on_serious", {**COURSE, "suspend": False})
    given(alone, by_matrix(), serve()).when(confirm()).then_facts(*PUSHED[:2])


def test_who_is_suspended_already_is_trained_only() -> None:
    course = do("PushTraining", "P-OFF", at("03-01"), training="TR-1", person="P-A", course="x", reason="x")
    suspend = do("SuspendPost", "P-SO", at("03-01"), person="P-A", reason="x", training="TR-1")
    given(TRAINING, course, suspend, by_matrix(), serve()).when(confirm()).then_facts(*PUSHED[:2])


def test_who_is_not_charged_any_more_is_not_trained() -> None:
    served = [TRAINING, by_matrix(), serve(), dispute("P-A", party="P-A")]
    story = given(*served, review(decision="revoke", party="P-A"))
    story.when(confirm()).then_facts("SlipConfirmed")
    story = given(*served, review(decision="amend", party="P-A", amount="0.00"))
    story.when(confirm()).then_facts("SlipConfirmed")
    story = given(*served, review(decision="amend", party="P-A", amount="1.00"))
    story.when(confirm()).then_facts(*PUSHED)


def test_a_review_that_finds_it_general_trains_nobody_and_the_other_way_round() -> None:
    amended = [serve(), dispute("P-A", party="P-A"), review(decision="amend", matrix="TW-G")]
    given(TRAINING, by_matrix(), *amended).when(confirm()).then_facts("SlipConfirmed")
    amended[-1] = review(decision="amend", matrix="TW-S")
    given(TRAINING, by_matrix(matrix="TW-G"), *amended).when(confirm()).then_facts(*PUSHED)


def test_no_training_that_has_taken_the_slips_id_spares_anybody() -> None:
    course = do("PushTraining", "P-T1L", at("03-01"), training="SL-1", person="P-B", course="x", reason="x")
    story = given(TRAINING, course, by_matrix(), serve()).when(confirm()).then_facts(*PUSHED)
    assert trained(story).training == "SL-1-2"


def test_the_rule_is_that_of_the_day_of_the_finding() -> None:
    late = do(
        "PublishPolicy",
        at=at("03-03"),
        key="training.on_serious",
        value=COURSE,
        effective="2026-03-03",
        unit="HQ",
        legal_basis="§1",
    )
    given(by_matrix(), serve(), late).when(confirm()).then_facts("SlipConfirmed")


# -- forms ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("advice.below", 85),
        ("advice.below", "101"),
        ("points.rules", [{"min": "90"}]),
        ("points.rules", [{"min": "90", "points": 0}]),
        ("points.rules", [{"min": "90", "points": 1, "more": 2}]),
        ("points.rules", {"min": "90", "points": 1}),
        ("training.on_serious", {"course": "x"}),
        ("training.on_serious", {"course": " ", "suspend": True}),
        ("training.on_serious", {"course": "x", "suspend": "yes"}),
        ("chain.several", "some"),
        ("base_table", {"班组长": "800.00"}),
        ("base_table", {"worker": "800"}),
        ("reports.due", {"quarter_sheet": 5, "half_year": "07-05", "year": "12-31"}),
        ("reports.due", {"quarter_sheet": 29, "half_year": "07-05", "year": "12-31", "month_analysis": 5}),
        ("reports.due", {"quarter_sheet": 5, "half_year": "02-29", "year": "12-31", "month_analysis": 5}),
    ],
)
def test_a_value_has_the_form_of_its_key(key: str, value: Any) -> None:
    when(policy(key, value)).then_refused(Invalid)


# -- several holders --------------------------------------------------------------------------------------------------


def test_several_holders_pay_one_line_each_where_the_policy_says_all() -> None:
    """[rule 37]"""
    second = do(
        "AssignPerson", "P-HR", at("03-01"), person="P-B", unit="T1", role="team_leader", since="2026-03-01", home=False
    )
    given(second).when(by_matrix()).then_refused(SeveralHolders)
    story = given(policy("chain.several", "all"), second).when(by_matrix()).then_facts("SlipIssued")
    assert [one for one in lines_of(story) if one[2] == "team_leader"] == [
        ("P-T1L", 15000, "team_leader"),
        ("P-B", 15000, "team_leader"),
    ]
    named = given(policy("chain.several", "all"), second).when(by_matrix(persons={"team_leader": "P-B"}))
    assert [one for one in lines_of(named) if one[2] == "team_leader"] == [("P-B", 15000, "team_leader")]
