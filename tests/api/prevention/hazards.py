"""A ledger with a hazard in every state, and the commands of this interchange run upon it."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

from api.samples import DOUBLE_PREVENTION
from tests.api.doors import invoked
from tests.conftest import Database
from tests.projections.boards import accept, assign, claim, report, verify
from tests.spec import Line, do

FIXED, ACCEPTED = "2026-02-03T14:30:15+08:00", "2026-02-04T09:00:00+08:00"
CLAUSE = {"level": "MAJOR", "clause": "工贸〔2023〕10 §3.1"}


def every_state() -> list[Line]:
    """H-1 … H-9, one for each way that a hazard may have gone so far."""
    major = do("VerifyHazard", "P-SO", "2026-02-02T10:00:00+08:00", hazard="H-7", **CLAUSE)
    authority = {"authority": "应急管理局", "report_no": "重-2026-1"}
    spot: dict[str, Any] = {"fixed_on_spot": True, "place": '地面, 车间 "甲"', "cause": 2}
    lines = [
        report("H-1", category="conduct", item="HO-01"),
        *(report("H-2", "T1"), verify("H-2", level="B")),
        *(report("H-3"), verify("H-3"), assign("H-3", "2026-02-20", budget="12500.50")),
        *(report("H-4"), verify("H-4"), assign("H-4", "2026-02-20"), claim("H-4", FIXED)),
        *(report("H-5"), verify("H-5"), assign("H-5", "2026-02-20"), claim("H-5", FIXED), accept("H-5", ACCEPTED)),
        *(report("H-6"), do("RejectHazard", "P-SO", "2026-02-02T10:00:00+08:00", hazard="H-6", reason="不属实")),
        *(
            report("H-7"),
            major,
            do("ReportMajorHazard", "P-SO", "2026-02-02T12:00:00+08:00", hazard="H-7", **authority),
        ),
        *(report("H-8", **spot), accept("H-8", ACCEPTED)),
        report("H-9", "W3", anonymous=True),
    ]
    return sorted(lines, key=lambda line: str(line["at"]))


async def export(database: Database, file: Path, mapping: Path = DOUBLE_PREVENTION) -> bytes:
    result = await invoked(database.dsn, "export", "hazards", "--map", str(mapping), "-o", str(file))
    assert result.exit_code == 0, result.output
    return file.read_bytes()


async def take(database: Database, file: Path, *arguments: str, mapping: Path = DOUBLE_PREVENTION) -> dict[str, Any]:
    """Import a file of hazards and return the summary that the subcommand prints."""
    line = ("import", "hazards", str(file), "--map", str(mapping), *arguments, "--json")
    result = await invoked(database.dsn, *line)
    assert result.exit_code == 0, result.output
    said: dict[str, Any] = json.loads(result.stdout)
    return said


async def facts(database: Database) -> int:
    async with database.owner(1) as pool:
        return int(await pool.fetchval("select count(*) from log.events"))


def rows_of(text: bytes) -> dict[str, dict[str, str]]:
    """The rows of an exported CSV by id."""
    return {row["id"]: row for row in csv.DictReader(io.StringIO(text.decode()))}


def write_rows(file: Path, rows: list[dict[str, str]]) -> Path:
    with file.open("w", encoding="utf-8", newline="") as text:
        writer = csv.DictWriter(text, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return file
