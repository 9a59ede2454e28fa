"""The table of states: every kind by its key; each is declared beside its ``evolve``."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, get_args, get_origin

import msgspec
from immutables import Map

from ledger.state import (
    assessment,
    cases,
    correctives,
    daily,
    duties,
    followup,
    handovers,
    hazards,
    notices,
    organisation,
    overpayments,
    payroll,
    penalties,
    periods,
    person,
    policies,
    pools,
    prices,
    proposals,
    registers,
    reports,
    responsibility,
    risks,
    rosters,
    safety_wages,
    slips,
    statements,
    tallies,
    tenders,
    unit,
    unit_year,
)
from ledger.state.kind import State, StateKind

KINDS: dict[str, StateKind] = {
    kind.key: kind
    for module in (
        *(organisation, policies, proposals, prices, unit, person, registers, tallies),
        *(hazards, handovers, tenders, slips, penalties, cases, notices, overpayments),
        *(pools, payroll, periods, statements),
        *(duties, assessment, safety_wages, daily, unit_year, reports, followup, responsibility, risks),
        *(rosters, correctives),
    )
    for kind in module.KINDS
}

_STREAMS = tuple(key for key in KINDS if key.endswith("-"))


def split(key: str) -> tuple[str, str]:
    """(key of the kind, name): ``"unit-W1"`` → ``("unit-", "W1")``, ``"slip:S"`` → ``("slip:", "S")``."""
    word, colon, name = key.partition(":")
    if colon and word + colon in KINDS:
        return word + colon, name
    for stream in _STREAMS:
        if key.startswith(stream):
            return stream, key[len(stream) :]
    if key in KINDS:
        return key, ""
    return (word + colon, name) if colon else ("", key)


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
