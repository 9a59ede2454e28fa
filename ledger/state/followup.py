"""Advice, training and feedback from push to close (keys ``advice:<id>``, ``training:<id>``, ``feedback:<id>``)."""

from __future__ import annotations

from typing import Literal

import msgspec

from ledger.fact import StoredFact
from ledger.facts.followup import (
    AdviceClosed,
    AdvicePushed,
    FeedbackSubmitted,
    ReporterUnsealed,
    TrainingPassed,
    TrainingPushed,
)
from ledger.facts.pools import EntryReversed
from ledger.state.columns import Columns
from ledger.state.kind import document
from ledger.vocabulary import Day


class Advice(msgspec.Struct, frozen=True):
    """open → closed; ``falls_due`` are the reminders that its deadline has put on the agenda."""

    advice: str
    person: str
    state: Literal["open", "closed"]
    due: Day
    pushed_on: Day
    falls_due: tuple[str, ...] = ()
    hazard: str | None = None

    @property
    def columns(self) -> Columns:
        return Columns(state=self.state, hazard=self.hazard, parties=(self.person,))


class Training(msgspec.Struct, frozen=True):
    """pushed → passed."""

    training: str
    person: str
    state: Literal["pushed", "passed"]
    course: str
    pushed_on: Day

    @property
    def columns(self) -> Columns:
        return Columns(state=self.state, parties=(self.person,))


class Feedback(msgspec.Struct, frozen=True):
    """submitted; who gave an anonymous one stays sealed until it is ``unsealed``."""

    feedback: str
    state: Literal["submitted"]
    anonymous: bool = False
    unsealed: bool = False

    @property
    def columns(self) -> Columns:
        return Columns(state=self.state)


def evolve_advice(state: Advice | None, stored: StoredFact) -> Advice | None:
    """Fold one fact that names the advice."""
    fact = stored.fact
    if isinstance(fact, EntryReversed):  # it came with a final score that is taken back (rule 72)
        return None
    if isinstance(fact, AdvicePushed):
        reminders = tuple(due.what for due in fact.falls_due)
        return Advice(fact.advice, fact.person, "open", fact.due, fact.business_date, reminders, fact.hazard)
    if state is not None and isinstance(fact, AdviceClosed):
        return msgspec.structs.replace(state, state="closed")
    return state


def evolve_training(state: Training | None, stored: StoredFact) -> Training | None:
    """Fold one fact that names the training."""
    fact = stored.fact
    if isinstance(fact, TrainingPushed):
        return Training(fact.training, fact.person, "pushed", fact.course, fact.business_date)
    if state is not None and isinstance(fact, TrainingPassed):
        return msgspec.structs.replace(state, state="passed")
    return state


def evolve_feedback(state: Feedback | None, stored: StoredFact) -> Feedback | None:
    """Fold one fact that names the feedback."""
    fact = stored.fact
    if isinstance(fact, FeedbackSubmitted):
        return Feedback(fact.feedback, "submitted", fact.anonymous)
    if state is not None and isinstance(fact, ReporterUnsealed):
        return msgspec.structs.replace(state, unsealed=True)
    return state


KINDS = (
    document("advice", Advice, evolve_advice),
    document("training", Training, evolve_training),
    document("feedback", Feedback, evolve_feedback),
)
