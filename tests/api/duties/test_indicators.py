"""Indicators on the command line and over HTTP, and packs of an enterprise's own."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.api import doors
from tests.api.doors import found_group, jiesuan, jsonl, run_history, serving
from tests.conftest import Database
from tests.projections.test_indicator_packs import OWN, checks


@pytest.fixture
async def ledger(database: Database) -> Database:
    await found_group(database.dsn)
    lines = checks("P-T1L", ("顶板", "ok"), ("顶板", "problem"))
    await run_history(database.dsn, jsonl([{"id": f"c-{number}", **line} for number, line in enumerate(lines)]))
    return database


def test_a_pack_and_one_figure_of_it_are_tables(ledger: Database) -> None:
    on = ("--database-url", ledger.dsn)
    shown = jiesuan(*on, "indicators", "pack", "coal_mine", "--unit", "W1", "--period", "2026-02")
    assert (shown.returncode, "顶板支护合格率" in shown.stdout.decode()) == (0, True), shown.stderr
    opened = jiesuan(
        *on, "indicators", "open", "coal_mine.roof_support", "--unit", "W1", "--period", "2026-02", "--json"
    )
    found = json.loads(opened.stdout)
    assert (found["value"], found["num_list"], len(found["behind"])) == ("50", ["IN-1/顶板0"], 2)
    assert jiesuan(*on, "indicators", "pack", "nosuch", "--period", "2026-02").returncode == 1


async def test_over_http(ledger: Database) -> None:
    async with serving(ledger.dsn) as (client, _):
        assert len((await client.get("/v1/indicators")).json()["result"]["packs"]) >= 8
        asked = {"unit": "W1", "period": "2026-02", "wait_for": "151"}
        whole = (await client.get("/v1/indicator-packs/coal_mine", params=asked)).json()["result"]
        assert whole["scores"] == {"all": "50"}
        one = (await client.get("/v1/indicators/coal_mine.roof_support", params=asked)).json()["result"]
        assert (one["num"], one["den"]) == (1, 2)
        assert (await client.get("/v1/indicator-packs/nosuch", params=asked)).status_code == 422


@pytest.mark.integration
def test_packs_of_ones_own_are_a_setting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "own.toml").write_text(OWN, encoding="utf-8")
    ours = {**doors.environment(), "JIESUAN_PACKS_DIR": str(tmp_path)}
    monkeypatch.setattr("tests.api.doors.environment", lambda: ours)
    listed = jiesuan("indicators", "packs")
    assert "own.helmets" in listed.stdout.decode()
    (tmp_path / "own.toml").write_text(OWN.replace("100", "99"), encoding="utf-8")
    refused = jiesuan("indicators", "packs")
    assert refused.returncode == 2
    assert "JIESUAN_PACKS_DIR: own.toml: the weights of the pack add up to 99" in refused.stderr.decode()
