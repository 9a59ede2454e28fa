"""A command as a job: nobody need wait for what takes long to decide (all statements of a month, a reconciliation)."""

from __future__ import annotations

from typing import Any

import msgspec

from api.jobs.registry import Failed, Work, job
from api.ledger import Ledger
from ledger.errors import Invalid
from ledger.interchange import Answer, Bundle, Query, Unreadable, read_line


def not_anonymous(data: dict[str, Any]) -> None:
    """INVALID: jobs are kept and listed with what was asked, an anonymous report is not to be (rule 38)."""
    asked = data["command"].get("data")
    if isinstance(asked, dict) and asked.get("anonymous"):
        raise Invalid("command: an anonymous report goes to /v1/commands; what is asked of a job is kept")


@job("Command", valid=not_anonymous)
async def command(work: Work, command: dict[str, Any]) -> dict[str, Any]:
    """Send a command of the contract as to /v1/commands; the result is its receipt.

    The command's own id keeps it from being recorded twice, however often the job is asked for.
    """
    await work.progress(0, 1, str(command.get("command")))
    answer = await sent(work.ledger, command)
    if not answer.ok:
        raise refused(answer)
    return answer.line()


async def sent(ledger: Ledger, command: dict[str, Any]) -> Answer:
    """The answer to a command as a job's asker gives it, JSON of a line."""
    try:
        line = read_line(msgspec.json.encode(command))
    except Unreadable as unreadable:
        return unreadable.answer
    if isinstance(line, Query):
        raise Failed("INVALID", "command: a query is asked at GET /v1/queries/{Query}")
    if isinstance(line, Bundle):
        raise Failed("INVALID", "command: a bundle goes to /v1/bundles")
    [answer] = await ledger.submit([line])
    return answer


def refused(answer: Answer) -> Failed:
    """A refusal of the command is how the job fails."""
    return Failed(answer.code or "DEFECT", answer.detail or "")
