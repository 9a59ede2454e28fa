"""Numbering of accepted commands: position, version, time, `prev` and leaf.  Pure; the caller holds the lock."""

from __future__ import annotations

from collections.abc import Iterable, MutableMapping, Sequence
from typing import NamedTuple, Protocol

from ledger.log.leaf import leaf
from ledger.log.row import Row, StreamHead


class Draft(Protocol):
    """A fact that is decided but has no place yet."""

    @property
    def stream(self) -> str: ...
    @property
    def topic(self) -> str: ...
    @property
    def tags(self) -> Iterable[str]: ...
    def body(self, version: int, prev: str) -> bytes:
        """Its canonical bytes at this version of its stream."""
        ...


class Accepted(NamedTuple):
    """An accepted command: the facts that it records together, and when the ledger learns them (µs since 1970)."""

    command_id: str
    digest: bytes
    drafts: Sequence[Draft]
    recorded_at: int


def number(
    after: int, commands: Iterable[Accepted], heads: MutableMapping[str, StreamHead]
) -> tuple[list[Row], list[tuple[str, int]]]:
    """The rows of these commands, straight after a position, and their tags with positions.

    The heads of their streams grow with them; a stream that grows becomes the last of the heads, so the first are
    those that have rested longest.
    """
    rows, tags, position = list[Row](), list[tuple[str, int]](), after
    for command_id, digest, drafts, recorded_at in commands:
        for ordinal, draft in enumerate(drafts):
            position += 1
            stream = draft.stream
            version, prev = heads.pop(stream)
            version += 1
            body = draft.body(version, prev.hex())
            own = leaf(position, recorded_at, body)
            heads[stream] = StreamHead(version, own)
            rows.append(
                Row(position, stream, version, draft.topic, body, recorded_at, own, command_id, digest, ordinal)
            )
            for tag in draft.tags:
                tags.append((tag, position))
    return rows, tags
