"""docs/daily-work.md is a whole month, line by line, from the workbook to the closed month, without JSON."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest

from tests.api.doors import invoked
from tests.conftest import Database
from tests.docs.pages import DOCS, blocks, where

PAGE = DOCS / "daily-work.md"


async def test_the_month_of_the_page_runs_from_the_workbook_to_payroll(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    told: dict[str, str] = {}
    for block in blocks(PAGE, "console"):
        for number, line in enumerate(block.text, block.line):
            _, *words = shlex.split(line)
            result = await invoked(database.dsn, *words)
            assert result.exit_code == 0, (where(PAGE, number), result.output)
            told[line] = result.stdout
    dry, wet = (text for line, text in told.items() if line.startswith("jiesuan handover transfer"))
    assert dry.startswith("Would record HandoverItemTransferredOut")
    assert wet.startswith("Recorded HandoverItemTransferredOut")
    assert "Next: jiesuan handover sign" in wet
    [reversed_] = [text for line, text in told.items() if line.startswith("jiesuan reverse")]
    assert "Would record EntryReversed" in reversed_
    dry, wet = (text for line, text in told.items() if line.startswith("jiesuan month deduct"))
    assert ("2001" in dry, "2002" in dry, "Nothing is recorded." in dry) == (True, True, True)
    assert ("2001" in wet, "500.00" in wet, "Recorded for 1 persons." in wet) == (False, True, True)
    assert "已确认" in told["jiesuan statement CM 2026-01"]
