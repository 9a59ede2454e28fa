"""Facts of follow-up (整改推送与培训): advice, training, suspended posts, feedback, sealed reporters (ASS-16…20)."""

from __future__ import annotations

from ledger.fact import Fact
from ledger.facts.hazards import FallsDue
from ledger.vocabulary import AdviceId, AssessmentId, Day, FeedbackId, HazardId, PersonId, TrainingId


class AdvicePushed(Fact, frozen=True, kw_only=True, tag="advice.pushed.v1"):
    """整改建议: something that a person has to do until a day."""

    advice: AdviceId
    person: PersonId
    text: str
    due: Day
    hazard: HazardId | None = None
    assessment: AssessmentId | None = None
    falls_due: tuple[FallsDue, ...] = ()


class AdviceClosed(Fact, frozen=True, kw_only=True, tag="advice.closed.v1"):
    """It is done, with evidence."""

    advice: AdviceId
    person: PersonId
    evidence: tuple[str, ...]
    falls_no_more: tuple[str, ...] = ()


class TrainingPushed(Fact, frozen=True, kw_only=True, tag="training.pushed.v1"):
    """A course that a person's weakness asks for."""

    training: TrainingId
    person: PersonId
    course: str
    reason: str
    due: Day | None = None


class TrainingPassed(Fact, frozen=True, kw_only=True, tag="training.passed.v1"):
    """The course is passed with this score."""

    training: TrainingId
    person: PersonId
    score: str


class PostSuspended(Fact, frozen=True, kw_only=True, tag="post.suspended.v1"):
    """The person gets no new tasks until the training is passed; no wage effect (ASS-17)."""

    person: PersonId
    reason: str
    training: TrainingId


class PostReinstated(Fact, frozen=True, kw_only=True, tag="post.reinstated.v1"):
    """The person returns to the post."""

    person: PersonId


class FeedbackSubmitted(Fact, frozen=True, kw_only=True, tag="feedback.submitted.v1"):
    """An opinion on the scheme (ORG-23); who gave an anonymous one is sealed."""

    feedback: FeedbackId
    about: str
    text: str
    anonymous: bool = False


class ReporterUnsealed(Fact, frozen=True, kw_only=True, tag="reporter.unsealed.v1"):
    """The leading group opens who gave an anonymous report: from here on queries show it."""

    reason: str
    approvals: tuple[PersonId, ...]
    hazard: HazardId | None = None
    feedback: FeedbackId | None = None
