"""The offline verifier over an exported log: a process of its own, as an auditor runs it."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from pathlib import Path
from time import perf_counter, sleep
from typing import NamedTuple

from tests.benchmarks.place import Place
from tests.benchmarks.processes import ROOT, resident
from tests.benchmarks.results import Row, at_least, at_most
from tests.projections.exports.logs import log_lines

LOOK_SECONDS = 0.02


class Run(NamedTuple):
    seconds: float
    processor_seconds: float
    megabytes: float


async def verifying(place: Place) -> list[Row]:
    """Hashes, tree, chain, canonical form, entries, balances: everything that it checks."""
    facts, file = place.scale.facts, place.directory / "log.jsonl"
    with file.open("wb") as opened:
        opened.writelines(log_lines(facts, per_day=max(1, facts // 300)))
    run = await asyncio.to_thread(verified, file)
    file.unlink()
    what = f"offline verification of {facts:,} facts"
    return [
        Row("verifying", what, facts / run.seconds, "facts/s", target=at_least(50_000)),
        Row("verifying", "the same by processor time", facts / run.processor_seconds, "facts/s"),
        Row("verifying", "memory of the verifier, highest", run.megabytes, "MB", target=at_most(300)),
    ]


def verified(file: Path) -> Run:
    """Memory is looked at now and then: what the system remembers of a child includes what it was copied from."""
    command, began, highest = [sys.executable, "-m", "projections.verifier", str(file)], perf_counter(), 0.0
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE)
    assert process.stdout is not None
    while not (ended := os.wait4(process.pid, os.WNOHANG))[0]:
        highest = max(highest, resident(process.pid))
        sleep(LOOK_SECONDS)
    said, used = process.stdout.read(), ended[2]
    process.returncode = os.waitstatus_to_exitcode(ended[1])
    process.stdout.close()
    assert process.returncode == 0, said.decode()
    return Run(perf_counter() - began, used.ru_utime + used.ru_stime, highest)
