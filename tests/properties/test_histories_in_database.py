"""Any history on a real database: the market answers as the ledger in memory, and projections = fold = rebuild."""

from __future__ import annotations

import asyncio

import asyncpg
from hypothesis import HealthCheck, Phase, settings
from hypothesis import given as forall

from migrations import ensure_roles
from projections.integrity import check
from projections.rebuild import rebuild
from tests.conftest import TEMPLATE, Cluster, temporary_database
from tests.projections.whole_ledger import open_client
from tests.properties.histories import Line, histories
from tests.properties.test_histories import open_transfers
from tests.spec import group

FEW = settings(
    max_examples=8,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.function_scoped_fixture],
)


@FEW
@forall(histories(longest=8))
def test_what_the_database_holds_is_what_the_facts_say(cluster: Cluster, history: list[Line]) -> None:
    asyncio.run(holds(cluster, history))


async def holds(cluster: Cluster, history: list[Line]) -> None:
    async with temporary_database(cluster, TEMPLATE) as database:
        connection = await asyncpg.connect(database.dsn)
        await ensure_roles(connection)
        async with open_client(database.dsn) as client:
            memory = group()
            answers = await client.batch(*history)
            assert answers == [memory.send(line).line() for line in history]
            assert await client.batch(*history) == [
                answer if answer["ok"] else memory.send(line).line()
                for line, answer in zip(history, answers, strict=True)
            ]
            balances = (await client.ask("Balances"))["balances"]
            assert balances == {account: memory.balance(account) for account in balances}
        waiting = {account for account, fen in open_transfers(memory).items() if fen}
        assert {(found.rule, found.where) for found in await check(connection)} == {("clearing", at) for at in waiting}
        assert {report["differences"] for report in await rebuild(database.dsn)} == {0}
        await connection.close()
