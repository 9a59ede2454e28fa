"""A history: one answer a line, in order, whatever the lines are."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from api.histories import history
from api.histories.history import History
from ledger.decisions import Command
from ledger.interchange import MAX_LINE, Answer, Bundle, Query
from ledger.log.errors import Busy, CommitInDoubt, LogUnavailable
from tests.api.doors import codes, group, hazard, in_blocks, invoked, jsonl, query, run_history
from tests.conftest import Database


async def answers_to(backend: history.Backend, *lines: dict[str, Any] | bytes) -> list[dict[str, Any]]:
    found: list[Answer] = []
    async for some in History(backend).answers(in_blocks(jsonl(lines))):
        found += some
    return [answer.line() for answer in found]


# -- on a ledger ----------------------------------------------------------------------------------------------------


async def test_a_query_sees_everything_before_it_and_nothing_after(database: Database) -> None:
    lines = [hazard("H-1"), query("Facts", stream="unit-T1"), hazard("H-2"), query("Facts", stream="unit-T1")]
    answers = await run_history(database.dsn, group() + jsonl(lines))
    first, second = answers[-3], answers[-1]
    assert [fact["data"]["hazard"] for fact in first["result"]["facts"]] == ["H-1"]
    assert [fact["data"]["hazard"] for fact in second["result"]["facts"]] == ["H-1", "H-2"]
    assert first["position"] == answers[-4]["position"]


async def test_a_history_that_is_run_again_records_nothing_twice(database: Database) -> None:
    first = await run_history(database.dsn, group())
    assert await run_history(database.dsn, group()) == first


async def test_other_content_under_an_id_is_a_conflict(database: Database) -> None:
    lines = jsonl([hazard("H-1", id="c-1"), hazard("H-2", id="c-1")])
    assert codes(await run_history(database.dsn, group() + lines))[-2:] == ["ok", "IDEMPOTENCY_CONFLICT"]


async def test_a_simulated_clock_is_taken_only_where_it_is_allowed(database: Database) -> None:
    answers = await run_history(database.dsn, group(), allow_simulated=False)
    assert codes(answers) == ["INVALID"] + ["NOT_READY"] * (len(answers) - 1)


OPENING = {
    "id": "x",
    "at": "2026-02-05T09:10:00Z",
    "by": "P",
    "command": "OpenBalances",
    "data": {"as_of": "2026-02-01", "balances": {"POOL_WAGE:W1": "1.00"}},
}
BAD = {
    "an unknown command": (b'{"id":"x","at":"2026-02-05T09:10:00Z","by":"P","command":"Nope","data":{}}', "Nope"),
    "an unknown query": (b'{"id":"x","query":"Nope","data":{}}', "Nope"),
    "a surplus field": (jsonl([hazard("H-9", id="x", colour="red")]).strip(), "colour"),
    "a surplus member": (b'{"id":"x","when":1}', "when"),
    "a missing field": (b'{"id":"x","at":"2026-02-05T09:10:00Z","by":"P","command":"RetireUnit","data":{}}', "unit"),
    "float money": (
        jsonl([OPENING]).strip().replace(b'"1.00"', b"1.5"),
        "1.5",
    ),
    "three decimals": (
        jsonl([OPENING]).strip().replace(b'"1.00"', b'"1.500"'),
        "balances",
    ),
    "a wrong type": (jsonl([hazard("H-9", id="x", fixed_on_spot="yes")]).strip(), "fixed_on_spot"),
    "null": (jsonl([hazard("H-9", id="x", person=None)]).strip(), "person"),
    "invalid UTF-8": (b'{"id":"x","query":"\xff"}', "UTF-8"),
    "a key given twice": (b'{"id":"x","query":"Facts","data":{"limit":1,"limit":2}}', "limit"),
    "NaN": (b'{"id":"x","query":"Facts","data":{"limit":NaN}}', "NaN"),
    "half a surrogate": (b'{"id":"x","query":"Facts","data":{"stream":"\\ud800"}}', "surrogate"),
    "no JSON": (b'{"id":"x",', "JSON"),
    "no object": (b"[1]", "object"),
    "a line that is too long": (b'{"id":"x","query":"' + b"x" * 10_000_000 + b'"}', str(MAX_LINE)),
    "deep nesting": (b'{"id":"x","data":' + b"[" * 100_000 + b"]" * 100_000 + b"}", "nested"),
}


async def test_a_bad_line_is_answered_invalid_and_the_rest_goes_on(database: Database) -> None:
    lines = [line for line, _ in BAD.values()]
    answers = (await run_history(database.dsn, group() + jsonl([*lines, b"  ", hazard("H-1")])))[-len(BAD) - 1 :]
    for (name, (_, word)), answer in zip(BAD.items(), answers, strict=False):
        assert answer["code"] == "INVALID", name
        assert word in answer["detail"], name
        assert answer["id"] == (None if name == "no object" else "x"), name
    assert answers[-1]["facts"] == ["HazardReported"]
    assert answers[-1]["position"] == 150, "something of a bad line was recorded"


# -- on a backend that has trouble ----------------------------------------------------------------------------------


class Backend:
    """Accepts everything, or raises what it is told to, once each."""

    def __init__(self, *troubles: Exception) -> None:
        self.troubles = list(troubles)
        self.taken: list[str] = []

    async def submit(self, commands: Sequence[Command | Bundle]) -> list[Answer]:
        if self.troubles:
            raise self.troubles.pop(0)
        self.taken += [command.id for command in commands]
        return [Answer(command.id, True, facts=(), position=len(self.taken)) for command in commands]

    async def ask(self, query: Query) -> Answer:
        return Answer(query.id, True, result={}, position=len(self.taken))


@pytest.mark.parametrize("trouble", [CommitInDoubt("lost"), Busy("full")])
async def test_what_is_in_doubt_or_finds_no_place_is_sent_again_with_the_same_ids(trouble: Exception) -> None:
    backend = Backend(trouble)
    assert codes(await answers_to(backend, hazard("H-1"), hazard("H-2"))) == ["ok", "ok"]
    assert backend.taken == ["c-H-1", "c-H-2"]


async def test_after_a_line_that_could_not_be_recorded_no_later_one_is_tried() -> None:
    backend = Backend(LogUnavailable("away"))
    answers = await answers_to(backend, hazard("H-1"), query("Facts"), hazard("H-2"))
    assert codes(answers) == ["UNAVAILABLE", "ok", "UNAVAILABLE"]
    assert "not tried" in answers[2]["detail"]
    assert backend.taken == []


async def test_doubt_that_does_not_end_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history, "PATIENCE_SECONDS", -1.0)
    answers = await answers_to(Backend(CommitInDoubt("lost")), hazard("H-1"), query("Facts"), hazard("H-2"))
    assert codes(answers) == ["UNKNOWN_OUTCOME", "ok", "UNAVAILABLE"]


async def test_a_long_history_is_decided_in_stretches_and_answered_in_order() -> None:
    backend = Backend()
    lines = [hazard(f"H-{number}") for number in range(1_234)]
    answers = await answers_to(backend, *lines, b"nonsense", *lines[:1])
    assert [answer["id"] for answer in answers[:1_234]] == [line["id"] for line in lines]
    assert codes(answers[1_234:]) == ["INVALID", "ok"]


async def test_an_error_of_the_input_is_the_callers() -> None:
    async def broken() -> Any:
        yield jsonl([hazard("H-1")])
        raise OSError("gone")

    with pytest.raises(OSError, match="gone"):
        async for _ in History(Backend()).answers(broken()):
            pass


async def test_a_history_is_run_dry_and_nothing_of_it_is_recorded(database: Database, tmp_path: Path) -> None:
    """[rule 42]"""
    file = tmp_path / "history.jsonl"
    file.write_bytes(jsonl([hazard("H-1"), hazard("H-1", id="c-2"), query("Balances", accounts=["POOL_WAGE:W1"])]))
    await run_history(database.dsn, group())
    for _ in range(2):
        result = await invoked(database.dsn, "run", "--dry-run", "--simulated-clock", str(file))
        first, second, asked = [json.loads(line) for line in result.stdout.splitlines()]
        assert (first["ok"], first["dry_run"], first["facts"], first["entries"]) == (True, True, ["HazardReported"], [])
        assert (second["code"], second["dry_run"]) == ("DUPLICATE", True)
        assert asked["ok"]
    [answer] = await run_history(database.dsn, jsonl([hazard("H-1", id="c-2")]))
    assert answer["ok"]
