"""Evidence over HTTP and on the command line, and what `check` says of it."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from tests.api.doors import environment, group, hazard, jsonl, query, run_history, serving
from tests.api.doors import jiesuan as run
from tests.conftest import Database

PHOTO = b"\x89PNG\r\n\x1a\n" + b"pixels" * 50
NAME = hashlib.sha256(PHOTO).hexdigest()


@pytest.fixture(autouse=True)
def directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Files of tests are not put into the project."""
    monkeypatch.setenv("JIESUAN_EVIDENCE_DIR", str(tmp_path / "files"))
    monkeypatch.setenv("JIESUAN_EVIDENCE_MAX_MB", "1")
    return tmp_path / "files" / "main"


def attach(name: str = NAME, size: int = len(PHOTO), at: str = "c-9") -> dict[str, Any]:
    data = {"evidence": f"sha256:{name}", "kind": "photo", "name": "机头.png", "size": size}
    to = {"to": {"kind": "hazard", "id": "H-1"}}
    moment = "2026-02-05T09:20:00+08:00"
    return {"id": at, "at": moment, "by": "P-T1L", "command": "AttachEvidence", "data": data | to}


async def test_a_file_goes_in_and_comes_out_under_its_hash(database: Database) -> None:
    async with serving(database.dsn) as (client, _):
        first = await client.post("/v1/evidence", content=PHOTO)
        assert first.status_code == 201
        expected = {"evidence": f"sha256:{NAME}", "sha256": NAME, "size": len(PHOTO), "kind": "photo"}
        assert first.json() == {**expected, "media_type": "image/png", "new": True}
        again = await client.post("/v1/evidence", content=PHOTO, params={"sha256": f"sha256:{NAME}"})
        assert (again.status_code, again.json()["new"]) == (200, False)
        for name in (NAME, f"sha256:{NAME}"):
            got = await client.get(f"/v1/evidence/{name}")
            assert (got.status_code, got.content, got.headers["content-type"]) == (200, PHOTO, "image/png")
            assert got.headers["x-content-type-options"] == "nosniff"


async def test_what_a_browser_could_run_is_only_downloaded(database: Database) -> None:
    async with serving(database.dsn) as (client, _):
        name = (await client.post("/v1/evidence", content=b"<html><script>alert(1)</script>")).json()["sha256"]
        got = await client.get(f"/v1/evidence/{name}")
        assert got.headers["content-type"] == "application/octet-stream"
        assert got.headers["content-disposition"].startswith("attachment")


async def test_bad_files_and_names_are_problems(database: Database, directory: Path) -> None:
    async with serving(database.dsn) as (client, _):
        answers = [
            await client.post("/v1/evidence", content=b""),
            await client.post("/v1/evidence", content=b"x" * 1_000_001),
            await client.post("/v1/evidence", content=PHOTO, params={"sha256": "0" * 64}),
            await client.post("/v1/evidence", content=PHOTO, params={"sha256": "short"}),
            await client.get(f"/v1/evidence/{NAME}"),
            await client.get("/v1/evidence/short"),
        ]
    told = [(answer.status_code, answer.json()["code"]) for answer in answers]
    invalid = (422, "INVALID")
    assert told == [invalid, (413, "TOO_LARGE"), invalid, invalid, (404, "NOT_FOUND"), invalid]
    assert not [path for path in directory.rglob("*") if path.is_file()]


async def test_a_damaged_file_is_not_given_out(database: Database, directory: Path) -> None:
    async with serving(database.dsn) as (client, _):
        await client.post("/v1/evidence", content=PHOTO)
        path = directory / NAME[:2] / NAME[2:]
        path.chmod(0o600)
        path.write_bytes(b"another")
        got = await client.get(f"/v1/evidence/{NAME}")
        assert (got.status_code, got.json()["code"]) == (500, "DEFECT")
        assert (await client.post("/v1/evidence", content=PHOTO)).status_code == 201
        assert (await client.get(f"/v1/evidence/{NAME}")).content == PHOTO


# -- the command line and check -------------------------------------------------------------------------------------


