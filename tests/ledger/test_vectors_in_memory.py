"""The released vectors against decisions alone: no database, no projections, the same answers."""

from __future__ import annotations

import json
import runpy
from pathlib import Path
from typing import Any

import pytest

from ledger.decisions import TABLE
from ledger.interchange import Answer
from tests.spec import VECTORS, MemoryLedger, group

Step = dict[str, Any]

difference = runpy.run_path(str(VECTORS / "run.py"))["difference"]


def _steps(path: Path) -> list[Step]:
    steps: list[Step] = json.loads(path.read_text(encoding="utf-8"))["steps"]
    return steps


def _is_decided(step: Step) -> bool:
    """A query, a command that we have, or one that nobody has; a bundle of such."""
    lines = step["send"].get("commands", [step["send"]])
    names = {line.get("command") for line in lines} - {None}
    return names <= TABLE.keys() - COMPUTED or step.get("expect", {}).get("code") == "INVALID"


COMPUTED = {"RunReconciliation", "IssueStatements", "ExportPayroll"}
"""Commands that ask for states which only the read models compute (tests/projections/test_settlement.py)."""

DECIDED = [path for path in sorted(VECTORS.glob("SC-*.json")) if all(map(_is_decided, _steps(path)))]


@pytest.mark.parametrize("path", DECIDED, ids=lambda path: path.stem)
def test_a_vector_is_answered_by_decisions_alone(path: Path) -> None:
    ledger = group()
    wrong = [found for step in _steps(path) if (found := _difference(ledger, step))]
    assert not wrong


def test_there_are_vectors_whose_every_command_is_decided() -> None:
    assert DECIDED


def _difference(ledger: MemoryLedger, step: Step) -> str | None:
    """Say what a step answers other than expected; None if nothing."""
    line, expected = step["send"], step.get("expect", {"ok": True})
    if "query" in line:
        return _balance_difference(ledger, line, expected)
    answer = ledger.send(line)
    wanted = {name: value for name, value in expected.items() if name != "position"}
    found = difference(wanted, _as_expected(answer))
    return f"{line.get('id') or line['bundle']}: {found} ({answer.detail})" if found else None


def _as_expected(answer: Answer) -> dict[str, Any]:
    return {name: value for name, value in answer.line().items() if name != "detail"}


def _balance_difference(ledger: MemoryLedger, line: Step, expected: Step) -> str | None:
    """Balances of the accounts that the vector names; other queries need projections."""
    if line["query"] != "Balances" or not expected.get("ok", True):
        return None
    balances: dict[str, str] = expected.get("result", {}).get("balances", {})
    wrong = {account: ledger.balance(account) for account, due in balances.items() if ledger.balance(account) != due}
    return f"{line['id']}: {wrong} instead of {balances}" if wrong else None
