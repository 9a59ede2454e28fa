"""A small table and its mapping, to be changed in one place by each test."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from api.imports.findings.mapping import FindingsMapping

COLUMNS = ("company", "owner", "place", "day", "amount", "grade")
ROW = {
    "company": "Alpha Ltd",
    "owner": "Big Corp",
    "place": "shaft",
    "day": "2026-03-02",
    "amount": "50.00",
    "grade": "low",
}


def csv_file(directory: Path, *changes: dict[str, str], name: str = "findings.csv") -> Path:
    """One row for each set of changes to the standard row."""
    lines = [",".join(COLUMNS)]
    lines += [",".join(f'"{cell}"' for cell in {**ROW, **change}.values()) for change in changes]
    path = directory / name
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def mapping(**changes: Any) -> FindingsMapping:
    """The standard mapping; a change replaces a table, ``None`` leaves it out."""
    standard: dict[str, Any] = {
        "source": "t",
        "ledger": {"name": "test", "clock": "simulated", "opened": "2026-01-01"},
        "calendars": {"first": 2026, "last": 2026, "week": "monday to friday", "source": "plain"},
        "root": {"unit": "HQ", "name": "Headquarters"},
        "units": {"prefix": "V-"},
        "parents": {"prefix": "C-", "level": 2},
        "verifier": {"person": "P-I", "name": "Inspector"},
        "slips": {"authority": "Authority"},
        "fields": fields(),
    }
    return FindingsMapping.model_validate(
        {name: part for name, part in {**standard, **changes}.items() if part is not None}
    )


def fields(**changes: Any) -> dict[str, Any]:
    standard: dict[str, Any] = {
        "unit": {"column": "company"},
        "parent": {"column": "owner", "blank": True},
        "amount": {"column": "amount"},
        "issued": {"column": "day"},
        "place": {"column": "place"},
        "tier": {"value": "T1"},
        "category": {"value": "hazard"},
        "grounds": {"value": "hazard"},
        "basis": {"value": "the law"},
        "document": {"text": "{row}"},
        "description": {"text": "found at {place}"},
        "level": {"column": "grade", "values": {"low": "C", "high": "A"}},
    }
    return {name: rule for name, rule in {**standard, **changes}.items() if rule is not None}
