"""How an amount of pay was reckoned: one step a formula (F-1 … F-6, F-12), each input with what is behind it.

Every step is recalculated here from its inputs, so that a reader of the steps sees R9 done: the last result is what was
paid, or ``agrees`` is false.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import ROUND_DOWN, Decimal
from fractions import Fraction
from functools import singledispatchmethod
from typing import Any

from ledger import scores
from ledger.fact import Fact, StoredFact
from ledger.facts.assessment import (
    AssessmentOpened,
    AssessmentPublished,
    AssessmentRevised,
    InspectionScored,
    ScoreAdjusted,
    SelfScoreSubmitted,
)
from ledger.facts.daily import DailyQuotaWageAccrued, DailyScoreRecorded
from ledger.facts.dues import CompensationDeducted
from ledger.facts.points import PointsRedeemed, RewardGranted
from ledger.facts.safety_wages import EntitlementSet, SafetyWageAccrued
from ledger.money import fen, half_up, plain, yuan
from ledger.state.organisation import Organisation
from ledger.state.person import Person
from ledger.state.policies import Policies
from ledger.vocabulary import Day
from projections.queries.folds import folded
from projections.queries.policies import policy_row
from projections.standing import since_opened, standing

Row = dict[str, Any]


def source(stored: StoredFact) -> Row:
    """The fact that a figure stands in."""
    return {"fact": type(stored.fact).__name__, "position": stored.position}


def figure(name: str, value: str | int | None, where: Row | None = None) -> Row:
    return {"name": name, "value": value, "source": where}


def step(name: str, formula: str, inputs: list[Row], written: str, result: str) -> Row:
    return {"step": name, "formula": formula, "inputs": inputs, "written": f"{written} = {result}", "result": result}


class Steps:
    """Material of the steps of one person's pay: his facts and sheets, the organisation, the policies."""

    def __init__(
        self,
        person: Person,
        facts: Sequence[StoredFact],
        organisation: Organisation,
        published: Sequence[StoredFact],
    ) -> None:
        self.person = person
        self.facts = standing(since_opened(facts))
        self.organisation = organisation
        self._published = published

    @singledispatchmethod
    def of(self, fact: Fact) -> list[Row]:
        """The steps that lead to the amount of a fact; what was given outright has none."""
        return []

    # -- where figures come from ------------------------------------------------------------------------------------

    def found(self, fact_type: type[Fact], **fields: Any) -> StoredFact | None:
        """The last of the person's facts of this type with these fields."""
        matching = (
            each
            for each in reversed(self.facts)
            if isinstance(each.fact, fact_type)
            and all(getattr(each.fact, name) == value for name, value in fields.items())
        )
        return next(matching, None)

    def policy(self, key: str, unit: str, day: Day, position: int) -> tuple[Any, Row]:
        """The value of a key for a unit on a day as known at a position, and where it comes from."""
        known = [each for each in self._published if each.position <= position]
        state: Policies = folded("policy", known)
        row = policy_row(state, known, key, self.organisation.path(unit, day), day)
        told = ("key", "origin", "scope", "effective", "legal_basis")
        return row["value"], {"policy" if name == "key" else name: row[name] for name in told}

    def home(self, day: Day) -> str:
        return self.person.home(day) or self.organisation.root

    # -- a safety wage (F-1 … F-5) ----------------------------------------------------------------------------------

    @of.register
    def _(self, fact: SafetyWageAccrued) -> list[Row]:
        sheet = [each for each in self.facts if getattr(each.fact, "assessment", None) == fact.assessment]
        told = [each for each in sheet if isinstance(each.fact, AssessmentPublished | AssessmentRevised)]
        opened = next(each.fact for each in sheet if isinstance(each.fact, AssessmentOpened))
        steps, duty = self._duty(sheet)
        if opened.kind == "team_leader":
            exact = duty
            steps.append(step("S", "F-3", [figure("D", _whole(duty))], "D", _shown(duty)))
        else:
            more, found = self._inspection(sheet, told[-1])
            exact = (duty + found) / 2
            halves = [figure("D", _whole(duty)), figure("I", _whole(found))]
            steps += more
            steps.append(step("S", "F-3", halves, f"({_whole(duty)} + {_whole(found)}) / 2", _shown(exact)))
        key = "payout.deputy" if opened.kind == "deputy_year" else "payout.monthly"
        paid, share = self._payout(key, exact, self.home(told[-1].fact.business_date), told[-1])
        return [*steps, paid, self._amount(fact, share)]

    def _duty(self, sheet: Sequence[StoredFact]) -> tuple[list[Row], Fraction]:
        """D of each part, and of the whole; a revision that decided it takes its place."""
        if decided := _decided(sheet, "duty"):
            return [_taken("D", decided, "duty")], _exact(decided.fact.duty)
        parts = {each.fact.part or "": each for each in sheet if isinstance(each.fact, SelfScoreSubmitted)}
        steps = [_duty_of(part, own, sheet) for part, own in parts.items()]
        return _meant("D", steps, [_exact(one["result"]) for one in steps])

    def _inspection(self, sheet: Sequence[StoredFact], told: StoredFact) -> tuple[list[Row], Fraction]:
        """I of each part, and of the whole; a revision that decided it takes its place."""
        if decided := _decided(sheet, "inspection"):
            return [_taken("I", decided, "inspection")], _exact(decided.fact.inspection)
        scored = [(each, each.fact) for each in sheet if isinstance(each.fact, InspectionScored)]
        steps = [self._inspection_of(each, fact) for each, fact in scored]
        return _meant("I", steps, [Fraction(fact.unrounded or fact.I) for _, fact in scored])

    def _inspection_of(self, each: StoredFact, fact: InspectionScored) -> Row:
        name = f"I {fact.part}" if fact.part else "I"
        if fact.quality is None:
            return step(name, "F-1", [figure("score", fact.I, source(each))], "given", fact.I)
        weights, where = self.policy(
            "inspection.weights", self.home(fact.business_date), fact.business_date, each.position
        )
        parts = [("quality", fact.quality), ("coverage", fact.coverage), ("frequency", fact.frequency)]
        given = [(weight, value) for weight, (_, value) in zip(weights, parts, strict=True) if value is not None]
        inputs = [figure(what, value, source(each)) for what, value in parts]
        inputs.append(figure("weights", " ".join(weights), where))
        written = " + ".join(f"{weight} × {value}" for weight, value in given)
        return step(name, "F-1", inputs, written, fact.I)

    def _payout(self, key: str, exact: Fraction, unit: str, told: StoredFact) -> tuple[Row, Decimal]:
        """F-4, by the rule that bound the unit when the score was told."""
        day = told.fact.business_date
        rule, where = self.policy(key, unit, day, told.position)
        rounding, how = self.policy("score.round", unit, day, told.position)
        share = scores.payout(rule, exact, rounding["compare"])
        inputs = [
            figure("S", _shown(exact), source(told)),
            figure("rule", rule, where),
            figure("compare", rounding["compare"], how),
        ]
        return step("payout", "F-4", inputs, f"{rule}({_shown(exact)})", plain(share)), share

    def _amount(self, fact: SafetyWageAccrued, share: Decimal) -> Row:
        """F-5: the entitlement's factor, and a deputy's share by grade, which once took its place (rule 30)."""
        entitled = self.found(EntitlementSet, person=fact.person, period=fact.period)
        where = entitled and source(entitled)
        factors = [] if fact.grade is not None and fact.share is None else [figure("factor", fact.factor, where)]
        if fact.grade is not None:
            grades = self.policy("deputy.share_table", self.home(fact.business_date), fact.business_date, 2**62)[1]
            factors.append(figure(f"share of {fact.grade}", fact.share or fact.factor, grades))
        factors.append(figure("payout", plain(share)))
        values = [one["value"] for one in factors]
        amount = yuan(scores.pay(fact.base, *map(Decimal, values)))
        written = " × ".join([yuan(fact.base), *values])
        return step("amount", "F-5", [figure("base", yuan(fact.base), where), *factors], written, amount)

    # -- other pay --------------------------------------------------------------------------------------------------

    @of.register
    def _(self, fact: DailyQuotaWageAccrued) -> list[Row]:
        """F-6: a team leader's day."""
        given = self.found(DailyScoreRecorded, day=fact.day)
        position = next((each.position for each in self.facts if each.fact is fact), 2**62)
        rule, where = self.policy("payout.daily", fact.unit, fact.day, position)
        share = scores.payout(rule, _exact(fact.score))
        scored = [figure("score", fact.score, given and source(given)), figure("rule", rule, where)]
        paid = step("payout", "F-4", scored, f"{rule}({fact.score})", plain(share))
        inputs = [figure("quota_wage", yuan(fact.quota_wage)), figure("payout", plain(share))]
        amount = yuan(scores.pay(fact.quota_wage, share))
        return [paid, step("amount", "F-6", inputs, f"{yuan(fact.quota_wage)} × {plain(share)}", amount)]

    @of.register
    def _(self, fact: CompensationDeducted) -> list[Row]:
        """F-12: what may be kept back of the month's pay."""
        inputs = [
            figure("due", yuan(fact.due_before)),
            figure("cap", yuan(fact.cap)),
            figure("gross − floor", yuan(fact.gross - fact.floor)),
        ]
        written = f"least of {', '.join(str(one['value']) for one in inputs)} and what is payable"
        return [step("amount", "F-12", inputs, written, yuan(fact.amount))]

    @of.register
    def _(self, fact: RewardGranted) -> list[Row]:
        """Points × rate; a reward without points is given."""
        redeemed = self.found(PointsRedeemed, command=fact.command)
        if redeemed is None or not isinstance(redeemed.fact, PointsRedeemed):
            return []
        told = redeemed.fact
        inputs = [figure("points", told.points, source(redeemed)), figure("rate", told.rate, source(redeemed))]
        amount = yuan(half_up(told.points * Decimal(told.rate)))
        return [step("amount", "points × rate", inputs, f"{told.points} × {told.rate}", amount)]


