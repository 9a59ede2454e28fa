"""A person's shifts of a month as they were said last (key ``roster:<person>/<month>``; rule 32)."""

from __future__ import annotations

import msgspec

from ledger.fact import StoredFact
from ledger.facts.rosters import ROSTER, RosterPublished
from ledger.state.kind import StateKind, without_entries
from ledger.vocabulary import Day, UnitId


class Rostered(msgspec.Struct, frozen=True):
    """The shift of a day, and the team that has said so."""

    unit: UnitId
    shift: str


class Roster(msgspec.Struct, frozen=True):
    person: str
    days: dict[Day, Rostered] = {}


def begin(name: str) -> Roster:
    """The roster of a key ``<person>/<month>`` before its first fact."""
    return Roster(name.rpartition("/")[0])


def evolve(state: Roster, stored: StoredFact) -> Roster:
    """The newest word on a day counts; days of other months are in other states too."""
    match stored.fact:
        case RosterPublished(unit=unit, shifts=shifts):
            said = {line.day: Rostered(unit, line.shift) for line in shifts if line.person == state.person}
            return msgspec.structs.replace(state, days={**state.days, **said})
        case _:
            return state


KINDS = (StateKind(ROSTER.prefix, Roster, begin, without_entries(evolve)),)
