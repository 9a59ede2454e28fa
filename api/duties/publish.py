"""Lists are published from a file, and whoever publishes them is told whose lists they are copies of (DUTY-03)."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from api.duties.generate import now_of
from api.histories.history import submitted
from ledger.decisions import Command
from ledger.errors import Invalid
from ledger.interchange import Answer, Query, read, read_json

if TYPE_CHECKING:
    from api.ledger import Ledger

MOST = 20
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
    moment = at or await now_of(ledger)
    commands = [_command(line, by, moment) for line in text.splitlines() if line.strip()]
    answers = await submitted(ledger, commands)
    made = [_published(command, answer) for command, answer in zip(commands, answers, strict=True)]
    standing = [one for one in made if one.outcome.startswith("published")]
    warnings = await _warnings(ledger, {command.arguments["effective"] for command in commands}, standing)
    return [one._replace(alike=warnings.get((one.person, one.kind), [])) for one in made]


def _published(command: Command, answer: Answer) -> Published:
    again = answer.repeat or answer.code == "IDEMPOTENCY_CONFLICT"
    outcome = "published before" if again else "published" if answer.ok else str(answer.code)
    kind = "inspection" if command.decision.name == "ApproveInspectionList" else "duty"
    detail = None if answer.ok or again else answer.detail
    return Published(command.arguments["person"], kind, command.arguments["version"], outcome, detail, [])


def _command(line: bytes, by: str, at: str) -> Command:
    data = read_json(line)
    name = "ApproveInspectionList" if "places" in data else "ApproveDutyList"
    digest = hashlib.sha256(_encode([by, name, data])).hexdigest()[:40]
    command = read({"id": f"list-{digest}", "at": at, "by": by, "command": name, "data": data})
    if not isinstance(command, Command):
        raise Invalid("a list is needed")
    return command


async def _warnings(
    ledger: Ledger, days: set[str], published: list[Published]
) -> dict[tuple[str, str], list[dict[str, Any]]]:
    """The people whose lists are (nearly) those of (person, kind of list), on the days from which these count."""
    found: dict[tuple[str, str], list[dict[str, Any]]] = {}
    persons = sorted({one.person for one in published})
    for day in sorted(days) if persons else ():
        answer = await ledger.ask(Query("copies", "ListCopies", {"date": day, "persons": persons, "limit": 1000}))
        for row in (*answer.result["copies"], *answer.result["alike"]) if answer.ok else ():
            for person in row["persons"]:
                others = [other for other in row["persons"] if other != person][:MOST]
                warned = found.setdefault((person, row["list"]), [])
                warned += [{"person": other, "share": row.get("share", "1")} for other in others]
    return {key: _once(warned) for key, warned in found.items()}


def _once(warned: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return list({each["person"]: each for each in warned}.values())
