"""On two time axes: what was known at a position is what was answered then, and late facts leave what was issued."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
from hypothesis import HealthCheck, Phase, settings
from hypothesis import given as forall
from hypothesis import strategies as st

from migrations import ensure_roles
from projections.integrity import check
from tests.conftest import TEMPLATE, Cluster, temporary_database
from tests.ledger.decisions.settlement import UNITS
from tests.projections.whole_ledger import Client, open_client
from tests.properties.histories import Line, histories
from tests.properties.test_settlement import MONTHS, settle, steps
from tests.spec import do

FEW = settings(
    max_examples=4,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.function_scoped_fixture],
)
QUESTIONS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("Exposure", {}),
    ("Exposure", {"centre": "U1"}),
    ("OpenItems", {}),
    ("OpenItems", {"unit": "T1"}),
    ("TenderBoard", {}),
    ("TenderBoard", {"state": "settled"}),
    ("TrialBalance", {}),
    ("HazardRegister", {}),
    ("HazardRegister", {"unit": "U1", "period": "2026-02"}),
    ("HazardRegister", {"overdue": True}),
    ("TrialBalance", {"period": "2026-03", "centre": "U1"}),
    *(("Entries", {"account": f"POOL_WAGE:{unit}"}) for unit in ("T1", "W1")),
    *(("Fund", {"centre": centre}) for centre in ("HQ", "U1")),
    *(("Pool", {"unit": unit}) for unit in ("T1", "W1")),
    *(("Statement", {"unit": unit, "period": "2026-03", "issue": 0}) for unit in ("T1", "W1", "W2")),
)
A_FEW = 12
"""Lines between two looks at everything that was issued."""

EVER = "2999-12-31"
CLOCKED = {"tenders", "hazards"}
SAID = ("known_at", "business_date", "digest")
"""Members in which an answer repeats the question; a draft's digest goes with what it says."""


@asynccontextmanager
async def ledger(cluster: Cluster) -> AsyncIterator[tuple[Client, asyncpg.Connection]]:
    """A ledger of the group on a database of its own, and a connection of the owner."""
    async with temporary_database(cluster, TEMPLATE) as database:
        connection = await asyncpg.connect(database.dsn)
        await ensure_roles(connection)
        async with open_client(database.dsn) as client:
            yield client, connection
        await connection.close()


async def answers(client: Client, **when: Any) -> list[Any]:
    told = [await client.ask(name, **fields, **when) for name, fields in QUESTIONS]
    return [{name: value for name, value in answer.items() if name not in SAID} for answer in told]


@FEW
@forall(histories(longest=8), st.integers(2, 4))
def test_what_was_known_at_a_position_is_what_was_answered_then(cluster: Cluster, told: list[Line], parts: int) -> None:
    asyncio.run(answered_again(cluster, told, parts))


async def answered_again(cluster: Cluster, history: list[Line], parts: int) -> None:
    async with ledger(cluster) as (client, _):
        believed = {}
        size = len(history) // parts + 1
        for start in range(0, len(history), size):
            await client.batch(*history[start : start + size])
            position = (await client.ledger.log.head()).position
            believed[position] = await answers(client)
        for position, then in believed.items():
            assert await answers(client, known_position=position) == then, position
        last = max(believed)
        ever = await answers(client, known_position=last, business_date=EVER)
        assert [told for told in ever if not CLOCKED & told.keys()] == [
            told for told in believed[last] if not CLOCKED & told.keys()
        ], "but a board of tenders and a register of hazards go by the day that they are asked for"
        live = (await client.ask("Balances"))["balances"]
        known = await client.ask("BalancesAt", business_date=EVER, known_position=last)
        assert known["balances"] == live


@FEW
@forall(steps())
def test_late_facts_never_change_what_was_issued_and_months_join(cluster: Cluster, lines: list[Line]) -> None:
    asyncio.run(joined(cluster, lines))


async def joined(cluster: Cluster, lines: list[Line]) -> None:
    async with ledger(cluster) as (client, connection):
        opened = [
            do("OpenPeriod", "SYSTEM", f"{month}-01T08:00:00+08:00", centre="U1", period=month) for month in MONTHS
        ]
        await client.accept(*({**line, "id": f"o-{number}"} for number, line in enumerate(opened)))
        await client.accept(*numbered("first", settle("2026-03", "2026-04-01T08:00:00+08:00")[:3]))
        issued = await everything_issued(client)
        assert len(issued) == len(UNITS)
        for start in range(0, len(lines), A_FEW):
            await client.batch(*lines[start : start + A_FEW])
            now = await everything_issued(client)
            assert {key: now[key] for key in issued} == issued
            issued = now
        for unit in UNITS:
            march, april, may = [await client.ask("Statement", unit=unit, period=month, issue=0) for month in MONTHS]
            assert (april["opening"], may["opening"]) == (march["closing"], april["closing"])
        assert await check(connection) == []


def numbered(prefix: str, lines: list[Line]) -> list[Line]:
    return [{**line, "id": f"{prefix}-{number}"} for number, line in enumerate(lines)]


async def everything_issued(client: Client) -> dict[tuple[str, str, int], Any]:
    """Every issue of every unit and month, as it is made again."""
    found = {}
    for unit in UNITS:
        for month in MONTHS:
            latest = (await client.ask("Statement", unit=unit, period=month))["issue"]
            for issue in range(1, latest + 1):
                shown = await client.ask("Statement", unit=unit, period=month, issue=issue)
                found[unit, month, issue] = {name: value for name, value in shown.items() if name != "state"}
    return found
