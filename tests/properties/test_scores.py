"""True of every score and its pay (F-1 … F-6), and the corners of the threshold."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import strategies as st

from ledger import scores
from ledger.errors import Invalid
from tests.properties.any_fact import forall

points = st.decimals(0, 100, places=2)
money = st.integers(0, 10**9)
rules = st.sampled_from(["step90", "linear"])
compares = st.sampled_from(["rounded", "exact"])
factors = st.decimals(0, 2, places=6)
counts = st.integers(0, 60)
shifts = st.dictionaries(st.sampled_from("早中夜"), counts, max_size=3)
WEIGHTS = [Decimal("0.6"), Decimal("0.2"), Decimal("0.2")]


def safety(duty: Decimal, inspection: Decimal) -> Fraction:
    return scores.safety(Fraction(duty), Fraction(inspection))


@forall(points, st.lists(points, max_size=5), st.lists(points, max_size=3))
def test_a_duty_score_lies_in_0_to_100(own: Decimal, deductions: list[Decimal], bonuses: list[Decimal]) -> None:
    assert 0 <= scores.duty(own, deductions, bonuses) <= 100


@forall(points, counts, counts, shifts, shifts)
def test_an_inspection_score_lies_in_0_to_100(
    quality: Decimal, required: int, visited: int, wanted: dict[str, int], done: dict[str, int]
) -> None:
    covered, attended = scores.coverage(required, visited), scores.frequency(wanted, done)
    assert 0 <= scores.inspection(Fraction(quality), covered, attended, WEIGHTS) <= 100


@forall(points, points)
def test_a_safety_score_lies_between_its_halves(duty: Decimal, inspection: Decimal) -> None:
    score = scores.rounded(safety(duty, inspection))
    assert min(duty, inspection) <= score <= max(duty, inspection)


@forall(rules, compares, points, points, points)
def test_a_better_score_never_pays_less(
    rule: str, compare: str, inspection: Decimal, one: Decimal, other: Decimal
) -> None:
    low, high = sorted((one, other))
    paid = [scores.payout(rule, safety(duty, inspection), compare) for duty in (low, high)]
    assert paid[0] <= paid[1] <= 1


@forall(rules, compares, points, points, points, money)
def test_a_deduction_never_raises_pay(
    rule: str, compare: str, own: Decimal, deduction: Decimal, inspection: Decimal, base: int
) -> None:
    pays = [
        scores.pay(base, scores.payout(rule, safety(scores.duty(own, taken), inspection), compare))
        for taken in ([], [deduction])
    ]
    assert pays[1] <= pays[0]


@forall(money, money, factors, points)
def test_a_higher_entitlement_never_pays_less(one: int, other: int, factor: Decimal, score: Decimal) -> None:
    low, high = sorted((one, other))
    share = scores.payout("step90", Fraction(score))
    assert scores.pay(low, factor, share) <= scores.pay(high, factor, share)


@forall(money, points)
def test_nobody_is_paid_more_than_the_entitlement(base: int, score: Decimal) -> None:
    assert scores.pay(base, scores.payout("step90", Fraction(score))) <= base


@forall(shifts, shifts, st.sampled_from("早中夜"), counts)
def test_the_excess_of_one_shift_never_makes_up_for_another(
    required: dict[str, int], done: dict[str, int], shift: str, more: int
) -> None:
    enough = {**done, shift: max(done.get(shift, 0), required.get(shift, 0))}
    excess = {**enough, shift: enough[shift] + more}
    assert scores.frequency(required, enough) == scores.frequency(required, excess)


@forall(st.fractions(0, 1000))
def test_rounding_is_half_up_and_off_by_at_most_half_a_hundredth(value: Fraction) -> None:
    off = Fraction(scores.rounded(value)) - value
    assert -Fraction(1, 200) < off <= Fraction(1, 200)


@pytest.mark.parametrize(
    ("exact", "compare", "share"),
    [
        (Fraction(90), "rounded", "1"),
        (Fraction("89.99"), "rounded", "0.8999"),
        (Fraction("89.995"), "rounded", "1"),
        (Fraction("89.9949"), "rounded", "0.8999"),
        (Fraction("89.995"), "exact", "0.9"),
        (Fraction("90.004"), "exact", "1"),
        (Fraction(100), "exact", "1"),
        (Fraction(0), "rounded", "0"),
    ],
)
def test_the_step_is_at_90(exact: Fraction, compare: str, share: str) -> None:
    assert scores.payout("step90", exact, compare) == Decimal(share)


def test_linear_pays_the_rounded_score() -> None:
    assert scores.payout("linear", Fraction("89.995")) == Decimal("0.9")
    assert scores.payout("linear", Fraction(96)) == Decimal("0.96")


def test_the_sample_of_the_formulas() -> None:
    required, done = {"早": 6, "中": 6, "夜": 8}, {"早": 6, "中": 5, "夜": 9}
    covered, attended = scores.coverage(20, 18), scores.frequency(required, done)
    assert covered == 90
    assert attended == 95
    assert scores.inspection(Fraction(92), covered, attended, WEIGHTS) == Fraction("92.2")


def test_what_was_not_required_leaves_its_weight_to_the_rest() -> None:
    assert scores.inspection(Fraction(90), None, Fraction(50), WEIGHTS) == 80
    assert scores.inspection(Fraction("77.5"), None, None, WEIGHTS) == Fraction("77.5")
    with pytest.raises(Invalid):
        scores.inspection(Fraction(90), None, None, [Decimal(0), Decimal("0.5"), Decimal("0.5")])


def test_more_places_than_required_are_no_more_than_all() -> None:
    assert scores.coverage(10, 12) == 100


def test_money_is_rounded_once_and_half_up() -> None:
    assert scores.pay(633_33, Decimal("0.8765")) == 555_11
    assert scores.pay(1_00, Decimal("0.125"), Decimal("0.2")) == 3
    assert scores.pay(1_00, Decimal("0.025")) == 3
    assert scores.pay(1_00, Decimal("0.024999")) == 2
