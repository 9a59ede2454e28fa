"""Papers from the command line and over HTTP: whole files or none, clear refusals, the same bytes again."""

from __future__ import annotations

import asyncio
import io
import json
import re
import sys
import zipfile
from pathlib import Path
from typing import Any

import httpx2
import pypdf
import pytest
from python_calamine import CalamineWorkbook

from migrations import ensure_roles
from tests.api.doors import ROOT, environment, group, jiesuan, jsonl, query, run_history, serving
from tests.conftest import TEMPLATE, Cluster, Database, temporary_database
from tests.spec import VECTORS

MARCH = "2026-03"
UNITS = ["T1", "T2", "T3", "T4", "U1", "W1", "W2"]


def golden() -> bytes:
    """The golden month SC-19, commands only, up to its close."""
    steps = json.loads((VECTORS / "SC-19.json").read_text(encoding="utf-8"))["steps"]
    return group() + jsonl(step["send"] for step in steps if "command" in step["send"])


@pytest.fixture(scope="module")
def month(cluster: Cluster) -> Any:
    """A ledger with the golden month, for all tests that only look."""
    runner = asyncio.Runner()
    opening = temporary_database(cluster, TEMPLATE)
    database = runner.run(opening.__aenter__())
    runner.run(_load(database))
    yield database
    runner.run(opening.__aexit__(None, None, None))
    runner.close()


async def _load(database: Database) -> None:
    async with database.owner(1) as pool, pool.acquire() as connection:
        await ensure_roles(connection)
    answers = await run_history(database.dsn, golden() + jsonl([query("Balances")]))
    assert answers[-1]["ok"], "and the read models have got there"


def on(database: Database, *arguments: str, status: int = 0) -> tuple[bytes, str]:
    done = jiesuan("--database-url", database.dsn, *arguments)
    assert done.returncode == status, done.stderr.decode()
    return done.stdout, done.stderr.decode()


def first_page(pdf: bytes) -> str:
    return str(pypdf.PdfReader(io.BytesIO(pdf)).pages[0].extract_text())


@pytest.mark.parametrize(
    ("name", "begins"),
    [("s.pdf", b"%PDF-"), ("s.xlsx", b"PK"), ("s.csv", b"\xef\xbb\xbfW1"), ("s.json", b"{"), ("s.txt", "内".encode())],
)
def test_a_file_is_of_the_format_that_its_name_says(month: Database, tmp_path: Path, name: str, begins: bytes) -> None:
    on(month, "statement", "W1", MARCH, "-o", str(tmp_path / name))
    made = (tmp_path / name).read_bytes()
    assert made.startswith(begins)
    assert [path.name for path in tmp_path.iterdir()] == [name], "nothing is left beside it"
    on(month, "statement", "W1", MARCH, "-o", str(tmp_path / name))
    assert (tmp_path / name).read_bytes() == made, "the same issue is the same file again"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("statement", "W1", MARCH, "--format", "doc"), "INVALID: format: doc is none of text, json, xlsx, pdf, csv"),
        (("statement", "W1", MARCH, "-o", "x.doc"), "INVALID: format: x.doc does not tell; name it with --format"),
        (("statement", "W1", MARCH, "--format", "pdf"), "INVALID: output: name a file with -o"),
        (("statement", "W1", "2026-13", "--format", "csv"), "INVALID: period"),
        (("statement", "W77", MARCH), "UNKNOWN_UNIT: W77"),
        (("statement", "W1", MARCH, "--issue", "7"), "UNKNOWN_STATEMENT: W1 2026-03 issue 7"),
        (("statement", "W1", MARCH, "--all", "-o", "x.pdf"), "INVALID: centre: W1 is no settlement centre"),
        (("statement", "U1", MARCH, "--all"), "INVALID: output: name a file with -o"),
        (("statement", "U1", MARCH, "--all", "--issue", "1", "-o", "x.pdf"), "INVALID: issue: not together with --all"),
        (("personal-list", "P-77", MARCH), "UNKNOWN_PERSON: P-77"),
        (("day-sheet", "T1", MARCH), "INVALID: day: needed is a date"),
        (("payroll", MARCH, "--centre", "U2"), "NOT_READY: U2 2026-03: ExportPayroll has not been recorded"),
        (("payroll", MARCH, "--centre", "U1", "--export"), "INVALID: by: say with --by who exports"),
        (
            ("payroll", MARCH, "--centre", "U1", "--export", "--by", "P-H1", "--at", "2026-04-03T18:00:00+08:00"),
            "DUPLICATE: U1 2026-03",
        ),
    ],
)
def test_what_cannot_be_given_is_refused_with_a_code(month: Database, arguments: tuple[str, ...], said: str) -> None:
    out, error = on(month, *arguments, status=1)
    assert (out, error.startswith(f"jiesuan: {said}")) == (b"", True), error


