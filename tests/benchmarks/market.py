"""Commands through the market in one process, decided and durable; no HTTP, forms read beforehand."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator
from time import perf_counter

from ledger.decisions import Command
from ledger.interchange import Answer, read_line
from ledger.log.store import Log
from ledger.market import Market
from tests.benchmarks.mine import LANES, Line, Mine
from tests.benchmarks.place import Place
from tests.benchmarks.results import Row, at_least, middle

CLIENTS = LANES


async def market(place: Place) -> list[Row]:
    log = await Log.open(await place.ledger_database())
    mine = Mine()
    try:
        async with Market(log, allow_simulated=True) as open_market:
            await found(open_market, mine)
            rates = [await rate(open_market, mine, place.scale.commands) for _ in range(place.scale.rounds)]
    finally:
        await log.close()
    return [Row("market", f"{CLIENTS} clients", middle(rates), "commands/s", target=at_least(5_000))]


async def found(market: Market, mine: Mine) -> None:
    """Everything that has to be there before the work begins."""
    check(await market.submit(list(map(read, mine.founding()))))


async def rate(market: Market, mine: Mine, commands: int) -> float:
    """Commands a second of clients that wait for each answer before they send the next."""
    work = [[read(line) for line in some(mine, lane, commands // CLIENTS)] for lane in range(CLIENTS)]
    began = perf_counter()
    await asyncio.gather(*(client(market, lane) for lane in work))
    return sum(map(len, work)) / (perf_counter() - began)


async def client(market: Market, work: list[Command]) -> None:
    for command in work:
        check(await market.submit([command]))


def some(mine: Mine, lane: int, commands: int) -> Iterator[Line]:
    """Whole episodes of one lane, at least so many commands."""
    for episode in mine.episodes(lane):
        yield from episode
        commands -= len(episode)
        if commands <= 0:
            return


def read(line: Line) -> Command:
    command = read_line(line)
    assert isinstance(command, Command)
    return command


def check(answers: Iterable[Answer]) -> None:
    """Only what is accepted counts."""
    for answer in answers:
        assert answer.ok, answer
