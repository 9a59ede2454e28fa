"""Scores and what they pay: F-1 … F-6 of domain §8 as pure functions.

Inner values are exact fractions; a score is rounded half-up once, to two decimals, and so is money, to whole fen.
Scores lie in 0 … 100.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from math import floor

from ledger.errors import Invalid

TOP, STEP = Fraction(100), Fraction(90)
HALF = Fraction(1, 2)


def rounded(value: Fraction) -> Decimal:
    """``r2``: half-up to two decimals, never banker's."""
    return Decimal(floor(value * 100 + HALF)).scaleb(-2)


def mean(values: Sequence[Decimal | Fraction]) -> Fraction:
    """The unrounded mean of the parts that were given."""
    return sum((Fraction(value) for value in values), Fraction(0)) / len(values)


# -- F-1: the inspection score --------------------------------------------------------------------------------------


def coverage(required: int, visited: int) -> Fraction | None:
    """Visited places of the required ones, in percent; None where nothing was required."""
    return TOP * min(visited, required) / required if required else None


def frequency(required: Mapping[str, int], done: Mapping[str, int]) -> Fraction | None:
    """Attendances per shift, in percent: what is too much in one shift never makes up for another (DUTY-08)."""
    total = sum(required.values())
    counted = sum(min(done.get(shift, 0), wanted) for shift, wanted in required.items())
    return TOP * counted / total if total else None


def inspection(
    quality: Fraction, covered: Fraction | None, attended: Fraction | None, weights: Sequence[Decimal]
) -> Fraction:
    """The weighted sum of quality, coverage and frequency, unrounded (rule 28).

    A part that is not applicable leaves its weight to the others.
    """
    parts = [
        (Fraction(weight), part)
        for weight, part in zip(weights, (quality, covered, attended), strict=True)
        if part is not None
    ]
    total = sum((weight for weight, _ in parts), Fraction(0))
    if not total:
        raise Invalid("nothing was required that has a weight")
    return sum((weight * part for weight, part in parts), Fraction(0)) / total


# -- F-2, F-3: duty and the safety score ----------------------------------------------------------------------------


def duty(own: Decimal, deductions: Iterable[Decimal], bonuses: Iterable[Decimal] = ()) -> Decimal:
    """The self-score less deductions plus bonuses, within 0 … 100."""
    score = own - sum(deductions, Decimal(0)) + sum(bonuses, Decimal(0))
    return min(max(score, Decimal(0)), Decimal(100))


def safety(duty_score: Fraction, inspection_score: Fraction | None) -> Fraction:
    """The mean of duty and inspection, unrounded; a team leader's month is the duty score alone (ASS-11)."""
    return duty_score if inspection_score is None else (duty_score + inspection_score) / 2


# -- F-4: payout ------------------------------------------------------------------------------------------------------


def payout(rule: str, exact: Fraction, compare: str = "rounded") -> Decimal:
    """The share of the wage that a score pays: all of it from 90 on (step90), or the score as percent (linear).

    ``compare`` says which score meets the threshold, the rounded one or the exact one; what is paid below it is always
    the rounded one.
    """
    score = rounded(exact)
    if rule == "step90" and (exact if compare == "exact" else Fraction(score)) >= STEP:
        return Decimal(1)
    return score.scaleb(-2)


# -- F-5, F-6: money --------------------------------------------------------------------------------------------------


def pay(base: int, *factors: Decimal) -> int:
    """Base in fen × factors, rounded once to whole fen."""
    product = Fraction(base)
    for factor in factors:
        product *= Fraction(factor)
    return floor(product + HALF)
