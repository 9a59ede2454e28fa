"""`POST /v1/imports/{kind}`: the same files, taken alike."""

from __future__ import annotations

from base64 import b64encode
from pathlib import Path
from typing import Any

from tests.api.doors import found_group, serving
from tests.api.imports.monthly.files import GROSS, LISTS, ROWS, csv_of, facts, xlsx_of
from tests.conftest import Database

IMPORTED = "reconciliation.list-imported.v1"


def handed(file: Path, **other: Any) -> dict[str, Any]:
    asked = {"by": "P-C1", "centre": "U1", "period": "2026-03", "at": "2026-03-31T18:00:00+08:00"}
    content = b64encode(file.read_bytes()).decode()
    return {"name": file.name, "content": content, "mapping": LISTS, **asked, **other}


async def test_a_file_is_taken_once_over_http(database: Database, tmp_path: Path) -> None:
    await found_group(database.dsn)
    async with serving(database.dsn) as (client, _):
        dry = await client.post("/v1/imports/lists", json=handed(csv_of(tmp_path, ROWS), dry_run=True))
        assert (dry.status_code, dry.json()["new"], dry.json()["recorded"]) == (200, 3, None)
        taken = await client.post("/v1/imports/lists", json=handed(xlsx_of(tmp_path, ROWS)))
        assert (taken.json()["file"], taken.json()["recorded"]["commands"]) == ("file.xlsx", 1)
        again = await client.post("/v1/imports/lists", json=handed(csv_of(tmp_path, ROWS)))
        assert (again.json()["known"], again.json()["recorded"]["commands"]) == (3, 0)
    assert await facts(database, IMPORTED) == 1


async def test_bad_rows_are_named_and_nothing_is_recorded_unless_partially(database: Database, tmp_path: Path) -> None:
    await found_group(database.dsn)
    file = csv_of(tmp_path, [*ROWS, ("TN-9", "通知单", "W9", "2026-03-05", "GP-05", "4", "1.005")])
    async with serving(database.dsn) as (client, _):
        told = (await client.post("/v1/imports/lists", json=handed(file))).json()
        assert told["recorded"] is None
        assert [(row["line"], row["column"]) for row in told["bad"]] == [(5, "单位"), (5, "金额")]
        assert await facts(database, IMPORTED) == 0
        partial = (await client.post("/v1/imports/lists", json=handed(file, partial=True))).json()
        assert (partial["new"], partial["recorded"]["commands"]) == (3, 1)


async def test_what_cannot_be_taken_says_why(database: Database, tmp_path: Path) -> None:
    await found_group(database.dsn)
    file = csv_of(tmp_path, ROWS)
    wrong = {
        "name: a file name": handed(file, name="../file.csv"),
        "content: not base64": handed(file, content="%%"),
        "fields.person is not known here": handed(file, mapping=GROSS),
        "no column": handed(csv_of(tmp_path / "..", ROWS, ("a", "b", "c", "d", "e", "f", "g"))),
        "--at yesterday: not a moment": handed(file, at="yesterday"),
        "WRONG_CENTRE": handed(file, by="P-C2"),
        "unknown field `user`": handed(file, user="x"),
    }
    async with serving(database.dsn) as (client, _):
        for reason, body in wrong.items():
            answer = await client.post("/v1/imports/lists", json=body)
            assert (answer.status_code, answer.json()["code"]) == (422, "INVALID"), reason
            assert reason in answer.json()["detail"], answer.json()["detail"]
            assert str(tmp_path) not in answer.json()["detail"]
            assert "/tmp" not in answer.json()["detail"]
        assert (await client.post("/v1/imports/none", json=handed(file))).status_code == 404
    assert await facts(database, IMPORTED) == 0