def agrees(steps: Sequence[Row], amount: int) -> bool | None:
    """Is the recalculated amount the one that was paid?  None where none is: given outright, or a deduction (F-12)."""
    if not steps or steps[-1]["formula"] == "F-12":
        return None
    return fen(steps[-1]["result"]) == abs(amount)


# -- steps of a sheet -----------------------------------------------------------------------------------------------


def _exact(text: str) -> Fraction:
    return Fraction(Decimal(text))


def _shown(value: Fraction) -> str:
    return plain(scores.rounded(value))


def _whole(value: Fraction) -> str:
    """A mean as it is carried on, unrounded; what never ends is cut after six digits."""
    digits = Decimal(value.numerator) / Decimal(value.denominator)
    exact = Fraction(digits) == value
    return plain(digits) if exact else f"{digits.quantize(Decimal('0.000001'), ROUND_DOWN)}…"


def _decided(sheet: Iterable[StoredFact], field: str) -> Any:
    """The last revision that decided this half itself."""
    revisions = [each for each in sheet if isinstance(each.fact, AssessmentRevised) and getattr(each.fact, field)]
    return revisions[-1] if revisions else None


def _taken(name: str, decided: Any, field: str) -> Row:
    value = getattr(decided.fact, field)
    return step(name, "revision", [figure("decided", value, source(decided))], "decided", value)


