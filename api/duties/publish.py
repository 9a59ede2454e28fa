"""Lists are published from a file, and whoever publishes them is told whose lists they are copies of (DUTY-03)."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from api.clock import has_real_clock
from api.history import submitted
from ledger import calendars
from ledger.decisions import Command
from ledger.errors import Invalid
from ledger.interchange import Query, read, read_json

if TYPE_CHECKING:
    from api.ledger import Ledger

_encode = msgspec.json.Encoder(order="sorted").encode


class Published(NamedTuple):
    """One list: recorded, recorded before, or refused for a reason; ``alike`` are the warnings."""

    person: str
    kind: str
    version: str
    outcome: str
    detail: str | None
    alike: list[dict[str, Any]]


async def publish(ledger: Ledger, text: bytes, by: str, at: str | None = None) -> list[Published]:
    """Approve every list of a file as ``by``: one JSON object a line, the fields of ApproveDutyList or of
    ApproveInspectionList (known by its ``places``).  A file that was published before records nothing.  Raises Invalid.
    """
    moment = at or await _now(ledger)
    commands = [_command(line, by, moment) for line in text.splitlines() if line.strip()]
    answers = await submitted(ledger, commands)
    published = []
    for command, answer in zip(commands, answers, strict=True):
        again = answer.repeat or answer.code == "IDEMPOTENCY_CONFLICT"
        outcome = "published before" if again else "published" if answer.ok else str(answer.code)
        kind = "inspection" if command.decision.name == "ApproveInspectionList" else "duty"
        person, version = command.arguments["person"], command.arguments["version"]
        warned = await _alike(ledger, person, kind, command.arguments["effective"]) if answer.ok or again else []
        detail = None if answer.ok or again else answer.detail
        published.append(Published(person, kind, version, outcome, detail, warned))
    return published


def _command(line: bytes, by: str, at: str) -> Command:
    data = read_json(line)
    name = "ApproveInspectionList" if "places" in data else "ApproveDutyList"
    digest = hashlib.sha256(_encode([by, name, data])).hexdigest()[:40]
    command = read({"id": f"list-{digest}", "at": at, "by": by, "command": name, "data": data})
    if not isinstance(command, Command):
        raise Invalid("a list is needed")
    return command


async def _alike(ledger: Ledger, person: str, kind: str, effective: str) -> list[dict[str, Any]]:
    """Whose lists of this kind are nearly the same, on the day from which the new one counts."""
    answer = await ledger.ask(Query("lists", "DutyLists", {"person": person, "date": effective}))
    return [each for each in answer.result["alike"] if each["list"] == kind] if answer.ok else []


async def _now(ledger: Ledger) -> str:
    """The present; in a ledger with a simulated clock, the time of its last fact."""
    if await has_real_clock(ledger):
        return calendars.moment(datetime.now(UTC))
    return calendars.moment_of((await ledger.log.head()).recorded_at)
