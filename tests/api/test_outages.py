"""The database goes and comes back; what was acknowledged is there."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import sys
import time
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx2
import pytest

from migrations.postgres.lock import holder_of
from migrations.postgres.supervisor import server_of
from tests.api.doors import ROOT, answers_of, environment, group, hazard, jiesuan, jsonl, query
from tests.migrations.postgres.processes import until_nothing_runs

pytestmark = pytest.mark.integration


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A directory that PostgreSQL's user can reach, with the group in it."""
    for place in (tmp_path, *tmp_path.parents[:3]):
        if place.stat().st_uid == os.getuid() and place != Path("/tmp"):
            place.chmod(0o755)
    done = jiesuan("--data", str(tmp_path / "data"), "run", "-", "--simulated-clock", text=group())
    assert done.returncode == 0, done.stderr
    return tmp_path / "data"


@asynccontextmanager
async def served(data: Path, *options: str) -> AsyncIterator[tuple[Process, httpx2.AsyncClient]]:
    """`jiesuan serve` as another program."""
    command = [sys.executable, "-m", "api", "serve", "--data", str(data), "--port", "0", *options]
    process = await asyncio.create_subprocess_exec(*command, cwd=ROOT, env=environment(), stderr=PIPE)
    assert process.stderr is not None
    try:
        said = (await asyncio.wait_for(process.stderr.readline(), 60)).decode()
        assert "serving" in said, said + (await process.stderr.read()).decode()
        address = said.partition("http://")[2].partition(" ")[0]
        async with httpx2.AsyncClient(base_url=f"http://{address}", timeout=60, trust_env=False) as client:
            yield process, client
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGTERM)
        await process.communicate()
        await until_nothing_runs(data)


async def test_no_acknowledged_command_is_lost_when_postgres_is_killed(data: Path) -> None:
    acknowledged: list[str] = []

    async def clerk(client: httpx2.AsyncClient, name: int) -> None:
        """Sends the same command until it is told what became of it."""
        for number in range(60):
            command = hazard(f"H-{name}-{number}")
            while not (answer := await client.post("/v1/commands", json=command)).is_success:
                assert answer.status_code in (429, 503), answer.text
                assert answer.json()["code"] in ("BUSY", "UNAVAILABLE", "UNKNOWN_OUTCOME")
                assert "retry-after" in answer.headers
                await asyncio.sleep(0.05)
            acknowledged.append(command["id"])

    async with served(data) as (_, client):
        clerks = [asyncio.create_task(clerk(client, name)) for name in range(8)]
        for _ in range(2):
            await asyncio.sleep(0.4)
            postmaster = server_of(data / "postgres")
            assert postmaster is not None
            os.kill(postmaster, signal.SIGKILL)
        await asyncio.gather(*clerks)
        assert len(acknowledged) == 8 * 60
        kept = await recorded(client)
    assert sorted(kept) == sorted(acknowledged), "each once, and nothing else"


async def recorded(client: httpx2.AsyncClient) -> list[str]:
    """The ids of all commands after the group's, each as often as it was recorded."""
    found: list[str] = []
    after = 149
    while True:
        answer = await ask_until_answered(client, f"/v1/facts?limit=1000&after={after}")
        facts = answer["result"]["facts"]
        found += [fact["command"] for fact in facts if not fact["mirror"]]
        if not facts:
            return found
        after = facts[-1]["position"]


async def ask_until_answered(client: httpx2.AsyncClient, address: str) -> Any:
    """Read models come up again by themselves."""
    until = time.monotonic() + 30
    while True:
        answer = await client.get(address)
        ready = await client.get("/readyz")
        if answer.is_success and ready.is_success and not any(ready.json()["ledgers"]["main"]["lag"].values()):
            return answer.json()
        assert time.monotonic() < until, (answer.text, ready.text)
        await asyncio.sleep(0.2)


async def test_subcommands_use_the_server_of_a_running_service(data: Path) -> None:
    async with served(data) as (_, client):
        assert (await client.post("/v1/commands", json=hazard("H-1"))).status_code == 201
        lines = jsonl([hazard("H-2"), query("Facts", after=149)])
        done = await asyncio.to_thread(jiesuan, "--data", str(data), "run", "-", text=lines)
        facts = answers_of(done)[-1]["result"]["facts"]
        assert [fact["data"]["hazard"] for fact in facts] == ["H-1", "H-2"]
        asked = await asyncio.to_thread(jiesuan, "--data", str(data), "facts", "--after", "149", "--json")
        assert len(json.loads(asked.stdout)["facts"]) == 2
        second = await asyncio.to_thread(jiesuan, "--data", str(data), "serve", "--port", "0")
        assert second.returncode == 2
        assert b"in use" in second.stderr


async def test_a_projector_may_run_alone(data: Path) -> None:
    command = [sys.executable, "-m", "api", "serve", "--projector-only", "--data", str(data)]
    process = await asyncio.create_subprocess_exec(*command, cwd=ROOT, env=environment())
    try:
        while (holder := holder_of(data)) is None or holder.pid != process.pid or not holder.serving:
            await asyncio.sleep(0.05)
        done = await asyncio.to_thread(jiesuan, "--data", str(data), "facts", "--after", "140", "--json")
        assert len(json.loads(done.stdout)["facts"]) == 9
    finally:
        process.send_signal(signal.SIGTERM)
        assert await process.wait() == 0
    await until_nothing_runs(data)


def test_a_port_that_is_taken_is_said_before_anything_starts(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        done = jiesuan("serve", "--data", str(tmp_path / "data"), "--port", str(port))
    assert done.returncode == 2
    assert f"127.0.0.1:{port} is taken" in done.stderr.decode()
    assert done.stderr.count(b"\n") == 1
    assert not (tmp_path / "data").exists()


def test_an_address_that_is_not_ours_is_said(tmp_path: Path) -> None:
    done = jiesuan("serve", "--data", str(tmp_path / "data"), "--host", "203.0.113.7", "--port", "0")
    assert done.returncode == 2
    assert "cannot be used" in done.stderr.decode()
