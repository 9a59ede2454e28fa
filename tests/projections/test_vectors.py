"""The answers to queries in the vectors that need only what stands (the whole of them is in tests/vectors)."""

from __future__ import annotations

import json
import runpy
from typing import Any

import pytest

from ledger.errors import Refusal
from tests.projections.conftest import Books
from tests.spec import VECTORS, group

difference = runpy.run_path(str(VECTORS / "run.py"))["difference"]
SCENARIOS = (
    *("SC-01", "SC-02", "SC-07", "SC-08", "SC-14", "SC-23", "SC-31", "SC-10", "SC-11", "SC-34", "SC-35", "SC-38"),
    *("SC-16", "SC-25", "SC-39", "SC-39b", "SC-40", "SC-42"),
)


@pytest.mark.parametrize("name", SCENARIOS)
async def test_queries_of_a_vector_are_answered_as_it_expects(books: Books, name: str) -> None:
    steps = json.loads((VECTORS / f"{name}.json").read_text(encoding="utf-8"))["steps"]
    ledger, recorded = group(), 0
    for step in steps:
        line, expected = step["send"], step.get("expect", {"ok": True})
        if "query" in line:
            await books.load(ledger.facts[recorded:])
            recorded = len(ledger.facts)
            actual = await answered(books, line)
        else:
            actual = ledger.send(line).line()
        assert difference(expected, actual) is None, (line["id"], difference(expected, actual))


async def answered(books: Books, line: dict[str, Any]) -> dict[str, Any]:
    try:
        return {"ok": True, "result": await books.ask(line["query"], **line["data"])}
    except Refusal as refusal:
        return {"ok": False, "code": refusal.code}
