"""Recording what was prepared: in chunks, in order; what is in doubt is sent again under the same ids."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from api.importing.plan import Step
from api.importing.preparation import Progress, silent
from api.importing.problems import BadRow, ImportProblem
from ledger.decisions import Command
from ledger.interchange import Answer
from ledger.log.errors import Busy, CommitInDoubt, LogError

CHUNK = 500
PATIENCE_SECONDS = 60.0


class Plan(Protocol):
    """What was prepared: steps in the order of time, and the line of the file for what each is for."""

    @property
    def commands(self) -> list[Command]: ...

    @property
    def steps(self) -> list[Step]: ...

    @property
    def lines(self) -> dict[str, int]: ...


class Recorder(Protocol):
    """Whoever records commands: the market."""

    async def submit(self, commands: Sequence[Command]) -> list[Answer]: ...


@dataclass(frozen=True)
class Outcome:
    """How many commands and facts were recorded; what the ledger has refused after all, as others acted meanwhile."""

    commands: int
    facts: int
    position: int
    refused: list[BadRow]


async def record(prepared: Plan, recorder: Recorder, progress: Progress = silent) -> Outcome:
    """Record everything.  Raises ImportProblem when the database is lost; then the import may simply be repeated."""
    commands = prepared.commands
    answers: list[Answer] = []
    for start in range(0, len(commands), CHUNK):
        try:
            answers += await _submitted(recorder, commands[start : start + CHUNK])
        except LogError as trouble:
            raise ImportProblem(
                f"after {len(answers)} of {len(commands)} commands: {trouble}; import the file again to go on"
            ) from trouble
        progress("recorded", len(answers), len(commands))
    return _outcome(prepared, answers)


async def _submitted(recorder: Recorder, commands: Sequence[Command]) -> list[Answer]:
    patience = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            return await recorder.submit(commands)
        except (Busy, CommitInDoubt):
            if time.monotonic() > patience:
                raise
            await asyncio.sleep(0.1)


def _outcome(prepared: Plan, answers: Sequence[Answer]) -> Outcome:
    lines = prepared.lines
    refused = [
        BadRow(lines.get(step.finding or "", 0), "", "", f"{step.command.decision.name}: {answer.code} {answer.detail}")
        for step, answer in zip(prepared.steps, answers, strict=True)
        if not answer.ok
    ]
    accepted = [answer for answer in answers if answer.ok and not answer.repeat]
    facts = sum(len(answer.facts or ()) for answer in accepted)
    return Outcome(len(accepted), facts, max((answer.position or 0 for answer in accepted), default=0), refused)
