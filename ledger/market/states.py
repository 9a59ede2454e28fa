"""States in memory: complete up to one position of the log, bounded, loaded outside the lock.

Documents, units and persons come and go; organisation, policies, prices, periods and the agenda stay.  A load starts
from a snapshot where there is one; snapshots are a cache and carry the fingerprint of the code that folded them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

import ledger
from ledger.calendars import moment_of
from ledger.fact import StoredFact
from ledger.facts import decode
from ledger.keys import UNIQUE
from ledger.log.row import Row
from ledger.log.snapshots import Snapshot
from ledger.log.store import Log
from ledger.posting import entries
from ledger.state import table
from ledger.view import NOT_HELD, Missing, evolve_into
from ledger.vocabulary import DOCUMENTS

SNAPSHOT_EVERY = 1_000
"""Facts folded into one state before it is worth a snapshot."""


def stored_fact(row: Row) -> StoredFact:
    """The fact of a stored row."""
    return StoredFact(row.position, moment_of(row.recorded_at), decode(row.body))


@cache
def fingerprint() -> str:
    """Of the code that folds states: a snapshot of other code is not read."""
    package = Path(ledger.__file__).parent
    digest = hashlib.sha256()
    for source in sorted([*package.glob("*.py"), *package.glob("state/*.py"), *package.glob("facts/*.py")]):
        digest.update(source.read_bytes())
    return digest.hexdigest()[:16]


class States:
    """The states that decisions look at.  Least recently loaded or changed states go first when there are too many."""

    def __init__(self, log: Log, bound: int) -> None:
        self._log = log
        self._bound = bound
        self._states: dict[str, Any] = {}
        self._folded: dict[str, int] = {}
        self._due: set[str] = set()

    def __len__(self) -> int:
        return len(self._states)

    def __contains__(self, key: str) -> bool:
        return key in self._states

    def lookup(self, key: str) -> Any:
        """The state under a key.  Raises Missing if it is not in memory."""
        try:
            return self._states[key]
        except KeyError:
            raise Missing(key) from None

    def held(self, key: str) -> Any:
        """The state under a key, or NOT_HELD."""
        return self._states.get(key, NOT_HELD)

    def absorb(self, stored: Iterable[StoredFact]) -> None:
        """Fold what others have recorded into the states that we hold."""
        for fact in stored:
            evolve_into(self._states, self.held, fact)

    def keep(self, changed: dict[str, Any]) -> None:
        """The states after a batch that is committed."""
        for key, state in changed.items():
            self._states.pop(key, None)
            self._states[key] = state
            self._count(key)

    def _count(self, key: str) -> None:
        folded = self._folded[key] = self._folded.get(key, 0) + 1
        if folded >= SNAPSHOT_EVERY:
            self._due.add(key)

    def forget(self) -> None:
        """Everything is read again: what we hold may not be what is recorded."""
        self._states.clear()
        self._folded.clear()
        self._due.clear()

    def trim(self) -> None:
        """Back to the bound; what is pinned stays."""
        if len(self._states) <= self._bound:
            return
        surplus = len(self._states) - self._bound * 9 // 10
        loose = (key for key in self._states if not _pinned(key))
        for key in [key for key, _ in zip(loose, range(surplus), strict=False)]:
            del self._states[key]
            self._folded.pop(key, None)

    # -- loading --------------------------------------------------------------------------------------------------

    async def load(self, keys: Iterable[str], upto: int, ahead: Sequence[StoredFact] = ()) -> None:
        """Read states that are not in memory, as of position ``upto``; what came later is absorbed under the lock.

        ``ahead`` is what this process has decided after that position itself.
        """
        wanted = sorted({key for key in keys if key not in self._states})
        if not wanted:
            return
        begun, after = await self._from_snapshots(wanted, upto)
        commands = [key for key in wanted if key.startswith("command:")]
        last_only = [key for key in wanted if table.KINDS[table.split(key)[0]].last_only]
        whole = [key for key in wanted if key not in last_only]
        rows = await self._log.of_keys(whole, [after.get(key, 0) for key in whole])
        if commands:
            found = await self._log.commands([table.split(key)[1] for key in commands])
            rows = sorted([*rows, *((f"command:{row.command_id}", row) for row in found)], key=_by_position)
        for key in last_only:
            if last := await self._log.last_tagged(key):
                rows.append((key, last))
        self._fold(begun, rows, upto)
        for stored in ahead:
            evolve_into(begun, lambda key: NOT_HELD, stored)
        self._states.update(begun)

    async def _from_snapshots(self, keys: Sequence[str], upto: int) -> tuple[dict[str, Any], dict[str, int]]:
        begun = {key: table.begin(key) for key in keys}
        after: dict[str, int] = {}
        long = [key for key in keys if not is_short(key)]
        for key, snapshot in (await self._log.snapshots.load(long, fingerprint()) if long else {}).items():
            if snapshot.position <= upto:
                kind = table.KINDS[table.split(key)[0]]
                begun[key] = msgspec.msgpack.decode(snapshot.state, type=kind.type, dec_hook=table.decode_hook)
                after[key] = snapshot.position
        return begun, after

    def _fold(self, states: dict[str, Any], rows: Iterable[tuple[str, Row]], upto: int) -> None:
        for key, row in rows:
            if row.position <= upto:
                stored = stored_fact(row)
                kind = table.KINDS[table.split(key)[0]]
                states[key] = kind.evolve(states[key], stored, entries(stored.fact))
                self._count(key)

    # -- snapshots ------------------------------------------------------------------------------------------------

    def due_snapshots(self, position: int) -> list[Snapshot]:
        """States that have folded much since their last snapshot, as of the position that they are complete to."""
        due = [key for key in self._due if key in self._states]
        self._due.clear()
        self._folded.update(dict.fromkeys(due, 0))
        return [
            Snapshot(key, position, fingerprint(), _pack(self._states[key]))
            for key in due
            if not key.startswith("command:") and self._states[key] is not None
        ]


def _pack(state: Any) -> bytes:
    return msgspec.msgpack.encode(state, enc_hook=table.encode_hook)


def _pinned(key: str) -> bool:
    kind = table.kind_of(key)
    return kind is not None and kind.pinned


@cache
def _short_kinds() -> frozenset[str]:
    return frozenset((*(key.prefix for key in UNIQUE), *(f"{document}:" for document in DOCUMENTS)))


def is_short(key: str) -> bool:
    """A document or a unique key: it has a few facts and therefore no snapshot."""
    return table.split(key)[0] in _short_kinds()


def _by_position(row: tuple[str, Row]) -> int:
    return row[1].position
