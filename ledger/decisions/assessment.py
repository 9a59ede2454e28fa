"""A person's assessment (考核) from opening to final (ASS-01 … ASS-11; contract §2.10, formulas F-1 … F-4)."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Any, Literal

import msgspec

from ledger import scores
from ledger.calendars import last_day
from ledger.decisions.evidence import check_evidence
from ledger.decisions.kernel.authority import SYS, above, at, home_of, lead_above, word
from ledger.decisions.kernel.judging import given, judging
from ledger.decisions.kernel.request import Arguments, Request
from ledger.decisions.kernel.roles import headed_by
from ledger.decisions.kernel.stamp import Stamp
from ledger.decisions.kernel.table import Facts, decision
from ledger.decisions.pushes import after_final
from ledger.decisions.results import duty_weights, home_of_person, policy_of, result_of
from ledger.decisions.windows import objection_window
from ledger.errors import Already, Duplicate, Invalid, Locked, NotReady, Sod, State, WindowClosed
from ledger.facts.assessment import (
    SHEET,
    AssessmentAccepted,
    AssessmentFinalized,
    AssessmentObjected,
    AssessmentOpened,
    AssessmentPublished,
    AssessmentRevised,
    InspectionScored,
    ItemScore,
    ScoreAdjusted,
    SelfScoreSubmitted,
)
from ledger.inspections import Asked, Inspected, inspected, months
from ledger.money import plain
from ledger.state.assessment import Assessment
from ledger.state.organisation import Window
from ledger.state.person import in_force
from ledger.view import View
from ledger.vocabulary import (
    HEADS,
    NEW,
    AssessmentId,
    Count,
    MonthOrYear,
    PersonId,
    Role,
    Score,
    ScorePoints,
    assessment_stream,
)

AssessmentKind = Literal["monthly", "team_leader", "deputy_year"]
Reason = Literal[
    "superior_bulletin",
    "key_work",
    "safety_documents",
    "joint_liability",
    "assigned_area",
    "dynamic_inspection",
    "quarterly_target",
    "safety_performance",
    "shift_evaluation",
    "other",
]
QuarterPart = Literal["Q1", "Q2", "Q3", "Q4"]
MonthPart = Literal["01", "02", "03", "04", "05", "06", "07", "08", "09", "10", "11", "12"]


# -- who, and where the sheet is --------------------------------------------------------------------------------------


def assessed(request: Request) -> str:
    """The person whose sheet it is."""
    return request.view.assessment(request["assessment"]).person


def of_assessment(request: Request) -> str | None:
    """The home of the assessed person on the business date."""
    return request.view.person(assessed(request)).home(request.stamp.business_date)


WORKSHOP = above(of_assessment, Role.WORKSHOP_HEAD, Role.DUTY_DIRECTOR)
OFFICE = above(of_assessment, Role.OFFICE, Role.SAFETY_OFFICE)
OFFICE_OR_WORKSHOP = OFFICE | WORKSHOP.when(
    lambda request: request.view.assessment(request["assessment"]).kind == "team_leader"
)
"""A team leader is assessed by the workshop's heads too (ORG-12)."""
THE_PERSON = word(lambda request: request.stamp.by == assessed(request))
OF_SHEET = judging(assessed)
HEADS_ABOVE = above(of_assessment, Role.COMPANY_HEAD, Role.UNIT_HEAD).when(
    lambda request: not THE_PERSON.allows(request)
)
"""They may do of others what the offices do (rule 3)."""


def _heads(request: Request) -> bool:
    return bool(headed_by(request.view, assessed(request), request.stamp.business_date))


OWN_HEAD = at(of_assessment, *HEADS).when(lambda request: not _heads(request))
OFFICES_ABOVE = OFFICE.when(_heads)
"""A person may be scored in his stead by the head of his home; if he heads a unit, by an office above it (rule 3)."""


def stream_of(sheet: Assessment) -> str:
    return assessment_stream(sheet.person, sheet.period)


def check_not_own(stamp: Stamp, sheet: Assessment) -> None:
    """Nobody scores or finalises himself (SOD)."""
    if stamp.by == sheet.person:
        raise Sod(stamp.by)


def check_part(sheet: Assessment, part: str | None) -> None:
    """A deputy's year is scored in parts, everything else as a whole (INVALID)."""
    if (part is None) == (sheet.kind == "deputy_year"):
        raise Invalid("part: needed for a deputy's year" if part is None else "part: only of a deputy's year")


# -- opening and scoring ----------------------------------------------------------------------------------------------