def jiesuan(monkeypatch: pytest.MonkeyPatch, directory: Path, *arguments: str) -> tuple[int, str]:
    """With the store of this test; others' settings do not reach the program."""
    ours = {**environment(), "JIESUAN_EVIDENCE_DIR": str(directory.parent)}
    monkeypatch.setattr("tests.api.doors.environment", lambda: ours)
    done = run(*arguments)
    return done.returncode, done.stdout.decode() + done.stderr.decode()


async def test_check_lists_damaged_and_lost_files_and_counts_those_that_were_never_here(
    database: Database, directory: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = hashlib.sha256(b"elsewhere").hexdigest()
    await run_history(database.dsn, group() + jsonl([hazard("H-1"), attach(), attach(other, 9, "c-10")]))

    def check(*more: str) -> tuple[int, str]:
        return jiesuan(monkeypatch, directory, "--database-url", database.dsn, "check", *more)

    holds, elsewhere = "Everything that must hold does, up to position 152.", "2 files of evidence are named by facts"
    assert check() == (0, f"{holds}\n{elsewhere} and were never in this store.\n")
    photo = tmp_path / "机头.png"
    photo.write_bytes(PHOTO)
    status, said = jiesuan(monkeypatch, directory, "evidence", "put", str(photo), "--json")
    assert (status, json.loads(said)["stored"][0]["evidence"]) == (0, f"sha256:{NAME}")
    assert "1 files of evidence" in check()[1]

    path = directory / NAME[:2] / NAME[2:]
    path.chmod(0o600)
    path.write_bytes(b"another")
    status, said = check("--json")
    found = json.loads(said.partition("\n")[0])
    expected = {"rule": "evidence", "where": f"sha256:{NAME}", "position": None}
    assert (status, found["missing_evidence"]) == (1, 1)
    assert found["findings"] == [{**expected, "what": "its content is not that of its hash"}]
    path.unlink()
    assert "it was received and is lost" in check("--json")[1]
    assert jiesuan(monkeypatch, directory, "evidence", "get", NAME)[0] == 1
    assert jiesuan(monkeypatch, directory, "evidence", "put", str(photo))[0] == 0
    assert check()[0] == 0
    assert jiesuan(monkeypatch, directory, "evidence", "get", NAME, "--to", str(tmp_path / "out"))[0] == 0
    assert (tmp_path / "out").read_bytes() == PHOTO


async def test_a_size_that_is_not_the_files_is_a_finding(
    database: Database, directory: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await run_history(database.dsn, group() + jsonl([hazard("H-1"), attach(size=1)]))
    (tmp_path / "x.png").write_bytes(PHOTO)
    jiesuan(monkeypatch, directory, "evidence", "put", str(tmp_path / "x.png"))
    status, said = jiesuan(monkeypatch, directory, "--database-url", database.dsn, "evidence", "verify", "--json")
    assert status == 1
    assert json.loads(said.partition("\n")[0])["wrong"][0]["what"] == f"it has {len(PHOTO)} bytes, its fact says 1"


async def test_files_are_stored_and_attached_in_one_go(
    database: Database, directory: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await run_history(database.dsn, group() + jsonl([hazard("H-1")]))
    (tmp_path / "x.png").write_bytes(PHOTO)

    def put(*more: str) -> tuple[int, str]:
        arguments = ("--database-url", database.dsn, "evidence", "put", str(tmp_path / "x.png"), *more)
        return jiesuan(monkeypatch, directory, *arguments)

    for _ in range(2):
        assert put("--to", "hazard:H-1", "--by", "P-T1L")[0] == 0
    [answer] = await run_history(database.dsn, jsonl([query("Document", kind="hazard", id="H-1")]))
    assert [fact["fact"] for fact in answer["result"]["facts"]] == ["HazardReported", "EvidenceAttached"]
    for more, sentence in (
        (("--to", "hazard:H-9", "--by", "P-T1L"), "UNKNOWN_HAZARD"),
        (("--to", "novel", "--by", "P-T1L"), "INVALID"),
        (("--to", "hazard:H-1"), "go together"),
    ):
        status, said = put(*more)
        assert status in (1, 2)
        assert sentence in said
