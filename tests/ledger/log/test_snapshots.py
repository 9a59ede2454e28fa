"""Folded states are kept and replaced only by later ones; they are a cache and nothing else."""

from __future__ import annotations

from ledger.log.snapshots import Snapshot
from ledger.log.store import Log


async def test_a_state_is_kept_until_a_later_one_comes(log: Log) -> None:
    await log.snapshots.save([Snapshot("unit-W1", 5, "unit.1", b"five"), Snapshot("unit-W2", 2, "unit.1", b"two")])
    await log.snapshots.save([Snapshot("unit-W1", 9, "unit.1", b"nine"), Snapshot("unit-W1", 7, "unit.1", b"seven")])
    await log.snapshots.save([Snapshot("unit-W1", 6, "unit.1", b"six")])
    await log.snapshots.save([])
    assert await log.snapshots.load(["unit-W1", "unit-W2", "unit-W9"], "unit.1") == {
        "unit-W1": Snapshot("unit-W1", 9, "unit.1", b"nine"),
        "unit-W2": Snapshot("unit-W2", 2, "unit.1", b"two"),
    }


async def test_a_state_of_another_shape_is_not_read_and_gives_way(log: Log) -> None:
    await log.snapshots.save([Snapshot("unit-W1", 9, "unit.1", b"old shape")])
    assert await log.snapshots.load(["unit-W1"], "unit.2") == {}
    await log.snapshots.save([Snapshot("unit-W1", 3, "unit.2", b"new shape")])
    assert await log.snapshots.load(["unit-W1"], "unit.2") == {
        "unit-W1": Snapshot("unit-W1", 3, "unit.2", b"new shape")
    }
