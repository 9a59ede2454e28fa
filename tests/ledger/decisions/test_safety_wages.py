"""Entitlements, safety wages and the year's remainder, guard by guard (contract §2.10; P11, P20, F-5)."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from ledger.errors import Authority, Criteria, Duplicate, Insufficient, Invalid, NotReady, Sod, WrongCentre
from ledger.facts.safety_wages import SafetyWageAccrued, SafetyWageRemainderDecided
from tests.ledger.decisions.sheets import (
    accept,
    accrue,
    at,
    entitle,
    fill,
    final,
    finalize,
    publish,
    published,
    step,
    year_scored,
)
from tests.spec import Line, Story, do, given, when

FUND = fill(amount="1000.00")
remainder = step(
    "DecideSafetyWageRemainder",
    "P-G1",
    at("12-30"),
    unit="U1",
    year="2026",
    decision="to_fund",
    reason="年末",
    approvals=["P-G1", "P-G2"],
)


def ready(own: str = "92", found: str = "90", **entitlement: Any) -> Story:
    """A final sheet of P-A, an entitlement and a filled pool."""
    return given(FUND, *final(own, found), entitle(**entitlement))


def year_ready(factor: str = "1") -> Story:
    gold = fill("P-C0", unit="HQ", amount="20000.00")
    entitlement = entitle(person="P-LD", period="2025", base="12000.00", factor=factor)
    return given(gold, *year_scored(), publish(), accept("P-LD"), finalize(), entitlement)


# -- entitlement ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("by", ["P-SO", "P-OFF", "P-C1", "P-G1", "SYSTEM"])
def test_offices_clerks_and_the_leading_group_set_entitlements(by: str) -> None:
    when(entitle(by)).then_facts("EntitlementSet")


@pytest.mark.parametrize("by", ["P-A", "P-T1L", "P-H1", "P-U1H", "P-C2"])
def test_others_set_no_entitlements(by: str) -> None:
    when(entitle(by)).then_refused(Authority)


def test_a_base_that_is_left_out_is_that_of_the_post_in_the_base_table() -> None:
    """[rule 37] The post is that of the home assignment on the business date."""
    table = policy("base_table", {"worker": "900.00", "team_leader": "1100.00"})
    left_out: Any = {"person": "P-A", "period": "2026-02"}
    bare = partial(do, "SetEntitlement", "P-SO", at("03-03"))
    when(bare(**left_out)).then_refused(NotReady)
    story = given(table).when(bare(**left_out, factor="0.5")).then_facts("EntitlementSet")
    assert story.ledger.lookup("entitlement:P-A/2026-02").full == 45000
    story.when(bare(**left_out)).then_refused(Duplicate)
    story.when(bare(person="P-W1D", period="2026-02")).then_refused(NotReady)
    story.given(bare(person="P-T1L", period="2026-02"))
    assert story.ledger.lookup("entitlement:P-T1L/2026-02").full == 110000
    story.when(bare(person="P-SO", period="2026-02")).then_refused(Sod)
    second = do(
        "AssignPerson", "P-HR", at("03-01"), person="P-B", unit="T1", role="team_leader", since="2026-03-01", home=False
    )
    story.given(second, bare(person="P-B", period="2026-02"))
    assert story.ledger.lookup("entitlement:P-B/2026-02").full == 90000


def test_an_entitlement_is_set_once_for_a_person_and_period() -> None:
    story = given(entitle())
    story.when(entitle(base="900.00")).then_refused(Duplicate)
    story.when(entitle(period="2026")).then_facts("EntitlementSet")
    story.when(entitle(period="2026-03")).then_facts("EntitlementSet")
    story.when(entitle(person="P-B")).then_facts("EntitlementSet")
    story.when(entitle(period="2026-Q1")).then_refused(Invalid)


# -- accrual --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("own", "found", "factor", "amount"),
    [
        ("92", "88", "1", "800.00"),
        ("90", "89.98", "1", "719.92"),
        ("90.01", "89.98", "1", "800.00"),
        ("92", "88", "0.85", "680.00"),
        ("87.65", "87.65", "0.333333", "233.73"),
        ("0", "0", "1", "0.00"),
    ],
)
def test_a_score_pays_out_of_the_safety_pool_of_the_homes_centre(
    own: str, found: str, factor: str, amount: str
) -> None:
    story = ready(own, found, factor=factor).when(accrue()).then_facts("SafetyWageAccrued")
    story.then_balances({"PAY_SAFETY:P-A": amount})
    fact = story.recorded[0]
    assert isinstance(fact, SafetyWageAccrued)
    assert (fact.stream, story.recorded[1].stream, story.recorded[1].mirror) == ("unit-U1", "person-P-A", True)


def test_an_accrual_belongs_to_the_last_day_of_its_month() -> None:
    fact = ready().when(accrue()).recorded[0]
    assert (fact.business_date, fact.posting_period, fact.adjusts_period) == ("2026-02-28", "2026-02", None)


def test_before_the_month_is_over_an_accrual_has_its_own_day() -> None:
    early = [line | {"at": at("02-20")} for line in (*final(), entitle(), accrue())]
    fact = given(FUND, *early).recorded[0]
    assert fact.business_date == "2026-02-20"


def test_an_accrual_of_long_ago_is_not_too_late() -> None:
    ready().when(accrue(at=at("11-04"))).then_facts("SafetyWageAccrued")


@pytest.mark.parametrize(
    ("by", "refusal"), [("P-C2", WrongCentre), ("P-C0", WrongCentre), ("P-H2", WrongCentre), ("P-SO", Authority)]
)
def test_the_clerk_or_head_of_the_centre_accrues(by: str, refusal: Any) -> None:
    ready().when(accrue(by)).then_refused(refusal)
    ready().when(accrue("P-H1")).then_facts("SafetyWageAccrued")


def test_another_units_pool_pays_if_it_is_named_and_its_centre_asks() -> None:
    story = given(fill("P-C0", unit="HQ", amount="900.00"), *final(), entitle())
    story.when(accrue(unit="HQ")).then_refused(WrongCentre)
    story.when(accrue("P-C0", unit="HQ")).then_facts("SafetyWageAccrued")
    story.then_balances({"POOL_SAFETY:HQ": "100.00"})
    story.when(accrue("P-C0", unit="ZZ")).then_refused("UNKNOWN_UNIT")


def test_a_person_is_paid_once_for_a_period() -> None:
    story = ready().given(accrue())
    story.when(accrue()).then_refused(Duplicate)


def test_a_reversed_accrual_may_be_made_again() -> None:
    story = ready().given(accrue() | {"id": "a-1"})
    story.given(do("ReverseEntry", "P-C1", at("03-05"), of="a-1", reason="x", approved_by="P-H1"))
    story.then_balances({"PAY_SAFETY:P-A": "0.00", "POOL_SAFETY:U1": "1000.00"})
    assert story.ledger.states["assessment:AS-1"].amount is None
    story.when(accrue(at=at("03-06"))).then_facts("SafetyWageAccrued")


def test_only_a_final_score_pays() -> None:
    given(FUND, *published(), entitle()).when(accrue()).then_refused(NotReady)


def test_without_an_entitlement_nothing_is_paid() -> None:
    given(FUND, *final()).when(accrue()).then_refused(NotReady)
    given(FUND, *final(), entitle(period="2026-01")).when(accrue()).then_refused(NotReady)


def test_no_more_is_paid_than_the_pool_holds() -> None:
    ready(base="1000.01").when(accrue()).then_refused(Insufficient)
    ready(base="1000.00").when(accrue()).then_facts("SafetyWageAccrued")


# -- a vetoed year --------------------------------------------------------------------------------------------------

VETO = {"year": "2026", "indicator": "成本超支", "reason": "x"}


def policy(key: str, value: Any, unit: str = "HQ") -> Line:
    whole = {"key": key, "value": value, "effective": "2026-02-02", "unit": unit, "legal_basis": "办法"}
    return do("PublishPolicy", "SYSTEM" if unit == "HQ" else "P-U2H", at("02-02"), **whole)


def veto(unit: str) -> Line:
    return do("TriggerVeto", "P-G1", at("02-03"), unit=unit, **VETO)


@pytest.mark.parametrize("unit", ["T1", "W1", "U1"])
def test_a_veto_that_costs_the_safety_wage_holds_it_back_until_it_is_lifted(unit: str) -> None:
    story = given(policy("veto.effect", "+safety_wage"), veto(unit), FUND, *final(), entitle())
    story.when(accrue()).then_refused(Criteria)
    story.given(do("LiftVeto", "P-G1", at("03-04"), unit=unit, approvals=["P-G1", "P-G2"], **VETO))
    story.when(accrue(at=at("03-05"))).then_facts("SafetyWageAccrued")


@pytest.mark.parametrize("effect", ["grade", "grade+bonus"])
def test_a_lesser_veto_leaves_the_safety_wage(effect: str) -> None:
    given(policy("veto.effect", effect), veto("U1"), FUND, *final(), entitle()).when(accrue()).then_facts(
        "SafetyWageAccrued"
    )


@pytest.mark.parametrize("unit", ["HQ", "U2", "W2"])
def test_a_veto_elsewhere_or_above_the_pool_that_pays_leaves_the_safety_wage(unit: str) -> None:
    story = given(policy("veto.effect", "+safety_wage"), veto(unit), FUND, *final(), entitle())
    story.when(accrue()).then_facts("SafetyWageAccrued")


def test_a_veto_of_another_year_leaves_the_safety_wage() -> None:
    other = do("TriggerVeto", "P-G1", at("02-03"), unit="U1", **{**VETO, "year": "2025"})
    story = given(policy("veto.effect", "+safety_wage"), other, FUND, *final(), entitle())
    story.when(accrue()).then_facts("SafetyWageAccrued")


# -- a deputy's year --------------------------------------------------------------------------------------------------


def test_a_deputy_is_paid_by_share_and_score() -> None:
    story = year_ready().when(accrue("P-C0", grade="二级")).then_facts("SafetyWageAccrued")
    story.then_balances({"PAY_SAFETY:P-LD": "9945.72"})  # 12000 x 0.90 x 92.09 %
    fact = story.recorded[0]
    assert (fact.business_date, fact.posting_period) == ("2025-12-31", "2025-12")


def test_a_deputys_share_and_the_entitlements_factor_both_count() -> None:
    """[rule 30] 12000 × 0.5 × 1.00 × 92.09 %; 12000 × 1.2 × 0.90 × 92.09 %, rounded once."""
    year_ready(factor="0.5").given(accrue("P-C0", grade="一级")).then_balances({"PAY_SAFETY:P-LD": "5525.40"})
    fact = year_ready(factor="1.2").when(accrue("P-C0", grade="二级")).then_facts("SafetyWageAccrued").recorded[0]
    assert isinstance(fact, SafetyWageAccrued)
    assert (fact.factor, fact.share, fact.grade, fact.amount) == ("1.2", "0.9", "二级", 11934_86)


def test_a_grade_without_a_share_pays_nothing() -> None:
    year_ready().when(accrue("P-C0", grade="四级")).then_refused(Criteria)


record_grade = step("RecordLeaderGrade", "P-G1", at("03-04"), year="2025", grade="二级", doc="通报")


def test_a_deputy_waits_for_the_main_leaders_grade() -> None:
    """[rule 30] It is given with the accrual, or recorded before."""
    story = year_ready().when(accrue("P-C0")).then_refused(NotReady)
    story.given(record_grade("P-HR")).when(accrue("P-C0")).then_facts("SafetyWageAccrued")
    story.then_balances({"PAY_SAFETY:P-LD": "9945.72"})


def test_a_year_has_one_grade_of_the_main_leader() -> None:
    """[rule 30] Nobody is paid by another than the recorded one, which is recorded once."""
    story = year_ready().given(record_grade())
    story.when(accrue("P-C0", grade="一级")).then_refused(Criteria)
    story.when(record_grade(grade="三级")).then_refused(Duplicate)
    story.when(record_grade(grade="四级")).then_refused(Criteria)
    story.when(record_grade(year="2026", grade="三级")).then_facts("LeaderGradeRecorded")


def test_an_accrual_binds_the_years_grade_until_it_is_reversed() -> None:
    """[rule 30]"""
    story = year_ready().given(accrue("P-C0", grade="一级"))
    story.when(record_grade()).then_refused(Criteria)
    paid = next(one.fact for one in story.ledger.facts if isinstance(one.fact, SafetyWageAccrued))
    reverse = do("ReverseEntry", "P-C0", at("03-05"), of=paid.command, reason="等级有误", approved_by="P-H0")
    story.given(reverse, record_grade()).when(accrue("P-C0")).then_facts("SafetyWageAccrued")


@pytest.mark.parametrize("by", ["P-SO", "P-OFF", "P-C0", "P-H0", "P-U1H"])
def test_only_the_leading_group_or_hr_records_the_grade(by: str) -> None:
    """[rule 30]"""
    year_ready().when(record_grade(by)).then_refused(Authority)


def test_only_a_deputys_year_has_a_grade() -> None:
    ready().when(accrue(grade="一级")).then_refused(Invalid)


# -- the remainder ----------------------------------------------------------------------------------------------------


def test_the_leading_group_decides_what_becomes_of_the_rest() -> None:
    story = given(FUND).when(remainder(amount="400.00")).then_facts("SafetyWageRemainderDecided")
    story.then_balances({"FUND_SAFETY:U1": "400.00", "POOL_SAFETY:U1": "600.00"})
    story.given(remainder(decision="return"))
    story.then_balances({"POOL_SAFETY:U1": "0.00", "SRC_WAGE:U1": "-400.00"})


def test_what_stays_moves_nothing() -> None:
    fact = given(FUND).when(remainder(decision="stay")).recorded[0]
    assert isinstance(fact, SafetyWageRemainderDecided)
    assert (fact.amount, fact.posting_period) == (1000_00, None)


def test_the_fund_is_that_of_the_units_centre() -> None:
    below = fill(unit="W1", amount="50.00", doc="B-2")
    given(below, remainder(unit="W1")).then_balances({"FUND_SAFETY:U1": "50.00", "POOL_SAFETY:W1": "0.00"})


def test_no_more_is_decided_on_than_is_left() -> None:
    given(FUND).when(remainder(amount="1000.01")).then_refused(Insufficient)


def test_the_decision_needs_the_group_and_its_quorum() -> None:
    given(FUND).when(remainder("P-H1")).then_refused(Authority)
    given(FUND).when(remainder(approvals=["P-G1", "P-SO"])).then_refused(Authority)
    given(FUND).when(remainder(approvals=["P-G1", "P-G1"])).then_refused(Authority)
    given(FUND).when(remainder(approvals=[])).then_refused(Authority)


@pytest.mark.parametrize("rule", ["stay", "to_fund", "return"])
@pytest.mark.parametrize("decided", ["stay", "to_fund", "return"])
def test_the_published_rule_is_what_is_usual_and_the_group_decides(rule: str, decided: str) -> None:
    given(policy("safety_wage.unpaid", rule), FUND).when(remainder(decision=decided)).then_facts(
        "SafetyWageRemainderDecided"
    )


def lines_of_a_month() -> list[Line]:
    return [FUND, *final(), entitle(), accrue()]


def test_what_is_paid_and_what_is_left_is_what_came_in() -> None:
    given(*lines_of_a_month()).then_balances(
        {"SRC_WAGE:U1": "-1000.00", "PAY_SAFETY:P-A": "800.00", "POOL_SAFETY:U1": "200.00"}
    )
