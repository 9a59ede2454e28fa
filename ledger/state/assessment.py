"""A person's assessment from opening to final (key ``assessment:<id>``; lifecycle domain §7)."""

from __future__ import annotations

from typing import Literal

import msgspec

from ledger.fact import StoredFact, topic_of
from ledger.facts.assessment import (
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
from ledger.facts.pools import EntryReversed
from ledger.facts.safety_wages import SafetyWageAccrued
from ledger.state.columns import Columns
from ledger.state.kind import document
from ledger.vocabulary import Day, Fen, Moment


class Adjustment(msgspec.Struct, frozen=True):
    """Points off, or on where they are a bonus."""

    part: str
    points: str
    bonus: bool
    reason_code: str
    evidence: tuple[str, ...] = ()


class Assessment(msgspec.Struct, frozen=True):
    """Scores by part ("" where there is only one), ``items`` those of duty items; ``amount`` is what was paid for it.

    ``duty`` and ``inspection`` are what a revision decided in place of what was scored; ``unrounded`` are inspection
    scores that two digits do not hold, as fractions.  ``decided``: a revision has answered the objection.
    """

    assessment: str
    kind: str
    person: str
    unit: str
    period: str
    since: Day
    state: Literal["opened", "self_scored", "published", "objected", "final"] = "opened"
    self_scores: dict[str, str] = {}
    items: dict[str, tuple[ItemScore, ...]] = {}
    adjustments: tuple[Adjustment, ...] = ()
    inspections: dict[str, str] = {}
    unrounded: dict[str, str] = {}
    duty: str | None = None
    inspection: str | None = None
    D: str | None = None
    I: str | None = None  # noqa: E741 - the formula's name
    S: str | None = None
    payout: str | None = None
    window_until: Day | None = None
    window_over: Moment = ""
    spoken_for: tuple[str, ...] = ()
    """Parts whose self-score another gave for the person; his own word takes its place (rule 59)."""
    objected: bool = False
    decided: bool = False
    accepted: bool = False
    amount: Fen | None = None
    reopened: bool = False
    """Its end was reversed, and it has not been revised since (rule 86)."""

    @property
    def columns(self) -> Columns:
        return Columns(
            unit=self.unit,
            state=self.state,
            total=self.amount,
            since=self.since,
            until=self.window_until,
            parties=(self.person,),
        )

    @property
    def is_published(self) -> bool:
        """Told, and not yet final."""
        return self.state in ("published", "objected")

    @property
    def takes_scores(self) -> bool:
        """Not yet published."""
        return self.state in ("opened", "self_scored")


def evolve(state: Assessment | None, stored: StoredFact) -> Assessment | None:
    """Fold one fact that names the assessment."""
    replace, fact = msgspec.structs.replace, stored.fact
    if state is None:
        return _opened(fact) if isinstance(fact, AssessmentOpened) else None
    match fact:
        case SelfScoreSubmitted():
            return _self_scored(state, fact)
        case ScoreAdjusted():
            adjustment = Adjustment(fact.part or "", fact.points, fact.bonus, fact.reason_code, fact.evidence)
            return replace(state, adjustments=(*state.adjustments, adjustment))
        case InspectionScored():
            return _inspected(state, fact)
        case AssessmentPublished(window_until=until, window_over=over):
            return replace(_scored(state, fact), window_until=until, window_over=over)
        case AssessmentObjected():
            return replace(state, state="objected", objected=True)
        case AssessmentAccepted():
            return replace(state, state="published", accepted=True)
        case AssessmentRevised():
            return _revised(state, fact)
        case AssessmentFinalized():
            return replace(state, state="final")
        case SafetyWageAccrued(amount=amount):
            return replace(state, amount=amount)
        case EntryReversed(original_topic=topic) if topic == OPENED:
            return None
        case EntryReversed(original_topic=topic) if topic == FINALIZED:
            return replace(state, state="published", reopened=True)
        case EntryReversed():
            return replace(state, amount=None)
        case AssessmentOpened():
            return _opened(fact)
        case _:
            return state


OPENED, FINALIZED = topic_of(AssessmentOpened), topic_of(AssessmentFinalized)


def _opened(fact: AssessmentOpened) -> Assessment:
    return Assessment(
        assessment=fact.assessment,
        kind=fact.kind,
        person=fact.person,
        unit=fact.unit,
        period=fact.period,
        since=fact.business_date,
    )


def _self_scored(state: Assessment, fact: SelfScoreSubmitted) -> Assessment:
    part = fact.part or ""
    others = tuple(other for other in state.spoken_for if other != part)
    return msgspec.structs.replace(
        state,
        state="self_scored",
        self_scores={**state.self_scores, part: fact.self},
        items={**state.items, part: fact.items},
        spoken_for=others if fact.by == state.person else (*others, part),
    )


def _inspected(state: Assessment, fact: InspectionScored) -> Assessment:
    part = fact.part or ""
    unrounded = state.unrounded if fact.unrounded is None else {**state.unrounded, part: fact.unrounded}
    return msgspec.structs.replace(state, inspections={**state.inspections, part: fact.I}, unrounded=unrounded)


def _revised(state: Assessment, fact: AssessmentRevised) -> Assessment:
    """Scores are told once more: an objection is decided, and an acceptance was of other scores (rule 29)."""
    revised = msgspec.structs.replace(
        _scored(state, fact),
        duty=fact.duty or state.duty,
        inspection=fact.inspection or state.inspection,
        decided=state.decided or state.state == "objected",
        accepted=False,
    )
    if fact.window_until is None or fact.window_over is None:
        return revised
    window = {"window_until": fact.window_until, "window_over": fact.window_over}
    return msgspec.structs.replace(revised, objected=False, decided=False, reopened=False, **window)


def _scored(state: Assessment, fact: AssessmentPublished | AssessmentRevised) -> Assessment:
    return msgspec.structs.replace(state, state="published", D=fact.D, I=fact.I, S=fact.S, payout=fact.payout)


KINDS = (document("assessment", Assessment, evolve),)
