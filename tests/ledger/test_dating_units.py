"""The unit whose shifts and work calendar date a command (contract §1.5) stays what it was, command by command."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from ledger.decisions import TABLE
from ledger.decisions.kernel.request import Request
from ledger.decisions.kernel.table import Decision
from tests.spec import VECTORS, MemoryLedger, fixture_lines, group

GOLDEN = Path(__file__).with_name("dating_units.json")
SAMPLE = Path(__file__).parents[2] / "api" / "samples" / "company.jsonl"

Units = dict[str, dict[str, str]]
"""Of each history, the ids of the commands by the unit that dates them; ``-`` is the company as a whole."""


@pytest.fixture
def dated(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """By the id of the command, once it has got as far as being dated."""
    units: dict[str, str] = {}

    def watch(row: Decision) -> None:
        find = row.unit

        def found(request: Request) -> str | None:
            unit = find(request)
            units[request.stamp.command] = unit or request.organisation.root or "-"
            return unit

        monkeypatch.setattr(row, "unit", found)

    for row in TABLE.values():
        watch(row)
    return units


def histories() -> Iterator[tuple[str, MemoryLedger, list[Any]]]:
    yield "fixture", MemoryLedger(), fixture_lines()
    for path in sorted(VECTORS.glob("SC-*.json")):
        steps = json.loads(path.read_text(encoding="utf-8"))["steps"]
        yield path.stem, group(), [step["send"] for step in steps if step["send"].get("command") in TABLE]
    yield "company", MemoryLedger(), SAMPLE.read_text(encoding="utf-8").splitlines()


def told(dated: dict[str, str]) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for name, ledger, lines in histories():
        dated.clear()
        for line in lines:
            with suppress(KeyError):  # a state that only read models compute: the command has been dated by then
                ledger.send(line)
        found[name] = dict(dated)
    return found


def test_every_command_of_the_released_histories_is_dated_by_the_unit_that_dated_it_before(
    dated: dict[str, str],
) -> None:
    found, golden = told(dated), json.loads(GOLDEN.read_text(encoding="utf-8"))
    for name in golden:
        units = golden[name]
        expected = {command: unit for unit, commands in units.items() for command in commands.split()}
        assert {command: found[name].get(command) for command in expected} == expected, name
