"""An inspection with its findings as one act: each problem becomes a hazard, then the inspection is recorded (DUTY-05).

The ledger knows ReportHazard and RecordInspection; here the ids of hazards and commands follow from the inspection's
id, so whoever did not hear the answer sends the same again and nothing is recorded twice.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Annotated, Any, Literal

import msgspec
from msgspec import Meta

from api.histories.history import submitted
from ledger.decisions import Command
from ledger.errors import Invalid
from ledger.interchange import Answer, read, read_json

if TYPE_CHECKING:
    from api.ledger import Ledger

ENVELOPE = ("at", "by", "recorded_at", "business_date", "shift", "source", "late_approval")


class Item(msgspec.Struct, forbid_unknown_fields=True):
    """A check item as it was found; ``hazard`` says more of a problem, in fields of ReportHazard."""

    item: str
    result: Literal["ok", "problem"]
    measure: Annotated[str, Meta(description="The counter-measure; a problem needs one")] | None = None
    hazard: Annotated[dict[str, Any], Meta(description="More of the hazard, as ReportHazard takes it")] = {}


class Inspected(msgspec.Struct, forbid_unknown_fields=True):
    """An inspection as its inspector sends it: what RecordInspection takes, and of which unit the problems are."""

    inspection: Annotated[str, Meta(description="Id of the inspection (现场检查)")]
    at: Annotated[str, Meta(description="When it was; ISO 8601 with offset")]
    by: Annotated[str, Meta(description="The inspector")]
    place: str
    items: list[Item]
    unit: Annotated[str, Meta(description="The unit that answers for the problems")] | None = None
    tier: Annotated[str, Meta(description="Discovery tier of the problems: T1, T2 or T3")] | None = None
    category: Annotated[str, Meta(description="Category of the problems")] = "hazard"
    quality: Annotated[str, Meta(description="0 to 100, at most 2 decimals")] | None = None
    hazards: Annotated[list[str], Meta(description="Hazards that were reported before")] = []
    unannounced: bool = False
    evidence: list[str] = []
    recorded_at: str | None = None
    business_date: str | None = None
    shift: str | None = None
    source: dict[str, Any] | None = None
    late_approval: str | None = None


class Outcome(msgspec.Struct):
    """The facts recorded; a refusal names the command that was refused, and everything before it stands."""

    ok: bool
    hazards: list[str]
    answers: list[dict[str, Any]]


def inspected(body: bytes) -> Inspected:
    """An inspection from JSON.  Raises Invalid."""
    try:
        return msgspec.convert(read_json(body), Inspected)
    except msgspec.ValidationError as error:
        raise Invalid(str(error)) from None


async def record(ledger: Ledger, given: Inspected) -> Outcome:
    """Report a hazard for each problem, then record the inspection that names them.  Raises Invalid, LogError.

    A problem without a measure is refused before anything is reported.
    """
    hazards = _hazards(given)
    commands = [*hazards, _inspection(given, [command.arguments["hazard"] for command in hazards])]
    answers: list[Answer] = []
    for command in commands:
        answers += await submitted(ledger, [command])
        if not answers[-1].ok:
            break
    reported = [command.arguments["hazard"] for command, answer in zip(hazards, answers, strict=False) if answer.ok]
    return Outcome(answers[-1].ok, reported, [answer.line() for answer in answers])


def _hazards(given: Inspected) -> list[Command]:
    return [_hazard(given, number, item) for number, item in enumerate(given.items, 1) if item.result == "problem"]


def _hazard(given: Inspected, number: int, item: Item) -> Command:
    if not item.measure:
        raise Invalid(f"items: {item.item} is a problem without a measure")
    usual = {
        "hazard": f"{given.inspection}.{number}",
        "place": given.place,
        "category": given.category,
        "description": f"{item.item};整改措施:{item.measure}",
        "evidence": given.evidence,
    }
    place = {name: value for name, value in (("unit", given.unit), ("tier", given.tier)) if value is not None}
    return _command(given, f"{given.inspection}.{number}", "ReportHazard", {**usual, **place, **item.hazard})


def _inspection(given: Inspected, hazards: list[str]) -> Command:
    items = [
        {"item": item.item, "result": item.result} | ({"measure": item.measure} if item.measure else {})
        for item in given.items
    ]
    data: dict[str, Any] = {"inspection": given.inspection, "place": given.place, "items": items}
    data |= {"hazards": [*given.hazards, *hazards], "unannounced": given.unannounced, "evidence": given.evidence}
    if given.quality is not None:
        data["quality"] = given.quality
    return _command(given, given.inspection, "RecordInspection", data)


def _command(given: Inspected, name: str, command: str, data: dict[str, Any]) -> Command:
    """With an id that follows from the inspection's own."""
    envelope = {member: value for member in ENVELOPE if (value := getattr(given, member)) is not None}
    digest = hashlib.sha256(f"{command}\x00{name}".encode()).hexdigest()[:40]
    made = read({"id": f"inspection-{digest}", "command": command, "data": data, **envelope})
    if not isinstance(made, Command):
        raise Invalid("an inspection is needed")
    return made
