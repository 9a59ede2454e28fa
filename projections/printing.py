"""Facts as the edge shows them: money as text, sealed fields closed (query Facts, export, live stream)."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

import msgspec

from ledger.fact import ENVELOPE, Fact, Recorded
from ledger.facts.hazards import HazardReported
from ledger.facts.organisation import PersonRegistered
from ledger.money import yuan
from ledger.vocabulary import Form

Print = Callable[[Any], Any]


def printed(recorded: Recorded) -> dict[str, Any]:
    """A fact as query Facts answers it (contract §3)."""
    fact = recorded.fact
    return {
        "position": recorded.position,
        "stream": fact.stream,
        "version": fact.version,
        "fact": type(fact).__name__,
        "mirror": fact.mirror,
        "at": fact.at,
        "recorded_at": recorded.recorded_at,
        "business_date": fact.business_date,
        "shift": fact.shift,
        "posting_period": fact.posting_period,
        "adjusts_period": fact.adjusts_period,
        "by": None if is_anonymous(fact) else fact.by,
        "command": fact.command,
        "transfer": fact.transfer,
        "number": fact.number,
        "data": data(fact),
    }


def is_anonymous(fact: Fact) -> bool:
    """Is the reporter sealed (ORG-23)?"""
    return isinstance(fact, HazardReported) and fact.anonymous


def data(fact: Fact) -> dict[str, Any]:
    """The payload: money as text, what is sealed as null."""
    shown = {name: show(getattr(fact, name)) for name, show in _fields(fact.__class__)}
    for name in _sealed(fact):
        shown[name] = None
    return shown


def _sealed(fact: Fact) -> tuple[str, ...]:
    if isinstance(fact, PersonRegistered):
        return ("name",)
    return ("discoverer",) if is_anonymous(fact) else ()


@cache
def _fields(kind: Any) -> tuple[tuple[str, Print], ...]:
    hints = get_type_hints(kind, include_extras=True)
    return tuple((name, _printer(hints[name])) for name in kind.__struct_fields__ if name not in ENVELOPE)


def _printer(annotation: Any) -> Print:
    """How values of this type are shown."""
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin in (Union, UnionType):
        inner = _printer(next(part for part in arguments if part is not NoneType))
        return lambda value: None if value is None else inner(value)
    if origin is Annotated:
        forms = {mark.name for mark in arguments[1:] if isinstance(mark, Form)}
        return yuan if forms & {"money", "signed_money"} else _printer(arguments[0])
    if origin in (tuple, list):
        item = _printer(arguments[0])
        return lambda values: [item(value) for value in values]
    if origin is dict:
        value_of = _printer(arguments[1])
        return lambda mapping: {key: value_of(value) for key, value in mapping.items()}
    if isinstance(annotation, type) and issubclass(annotation, msgspec.Struct):
        return lambda struct: {name: show(getattr(struct, name)) for name, show in _fields(struct.__class__)}
    return lambda value: value
