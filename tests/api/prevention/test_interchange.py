"""Hazards go to a double-prevention system and come back: the same file, each row once, every complaint named."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path
from typing import Any

import asyncpg
import pytest
import xlsxwriter

from api.samples import DOUBLE_PREVENTION
from migrations import ensure_roles
from tests.api.doors import found_group, invoked
from tests.api.prevention.hazards import (
    every_state,
    export,
    facts,
    rows_of,
    take,
    write_rows,
)
from tests.conftest import TEMPLATE, Cluster, Database, temporary_database


@pytest.fixture
async def other(cluster: Cluster) -> AsyncIterator[Database]:
    """A second ledger, where only the group is known."""
    async with temporary_database(cluster, TEMPLATE) as database:
        connection = await asyncpg.connect(database.dsn)
        await ensure_roles(connection)
        await connection.close()
        await found_group(database.dsn)
        yield database


LATER = "deadline: before the business date, or later than the one in force"


async def filled(database: Database) -> Database:
    await found_group(database.dsn, *every_state())
    return database


async def test_upload_fields_have_their_codes_units_and_local_times(database: Database, tmp_path: Path) -> None:
    rows = rows_of(await export(await filled(database), tmp_path / "out.csv"))
    assert {name: row["dangerState"] for name, row in rows.items()} == {
        "H-1": "-1",
        "H-2": "0",
        "H-3": "0",
        "H-4": "1",
        "H-5": "9",
        "H-6": "6",
        "H-7": "0",
        "H-8": "9",
        "H-9": "-1",
    }
    assert {name for name, row in rows.items() if row["dangerLevel"] == "1"} == {"H-7"}
    term, closed = rows["H-3"], rows["H-5"]
    assert (term["companyCode"], term["hazardCode"], term["dangerName"]) == ("370100001", "W1", "巷道 H-3")
    assert (term["cost"], term["controlMeasures"], term["dangerManageType"]) == ("1.25005", "补打锚杆", "1")
    assert (term["dangerManageDeadline"], term["liablePerson"], term["registrant"]) == ("2026-02-20", "P-S1", "P-SI")
    assert (term["registTime"], term["dangerSrc"], term["hazardCategory"]) == ("2026-02-02 09:00:00", "2", "1")
    assert (closed["finishTime"], closed["finishPerson"]) == ("2026-02-03 14:30:15", "P-W1D")
    assert (closed["checkAcceptPerson"], closed["checkAcceptTime"]) == ("P-SO", "2026-02-04 09:00:00")
    assert (rows["H-9"]["registrant"], rows["H-7"]["reportNo"]) == ("", "重-2026-1")


@pytest.mark.parametrize("ending", ["csv", "json"])
async def test_what_is_imported_elsewhere_is_exported_there_the_same(
    database: Database, other: Database, tmp_path: Path, ending: str
) -> None:
    first = await export(await filled(database), tmp_path / f"first.{ending}")
    said = await take(other, tmp_path / f"first.{ending}")
    assert (said["bad"], said["new"], said["recorded"]["refused"]) == ([], 9, [])
    assert await export(other, tmp_path / f"second.{ending}") == first


async def test_importing_again_changes_nothing(database: Database, other: Database, tmp_path: Path) -> None:
    await export(await filled(database), tmp_path / "out.csv")
    await take(other, tmp_path / "out.csv")
    recorded = await facts(other)
    again = await take(other, tmp_path / "out.csv")
    assert (again["new"], again["known"], again["recorded"]["commands"]) == (0, 9, 0)
    assert await facts(other) == recorded


async def test_a_dry_run_records_nothing(database: Database, other: Database, tmp_path: Path) -> None:
    await export(await filled(database), tmp_path / "out.csv")
    before = await facts(other)
    said = await take(other, tmp_path / "out.csv", "--dry-run")
    assert (said["new"], said["recorded"], await facts(other)) == (9, None, before)


async def test_a_row_that_has_moved_on_adds_what_is_new(database: Database, other: Database, tmp_path: Path) -> None:
    rows = rows_of(await export(await filled(database), tmp_path / "out.csv"))
    later = rows["H-5"]
    earlier = {
        **later,
        "dangerState": "0",
        "finishTime": "",
        "finishPerson": "",
        "checkAcceptPerson": "",
        "checkAcceptTime": "",
    }
    await take(other, write_rows(tmp_path / "earlier.csv", [earlier]))
    before = await facts(other)
    said = await take(other, write_rows(tmp_path / "later.csv", [later]))
    assert (said["bad"], said["new"], said["recorded"]["commands"]) == ([], 1, 2)
    assert await facts(other) == before + 3
    assert rows_of(await export(other, tmp_path / "then.csv"))["H-5"] == later


async def test_bad_rows_are_named_and_the_good_ones_go_in(database: Database, other: Database, tmp_path: Path) -> None:
    good = rows_of(await export(await filled(database), tmp_path / "out.csv"))["H-3"]
    wrong = {
        "H-20": {"dangerLevel": "7"},
        "H-21": {"hazardCode": "NO"},
        "H-22": {"registrant": "P-NO"},
        "H-23": {"cost": "0.0000001"},
        "H-24": {"companyCode": "999"},
        "H-25": {"dangerDesc": ""},
        "H-26": {"registTime": "yesterday"},
        "H-27": {"dangerLevel": ""},
        "H-28": {"dangerManageDeadline": "2026-01-01"},
        "H-29": {"dangerReason": "9"},
        "H-3": {},
    }
    rows = [good, *({**good, "id": name} | changed for name, changed in wrong.items())]
    said = await take(other, write_rows(tmp_path / "rows.csv", rows))
    assert [(row["line"], row["column"], row["reason"].partition(" (")[0]) for row in said["bad"]] == [
        (3, "dangerLevel", "not among the codes of the mapping"),
        (4, "hazardCode", "ReportHazard: UNKNOWN_UNIT NO"),
        (5, "registrant", "ReportHazard: UNKNOWN_PERSON P-NO"),
        (6, "cost", "not a positive amount of whole fen"),
        (7, "companyCode", "not 370100001, which the mapping says of every row"),
        (8, "dangerDesc", "blank"),
        (9, "registTime", "not written as %Y-%m-%d %H:%M:%S"),
        (10, "dangerLevel", "blank, but the hazard is verified"),
        (
            11,
            "dangerManageDeadline",
            "AssignHazard: INVALID deadline: before the business date, or later than the one in force",
        ),
        (12, "dangerReason", "INVALID: cause: 9 is none of 1, 2, 3"),
        (13, "id", "is in line 2 already"),
    ]
    assert (said["new"], said["recorded"]["commands"]) == (1, 3)


async def test_a_row_that_tells_another_story_is_refused_by_the_ledger(
    database: Database, other: Database, tmp_path: Path
) -> None:
    row = rows_of(await export(await filled(database), tmp_path / "out.csv"))["H-3"]
    await take(other, write_rows(tmp_path / "first.csv", [row]))
    changed = {**row, "dangerDesc": "另一件事"}
    said = await take(other, write_rows(tmp_path / "changed.csv", [changed]))
    assert [(bad["column"], bad["reason"]) for bad in said["bad"]] == [("id", "ReportHazard: DUPLICATE H-3")]
    postponed = {**row, "dangerManageDeadline": "2026-03-01"}
    said = await take(other, write_rows(tmp_path / "postponed.csv", [postponed]))
    assert [bad["reason"] for bad in said["bad"]] == [f"AssignHazard: INVALID {LATER}"]


async def test_strictly_a_bad_row_keeps_the_others_out(database: Database, other: Database, tmp_path: Path) -> None:
    good = rows_of(await export(await filled(database), tmp_path / "out.csv"))["H-3"]
    file = write_rows(tmp_path / "rows.csv", [good, {**good, "id": "H-20", "hazardCode": "NO"}])
    before = await facts(other)
    result = await invoked(other.dsn, "import", "hazards", str(file), "--map", str(DOUBLE_PREVENTION), "--strict")
    assert (result.exit_code, await facts(other)) == (1, before)
    assert "line 3, column hazardCode, value 'NO'" in result.stdout


async def test_a_value_without_code_stops_an_export(database: Database, tmp_path: Path) -> None:
    mapping = tmp_path / "map.toml"
    text = DOUBLE_PREVENTION.read_text(encoding="utf-8").replace('MAJOR = "1"', 'OTHER = "1"')
    mapping.write_text(text, encoding="utf-8")
    result = await invoked(
        (await filled(database)).dsn, "export", "hazards", "--map", str(mapping), "-o", str(tmp_path / "out.csv")
    )
    assert (result.exit_code, (tmp_path / "out.csv").exists()) == (2, False)
    assert "hazard H-7, column dangerLevel: level MAJOR has no code" in result.stderr


async def test_json_may_hold_numbers_where_codes_are_meant(database: Database, other: Database, tmp_path: Path) -> None:
    await export(await filled(database), tmp_path / "out.json")
    rows = json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))
    for row in rows:
        row["dangerState"] = int(row["dangerState"])
        row["cost"] = float(row["cost"]) if row["cost"] else None
    (tmp_path / "numbers.json").write_text(json.dumps(rows), encoding="utf-8")
    assert (await take(other, tmp_path / "numbers.json"))["bad"] == []
    assert await export(other, tmp_path / "back.json") == (tmp_path / "out.json").read_bytes()


async def test_a_workbook_with_typed_cells_holds_the_same_rows(
    database: Database, other: Database, tmp_path: Path
) -> None:
    first = await export(await filled(database), tmp_path / "out.csv")
    rows = rows_of(first)
    with xlsxwriter.Workbook(str(tmp_path / "out.xlsx"), {"default_date_format": "yyyy-mm-dd hh:mm:ss"}) as workbook:
        sheet = workbook.add_worksheet()
        sheet.write_row(0, 0, list(rows["H-1"]))
        for number, row in enumerate(rows.values(), 1):
            sheet.write_row(number, 0, [typed(name, cell) for name, cell in row.items()])
    assert (await take(other, tmp_path / "out.xlsx"))["bad"] == []
    assert await export(other, tmp_path / "back.csv") == first


def typed(name: str, cell: str) -> Any:
    """As a person would have it in a sheet: times and amounts are no texts there."""
    if name.endswith("Time") and cell:
        return datetime.strptime(cell, "%Y-%m-%d %H:%M:%S")  # noqa: DTZ007 - Shanghai wall time
    return float(cell) if name == "cost" and cell else cell


async def test_a_part_of_the_company_can_be_exported_and_read_from_a_pipe(database: Database, tmp_path: Path) -> None:
    everything = await export(await filled(database), tmp_path / "out.csv")
    result = await invoked(database.dsn, "export", "hazards", "--map", str(DOUBLE_PREVENTION), "--unit", "U2")
    rows = rows_of(result.stdout_bytes)
    assert (result.exit_code, list(rows)) == (0, ["H-9"])
    assert rows["H-9"] == rows_of(everything)["H-9"]
    result = await invoked(database.dsn, "export", "hazards", "--map", str(DOUBLE_PREVENTION), "--unit", "NO")
    assert (result.exit_code, result.stderr.splitlines()[-1]) == (1, "jiesuan: UNKNOWN_UNIT: NO")


async def test_old_hazards_need_the_head_of_the_centre(database: Database, other: Database, tmp_path: Path) -> None:
    good = rows_of(await export(await filled(database), tmp_path / "out.csv"))["H-3"]
    new = {**good, "id": "H-20", "registTime": "2026-05-04 09:00:00", "dangerManageDeadline": "2026-05-20"}
    await take(other, write_rows(tmp_path / "new.csv", [new]))
    old = write_rows(tmp_path / "old.csv", [good])
    assert [bad["reason"][:22] for bad in (await take(other, old))["bad"]] == ["ReportHazard: TOO_LATE"]
    text = DOUBLE_PREVENTION.read_text(encoding="utf-8").replace("# late_approval", "late_approval")
    (tmp_path / "map.toml").write_text(text.replace('"P-H0"', '"P-H1"'), encoding="utf-8")
    said = await take(other, old, mapping=tmp_path / "map.toml")
    assert (said["bad"], said["new"], said["recorded"]["refused"]) == ([], 1, [])
