"""States kept for quick loading.  A cache: whatever is lost or old is folded from the facts again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from ledger.log.errors import database_trouble
from ledger.log.pool import Pool

# A state is only ever replaced by a later one.
SAVE = """
insert into log.snapshots (key, position, codec, state)
select * from unnest($1::text[], $2::bigint[], $3::text[], $4::bytea[])
on conflict (key) do update set position = excluded.position, codec = excluded.codec, state = excluded.state
where snapshots.codec <> excluded.codec or snapshots.position < excluded.position
"""

LOAD = "select key, position, codec, state from log.snapshots where key = any($1::text[]) and codec = $2"


class Snapshot(NamedTuple):
    key: str
    position: int
    """Of the last fact that is folded in."""
    codec: str
    """The shape of state that these bytes hold; another shape is not read."""
    state: bytes


class Snapshots:
    """States that were folded before, by key."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def load(self, keys: Sequence[str], codec: str) -> dict[str, Snapshot]:
        with database_trouble():
            rows = await self._pool.fetch(LOAD, keys, codec)
        return {row[0]: Snapshot._make(row) for row in rows}

    async def save(self, snapshots: Iterable[Snapshot]) -> None:
        """Keys are written in order, so that two processes that save at once do not wait for each other in a ring."""
        latest = {snapshot.key: snapshot for snapshot in sorted(snapshots, key=lambda each: each.position)}
        if latest:
            with database_trouble():
                await self._pool.execute(SAVE, *zip(*sorted(latest.values()), strict=True))
