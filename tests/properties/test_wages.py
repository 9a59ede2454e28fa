"""Whatever is scored, taken off and entitled to: what the ledger then pays, reckoned again from its facts (R9)."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any, NamedTuple

import pytest
from hypothesis import settings
from hypothesis import strategies as st

from ledger.errors import CODES, Criteria
from ledger.facts.assessment import AssessmentPublished, InspectionScored, ScoreAdjusted, SelfScoreSubmitted
from ledger.facts.daily import DailyQuotaWageAccrued
from ledger.facts.duties import DutyListApproved
from ledger.facts.safety_wages import SafetyWageAccrued
from tests.ledger.decisions.sheets import (
    accept,
    accrue,
    adjust,
    at,
    entitle,
    fill,
    finalize,
    inspect,
    open_month,
    self_score,
)
from tests.ledger.decisions.sheets import publish as publish_sheet
from tests.properties.any_fact import forall
from tests.spec import Line, MemoryLedger, do, group

SOME = settings(max_examples=60, deadline=None)
CENT = Decimal("0.01")

hundredths = st.integers(0, 10_000).map(lambda number: f"{Decimal(number) / 100:.2f}".rstrip("0").rstrip("."))
off = st.integers(1, 3_000).map(lambda number: f"{Decimal(number) / 100:f}")
bases = st.integers(0, 500_000).map(lambda fen: f"{Decimal(fen) / 100:.2f}")
factors = st.sampled_from(["1", "0.85", "0.333333", "1.25"])


class Month(NamedTuple):
    """The parts of a person's month."""

    own: str
    deductions: list[str]
    found: str
    base: str
    factor: str
    rule: str = "step90"
    compare: str = "rounded"


months = st.builds(
    Month,
    hundredths,
    st.lists(off, max_size=3),
    hundredths,
    bases,
    factors,
    st.sampled_from(["step90", "linear"]),
    st.sampled_from(["rounded", "exact"]),
)


def lines(month: Month) -> list[Line]:
    return [
        rule("payout.monthly", month.rule),
        rule("score.round", {"digits": 2, "compare": month.compare}),
        fill(amount="100000.00"),
        open_month(),
        self_score(self=month.own),
        *(adjust(points=points) for points in month.deductions),
        inspect(score=month.found),
        publish_sheet(),
        accept(),
        finalize(),
        entitle(base=month.base, factor=month.factor),
        accrue(),
    ]


def rule(key: str, value: Any) -> Line:
    return do(
        "PublishPolicy",
        "P-SO",
        at("02-02"),
        key=key,
        value=value,
        effective="2026-02-02",
        unit="HQ",
        legal_basis="办法",
    )


def played(history: list[Line]) -> MemoryLedger:
    ledger = group()
    for number, line in enumerate(history):
        answer = ledger.send({"id": f"p-{number}", **line})
        assert answer.ok, (line, answer)
    return ledger


def paid(month: Month) -> int:
    return played(lines(month)).balances["PAY_SAFETY:P-A"]


def of(ledger: MemoryLedger, kind: type) -> list[Any]:
    return [each.fact for each in ledger.facts if isinstance(each.fact, kind) and not each.fact.mirror]


def r2(value: Fraction) -> Decimal:
    """Half-up by Decimal's own rounding, which the ledger does not use for scores."""
    exact = Decimal(value.numerator) / Decimal(value.denominator)
    return exact.quantize(CENT, ROUND_HALF_UP)


@SOME
@forall(months)
def test_a_payment_is_what_its_facts_come_to(month: Month) -> None:
    ledger = played(lines(month))
    [own], [found] = of(ledger, SelfScoreSubmitted), of(ledger, InspectionScored)
    taken = sum(Decimal(one.points) for one in of(ledger, ScoreAdjusted))
    duty = max(Decimal(0), Decimal(own.self) - taken)
    exact = (Fraction(duty) + Fraction(Decimal(found.I))) / 2
    [told], [wage] = of(ledger, AssessmentPublished), of(ledger, SafetyWageAccrued)
    assert (Decimal(told.D), Decimal(told.S)) == (duty, r2(exact))
    meets = (exact if month.compare == "exact" else r2(exact)) >= 90
    share = Decimal(1) if month.rule == "step90" and meets else r2(exact) / 100
    assert Decimal(told.payout) == share
    amount = Decimal(month.base) * Decimal(month.factor) * share
    assert wage.amount == int(amount.quantize(CENT, ROUND_HALF_UP) * 100)
    assert ledger.balances["PAY_SAFETY:P-A"] == wage.amount


