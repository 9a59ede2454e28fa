"""Readers: projection catch-up, rebuild, balances at two dates and a statement, over a million facts."""

from __future__ import annotations

import asyncio
import os
import sys
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from http.client import HTTPConnection
from random import Random
from time import perf_counter
from urllib.parse import urlencode

import asyncpg

from tests.benchmarks.http import MEGABYTES
from tests.benchmarks.place import Place
from tests.benchmarks.processes import ROOT, Service, cpu_seconds, service
from tests.benchmarks.results import Row, at_least, at_most, middle, percentile
from tests.projections.company import Company
from tests.projections.history import write

HOT_ACCOUNT = "FUND_SAFETY:HQ"
SLOWEST = "select min(position) from read.positions"
REBUILD = "import asyncio,sys; from projections.rebuild import rebuild; asyncio.run(rebuild(sys.argv[1]))"


async def reading(place: Place) -> list[Row]:
    dsn, facts = await place.ledger_database(), place.scale.facts
    await write(dsn, Company(per_day=facts // 300).stream(facts))
    await place.checkpoint()
    clock = Clock()
    async with service(dsn) as serving:
        rows = await _caught_up(serving, dsn, facts, clock)
        rows.append(_memory("after the catch-up", serving))
        rows += await _rebuilt(dsn, facts, Clock())
        rows += await _asked(serving, dsn, place.scale.queries)
        rows.append(_memory("after these queries", serving))
    return rows


class Clock:
    """Wall time and processor time of everything that this benchmark has started, PostgreSQL included."""

    def __init__(self) -> None:
        self._began, self._spent = perf_counter(), cpu_seconds(os.getpid())

    @property
    def seconds(self) -> float:
        return perf_counter() - self._began

    def row(self, of: str) -> Row:
        """Beside the time on the wall, which others on the machine make longer."""
        spent, seconds = cpu_seconds(os.getpid()) - self._spent, self.seconds
        return Row("reading", f"processor time of the {of}", spent, "s", "time on the wall", seconds)


def _memory(when: str, serving: Service) -> Row:
    return Row("reading", f"memory of the service {when}", serving.memory, "MB", target=at_most(MEGABYTES))


# -- catch-up and rebuild -------------------------------------------------------------------------------------------


async def _caught_up(serving: Service, dsn: str, facts: int, clock: Clock) -> list[Row]:
    """From the first fact to the last, all projections, by the projector of the service; its start is counted."""
    async with _connected(dsn) as connection:
        while await connection.fetchval(SLOWEST) < facts:
            assert serving.process.returncode is None
            assert not await connection.fetchval("select count(parked_position) from read.positions")
            await asyncio.sleep(0.05)
    rate, what = facts / clock.seconds, f"catch-up of {facts:,} facts"
    row = Row("reading", f"{what}, all projections", rate, "facts/s", target=at_least(40_000))
    return [row, clock.row("catch-up")]


async def _rebuilt(dsn: str, facts: int, clock: Clock) -> list[Row]:
    """Beside the serving builds: filled, indexed, compared, switched."""
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", REBUILD, dsn, cwd=ROOT, stderr=PIPE)
    _, complaint = await process.communicate()
    assert process.returncode == 0, complaint.decode()
    what = f"rebuild of {facts:,} facts, compared and switched"
    return [Row("reading", what, clock.seconds, "s", target=at_most(30)), clock.row("rebuild")]


# -- queries ---------------------------------------------------------------------------------------------------------


async def _asked(serving: Service, dsn: str, queries: int) -> list[Row]:
    """Random accounts, business dates and positions, every fifth time the account with the most entries; over HTTP."""
    async with _connected(dsn) as connection:
        entries = await connection.fetchval("select count(*) from read.entries")
        facts = await connection.fetchval("select max(position) from read.entries")
        accounts = [row[0] for row in await connection.fetch("select account from read.balances order by account")]
        days = [row[0] for row in await connection.fetch("select distinct business_date from read.entries")]
        units = [row[0] for row in await connection.fetch("select id from read.states where kind = 'unit'")]
        periods = [row[0] for row in await connection.fetch("select distinct posting_period from read.period_balances")]
    random = Random(7)
    balances = [
        (
            "BalancesAt",
            {
                "business_date": random.choice(days),
                "known_position": random.randint(1, facts),
                "accounts": HOT_ACCOUNT if number % 5 == 0 else random.choice(accounts),
            },
        )
        for number in range(queries)
    ]
    hot = [question for question in balances if question[1]["accounts"] == HOT_ACCOUNT]
    statements = [
        ("Statement", {"unit": random.choice(units), "period": random.choice(periods)}) for _ in range(queries // 10)
    ]
    at_two = await asyncio.to_thread(_times, serving.port, balances)
    of_fund = await asyncio.to_thread(_times, serving.port, hot)
    drawn = await asyncio.to_thread(_times, serving.port, statements)
    what = f"balance at two dates over {entries:,} entries"
    return [
        Row("reading", f"{what}, p50", percentile(at_two, 0.5), "ms"),
        Row("reading", f"{what}, p99", percentile(at_two, 0.99), "ms", target=at_most(10)),
        Row("reading", f"the same of {HOT_ACCOUNT} alone, p99", percentile(of_fund, 0.99), "ms", target=at_most(10)),
        Row("reading", "statement of a unit and month, p50", middle(drawn), "ms", target=at_most(50)),
        Row("reading", "statement of a unit and month, p99", percentile(drawn, 0.99), "ms"),
    ]


def _times(port: int, questions: list[tuple[str, dict[str, object]]]) -> list[float]:
    """Milliseconds from request to answer, on one connection."""
    connection = HTTPConnection("127.0.0.1", port, timeout=60)
    times = []
    for name, fields in questions:
        began = perf_counter()
        connection.request("GET", f"/v1/queries/{name}?{urlencode(fields)}")
        answer = connection.getresponse()
        body = answer.read()
        times.append((perf_counter() - began) * 1000)
        assert answer.status == 200, body
    connection.close()
    return times


@asynccontextmanager
async def _connected(dsn: str) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(dsn)
    try:
        yield connection
    finally:
        await connection.close()
