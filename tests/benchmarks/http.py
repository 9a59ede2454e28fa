"""`POST /v1/commands` on one worker, beside the same route over the library's recorder."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress

from ledger.log.store import Log
from ledger.market import Market
from tests.benchmarks.market import found
from tests.benchmarks.mine import Mine
from tests.benchmarks.place import Place
from tests.benchmarks.processes import Workers, answer_of, python, service, workers
from tests.benchmarks.results import Row, at_least, at_most, middle, times

CONNECTIONS = 64
MEGABYTES = 250


async def http(place: Place) -> list[Row]:
    dsn, seconds = await founded(place), 2 * place.scale.seconds
    ours: list[list[float]] = []
    theirs: list[list[float]] = []
    async with (
        service(dsn) as serving,
        workers(1, "load", serving.port, CONNECTIONS, seconds, "commands") as load,
        library_service(await place.empty_database()) as port,
        workers(1, "load", port, CONNECTIONS, seconds, "library") as library_load,
    ):
        for _ in range(place.scale.rounds):
            ours.append(await _seen(load))
            theirs.append(await _seen(library_load))
        memory = serving.memory
    return _table(_middle(ours), _middle(theirs), memory)


def _table(ours: Sequence[float], theirs: Sequence[float], memory: float) -> list[Row]:
    what, against = f"{CONNECTIONS} connections, one worker", "same route on the library's recorder"
    return [
        Row("http", what, ours[0], "commands/s", against, theirs[0], times(4)),
        Row("http", what, ours[0], "commands/s", target=at_least(1_200)),
        Row("http", "answered within, p50", ours[1], "ms", against, theirs[1]),
        Row("http", "answered within, p99", ours[2], "ms", against, theirs[2], at_most(100)),
        Row("http", "memory of the service after it", memory, "MB", target=at_most(MEGABYTES)),
    ]


async def _seen(load: Workers) -> list[float]:
    [line] = await load.go()
    return [float(value) for value in json.loads(line)]


def _middle(rounds: Sequence[Sequence[float]]) -> list[float]:
    return [middle(values) for values in zip(*rounds, strict=True)]


async def founded(place: Place) -> str:
    """A ledger in which the work can begin."""
    dsn = await place.ledger_database()
    log = await Log.open(dsn)
    try:
        async with Market(log, allow_simulated=True) as market:
            await found(market, Mine("f"))
    finally:
        await log.close()
    return dsn


@asynccontextmanager
async def library_service(dsn: str) -> AsyncIterator[int]:
    """Its port."""
    process = await python("tests.benchmarks.library_app", dsn)
    try:
        yield int(await answer_of(process))
    finally:
        with suppress(ProcessLookupError):
            process.terminate()
        await process.wait()
