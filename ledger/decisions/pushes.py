"""Advice, points, training and suspension that follow by themselves, where a policy says so (rule 37).

Nothing happens until ``advice.below``, ``points.rules`` or ``training.on_serious`` is published.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from itertools import count

from ledger import calendars
from ledger.decisions.charges import standard_of
from ledger.decisions.deadlines import until_the_end_of
from ledger.decisions.in_force import policy
from ledger.decisions.kernel.stamp import Stamp
from ledger.decisions.kernel.table import Facts
from ledger.decisions.results import duty_weights
from ledger.errors import Duplicate
from ledger.facts.followup import AdvicePushed, PostSuspended, TrainingPushed
from ledger.facts.points import POINTS, PointsAwarded
from ledger.state.assessment import Assessment
from ledger.state.liability import Finding, Liability
from ledger.view import View
from ledger.vocabulary import Day, MatrixKind, PersonId, Severity, UnitId, person_stream

ADVICE_DAYS = 30


def home_on(view: View, person: PersonId, day: Day) -> UnitId:
    """Where the person belongs on the day; the root's, who belongs nowhere."""
    return view.person(person).home(day) or view.organisation.root


def advice(
    view: View,
    stamp: Stamp,
    name: str,
    person: PersonId,
    text: str,
    due: Day,
    *,
    hazard: str | None = None,
    assessment: str | None = None,
) -> AdvicePushed:
    """Something that a person has to do until a day, with reminders around its end (ASS-16)."""
    home = home_on(view, person, stamp.business_date)
    return AdvicePushed(
        stream=person_stream(person),
        advice=name,
        person=person,
        text=text,
        due=due,
        hazard=hazard,
        assessment=assessment,
        falls_due=until_the_end_of(view, stamp, home, due, "remind-advice"),
    )


def points(view: View, stamp: Stamp, person: PersonId, number: int, reason: str, doc: str) -> PointsAwarded:
    """Points that expire after ``points.expiry`` months, once per paper (DUPLICATE; ASS-19)."""
    if view.is_taken(POINTS, person, doc):
        raise Duplicate(f"{person} {doc}")
    day = stamp.business_date
    months = policy(view, "points.expiry", home_on(view, person, day), day)
    expiry = calendars.midnight(calendars.add_months(day, months))
    return PointsAwarded(
        stream=person_stream(person), person=person, points=number, reason=reason, doc=doc, expires_at=expiry
    )


# -- a final score ----------------------------------------------------------------------------------------------------


def after_final(view: View, stamp: Stamp, sheet: Assessment) -> Facts:
    """Advice for a score below ``advice.below``, points for the highest ``points.rules`` that it reaches.

    DUPLICATE: advice with the assessment's id, or points on the assessment, are there already.
    """
    score, home = Decimal(sheet.S or "0"), home_on(view, sheet.person, stamp.business_date)
    below = policy(view, "advice.below", home, stamp.business_date)
    if below is not None and score < Decimal(below):
        if view.state(f"advice:{sheet.assessment}") is not None:
            raise Duplicate(sheet.assessment)
        text = weakest(view, sheet) or f"{sheet.S} < {below}"
        due = calendars.add_days(stamp.business_date, ADVICE_DAYS)
        yield advice(view, stamp, sheet.assessment, sheet.person, text, due, assessment=sheet.assessment)
    rules = policy(view, "points.rules", home, stamp.business_date) or ()
    reached = [(Decimal(rule["min"]), rule["points"]) for rule in rules if score >= Decimal(rule["min"])]
    if reached:
        yield points(view, stamp, sheet.person, max(reached)[1], f"S = {sheet.S}", sheet.assessment)


def weakest(view: View, sheet: Assessment) -> str | None:
    """The item of the self-score with the least part of its weight, of equals the first; None without items."""
    least = min(_ratios(view, sheet), key=lambda each: each[0], default=None)
    return least[1] if least else None


def _ratios(view: View, sheet: Assessment) -> Iterator[tuple[Fraction, str]]:
    for part, items in sheet.items.items():
        weights = duty_weights(view, sheet, part)
        yield from ((Fraction(one.score) / weights[one.item], one.item) for one in items if weights.get(one.item))


# -- a serious violation ----------------------------------------------------------------------------------------------


def after_confirmation(view: View, slip: Liability) -> Facts:
    """Training, and suspension if the policy says so, for who is charged for his own serious violation.

    ``training.on_serious`` is that of the day of the finding; who is suspended already is not suspended again.
    """
    finding = slip.finding
    if finding is None or finding.person is None or not _is_charged(slip, finding.person):
        return
    rule = policy(view, "training.on_serious", finding.unit, finding.occurred)
    if rule is None or not is_serious(view, slip, finding):
        return
    stream, reason = person_stream(finding.person), f"slip {slip.name}"
    training = free_id(view, slip.name)
    yield TrainingPushed(stream=stream, training=training, person=finding.person, course=rule["course"], reason=reason)
    if rule["suspend"] and not view.person(finding.person).suspended:
        yield PostSuspended(stream=stream, person=finding.person, reason=reason, training=training)


def _is_charged(slip: Liability, person: PersonId) -> bool:
    line = slip.line(person)
    return line is not None and line.line.amount > 0


def is_serious(view: View, slip: Liability, finding: Finding) -> bool:
    """Is it charged by a matrix of serious violations, the one of a review of the whole where there was one?"""
    name = slip.amended_by or slip.matrix
    matrix = standard_of(view, finding.unit, slip.item, name, finding.occurred).matrix
    return matrix is not None and (matrix.kind, matrix.severity) == (MatrixKind.VIOLATION, Severity.SERIOUS)


def free_id(view: View, slip: str) -> str:
    """The slip's id, or the next free one: nobody escapes by a training that has taken the slip's id."""
    names = (slip if number == 1 else f"{slip}-{number}" for number in count(1))
    return next(name for name in names if view.state(f"training:{name}") is None)
