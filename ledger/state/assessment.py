"""A person's assessment from opening to final (key ``assessment:<id>``; lifecycle domain §7)."""

from __future__ import annotations

from functools import singledispatch
from typing import Literal

import msgspec

from ledger.dispatch import by_type
from ledger.fact import Fact, StoredFact
from ledger.facts import assessment as facts
from ledger.facts.pools import EntryReversed
from ledger.facts.safety_wages import SafetyWageAccrued
from ledger.state.columns import Columns
from ledger.vocabulary import Day, Moment


class Adjustment(msgspec.Struct, frozen=True):
    """Points off, or on where they are a bonus."""

    part: str
    points: str
    bonus: bool
    reason_code: str
    evidence: tuple[str, ...] = ()


class Assessment(msgspec.Struct, frozen=True):
    """Scores by part ("" where there is only one); ``amount`` is what was paid for it.

    ``duty`` and ``inspection`` are what a revision decided in place of what was scored.
    """

    assessment: str
    kind: str
    person: str
    unit: str
    period: str
    since: Day
    state: Literal["opened", "self_scored", "published", "objected", "final"] = "opened"
    self_scores: dict[str, str] = {}
    adjustments: tuple[Adjustment, ...] = ()
    inspections: dict[str, str] = {}
    duty: str | None = None
    inspection: str | None = None
    D: str | None = None
    I: str | None = None  # noqa: E741 - the formula's name
    S: str | None = None
    payout: str | None = None
    window_until: Day | None = None
    window_over: Moment = ""
    objected: bool = False
    amount: int | None = None

    @property
    def columns(self) -> Columns:
        return Columns(unit=self.unit, state=self.state, total=self.amount, since=self.since, until=self.window_until)

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
    fact = stored.fact
    if isinstance(fact, facts.AssessmentOpened):
        return Assessment(
            assessment=fact.assessment,
            kind=fact.kind,
            person=fact.person,
            unit=fact.unit,
            period=fact.period,
            since=fact.business_date,
        )
    return None if state is None else by_type(_evolve, type(fact))(fact, state)


@singledispatch
def _evolve(fact: Fact, state: Assessment) -> Assessment:
    return state


@_evolve.register
def _(fact: facts.SelfScoreSubmitted, state: Assessment) -> Assessment:
    scores = {**state.self_scores, fact.part or "": fact.self}
    return msgspec.structs.replace(state, state="self_scored", self_scores=scores)


@_evolve.register
def _(fact: facts.ScoreAdjusted, state: Assessment) -> Assessment:
    adjustment = Adjustment(fact.part or "", fact.points, fact.bonus, fact.reason_code, fact.evidence)
    return msgspec.structs.replace(state, adjustments=(*state.adjustments, adjustment))


@_evolve.register
def _(fact: facts.InspectionScored, state: Assessment) -> Assessment:
    return msgspec.structs.replace(state, inspections={**state.inspections, fact.part or "": fact.I})


@_evolve.register
def _(fact: facts.AssessmentPublished, state: Assessment) -> Assessment:
    return msgspec.structs.replace(
        state,
        state="published",
        D=fact.D,
        I=fact.I,
        S=fact.S,
        payout=fact.payout,
        window_until=fact.window_until,
        window_over=fact.window_over,
    )


@_evolve.register
def _(fact: facts.AssessmentObjected, state: Assessment) -> Assessment:
    return msgspec.structs.replace(state, state="objected", objected=True)


@_evolve.register
def _(fact: facts.AssessmentRevised, state: Assessment) -> Assessment:
    return msgspec.structs.replace(
        state,
        state="published",
        D=fact.D,
        I=fact.I,
        S=fact.S,
        payout=fact.payout,
        duty=fact.duty or state.duty,
        inspection=fact.inspection or state.inspection,
    )


@_evolve.register
def _(fact: facts.AssessmentFinalized, state: Assessment) -> Assessment:
    return msgspec.structs.replace(state, state="final")


@_evolve.register
def _(fact: SafetyWageAccrued, state: Assessment) -> Assessment:
    return msgspec.structs.replace(state, amount=fact.amount)


@_evolve.register
def _(fact: EntryReversed, state: Assessment) -> Assessment:
    return msgspec.structs.replace(state, amount=None)
