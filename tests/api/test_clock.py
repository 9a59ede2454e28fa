"""Time passes by itself where the clock is real."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from api.bootstrap import open_ledger
from api.clock import EVERY, advance, has_real_clock
from tests.api.doors import found_group, jsonl, run_history, settings_of
from tests.conftest import Database

CREATE = {
    "id": "c-1",
    "at": "2026-01-01T00:00:00Z",
    "by": "SYSTEM",
    "command": "CreateLedger",
    "data": {"ledger": "real", "clock": "real"},
}


async def test_only_a_real_clock_goes_by_itself(database: Database) -> None:
    async with open_ledger(settings_of(database.dsn), "tests") as ledger:
        assert not await has_real_clock(ledger)
    await found_group(database.dsn)
    async with open_ledger(settings_of(database.dsn), "tests") as ledger:
        assert not await has_real_clock(ledger)


async def test_however_many_keep_time_each_moment_is_recorded_once(database: Database) -> None:
    await run_history(database.dsn, jsonl([CREATE]), allow_simulated=False)
    now = datetime.now(UTC)
    tick = now - timedelta(seconds=now.timestamp() % EVERY.total_seconds())
    async with (
        open_ledger(settings_of(database.dsn), "one") as one,
        open_ledger(settings_of(database.dsn), "two") as two,
    ):
        assert await has_real_clock(one)
        for ledger in (one, two, one):
            await advance(ledger, tick.replace(microsecond=0))
        assert (await one.log.head()).position == 2


@pytest.mark.parametrize("seconds", [0, 299])
def test_a_tick_is_a_whole_multiple(seconds: int) -> None:
    epoch = datetime(1970, 1, 1, tzinfo=UTC)
    now = epoch + timedelta(days=20_000, seconds=seconds)
    assert now - (now - epoch) % EVERY == epoch + timedelta(days=20_000)