def test_a_file_that_cannot_be_written_is_a_sentence(month: Database, tmp_path: Path) -> None:
    _, error = on(month, "statement", "W1", MARCH, "-o", str(tmp_path / "nowhere" / "s.pdf"), status=2)
    assert "No such file or directory" in error


def test_all_statements_of_a_centre_are_one_workbook_or_a_zip_of_pdfs(month: Database, tmp_path: Path) -> None:
    on(month, "statement", "U1", MARCH, "--all", "-o", str(tmp_path / "all.xlsx"))
    assert CalamineWorkbook.from_path(str(tmp_path / "all.xlsx")).sheet_names == ["汇总", *UNITS]
    _, said = on(month, "statement", "U1", MARCH, "--all", "-o", str(tmp_path / "all.pdf"))
    assert f"7 in {tmp_path / 'all.zip'}" in said
    with zipfile.ZipFile(tmp_path / "all.zip") as archive:
        assert archive.namelist() == [f"结算单 U1-JS-202603-{unit}-1.pdf" for unit in UNITS]
        for unit in UNITS:
            text = first_page(archive.read(f"结算单 U1-JS-202603-{unit}-1.pdf"))
            assert f"单号 U1-JS-202603-{unit}-1 " in text


def test_all_of_them_as_json_and_csv_are_what_each_is_alone(month: Database, tmp_path: Path) -> None:
    for form in ("json", "csv", "text"):
        on(month, "statement", "U1", MARCH, "--all", "--format", form, "-o", str(tmp_path / form))
    alone = [json.loads(on(month, "statement", unit, MARCH, "--json")[0]) for unit in ("T1", "W1")]
    together = json.loads((tmp_path / "json").read_bytes())
    assert [made for made in together if made["unit"] in ("T1", "W1")] == alone
    text = (tmp_path / "csv").read_bytes()
    assert text.count(b"\xef\xbb\xbf") == 1
    assert all(made["digest"].encode() in text for made in together)
    assert (tmp_path / "text").read_text(encoding="utf-8").count("内部市场结算单") == 7


def test_everybody_gets_the_own_list_alone(month: Database, tmp_path: Path) -> None:
    on(month, "personal-list", "T1", MARCH, "--all", "-o", str(tmp_path / "lists.zip"))
    with zipfile.ZipFile(tmp_path / "lists.zip") as archive:
        names = archive.namelist()
        assert "个人清单 U1-GR-202603-P-A.pdf" in names
        text = first_page(archive.read("个人清单 U1-GR-202603-P-A.pdf"))
    assert "P-A" in text
    assert not [other for other in ("P-T1L", "P-B") if other in text]


async def test_the_payroll_is_exported_once_and_fetched_as_often_as_wanted(database: Database, tmp_path: Path) -> None:
    history = [
        line for line in golden().splitlines() if b'"ExportPayroll"' not in line and b'"ClosePeriod"' not in line
    ]
    await run_history(database.dsn, jsonl(history))
    asked = ("payroll", MARCH, "--centre", "U1", "--format", "csv")
    on(database, *asked, status=1)
    export = ("--export", "--by", "P-H1", "--at", "2026-04-03T18:00:00+08:00")
    first, _ = on(database, *asked, *export)
    assert "P-A,2260.00" in first.decode("utf-8-sig")
    assert on(database, *asked)[0] == first
    assert "DUPLICATE" in on(database, *asked, *export, status=1)[1]


# -- HTTP ----------------------------------------------------------------------------------------------------------

STATEMENT = f"/v1/units/W1/statements/{MARCH}"