def period_fits_kind(arguments: Arguments) -> None:
    """A deputy is assessed for a year, everybody else for a month."""
    if ("-" in arguments["period"]) == (arguments["kind"] == "deputy_year"):
        raise Invalid(f"period: {arguments['period']} is no period of kind {arguments['kind']}")


SUPERIORS = lead_above(home_of("person")) | above(home_of("person"), Role.OFFICE, Role.SAFETY_OFFICE)


@decision(
    "OpenAssessment",
    who=SUPERIORS | SYS,
    valid=period_fits_kind,
    counting=judging(given("person")),
    unit=home_of("person"),
    asks=(SHEET,),
)
def open_assessment(
    view: View,
    stamp: Stamp,
    assessment: Annotated[AssessmentId, NEW],
    kind: AssessmentKind,
    person: PersonId,
    period: MonthOrYear,
    template: str | None = None,
) -> Facts:
    """A score sheet is opened, one per person and period (DUPLICATE)."""
    if view.is_taken(SHEET, person, period):
        raise Duplicate(f"{person} {period}")
    yield AssessmentOpened(
        stream=assessment_stream(person, period),
        assessment=assessment,
        kind=kind,
        person=person,
        unit=view.person(person).home(stamp.business_date) or view.organisation.root,
        period=period,
        template=template,
    )


class ItemScored(msgspec.Struct, frozen=True):
    """The self-score of one duty item, as it comes in."""

    item: str
    score: Score


@decision("SubmitSelfScore", who=THE_PERSON | OWN_HEAD | OFFICES_ABOVE, unit=of_assessment, counting=OF_SHEET)
def submit_self_score(
    view: View,
    stamp: Stamp,
    assessment: AssessmentId,
    self: Score,
    items: tuple[ItemScored, ...] = (),
    part: QuarterPart | None = None,
) -> Facts:
    """The person, or the head of his unit, says what the period was worth; STATE once published, ALREADY.

    His own word takes the place of one given for him (rule 59).  ``items`` are of his duty list and add up (INVALID,
    rule 31).
    """
    sheet = view.assessment(assessment)
    check_part(sheet, part)
    if not sheet.takes_scores:
        raise State(sheet.state)
    own_word = stamp.by == sheet.person and (part or "") in sheet.spoken_for
    if (part or "") in sheet.self_scores and not own_word:
        raise Already(f"{assessment} {part or ''}".strip())
    if items:
        _check_items(view, sheet, self, items, part)
    yield SelfScoreSubmitted(
        stream=stream_of(sheet),
        assessment=assessment,
        self=plain(self),
        items=tuple(ItemScore(item.item, plain(item.score)) for item in items),
        part=part,
    )


def _check_items(view: View, sheet: Assessment, self: Decimal, items: tuple[ItemScored, ...], part: str | None) -> None:
    """INVALID unless each is an item of the list at the period's end, once, within its weight, and they add up to D."""
    weights = duty_weights(view, sheet, part)
    if len({item.item for item in items}) != len(items):
        raise Invalid("items: one of them twice")
    if strange := [item.item for item in items if item.score > weights.get(item.item, -1)]:
        raise Invalid(f"items: {strange[0]} is not of the duty list, or above its weight")
    if (total := sum(item.score for item in items)) != self:
        raise Invalid(f"items: together {plain(Decimal(total))}, not {plain(self)}")


@decision("AdjustScore", who=OFFICE_OR_WORKSHOP | HEADS_ABOVE, unit=of_assessment, counting=OF_SHEET)
def adjust_score(
    view: View,
    stamp: Stamp,
    assessment: AssessmentId,
    points: ScorePoints,
    reason_code: Reason,
    evidence: tuple[str, ...] = (),
    bonus: bool = False,
    part: QuarterPart | None = None,
) -> Facts:
    """Points off the self-score, each with a reason and evidence; points on only where policy allows (ASS-05, ASS-39).

    STATE without a self-score or once published, SOD, EVIDENCE, LOCKED.
    """
    sheet = view.assessment(assessment)
    check_part(sheet, part)
    if not sheet.takes_scores or (part or "") not in sheet.self_scores:
        raise State(sheet.state if not sheet.takes_scores else "there is no self-score")
    check_not_own(stamp, sheet)
    check_evidence(evidence)
    if bonus and not policy_of(view, stamp, sheet, "score.allow_bonus"):
        raise Locked("score.allow_bonus is false")
    yield ScoreAdjusted(
        stream=stream_of(sheet),
        assessment=assessment,
        points=plain(points),
        reason_code=reason_code,
        evidence=evidence,
        bonus=bonus,
        part=part,
    )


class Places(msgspec.Struct, frozen=True):
    """How many places had to be visited, and how many were."""

    required: Count
    visited: Count