@SOME
@forall(months)
def test_scores_lie_in_0_to_100_and_no_more_is_paid_than_came_in(month: Month) -> None:
    ledger = played(lines(month))
    [told] = of(ledger, AssessmentPublished)
    assert all(0 <= Decimal(score) <= 100 for score in (told.D, told.I, told.S))
    assert 0 <= Decimal(told.payout) <= 1
    came_in = -sum(amount for account, amount in ledger.balances.items() if account.startswith("SRC_"))
    went_out = sum(amount for account, amount in ledger.balances.items() if account.startswith("PAY_"))
    assert went_out <= came_in


@SOME
@forall(months, off)
def test_a_deduction_never_raises_pay(month: Month, more: str) -> None:
    assert paid(month._replace(deductions=[*month.deductions, more])) <= paid(month)


@SOME
@forall(months, hundredths, hundredths)
def test_pay_is_monotonic_in_the_score(month: Month, one: str, other: str) -> None:
    low, high = sorted((one, other), key=Decimal)
    assert paid(month._replace(own=low)) <= paid(month._replace(own=high))
    assert paid(month._replace(found=low)) <= paid(month._replace(found=high))


@SOME
@forall(months, bases, bases)
def test_pay_is_monotonic_in_the_entitlement(month: Month, one: str, other: str) -> None:
    low, high = sorted((one, other), key=Decimal)
    assert paid(month._replace(base=low)) <= paid(month._replace(base=high))


@pytest.mark.parametrize(
    ("own", "found", "score", "amount"),
    [
        ("90", "90", "90", 80_000),
        ("90", "89.98", "89.99", 71_992),
        ("90.01", "89.98", "90", 80_000),
        ("90", "89.97", "89.99", 71_992),
        ("90", "89.96", "89.98", 71_984),
    ],
)
def test_at_the_threshold_the_rounded_score_is_paid(own: str, found: str, score: str, amount: int) -> None:
    """90.00, 89.99, 89.995 (→ 90.00), 89.985 (→ 89.99) and 89.98 of 800.00."""
    ledger = played(lines(Month(own, [], found, "800.00", "1")))
    assert (of(ledger, AssessmentPublished)[0].S, ledger.balances["PAY_SAFETY:P-A"]) == (score, amount)


@pytest.mark.parametrize(("own", "found", "amount"), [("90", "90", 80_000), ("90.01", "89.98", 72_000)])
def test_where_the_exact_score_counts_89_995_misses_the_threshold(own: str, found: str, amount: int) -> None:
    assert paid(Month(own, [], found, "800.00", "1", compare="exact")) == amount


# -- a pool and many persons ----------------------------------------------------------------------------------------

PERSONS = ("P-A", "P-B", "P-E", "P-T1L", "P-T2L")


def ready(number: int, person: str, own: str) -> list[Line]:
    """A final sheet of a person, entitled to 400.00."""
    of = {"assessment": f"AS-{number}"}
    return [
        open_month(**of, person=person),
        self_score(person, **of, self=own),
        inspect(**of, score=own),
        publish_sheet(**of),
        accept(person, **of),
        finalize(**of),
        entitle(person=person, base="400.00"),
    ]


steps = st.lists(
    st.one_of(
        st.tuples(st.just("pay"), st.sampled_from(range(len(PERSONS)))),
        st.tuples(st.just("reverse"), st.integers(0, 6)),
        st.tuples(st.just("rest"), st.sampled_from(["stay", "to_fund", "return"])),
        st.tuples(st.just("fill"), st.sampled_from(["wage", "group"])),
    ),
    max_size=12,
)


@SOME
@forall(st.lists(hundredths, min_size=len(PERSONS), max_size=len(PERSONS)), steps)
def test_whatever_is_paid_reversed_and_decided_no_more_goes_out_than_came_in(
    scores: list[str], history: list[tuple[str, Any]]
) -> None:
    goal = do("AchieveSafetyGoal", "P-G1", at("02-02"), unit="U1", year="2026", evidence=["paper:x"], approvals=BOTH)
    ledger = played([goal, *(line for each in enumerate(zip(PERSONS, scores, strict=True)) for line in _ready(each))])
    for number, (what, which) in enumerate(history):
        ledger.send(_step(number, what, which) | {"id": f"s-{number}"})
        check_pool(ledger)


