"""Figures that a reversal takes back, and what else goes with it: enough for a state to forget them (rules 23, 71, 72).

A figure is a number or word on which money may rest; it moves none itself.
"""

from __future__ import annotations

import msgspec

from ledger.consequences import Counted, Counts, Tags, Timers, timers_ended
from ledger.facts.points import POINTS
from ledger.vocabulary import Fen, Moment, Month, PersonId, Quarter, UnitId, Year, person_stream, unit_stream


class Figure(msgspec.Struct, frozen=True, omit_defaults=True, tag_field="figure"):
    """Something that stands no more."""

    @property
    def tags(self) -> Tags:
        """States that change beside those whose keys were given by the fact that is taken back."""
        return ()

    @property
    def timers(self) -> Timers:
        return ()

    @property
    def counts(self) -> Counts:
        return ()


class QuarterScore(Figure, frozen=True, tag="quarter"):
    """The score of a unit's quarter."""

    unit: UnitId
    quarter: Quarter


class HalfScore(Figure, frozen=True, tag="half"):
    """The score of a unit's half of a year."""

    unit: UnitId
    half: str


class YearScore(Figure, frozen=True, tag="year"):
    """The annual result, score and grade of a unit's year."""

    unit: UnitId
    year: Year


class Incidents(Figure, frozen=True, tag="incidents"):
    """Incidents against a quota; ``lifts``: the count is within the quota again, the bonus that it cost is not lost."""

    year: Year
    indicator: str
    quarter: str
    count: int
    unit: UnitId | None = None
    person: PersonId | None = None
    lifts: bool = False


class Revocation(Figure, frozen=True, tag="revocation"):
    """A bonus of a year that was taken away by decision; without indicator all of them."""

    year: Year
    indicator: str | None = None
    unit: UnitId | None = None
    person: PersonId | None = None


class Award(Figure, frozen=True, tag="award"):
    """Points for a paper, all of them still held."""

    person: PersonId
    doc: str
    points: int

    @property
    def timers(self) -> Timers:
        return ((POINTS(self.person, self.doc), None),)

    @property
    def counts(self) -> Counts:
        return (Counted(person_stream(self.person), "points_awarded", -self.points),)


class PushedAdvice(Figure, frozen=True, tag="advice"):
    """Advice that came with a final score."""

    advice: str
    person: PersonId
    falls_no_more: tuple[str, ...] = ()

    @property
    def tags(self) -> Tags:
        return (f"advice:{self.advice}",)

    @property
    def timers(self) -> Timers:
        return timers_ended(self.falls_no_more, self.advice)

    @property
    def counts(self) -> Counts:
        return (Counted(person_stream(self.person), "advice_pushed", -1),)


class MonthsGross(Figure, frozen=True, tag="gross"):
    """The gross wage of a person's month, and a deduction of 0.00 that was reckoned from it."""

    person: PersonId
    period: Month


class DepartmentsList(Figure, frozen=True, tag="list"):
    """A department's list of a month; its id is free again."""

    list: str

    @property
    def tags(self) -> Tags:
        return (f"list:{self.list}",)


class RiskDeposit(Figure, frozen=True, tag="deposit"):
    """A deposit that was collected, returned or forfeited is as before, and so is the streak (rule 71)."""

    person: PersonId
    unit: UnitId
    year: Year
    act: str


class Card(Figure, frozen=True, tag="card"):
    """A yellow card, the person's last at the unit."""

    person: PersonId
    unit: UnitId
    year: Year


class Decision(Figure, frozen=True, tag="decision"):
    """The decision of an appeal: the line is under appeal again, and somebody is reminded of it as before.

    ``waiting`` is the unit whose line it is (rule 85), ``charged`` the amount that it counts as charged again.
    """

    document: str
    party: str
    amount: Fen
    fund: UnitId
    pool: bool = False
    remind_at: Moment | None = None
    waiting: UnitId | None = None
    charged: Fen = 0

    @property
    def tags(self) -> Tags:
        """The party must know what of it is under appeal, although the money lies elsewhere."""
        if self.pool:
            return (unit_stream(self.waiting),) if self.waiting else ()
        return (person_stream(self.party),)

    @property
    def timers(self) -> Timers:
        return ((f"escrow-{self.document}/{self.party}", self.remind_at),)

    @property
    def counts(self) -> Counts:
        stream = (unit_stream if self.pool else person_stream)(self.party)
        return (Counted(stream, "charged", self.charged),) if self.charged else ()


Figures = tuple[
    QuarterScore
    | HalfScore
    | YearScore
    | Incidents
    | Revocation
    | Award
    | PushedAdvice
    | MonthsGross
    | DepartmentsList
    | RiskDeposit
    | Card
    | Decision,
    ...,
]
