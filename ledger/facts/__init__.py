"""Every kind of fact, found by its topic: one module per process of the market.

Adding a fact means adding its class to one of these modules; a topic is never reused and never changes its
meaning (a new version is a new class with ``…v2``).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Union

import msgspec

from ledger.fact import Fact
from ledger.facts import (
    appeals,
    assessment,
    cases,
    daily,
    deposits,
    dues,
    duties,
    evidence,
    followup,
    handovers,
    hazards,
    indicators,
    notices,
    organisation,
    payroll,
    penalties,
    periods,
    points,
    policies,
    pools,
    prices,
    reconciliation,
    responsibility,
    safety_wages,
    slips,
    statements,
    tenders,
    transfers,
    unit_year,
)

PROCESSES = (
    organisation,
    policies,
    prices,
    hazards,
    handovers,
    tenders,
    slips,
    penalties,
    cases,
    appeals,
    dues,
    notices,
    pools,
    transfers,
    duties,
    assessment,
    safety_wages,
    daily,
    indicators,
    unit_year,
    deposits,
    points,
    followup,
    responsibility,
    evidence,
    periods,
    reconciliation,
    statements,
    payroll,
)


def _classes(base: type[Fact]) -> Iterator[type[Fact]]:
    for kind in base.__subclasses__():
        yield kind
        yield from _classes(kind)


BY_TOPIC: dict[str, type[Fact]] = {
    str(kind.__struct_config__.tag): kind
    for kind in sorted(_classes(Fact), key=lambda kind: kind.__name__)
    if kind.__module__.startswith(__name__)
}
BY_NAME: dict[str, type[Fact]] = {kind.__name__: kind for kind in BY_TOPIC.values()}

_AnyFact: Any = Union[tuple(BY_TOPIC.values())]  # noqa: UP007 - made of a list

_encoder = msgspec.json.Encoder(order="sorted")
_decoder: msgspec.json.Decoder[Fact] = msgspec.json.Decoder(_AnyFact)


def encode(fact: Fact) -> bytes:
    """The canonical bytes of a fact: what is hashed and stored (RFC 8785 subset)."""
    return _encoder.encode(fact)


def decode(body: bytes) -> Fact:
    """The fact that these stored bytes are.  Raises ``msgspec.ValidationError`` for an unknown topic or shape."""
    return _decoder.decode(body)
