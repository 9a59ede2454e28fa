"""Facts of a person's assessment (考核) on ``assessment-<person>-<period>``, in the letters of the formulas.

D is the duty score, I the inspection score, S the safety score (domain §8).
"""

from __future__ import annotations

import msgspec

from ledger.consequences import Tags
from ledger.fact import Fact
from ledger.keys import UniqueKey
from ledger.vocabulary import AssessmentId, Day, Moment, MonthOrYear, PersonId, UnitId

SHEET = UniqueKey("sheet", "person", "period")
"""A person is assessed once in a period."""


class AssessmentOpened(Fact, frozen=True, kw_only=True, tag="assessment.opened.v1"):
    """A person's score sheet of a month, or of a deputy's year; ``unit`` is the home then."""

    assessment: AssessmentId
    kind: str
    person: PersonId
    unit: UnitId
    period: MonthOrYear
    template: str | None = None

    def tags(self) -> Tags:
        return (SHEET.of(self),)


class ItemScore(msgspec.Struct, frozen=True):
    """The self-score of one duty item."""

    item: str
    score: str


class SelfScoreSubmitted(Fact, frozen=True, kw_only=True, tag="assessment.self-scored.v1"):
    """自评: what the person gives himself, for the whole or for a quarter of a deputy's year."""

    assessment: AssessmentId
    self: str
    items: tuple[ItemScore, ...] = ()
    part: str | None = None


class ScoreAdjusted(Fact, frozen=True, kw_only=True, tag="assessment.adjusted.v1"):
    """The office deducts points, or adds them where bonuses are allowed, with reason and evidence (ASS-05)."""

    assessment: AssessmentId
    points: str
    reason_code: str
    evidence: tuple[str, ...]
    bonus: bool = False
    part: str | None = None


class InspectionScored(Fact, frozen=True, kw_only=True, tag="assessment.inspection-scored.v1"):
    """F-1: quality, coverage and frequency in percent, or the score outright.

    ``from_facts``: coverage and frequency are those of the recorded inspections, and ``self_rated``: so is quality,
    which the person has recorded himself (rules 31, 89).
    """

    assessment: AssessmentId
    I: str  # noqa: E741 - the formula's name
    quality: str | None = None
    coverage: str | None = None
    frequency: str | None = None
    part: str | None = None
    from_facts: bool = False
    self_rated: bool = False
    unrounded: str | None = None
    """I as a fraction where two digits do not hold it: a score is rounded once, at the end (rule 28)."""


class AssessmentPublished(Fact, frozen=True, kw_only=True, tag="assessment.published.v1"):
    """The scores and the payout are told; the window for an objection begins."""

    assessment: AssessmentId
    D: str
    S: str
    payout: str
    formula: str
    window_until: Day
    window_over: Moment
    I: str | None = None  # noqa: E741 - the formula's name


class AssessmentObjected(Fact, frozen=True, kw_only=True, tag="assessment.objected.v1"):
    """The person objects, once; the office has to revise before it finalises."""

    assessment: AssessmentId
    grounds: str


class AssessmentAccepted(Fact, frozen=True, kw_only=True, tag="assessment.accepted.v1"):
    """The person accepts the scores: the window for an objection ends, and so does an objection (rule 29)."""

    assessment: AssessmentId


class AssessmentRevised(Fact, frozen=True, kw_only=True, tag="assessment.revised.v1"):
    """The office has looked again; ``duty`` and ``inspection`` are what it decided, the rest follows from them.

    The first time after the end was reversed, the objection window begins again: until ``window_until`` (rule 86).
    """

    assessment: AssessmentId
    D: str
    S: str
    payout: str
    formula: str
    reason: str
    I: str | None = None  # noqa: E741 - the formula's name
    duty: str | None = None
    inspection: str | None = None
    window_until: Day | None = None
    window_over: Moment | None = None


class AssessmentFinalized(Fact, frozen=True, kw_only=True, tag="assessment.finalized.v1"):
    """Final is final."""

    assessment: AssessmentId
