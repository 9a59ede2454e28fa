"""Are the files that the facts name still what they were?  (`jiesuan check`, docs/decisions/0008-evidence.md)

The facts say which files there ought to be, the store which it has taken in.  A file that is damaged or lost is a
finding; one that this store never had is only counted: its place may be another system, and vectors have no files.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import suppress
from typing import NamedTuple

import asyncpg
import msgspec

from api.evidence.store import PREFIX, EvidenceStore
from ledger.fact import topic_of
from ledger.facts import decode
from ledger.facts.evidence import EvidenceAttached

NAMED = """
select distinct found[1] from log.events,
    regexp_matches(encode(body, 'escape'), '"sha256:([0-9a-f]{64})"', 'g') as found
where position('\\x227368613235363a'::bytea in body) > 0 order by 1
"""
"""Every hash in a fact; the bytes are those of ``"sha256:``, so that other facts are not taken apart."""
ATTACHED = "select position, body from log.events where topic = $1 order by position"
TOPIC = topic_of(EvidenceAttached)
MOST = 100
"""So many of a kind are listed; the rest is counted."""


class Wrong(NamedTuple):
    """A file that is not what it was: which one, what is wrong, and the fact that says otherwise."""

    evidence: str
    what: str
    position: int | None = None


class Verified(NamedTuple):
    """The outcome of a look at all files; ``missing`` are named by facts and were never here."""

    sound: int
    missing: list[str]
    missing_count: int
    wrong: list[Wrong]


async def verify(connection: asyncpg.Connection, store: EvidenceStore) -> Verified:
    """Every file that a fact names, and every file that the store has taken in."""
    sound, missing, missing_count, wrong = 0, list[str](), 0, dict[str, Wrong]()
    async for name in _named(connection):
        if not store.has(name):
            missing_count += 1
            missing += [PREFIX + name] if len(missing) < MOST else []
        elif store.sound(name):
            sound += 1
        else:
            wrong[name] = Wrong(PREFIX + name, "its content is not that of its hash")
    for name in store.received():
        if not store.has(name):
            wrong[name] = Wrong(PREFIX + name, "it was received and is lost")
    async for attached in _of_another_size(connection, store):
        wrong.setdefault(attached.evidence.removeprefix(PREFIX), attached)
    return Verified(sound, missing, missing_count, list(wrong.values()))


async def _named(connection: asyncpg.Connection) -> AsyncIterator[str]:
    async with connection.transaction():
        async for row in connection.cursor(NAMED, prefetch=1000):
            yield row[0]


async def _of_another_size(connection: asyncpg.Connection, store: EvidenceStore) -> AsyncIterator[Wrong]:
    """Files whose size is not what the fact says that attached them (``check`` finds facts that cannot be read)."""
    async with connection.transaction():
        async for position, body in connection.cursor(ATTACHED, TOPIC, prefetch=1000):
            with suppress(msgspec.MsgspecError):
                attached = decode(body)
                if isinstance(attached, EvidenceAttached) and store.has(attached.evidence):
                    size = store.path(attached.evidence).stat().st_size
                    if size != attached.size:
                        yield Wrong(attached.evidence, f"it has {size} bytes, its fact says {attached.size}", position)
