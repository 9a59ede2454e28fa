"""Facts of follow-up (整改推送与培训): advice, training, suspended posts, feedback, sealed reporters (ASS-16…20)."""

from __future__ import annotations

from ledger.consequences import Counted, Counts, FallsDue, Timers, timers_ended, timers_set
from ledger.fact import Fact
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

    def timers(self) -> Timers:
        return timers_set(self.falls_due, self.advice)

    def counts(self) -> Counts:
        return (Counted(self.stream, "advice_pushed"),)


class AdviceClosed(Fact, frozen=True, kw_only=True, tag="advice.closed.v1"):
    """It is done, with evidence."""

    advice: AdviceId
    person: PersonId
    evidence: tuple[str, ...]
    falls_no_more: tuple[str, ...] = ()

    def timers(self) -> Timers:
        return timers_ended(self.falls_no_more, self.advice)

    def counts(self) -> Counts:
        return (Counted(self.stream, "advice_closed"),)


class TrainingPushed(Fact, frozen=True, kw_only=True, tag="training.pushed.v1"):
    """A course that a person's weakness asks for."""

    training: TrainingId
    person: PersonId
    course: str
    reason: str
    due: Day | None = None

    def counts(self) -> Counts:
        return (Counted(self.stream, "training_pushed"),)


class TrainingPassed(Fact, frozen=True, kw_only=True, tag="training.passed.v1"):
    """The course is passed with this score."""

    training: TrainingId
    person: PersonId
    score: str

    def counts(self) -> Counts:
        return (Counted(self.stream, "training_passed"),)


class PostSuspended(Fact, frozen=True, kw_only=True, tag="post.suspended.v1"):
    """The person gets no new tasks until the training is passed; no wage effect (ASS-17)."""

    person: PersonId
    reason: str
    training: TrainingId

    def counts(self) -> Counts:
        return (Counted(self.stream, "suspended"),)


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
