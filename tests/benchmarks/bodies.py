"""Facts that are already decided, for measuring the append alone: two a command, about 400 bytes each."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

_encode = msgspec.json.Encoder(order="sorted").encode


class Payload(msgspec.Struct, frozen=True):
    """As large as a usual fact."""

    stream: str
    version: int
    prev: str
    at: str = "2026-02-05T05:55:00.000000Z"
    by: str = "P-C1"
    business_date: str = "2026-02-05"
    posting_period: str = "2026-02"
    handover: str = "HV-20260205-W1-T1"
    hazard: str = "H-20260205-0017"
    place: str = "1201 运输顺槽机头"
    item: str = "HO-01"
    list_version: str = "HQ@v1"
    amount: int = 6000
    transfer: str = "bench-transfer"
    topic: str = "bench.moved.v1"


@dataclass(frozen=True, slots=True)
class Moved:
    """A draft of the log's appender: encoded when its place in its stream is known."""

    stream: str
    tags: tuple[str, ...]
    topic: str = "bench.moved.v1"

    def body(self, version: int, prev: str) -> bytes:
        return _encode(Payload(self.stream, version, prev))


def state_of(stream: str, version: int) -> bytes:
    """The same bytes for those who keep no chain of hashes."""
    return _encode(Payload(stream, version, "0" * 64))
