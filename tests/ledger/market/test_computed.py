"""Computed states: others go on meanwhile, what was overtaken is computed again, trouble is told to who asked."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence

import pytest

from ledger.decisions import Command
from ledger.log.errors import LogUnavailable
from ledger.log.store import Log
from ledger.market import Market
from ledger.state.computed import Computed, Loader, Reconciled
from ledger.state.reconciliation import Found
from tests.ledger.market.histories import command, report

FOUND = (Found("GAP", "U1-SL-202603"),)


def run(identifier: str) -> Command:
    return command("RunReconciliation", "P-C1", identifier, centre="U1", period="2026-02")


class Books:
    """Computes when it is allowed to; remembers at which positions it was asked."""

    def __init__(self, reads: frozenset[str] = frozenset()) -> None:
        self.asked: list[int] = []
        self.allowed = asyncio.Event()
        self.allowed.set()
        self.reads = reads
        self.before: Callable[[], object] = lambda: None

    async def load(self, names: Sequence[str], position: int) -> Mapping[str, Computed]:
        self.asked.append(position)
        await self.allowed.wait()
        return {name: Computed(position, self.reads, Reconciled(position, FOUND)) for name in names}

    async def begun(self, times: int) -> None:
        """Return when the loader has been asked so often."""
        while len(self.asked) < times:
            await asyncio.sleep(0.01)


def market_of(log: Log, loader: Loader) -> Market:
    return Market(log, allow_simulated=True, computed={"reconciliation": loader}, report=lambda command, defect: None)


async def test_a_command_is_decided_on_what_was_computed_for_it(market: Market, log: Log) -> None:
    books = Books()
    async with market_of(log, books.load) as computing:
        [answer] = await computing.submit([run("r-1")])
    assert answer.facts == ("ReconciliationRun", "ExceptionRaised")
    assert books.asked == [market.position]


async def test_others_are_answered_while_a_state_is_being_computed(market: Market, log: Log) -> None:
    books = Books()
    books.allowed.clear()
    async with market_of(log, books.load) as computing:
        waiting = asyncio.create_task(computing.submit([run("r-1")]))
        [other] = await computing.submit([report("h-1", "H-1")])
        assert other.ok
        assert not waiting.done()
        books.allowed.set()
        [answer] = await waiting
    assert answer.ok


async def test_what_was_overtaken_is_computed_again(market: Market, log: Log) -> None:
    """By a command of another caller while it was computed, and by one before it in the same batch."""
    books = Books(frozenset({"unit-T1"}))
    books.allowed.clear()
    async with market_of(log, books.load) as computing:
        waiting = asyncio.create_task(computing.submit([report("h-1", "H-1"), run("r-1")]))
        await books.begun(1)
        [other] = await computing.submit([report("h-2", "H-2")])
        books.allowed.set()
        first, answer = await waiting
    assert first.ok
    assert answer.ok
    assert books.asked == [first.position, other.position]


async def test_what_reads_nothing_that_changed_is_not_computed_again(market: Market, log: Log) -> None:
    books = Books(frozenset({"unit-W9"}))
    books.allowed.clear()
    async with market_of(log, books.load) as computing:
        waiting = asyncio.create_task(computing.submit([run("r-1")]))
        await books.begun(1)
        await computing.submit([report("h-2", "H-2")])
        books.allowed.set()
        [answer] = await waiting
    assert answer.ok
    assert len(books.asked) == 1


async def test_what_another_process_has_recorded_makes_it_stale_as_well(market: Market, log: Log) -> None:
    books = Books(frozenset({"unit-T1"}))
    books.allowed.clear()
    async with market_of(log, books.load) as computing:
        waiting = asyncio.create_task(computing.submit([run("r-1")]))
        await books.begun(1)
        [other] = await market.submit([report("h-2", "H-2")])
        books.allowed.set()
        [answer] = await waiting
    assert answer.ok
    assert books.asked[-1] == other.position


async def test_trouble_of_a_loader_is_told_to_who_asked_and_to_nobody_else(market: Market, log: Log) -> None:
    async def unavailable(names: Sequence[str], position: int) -> Mapping[str, Computed]:
        raise LogUnavailable("no read models")

    async def broken(names: Sequence[str], position: int) -> Mapping[str, Computed]:
        raise ZeroDivisionError

    async with market_of(log, unavailable) as computing:
        with pytest.raises(LogUnavailable):
            await computing.submit([run("r-1")])
        assert (await computing.submit([report("h-1", "H-1")]))[0].ok
    async with market_of(log, broken) as computing:
        answers = await computing.submit([run("r-1"), report("h-2", "H-2")])
    assert [answer.code for answer in answers] == ["DEFECT", None]
