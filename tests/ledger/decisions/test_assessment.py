"""Assessments from opening to final, guard by guard (contract §2.10)."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from ledger.errors import (
    Already,
    Authority,
    Duplicate,
    Evidence,
    Invalid,
    Locked,
    NoCalendar,
    NotReady,
    Sod,
    State,
    TooLate,
    WindowClosed,
)
from ledger.fact import Fact
from ledger.facts.assessment import AssessmentPublished, AssessmentRevised, InspectionScored
from ledger.state.assessment import Assessment
from tests.ledger.decisions.sheets import (
    accept,
    adjust,
    at,
    final,
    finalize,
    inspect,
    object_,
    open_any,
    open_leader,
    open_month,
    open_year,
    publish,
    published,
    revise,
    scored,
    self_score,
    year_scored,
)
from tests.spec import Line, Story, do, given, stamped, when

FORM = {"places": {"required": 20, "visited": 18}, "freq": {"required": {"早": 6, "夜": 8}, "done": {"早": 5, "夜": 9}}}


def policy(key: str, value: Any) -> Line:
    return do("PublishPolicy", "P-SO", key=key, value=value, effective="2026-02-02", legal_basis="细则")


def sheet(story: Story) -> Assessment:
    found: Assessment = story.ledger.states["assessment:AS-1"]
    return found


def result(story: Story) -> tuple[str | None, ...]:
    found = sheet(story)
    return found.D, found.I, found.S, found.payout


# -- opening ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("by", ["P-SO", "P-OFF", "P-T1L", "P-W1D", "P-U1H", "P-CH", "SYSTEM"])
def test_offices_and_leads_above_the_person_open_a_sheet(by: str) -> None:
    story = when(open_month(by)).then_facts("AssessmentOpened")
    assert story.recorded[0].stream == "assessment-P-A-202602"


@pytest.mark.parametrize("by", ["P-A", "P-T2L", "P-W2D", "P-C1"])
def test_others_do_not_open_a_sheet(by: str) -> None:
    when(open_month(by)).then_refused(Authority)


def test_a_person_has_one_sheet_for_a_period() -> None:
    story = given(open_month())
    story.when(open_month(assessment="AS-2", kind="team_leader")).then_refused(Duplicate)
    story.when(open_month(person="P-B")).then_refused(Duplicate)
    story.when(open_month(assessment="AS-2", period="2026-01")).then_facts("AssessmentOpened")


@pytest.mark.parametrize(
    "fields",
    [
        {"kind": "deputy_year", "period": "2026-02"},
        {"kind": "monthly", "period": "2026"},
        {"kind": "team_leader", "period": "2026"},
        {"kind": "monthly", "period": "2026-13"},
        {"kind": "yearly", "period": "2026"},
        {"kind": "monthly", "period": "2026-Q1"},
        {"kind": "monthly", "period": "2026-02\n"},
    ],
)
def test_a_deputy_has_a_year_and_everybody_else_a_month(fields: dict[str, str]) -> None:
    when(open_any(**fields)).then_refused(Invalid)


def test_the_form_is_looked_at_before_the_right() -> None:
    when(open_any("P-B", kind="monthly", period="2026")).then_refused(Invalid)


def test_unknown_sheets_and_people_are_named() -> None:
    when(open_month(person="P-ZZ")).then_refused("UNKNOWN_PERSON")
    when(self_score(self="90")).then_refused("UNKNOWN_ASSESSMENT")


# -- the self-score -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("by", ["P-A", "P-T1L"])
def test_the_person_or_the_head_of_the_home_scores_first(by: str) -> None:
    story = given(open_month()).when(self_score(by, self="92.50"))
    story.then_facts("SelfScoreSubmitted")
    assert (sheet(story).state, sheet(story).self_scores) == ("self_scored", {"": "92.5"})


@pytest.mark.parametrize("by", ["P-B", "P-W1D", "P-SO"])
def test_others_do_not_score_for_the_person(by: str) -> None:
    given(open_month()).when(self_score(by, self="92")).then_refused(Authority)


@pytest.mark.parametrize("score", ["100.01", "-1", "90.001", "9e1", 90, ""])
def test_a_score_lies_in_0_to_100_with_two_decimals(score: Any) -> None:
    given(open_month()).when(self_score(self=score)).then_refused(Invalid)


def test_a_self_score_is_given_once_and_not_after_publication() -> None:
    given(open_month(), self_score(self="92")).when(self_score(self="93")).then_refused(Already)
    given(*published()).when(self_score(self="93")).then_refused(State)


def test_only_a_deputys_year_has_parts() -> None:
    given(open_month()).when(self_score(self="92", part="Q1")).then_refused(Invalid)
    year = given(open_year())
    year.when(self_score("P-LD", self="92")).then_refused(Invalid)
    year.when(self_score("P-LD", self="92", part="Q5")).then_refused(Invalid)
    year.given(self_score("P-LD", self="92", part="Q1"), self_score("P-LD", self="91", part="Q2"))
    year.when(self_score("P-LD", self="90", part="Q1")).then_refused(Already)


def duty_list(version: str, effective: str, **weights: int) -> Line:
    usual = {"text": "班前检查", "metric": "次数", "target": "20", "period": "month", "basis": "责任制 §3"}
    items = [{"item": name, "weight": weight, **usual} for name, weight in weights.items()]
    return do("ApproveDutyList", "P-T1L", at("02-02"), person="P-A", version=version, effective=effective, items=items)


def test_the_items_of_a_self_score_are_those_of_the_duty_list_at_the_end_of_the_period() -> None:
    """[rule 31] Each once, none above its weight, and together the score."""
    lists = [duty_list("1", "2026-02-10", A1=60, A2=40), duty_list("2", "2026-03-01", B1=100)]
    story = given(*lists, open_month())

    def scored_by(self: str, **items: str) -> Line:
        return self_score(self=self, items=[{"item": name, "score": score} for name, score in items.items()])

    story.when(scored_by("93", A1="55", A2="37.99")).then_refused(Invalid)
    story.when(scored_by("93.01", A1="53", A2="40.01")).then_refused(Invalid)
    story.when(scored_by("90", B1="90")).then_refused(Invalid)
    story.when(self_score(self="60", items=[{"item": "A1", "score": "30"}] * 2)).then_refused(Invalid)
    story.when(scored_by("93", A1="55", A2="38")).then_facts("SelfScoreSubmitted")
    story.when(scored_by("90", B1="90")).then_refused(Already)


def test_without_a_duty_list_there_are_no_items() -> None:
    """[rule 31]"""
    given(open_month()).when(self_score(self="9", items=[{"item": "A1", "score": "9"}])).then_refused(Invalid)


def test_the_own_word_takes_the_place_of_one_that_another_gave() -> None:
    """[rule 59] Once, and not the other way round."""
    story = given(open_month(), self_score("P-T1L", self="60"))
    story.when(self_score("P-T1L", self="61")).then_refused(Already)
    story.given(self_score(self="92"))
    assert sheet(story).self_scores == {"": "92"}
    story.when(self_score(self="93")).then_refused(Already)
    story.when(self_score("P-T1L", self="60")).then_refused(Already)


# -- points -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("by", "accepted"), [("P-OFF", True), ("P-SO", True), ("P-W1D", False), ("P-T1L", False)])
def test_offices_take_points_off_a_month(by: str, accepted: bool) -> None:
    story = given(open_month(), self_score(self="92")).when(adjust(by))
    story.then_facts("ScoreAdjusted") if accepted else story.then_refused(Authority)


def test_the_workshop_takes_points_off_a_team_leader() -> None:
    story = given(open_leader(), self_score("P-T1L", self="92"))
    story.when(adjust("P-W1D")).then_facts("ScoreAdjusted")
    story.when(adjust("P-W2D")).then_refused(Authority)
    story.when(publish("P-W1D")).then_facts("AssessmentPublished")


def test_there_are_no_points_off_nothing_nor_off_what_is_published() -> None:
    given(open_month()).when(adjust()).then_refused(State)
    given(*published()).when(adjust()).then_refused(State)
    story = given(open_year(), self_score("P-LD", part="Q1", self="90"))
    story.when(adjust(part="Q2")).then_refused(State)
    story.when(adjust()).then_refused(Invalid)
    story.when(adjust(part="Q1")).then_facts("ScoreAdjusted")


def test_nobody_takes_points_off_himself() -> None:
    story = given(open_month("P-OFF", person="P-SO"), self_score("P-SO", self="95"))
    story.when(adjust("P-SO", evidence=[])).then_refused(Sod)


def test_points_need_evidence_a_reason_and_a_number() -> None:
    story = given(open_month(), self_score(self="92"))
    story.when(adjust(evidence=[])).then_refused(Evidence)
    without = adjust()
    del without["data"]["evidence"]
    story.when(without).then_refused(Evidence)
    story.when(adjust(reason_code="mood")).then_refused(Invalid)
    story.when(adjust(points="0")).then_refused(Invalid)
    story.when(adjust(points="-1")).then_refused(Invalid)


def test_bonus_points_are_given_only_where_policy_allows() -> None:
    story = given(open_month(), self_score(self="92"))
    story.when(adjust(bonus=True, evidence=[])).then_refused(Evidence)
    story.when(adjust(bonus=True)).then_refused(Locked)
    allowed = given(policy("score.allow_bonus", True), open_month(), self_score(self="92"))
    allowed.given(adjust(bonus=True, points="3"), adjust(points="0.5"), inspect(score="90"), publish())
    assert result(allowed) == ("94.5", "90", "92.25", "1")


def test_a_duty_score_never_falls_below_0() -> None:
    story = given(open_month(), self_score(self="92"), adjust(points="120"), inspect(score="90"), publish())
    assert result(story) == ("0", "90", "45", "0.45")


# -- the inspection score -------------------------------------------------------------------------------------------


def test_an_inspection_is_scored_outright_or_by_its_three_parts() -> None:
    assert sheet(given(open_month(), inspect(score="87.43"))).inspections == {"": "87.43"}
    fact = given(open_month()).when(inspect(quality="92", **FORM)).then_facts("InspectionScored").recorded[0]
    assert isinstance(fact, InspectionScored)
    assert (fact.I, fact.quality, fact.coverage, fact.frequency) == ("91.77", "92", "90", "92.86")


@pytest.mark.parametrize(
    "fields",
    [{}, {"score": "90", "quality": "90", **FORM}, {"score": "90", **FORM}, {"quality": "90"}, FORM],
)
def test_one_way_of_scoring_is_needed(fields: Any) -> None:
    given(open_month()).when(inspect(**fields)).then_refused(Invalid)


def element_list(cycle: str = "month", effective: str = "2026-02-02", **freq: int) -> Line:
    checked = [{"place": place, "specialty": "机电", "layer": "point", "item": "护罩"} for place in "甲乙"]
    usual: dict[str, Any] = {
        "person": "P-A",
        "version": effective,
        "effective": effective,
        "places": ["甲", "乙"],
        "items": checked,
    }
    return do("ApproveInspectionList", "P-W1D", at("02-02"), **usual, freq=freq, cycle=cycle)


def visit(number: int, moment: str, place: str, quality: str | None = None) -> Line:
    rated = {} if quality is None else {"quality": quality}
    checks = [{"item": "护罩", "result": "ok"}]
    return do("RecordInspection", "P-A", moment, inspection=f"IN-{number}", place=place, items=checks, **rated)


VISITS = (
    visit(1, at("02-03", "07:00"), "甲", "90"),
    visit(2, at("02-03", "09:00"), "丙", "80"),
    visit(3, at("02-04", "09:00"), "甲"),
)
"""Two morning shifts, one of two listed places, 85 of quality."""


def test_an_inspection_is_scored_from_what_is_recorded() -> None:
    """[rule 31] A shift counts once a day, a listed place once: 0.6 × 85 + 0.2 × 50 + 0.2 × 66.66…"""
    story = given(element_list(早=3), *VISITS, open_month()).when(inspect(from_facts=True))
    fact = story.then_facts("InspectionScored").recorded[0]
    assert isinstance(fact, InspectionScored)
    assert (fact.I, fact.quality, fact.coverage, fact.frequency) == ("74.33", "85", "50", "66.67")
    assert (fact.from_facts, fact.self_rated, fact.unrounded) == (True, True, "223/3")
    story.when(inspect(from_facts=True)).then_refused(Already)


def test_the_scorer_may_rate_the_quality_of_what_is_recorded() -> None:
    """[rule 89]"""
    fact = given(element_list(早=2), *VISITS, open_month()).when(inspect(from_facts=True, quality="60")).recorded[0]
    assert isinstance(fact, InspectionScored)
    assert (fact.I, fact.quality, fact.self_rated) == ("66", "60", False)
    unrated = given(element_list(早=2), visit(1, at("02-03"), "甲"), open_month())
    unrated.when(inspect(from_facts=True)).then_refused(NotReady)
    unrated.when(inspect(from_facts=True, quality="60")).then_facts("InspectionScored")


def test_without_a_list_or_a_quality_there_is_nothing_to_score_from() -> None:
    """[rule 31] The list is that of the month's last day."""
    given(*VISITS, open_month()).when(inspect(from_facts=True)).then_refused(NotReady)
    given(*VISITS, open_month()).when(inspect(from_facts=True, quality="60")).then_refused(NotReady)
    later = given(element_list(effective="2026-03-01", 早=2), *VISITS, open_month())
    later.when(inspect(from_facts=True)).then_refused(NotReady)
    given(element_list(早=2), open_month()).when(inspect(from_facts=True)).then_refused(NotReady)


