"""A closed month survives: later facts, late facts, a rebuild, a dump and restore into a PostgreSQL that is newer."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from itertools import islice
from pathlib import Path
from typing import Any

import asyncpg

from migrations import ensure_roles, postgres
from projections.integrity import check
from projections.queries import reader_of
from projections.queries.statement import changed
from projections.rebuild import rebuild
from tests.api.doors import jiesuan
from tests.conftest import FAST, Cluster, Database, programs
from tests.projections.whole_ledger import Client, Line, open_client, reopened
from tests.spec import VECTORS, do

STEPS = json.loads((VECTORS / "SC-19.json").read_text(encoding="utf-8"))["steps"]
MONTH = [step["send"] for step in STEPS if "command" in step["send"] and step.get("expect", {"ok": True})["ok"]]
UNITS = ("T1", "T2", "T3", "T4", "U1", "W1", "W2", "HQ")
MARCH = "2026-03"
MANY = 10_000
BATCH = 500

Issued = dict[str, Any]


def later() -> Iterator[Line]:
    """April's credits and transfers; every fourth is late and belongs to the month that is closed."""
    number = 0
    while True:
        number += 1
        unit, at = ("W1", "W2", "U1")[number % 3], f"2026-04-{7 + number // 1000:02d}T09:00:00+08:00"
        credit = do("CreditQuotaWage", "P-C1", at, unit=unit, amount=f"{number}.07", source_doc=f"L-{number}")
        late = {"business_date": f"{MARCH}-{1 + number % 31:02d}"} if number % 4 == 0 else {}
        yield {"id": f"later-{number}", **credit, **late}
        parties = {"payer": "W1", "payee": "W2", "amount": "0.03", "adjusts_period": MARCH}
        adjusted = do("AdjustTransfer", "P-C1", at, **parties, reason="漏记", approved_by="P-H1")
        yield {"id": f"adjusted-{number}", **adjusted}


async def record_many(client: Client) -> None:
    """Ten thousand facts after the close."""
    lines, first = later(), (await client.ledger.log.head()).position
    while (await client.ledger.log.head()).position < first + MANY:
        await client.accept(*islice(lines, BATCH))


async def issued(client: Client) -> Issued:
    """Every statement of the month, as it is made again from journal and facts."""
    return {unit: await client.ask("Statement", unit=unit, period=MARCH) for unit in UNITS}


async def nothing_is_wrong(client: Client, dsn: str) -> None:
    async with connected(dsn) as connection:
        assert await check(connection) == []
    async with client.ledger.reader.reached((await client.ledger.log.head()).position) as snapshot:
        assert await changed(await reader_of(snapshot, "journal")) == []


@asynccontextmanager
async def connected(dsn: str) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(dsn)
    try:
        await ensure_roles(connection)
        yield connection
    finally:
        await connection.close()


async def test_a_closed_month_survives_what_comes_later_a_rebuild_and_a_new_postgresql(
    cluster: Cluster, database: Database, tmp_path: Path
) -> None:
    async with open_client(database.dsn) as client:
        await client.accept(*MONTH)
        sealed = await issued(client)
        assert {statement["state"] for statement in sealed.values()} == {"confirmed"}
        assert sealed["W1"]["closing"] == "12377.05"

        await record_many(client)
        assert await issued(client) == sealed, "later and late facts"
        late = await client.ask("Statement", unit="W1", period="2026-04", issue=0)
        assert len(late["prior_period_adjustments"]) > MANY // 10
        assert late["opening"] == sealed["W1"]["closing"]
        await nothing_is_wrong(client, database.dsn)

        assert {report["differences"] for report in await rebuild(database.dsn)} == {0}
        assert await issued(client) == sealed, "a rebuild"

    dump = tmp_path / "main.dump"
    await dumped(database, "--format=custom", f"--file={dump}", database.dsn)
    async with new_server(tmp_path / "data") as server:
        restored = server.dsn("restored")
        await restore(server, restored, dump)
        checked = await asyncio.to_thread(jiesuan, "--database-url", restored, "check", "--json")
        assert checked.returncode == 0, checked.stderr
        assert json.loads(checked.stdout)["findings"] == []
        rebuilt = await asyncio.to_thread(jiesuan, "--database-url", restored, "rebuild")
        assert rebuilt.returncode == 0, rebuilt.stderr
        async with reopened(restored) as client:
            assert await issued(client) == sealed, f"a dump of PostgreSQL {cluster.version}, restored into 18"
            await client.accept(do_in_may())
            await nothing_is_wrong(client, restored)


