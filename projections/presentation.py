"""Facts as the edge shows them: money as text, sealed fields closed (query Facts, export, live stream)."""

from __future__ import annotations

from collections.abc import Callable, Container
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

import msgspec

from ledger.fact import ENVELOPE, Fact, StoredFact
from ledger.facts.followup import FeedbackSubmitted
from ledger.facts.hazards import HazardReported
from ledger.facts.organisation import PersonRegistered
from ledger.money import yuan
from ledger.vocabulary import Form

Print = Callable[[Any], Any]


def printed(stored: StoredFact, unsealed: Container[str] = ()) -> dict[str, Any]:
    """A fact as query Facts answers it (contract §3); ``unsealed`` are the anonymous reports that were opened."""
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
        "command": fact.command,
        "transfer": fact.transfer,
        "number": fact.number,
        "data": data(fact, closed=closed),
    }


def anonymous_report(fact: Fact) -> str | None:
    """The key of the anonymous report that the fact is (ORG-23); None for every other fact."""
    if isinstance(fact, HazardReported) and fact.anonymous:
        return f"hazard:{fact.hazard}"
    if isinstance(fact, FeedbackSubmitted) and fact.anonymous:
        return f"feedback:{fact.feedback}"
    return None


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


SEALED_ALWAYS: dict[type[Fact], tuple[str, ...]] = {PersonRegistered: ("name",)}
"""Fields that no query shows."""

SEALED_REPORT: dict[type[Fact], tuple[str, ...]] = {HazardReported: ("discoverer",)}
"""Fields of an anonymous report that would tell who gave it, beside the envelope's ``by``."""


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