@pytest.mark.parametrize("figures", [{"score": "90"}, FORM, {"places": FORM["places"]}, {"quality": "9", **FORM}])
def test_what_is_recorded_is_not_typed(figures: Any) -> None:
    """[rule 31] INVALID comes before NOT_READY."""
    given(open_month()).when(inspect(from_facts=True, **figures)).then_refused(Invalid)


def test_the_weights_are_a_policy() -> None:
    story = given(policy("inspection.weights", ["0.5", "0.3", "0.2"]), open_month(), inspect(quality="92", **FORM))
    assert sheet(story).inspections == {"": "91.57"}


def test_a_team_leader_is_not_inspected() -> None:
    given(open_leader()).when(inspect(score="90")).then_refused(Invalid)


def test_nobody_inspects_himself() -> None:
    given(open_month("P-OFF", person="P-SO")).when(inspect(score="90")).then_refused(Sod)


def test_an_inspection_is_scored_once_a_part_and_not_after_publication() -> None:
    given(open_month(), inspect(score="90")).when(inspect(score="91")).then_refused(Already)
    given(*published()).when(inspect(score="91")).then_refused(State)
    year = given(open_year(), inspect(part="01", score="90"))
    year.when(inspect(part="01", score="91")).then_refused(Already)
    year.when(inspect(part="13", score="91")).then_refused(Invalid)
    year.when(inspect(part="Q1", score="91")).then_refused(Invalid)
    year.when(inspect(score="91")).then_refused(Invalid)
    given(open_month()).when(inspect(score="91", part="01")).then_refused(Invalid)


