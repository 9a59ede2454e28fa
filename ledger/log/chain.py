"""Numbering what is recorded next: position, version, time, `prev` and leaf.  Pure; the caller holds the lock."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

from ledger.log.leaf import leaf
from ledger.log.row import Head, Row, StreamHead


class Draft(Protocol):
    """A fact that is decided but has no place yet."""

    @property
    def stream(self) -> str: ...
    @property
    def topic(self) -> str: ...
    @property
    def subjects(self) -> Iterable[str]: ...
    def body(self, version: int, prev: str) -> bytes:
        """Its canonical bytes at this version of its stream; it may refuse a version that it was not decided on."""
        ...


def chain(
    tip: Head,
    heads: Mapping[str, StreamHead],
    command_id: str,
    digest: bytes,
    drafts: Sequence[Draft],
    now: int,
) -> list[Row]:
    """The records of one command, straight after the tip of the log and the heads of their streams.

    Nothing changes here, so a command whose draft refuses leaves no trace.  Time never goes back, whatever the clock.
    """
    recorded_at = max(now, tip.recorded_at)
    grown: dict[str, tuple[int, bytes]] = {}
    records = []
    for ordinal, draft in enumerate(drafts):
        stream, position = draft.stream, tip.position + 1 + ordinal
        version, prev = grown.get(stream) or heads[stream]
        version += 1
        body = draft.body(version, prev.hex())
        own = leaf(position, recorded_at, body)
        grown[stream] = version, own
        records.append(Row(position, stream, version, draft.topic, body, recorded_at, own, command_id, digest, ordinal))
    return records


def listed_subjects(drafts: Sequence[Draft], records: Sequence[Row]) -> list[tuple[str, int]]:
    """Which subjects must fold which of these facts."""
    return [(name, record.position) for draft, record in zip(drafts, records, strict=True) for name in draft.subjects]
