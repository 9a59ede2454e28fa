"""Exports at every door: the same bytes on the command line, over HTTP and from a job."""

from __future__ import annotations

import asyncio
import hashlib
import io
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import httpx2
import pytest

from api.exports.http import WithinTime
from projections.verifier.verify import verify
from tests.api.doors import group, invoked, jsonl, run_history, serving
from tests.conftest import Database
from tests.spec import VECTORS

CHAIN = json.loads((VECTORS / "SC-07.json").read_text(encoding="utf-8"))
TABLES = {
    *("gl_detail.csv", "trial_balance.csv", "chart_of_accounts.csv", "accounting_periods.csv", "business_units.csv"),
    *("user_listing.csv", "journal_entry_types.csv", "manifest.json"),
}


@pytest.fixture
async def ledger(database: Database) -> Database:
    steps = [step["send"] for step in CHAIN["steps"] if "command" in step["send"]]
    await run_history(database.dsn, group() + jsonl(steps))
    return database


async def exported(database: Database, *arguments: str | Path) -> None:
    done = await invoked(database.dsn, "export", *map(str, arguments))
    assert done.exit_code == 0, done.output


@pytest.mark.parametrize("kind", ["beancount", "hledger"])
async def test_a_journal_is_the_same_at_every_door(ledger: Database, tmp_path: Path, kind: str) -> None:
    await exported(ledger, kind, "-o", tmp_path / "all", "--position", "200")
    await exported(ledger, kind, "-o", tmp_path / "month", "--period", "2026-02", "--known-at", "2026-12-31")
    shown = await invoked(ledger.dsn, "export", kind, "-o", "-", "--position", "200")
    assert shown.stdout_bytes == (tmp_path / "all").read_bytes()
    async with serving(ledger.dsn) as (client, _):
        answer = await client.get(f"/v1/exports/{kind}?position=200")
        assert answer.content == (tmp_path / "all").read_bytes()
        assert answer.headers["content-type"] == "text/plain; charset=utf-8"
        assert f"jiesuan-vectors-{kind}-" in answer.headers["content-disposition"]
        month = await client.get(f"/v1/exports/{kind}?period=2026-02&known_at=2026-12-31")
        assert month.content == (tmp_path / "month").read_bytes()
        assert await done_as_job(client, {"kind": kind, "position": 200}) == answer.content


async def done_as_job(client: httpx2.AsyncClient, data: dict[str, Any]) -> bytes:
    asked = await client.post("/v1/jobs", json={"job": "Export", "data": data})
    assert asked.status_code == 202, asked.text
    async with asyncio.timeout(30):
        while (await client.get(asked.headers["location"])).json()["state"] not in ("done", "failed"):
            await asyncio.sleep(0.05)
    return (await client.get(f"{asked.headers['location']}/result")).content


async def test_a_data_set_is_a_directory_or_an_archive(ledger: Database, tmp_path: Path) -> None:
    await exported(ledger, "audit", "-o", tmp_path / "audit")
    files = {path.name: path.read_bytes() for path in (tmp_path / "audit").iterdir()}
    assert set(files) == TABLES
    await exported(ledger, "audit", "-o", tmp_path / "audit.zip")
    assert unpacked((tmp_path / "audit.zip").read_bytes()) == files
    async with serving(ledger.dsn) as (client, _):
        assert unpacked((await client.get("/v1/exports/audit")).content) == files
        assert unpacked(await done_as_job(client, {"kind": "audit"})) == files
        tables = unpacked((await client.get("/v1/exports/parquet")).content)
    manifest = json.loads(tables["manifest.json"])
    assert set(tables) == {"facts.parquet", "entries.parquet", "manifest.json"}
    for name, told in manifest["files"].items():
        assert hashlib.sha256(tables[name]).hexdigest() == told["sha256"]


def unpacked(archive: bytes) -> dict[str, bytes]:
    with ZipFile(io.BytesIO(archive)) as opened:
        return {name: opened.read(name) for name in opened.namelist()}