@pytest.mark.parametrize("by", ["P-W1D", "P-T1L", "P-C1"])
def test_only_offices_score_inspections(by: str) -> None:
    given(open_month()).when(inspect(by, score="90")).then_refused(Authority)


def test_counts_are_whole_and_not_negative() -> None:
    bad = {**FORM, "places": {"required": 20, "visited": -1}}
    given(open_month()).when(inspect(quality="90", **bad)).then_refused(Invalid)


# -- publication ----------------------------------------------------------------------------------------------------


def test_publication_tells_scores_payout_and_the_window() -> None:
    story = given(*scored("92", "88"), adjust(points="1.5"))
    fact = story.when(publish()).then_facts("AssessmentPublished").recorded[0]
    assert isinstance(fact, AssessmentPublished)
    assert (fact.D, fact.I, fact.S, fact.payout) == ("90.5", "88", "89.25", "0.8925")
    assert (fact.formula, fact.window_until) == ("monthly/step90/rounded", "2026-03-04")


@pytest.mark.parametrize(
    ("own", "found", "score", "share"),
    [("90.00", "90", "90", "1"), ("90", "89.98", "89.99", "0.8999"), ("90.01", "89.98", "90", "1")],
)
def test_90_pays_in_full_and_the_rounded_score_meets_it(own: str, found: str, score: str, share: str) -> None:
    assert result(given(*published(own, found)))[2:] == (score, share)


