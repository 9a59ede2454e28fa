"""Recording a prepared import: in chunks, in order; commands in doubt are sent again under the same ids."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from api.histories.history import Recorder, submitted
from api.imports.pipeline import Prepared, Progress, said, silent
from api.imports.problems import BadRow, ImportProblem
from ledger.interchange import Answer
from ledger.log.errors import LogError

CHUNK = 500


@dataclass(frozen=True)
class Outcome:
    """How many commands and facts were recorded; refusals after all, as others acted meanwhile."""

    commands: int
    facts: int
    position: int
    refused: list[BadRow]

    @property
    def values(self) -> dict[str, Any]:
        recorded = {"commands": self.commands, "facts": self.facts, "position": self.position}
        return {**recorded, "refused": [row._asdict() for row in self.refused]}


async def record(prepared: Prepared[Any], recorder: Recorder, progress: Progress = silent) -> Outcome:
    """Record everything.  Raises ImportProblem when the database is lost; then the import may simply be repeated."""
    commands = prepared.commands
    answers: list[Answer] = []
    for start in range(0, len(commands), CHUNK):
        try:
            answers += await submitted(recorder, commands[start : start + CHUNK])
        except LogError as trouble:
            raise ImportProblem(
                f"after {len(answers)} of {len(commands)} commands: {trouble}; import the file again to go on"
            ) from trouble
        progress("recorded", len(answers), len(commands))
    return _outcome(prepared, answers)


def _outcome(prepared: Prepared[Any], answers: Sequence[Answer]) -> Outcome:
    refused = [
        BadRow(entry.line if entry else 0, "", "", said(command, answer))
        for (command, entry), answer in zip(prepared.steps, answers, strict=True)
        if not answer.ok
    ]
    accepted = [answer for answer in answers if answer.ok and not answer.repeat]
    facts = sum(len(answer.facts or ()) for answer in accepted)
    return Outcome(len(accepted), facts, max((answer.position or 0 for answer in accepted), default=0), refused)
