"""Facts and states as the edge shows them: money as text, sealed fields closed (queries, export, live stream)."""

from __future__ import annotations

from collections.abc import Callable, Container
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

import msgspec
from immutables import Map

from ledger.fact import ENVELOPE, Fact, StoredFact
from ledger.facts.anonymity import SEALED_REPORT, anonymous_report
from ledger.facts.organisation import PersonRegistered, PersonRenamed
from ledger.money import yuan
from ledger.state.hazards import Hazard
from ledger.vocabulary import Form

Print = Callable[[Any], Any]


def printed(stored: StoredFact, unsealed: Container[str] = ()) -> dict[str, Any]:
    """A fact as query Facts answers it (contract §3); ``unsealed`` are the anonymous reports that were opened.

    The command id of an anonymous report is shown to nobody: its sender knows it, and could be asked for it (rule 38).
    """
    fact = stored.fact
    closed = is_sealed(fact, unsealed)
    return {
        "position": stored.position,
        "stream": fact.stream,
        "version": fact.version,
        "fact": type(fact).__name__,
        "mirror": fact.mirror,
        "at": fact.at,
        "recorded_at": stored.recorded_at,
        "business_date": fact.business_date,
        "shift": fact.shift,
        "posting_period": fact.posting_period,
        "adjusts_period": fact.adjusts_period,
        "by": None if closed else fact.by,
        "command": None if anonymous_report(fact) else fact.command,
        "transfer": fact.transfer,
        "number": fact.number,
        "data": data(fact, closed=closed),
    }


def is_sealed(fact: Fact, unsealed: Container[str] = ()) -> bool:
    """Is the fact an anonymous report whose reporter nobody may see yet?"""
    report = anonymous_report(fact)
    return report is not None and report not in unsealed


def data(fact: Fact, *, closed: bool) -> dict[str, Any]:
    """The payload: money as text, sealed fields as null."""
    shown = {name: show(getattr(fact, name)) for name, show in _fields(fact.__class__)}
    for name in SEALED_ALWAYS.get(fact.__class__, ()):
        shown[name] = None
    for name in SEALED_REPORT.get(fact.__class__, ()) if closed else ():
        shown[name] = None
    return shown


SEALED_ALWAYS: dict[type[Fact], tuple[str, ...]] = {PersonRegistered: ("name",), PersonRenamed: ("name",)}
"""Fields that no query shows."""

SEALED_STATE: dict[type[msgspec.Struct], tuple[str, ...]] = {Hazard: ("discoverer", "reporter")}
"""Members of the state of an anonymous report that would tell who gave it."""


def state_data(state: Any) -> dict[str, Any]:
    """A state of the model: money as text, sealed members as null."""
    shown = {name: show(getattr(state, name)) for name, show in _members(state.__class__, frozenset())}
    for name in SEALED_STATE.get(state.__class__, ()) if state_is_sealed(state) else ():
        shown[name] = None
    return shown


def state_is_sealed(state: Any) -> bool:
    """Is it the state of an anonymous report whose reporter nobody may see yet?"""
    return bool(getattr(state, "anonymous", False)) and not state.unsealed


def _fields(kind: Any) -> tuple[tuple[str, Print], ...]:
    """The payload of a fact."""
    return _members(kind, ENVELOPE)


@cache
def _members(kind: Any, hidden: frozenset[str]) -> tuple[tuple[str, Print], ...]:
    hints = get_type_hints(kind, include_extras=True)
    return tuple((name, _printer(hints[name], hidden)) for name in kind.__struct_fields__ if name not in hidden)


def _printer(annotation: Any, hidden: frozenset[str]) -> Print:
    """How values of this type are shown."""
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin in (Union, UnionType):
        inner = _printer(next(part for part in arguments if part is not NoneType), hidden)
        return lambda value: None if value is None else inner(value)
    if origin is Annotated:
        forms = {mark.name for mark in arguments[1:] if isinstance(mark, Form)}
        return yuan if forms & {"money", "signed_money"} else _printer(arguments[0], hidden)
    if origin in (tuple, list):
        item = _printer(arguments[0], hidden)
        return lambda values: [item(value) for value in values]
    if origin is frozenset:
        return sorted
    if origin in (dict, Map):
        value_of = _printer(arguments[1], hidden)
        return lambda mapping: {key: value_of(value) for key, value in mapping.items()}
    if isinstance(annotation, type) and issubclass(annotation, msgspec.Struct):
        return lambda struct: {name: show(getattr(struct, name)) for name, show in _members(struct.__class__, hidden)}
    return lambda value: value
