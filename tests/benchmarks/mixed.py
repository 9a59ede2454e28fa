"""A history of all flows mixed, through `jiesuan run FILE`: how fast, and what it keeps in memory on the way."""

from __future__ import annotations

import asyncio
import sys
from asyncio.subprocess import DEVNULL
from collections import Counter
from pathlib import Path
from resource import RUSAGE_CHILDREN, getrusage, struct_rusage
from time import perf_counter

import msgspec

from tests.benchmarks.bulk import FLAT_MEGABYTES, STEP
from tests.benchmarks.flows import Flows
from tests.benchmarks.http import MEGABYTES
from tests.benchmarks.place import Place
from tests.benchmarks.processes import ROOT, Watch
from tests.benchmarks.results import Row, at_least, at_most

OVERTAKEN = "ALREADY"
"""The clock may confirm what a clerk was about to confirm."""


async def mixed(place: Place) -> list[Row]:
    history, answers = place.directory / "mixed.jsonl", place.directory / "mixed_answers.jsonl"
    lines = write(history, place.scale.bulk)
    words = ["run", str(history), "--database-url", await place.ledger_database(), "--simulated-clock"]
    began, spent = perf_counter(), getrusage(RUSAGE_CHILDREN)
    with answers.open("wb") as out:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "api", *words, stdout=out, stderr=DEVNULL, cwd=ROOT
        )
        async with Watch(process.pid) as memory:
            status = await process.wait()
    seconds, cpu = perf_counter() - began, _cpu_since(spent)
    assert status == 0
    check(answers.read_bytes(), lines)
    begin, middle, end = memory.thirds
    return [
        Row("mixed", "all flows, jiesuan run FILE", lines / seconds, "commands/s", target=at_least(8_000)),
        Row("mixed", "of its own CPU, the database's apart", lines / cpu, "commands/s"),
        Row("mixed", "memory, first third", begin, "MB", target=at_most(MEGABYTES)),
        Row("mixed", "memory, second third", middle, "MB", target=at_most(MEGABYTES)),
        Row("mixed", "memory, last third", end, "MB", target=at_most(MEGABYTES)),
        Row("mixed", "growth after the first third", memory.growth, "MB", target=at_most(FLAT_MEGABYTES)),
    ]


def _cpu_since(spent: struct_rusage) -> float:
    """Seconds of CPU that processes that have ended since took: on a busy machine they say more than the clock."""
    now = getrusage(RUSAGE_CHILDREN)
    return now.ru_utime - spent.ru_utime + now.ru_stime - spent.ru_stime


def write(history: Path, commands: int) -> int:
    """The founding and so many commands; how many lines."""
    mine = Flows("x", STEP)
    with history.open("wb") as file:
        founding = mine.founding()
        file.writelines(line + b"\n" for line in founding)
        file.writelines(line + b"\n" for line in mine.commands(commands))
    return len(founding) + commands


def check(answers: bytes, lines: int) -> None:
    """Every line has its answer; nearly all were accepted, and the others came too late by a moment."""
    given = [msgspec.json.decode(line) for line in answers.splitlines()]
    assert len(given) == lines, f"{len(given)} answers to {lines} lines"
    refused = Counter(answer["code"] for answer in given if not answer["ok"])
    assert set(refused) <= {OVERTAKEN}, refused
    assert refused.total() <= lines / 50, refused
