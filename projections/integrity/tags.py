"""The tags that the log lists beside its facts, in order of position."""

from __future__ import annotations

from typing import Any

from projections.batch import Connection

BY_POSITION = "select position, subject from log.subjects order by position, subject"
PREFETCH = 5_000


class StoredTags:
    """Reads tags along with the facts; only one batch is in memory."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._cursor: Any = None
        self._rows: list[tuple[int, str]] = []

    async def up_to(self, position: int | None) -> dict[int, list[str]]:
        """Tags at positions up to this one (None: all that are left) that were not handed out before."""
        if self._cursor is None:
            self._cursor = await self._connection.cursor(BY_POSITION)
        found: dict[int, list[str]] = {}
        while True:
            for index, (at, subject) in enumerate(self._rows):
                if position is not None and at > position:
                    self._rows = self._rows[index:]
                    return found
                found.setdefault(at, []).append(subject)
            self._rows = [tuple(row) for row in await self._cursor.fetch(PREFETCH)]
            if not self._rows:
                return found