BOTH = ["P-G1", "P-G2"]


def _ready(each: tuple[int, tuple[str, str]]) -> list[Line]:
    number, (person, own) = each
    return ready(number, person, own)


def _step(number: int, what: str, which: Any) -> Line:
    if what == "pay":
        return accrue(assessment=f"AS-{which}")
    if what == "reverse":
        return do("ReverseEntry", "P-C1", at("03-05"), of=f"s-{which}", reason="x", approved_by="P-H1")
    if what == "fill":
        return fill(amount="700.00", source=which, doc=f"B-{number}")
    decided = {"unit": "U1", "year": "2026", "decision": which, "reason": "x", "approvals": BOTH}
    return do("DecideSafetyWageRemainder", "P-G1", at("03-05"), **decided)


def check_pool(ledger: MemoryLedger) -> None:
    """Money that came in is in the pool, paid, or in the fund; paid is what stands of the accruals."""
    kinds: dict[str, int] = {}
    for account, amount in ledger.balances.items():
        kind = account.partition(":")[0]
        kinds[kind] = kinds.get(kind, 0) + amount
    came_in = -kinds.get("SRC_WAGE", 0) - kinds.get("SRC_GROUP", 0)
    assert kinds.get("POOL_SAFETY", 0) >= 0
    assert came_in == kinds.get("POOL_SAFETY", 0) + kinds.get("PAY_SAFETY", 0) + kinds.get("FUND_SAFETY", 0)
    taken = [key for key, state in ledger.states.items() if key.startswith("safety-wage:") and state.used]
    paid_out = {fact.person: fact.amount for fact in of(ledger, SafetyWageAccrued)}
    assert kinds.get("PAY_SAFETY", 0) == sum(paid_out[key.split(":")[1].split("/")[0]] for key in taken)


# -- days -----------------------------------------------------------------------------------------------------------


@SOME
@forall(st.dictionaries(st.integers(2, 27), st.tuples(hundredths, bases), min_size=1, max_size=6))
def test_a_leaders_month_is_the_sum_of_its_rounded_days(days: dict[int, tuple[str, str]]) -> None:
    history = [do("CreditQuotaWage", "P-C1", at("02-01"), unit="T1", amount="100000.00", source_doc="JS")]
    for number, (score, wage) in sorted(days.items()):
        day = f"2026-02-{number:02d}"
        moment = f"{day}T15:00:00+08:00"
        about = {"person": "P-T1L", "unit": "T1", "day": day}
        history.append(do("RecordDailyScore", "P-W1D", moment, score=score, **about))
        history.append(do("AccrueDailyWage", "P-C1", moment, quota_wage=wage, **about))
    ledger = played(history)
    expected = sum(_day(score, wage) for score, wage in days.values())
    assert ledger.balances["PAY_PERF:P-T1L"] == expected
    assert sum(fact.amount for fact in of(ledger, DailyQuotaWageAccrued)) == expected
    assert ledger.balances["POOL_WAGE:T1"] == 10_000_000 - expected


def _day(score: str, wage: str) -> int:
    share = Decimal(1) if Decimal(score) >= 90 else Decimal(score) / 100
    return int((Decimal(wage) * share).quantize(CENT, ROUND_HALF_UP) * 100)


# -- weights --------------------------------------------------------------------------------------------------------


@SOME
@forall(st.lists(st.integers(0, 60), min_size=1, max_size=4), st.booleans())
def test_the_weights_of_an_approved_list_add_up_to_100(weights: list[int], filled: bool) -> None:
    if filled:
        weights = [*weights, max(0, 100 - sum(weights))]
    whole = {"text": "带班下井", "metric": "次", "target": "4", "period": "month", "basis": "责任制"}
    items = [{"item": f"A{number}", "weight": weight, **whole} for number, weight in enumerate(weights)]
    ledger = group()
    answer = ledger.send(
        do("ApproveDutyList", "P-T1L", at("02-02"), person="P-A", version="1", effective="2026-02-02", items=items)
        | {"id": "list"}
    )
    assert answer.ok == (sum(weights) == 100), answer
    assert answer.ok or answer.code == CODES[Criteria]
    assert all(sum(item.weight for item in fact.items) == 100 for fact in of(ledger, DutyListApproved))
