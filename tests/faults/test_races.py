"""64 clients in two processes want the same thing: as many get it as there is of it, the others hear what is so now."""

from __future__ import annotations

import asyncio
import json
from asyncio.subprocess import Process
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from ledger.decisions import decide
from ledger.errors import Refusal
from ledger.log.store import Log
from ledger.market import Market
from ledger.view import View
from tests.conftest import Database
from tests.faults.processes import line as read_line_of
from tests.faults.processes import running
from tests.faults.races import INSTANCES, RACES, Race
from tests.ledger.market.histories import reads
from tests.spec import Line, MemoryLedger, do, fixture_lines

CLIENTS = 64


def set_up() -> list[str]:
    """The group of the contract, and everything that is raced for."""
    pool = do("OpenBalances", "SYSTEM", as_of="2026-02-01", balances={"POOL_WAGE:W1": "85000.00"})
    given = [pool, *(line for race in RACES for n in range(INSTANCES) for line in race.given(n))]
    given.sort(key=lambda line: str(line["at"]))
    return [*fixture_lines(), *(written(line, f"given-{n}") for n, line in enumerate(given))]


def written(line: Line, identifier: str) -> str:
    return json.dumps({"id": identifier, **line}, ensure_ascii=False)


def starts() -> Iterator[tuple[Race, list[str]]]:
    """Each race with the command of each client: every other one has the other rival's."""
    for race in RACES:
        for n in range(INSTANCES):
            rivals, name = race.rivals(n), f"{race.name}-{n}".replace(" ", "-")
            yield race, [written(rivals[client % 2], f"{name}-{client}") for client in range(CLIENTS)]


async def run_all(url: str) -> list[list[dict[str, Any]]]:
    """The answers of every race, by client."""
    async with running("race_clients", url) as one, running("race_clients", url) as other:
        assert [await read_line_of(one), await read_line_of(other)] == ["ready", "ready"]
        return [await run(one, other, lines) for _, lines in starts()]


async def run(one: Process, other: Process, lines: list[str]) -> list[dict[str, Any]]:
    halves = (one, lines[: CLIENTS // 2]), (other, lines[CLIENTS // 2 :])
    for process, half in halves:
        assert process.stdin is not None
        process.stdin.write(json.dumps(half).encode() + b"\n")
    told = await asyncio.gather(*(read_line_of(process) for process, _ in halves))
    return [answer for half in told for answer in json.loads(half)]


async def test_of_64_who_race_as_many_win_as_can_and_the_others_hear_the_new_state(database: Database) -> None:
    log = await Log.open(database.dsn)
    async with Market(log, allow_simulated=True) as market:
        answers = await market.submit([reads(line) for line in set_up()])
    assert all(answer.ok for answer in answers), [answer for answer in answers if not answer.ok]

    told = await run_all(database.dsn)
    rows = await log.after(0, 100_000)
    await log.close()

    memory = MemoryLedger()
    for line in set_up():
        assert memory.send(line).ok
    for (race, lines), heard in zip(starts(), told, strict=True):
        check_race(memory, race, lines, heard)
    assert [row.position for row in rows] == list(range(1, len(memory.facts) + 1))
    assert [row.command_id for row in rows] == [each.fact.command for each in memory.facts]
    check_versions([(row.stream, row.version) for row in rows])
    assert sum(memory.balances.values()) == 0
    assert not {name: fen for name, fen in memory.balances.items() if name.startswith("POOL_") and fen < 0}


def check_race(memory: MemoryLedger, race: Race, lines: list[str], heard: list[dict[str, Any]]) -> None:
    """The winners are those that a serial ledger accepts in this order; every refusal is one that it then gives."""
    accepted = {answer["position"]: line for line, answer in zip(lines, heard, strict=True) if answer["ok"]}
    winners = [accepted[position] for position in sorted(accepted)]
    assert tuple(json.loads(line)["command"] for line in winners) in race.outcomes, (race.name, winners)
    codes = [code_of(memory, line) for line in lines]
    deserved = [{code} for code in codes]
    for line in winners:
        answer = next(answer for sent, answer in zip(lines, heard, strict=True) if sent is line)
        assert memory.send(line).line() == answer
        for code, client in zip((code_of(memory, each) for each in lines), deserved, strict=True):
            client.add(code)
    for answer, possible in zip(heard, deserved, strict=True):
        assert answer["ok"] or answer["code"] in possible - {None}, (race.name, answer, possible)


def code_of(memory: MemoryLedger, line: str) -> str | None:
    """The code with which a serial ledger would refuse the command now; None if it would accept it."""
    command = reads(line)
    try:
        decide(View(memory.lookup), command, max(memory.now, command.at))
    except Refusal as refusal:
        return refusal.code
    return None


def check_versions(rows: list[tuple[str, int]]) -> None:
    versions = defaultdict(list)
    for stream, version in rows:
        versions[stream].append(version)
    assert all(found == list(range(1, len(found) + 1)) for found in versions.values())
