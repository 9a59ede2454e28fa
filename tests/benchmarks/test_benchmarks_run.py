"""The benchmarks cannot rot: a small version of every one of them runs, and its table has a line for every target."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path

import pytest

from tests.benchmarks.processes import ROOT

pytestmark = pytest.mark.integration


async def test_a_small_version_of_every_benchmark_runs(tmp_path: Path) -> None:
    file = tmp_path / "rows.json"
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.benchmarks", "--quick", "--json", str(file)),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        cwd=ROOT,
    )
    said, _ = await process.communicate()
    assert process.returncode == 0, said.decode()
    rows = json.loads(file.read_text(encoding="utf-8"))
    assert {row["benchmark"] for row in rows} == {
        "append",
        "market",
        "http",
        "bulk",
        "mixed",
        "reading",
        "reconciling",
        "codec",
        "wages",
        "verifying",
        "statements",
    }
    assert all(row["ours"] > 0 for row in rows if "growth" not in row["what"])
    assert all(row["met"] in (True, False) for row in rows if row["target"])
