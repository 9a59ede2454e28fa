"""The results of a score sheet: duty, inspection, safety score and payout (F-2 … F-4)."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any, NamedTuple

from ledger import scores
from ledger.analysis import months_of
from ledger.calendars import last_day
from ledger.decisions.in_force import policy
from ledger.decisions.kernel.stamp import Stamp
from ledger.money import plain
from ledger.state.assessment import Assessment
from ledger.state.person import in_force
from ledger.view import View


def home_of_person(view: View, stamp: Stamp, sheet: Assessment) -> str:
    """The home of the assessed person on the business date (the root for nobody's)."""
    return view.person(sheet.person).home(stamp.business_date) or view.organisation.root


def policy_of(view: View, stamp: Stamp, sheet: Assessment, key: str) -> Any:
    """A policy value for the home of the assessed person on the business date."""
    return policy(view, key, home_of_person(view, stamp, sheet), stamp.business_date)


def duty_weights(view: View, sheet: Assessment, part: str | None) -> dict[str, int]:
    """Weights of the duty list in force on the last day of the period, or of the quarter that a part is (rule 31)."""
    months = months_of(f"{sheet.period}-{part}" if part else sheet.period)
    listed = in_force(view.person(sheet.person).duty_lists, last_day(months[-1]))
    return {} if listed is None else listed.weights


class Result(NamedTuple):
    """The result of a sheet by one formula."""

    D: str
    I: str | None  # noqa: E741 - the formula's name
    S: str
    payout: str
    formula: str


def result_of(view: View, stamp: Stamp, sheet: Assessment) -> Result:
    """F-2 to F-4: inspection scores and means of parts are carried on unrounded, the safety score is rounded once."""
    duty = Fraction(Decimal(sheet.duty)) if sheet.duty else scores.mean(_duties(sheet))
    inspection = _inspection(sheet)
    exact = scores.safety(duty, inspection)
    rule = policy_of(view, stamp, sheet, "payout.deputy" if sheet.kind == "deputy_year" else "payout.monthly")
    compare = policy_of(view, stamp, sheet, "score.round")["compare"]
    return Result(
        D=plain(scores.rounded(duty)),
        I=None if inspection is None else plain(scores.rounded(inspection)),
        S=plain(scores.rounded(exact)),
        payout=plain(scores.payout(rule, exact, compare)),
        formula=f"{sheet.kind}/{rule}/{compare}",
    )


def _duties(sheet: Assessment) -> list[Decimal]:
    """The duty score of each part (F-2)."""
    return [
        scores.duty(Decimal(own), _points(sheet, part, bonus=False), _points(sheet, part, bonus=True))
        for part, own in sheet.self_scores.items()
    ]


def _points(sheet: Assessment, part: str, *, bonus: bool) -> list[Decimal]:
    return [Decimal(one.points) for one in sheet.adjustments if one.part == part and one.bonus == bonus]


def _inspection(sheet: Assessment) -> Fraction | None:
    if sheet.kind == "team_leader":
        return None
    given = [sheet.inspection] if sheet.inspection else list((sheet.inspections | sheet.unrounded).values())
    return scores.mean([Fraction(score) for score in given])