def test_by_policy_the_exact_score_meets_the_threshold() -> None:
    exact = policy("score.round", {"digits": 2, "compare": "exact"})
    assert result(given(exact, *published("90.01", "89.98")))[2:] == ("90", "0.9")


def test_by_policy_a_month_pays_in_proportion() -> None:
    assert result(given(policy("payout.monthly", "linear"), *published("96", "95")))[2:] == ("95.5", "0.955")


def test_a_team_leaders_month_is_the_duty_score_alone() -> None:
    story = given(open_leader(), self_score("P-T1L", self="97"), adjust(points="7.5"), publish())
    assert result(story) == ("89.5", None, "89.5", "0.895")


def test_a_deputys_year_is_the_mean_of_what_was_served() -> None:
    assert result(given(*year_scored(), publish())) == ("92.5", "91.67", "92.09", "0.9209")
    stepped = given(policy("payout.deputy", "step90"), *year_scored(), publish())
    assert result(stepped)[3] == "1"


def test_the_means_of_a_year_are_not_rounded_before_the_end() -> None:
    parts = [("01", "90.01"), ("02", "90.01"), ("03", "90")]
    story = given(
        open_year(),
        self_score("P-LD", part="Q1", self="90.01"),
        *(inspect(part=part, score=score) for part, score in parts),
        publish(),
    )
    assert result(story)[:3] == ("90.01", "90.01", "90.01")


