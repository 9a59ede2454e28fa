"""The vectors: histories with their expected answers, through the market in process and through `jiesuan run`."""

from __future__ import annotations

import json
import runpy
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.api.doors import ROOT, environment, jsonl, run_history
from tests.conftest import Database
from tests.spec import VECTORS, fixture_lines

RUNNER = VECTORS / "run.py"
PROGRAM = f"{sys.executable} -m api --data {{dir}} run - --simulated-clock"

difference: Any = runpy.run_path(str(RUNNER))["difference"]


def vector(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


KNOWN = sorted(VECTORS.glob("SC-*.json"))


@pytest.mark.parametrize("path", KNOWN, ids=lambda path: path.stem)
async def test_in_process(database: Database, path: Path) -> None:
    steps, setup = vector(path)["steps"], fixture_lines()
    answers = await run_history(database.dsn, jsonl([*setup, *(step["send"] for step in steps)]))
    assert [answer for answer in answers[: len(setup)] if not answer["ok"]] == []
    told = [json.loads(json.dumps(answer)) for answer in answers[len(setup) :]]
    wrong = {
        step["send"].get("id") or step["send"]["bundle"]: (found, answer.get("detail"))
        for step, answer in zip(steps, told, strict=True)
        if (found := difference(step.get("expect", {"ok": True}), answer))
    }
    assert wrong == {}


@pytest.mark.parametrize("path", KNOWN, ids=lambda path: path.stem)
@pytest.mark.integration
def test_as_a_program(path: Path) -> None:
    command = [sys.executable, str(RUNNER), "--command", PROGRAM, str(path)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, env=environment(), check=False)
    assert done.returncode == 0, done.stdout + done.stderr
