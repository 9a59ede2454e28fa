"""Follow-up: advice with a deadline, training, suspended posts, feedback, sealed reporters (ASS-16, ASS-17, ORG-23)."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated

from ledger.consequences import timer
from ledger.decisions import pushes
from ledger.decisions.evidence import check_evidence
from ledger.decisions.in_force import policy
from ledger.decisions.kernel.authority import (
    ANYONE,
    SYS,
    Where,
    Who,
    above,
    home_of,
    lead_above,
    of_actor,
    of_hazard,
    role,
    word,
)
from ledger.decisions.kernel.judging import given, judging
from ledger.decisions.kernel.request import Arguments, Request
from ledger.decisions.kernel.stamp import Stamp
from ledger.decisions.kernel.table import Facts, decision
from ledger.errors import Already, Criteria, Invalid, NotReady, Sod, State
from ledger.facts.followup import (
    AdviceClosed,
    FeedbackSubmitted,
    PostReinstated,
    PostSuspended,
    ReporterUnsealed,
    TrainingPassed,
    TrainingPushed,
)
from ledger.facts.hazards import ReminderSent
from ledger.money import plain
from ledger.view import View
from ledger.vocabulary import (
    NEW,
    AdviceId,
    AssessmentId,
    Day,
    FeedbackId,
    HazardId,
    PersonId,
    Role,
    Score,
    TrainingId,
    UnitId,
    person_stream,
    unit_stream,
)

HOME = home_of("person")
FOREVER: Day = "9999-12-31"


def offices(where: Where) -> Who:
    """``office@↑``: office or safety office of the unit or above it (contract §2.10)."""
    return above(where, Role.OFFICE, Role.SAFETY_OFFICE)


# -- advice ---------------------------------------------------------------------------------------------------------


def _one_origin(arguments: Arguments) -> None:
    if arguments.get("hazard") is not None and arguments.get("assessment") is not None:
        raise Invalid("hazard or assessment, not both")


@decision(
    "PushAdvice",
    who=offices(HOME) | lead_above(HOME) | SYS,
    unit=HOME,
    valid=_one_origin,
    counting=judging(given("person")),
)
def push_advice(
    view: View,
    stamp: Stamp,
    advice: Annotated[AdviceId, NEW],
    person: PersonId,
    text: str,
    due: Day,
    hazard: HazardId | None = None,
    assessment: AssessmentId | None = None,
) -> Facts:
    """整改建议: a person has something to do until a day, and is reminded around its end (ASS-16)."""
    yield pushes.advice(view, stamp, advice, person, text, due, hazard=hazard, assessment=assessment)


def _advised(request: Request) -> str:
    return request.view.advice(request["advice"]).person


def home_of_advised(request: Request) -> str | None:
    return request.view.person(_advised(request)).home(request.stamp.business_date)


@decision(
    "CloseAdvice",
    who=word(lambda request: request.stamp.by == _advised(request)) | offices(home_of_advised),
    counting=judging(_advised),
    unit=home_of_advised,
)
def close_advice(view: View, stamp: Stamp, advice: AdviceId, evidence: tuple[str, ...] = ()) -> Facts:
    """The advice is followed, with evidence, once; nobody is reminded any more."""
    pushed = view.advice(advice)
    if pushed.state != "open":
        raise State(pushed.state)
    check_evidence(evidence)
    yield AdviceClosed(
        stream=person_stream(pushed.person),
        advice=advice,
        person=pushed.person,
        evidence=evidence,
        falls_no_more=pushed.falls_due,
    )


def home_of_pushed(view: View, kind: str, name: str) -> UnitId:
    """The home of the person whom the advice is for."""
    return view.person(view.advice(name).person).home(FOREVER) or view.organisation.root


def remind(view: View, stamp: Stamp, kind: str, entry: str) -> Facts:
    """The person is reminded of the advice while it is open (TR-16)."""
    name, _, hours = entry.partition("/")
    pushed = view.advice(name)
    yield ReminderSent(
        stream=person_stream(pushed.person),
        kind="advice",
        document=name,
        target=pushed.person,
        due=stamp.at,
        text=f"advice {name}: due {pushed.due}",
        entry=timer(f"remind-advice/{hours}", name),
    )


# -- training and the post ------------------------------------------------------------------------------------------


@decision("PushTraining", who=offices(HOME) | lead_above(HOME) | SYS, unit=HOME, counting=judging(given("person")))
def push_training(
    view: View,
    stamp: Stamp,
    training: Annotated[TrainingId, NEW],
    person: PersonId,
    course: str,
    reason: str,
    due: Day | None = None,
) -> Facts:
    """A course is pushed to the person whose weakness asks for it (ASS-17)."""
    yield TrainingPushed(
        stream=person_stream(person), training=training, person=person, course=course, reason=reason, due=due
    )


def _trainee(request: Request) -> str:
    return request.view.training(request["training"]).person


def home_of_trainee(request: Request) -> str | None:
    return request.view.person(_trainee(request)).home(request.stamp.business_date)


@decision("PassTraining", who=offices(home_of_trainee), unit=home_of_trainee, counting=judging(_trainee))
def pass_training(view: View, stamp: Stamp, training: TrainingId, score: Score) -> Facts:
    """The office records who has passed, once; STATE, SOD for the own training, CRITERIA below ``training.pass``."""
    pushed = view.training(training)
    if pushed.state != "pushed":
        raise State(pushed.state)
    if pushed.person == stamp.by:
        raise Sod(stamp.by)
    home = view.person(pushed.person).home(stamp.business_date) or view.organisation.root
    needed = policy(view, "training.pass", home, stamp.business_date)
    if score < Decimal(needed):
        raise Criteria(f"{plain(score)} is below {needed}")
    yield TrainingPassed(
        stream=person_stream(pushed.person), training=training, person=pushed.person, score=plain(score)
    )


SUSPENDERS = above(HOME, Role.OFFICE, Role.SAFETY_OFFICE, Role.UNIT_HEAD)


@decision("SuspendPost", who=SUSPENDERS, unit=HOME, counting=judging(given("person")))
def suspend_post(view: View, stamp: Stamp, person: PersonId, reason: str, training: TrainingId) -> Facts:
    """No new tasks until the training is passed; ALREADY suspended, SOD for oneself (ASS-17)."""
    if view.person(person).suspended:
        raise Already(person)
    if person == stamp.by:
        raise Sod(person)
    yield PostSuspended(stream=person_stream(person), person=person, reason=reason, training=training)


@decision("ReinstatePost", who=SUSPENDERS, unit=HOME, counting=judging(given("person")))
def reinstate_post(view: View, stamp: Stamp, person: PersonId) -> Facts:
    """Back to the post; STATE unless suspended, SOD for one's own (rule 52), NOT_READY until the training is passed."""
    training = view.person(person).suspended
    if not training:
        raise State(f"{person} is not suspended")
    if stamp.by == person:
        raise Sod(person)
    if view.training(training).state != "passed":
        raise NotReady(f"training {training} is not passed")
    yield PostReinstated(stream=person_stream(person), person=person)