def test_deductions_of_a_quarter_touch_that_quarter_only() -> None:
    story = given(
        open_year(),
        self_score("P-LD", part="Q1", self="5"),
        self_score("P-LD", part="Q2", self="90"),
        adjust(part="Q1", points="10"),
        inspect(part="01", score="90"),
        publish(),
    )
    assert result(story)[0] == "45"


@pytest.mark.parametrize(
    "lines", [[open_month()], [open_month(), self_score(self="90")], [open_month(), inspect(score="9")]]
)
def test_what_lacks_a_part_is_not_published(lines: list[Line]) -> None:
    given(*lines).when(publish()).then_refused(NotReady)


def test_a_year_without_quarters_or_without_months_is_not_published() -> None:
    given(open_year(), self_score("P-LD", part="Q1", self="90")).when(publish()).then_refused(NotReady)
    given(open_year(), inspect(part="01", score="90")).when(publish()).then_refused(NotReady)


def test_a_sheet_is_published_once() -> None:
    given(*published()).when(publish()).then_refused(State)
    given(*final()).when(publish()).then_refused(State)


def test_a_window_needs_a_work_calendar() -> None:
    late = [line | {"at": "2028-01-03T10:00:00+08:00"} for line in scored(period="2027-12")]
    given(*late).when(publish() | {"at": "2028-01-03T11:00:00+08:00"}).then_refused(NoCalendar)


def test_only_the_office_publishes_a_month() -> None:
    given(*scored()).when(publish("P-W1D")).then_refused(Authority)


# -- objection, revision, final ---------------------------------------------------------------------------------------


def test_the_person_objects_once_while_it_is_published() -> None:
    given(*scored()).when(object_()).then_refused(State)
    given(*final()).when(object_()).then_refused(State)
    story = given(*published()).when(object_()).then_facts("AssessmentObjected")
    assert sheet(story).state == "objected"
    story.when(object_()).then_refused(Already)
    story.given(revise()).when(object_()).then_refused(Already)


def test_nobody_else_objects() -> None:
    given(*published()).when(object_("P-T1L")).then_refused(Authority)


def test_the_window_ends_at_midnight_after_its_last_day() -> None:
    given(*published()).when(object_(at=at("03-04", "23:59"))).then_facts("AssessmentObjected")
    given(*published()).when(object_(at=at("03-05", "00:00"))).then_refused(WindowClosed)


def test_a_revision_decides_a_half_anew_and_the_rest_follows() -> None:
    story = given(*published("90.75", "87.43"), object_()).when(revise(inspection="88.61"))
    fact = story.then_facts("AssessmentRevised").recorded[0]
    assert isinstance(fact, AssessmentRevised)
    assert (fact.D, fact.I, fact.S, fact.payout) == ("90.75", "88.61", "89.68", "0.8968")
    story.given(revise(duty="91.39"))
    assert result(story) == ("91.39", "88.61", "90", "1")


def test_a_revision_may_leave_everything_as_it_is() -> None:
    story = given(*published(), object_(), revise())
    assert (sheet(story).state, result(story)[2]) == ("published", "91")


def test_a_year_is_revised_as_a_whole() -> None:
    story = given(*year_scored(), publish(), revise(duty="90"))
    assert result(story)[:3] == ("90", "91.67", "90.84")


def test_a_revision_is_for_what_is_published_and_not_final() -> None:
    given(*scored()).when(revise(duty="90")).then_refused(State)
    given(*final()).when(revise(duty="90")).then_refused(State)


def own_sheet() -> list[Line]:
    return [
        open_month("P-OFF", person="P-SO"),
        self_score("P-SO", self="95"),
        inspect("P-OFF", score="90"),
        publish("P-OFF"),
    ]


