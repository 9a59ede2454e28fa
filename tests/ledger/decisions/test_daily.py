"""A team leader's day: the score, and the quota wage tied to it (contract §2.9; P3, F-6)."""

from __future__ import annotations

from typing import Any

import pytest

from ledger.errors import (
    Authority,
    Duplicate,
    Future,
    Insufficient,
    Invalid,
    NotReady,
    Sod,
    State,
    TooLate,
    WrongCentre,
)
from ledger.facts.daily import DailyQuotaWageAccrued
from tests.ledger.decisions.sheets import at, step
from tests.spec import Line, Story, do, given, stamped, when

DAY = "2026-02-03"
EVENING = at("02-03", "15:00")
score = step("RecordDailyScore", "P-W1D", EVENING, person="P-T1L", unit="T1", day=DAY, score="90")
wage = step("AccrueDailyWage", "P-C1", at("02-04", "09:00"), person="P-T1L", unit="T1", day=DAY, quota_wage="210.00")
credit = do("CreditQuotaWage", "P-C1", at("02-02"), unit="T1", amount="1000.00", source_doc="C-1")


def scored(points: str = "90") -> Story:
    return given(credit, score(score=points))


def test_the_workshop_scores_the_day_on_the_months_sheet() -> None:
    story = when(score(score="89.90")).then_facts("DailyScoreRecorded")
    assert story.recorded[0].stream == "assessment-P-T1L-202602"
    assert story.ledger.states[f"daily-score:P-T1L/{DAY}"].score == "89.9"


@pytest.mark.parametrize("by", ["P-T1L", "P-W2D", "P-U1D", "P-SO", "P-C1", "SYSTEM"])
def test_only_the_heads_of_the_teams_workshop_score(by: str) -> None:
    when(score(by)).then_refused(Authority)


def test_a_workshop_head_scores_too_and_a_unit_without_workshop_has_its_own() -> None:
    head = do("AssignPerson", "P-HR", person="P-B", unit="W1", role="workshop_head", since="2026-01-01", home=False)
    given(head).when(score("P-B")).then_facts("DailyScoreRecorded")
    when(score(unit="W1")).then_facts("DailyScoreRecorded")


def test_nobody_scores_the_own_day() -> None:
    when(score(person="P-W1D")).then_refused(Sod)


def test_only_who_works_in_the_workshop_that_day_is_scored() -> None:
    """[rule 59]"""
    when(score("P-W2D", unit="T4")).then_refused(Invalid)
    when(score("P-W2D", person="P-W2D", unit="T4")).then_refused(Sod)

    def rostered(by: str, unit: str, day: str = DAY) -> Line:
        line = {"person": "P-T1L", "day": day, "shift": "早"}
        return do("PublishRoster", by, at("02-02"), unit=unit, shifts=[line])

    given(rostered("P-T4L", "T4", "2026-02-04")).when(score("P-W2D", unit="T4")).then_refused(Invalid)
    lent = given(rostered("P-T4L", "T4"))
    lent.when(score("P-W2D", unit="T4")).then_facts("DailyScoreRecorded")
    given(rostered("P-T4L", "T4"), rostered("P-T1L", "T1")).when(score("P-W2D", unit="T4")).then_refused(Invalid)
    given(rostered("P-T1L", "T1")).when(score(unit="T2")).then_facts("DailyScoreRecorded")


def test_a_day_is_scored_once_and_not_before_it_is_there() -> None:
    given(score()).when(score(score="99")).then_refused(Duplicate)
    when(score(day="2026-02-04")).then_refused(Future)


def seal(unit: str = "T1") -> Any:
    return do("SealDaySheet", "P-REC", EVENING, unit=unit, day=DAY, recorder="P-REC", reviewer="P-T1L")


def test_a_sealed_day_is_not_scored_any_more() -> None:
    given(seal()).when(score()).then_refused(State)
    given(score(), seal()).when(score(score="99")).then_refused(Duplicate)


@pytest.mark.parametrize(
    ("points", "quota", "amount"),
    [
        ("90", "205.55", "205.55"),
        ("89.99", "210.00", "188.98"),
        ("100", "210.00", "210.00"),
        ("85", "850.50", "722.93"),
        ("0", "210.00", "0.00"),
    ],
)
def test_the_score_decides_what_the_day_pays(points: str, quota: str, amount: str) -> None:
    story = scored(points).when(wage(quota_wage=quota)).then_facts("DailyQuotaWageAccrued")
    story.then_balances({"PAY_PERF:P-T1L": amount})


def test_by_policy_a_day_pays_in_proportion() -> None:
    linear = do("PublishPolicy", "P-SO", key="payout.daily", value="linear", effective="2026-02-02", legal_basis="x")
    given(linear, credit, score(score="95"), wage()).then_balances({"PAY_PERF:P-T1L": "199.50"})


@pytest.mark.parametrize("by", ["P-C1", "P-W1D", "P-U1H", "SYSTEM"])
def test_clerks_leads_and_imports_accrue_the_day(by: str) -> None:
    scored().when(wage(by)).then_facts("DailyQuotaWageAccrued")


def test_who_accrues_his_own_day_needs_anothers_word() -> None:
    """[rule 52]"""
    story = scored().when(wage("P-T1L")).then_refused(Sod)
    story.when(wage("P-T1L", approved_by="P-T1L")).then_refused(Sod)
    story.when(wage("P-T1L", approved_by="P-T2L")).then_refused(Authority)
    story.when(wage("P-T1L", approved_by="P-W1D")).then_facts("DailyQuotaWageAccrued")


@pytest.mark.parametrize(("by", "refusal"), [("P-C2", WrongCentre), ("P-W2D", Authority), ("P-A", Authority)])
def test_others_do_not_accrue_the_day(by: str, refusal: Any) -> None:
    scored().when(wage(by)).then_refused(refusal)


def test_a_day_without_score_pays_nothing() -> None:
    given(credit).when(wage()).then_refused(NotReady)
    scored().when(wage(day="2026-02-02")).then_refused(NotReady)


def test_a_day_is_paid_once_until_it_is_reversed() -> None:
    story = scored().given(wage() | {"id": "d-1"})
    story.when(wage()).then_refused(Duplicate)
    story.given(do("ReverseEntry", "P-C1", at("02-05"), of="d-1", reason="x", approved_by="P-H1"))
    story.when(wage(at=at("02-05", "11:00"))).then_facts("DailyQuotaWageAccrued")


def test_no_more_is_paid_than_the_team_has() -> None:
    scored().when(wage(quota_wage="1000.01")).then_refused(Insufficient)
    scored("80").when(wage(quota_wage="1000.01")).then_facts("DailyQuotaWageAccrued")


def test_a_days_wage_has_the_date_of_the_day_whatever_the_command_says() -> None:
    story = scored().when(stamped(wage(), business_date="2026-02-04", shift="早"))
    fact = story.recorded[0]
    assert isinstance(fact, DailyQuotaWageAccrued)
    assert (fact.business_date, fact.shift, fact.posting_period) == (DAY, None, "2026-02")
    assert (story.recorded[1].stream, story.recorded[1].mirror) == ("person-P-T1L", True)


def test_a_day_of_long_ago_needs_an_approval() -> None:
    late = wage(at=at("04-10"))
    story = scored().when(late).then_refused(TooLate)
    story.when(stamped(late, late_approval="P-H1")).then_facts("DailyQuotaWageAccrued")


def test_a_quota_wage_is_money() -> None:
    scored().when(wage(quota_wage="-1.00")).then_refused(Invalid)
