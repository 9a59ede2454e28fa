"""An inspection goes in with its findings, and each of them becomes a hazard (DUTY-05)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.api.doors import found_group, jiesuan, jsonl, query, run_history, serving
from tests.conftest import Database

OK = {"item": "护罩", "result": "ok"}
PROBLEM: dict[str, Any] = {"item": "信号", "result": "problem", "measure": "更换信号灯"}


def inspection(*items: dict[str, Any], **fields: Any) -> dict[str, Any]:
    usual = {"inspection": "IN-1", "at": "2026-02-05T09:00:00+08:00", "by": "P-SI", "place": "机头", "quality": "90"}
    return {**usual, "unit": "T1", "tier": "T2", "items": list(items), **fields}


async def hazards(database: Database) -> list[dict[str, Any]]:
    [answer] = await run_history(database.dsn, jsonl([query("HazardRegister")]))
    found: list[dict[str, Any]] = answer["result"]["hazards"]
    return found


async def test_each_problem_becomes_a_hazard_that_the_inspection_names(database: Database) -> None:
    await found_group(database.dsn)
    levelled = {**PROBLEM, "item": "电缆", "hazard": {"item": "HO-01", "category": "site_quality", "unit": "W1"}}
    async with serving(database.dsn) as (client, _):
        first = await client.post("/v1/inspections", json=inspection(OK, PROBLEM, levelled))
        assert (first.status_code, first.json()["hazards"]) == (201, ["IN-1.2", "IN-1.3"])
        position = first.json()["answers"][-1]["position"]
        again = await client.post("/v1/inspections", json=inspection(OK, PROBLEM, levelled))
        assert again.json() == first.json()
        asked = {"period": "2026-02", "wait_for": position}
        [row] = (await client.get("/v1/inspections", params=asked)).json()["result"]["inspections"]
        assert (row["problems"], row["hazards"], row["unreported"]) == (["信号", "电缆"], 2, 0)
    found = {row["hazard"]: row for row in await hazards(database)}
    assert {name: row["unit"] for name, row in found.items()} == {"IN-1.2": "T1", "IN-1.3": "W1"}
    assert found["IN-1.3"]["item"] == "HO-01"


async def test_a_problem_without_a_measure_reports_nothing(database: Database) -> None:
    await found_group(database.dsn)
    open_ended = {"item": "护罩", "result": "problem"}
    async with serving(database.dsn) as (client, _):
        answer = await client.post("/v1/inspections", json=inspection(PROBLEM, open_ended))
        assert (answer.status_code, answer.json()["code"]) == (422, "INVALID")
    assert await hazards(database) == []


@pytest.mark.parametrize(
    ("wrong", "status"),
    [
        ({"unit": "T9"}, 404),
        ({"unit": None}, 422),
        ({"colour": "red"}, 422),
        ({"items": "all"}, 422),
        ({"at": "noon"}, 422),
    ],
)
async def test_what_is_wrong_is_said(database: Database, wrong: dict[str, Any], status: int) -> None:
    await found_group(database.dsn)
    async with serving(database.dsn) as (client, _):
        given = {name: value for name, value in {**inspection(PROBLEM), **wrong}.items() if value is not None}
        assert (await client.post("/v1/inspections", json=given)).status_code == status


async def test_from_a_file_once_however_often(database: Database, tmp_path: Path) -> None:
    await found_group(database.dsn)
    file = tmp_path / "inspections.jsonl"
    file.write_bytes(jsonl([inspection(OK, PROBLEM), inspection(OK, inspection="IN-2", by="P-X")]))
    for _ in range(2):
        done = jiesuan("--database-url", database.dsn, "inspections", "record", str(file), "--json")
        assert done.returncode == 1
        first, second = json.loads(done.stdout)["inspections"]
        assert first == {"inspection": "IN-1", "hazards": "IN-1.2"}
        assert second["refused"] == "UNKNOWN_PERSON"
    assert len(await hazards(database)) == 1


BODIES = [
    *(b"", b"null", b"[]", b'"x"', b"{", b"\xff\xfe", b'{"a": 1}', b'{"date": 5}', b"[" * 10_000),
    *(b'{"date": "2026-02-05", "unit": ["T1"]}', b'{"date": "2026-02-05", "places": "no"}'),
    jsonl([inspection({**PROBLEM, "hazard": {"hazard": 5}})]),
    jsonl([inspection({**PROBLEM, "hazard": []})]),
    jsonl([inspection(PROBLEM, source={"device": 1})]),
    jsonl([inspection(PROBLEM, quality="101")]),
    jsonl([inspection(PROBLEM, inspection="x y")]),
    jsonl([inspection(PROBLEM, inspection="x" * 63)]),
]


async def test_whatever_is_sent_is_answered_with_a_problem(database: Database) -> None:
    await found_group(database.dsn)
    async with serving(database.dsn) as (client, _):
        for body in BODIES:
            for address in ("/v1/inspections", "/v1/tasks/generate"):
                answer = await client.post(address, content=body)
                assert 400 <= answer.status_code < 500, (address, body[:80], answer.text)
    assert await hazards(database) == []