# -- feedback and sealed reporters ----------------------------------------------------------------------------------


@decision("SubmitFeedback", who=ANYONE, unit=of_actor)
def submit_feedback(
    view: View,
    stamp: Stamp,
    feedback: Annotated[FeedbackId, NEW],
    topic: str,
    text: str,
    anonymous: bool = False,
) -> Facts:
    """Anyone says what he thinks of the scheme, also without his name (ORG-23, ASS-20)."""
    yield FeedbackSubmitted(stream="org", feedback=feedback, about=topic, text=text, anonymous=anonymous)


def of_report(request: Request) -> str | None:
    """The unit of the reported hazard; feedback belongs to none, it counts on the day of the actor's unit."""
    return of_actor(request) if request["hazard"] is None else of_hazard(request)


@decision("UnsealReporter", who=role(Role.LEADING_GROUP), unit=of_report, one_of=("hazard", "feedback"))
def unseal_reporter(
    view: View,
    stamp: Stamp,
    reason: str,
    hazard: HazardId | None = None,
    feedback: FeedbackId | None = None,
    approvals: tuple[PersonId, ...] = (),
) -> Facts:
    """The leading group opens who gave an anonymous report; STATE if it has nothing sealed (any more)."""
    report = view.hazard(hazard) if hazard is not None else view.feedback(feedback or "")
    if not report.anonymous or report.unsealed:
        raise State("the report is not anonymous, or no longer")
    stream = "org" if hazard is None else unit_stream(view.hazard(hazard).origin)
    yield ReporterUnsealed(stream=stream, reason=reason, approvals=approvals, hazard=hazard, feedback=feedback)
