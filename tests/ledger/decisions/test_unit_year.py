"""A unit's year: quarters, grade, veto, control quotas, bonus, equal force (F-7, F-8, F-10; contract §2.11)."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from ledger.errors import (
    Already,
    Authority,
    Budget,
    Duplicate,
    Future,
    Invalid,
    NotEligible,
    NotReady,
    Reversal,
    Sod,
    State,
    WrongCentre,
)
from ledger.facts.unit_year import BonusEligibilityRevoked, GradeAssigned
from ledger.state.unit_year import UnitYear
from tests.spec import Line, Story, do, given, when

GROUP = ["P-G1", "P-G2"]
AT = "2026-01-20T10:00:00+08:00"
scored = partial(do, "ScoreUnitYear", by="P-G1", at=AT, unit="W1", year="2025")
trigger = partial(do, "TriggerVeto", by="P-G1", at=AT, unit="W1", year="2025", indicator="成本超支", reason="超支")
lift = partial(
    do, "LiftVeto", by="P-G1", at=AT, unit="W1", year="2025", indicator="成本超支", reason="复核", approvals=GROUP
)
quota = partial(do, "SetControlQuota", by="P-SO", at=AT, unit="W1", indicator="工伤", year="2026")
incident = partial(do, "CountIncident", by="P-SO", at=AT, unit="W1", indicator="工伤", doc="E-1")
revoke = partial(do, "RevokeBonusEligibility", by="P-G1", at=AT, year="2026", reason="失职", approvals=GROUP)
award = partial(do, "AwardBonus", by="P-G1", at=AT)
annual = partial(award, unit="W1", kind="annual", period="2025")
GROUP = ["P-G1", "P-G2"]
to_person = partial(
    award, person="P-WX", kind="quota", period="2026", amount="300.00", indicator="工伤", approvals=GROUP
)
penalty = partial(do, "ConfirmEqualForcePenalty", by="P-G1", at=AT, unit="W1", year="2025")


def quarter(name: str = "Q1", score: str = "90", unit: str = "W1", by: str = "P-SO", **data: Any) -> Line:
    return do("ScoreUnitQuarter", by, AT, unit=unit, quarter=f"2025-{name}", score=score, **data)


def quarters(*scores: str, unit: str = "W1") -> list[Line]:
    return [quarter(f"Q{number}", score, unit) for number, score in enumerate(scores, 1)]


def graded(result: str, unit: str = "W1") -> Story:
    """A year whose four quarters and annual result are the same, and so is its score."""
    return given(*quarters(*[result] * 4, unit=unit), scored(unit=unit, annual=result))


def year_of(story: Story, unit: str = "W1", year: str = "2025") -> UnitYear:
    found = story.ledger.lookup(f"year:{unit}/{year}")
    assert isinstance(found, UnitYear)
    return found


# -- quarters -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("by", ["P-G1", "P-SO"])
def test_leading_group_and_safety_office_score_a_quarter_with_its_areas(by: str) -> None:
    story = when(quarter(by=by, parts={"质量": "91.50", "安全": "90"})).then_facts("UnitQuarterScored")
    fact: Any = story.recorded[0]
    assert (fact.stream, fact.score) == ("assessment-W1-2025", "90")
    assert [(part.name, part.score) for part in fact.parts] == [("安全", "90"), ("质量", "91.5")]


@pytest.mark.parametrize("by", ["P-U1H", "P-OFF", "SYSTEM"])
def test_others_do_not_score_a_quarter(by: str) -> None:
    when(quarter(by=by)).then_refused(Authority)


def test_a_quarter_is_scored_once_per_unit() -> None:
    story = given(quarter())
    story.when(quarter(score="95")).then_refused(Duplicate)
    story.when(quarter(unit="W2")).then_facts("UnitQuarterScored")
    story.when(quarter("Q2")).then_facts("UnitQuarterScored")


@pytest.mark.parametrize("name", ["Q0", "Q5", "01", ""])
def test_a_quarter_is_one_of_four(name: str) -> None:
    when(quarter(name)).then_refused(Invalid)


@pytest.mark.parametrize("score", ["100.01", "-1", "90.555", 90])
def test_a_score_lies_between_0_and_100(score: Any) -> None:
    when(quarter(score=score)).then_refused(Invalid)


# -- the year -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("scores", "result", "score", "grade"),
    [
        (("92", "88.5", "95", "90.5"), "96", "94.65", "二级"),
        (("94", "95", "95", "95"), "95.10", "95", "一级"),
        (("90", "90", "90", "90"), "90", "90", "二级"),
        (("89.99", "89.99", "89.99", "89.99"), "89.99", "89.99", "三级"),
        (("85", "85", "85", "85"), "85", "85", "三级"),
        (("84", "86", "85", "85"), "84.99", "84.99", "不合格"),
        (("100", "100", "100", "100"), "100", "100", "一级"),
        (("0", "0", "0", "0"), "0", "0", "不合格"),
        (("94.98", "95", "95", "95"), "95", "95", "一级"),
    ],
)
def test_a_year_is_three_tenths_quarters_and_seven_tenths_annual(
    scores: tuple[str, ...], result: str, score: str, grade: str
) -> None:
    story = given(*quarters(*scores)).when(scored(annual=result)).then_facts("UnitAnnualScored", "GradeAssigned")
    assert (year_of(story).score, year_of(story).grade) == (score, grade)


def test_fewer_quarters_are_divided_by_those_scored_if_it_is_approved() -> None:
    story = given(*quarters("91", "93", "95"))
    story.when(scored(annual="94.33")).then_refused(NotReady)
    story.when(scored(annual="94.33", approvals=["P-G1"])).then_refused(Authority)
    story.when(scored(annual="94.33", approvals=GROUP)).then_facts("UnitAnnualScored", "GradeAssigned")
    assert (year_of(story).score, year_of(story).grade) == ("93.93", "二级")


def test_thirds_are_rounded_once_and_lose_nothing_on_the_way() -> None:
    """94 ÷ 3 × 0.30 is 9.4 exactly; with 0.15 × 0.70 the half is there and rounds up."""
    story = given(*quarters("31", "31", "32")).when(scored(annual="0.15", approvals=GROUP))
    story.then_facts("UnitAnnualScored", "GradeAssigned")
    assert year_of(story).score == "9.51"


def half(name: str = "H1", score: str = "84", unit: str = "W1", by: str = "P-G1") -> Line:
    return do("ScoreUnitHalf", by, AT, unit=unit, half=f"2025-{name}", score=score)


def test_a_half_is_scored_once_per_unit() -> None:
    """[rule 35]"""
    story = when(half()).then_facts("UnitHalfScored")
    fact: Any = story.recorded[0]
    assert (fact.stream, fact.half, fact.score) == ("assessment-W1-2025", "2025-H1", "84")
    story.when(half(score="90")).then_refused(Duplicate)
    story.when(half(unit="W2")).then_facts("UnitHalfScored")
    story.when(half("H2")).then_facts("UnitHalfScored")


@pytest.mark.parametrize("by", ["P-SO", "P-OFF", "P-U1H", "SYSTEM"])
def test_only_the_leading_group_scores_a_half(by: str) -> None:
    when(half(by=by)).then_refused(Authority)


@pytest.mark.parametrize("name", ["H0", "H3", "Q1", "01", ""])
def test_a_half_is_one_of_two(name: str) -> None:
    when(half(name)).then_refused(Invalid)


def test_an_annual_result_that_is_left_out_is_the_mean_of_both_halves() -> None:
    """[rule 35] 83.005 is rounded half-up, once; the year goes on with 83.01."""
    story = given(*quarters(*["80"] * 4), half(score="84")).when(scored()).then_refused(NotReady)
    story.given(half("H2", "82.01")).when(scored()).then_facts("UnitAnnualScored", "GradeAssigned")
    year = year_of(story)
    assert (year.annual, year.score, year.grade) == ("83.01", "82.11", "不合格")


def test_an_annual_result_that_is_given_asks_for_no_halves_and_wins() -> None:
    given(*quarters(*["90"] * 4)).when(scored()).then_refused(NotReady)
    story = given(*quarters(*["90"] * 4), half(score="10"), half("H2", "10")).when(scored(annual="90"))
    story.then_facts("UnitAnnualScored", "GradeAssigned")
    assert year_of(story).score == "90"
    story.when(scored()).then_refused(Duplicate)


def test_halves_do_not_stand_for_quarters() -> None:
    story = given(half(), half("H2"), quarter())
    story.when(scored()).then_refused(NotReady)
    story.when(scored(approvals=GROUP)).then_facts("UnitAnnualScored", "GradeAssigned")


def test_a_year_without_any_quarter_is_not_scored() -> None:
    when(scored(annual="90", approvals=GROUP)).then_refused(NotReady)


def test_a_year_is_scored_once_by_the_leading_group() -> None:
    story = graded("90")
    story.when(scored(annual="95")).then_refused(Duplicate)
    given(*quarters("90", "90", "90", "90")).when(scored(by="P-SO", annual="90")).then_refused(Authority)


def test_grades_follow_the_published_bounds() -> None:
    bounds = do(
        "PublishPolicy",
        "P-SO",
        AT,
        key="grade.bounds",
        value=["96", "92", "80"],
        effective="2026-01-20",
        legal_basis="办法",
    )
    story = given(bounds, *quarters(*["91"] * 4)).when(scored(annual="91"))
    story.then_facts("UnitAnnualScored", "GradeAssigned")
    assert year_of(story).grade == "三级"


# -- veto -----------------------------------------------------------------------------------------------------------


def test_a_veto_fails_the_year_and_the_score_still_shows() -> None:
    story = graded("97").when(trigger()).then_facts("VetoTriggered", "GradeAssigned")
    assert (year_of(story).score, year_of(story).grade, year_of(story).vetoes) == ("97", "不合格", ("成本超支",))


def test_a_veto_before_the_score_counts_when_it_comes() -> None:
    story = given(trigger(), *quarters(*["97"] * 4)).when(scored(annual="97"))
    story.then_facts("UnitAnnualScored", "GradeAssigned")
    assert year_of(story).failed


def test_a_veto_stands_once_per_indicator_and_year() -> None:
    story = given(trigger())
    story.when(trigger()).then_refused(Already)
    story.when(trigger(indicator="安全目标")).then_facts("VetoTriggered")
    story.when(trigger(year="2026")).then_facts("VetoTriggered")
    story.when(trigger(unit="W2")).then_facts("VetoTriggered")


def test_only_the_leading_group_vetoes_and_lifts() -> None:
    when(trigger(by="P-SO")).then_refused(Authority)
    given(trigger()).when(lift(by="P-SO")).then_refused(Authority)


def test_a_lifted_veto_gives_the_grade_back_unless_another_stands() -> None:
    story = graded("97").given(trigger(), trigger(indicator="安全目标"))
    story.when(lift()).then_facts("VetoLifted", "GradeAssigned")
    assert year_of(story).grade == "不合格"
    story.when(lift(indicator="安全目标")).then_facts("VetoLifted", "GradeAssigned")
    assert (year_of(story).grade, year_of(story).vetoes) == ("一级", ())
    story.when(trigger()).then_facts("VetoTriggered", "GradeAssigned")


def test_what_does_not_stand_is_not_lifted_and_lifting_needs_approvals() -> None:
    story = given(trigger())
    story.when(lift(indicator="别的")).then_refused(State)
    story.when(lift(approvals=[])).then_refused(Authority)
    story.when(lift(approvals=["P-G1", "P-G1"])).then_refused(Authority)
    story.when(lift(indicator="别的", approvals=["P-G1"])).then_refused(Authority)
    story.when(lift()).then_facts("VetoLifted")


# -- control quotas -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("by", ["P-SO", "P-G2"])
def test_quarters_of_a_quota_add_up_to_it(by: str) -> None:
    when(quota(by=by, quota=5, quarters={"Q1": 2, "Q4": 3})).then_facts("ControlQuotaSet")
    when(quota(by=by, quota=5, quarters={"Q1": 2, "Q4": 2})).then_refused(Invalid)
    when(quota(by=by, quota=0)).then_facts("ControlQuotaSet")


@pytest.mark.parametrize("wrong", [{"quota": -1}, {"quota": "5"}, {"quota": 5, "quarters": {"Q5": 5}}])
def test_a_quota_is_a_whole_number_by_quarters(wrong: dict[str, Any]) -> None:
    when(quota(**wrong)).then_refused(Invalid)


def test_others_do_not_set_quotas() -> None:
    when(quota(by="P-OFF", quota=5)).then_refused(Authority)


def test_a_quota_is_changed_until_something_is_counted() -> None:
    story = given(quota(quota=5)).given(quota(quota=6), incident(count=1))
    story.when(quota(quota=7, quarters={"Q1": 1})).then_refused(Already)
    story.when(quota(quota=7, year="2027")).then_facts("ControlQuotaSet")
    assert year_of(story, year="2026").quotas["工伤"].quota == 6


@pytest.mark.parametrize("by", ["P-SO", "P-OFF", "SYSTEM"])
def test_offices_and_imports_count_incidents(by: str) -> None:
    given(quota(quota=5)).when(incident(by=by, count=5)).then_facts("IncidentCounted")


def test_others_do_not_count_incidents() -> None:
    given(quota(quota=5)).when(incident(by="P-G1", count=1)).then_refused(Authority)


def test_an_incident_counts_once_per_paper_of_the_unit_and_against_a_quota() -> None:
    story = given(quota(quota=5), quota(unit="W2", quota=5), incident(count=1))
    story.when(incident(count=1)).then_refused(Duplicate)
    story.when(incident(indicator="别的", count=1)).then_refused(Duplicate)
    story.when(incident(unit="W2", count=1)).then_facts("IncidentCounted")
    story.when(incident(indicator="别的", count=1, doc="E-2")).then_refused(State)
    story.when(incident(unit="W3", count=1)).then_refused(State)
    story.when(incident(count=1, doc="E-2", occurred="2025-12-31")).then_refused(State)
    story.when(incident(count=1, doc="E-2", occurred="2026-01-21")).then_refused(Future)


def test_over_the_year_the_unit_loses_the_bonus_once() -> None:
    story = given(quota(quota=2)).when(incident(count=2)).then_facts("IncidentCounted")
    story.when(incident(count=1, doc="E-2")).then_facts("IncidentCounted", "BonusEligibilityRevoked")
    revoked = story.recorded[1]
    assert isinstance(revoked, BonusEligibilityRevoked)
    assert (revoked.scope, revoked.unit, revoked.indicator) == ("unit", "W1", "工伤")
    story.when(incident(count=1, doc="E-3")).then_facts("IncidentCounted")
    assert year_of(story, year="2026").quotas["工伤"].count == 4


def test_over_a_quarter_is_over_too() -> None:
    story = given(quota(quota=5, quarters={"Q1": 1, "Q2": 4}))
    story.when(incident(count=2)).then_facts("IncidentCounted", "BonusEligibilityRevoked")
    story.when(
        do("CountIncident", "P-SO", "2026-05-02T10:00:00+08:00", unit="W1", indicator="工伤", count=3, doc="E-2")
    )
    story.then_facts("IncidentCounted")
    story.when(
        do("CountIncident", "P-SO", "2026-05-02T10:00:00+08:00", unit="W1", indicator="工伤", count=1, doc="E-3")
    )
    story.then_facts("IncidentCounted")


of_person = {"person": "P-WX", "indicator": "三违"}
his_quota = partial(do, "SetControlQuota", by="P-SO", at=AT, year="2026", **of_person)
his_incident = partial(do, "CountIncident", by="P-SO", at=AT, doc="E-1", **of_person)


def test_a_quota_is_of_a_unit_or_a_person() -> None:
    """[rule 33]"""
    neither: dict[str, Any] = {"indicator": "工伤", "year": "2026", "quota": 1}
    counted: dict[str, Any] = {"indicator": "工伤", "count": 1, "doc": "E-1"}
    when(do("SetControlQuota", "P-SO", AT, **neither)).then_refused(Invalid)
    when(his_quota(unit="W1", quota=1)).then_refused(Invalid)
    story = given(quota(quota=5), his_quota(quota=5))
    story.when(do("CountIncident", "P-SO", AT, **counted)).then_refused(Invalid)
    story.when(his_incident(unit="W1", count=1)).then_refused(Invalid)


def test_a_persons_quota_stands_on_his_stream_once_something_is_counted() -> None:
    """[rule 33]"""
    story = given(his_quota(quota=5)).when(his_quota(quota=3, quarters={"Q1": 1, "Q2": 2}))
    story.then_facts("ControlQuotaSet")
    assert story.recorded[0].stream == "person-P-WX"
    story.when(his_quota(quota=3, quarters={"Q1": 1})).then_refused(Invalid)
    story.when(his_incident(count=1)).then_facts("IncidentCounted")
    assert story.recorded[0].stream == "person-P-WX"
    story.when(his_quota(quota=3, quarters={"Q1": 1})).then_refused(Already)
    story.when(quota(quota=3, indicator="三违")).then_facts("ControlQuotaSet")


def test_a_persons_incident_counts_once_per_paper_and_against_his_quota() -> None:
    """[rule 33]"""
    story = given(his_quota(quota=5), quota(quota=5, indicator="三违"), his_incident(count=1))
    story.when(his_incident(count=1)).then_refused(Duplicate)
    story.when(incident(indicator="三违", count=1)).then_facts("IncidentCounted")
    story.when(his_incident(person="P-WY", count=1)).then_refused(State)
    story.when(his_incident(count=1, doc="E-2", indicator="别的")).then_refused(State)


def test_over_his_quota_the_person_loses_the_bonus_once() -> None:
    """[rule 33]"""
    story = given(his_quota(quota=2, quarters={"Q1": 1, "Q2": 1}), his_incident(count=1))
    story.when(his_incident(count=1, doc="E-2")).then_facts("IncidentCounted", "BonusEligibilityRevoked")
    revoked = story.recorded[1]
    assert isinstance(revoked, BonusEligibilityRevoked)
    assert (revoked.scope, revoked.person, revoked.unit, revoked.stream) == ("person", "P-WX", None, "person-P-WX")
    story.when(his_incident(count=1, doc="E-3")).then_facts("IncidentCounted")
    story.when(revoke(**of_person)).then_refused(Already)
    story.when(to_person(indicator="三违")).then_refused(NotEligible)
    story.when(to_person(person="P-WY", indicator="三违")).then_facts("BonusAwarded")


def test_a_heads_quota_is_set_and_counted_from_above() -> None:
    """[rules 3, 33]"""
    held = do("AssignPerson", "P-HR", AT, person="P-A", unit="W1", role="safety_office", since="2026-01-01")
    story = given(held, his_quota(person="P-W1D", quota=5))
    story.given(do("AssignPerson", "P-HR", AT, person="P-W1D", unit="W1", role="workshop_head", since="2026-01-01"))
    story.when(his_quota(by="P-A", person="P-W1D", quota=9)).then_refused(Authority)
    story.when(his_incident(by="P-A", person="P-W1D", count=1)).then_refused(Authority)
    story.when(his_incident(by="P-SO", person="P-W1D", count=1)).then_facts("IncidentCounted")


def test_an_incident_is_at_least_one() -> None:
    """[rule 53]"""
    given(quota(quota=5)).when(incident(count=0)).then_refused(Invalid)


# -- eligibility ----------------------------------------------------------------------------------------------------


def test_a_revocation_is_of_a_unit_or_a_person() -> None:
    when(revoke()).then_refused(Invalid)
    when(revoke(unit="W1", person="P-S1")).then_refused(Invalid)
    when(revoke(unit="W1")).then_facts("BonusEligibilityRevoked")
    when(revoke(person="P-S1")).then_facts("BonusEligibilityRevoked")
    when(revoke(person="P-S1", approvals=["P-G1"])).then_refused(Authority)
    when(revoke(approvals=["P-G1"])).then_refused(Authority)
    when(revoke(by="P-SO", person="P-S1")).then_refused(Authority)


def test_eligibility_is_revoked_once_per_party_year_and_indicator() -> None:
    story = given(revoke(person="P-S1"), revoke(unit="W1", indicator="工伤"))
    story.when(revoke(person="P-S1")).then_refused(Already)
    story.when(revoke(unit="W1", indicator="工伤")).then_refused(Already)
    story.when(revoke(person="P-S1", year="2027")).then_facts("BonusEligibilityRevoked")
    story.when(revoke(person="P-S1", indicator="工伤")).then_facts("BonusEligibilityRevoked")
    story.when(revoke(unit="W1", indicator="三违")).then_facts("BonusEligibilityRevoked")


def test_a_revoked_indicator_bars_its_own_bonus_and_one_without_indicator() -> None:
    story = given(revoke(person="P-WX", indicator="工伤"))
    story.when(to_person()).then_refused(NotEligible)
    bare = award(person="P-WX", kind="quota", period="2026", amount="300.00", approvals=GROUP)
    story.when(bare).then_refused(NotEligible)
    story.when(to_person(indicator="三违")).then_facts("BonusAwarded")
    story.when(to_person(period="2027")).then_facts("BonusAwarded")
    given(revoke(person="P-WX")).when(to_person(indicator="三违")).then_refused(NotEligible)


def test_the_home_units_revocation_bars_its_persons_and_itself() -> None:
    story = given(revoke(unit="W1", indicator="工伤"))
    story.when(to_person()).then_refused(NotEligible)
    story.when(to_person(person="P-WY")).then_facts("BonusAwarded")
    own: dict[str, Any] = {"unit": "W1", "kind": "quota", "period": "2026", "amount": "1.00", "indicator": "工伤"}
    story.when(award(**own, approvals=GROUP)).then_refused(NotEligible)


# -- bonus ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("approvals", [None, ["P-G1"], ["P-G1", "P-A"]])
def test_a_bonus_outside_of_the_table_is_the_leading_groups(approvals: list[str] | None) -> None:
    """[rule 5]"""
    given_by_one = to_person(approvals=approvals)
    if approvals is None:
        del given_by_one["data"]["approvals"]
    when(given_by_one).then_refused(Authority)


def test_nobody_gives_a_bonus_to_himself_or_to_his_own_unit() -> None:
    """[rule 5]"""
    when(to_person(person="P-G1")).then_refused(Sod)
    when(to_person(person="P-G2")).then_refused(Sod)
    quarterly = partial(award, kind="quarter", period="2026-Q1", amount="1.00", approvals=GROUP)
    when(quarterly(by="P-H0", unit="HQ")).then_refused(Sod)
    when(quarterly(by="P-H0", unit="W1")).then_facts("BonusAwarded")


def test_bonuses_of_units_and_persons_count_in_the_wage_total() -> None:
    """[rule 20]"""
    limit = do("SetWageIndicator", "P-G1", AT, unit="U1", year="2026", source="bonus", amount="500.00", doc="ZB")
    story = given(limit, to_person())
    quarterly = partial(award, unit="W2", kind="quarter", period="2026-Q1", approvals=GROUP)
    story.when(quarterly(amount="200.01")).then_refused(Budget)
    story.when(quarterly(amount="200.00")).then_facts("BonusAwarded")


@pytest.mark.parametrize(("result", "amount"), [("97", "20000.00"), ("92", "18000.00"), ("87", "16000.00")])
def test_a_units_annual_bonus_is_that_of_its_grade(result: str, amount: str) -> None:
    graded(result).when(annual()).then_facts("BonusAwarded").then_balances(
        {"POOL_WAGE:W1": amount, "SRC_BONUS:HQ": f"-{amount}"}
    )


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "annual", "period": "2025"},
        {"kind": "annual", "period": "2025", "unit": "W1", "person": "P-WX"},
        {"kind": "annual", "period": "2025-Q1", "unit": "W1"},
        {"kind": "annual", "period": "2025", "unit": "W1", "amount": "1.00"},
        {"kind": "annual", "period": "2025", "person": "P-WX"},
        {"kind": "quarter", "period": "2025", "unit": "W1", "amount": "1.00"},
        {"kind": "quarter", "period": "2025-Q1", "unit": "W1"},
        {"kind": "quota", "period": "2025", "person": "P-WX"},
        {"kind": "quota", "period": "2025-07", "person": "P-WX", "amount": "1.00"},
        {"kind": "gift", "period": "2025", "person": "P-WX", "amount": "1.00"},
    ],
)
def test_the_fields_of_a_bonus_go_together(wrong: dict[str, Any]) -> None:
    graded("97").when(award(**wrong, approvals=GROUP)).then_refused(Invalid)


def test_a_bonus_is_awarded_by_the_leading_group_or_the_roots_head() -> None:
    story = graded("97")
    story.when(annual(by="P-H1")).then_refused(WrongCentre)
    story.when(annual(by="P-SO")).then_refused(Authority)
    story.when(annual(by="P-H0")).then_facts("BonusAwarded")


def test_an_annual_bonus_waits_for_the_grade_and_a_failed_year_has_none() -> None:
    when(annual()).then_refused(NotReady)
    graded("80").when(annual()).then_refused(NotEligible)
    graded("97").given(trigger()).when(annual()).then_refused(NotEligible)


def test_a_persons_annual_bonus_asks_for_the_grade_of_the_home_unit() -> None:
    mine = award(person="P-WX", kind="annual", period="2025", amount="500.00", approvals=GROUP)
    when(mine).then_refused(NotReady)
    graded("80").when(mine).then_refused(NotEligible)
    graded("90").when(mine).then_facts("BonusAwarded").then_balances({"PAY_BONUS:P-WX": "500.00"})


def test_a_grade_outside_of_the_table_has_no_bonus() -> None:
    table = do(
        "PublishPolicy",
        "P-SO",
        AT,
        key="bonus.table",
        value={"base": "20000.00", "rates": {"一级": "1.00"}},
        effective="2026-01-20",
        legal_basis="办法",
    )
    graded("92").given(table).when(annual()).then_refused(NotEligible)
    graded("97").given(table).when(annual()).then_facts("BonusAwarded")


def test_a_bonus_is_awarded_once_per_party_kind_period_and_indicator() -> None:
    story = given(to_person())
    story.when(to_person(amount="1.00")).then_refused(Duplicate)
    story.when(to_person(indicator="三违")).then_facts("BonusAwarded")
    story.when(to_person(period="2026-Q1")).then_facts("BonusAwarded")
    story.when(to_person(kind="quarter", period="2026-Q1")).then_facts("BonusAwarded")
    story.when(to_person(person="P-S1")).then_facts("BonusAwarded")


def test_a_stronger_veto_bars_every_bonus_of_the_year() -> None:
    stronger = do(
        "PublishPolicy",
        "P-SO",
        AT,
        key="veto.effect",
        value="grade+bonus",
        effective="2026-01-20",
        legal_basis="办法",
    )
    story = given(trigger(year="2026"))
    story.when(to_person()).then_facts("BonusAwarded")
    story.given(stronger).when(to_person(indicator="三违")).then_refused(NotEligible)


def test_a_reversed_bonus_may_be_awarded_again() -> None:
    story = given(to_person(known_as="b-1"))
    reverse = do("ReverseEntry", "P-C1", AT, of="b-1", reason="错", approved_by="P-H1")
    story.when(reverse).then_facts("EntryReversed").then_balances({"PAY_BONUS:P-WX": "0.00", "SRC_BONUS:HQ": "0.00"})
    story.when(reverse).then_refused(Reversal)
    story.when(to_person()).then_facts("BonusAwarded")


# -- equal force ----------------------------------------------------------------------------------------------------


def opened(amount: str) -> Line:
    return do("OpenBalances", at=AT, as_of="2026-01-20", balances={"POOL_WAGE:W1": amount})


@pytest.mark.parametrize(
    ("pool", "left", "due"),
    [("30000.00", "10000.00", "0.00"), ("12000.00", "0.00", "-8000.00"), ("0.00", "0.00", "-20000.00")],
)
def test_a_failed_year_costs_the_full_reward_whatever_the_pool_holds(pool: str, left: str, due: str) -> None:
    story = graded("80").given(opened(pool)).when(penalty()).then_facts("EqualForcePenaltyConfirmed")
    story.then_balances({"POOL_WAGE:W1": left, "DUE_UNIT:W1": due, "FUND_SAFETY:HQ": "20000.00"})
    assert story.ledger.states["unit-HQ"].spendable == 2_000_000 + int(due.replace(".", ""))


def test_equal_force_asks_for_a_failed_grade_once() -> None:
    when(penalty()).then_refused(NotReady)
    graded("90").when(penalty()).then_refused(State)
    story = graded("80").given(penalty())
    story.when(penalty()).then_refused(Duplicate)
    graded("80").when(penalty(by="P-SO")).then_refused(Authority)


def test_equal_force_is_the_base_times_the_policys_factor() -> None:
    half = do(
        "PublishPolicy",
        "P-SO",
        AT,
        key="equal_force.base",
        value="0.333333",
        effective="2026-01-20",
        legal_basis="办法",
    )
    story = graded("80").given(opened("30000.00"), half).when(penalty()).then_facts("EqualForcePenaltyConfirmed")
    story.then_balances({"FUND_SAFETY:HQ": "6666.66"})


def test_money_that_comes_later_pays_the_equal_force_first() -> None:
    story = graded("80").given(opened("5000.00"), penalty())
    wages = do("CreditQuotaWage", "P-C1", AT, unit="W1", amount="1000.00", source_doc="D-1")
    story.when(wages).then_facts("QuotaWageCredited", "UnitDueRecovered")
    story.then_balances({"POOL_WAGE:W1": "0.00", "DUE_UNIT:W1": "-14000.00"})
    assert story.ledger.states["unit-HQ"].spendable == 6_000_00


def test_a_grade_says_which_vetoes_stood() -> None:
    story = graded("97").when(trigger()).then_facts("VetoTriggered", "GradeAssigned")
    grade = story.recorded[1]
    assert isinstance(grade, GradeAssigned)
    assert (grade.veto, grade.stream) == (("成本超支",), "assessment-W1-2025")
