"""Every kind of fact, found by its topic: one module per process of the market.

Adding a fact means adding its class to one of these modules; a topic is never reused and never changes its
meaning (a new version is a new class with ``…v2``).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Union

import msgspec

from ledger.fact import Fact, topic_of
from ledger.facts import (
    appeals,
    assessment,
    bundles,
    cases,
    correctives,
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
    proposals,
    reconciliation,
    reports,
    responsibility,
    risks,
    rosters,
    safety_wages,
    slips,
    statements,
    tenders,
    transfers,
    unit_year,
)

PROCESSES = (
    organisation,
    bundles,
    policies,
    proposals,
    prices,
    hazards,
    risks,
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
    correctives,
    daily,
    indicators,
    unit_year,
    reports,
    deposits,
    points,
    followup,
    responsibility,
    rosters,
    evidence,
    periods,
    reconciliation,
    statements,
    payroll,
)


def _classes() -> Iterator[type[Fact]]:
    """The facts that these modules define themselves."""
    for module in PROCESSES:
        for member in vars(module).values():
            if isinstance(member, type) and issubclass(member, Fact) and member.__module__ == module.__name__:
                yield member


BY_TOPIC: dict[str, type[Fact]] = {
    topic_of(fact_type): fact_type for fact_type in sorted(_classes(), key=lambda fact_type: fact_type.__name__)
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