async def test_the_facts_alone_are_enough(cluster: Cluster, database: Database, tmp_path: Path) -> None:
    async with open_client(database.dsn) as client:
        await client.accept(*MONTH)
        sealed = await issued(client)
    dump = tmp_path / "facts.dump"
    await dumped(database, "--format=custom", "--schema=log", "--schema=jobs", f"--file={dump}", database.dsn)
    async with new_server(tmp_path / "data") as server:
        restored = server.dsn("restored")
        await restore(server, restored, dump, "--no-owner")
        checked = await asyncio.to_thread(jiesuan, "--database-url", restored, "check")
        assert checked.returncode == 0, checked.stderr
        async with reopened(restored) as client:
            assert await issued(client) == sealed


async def test_check_names_a_statement_of_a_closed_month_that_does_not_come_out_again(
    cluster: Cluster, database: Database
) -> None:
    """A quantity is in no sum: only the digest of the line tells that it was another one."""
    async with open_client(database.dsn) as client:
        await client.accept(*MONTH)
        await issued(client)
    async with connected(database.dsn) as owner:
        await owner.execute(
            "update journal_b1.entries set qty = '59' where document = 'TD-1' and account = 'POOL_WAGE:W1'"
        )
    checked = await asyncio.to_thread(jiesuan, "--database-url", database.dsn, "check", "--json")
    assert checked.returncode == 1
    [finding] = json.loads(checked.stdout)["findings"]
    assert (finding["rule"], finding["where"], finding["what"]) == (
        "statements",
        "W1 2026-03",
        "issue 1 has another digest",
    )


def do_in_may() -> Line:
    """The restored ledger goes on; its read models follow."""
    credit = do("CreditQuotaWage", "P-C1", "2026-05-06T09:00:00+08:00", unit="W1", amount="1.00", source_doc="MAY")
    return {"id": "may-1", **credit}


@asynccontextmanager
async def new_server(data: Path) -> AsyncIterator[postgres.Server]:
    """A PostgreSQL 18 that has never seen jiesuan."""
    async with postgres.server(data, "tests", binaries=programs("18"), settings=FAST) as server:
        yield server


async def restore(server: postgres.Server, restored: str, dump: Path, *options: str) -> None:
    """As docs/operations.md says it: the roles, an empty database, the dump."""
    migrated = await asyncio.to_thread(jiesuan, "--database-url", server.dsn("roles"), "migrate")
    assert migrated.returncode == 0, migrated.stderr
    await run("psql", "--command=create database restored template template0 encoding 'UTF8'", server.dsn("postgres"))
    await run("pg_restore", "--exit-on-error", *options, f"--dbname={restored}", str(dump))


async def dumped(database: Database, *arguments: str) -> None:
    """By the server's own pg_dump: another version's may write options that a restore does not know."""
    await _run(programs(database.version).bindir / "pg_dump", *arguments)


async def run(program: str, *arguments: str) -> None:
    """A program of PostgreSQL 18; it reads dumps of older versions."""
    await _run(postgres.bundled().bindir / program, *arguments)


async def _run(program: Path, *arguments: str) -> None:
    process = await asyncio.create_subprocess_exec(program, *arguments, stderr=asyncio.subprocess.PIPE)
    _, said = await process.communicate()
    assert process.returncode == 0, said.decode()