class Attendances(msgspec.Struct, frozen=True):
    """Attendances per shift: the minimum, and what was done."""

    required: dict[str, Count]
    done: dict[str, Count]


@decision("ScoreInspection", who=OFFICE | HEADS_ABOVE, unit=of_assessment, counting=OF_SHEET)
def score_inspection(
    view: View,
    stamp: Stamp,
    assessment: AssessmentId,
    score: Score | None = None,
    quality: Score | None = None,
    places: Places | None = None,
    freq: Attendances | None = None,
    part: MonthPart | None = None,
    from_facts: bool = False,
) -> Facts:
    """The inspection score, outright, from quality, coverage and attendances (F-1), or from what is recorded of them.

    STATE once published, SOD, INVALID for a team leader, for two ways or none, ALREADY.  ``from_facts`` reckons with
    the inspection list and the recorded inspections, with the scorer's quality if he gives one: NOT_READY without
    list, or without any quality (rules 31, 89).
    """
    sheet = view.assessment(assessment)
    if not sheet.takes_scores:
        raise State(sheet.state)
    check_not_own(stamp, sheet)
    if sheet.kind == "team_leader":
        raise Invalid("a team leader's month is the duty score alone")
    check_part(sheet, part)
    weights = _weights(view, stamp, sheet)
    if from_facts and (score, places, freq) != (None, None, None):
        raise Invalid("from_facts: the figures are those that are recorded")
    reckoned = {} if from_facts else _reckoned(score, quality, places, freq, weights)
    if (part or "") in sheet.inspections:
        raise Already(f"{assessment} {part or ''}".strip())
    if from_facts:
        reckoned = _recorded(view, sheet, quality, part, weights)
    yield InspectionScored(stream=stream_of(sheet), assessment=assessment, part=part, **reckoned)


def _reckoned(
    score: Decimal | None,
    quality: Decimal | None,
    places: Places | None,
    freq: Attendances | None,
    weights: list[Decimal],
) -> dict[str, Any]:
    """I, and the three parts that it was reckoned from; INVALID if neither or both ways are given."""
    parts = (quality, places, freq)
    if score is not None and parts == (None, None, None):
        return {"I": plain(score)}
    if score is not None or quality is None or places is None or freq is None:
        raise Invalid("score, or quality with places and freq")
    covered = scores.coverage(places.required, places.visited)
    attended = scores.frequency(freq.required, freq.done)
    return _by_parts(Inspected(Fraction(quality), covered, attended), weights)


def _recorded(
    view: View, sheet: Assessment, quality: Decimal | None, part: str | None, weights: list[Decimal]
) -> dict[str, Any]:
    """I from the list of the month's last day and the inspections of its cycles (rules 31, 89)."""
    month = sheet.period if part is None else f"{sheet.period}-{part}"
    listed = in_force(view.person(sheet.person).inspection_lists, last_day(month))
    if listed is None:
        raise NotReady(f"{sheet.person} has no inspection list in {month}")
    asked = Asked(listed.places, listed.freq, listed.cycle)
    record = view.inspected(sheet.person, months(listed.cycle, month))
    found = inspected(asked, (visit for each in record for visit in each.visits), month)
    if quality is not None:
        found = found._replace(quality=Fraction(quality))
    if found.quality is None:
        raise NotReady(f"no inspection of {sheet.person} in {month} is rated")
    return {**_by_parts(found, weights), "from_facts": True, "self_rated": quality is None}


def _by_parts(found: Inspected, weights: list[Decimal]) -> dict[str, Any]:
    """I, shown with two digits, and its parts."""
    exact = scores.inspection(found.quality or Fraction(0), found.coverage, found.frequency, weights)
    parts = {name: None if part is None else plain(scores.rounded(part)) for name, part in found._asdict().items()}
    shown = scores.rounded(exact)
    return {"I": plain(shown), "unrounded": None if exact == Fraction(shown) else str(exact), **parts}


def _weights(view: View, stamp: Stamp, sheet: Assessment) -> list[Decimal]:
    return [Decimal(weight) for weight in policy_of(view, stamp, sheet, "inspection.weights")]


# -- publishing, objecting, revising, finalising ----------------------------------------------------------------------


