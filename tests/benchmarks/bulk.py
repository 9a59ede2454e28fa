"""Histories: `jiesuan run FILE` and `POST /v1/bulk`, a hundred thousand mixed commands."""

from __future__ import annotations

import asyncio
import http.client
import sys
from asyncio.subprocess import DEVNULL
from datetime import timedelta
from pathlib import Path
from time import perf_counter

import msgspec

from tests.benchmarks.http import MEGABYTES
from tests.benchmarks.mine import Mine
from tests.benchmarks.place import Place
from tests.benchmarks.processes import ROOT, Watch, service
from tests.benchmarks.results import Row, at_least, at_most

FLAT_MEGABYTES = 25
STEP = timedelta(seconds=15)


async def bulk(place: Place) -> list[Row]:
    history = place.directory / "history.jsonl"
    lines = write(history, place.scale.bulk)
    rows = await _run(place, history, lines)
    history_of_http = place.directory / "history_http.jsonl"
    lines = write(history_of_http, place.scale.bulk)
    return rows + await _over_http(place, history_of_http, lines)


def write(history: Path, commands: int) -> int:
    """The mine's history from its founding on; how many lines."""
    mine = Mine("r", STEP)
    with history.open("wb") as file:
        founding = mine.founding()
        file.writelines(line + b"\n" for line in founding)
        file.writelines(line + b"\n" for line in mine.commands(commands))
    return len(founding) + commands


async def _run(place: Place, history: Path, lines: int) -> list[Row]:
    dsn, answers = await place.ledger_database(), place.directory / "answers.jsonl"
    words = ["run", str(history), "--database-url", dsn, "--simulated-clock"]
    began = perf_counter()
    with answers.open("wb") as out:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "api", *words, stdout=out, stderr=DEVNULL, cwd=ROOT
        )
        async with Watch(process.pid) as memory:
            status = await process.wait()
    seconds = perf_counter() - began
    assert status == 0
    check(answers.read_bytes(), lines)
    return [
        Row("bulk", "jiesuan run FILE, start to end", lines / seconds, "commands/s", target=at_least(8_000)),
        Row("bulk", "memory of it, highest", memory.highest, "MB", target=at_most(MEGABYTES)),
        Row("bulk", "growth after the first third", memory.growth, "MB", target=at_most(FLAT_MEGABYTES)),
    ]


async def _over_http(place: Place, history: Path, lines: int) -> list[Row]:
    dsn = await place.ledger_database()
    async with service(dsn) as serving:
        began = perf_counter()
        answers = await asyncio.to_thread(_post, serving.port, history)
        seconds = perf_counter() - began
        memory = serving.memory
    check(answers, lines)
    return [
        Row("bulk", "POST /v1/bulk", lines / seconds, "commands/s", target=at_least(8_000)),
        Row("bulk", "memory of the service after it", memory, "MB", target=at_most(MEGABYTES)),
    ]


def _post(port: int, history: Path) -> bytes:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=600)
    with history.open("rb") as file:
        connection.request("POST", "/v1/bulk", body=file, headers={"Content-Type": "application/x-ndjson"})
        answer = connection.getresponse().read()
    connection.close()
    return answer


def check(answers: bytes, lines: int) -> None:
    """Every line has its answer, and all were accepted."""
    given = answers.splitlines()
    assert len(given) == lines, f"{len(given)} answers to {lines} lines"
    for line in given:
        assert b'"ok":true' in line, msgspec.json.decode(line)
