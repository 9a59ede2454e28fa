"""Commands in one line each, for tests of the market."""

from __future__ import annotations

import json
from typing import Any

from ledger.decisions import Command
from ledger.interchange import read_line

DAY = "2026-02-05T09:00:00+08:00"


def reads(line: str) -> Command:
    command = read_line(line.encode())
    assert isinstance(command, Command)
    return command


def line(name: str, by: str, identifier: str, /, at: str = DAY, **data: Any) -> str:
    content = {"id": identifier, "at": at, "by": by, "command": name, "data": data}
    return json.dumps(content, ensure_ascii=False)


def command(name: str, by: str, identifier: str, /, at: str = DAY, **data: Any) -> Command:
    return reads(line(name, by, identifier, at, **data))


def report(identifier: str, hazard: str, unit: str = "T1", by: str = "P-T1L", at: str = DAY) -> Command:
    """Somebody reports a hazard."""
    return command(
        "ReportHazard",
        by,
        identifier,
        at,
        hazard=hazard,
        unit=unit,
        place="皮带机头",
        category="site_quality",
        item="HO-01",
        tier="T3",
        description="浮煤未清",
    )


def claim(identifier: str, hazard: str, by: str = "P-T1L", at: str = DAY) -> Command:
    return command("ClaimRectification", by, identifier, at, hazard=hazard, evidence=["paper:照片"])
