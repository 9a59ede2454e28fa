"""`jiesuan import findings`: dry run, strict, and again, on a database."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from typer.testing import Result

from tests.api.doors import invoked
from tests.api.imports.memory import SAMPLES
from tests.cases.lists import CASES
from tests.conftest import Database

MAPPING = SAMPLES / "upper_big_branch.toml"
HEAD, *ROWS = (SAMPLES / "upper_big_branch_violations.csv").read_text(encoding="utf-8").splitlines()[:13]
BAD = '"","Some Company","mine",-5,"1995-01-04","","1995-01-04",1995,1,1995,"Unlikely","Fatal","None"'


def file_of(directory: Path, *rows: str) -> Path:
    path = directory / "findings.csv"
    path.write_text("\n".join([HEAD, *rows]) + "\n", encoding="utf-8")
    return path


async def findings(database: Database, *arguments: str) -> Result:
    return await invoked(database.dsn, "import", "findings", *arguments)


async def facts(database: Database) -> int:
    async with database.owner(1) as pool:
        return int(await pool.fetchval("select count(*) from log.events"))


async def test_a_dry_run_tells_what_would_happen_and_records_nothing(database: Database, tmp_path: Path) -> None:
    file = file_of(tmp_path, *ROWS, BAD)
    result = await findings(database, str(file), "--map", str(MAPPING), "--dry-run", "--json")
    said = json.loads(result.stdout)
    assert (said["rows"], said["new"], said["slips"], said["recorded"]) == (13, 12, 12, None)
    assert said["bad"] == [
        {"line": 14, "column": "current_assessment_amt", "value": "-5", "reason": "a negative amount"}
    ]
    assert said["units"][0]["name"] == "Performance Coal Company"
    assert await facts(database) == 0


async def test_strictly_a_bad_row_keeps_the_others_out(database: Database, tmp_path: Path) -> None:
    result = await findings(database, str(file_of(tmp_path, *ROWS, BAD)), "--map", str(MAPPING), "--strict")
    assert result.exit_code == 1
    assert "nothing was imported (--strict)" in result.stderr
    assert await facts(database) == 0


async def test_good_rows_go_in_once_and_bad_ones_are_shown_with_their_line(database: Database, tmp_path: Path) -> None:
    file = file_of(tmp_path, *ROWS, BAD)
    first = await findings(database, str(file), "--map", str(MAPPING))
    assert first.exit_code == 0, first.output
    assert "a negative amount" in first.stdout
    recorded = await facts(database)
    assert recorded > 4 * len(ROWS)
    again = await findings(database, str(file), "--map", str(MAPPING), "--json")
    assert json.loads(again.stdout)["recorded"]["commands"] == 0
    assert await facts(database) == recorded


async def test_a_later_file_adds_what_is_new_in_it(database: Database, tmp_path: Path) -> None:
    await findings(database, str(file_of(tmp_path, *ROWS[:6])), "--map", str(MAPPING))
    result = await findings(database, str(file_of(tmp_path, *ROWS)), "--map", str(MAPPING), "--json")
    said = json.loads(result.stdout)
    assert (said["new"], said["known"], said["recorded"]["refused"]) == (6, 6, [])
    assert said["notes"][0].startswith("6 rows are in the ledger already and 6 are new")


async def test_a_ledger_with_a_real_clock_takes_what_is_recent_and_waits_for_time_to_pass(
    database: Database, tmp_path: Path
) -> None:
    today = datetime.now(timezone(timedelta(hours=8))).date()
    mapping = MAPPING.read_text(encoding="utf-8").replace('"simulated"', '"real"').replace("last = 2013", "last = 2999")
    (tmp_path / "map.toml").write_text(mapping, encoding="utf-8")
    days = [str(today - timedelta(days=before)) for before in (0, 20, 90)]
    rows = [ROWS[0].replace("1995-09-20", day) for day in days]
    result = await findings(database, str(file_of(tmp_path, *rows)), "--map", str(tmp_path / "map.toml"), "--json")
    said = json.loads(result.stdout)
    assert (said["new"], said["clock"], said["recorded"]["refused"]) == (2, 0, [])
    assert [(row["line"], row["reason"][:22]) for row in said["bad"]] == [(4, "ReportHazard: TOO_LATE")]


async def test_a_document_that_is_recorded_is_not_charged_again_when_its_row_is_corrected(
    database: Database,
) -> None:
    folder = CASES / "b06-corrected-description-charges-twice"
    first = await findings(database, str(folder / "first.csv"), "--map", str(folder / "map.toml"), "--json")
    recorded = await facts(database)
    again = await findings(database, str(folder / "corrected.csv"), "--map", str(folder / "map.toml"), "--json")
    assert (json.loads(first.stdout)["new"], json.loads(again.stdout)["new"]) == (1, 0)
    assert [row["reason"][:35] for row in json.loads(again.stdout)["bad"]] == ["recorded already and told otherwise"]
    assert await facts(database) == recorded


@pytest.mark.parametrize("missing", ["file", "mapping"])
async def test_what_is_not_there_is_one_sentence(database: Database, tmp_path: Path, missing: str) -> None:
    file = tmp_path / "none.csv" if missing == "file" else file_of(tmp_path, *ROWS)
    mapping = tmp_path / "none.toml" if missing == "mapping" else MAPPING
    result = await findings(database, str(file), "--map", str(mapping))
    assert result.exit_code == 2
    assert result.stderr.startswith("jiesuan: ")
    assert "No such file" in result.stderr
