"""Facts as they happen: server-sent events that miss nothing."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import httpx2

from tests.api.doors import found_group, hazard, serving
from tests.conftest import Database


async def take(client: httpx2.AsyncClient, count: int, address: str, **headers: str) -> list[dict[str, str]]:
    """So many events, then hang up."""
    events: list[dict[str, str]] = []
    event: dict[str, str] = {}
    async with asyncio.timeout(20), client.stream("GET", address, headers=headers) as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        async for line in answer.aiter_lines():
            name, _, value = line.partition(": ")
            if name:
                event[name] = value
            elif "id" in event:
                events.append(event)
                event = {}
                if len(events) == count:
                    break
    return events


async def test_facts_arrive_in_order_and_as_the_query_shows_them(database: Database) -> None:
    await found_group(database.dsn)
    async with serving(database.dsn) as (client, _):
        events = await take(client, 149, "/v1/facts/stream")
        shown = (await client.get("/v1/facts?limit=1000")).json()["result"]["facts"]
        assert [event["id"] for event in events] == [str(position) for position in range(1, 150)]
        assert [json.loads(event["data"]) for event in events] == shown
        assert [event["event"] for event in events] == [fact["fact"] for fact in shown]


async def test_who_was_cut_off_resumes_after_the_last_fact_that_he_has(database: Database) -> None:
    await found_group(database.dsn)
    async with serving(database.dsn) as (client, _):
        seen = await take(client, 100, "/v1/facts/stream?after=20")
        assert (seen[0]["id"], seen[-1]["id"]) == ("21", "120")
        rest = await take(client, 29, "/v1/facts/stream?after=20", **{"Last-Event-ID": seen[-1]["id"]})
        assert [event["id"] for event in rest] == [str(position) for position in range(121, 150)]


async def test_what_is_recorded_while_somebody_listens_reaches_him(database: Database) -> None:
    await found_group(database.dsn)
    async with serving(database.dsn) as (client, _):
        listening = asyncio.create_task(take(client, 3, "/v1/facts/stream?after=149"))
        for number in range(3):
            await client.post("/v1/commands", json=hazard(f"H-{number}"))
        assert [hazard_of(event) for event in await listening] == ["H-0", "H-1", "H-2"]


async def test_one_stream_alone_can_be_heard(database: Database) -> None:
    await found_group(database.dsn)
    async with serving(database.dsn) as (client, _):
        events = await take(client, 1, "/v1/facts/stream?stream=person-P-A")
        assert json.loads(events[0]["data"])["stream"] == "person-P-A"


async def test_a_server_that_stops_lets_listeners_go(database: Database) -> None:
    async with serving(database.dsn) as (client, ledgers):
        listening = asyncio.create_task(take(client, 1, "/v1/facts/stream"))
        await asyncio.sleep(0.3)
        ledgers.closing.set()
        assert await asyncio.wait_for(listening, 5) == []


def hazard_of(event: dict[str, Any]) -> str:
    return str(json.loads(event["data"])["data"]["hazard"])
