"""One fact as the log stores it, and the end of the log."""

from __future__ import annotations

from typing import NamedTuple


class Row(NamedTuple):
    """One fact as stored: its place, its bytes, its leaf and the command that brought it."""

    position: int
    stream: str
    version: int
    topic: str
    body: bytes
    recorded_at: int
    """Microseconds since 1970, UTC."""
    leaf: bytes
    command_id: str
    command_digest: bytes
    ordinal: int
    """The place of the fact in its command, from 0."""


class Head(NamedTuple):
    """The last position and its time; (0, 0) for an empty log."""

    position: int
    recorded_at: int


class StreamHead(NamedTuple):
    """The last version of a stream and its leaf, which the next version carries as `prev`."""

    version: int
    leaf: bytes


NO_FACTS = Head(0, 0)
NEW_STREAM = StreamHead(0, b"")