@decision("PublishAssessment", who=OFFICE_OR_WORKSHOP | HEADS_ABOVE, unit=of_assessment, counting=OF_SHEET)
def publish_assessment(view: View, stamp: Stamp, assessment: AssessmentId) -> Facts:
    """The scores are told, the window for an objection begins.

    STATE, SOD (own, rule 3), NOT_READY (a part is missing), NO_CALENDAR, TOO_LATE (rule 55).
    """
    sheet = view.assessment(assessment)
    if not sheet.takes_scores:
        raise State(sheet.state)
    check_not_own(stamp, sheet)
    if not sheet.self_scores:
        raise NotReady("the self-score is missing")
    if not sheet.inspections and sheet.kind != "team_leader":
        raise NotReady("the inspection score is missing")
    window = _window(view, stamp, sheet)
    yield AssessmentPublished(
        stream=stream_of(sheet),
        assessment=assessment,
        window_until=window.until,
        window_over=window.over,
        **result_of(view, stamp, sheet)._asdict(),
    )


def _window(view: View, stamp: Stamp, sheet: Assessment) -> Window:
    """The window for an objection, from now on.  Raises as ``objection_window`` does."""
    return objection_window(view, stamp, home_of_person(view, stamp, sheet), stamp.business_date, stamp.at)


@decision("ObjectAssessment", who=THE_PERSON, unit=of_assessment)
def object_assessment(view: View, stamp: Stamp, assessment: AssessmentId, grounds: str) -> Facts:
    """The person objects once (ALREADY), between publication and final (STATE), within the window (WINDOW_CLOSED).

    Whoever has accepted the scores has closed his window himself (rule 29).
    """
    sheet = view.assessment(assessment)
    if not sheet.is_published:
        raise State(sheet.state)
    if sheet.objected:
        raise Already(assessment)
    if sheet.accepted or stamp.at >= sheet.window_over:
        raise WindowClosed(f"{assessment}: until {sheet.window_until}")
    yield AssessmentObjected(stream=stream_of(sheet), assessment=assessment, grounds=grounds)


@decision("AcceptAssessment", who=THE_PERSON, unit=of_assessment)
def accept_assessment(view: View, stamp: Stamp, assessment: AssessmentId) -> Facts:
    """The person accepts what is published (STATE), once (ALREADY): no objection is open or comes any more (rule 29).

    A revision afterwards makes the acceptance void.
    """
    sheet = view.assessment(assessment)
    if not sheet.is_published:
        raise State(sheet.state)
    if sheet.accepted:
        raise Already(assessment)
    yield AssessmentAccepted(stream=stream_of(sheet), assessment=assessment)


@decision("ReviseAssessment", who=OFFICE | HEADS_ABOVE, unit=of_assessment, counting=OF_SHEET)
def revise_assessment(
    view: View,
    stamp: Stamp,
    assessment: AssessmentId,
    reason: str,
    duty: Score | None = None,
    inspection: Score | None = None,
) -> Facts:
    """The office revises duty, inspection or neither; everything else follows.  STATE unless published, SOD.

    The first revision after the end was reversed starts the objection window again, and an objection may be raised
    again: NO_CALENDAR, TOO_LATE (rule 86).
    """
    sheet = view.assessment(assessment)
    if not sheet.is_published:
        raise State(sheet.state)
    check_not_own(stamp, sheet)
    if inspection is not None and sheet.kind == "team_leader":
        raise Invalid("a team leader's month is the duty score alone")
    given = (("duty", duty), ("inspection", inspection))
    decided: dict[str, Any] = {name: plain(score) for name, score in given if score is not None}
    window = _window(view, stamp, sheet) if sheet.reopened else None
    yield AssessmentRevised(
        stream=stream_of(sheet),
        assessment=assessment,
        reason=reason,
        window_until=window.until if window else None,
        window_over=window.over if window else None,
        **decided,
        **result_of(view, stamp, msgspec.structs.replace(sheet, **decided))._asdict(),
    )


@decision("FinalizeAssessment", who=OFFICE | HEADS_ABOVE, unit=of_assessment, counting=OF_SHEET)
def finalize_assessment(view: View, stamp: Stamp, assessment: AssessmentId) -> Facts:
    """Final is final: STATE unless published, NOT_READY while the person may object or waits for an answer, SOD.

    The window is the person's: it ends by time, when he accepts, or when his objection is decided (rule 29).  Advice
    and points follow where policies say so; DUPLICATE, last, where they are there already (rule 37).
    """
    sheet = view.assessment(assessment)
    if not sheet.is_published:
        raise State(sheet.state)
    if sheet.state == "objected":
        raise NotReady("an objection waits for its revision")
    if not (sheet.accepted or sheet.decided or stamp.at >= sheet.window_over):
        raise NotReady(f"{sheet.person} may object until {sheet.window_until}")
    check_not_own(stamp, sheet)
    yield AssessmentFinalized(stream=stream_of(sheet), assessment=assessment)
    yield from after_final(view, stamp, sheet)