def test_nobody_revises_or_finalises_himself() -> None:
    story = given(*own_sheet())
    story.when(revise("P-SO", duty="99")).then_refused(Sod)
    story.given(accept("P-SO"))
    story.when(finalize("P-SO")).then_refused(Sod)
    story.when(finalize("P-OFF")).then_facts("AssessmentFinalized")


def test_a_team_leader_has_no_inspection_to_revise() -> None:
    story = given(open_leader(), self_score("P-T1L", self="92"), publish())
    story.when(revise(inspection="90")).then_refused(Invalid)


def test_final_needs_publication_and_an_answer_to_the_objection() -> None:
    given(*scored()).when(finalize()).then_refused(State)
    story = given(*published(), object_())
    story.when(finalize()).then_refused(NotReady)
    story.given(revise()).when(finalize()).then_facts("AssessmentFinalized")
    story.when(finalize()).then_refused(State)


def test_a_revision_before_the_objection_does_not_answer_it() -> None:
    story = given(*published(), revise(duty="93") | {"at": at("03-02", "09:00")}, object_())
    story.when(finalize()).then_refused(NotReady)


def test_the_window_is_the_persons() -> None:
    """[rule 29] Nothing is final while the person may still object."""
    story = given(*published())
    story.when(finalize(at=at("03-04", "23:59"))).then_refused(NotReady)
    story.when(finalize(at=at("03-05", "00:00"))).then_facts("AssessmentFinalized")


def test_what_the_person_accepts_is_final_at_once_if_the_office_says_so() -> None:
    """[rule 29]"""
    given(*published(), accept()).when(finalize()).then_facts("AssessmentFinalized")


def test_whoever_has_accepted_objects_no_more() -> None:
    """[rule 29]"""
    given(*published(), accept()).when(object_(at=at("03-03"))).then_refused(WindowClosed)


def test_only_the_person_accepts_once_and_only_what_is_published() -> None:
    """[rule 29]"""
    given(*scored()).when(accept()).then_refused(State)
    given(*final()).when(accept()).then_refused(State)
    story = given(*published())
    for other in ("P-SO", "P-T1L", "P-W1D"):
        story.when(accept(other)).then_refused(Authority)
    story.given(accept()).when(accept()).then_refused(Already)


def test_acceptance_ends_an_objection() -> None:
    """[rule 29]"""
    story = given(*published(), object_(), accept())
    assert sheet(story).state == "published"
    story.when(finalize()).then_facts("AssessmentFinalized")


def test_a_revision_makes_an_acceptance_void() -> None:
    """[rule 29] The person has accepted other scores: he may object to these, and time runs for him again."""
    story = given(*published(), accept(at=at("03-02")), revise(inspection="80"))
    story.when(finalize()).then_refused(NotReady)
    story.when(object_(at=at("03-03", "12:00"))).then_facts("AssessmentObjected")
    story.when(finalize(at=at("03-05"))).then_refused(NotReady)
    again = given(*published(), accept(at=at("03-02")), revise(inspection="80"), accept(at=at("03-03", "10:30")))
    again.when(finalize()).then_facts("AssessmentFinalized")


def test_a_revision_after_an_acceptance_decides_no_objection() -> None:
    """[rule 29] An objection that the person gave up was not decided: lower scores wait for him once more."""
    story = given(*published(), object_(), accept(at=at("03-02", "12:00")), revise(inspection="80"))
    story.when(finalize()).then_refused(NotReady)
    story.when(finalize(at=at("03-05", "00:00"))).then_facts("AssessmentFinalized")


# -- the end was reversed (rule 86) ------------------------------------------------------------------------------------


def reopened(*before: Line) -> Story:
    """The sheet is published again; the window of its publication was over on 5 March."""
    story = given(*before)
    ended = sheet(story)
    story.ledger.states["assessment:AS-1"] = msgspec.structs.replace(ended, state="published", reopened=True)
    return story


def test_the_first_revision_after_a_reversed_end_starts_the_window_anew() -> None:
    """[rule 86] Nothing is final in it, and the objection may be raised again."""
    objected = (*published(), object_(), revise(), finalize())
    story = reopened(*objected).given(revise(at=at("03-10"), inspection="80"))
    assert sheet(story).window_until == "2026-03-13"
    story.when(finalize(at=at("03-13", "23:59"))).then_refused(NotReady)
    story.when(object_(at=at("03-13", "23:59"))).then_facts("AssessmentObjected")
    story.when(finalize(at=at("03-16"))).then_refused(NotReady)
    story.given(revise(at=at("03-16"))).when(finalize(at=at("03-16"))).then_facts("AssessmentFinalized")


