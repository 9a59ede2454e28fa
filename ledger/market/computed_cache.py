"""The cache of computed states: loaded outside the lock, believed only while nothing that they read has changed.

docs/decisions/0005-computed-states.md.  Changes are noted by state key while anything is being
computed or kept; what others record is noted when it is read under the lock, so at the time of a decision the notes
are complete.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ledger.log.errors import LogError
from ledger.state.computed import Computed, Loader
from ledger.view import Missing


class Failed:
    """A loader had a defect: the command that asks for the state is answered so, once."""

    def __init__(self, defect: Exception) -> None:
        self.defect = defect


class ComputedCache:
    """Computed states by key."""

    def __init__(self, loaders: Mapping[str, Loader]) -> None:
        self._loaders = dict(loaders)
        self._kept: dict[str, Computed | Failed] = {}
        self._touched: dict[str, int] = {}
        self._outstanding = 0
        self._generation = 0

    def owns(self, key: str) -> bool:
        """Is this the key of a computed state?"""
        return key.partition(":")[0] in self._loaders

    @property
    def is_watching(self) -> bool:
        """Does it matter what changes?"""
        return bool(self._kept) or self._outstanding > 0

    def note(self, touched: Mapping[str, int]) -> None:
        """The states under these keys were changed by facts at these positions."""
        if self.is_watching:
            self._touched.update(touched)

    def lookup(self, key: str, touched: Mapping[str, int]) -> Any:
        """The value, if it is still true; ``touched`` is what the batch under way has changed.  Raises Missing."""
        kept = self._kept.get(key)
        if isinstance(kept, Failed):
            del self._kept[key]
            raise kept.defect
        if kept is None or self._is_stale(kept, touched):
            raise Missing(key)
        return kept.value

    def _is_stale(self, computed: Computed, touched: Mapping[str, int]) -> bool:
        changed = [notes for notes in (self._touched, touched) if notes]
        return any(notes.get(key, 0) > computed.position for notes in changed for key in computed.reads)

    def is_overtaken(self, key: str, touched: Mapping[str, int]) -> bool:
        """Is it kept, and untrue for what these changes alone bring?"""
        kept = self._kept.get(key)
        return isinstance(kept, Computed) and any(touched.get(read, 0) > kept.position for read in kept.reads)

    def begin(self) -> None:
        """From now on it matters what changes: something is about to be computed."""
        self._outstanding += 1

    async def compute(self, keys: Iterable[str], position: int) -> None:
        """Have these states computed at a position, or a later one, after `begin`.  Raises LogError."""
        generation = self._generation
        try:
            found = await self._load(sorted(keys), position)
        finally:
            self._outstanding -= 1
        if generation == self._generation:
            self._kept.update(found)

    async def _load(self, keys: list[str], position: int) -> dict[str, Computed | Failed]:
        by_kind: dict[str, list[str]] = {}
        for key in keys:
            kind, _, name = key.partition(":")
            by_kind.setdefault(kind, []).append(name)
        found: dict[str, Computed | Failed] = {}
        for kind, names in by_kind.items():
            try:
                loaded = await self._loaders[kind](names, position)
                found |= {f"{kind}:{name}": loaded[name] for name in names}
            except LogError:
                raise
            except Exception as defect:
                found |= dict.fromkeys((f"{kind}:{name}" for name in names), Failed(defect))
        return found

    def drop(self, keys: Iterable[str]) -> None:
        """The submission that asked for these has left; with nothing to watch any more, the notes go too."""
        for key in keys:
            self._kept.pop(key, None)
        if not self.is_watching:
            self._touched.clear()

    def forget(self) -> None:
        """Believe no note: it may not be what is recorded."""
        self._generation += 1
        self._kept.clear()
        self._touched.clear()
