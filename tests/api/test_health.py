"""Alive, ready, measured."""

from __future__ import annotations

import asyncpg
import httpx2

from projections.runner import Runner
from tests.api.doors import found_group, hazard, serving
from tests.conftest import Database


async def run_sql(database: Database, statement: str) -> None:
    connection = await asyncpg.connect(database.dsn)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


async def test_a_server_with_everything_in_place_is_ready(database: Database) -> None:
    await found_group(database.dsn)
    async with serving(database.dsn) as (client, _):
        await client.get("/v1/facts?wait_for=149")
        answer = await client.get("/readyz")
        assert answer.status_code == 200
        assert (
            answer.json()["ledgers"]["main"] | {"problems": [], "position": 149, "parked": []}
            == (answer.json()["ledgers"]["main"])
        )
        assert set(answer.json()["ledgers"]["main"]["lag"].values()) == {0}


async def test_a_parked_projection_is_named(database: Database) -> None:
    await found_group(database.dsn)
    async with serving(database.dsn, projecting=False) as (client, _):
        await Runner(database.dsn).catch_up()
        await run_sql(
            database,
            "update projections.builds set position = 6, parked_position = 7, parked_reason = 'ValueError: no'"
            " where name = 'journal'",
        )
        answer = await client.get("/readyz")
        assert answer.status_code == 503
        assert answer.json()["ledgers"]["main"]["problems"] == ["projection journal is parked at 7: ValueError: no"]
        assert 'jiesuan_projection_parked{ledger="main",projection="journal"} 1.0' in (await metrics(client))
        waited = await client.get("/v1/balances?wait_for=7")
        assert (waited.status_code, waited.json()["code"]) == (503, "NOT_YET")


async def test_a_schema_of_another_revision_is_said(database: Database) -> None:
    async with serving(database.dsn) as (client, _):
        await run_sql(database, "update log.schema_version set version_num = '0000_older'")
        answer = await client.get("/readyz")
        assert answer.status_code == 503
        assert "jiesuan migrate" in answer.json()["ledgers"]["main"]["problems"][0]
        assert (await client.get("/livez")).text == "ok\n"


async def test_commands_batches_and_positions_are_measured(database: Database) -> None:
    await found_group(database.dsn)
    async with serving(database.dsn) as (client, _):
        for command in (hazard("H-1"), hazard("H-1"), hazard("H-2", unit="NO")):
            await client.post("/v1/commands", json=command)
        await client.get("/v1/facts?wait_for=150")
        text = await metrics(client)
        for line in (
            'jiesuan_commands_total{ledger="main",outcome="recorded"} 1.0',
            'jiesuan_commands_total{ledger="main",outcome="repeated"} 1.0',
            'jiesuan_commands_total{ledger="main",outcome="UNKNOWN_UNIT"} 1.0',
            'jiesuan_batch_facts_sum{ledger="main"} 1.0',
            'jiesuan_append_seconds_count{ledger="main"} 1.0',
            'jiesuan_queue_commands{ledger="main"} 0.0',
            'jiesuan_log_position{ledger="main"} 150.0',
            'jiesuan_projection_position{ledger="main",projection="journal"} 150.0',
            'jiesuan_projection_lag_facts{ledger="main",projection="journal"} 0.0',
        ):
            assert line in text.splitlines()


async def metrics(client: httpx2.AsyncClient) -> str:
    answer = await client.get("/metrics")
    assert answer.status_code == 200
    return answer.text


async def test_the_interface_describes_itself_without_the_internet(database: Database) -> None:
    async with serving(database.dsn) as (client, _):
        described = (await client.get("/openapi.json")).json()
        page = (await client.get("/docs")).text
        assert "https://" not in page
        script = page.partition('src="')[2].partition('"')[0]
        assert (await client.get(script)).status_code == 200
    schemas = described["components"]["schemas"]
    assert {"$ref": "#/components/schemas/ReportHazard"} in schemas["Command"]["oneOf"]
    assert schemas["ReportHazard"]["properties"]["data"] == {"$ref": "#/components/schemas/ReportHazardForm"}
    assert "unit" in schemas["ReportHazardForm"]["required"]
    assert set(described["paths"]) >= {"/v1/commands", "/v1/bulk", "/v1/queries/{query}", "/v1/facts/stream", "/readyz"}