async def test_the_log_is_verified_with_or_without_the_root_that_was_kept(ledger: Database, tmp_path: Path) -> None:
    file = str(tmp_path / "log.jsonl")
    await exported(ledger, "log", "-o", file)
    told = await invoked(ledger.dsn, "verify", file, "--json")
    assert told.exit_code == 0
    report = json.loads(told.stdout)
    assert (report["sound"], report["findings"]) == (True, [])
    root = f"{report['facts']}:{report['root']}"
    assert (await invoked(ledger.dsn, "root")).stdout.strip() == root
    earlier = (await invoked(ledger.dsn, "root", "--position", "20")).stdout.strip()
    assert (await invoked(ledger.dsn, "verify", file, "--known", earlier, "--known", root)).exit_code == 0
    shown = await invoked(ledger.dsn, "verify", file, "--known", root, "--balances")
    assert (shown.exit_code, root in shown.stdout, "FUND_SAFETY:HQ" in shown.stdout) == (0, True, True)
    other = await invoked(ledger.dsn, "verify", file, "--known", f"1:{'0' * 64}")
    assert (other.exit_code, "NOT SOUND" in other.stdout) == (1, True)
    assert (await invoked(ledger.dsn, "verify", file, "--known", "1")).exit_code == 2
    assert (await invoked(ledger.dsn, "verify", str(tmp_path / "none"))).exit_code == 2


async def test_the_record_is_given_out_over_http_only_where_that_was_decided(ledger: Database) -> None:
    async with serving(ledger.dsn) as (client, ledgers):
        refused = await client.get("/v1/exports/log")
        assert (refused.status_code, refused.json()["code"]) == (403, "AUTHORITY")
        asked = await client.post("/v1/jobs", json={"id": "j", "job": "Export", "data": {"kind": "log"}})
        assert asked.status_code == 202
        async with asyncio.timeout(30):
            while (standing := (await client.get("/v1/jobs/j")).json())["state"] != "failed":
                await asyncio.sleep(0.05)
        assert standing["code"] == "INVALID"
        ledgers.raw_log = True
        answer = await client.get("/v1/exports/log")
        assert answer.headers["content-type"] == "application/x-ndjson"
        assert verify(answer.content.splitlines(keepends=True)).status == 0


async def test_what_cannot_be_exported_is_refused_and_leaves_nothing(ledger: Database, tmp_path: Path) -> None:
    for arguments, sentence in (
        (("beancount", "--period", "2026-13"), "INVALID: period: 2026-13 is no month"),
        (("hledger", "--position", "1", "--known-at", "2026-01-01"), "INVALID: known_at or position, not both"),
        (("audit", "--known-at", "yesterday"), "INVALID: known_at"),
    ):
        done = await invoked(ledger.dsn, "export", *arguments, "-o", str(tmp_path / "new"))
        assert (done.exit_code, sentence in done.stderr) == (1, True), done.output
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "file").touch()
    done = await invoked(ledger.dsn, "export", "audit", "-o", str(tmp_path / "mine"))
    assert (done.exit_code, "is there already" in done.stderr) == (2, True)
    async with serving(ledger.dsn) as (client, _):
        for address in (
            "beancount?period=Feb",
            "log?period=2026-02",
            "parquet?period=2026-02",
            "xml",
            "audit?known_at=x",
        ):
            answer = await client.get(f"/v1/exports/{address}")
            assert (answer.status_code, answer.json()["code"]) == (422, "INVALID")


async def test_no_more_exports_than_there_is_room_for(ledger: Database) -> None:
    async with serving(ledger.dsn) as (client, ledgers):
        async with ledgers.exporting, ledgers.exporting:
            refused = await client.get("/v1/exports/beancount")
            assert (refused.status_code, refused.json()["code"], refused.headers["retry-after"]) == (429, "BUSY", "1")
        for _ in range(3):
            assert (await client.get("/v1/exports/beancount")).status_code == 200
        for _ in range(3):
            assert (await client.get("/v1/exports/audit?known_at=x")).status_code == 422
        assert not ledgers.exporting.locked()


async def test_a_reader_that_is_too_slow_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("api.exports.http.LONGEST_SECONDS", 0.05)
    over = asyncio.Event()

    async def blocks() -> AsyncIterator[bytes]:
        try:
            while True:
                yield b"block"
        finally:
            over.set()

    async def send(message: Any) -> None:
        if message["type"] == "http.response.body":
            await asyncio.Event().wait()

    async def receive() -> Any:
        await asyncio.Event().wait()

    async with asyncio.timeout(5):
        await WithinTime(blocks())({"type": "http", "asgi": {"spec_version": "2.4"}}, receive, send)
    assert over.is_set()


async def test_a_client_that_hangs_up_leaves_room(ledger: Database) -> None:
    async with serving(ledger.dsn) as (client, ledgers):
        for _ in range(4):
            async with client.stream("GET", "/v1/exports/hledger") as answer:
                assert answer.status_code == 200
        async with asyncio.timeout(5):
            while ledgers.exporting.locked():
                await asyncio.sleep(0.01)
