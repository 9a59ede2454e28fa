"""One process, one market: what is answered is recorded, once, and is what one serial ledger would say."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from ledger.calendars import microseconds
from ledger.log.row import StreamHead
from ledger.log.store import Log
from ledger.market import Bounds, Busy, Market
from ledger.market.batch import MarketBatch
from tests.ledger.market.histories import claim, command, line, reads, report
from tests.spec import fixture_lines, group


async def test_the_market_answers_what_the_ledger_in_memory_answers(market: Market) -> None:
    memory = group()
    history = [
        line("OpenBalances", "SYSTEM", "o-1", as_of="2026-02-05", balances={"POOL_WAGE:T1": "100.00"}),
        line("CreditQuotaWage", "P-C1", "q-1", unit="T1", amount="50.00", source_doc="D-1"),
        line("CreditQuotaWage", "P-C1", "q-2", unit="T1", amount="50.00", source_doc="D-1"),
        line("DistributeWage", "P-T1L", "w-1", unit="T1", lines=[{"person": "P-A", "amount": "120.00"}]),
        line("DistributeWage", "P-T1L", "w-2", unit="T1", lines=[{"person": "P-A", "amount": "30.01"}]),
        line("DistributeWage", "P-T1L", "w-3", unit="T1", lines=[{"person": "P-A", "amount": "30.00"}]),
    ]
    answers = await market.submit([reads(each) for each in history])
    assert answers == [memory.send(each) for each in history]
    assert [answer.code for answer in answers] == [None, None, "DUPLICATE", None, "INSUFFICIENT", None]


async def test_a_repeated_command_gets_the_first_answer_and_records_nothing(market: Market, log: Log) -> None:
    [first] = await market.submit([report("r-1", "H-1")])
    head = await log.head()
    [again] = await market.submit([report("r-1", "H-1")])
    assert again.repeat
    assert (again.facts, again.position) == (first.facts, first.position)
    assert await log.head() == head


async def test_the_same_id_with_other_content_is_a_conflict(market: Market) -> None:
    await market.submit([report("r-1", "H-1")])
    [answer] = await market.submit([report("r-1", "H-2")])
    assert answer.code == "IDEMPOTENCY_CONFLICT"


async def test_a_repeat_is_known_to_a_market_that_was_not_there(market: Market, log: Log) -> None:
    [first] = await market.submit([report("r-1", "H-1")])
    async with Market(log, allow_simulated=True) as other:
        [again] = await other.submit([report("r-1", "H-1")])
    assert (again.facts, again.position) == (first.facts, first.position)


async def test_a_refusal_in_a_batch_does_not_touch_the_others(market: Market, log: Log) -> None:
    before = (await log.head()).position
    commands = [report("r-1", "H-1"), report("r-2", "H-1"), claim("c-9", "H-9"), report("r-3", "H-3")]
    answers = await asyncio.gather(*(market.submit([each]) for each in commands))
    assert [answer.code for [answer] in answers] == [None, "DUPLICATE", "UNKNOWN_HAZARD", None]
    assert (await log.head()).position == before + 2


async def test_a_refused_id_may_be_sent_again_with_any_content(market: Market) -> None:
    [refused] = await market.submit([claim("x-1", "H-1")])
    [taken] = await market.submit([report("x-1", "H-1")])
    assert (refused.code, taken.ok) == ("UNKNOWN_HAZARD", True)


async def test_one_caller_s_commands_keep_their_order_while_states_are_read(log: Log, market: Market) -> None:
    """A cold market knows no state at all; what waits for one must not be overtaken by what comes after it."""
    async with Market(log, allow_simulated=True, bounds=Bounds(states=50)) as cold:
        history = [each for n in range(40) for each in (report(f"r-{n}", f"H-{n}"), claim(f"c-{n}", f"H-{n}"))]
        answers = await cold.submit(history)
    assert all(answer.ok for answer in answers)
    positions = [answer.position for answer in answers]
    assert positions == sorted(positions, key=lambda position: position or 0)


async def test_states_are_bounded_and_come_back_from_the_log(log: Log, market: Market) -> None:
    async with Market(log, allow_simulated=True, bounds=Bounds(states=60)) as small:
        for start in range(0, 200, 50):
            await small.submit([report(f"r-{n}", f"H-{n}") for n in range(start, start + 50)])
        [answer] = await small.submit([claim("c-0", "H-0")])
    assert answer.ok
    assert len(small.states) <= 60  # trimmed at the end of each hold of the lock


async def test_two_markets_on_one_log_see_each_other_s_facts(log: Log, market: Market) -> None:
    async with Market(log, allow_simulated=True) as other:
        await other.submit([report("r-1", "H-1")])
        [claimed] = await market.submit([claim("c-1", "H-1")])
        [late] = await other.submit([claim("c-2", "H-1")])
    assert (claimed.ok, late.code) == (True, "STATE")


async def test_a_defect_in_numbering_is_told_to_all_whom_it_concerns_and_nothing_is_recorded(
    log: Log, market: Market, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = MarketBatch.number

    def clumsy(batch: MarketBatch, heads: dict[str, StreamHead]) -> None:
        if batch.accepted:
            monkeypatch.setattr(MarketBatch, "number", number)
            raise ZeroDivisionError
        number(batch, heads)

    monkeypatch.setattr(MarketBatch, "number", clumsy)
    before = (await log.head()).position
    async with Market(log, allow_simulated=True) as other:
        told = await asyncio.gather(
            *(other.submit([report(f"r-{n}", f"H-{n}")]) for n in range(40)), return_exceptions=True
        )
        assert any(isinstance(each, ZeroDivisionError) for each in told)
        assert (await log.head()).position - before == sum(isinstance(each, list) for each in told)
        [answer] = await other.submit([report("r-90", "H-90")])
    assert answer.ok


async def test_a_full_queue_pushes_back(log: Log, market: Market) -> None:
    async with Market(log, bounds=Bounds(queued_commands=3)) as narrow:
        waiting = asyncio.create_task(narrow.submit([report(f"r-{n}", f"H-{n}") for n in range(3)]))
        await asyncio.sleep(0)
        with pytest.raises(Busy):
            await narrow.submit([report("r-9", "H-9")])
        await waiting


async def test_recorded_at_never_decreases_in_a_simulated_ledger(log: Log, market: Market) -> None:
    await market.submit([report("r-1", "H-1", at="2026-02-05T09:00:00+08:00")])
    await market.submit([report("r-2", "H-2", at="2026-02-04T09:00:00+08:00")])
    times = [row.recorded_at for row in await log.after(0, 10_000)]
    assert times == sorted(times)
    assert times[-1] == times[-2] == microseconds("2026-02-05T01:00:00.000000Z")


def create(clock: str) -> str:
    return line("CreateLedger", "SYSTEM", "g-1", at="2023-12-01T08:00:00+08:00", ledger="x", clock=clock)


async def test_a_simulated_clock_is_taken_only_where_it_is_allowed(log: Log) -> None:
    async with Market(log) as market:
        [answer] = await market.submit([reads(create("simulated"))])
        assert answer.code == "INVALID"
        [answer] = await market.submit([reads(create("real"))])
        assert answer.ok


async def test_a_real_clock_refuses_a_recording_time_from_outside(log: Log) -> None:
    now = microseconds("2026-02-05T01:00:00.000000Z")
    async with Market(log, clock=lambda: now) as market:
        await market.submit([reads(create("real")), *(reads(each) for each in fixture_lines()[1:60])])
        timed = line("RegisterPerson", "SYSTEM", "t-1", person="P-T", name="时")
        forged = timed[:-1] + ',"recorded_at":"2026-01-01T00:00:00+08:00"}'
        [answer] = await market.submit([reads(forged)])
    assert answer.code == "INVALID"
    assert "recorded_at" in (answer.detail or "")


async def test_recorded_at_never_decreases_although_the_real_clock_steps_back(log: Log) -> None:
    ticks = iter([5_000_000, 9_000_000, 2_000_000, 3_000_000])
    base = microseconds("2026-02-05T01:00:00.000000Z")
    async with Market(log, clock=lambda: base + next(ticks)) as market:
        await market.submit([reads(create("real"))])
        for n, unit in enumerate(("HQ", "U1", "U2")):
            fields: dict[str, Any] = {"unit": unit, "name": unit, "level": 1 if unit == "HQ" else 2, "centre": True}
            if unit != "HQ":
                fields["parent"] = "HQ"
            [answer] = await market.submit([command("RegisterUnit", "SYSTEM", f"u-{n}", **fields)])
            assert answer.ok, answer
    times = [row.recorded_at - base for row in await log.after(0, 10)]
    assert times == [5_000_000, 9_000_000, 9_000_000, 9_000_000]


async def test_a_snapshot_begins_a_state_that_has_folded_much(log: Log, market: Market) -> None:
    for start in range(0, 1_200, 400):
        answers = await market.submit([report(f"r-{n}", f"H-{n}") for n in range(start, start + 400)])
        assert all(answer.ok for answer in answers)
    await asyncio.sleep(0.2)
    async with Market(log, allow_simulated=True) as fresh:
        [answer] = await fresh.submit([report("r-x", "H-0")])
        assert answer.code == "DUPLICATE"
        assert len(fresh.states.lookup("unit-T1").open_hazards) == 1_200
