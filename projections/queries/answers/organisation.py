"""Units, people, and who may do what."""

from __future__ import annotations

from projections.queries.answers.kernel import Answer, Day


class UnitOnDay(Answer):
    unit: str
    name: str
    level: int
    parent: str | None
    centre: str
    kind: str | None
    retired: Day | None


class Units(Answer):
    units: list[UnitOnDay]


class Assignment(Answer):
    role: str
    unit: str
    since: Day
    until: Day | None


class PersonOnDay(Answer):
    person: str
    name: str
    home: str | None
    roles: list[Assignment]
    suspended: bool
    left: Day | None


class People(Answer):
    people: list[PersonOnDay]


class Allowed(Answer):
    person: str
    role: str | None
    unit: str | None
    by_delegation: bool


class WhoMay(Answer):
    people: list[Allowed]
