"""Append of facts that are already decided: ours, the library's recorder, PostgreSQL's own single-row commits."""

from __future__ import annotations

from collections import defaultdict
from contextlib import AsyncExitStack

from tests.benchmarks.place import Place
from tests.benchmarks.processes import Workers, workers
from tests.benchmarks.results import Row, Target, middle, times
from tests.benchmarks.single_rows import SingleRows

Setting = tuple[int, int]
"""Clients in all, and the processes that they are spread over."""

SETTINGS: tuple[Setting, ...] = ((1, 1), (8, 1), (64, 1), (64, 2), (64, 4))
CONNECTIONS = (1, 8, 32, 64)
LIBRARY = "library's recorder"
TARGETS: dict[Setting, Target] = {(8, 1): times(8), (64, 1): times(30)}


async def append(place: Place) -> list[Row]:
    ours: dict[Setting, list[float]] = defaultdict(list)
    theirs: dict[Setting, list[float]] = defaultdict(list)
    single: dict[int, list[float]] = defaultdict(list)
    seconds = place.scale.seconds
    rows = await SingleRows.prepare(place)
    async with AsyncExitStack() as stack:
        mine = await _everyone(stack, "append_ours", await place.ledger_database(), seconds)
        library = await _everyone(stack, "append_library", await place.empty_database(), seconds)
        for _ in range(place.scale.rounds):
            for setting in SETTINGS:
                ours[setting].append(await mine[setting].counts())
                theirs[setting].append(await library[setting].counts())
            for connections in CONNECTIONS:
                single[connections].append(await rows.rate(connections, seconds))
    return _table(
        {setting: middle(found) for setting, found in ours.items()},
        {setting: middle(found) for setting, found in theirs.items()},
        {connections: middle(found) for connections, found in single.items()},
    )


async def _everyone(stack: AsyncExitStack, module: str, dsn: str, seconds: float) -> dict[Setting, Workers]:
    """Started one after the other, so that the first makes the tables."""
    return {
        (clients, processes): await stack.enter_async_context(
            workers(processes, module, dsn, clients // processes, seconds)
        )
        for clients, processes in SETTINGS
    }


def _table(ours: dict[Setting, float], theirs: dict[Setting, float], single: dict[int, float]) -> list[Row]:
    rows = [
        Row("append", _words(*setting), ours[setting], "commands/s", LIBRARY, theirs[setting], TARGETS.get(setting))
        for setting in SETTINGS
    ]
    for clients, connections in ((1, 1), (8, 8), (64, 32), (64, 64)):
        against = f"single-row commits, {connections} connection{'s' * (connections > 1)}"
        target = times(1) if connections == 32 else None
        rows.append(
            Row("append", _words(clients, 1), ours[clients, 1], "commands/s", against, single[connections], target)
        )
    facts, against = 2 * ours[64, 1], "rows of single-row commits, 32 connections"
    rows.append(Row("append", _words(64, 1), facts, "facts/s", against, single[32]))
    return rows


def _words(clients: int, processes: int) -> str:
    return f"{clients} client{'s' * (clients > 1)}, {processes} process{'es' * (processes > 1)}"