async def test_a_statement_is_given_in_the_format_that_is_asked_for(month: Database) -> None:
    async with serving(month.dsn, projecting=False) as (client, _):
        answer = (await client.get(STATEMENT)).json()["result"]
        for form, begins in (("pdf", b"%PDF-"), ("xlsx", b"PK"), ("csv", b"\xef\xbb\xbf"), ("text", "内".encode())):
            got = await client.get(STATEMENT, params={"format": form})
            assert (got.status_code, got.content.startswith(begins)) == (200, True), got.text
            assert "filename*=UTF-8''%E7%BB%93" in got.headers["content-disposition"]
            accepted = await client.get(STATEMENT, headers={"Accept": f"{got.headers['content-type']}, */*;q=0.1"})
            assert accepted.content == got.content
            if form == "pdf":
                assert answer["digest"] in first_page(got.content)
        as_json = await client.get(STATEMENT, params={"format": "json"}, headers={"Accept": "application/pdf"})
        assert as_json.json()["result"] == answer
        assert (await client.get(STATEMENT, headers={"Accept": "*/*"})).json()["result"] == answer
        first = await client.get(STATEMENT, params={"format": "text", "issue": "0"})
        assert "草稿" in first.text


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        (f"{STATEMENT}?format=doc", 422, "INVALID"),
        (f"{STATEMENT}?format=pdf&colour=red", 422, "INVALID"),
        (f"{STATEMENT}?format=pdf&issue=9", 404, "UNKNOWN_STATEMENT"),
        (f"/v1/units/W77/statements/{MARCH}?format=pdf", 404, "UNKNOWN_UNIT"),
        (f"/v1/centres/U2/payroll/{MARCH}?format=csv", 409, "NOT_READY"),
        (f"/v1/centres/W1/payroll/{MARCH}", 422, "INVALID"),
        (f"/v1/persons/P-77/statements/{MARCH}?format=xlsx", 404, "UNKNOWN_PERSON"),
    ],
)
async def test_what_cannot_be_given_over_http_is_a_problem(month: Database, path: str, status: int, code: str) -> None:
    async with serving(month.dsn, projecting=False) as (client, _):
        got = await client.get(path)
        assert (got.status_code, got.json()["code"]) == (status, code), got.text


async def test_other_papers_are_files_too(month: Database) -> None:
    async with serving(month.dsn, projecting=False) as (client, _):
        payroll = await client.get(f"/v1/centres/U1/payroll/{MARCH}?format=csv")
        assert "P-A,2260.00" in payroll.content.decode("utf-8-sig")
        person = await client.get(f"/v1/persons/P-A/statements/{MARCH}?format=text")
        assert "人民币贰仟贰佰陆拾元整" in person.text
        sheet = await client.get("/v1/units/T1/day-sheets/2026-03-10?format=text")
        assert "班组日清单" in sheet.text


async def test_all_statements_are_a_job_with_progress_and_a_file(month: Database) -> None:
    asked = {"id": "all", "job": "ExportStatements", "data": {"centre": "U1", "period": MARCH, "format": "pdf"}}
    async with serving(month.dsn, projecting=False) as (client, _):
        assert (await client.post("/v1/jobs", json=asked)).status_code == 202
        for _ in range(600):
            standing = (await client.get("/v1/jobs/all")).json()
            if standing["state"] not in ("waiting", "running"):
                break
            await asyncio.sleep(0.05)
        assert (standing["state"], standing["file"]["name"]) == ("done", f"结算单 U1 {MARCH}.zip"), standing
        got = await client.get("/v1/jobs/all/result")
        assert len(got.content) == standing["file"]["size"]
        assert len(zipfile.ZipFile(io.BytesIO(got.content)).namelist()) == 7
        wrong = asked | {"id": "wrong", "data": {"centre": "U1", "period": MARCH, "format": "doc"}}
        await client.post("/v1/jobs", json=wrong)
        for _ in range(200):
            got = await client.get("/v1/jobs/wrong/result")
            if got.json()["code"] != "NOT_READY":
                break
            await asyncio.sleep(0.02)
        assert (got.status_code, got.json()["code"]) == (422, "INVALID")


