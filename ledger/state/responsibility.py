"""Persons responsible for one specialty at one place, by date (key ``grid:<hash>``; ORG-20)."""

from __future__ import annotations

import msgspec

from ledger.fact import StoredFact
from ledger.facts.responsibility import ResponsibilityAssigned, ResponsibilityEnded
from ledger.state.kind import register
from ledger.vocabulary import Day

END_OF_TIME: Day = "9999-12-31"


class Holding(msgspec.Struct, frozen=True):
    """One person answers from ``since`` to ``until``, both inclusive."""

    person: str
    since: Day
    until: Day | None = None
    ended: bool = False

    def covers(self, day: Day) -> bool:
        return self.since <= day <= (self.until or END_OF_TIME)

    def meets(self, since: Day, until: Day | None) -> bool:
        """Have the two a common date?"""
        return self.since <= (until or END_OF_TIME) and since <= (self.until or END_OF_TIME)


class Grid(msgspec.Struct, frozen=True):
    holdings: tuple[Holding, ...] = ()


def evolve(state: Grid, stored: StoredFact) -> Grid:
    """Fold one fact about the place and specialty."""
    match stored.fact:
        case ResponsibilityAssigned(person=person, since=since, until=until):
            return Grid((*state.holdings, Holding(person, since, until)))
        case ResponsibilityEnded(person=person, last_day=last_day):
            return Grid(tuple(_end(holding, person, last_day) for holding in state.holdings))
        case _:
            return state


def _end(holding: Holding, person: str, last_day: Day) -> Holding:
    if holding.person == person and holding.covers(last_day):
        return msgspec.structs.replace(holding, until=last_day, ended=True)
    return holding


KINDS = (register("grid:", Grid, evolve),)