def _duty_of(part: str, own: StoredFact, sheet: Iterable[StoredFact]) -> Row:
    """F-2 of one part: the self-score, less what was taken off, plus what was added."""
    assert isinstance(own.fact, SelfScoreSubmitted)
    changes = [each for each in sheet if isinstance(each.fact, ScoreAdjusted) and (each.fact.part or "") == part]
    inputs = [figure("self", own.fact.self, source(own))]
    off, on, written = list[Decimal](), list[Decimal](), own.fact.self
    for each in changes:
        assert isinstance(each.fact, ScoreAdjusted)
        sign, side = ("+", on) if each.fact.bonus else ("−", off)
        side.append(Decimal(each.fact.points))
        written += f" {sign} {each.fact.points}"
        inputs.append(figure(f"{sign} {each.fact.reason_code}", each.fact.points, source(each)))
    result = plain(scores.duty(Decimal(own.fact.self), off, on))
    return step(f"D {part}" if part else "D", "F-2", inputs, written, result)


def _meant(name: str, steps: list[Row], values: Sequence[Fraction]) -> tuple[list[Row], Fraction]:
    """The parts and the mean of their unrounded values (rule 28); a single one is the whole."""
    whole = scores.mean(values)
    if len(steps) < 2:
        return steps, whole
    inputs = [figure(one["step"], one["result"]) for one in steps]
    written = f"({' + '.join(one['result'] for one in steps)}) / {len(steps)}"
    return [*steps, step(name, "mean", inputs, written, _whole(whole))], whole
