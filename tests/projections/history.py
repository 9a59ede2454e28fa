"""Facts written straight into the log, as the appender would: versions, hash chain, subjects."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from hashlib import sha256
from typing import NamedTuple

import asyncpg
import msgspec

from ledger.calendars import parse_moment
from ledger.fact import Fact, StoredFact
from ledger.facts import encode
from ledger.log.leaf import leaf
from ledger.tags import all_tags

EVENTS = (
    "position stream version topic body recorded_at leaf command_id command_digest ordinal".split()  # noqa: SIM905
)
CHUNK = 20_000


class Row(NamedTuple):
    """A row of ``log.events``."""

    position: int
    stream: str
    version: int
    topic: str
    body: bytes
    recorded_at: datetime
    leaf: bytes
    command_id: str
    command_digest: bytes
    ordinal: int


class Writer:
    """Remembers the heads of all streams, so that histories can be written piece by piece."""

    def __init__(self) -> None:
        self.position = 0
        self._heads: dict[str, tuple[int, str]] = {}
        self._recorded_at = ""
        self._command = ("", -1)

    def row(self, fact: Fact, recorded_at: str) -> Row:
        self.position += 1
        version, prev = self._heads.get(fact.stream, (0, ""))
        body = encode(msgspec.structs.replace(fact, version=version + 1, prev=prev))
        self._recorded_at = max(self._recorded_at, recorded_at)
        when = parse_moment(self._recorded_at)
        own = leaf(self.position, int(when.timestamp()) * 1_000_000 + when.microsecond, body)
        self._heads[fact.stream] = (version + 1, own.hex())
        command = fact.command or f"c-{self.position}"
        self._command = (command, self._command[1] + 1 if self._command[0] == command else 0)
        digest = sha256(command.encode()).digest()
        topic = fact.topic
        return Row(self.position, fact.stream, version + 1, topic, body, when, own, command, digest, self._command[1])

    async def write(self, connection: asyncpg.Connection, facts: Iterable[Fact | StoredFact]) -> int:
        """Append all of them; returns the last position."""
        for chunk in _chunks(facts):
            rows, listed = [], []
            for each in chunk:
                fact, recorded_at = (each.fact, each.recorded_at) if isinstance(each, StoredFact) else (each, each.at)
                rows.append(self.row(fact, recorded_at))
                listed += [(subject, self.position) for subject in all_tags(fact)]
            await connection.copy_records_to_table("events", schema_name="log", columns=EVENTS, records=rows)
            await connection.copy_records_to_table(
                "subjects", schema_name="log", columns=["subject", "position"], records=listed
            )
        return self.position


def _chunks(facts: Iterable[Fact | StoredFact]) -> Iterator[list[Fact | StoredFact]]:
    chunk: list[Fact | StoredFact] = []
    for fact in facts:
        chunk.append(fact)
        if len(chunk) == CHUNK:
            yield chunk
            chunk = []
    yield chunk


async def write(dsn: str, facts: Iterable[Fact | StoredFact]) -> int:
    """Write a whole history into an empty log."""
    connection = await asyncpg.connect(dsn)
    try:
        return await Writer().write(connection, facts)
    finally:
        await connection.close()
