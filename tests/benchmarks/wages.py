"""A month's end: ten thousand persons' scores are final and their safety wages accrued, through `jiesuan run`."""

from __future__ import annotations

import asyncio
import json
import resource
import sys
from asyncio.subprocess import DEVNULL
from collections.abc import Iterable, Iterator
from pathlib import Path
from time import perf_counter
from typing import Any

from tests.benchmarks.bulk import check
from tests.benchmarks.place import Place
from tests.benchmarks.processes import ROOT
from tests.benchmarks.results import Row, at_most
from tests.spec import fixture_lines

WITHIN_SECONDS = 30
SCORED, ENDED = "2026-02-27T10:00:00+08:00", "2026-03-05T10:00:00+08:00"
BASE_FEN = 800_00


async def wages(place: Place) -> list[Row]:
    """Everything up to publication is not measured; what is, is asked for its pool at the end."""
    dsn, persons = await place.ledger_database(), place.scale.persons
    await _run(place, dsn, "scored", [*map(json.loads, fixture_lines()), *scored(persons)])
    took, worked = await _run(place, dsn, "ended", [*ended(persons), pool_of("U1")])
    return [
        Row("wages", f"{persons:,} scores final, wages accrued", took, "s", target=at_most(WITHIN_SECONDS)),
        Row("wages", "processor time of it, without PostgreSQL", worked, "s"),
    ]


async def _run(place: Place, dsn: str, name: str, lines: Iterable[dict[str, Any]]) -> tuple[float, float]:
    """Wall and processor seconds of a whole run of these lines, all of which are accepted."""
    history, answers = place.directory / f"{name}.jsonl", place.directory / f"{name}.answers.jsonl"
    written = _write(history, lines)
    words = ["run", str(history), "--database-url", dsn, "--simulated-clock"]
    before, began = _worked(), perf_counter()
    with answers.open("wb") as out:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "api", *words, stdout=out, stderr=DEVNULL, cwd=ROOT
        )
        status = await process.wait()
    took = perf_counter() - began
    assert status == 0
    check(answers.read_bytes(), written)
    return took, _worked() - before


def _worked() -> float:
    """Processor seconds of the programs that this one has started and seen to their end."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _write(file: Path, lines: Iterable[dict[str, Any]]) -> int:
    number = 0
    with file.open("w", encoding="utf-8") as out:
        for number, line in enumerate(lines, 1):
            out.write(json.dumps({"id": f"{file.stem}-{number}", **line}, ensure_ascii=False) + "\n")
    return number


# -- the month ------------------------------------------------------------------------------------------------------


def of(command: str, by: str, at: str, /, **data: Any) -> dict[str, Any]:
    return {"at": at, "by": by, "command": command, "data": data}


def pool_of(unit: str) -> dict[str, Any]:
    return {"query": "Pool", "data": {"unit": unit, "pool": "safety"}}


def scored(persons: int) -> Iterator[dict[str, Any]]:
    """Workers of mine 1 with an entitlement and a published sheet each."""
    amount = f"{BASE_FEN * persons // 100}.00"
    budget = {"unit": "U1", "pool": "safety", "source": "wage", "year": "2026", "amount": amount, "doc": "B-M"}
    yield of("AllocateBudget", "P-C1", SCORED, **budget)
    for number in range(persons):
        person, sheet = f"P-M{number}", {"assessment": f"AS-M{number}"}
        home = ("T1", "T2", "T4")[number % 3]
        yield of(
            "RegisterPerson", "SYSTEM", "2026-01-05T09:00:00+08:00", person=person, name="矿工", family="operation"
        )
        yield of(
            "AssignPerson",
            "SYSTEM",
            "2026-01-05T09:00:00+08:00",
            person=person,
            unit=home,
            role="worker",
            since="2026-01-05",
            home=True,
        )
        yield of("SetEntitlement", "P-SO", SCORED, person=person, period="2026-02", base="800.00")
        yield of("OpenAssessment", "P-SO", SCORED, **sheet, kind="monthly", person=person, period="2026-02")
        yield of("SubmitSelfScore", person, SCORED, **sheet, self=f"{80 + number % 20}")
        yield of("ScoreInspection", "P-SO", SCORED, **sheet, score=f"{85 + number % 15}")
        yield of("PublishAssessment", "P-SO", SCORED, **sheet)


def ended(persons: int) -> Iterator[dict[str, Any]]:
    """The office makes every sheet final, then the clerk accrues every wage."""
    for number in range(persons):
        yield of("FinalizeAssessment", "P-SO", ENDED, assessment=f"AS-M{number}")
    for number in range(persons):
        yield of("AccrueSafetyWage", "P-C1", ENDED, assessment=f"AS-M{number}")