async def ended(client: httpx2.AsyncClient, name: str) -> dict[str, Any]:
    for _ in range(600):
        standing: dict[str, Any] = (await client.get(f"/v1/jobs/{name}")).json()
        if standing["state"] not in ("waiting", "running"):
            return standing
        await asyncio.sleep(0.05)
    raise AssertionError(standing)


async def test_all_statements_are_issued_by_a_job_that_can_be_asked_for_again(database: Database) -> None:
    issue = golden().index(b'"IssueStatements"')
    await run_history(database.dsn, golden()[: golden().rindex(b"\n", 0, issue) + 1])
    told = {"id": "iss", "at": "2026-04-01T09:00:00+08:00", "by": "P-C1", "centre": "U1", "period": MARCH}
    async with serving(database.dsn) as (client, _):
        for name in ("first", "again"):
            await client.post("/v1/jobs", json={"id": name, "job": "IssueStatements", "data": told})
            standing = await ended(client, name)
            assert (standing["state"], standing["total"]) == ("done", 7), standing
        results = [(await client.get(f"/v1/jobs/{name}/result")).json() for name in ("first", "again")]
        assert results[0] == results[1]
        assert results[0]["issued"] == 7
        assert (await client.get(STATEMENT)).json()["result"]["state"] == "issued"
        early = told | {"id": "may", "period": "2026-05"}
        await client.post("/v1/jobs", json={"id": "early", "job": "IssueStatements", "data": early})
        assert (await ended(client, "early"))["code"] == "STATE"
    listed = json.loads(on(database, "jobs", "--json")[0])["jobs"]
    assert [(row["id"], row["state"]) for row in listed] == [("early", "failed"), ("again", "done"), ("first", "done")]


def test_a_result_is_fetched_on_the_command_line(month: Database, tmp_path: Path) -> None:
    async def export() -> None:
        asked = {"id": "fetch", "job": "ExportStatements", "data": {"centre": "U1", "period": MARCH, "format": "csv"}}
        async with serving(month.dsn, projecting=False) as (client, _):
            await client.post("/v1/jobs", json=asked)
            assert (await ended(client, "fetch"))["state"] == "done"

    asyncio.run(export())
    on(month, "jobs", "fetch", "-o", str(tmp_path / "all.csv"))
    assert (tmp_path / "all.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    assert "ExportStatements" in on(month, "jobs")[0].decode()
    assert "UNKNOWN_JOB" in on(month, "jobs", "nothing", status=1)[1]


async def test_a_killed_service_leaves_a_lost_job_and_no_process_that_prints(month: Database) -> None:
    serve = [sys.executable, "-m", "api", "serve", "--database-url", month.dsn, "--port", "0", "--no-projector"]
    asked = {"id": "kill", "job": "ExportPersonalLists", "data": {"unit": "HQ", "period": MARCH}}
    process = await asyncio.create_subprocess_exec(*serve, stderr=asyncio.subprocess.PIPE, cwd=ROOT, env=environment())
    try:
        place = await address(process)
        async with httpx2.AsyncClient(base_url=place, timeout=30, trust_env=False) as client:
            await client.post("/v1/jobs", json=asked)
            while len(printing := children(process.pid)) < 2:
                await asyncio.sleep(0.01)
            assert (await client.get("/v1/jobs/kill")).json()["state"] == "running"
    finally:
        process.kill()
        await process.communicate()
    found = json.loads(on(month, "jobs", "kill", "--json")[0])
    assert (found["state"], found["detail"]) == ("lost", "The process that was to do it has ended; ask again.")
    for _ in range(200):
        if not any(Path(f"/proc/{number}").exists() for number in printing):
            break
        await asyncio.sleep(0.05)
    assert [number for number in printing if Path(f"/proc/{number}").exists()] == []


async def address(process: asyncio.subprocess.Process) -> str:
    """Where the service answers, as it says itself."""
    assert process.stderr is not None
    while line := (await process.stderr.readline()).decode():
        if found := re.search(r"http://\S+:\d+", line):
            return found[0]
    raise AssertionError("the service did not start")


def children(process: int) -> list[int]:
    return [int(word) for path in Path(f"/proc/{process}/task").glob("*/children") for word in path.read_text().split()]
