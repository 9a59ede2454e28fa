"""The log itself: positions and versions without gaps, `prev` links and leaves as the stored bytes say (R12)."""

from __future__ import annotations

from typing import NamedTuple

from ledger.log.canonical import NotCanonical, check_canonical
from ledger.log.leaf import leaf
from projections.integrity.findings import Findings


class Stored(NamedTuple):
    """A row of the log, as it is."""

    position: int
    stream: str
    version: int
    topic: str
    body: bytes
    recorded_at: int
    leaf: bytes
    command_id: str | None


class ChainCheck:
    """Follows the log in order; remembers the head of every stream and no facts."""

    def __init__(self, findings: Findings) -> None:
        self._findings = findings
        self._position = 0
        self._recorded_at = -(2**63)
        self._heads: dict[str, tuple[int, bytes]] = {}

    def follow(self, row: Stored, envelope: Envelope) -> None:
        """Check one row against its body and the row before it on the stream."""
        self._order(row)
        version, prev = self._heads.get(row.stream, (0, b""))
        if row.version != version + 1:
            self._wrong("versions", row, f"version {row.version} of {row.stream} follows {version}")
        if envelope.prev != prev.hex():
            self._wrong("chain", row, "prev is not the leaf of the version before")
        if leaf(row.position, row.recorded_at, row.body) != row.leaf:
            self._wrong("leaves", row, "the stored leaf is not the hash of the stored bytes")
        said = (envelope.stream, envelope.version, envelope.topic, envelope.command)
        if said != (row.stream, row.version, row.topic, row.command_id or ""):
            self._wrong("columns", row, f"the row says other things than its body: {said}")
        try:
            check_canonical(row.body)
        except NotCanonical as error:
            self._wrong("canonical", row, str(error))
        self._heads[row.stream] = row.version, row.leaf

    def _order(self, row: Stored) -> None:
        if row.position != self._position + 1:
            self._wrong("positions", row, f"position {row.position} follows {self._position}")
        if row.recorded_at < self._recorded_at:
            self._wrong("recorded_at", row, "it was recorded before its predecessor")
        self._position, self._recorded_at = row.position, row.recorded_at

    def _wrong(self, rule: str, row: Stored, what: str) -> None:
        self._findings.add(rule, row.stream, what, row.position)


class Envelope(NamedTuple):
    """The part of a body that says its place."""

    stream: str
    version: int
    prev: str
    topic: str
    command: str