def test_silence_in_the_new_window_ends_it_and_a_second_revision_begins_none() -> None:
    """[rule 86]"""
    again = revise(at=at("03-11"), inspection="85")
    story = reopened(*final()).given(revise(at=at("03-10"), inspection="80"), again)
    assert sheet(story).window_until == "2026-03-13"
    story.when(object_(at=at("03-14", "00:00"))).then_refused(WindowClosed)
    story.when(finalize(at=at("03-14", "00:00"))).then_facts("AssessmentFinalized")


def test_without_a_revision_no_window_begins() -> None:
    """[rule 86]"""
    story = reopened(*final())
    story.when(object_(at=at("03-10"))).then_refused(WindowClosed)
    story.when(finalize(at=at("03-10"))).then_facts("AssessmentFinalized")


def test_the_new_window_is_not_over_when_it_begins() -> None:
    """[rule 86] As in PublishAssessment (rule 55)."""
    late = revise(at=at("03-10")) | {"recorded_at": at("03-16")}
    reopened(*final()).when(late).then_refused(TooLate)
    reopened(*final()).when(revise(at="2027-12-30T10:00:00+08:00")).then_refused(NoCalendar)
    given(*published()).when(revise() | {"recorded_at": at("03-16")}).then_facts("AssessmentRevised")


def test_an_inspection_score_is_not_rounded_on_the_way_to_the_safety_score() -> None:
    """[rule 28] F-1 gives 89.985: S is (90.00 + 89.985) / 2 = 89.9925, not (90.00 + 89.99) / 2 = 89.995."""
    attended = {"早": 12, "中": 10, "夜": 10}
    form = {"places": {"required": 20, "visited": 20}, "freq": {"required": attended, "done": {**attended, "早": 11}}}
    story = given(open_month(), self_score(self="90"), inspect(quality="84.35", **form), publish())
    assert result(story) == ("90", "89.99", "89.99", "0.8999")
    story.given(revise(inspection="89.99"))
    assert result(story) == ("90", "89.99", "90", "1")


def test_the_months_of_a_year_are_not_rounded_before_their_mean() -> None:
    """[rule 28] Twice a third of the places and 33.37 are 33.3455… in the mean, with 33.33 shown for each."""
    third = {"quality": "0", "places": {"required": 3, "visited": 1}, "freq": {"required": {}, "done": {}}}
    weights = policy("inspection.weights", ["0", "1", "0"])
    story = given(weights, open_year(), self_score("P-LD", part="Q1", self="33.33"))
    story.given(*(inspect(part=part, **third) for part in ("01", "02")), inspect(part="03", score="33.37"), publish())
    assert sheet(story).inspections == {"01": "33.33", "02": "33.33", "03": "33.37"}
    assert result(story)[:2] == ("33.33", "33.35")


def test_only_offices_revise_and_finalise() -> None:
    story = given(open_leader(), self_score("P-T1L", self="92"), publish("P-W1D"))
    story.when(revise("P-W1D", duty="90")).then_refused(Authority)
    story.when(finalize("P-W1D")).then_refused(Authority)


def test_the_facts_of_a_sheet_stand_on_its_stream() -> None:
    story = given(*final())
    facts: list[Fact] = [one.fact for one in story.ledger.facts if one.fact.stream == "assessment-P-A-202602"]
    names = [type(fact).__name__ for fact in facts]
    assert names == [
        "AssessmentOpened",
        "SelfScoreSubmitted",
        "InspectionScored",
        "AssessmentPublished",
        "AssessmentAccepted",
        "AssessmentFinalized",
    ]
    assert all(fact.posting_period is None for fact in facts)


def test_an_office_of_another_unit_has_no_say() -> None:
    moved = do("AssignPerson", "P-HR", person="P-X1", unit="U2", role="office", since="2026-01-01", home=False)
    given(moved, *scored()).when(stamped(publish("P-X1"))).then_refused(Authority)


def test_blank_evidence_is_none() -> None:
    given(open_month(), self_score(self="92")).when(adjust(evidence=["  "])).then_refused(Evidence)
