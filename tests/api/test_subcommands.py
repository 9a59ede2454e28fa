"""Questions and upkeep on the command line: tables for people, JSON for programs."""

from __future__ import annotations

import json
import subprocess
from typing import Any

import asyncpg
import pytest

from migrations import newest_revision
from tests.api.doors import group, jiesuan, jsonl, run_history
from tests.conftest import Cluster, Database, execute
from tests.spec import VECTORS

CHAIN = json.loads((VECTORS / "SC-07.json").read_text(encoding="utf-8"))
"""A liability chain: one slip of several lines, confirmed."""


@pytest.fixture
async def ledger(database: Database) -> Database:
    steps = [step["send"] for step in CHAIN["steps"] if "command" in step["send"]]
    await run_history(database.dsn, group() + jsonl(steps))
    return database


def said(ledger: Database, *arguments: str, status: int = 0) -> str:
    done = on(ledger, *arguments)
    assert done.returncode == status, done.stderr
    return done.stdout.decode()


def on(ledger: Database, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    return jiesuan("--database-url", ledger.dsn, *arguments)


def as_json(ledger: Database, *arguments: str, status: int = 0) -> Any:
    return json.loads(said(ledger, *arguments, "--json", status=status))


def test_everyday_questions_are_tables(ledger: Database) -> None:
    listed = said(ledger, "balances", "FUND_*")
    assert "FUND_SAFETY:" in listed
    assert "POOL_WAGE" not in listed
    register = said(ledger, "entries", "POOL_WAGE:W1")
    assert "SlipConfirmed" in register
    assert "business date" in register
    assert "人民币" in said(ledger, "statement", "W1", "2026-02")
    assert "SlipIssued" in said(ledger, "facts", "--after", "149")


def test_balances_on_two_axes(ledger: Database) -> None:
    now = as_json(ledger, "balances", "POOL_WAGE:*")["balances"]
    assert now == as_json(ledger, "balances", "POOL_WAGE:*", "--business-date", "2999-01-01")["balances"]
    before = as_json(ledger, "balances", "POOL_WAGE:*", "--position", "149")
    assert (before["known_at"], before["balances"]) == (149, {})
    assert as_json(ledger, "balances", "*", "--known-at", "2020-01-01")["balances"] == {}


def test_any_query_is_asked_by_its_name(ledger: Database) -> None:
    asked = as_json(ledger, "query", "Balances", "accounts=POOL_WAGE:W1,POOL_WAGE:W3")
    assert set(asked["balances"]) == {"POOL_WAGE:W1", "POOL_WAGE:W3"}
    assert as_json(ledger, "query", "Facts", "limit=2")["facts"][1]["position"] == 2
    refused = on(ledger, "query", "Pool", "unit=NO")
    assert (refused.returncode, refused.stderr) == (1, b"jiesuan: UNKNOWN_UNIT: NO\n")


def test_slips_are_summed_by_unit_and_year(ledger: Database) -> None:
    total = as_json(ledger, "query", "Document", "kind=slip", f"id={slip_of(CHAIN)}")["total"]
    [row] = as_json(ledger, "report", "slips", "--by", "year")["slips"]
    assert row == {"year": "2026", "slips": 1, "total": total}
    assert "2026" in said(ledger, "report", "slips", "--by", "unit,year")


def test_a_unit_and_a_slip_are_replayed_to_a_version(ledger: Database) -> None:
    slip = f"slip:{slip_of(CHAIN)}"
    latest = as_json(ledger, "replay", slip)
    assert latest["state"]["state"] == "confirmed"
    assert as_json(ledger, "replay", slip, "--version", "1")["state"]["state"] == "issued"
    assert as_json(ledger, "replay", slip, "--position", str(latest["position"])) == latest
    shown = said(ledger, "replay", "unit-W1", "--version", "1")
    assert "unit-W1" in shown
    assert "holders" in shown
    for asked, sentence in (
        ([slip, "--version", "99"], f"INVALID: version: {slip} has {latest['version']}, not 99"),
        ([slip, "--version", "1", "--position", "1"], "INVALID: version or position, not both"),
        (["slip:NO"], "UNKNOWN_SLIP: NO"),
    ):
        refused = on(ledger, "replay", *asked)
        assert (refused.returncode, refused.stderr.decode()) == (1, f"jiesuan: {sentence}\n")


def slip_of(vector: Any) -> str:
    slips = (step["send"].get("data", {}).get("slip") for step in vector["steps"])
    return str(next(slip for slip in slips if slip))


def test_read_models_are_rebuilt_and_the_comparison_is_shown(ledger: Database) -> None:
    reports = as_json(ledger, "rebuild")["reports"]
    assert {report["differences"] for report in reports} == {0}
    assert as_json(ledger, "balances", "POOL_WAGE:*")["balances"]


async def test_a_rebuild_that_differs_is_not_switched_to(ledger: Database) -> None:
    said(ledger, "balances")
    await execute(ledger.dsn, "update journal_b1.balances set credit = credit + 1 where account = 'POOL_WAGE:W1'")
    refused = on(ledger, "rebuild", "journal")
    assert refused.returncode == 1
    assert b"the old build serves on" in refused.stderr
    said(ledger, "rebuild", "journal", "--accept-differences")
    assert as_json(ledger, "check")["findings"] == []


async def test_check_lists_what_is_broken(ledger: Database) -> None:
    assert said(ledger, "check").startswith("Everything that must hold does")
    await execute(ledger.dsn, "update journal_b1.balances set credit = credit + 1 where account = 'POOL_WAGE:W1'")
    findings = as_json(ledger, "check", status=1)["findings"]
    assert any("POOL_WAGE:W1" in finding["where"] for finding in findings)
    assert "POOL_WAGE:W1" in said(ledger, "check", status=1)


async def test_migrate_makes_what_is_missing(cluster: Cluster, empty_database: Database) -> None:
    done = as_json(empty_database, "migrate")
    assert done == {"ledger": "main", "database": empty_database.name, "revision": newest_revision()}
    connection = await asyncpg.connect(empty_database.dsn)
    assert await connection.fetchval("select count(*) from log.events") == 0
    await connection.close()


def test_the_doctor_looks_at_everything(ledger: Database) -> None:
    found = as_json(ledger, "doctor", status=1)
    assert found["fonts"] == "NotoSansSC-Regular, NotoSerifSC-Regular"
    assert found["ledgers"] == ["main"]
    assert found["revision"] == newest_revision()
    assert all("fsync" in problem or "full_page_writes" in problem for problem in found["problems"])
