"""The table of states: for each kind of key, the empty state and the function that folds a fact into it."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any, NamedTuple, get_args, get_origin

import msgspec
from immutables import Map

from ledger import analysis
from ledger.fact import StoredFact
from ledger.facts.organisation import ProtectedActRecorded
from ledger.posting import Entries
from ledger.state import (
    assessment,
    duties,
    followup,
    handovers,
    hazards,
    notices,
    organisation,
    pay,
    person,
    policies,
    prices,
    registers,
    responsibility,
    settlement,
    slips,
    tenders,
    unit,
    unit_year,
)
from ledger.state.columns import Columns

State = Any
"""One of the frozen structs of ``ledger.state``; None for a document that does not exist."""


class Act(msgspec.Struct, frozen=True):
    """A protected act (L6) and whose it is."""

    act: str
    person: str
    day: str

    @property
    def columns(self) -> Columns:
        return Columns(since=self.day)


def _act(state: Act | None, stored: StoredFact) -> Act | None:
    fact = stored.fact
    return Act(fact.act, fact.person, fact.business_date) if isinstance(fact, ProtectedActRecorded) else state


class Mentioned(msgspec.Struct, frozen=True):
    """A document id that is in use and needs no state here (accidents; delegations have theirs in the policies)."""

    name: str
    stream: str


def _mentioned(state: Mentioned | None, stored: StoredFact) -> Mentioned:
    return state or Mentioned(stored.fact.topic, stored.fact.stream)


class StateKind(NamedTuple):
    """How states of one kind of key begin and change; ``pinned`` ones are never dropped from the cache."""

    type: Any
    begin: Callable[[str], State]
    evolve: Callable[[State, StoredFact, Entries], State]
    pinned: bool = False
    last_only: bool = False


def _simple(evolve: Callable[[Any, StoredFact], Any]) -> Callable[[State, StoredFact, Entries], State]:
    return lambda state, stored, posted: evolve(state, stored)


def _nothing(name: str) -> None:
    return None


NATURAL_KEYS = (
    *("quota-wage:", "budget:", "gross-wage:", "deduction:", "safety-goal:", "leg:"),
    *("sheet:", "safety-wage:", "daily-wage:", "figure:"),
    *("incident:", "bonus:", "equal-force:", "deposit:", "yellow-card:", "points:", "reward:"),
)
"""Keys that are used once and freed by a reversal: unit + document, person + period, transfer + leg …"""

KINDS: dict[str, StateKind] = {
    "org": StateKind(
        organisation.Organisation, lambda name: organisation.Organisation(), _simple(organisation.evolve), pinned=True
    ),
    "policy": StateKind(policies.Policies, lambda name: policies.Policies(), _simple(policies.evolve), pinned=True),
    "pricelist-": StateKind(prices.PriceBook, lambda name: prices.PriceBook(name), _simple(prices.evolve), pinned=True),
    "periods": StateKind(
        registers.Periods, lambda name: registers.Periods(), _simple(registers.evolve_periods), pinned=True
    ),
    "agenda": StateKind(
        registers.Agenda, lambda name: registers.Agenda(), _simple(registers.evolve_agenda), pinned=True
    ),
    "unit-": StateKind(unit.UnitBook, lambda name: unit.UnitBook(name), unit.evolve),
    "person-": StateKind(person.Person, lambda name: person.Person(name), person.evolve),
    "series:": StateKind(
        registers.Series, lambda name: registers.Series(), _simple(registers.evolve_series), last_only=True
    ),
    "command:": StateKind(
        registers.CommandRecord, lambda name: registers.CommandRecord(name), _simple(registers.evolve_command)
    ),
    **dict.fromkeys(
        NATURAL_KEYS,
        StateKind(registers.NaturalKey, lambda name: registers.NaturalKey(), _simple(registers.evolve_natural_key)),
    ),
    "daily-score:": StateKind(pay.DayScore, lambda name: pay.DayScore(), _simple(pay.evolve_day_score)),
    "entitlement:": StateKind(pay.Entitlement, lambda name: pay.Entitlement(), _simple(pay.evolve_entitlement)),
    "indicator:": StateKind(
        registers.Indicator, lambda name: registers.Indicator(), _simple(registers.evolve_indicator)
    ),
    "spot:": StateKind(registers.Spot, lambda name: registers.Spot(), _simple(registers.evolve_spot)),
    "period-": StateKind(
        settlement.CentreMonth, lambda name: settlement.CentreMonth(), _simple(settlement.evolve_centre)
    ),
    "month:": StateKind(settlement.UnitMonth, settlement.begin_unit_month, settlement.evolve_unit),
    "day-sheet:": StateKind(
        settlement.DaySheet, lambda name: settlement.DaySheet(), _simple(settlement.evolve_day_sheet)
    ),
    "list:": StateKind(Mentioned, _nothing, _simple(_mentioned)),
    "hazard:": StateKind(hazards.Hazard, _nothing, _simple(hazards.evolve)),
    "handover:": StateKind(handovers.Handover, _nothing, _simple(handovers.evolve)),
    "tender:": StateKind(tenders.Tender, _nothing, _simple(tenders.evolve)),
    "slip:": StateKind(slips.Liability, _nothing, _simple(slips.evolve)),
    "penalty:": StateKind(slips.Liability, _nothing, _simple(slips.evolve)),
    "case:": StateKind(slips.Liability, _nothing, _simple(slips.evolve)),
    "accident:": StateKind(Mentioned, _nothing, _simple(_mentioned)),
    "notice:": StateKind(notices.Notice, _nothing, _simple(notices.evolve)),
    "task:": StateKind(duties.Task, _nothing, _simple(duties.evolve)),
    "inspection:": StateKind(duties.Inspection, _nothing, _simple(duties.evolve_inspection)),
    "assessment:": StateKind(assessment.Assessment, _nothing, _simple(assessment.evolve)),
    "advice:": StateKind(followup.Advice, _nothing, _simple(followup.evolve_advice)),
    "training:": StateKind(followup.Training, _nothing, _simple(followup.evolve_training)),
    "feedback:": StateKind(followup.Feedback, _nothing, _simple(followup.evolve_feedback)),
    "grid:": StateKind(responsibility.Grid, lambda name: responsibility.Grid(), _simple(responsibility.evolve)),
    "year:": StateKind(unit_year.UnitYear, lambda name: unit_year.UnitYear(), _simple(unit_year.evolve)),
    "tally:": StateKind(analysis.Tally, analysis.begin, _simple(analysis.evolve)),
    "act:": StateKind(Act, _nothing, _simple(_act)),
    "delegation:": StateKind(Mentioned, _nothing, _simple(_mentioned)),
}


_STREAMS = tuple(kind for kind in KINDS if kind.endswith("-"))


def split(key: str) -> tuple[str, str]:
    """(kind of key, name): ``"unit-W1"`` → ``("unit-", "W1")``, ``"slip:S"`` → ``("slip:", "S")``."""
    if key in KINDS:
        return key, ""
    for kind in _STREAMS:
        if key.startswith(kind):
            return kind, key[len(kind) :]
    kind, colon, name = key.partition(":")
    return (kind + colon, name) if colon else ("", key)


@lru_cache(maxsize=8_192)
def kind_of(key: str) -> StateKind | None:
    """The kind of state under a key; None for streams whose facts nothing decides by."""
    return KINDS.get(split(key)[0])


def begin(key: str) -> State:
    """The state of a key before its first fact."""
    prefix, name = split(key)
    return KINDS[prefix].begin(name)


def encode_hook(value: object) -> object:
    """Persistent maps are stored as plain objects in snapshots."""
    if isinstance(value, Map):
        return dict(value)
    raise TypeError(f"{type(value)} has no snapshot form")


def decode_hook(kind: type, value: Any) -> Any:
    if get_origin(kind) is Map:
        return Map(msgspec.convert(value, dict[get_args(kind)], dec_hook=decode_hook))  # type: ignore[misc]
    raise TypeError(f"{kind} has no snapshot form")
