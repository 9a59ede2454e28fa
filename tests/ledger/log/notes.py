"""The smallest facts there are, for tests that are about the log and not about what it says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from ledger.log.canonical import encode
from ledger.log.leaf import leaf
from ledger.log.row import Row

T0 = 1_770_000_000_123_457  # a moment of February 2026 with all six digits


@dataclass(frozen=True)
class Note:
    """A fact that is decided but has no place yet; one with `decided_on` refuses any other version."""

    stream: str
    text: str = "noted"
    tags: Sequence[str] = ()
    decided_on: int | None = None
    topic: str = "note.v1"

    def check(self, version: int) -> None:
        if self.decided_on not in (None, version):
            raise WrongVersion(version)

    def body(self, version: int, prev: str) -> bytes:
        return encode({"prev": prev, "stream": self.stream, "text": self.text, "topic": self.topic, "version": version})


class WrongVersion(Exception):
    """The stream has grown since this was decided."""


def digest(text: str) -> bytes:
    return sha256(text.encode()).digest()


def note_row(position: int, stream: str, version: int, command: str = "", at: int = T0, ordinal: int = 0) -> Row:
    """A row as it would be written, without any writer."""
    command = command or f"c-{position}"
    body = Note(stream).body(version, "")
    own = leaf(position, at, body)
    return Row(position, stream, version, "note.v1", body, at, own, command, digest(command), ordinal)
