"""The commands that bring a hazard to the state that a row tells of: report, verify, assign, and what followed.

The fields name days of two acts only, the report and the acceptance: what lies between happens at the earlier of them.
Each command's id is of its content, so that a row that has moved on adds what is new, and a row that tells another
story than before is refused by the ledger itself.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from api.imports.commands import Data, command
from api.imports.identity import content_digest
from api.prevention.mapping import HazardMapping
from api.prevention.rows import HazardRow
from ledger.decisions import Command
from ledger.vocabulary import SYSTEM, Tier

REPORTED = ("unit", "place", "category", "description", "tier", "item")
TO_VERIFY, VOID = "reported", ("rejected", "merged")
FINISHED = ("claimed", "closed")


class Incomplete(Exception):
    """The row lacks a field that its state asks for."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(reason)
        self.field = field


def of_hazard(mapping: HazardMapping, row: HazardRow) -> Iterator[Command]:
    """Everything that is to be recorded of a row, in order.  Raises Incomplete, or Invalid of a form."""
    found = row.fields
    state, reported = found["state"], found["reported_at"]
    acts = mapping.acts
    yield _act(mapping, row, "ReportHazard", found.get("reporter", SYSTEM), reported, _report(found))
    if state == TO_VERIFY:
        return
    if state in VOID:
        rejected = {"reason": found.get("comment") or f"{mapping.source}: {state}"}
        yield _act(mapping, row, "RejectHazard", acts.verifier, reported, rejected)
        return
    if "level" in found:
        verified: Data = {name: found[name] for name in ("level", "clause") if name in found}
        yield _act(mapping, row, "VerifyHazard", acts.verifier, reported, verified)
    elif state not in FINISHED:
        raise Incomplete("level", f"blank, but the hazard is {state}")
    if "report_no" in found:
        yield _act(mapping, row, "ReportMajorHazard", acts.verifier, reported, _to_authority(mapping, found))
    if "deadline" in found:
        yield _act(mapping, row, "AssignHazard", acts.assigner, reported, _assign(found))
    if state in FINISHED:
        yield from _finished(mapping, row, state)


def _report(found: dict[str, str]) -> Data:
    data: Data = {name: found[name] for name in REPORTED if name in found}
    if "cause" in found:
        data["cause"] = int(found["cause"]) if found["cause"].isdecimal() else found["cause"]
    if _on_the_spot(found):
        data["fixed_on_spot"] = True
    return data


def _on_the_spot(found: dict[str, str]) -> bool:
    """Closed without having been claimed, or claimed by others than the unit itself without having been graded."""
    if found["state"] == "closed" and "finished_at" not in found:
        return True
    return found["state"] in FINISHED and "level" not in found and found["tier"] != Tier.T3


def _to_authority(mapping: HazardMapping, found: dict[str, str]) -> Data:
    if mapping.acts.authority is None:
        raise Incomplete("report_no", "the mapping names no authority (acts.authority)")
    return {"authority": mapping.acts.authority, "report_no": found["report_no"]}


def _assign(found: dict[str, str]) -> Data:
    if missing := next((name for name in ("manage", "liable") if name not in found), None):
        raise Incomplete(missing, "blank, but there is a deadline")
    data: Data = {"manage": found["manage"], "deadline": found["deadline"], "person": found["liable"]}
    return data | {name: found[name] for name in ("measures", "budget") if name in found}


def _finished(mapping: HazardMapping, row: HazardRow, state: str) -> Iterator[Command]:
    found = row.fields
    accepted = found.get("accepted_at")
    if "finished_at" in found:
        yield from _claimed(mapping, row, found["finished_at"])
    elif state == "claimed":
        raise Incomplete("finished_at", "blank, but the hazard is claimed")
    if state == "closed":
        if accepted is None or "acceptor" not in found:
            raise Incomplete("accepted_at" if accepted is None else "acceptor", "blank, but the hazard is closed")
        result = {"result": "pass"} | {name: found[name] for name in ("comment",) if name in found}
        yield _act(mapping, row, "AcceptHazard", found["acceptor"], accepted, result)


def _claimed(mapping: HazardMapping, row: HazardRow, finished: str) -> Iterator[Command]:
    """By whoever claimed it, else by whom it was assigned to, who then executes it himself."""
    found = row.fields
    liable = found.get("liable")
    claimant = found.get("claimant", liable)
    if claimant is None:
        raise Incomplete("claimant", "blank, and nobody is liable for the repair")
    if claimant == liable and "deadline" in found:
        yield _act(mapping, row, "StartRectification", claimant, finished, {"executor": claimant})
    claim: Data = {"finished_at": finished, "evidence": [f"{mapping.source}:{row.hazard}"]}
    if "cost" in found:
        claim["cost"] = found["cost"]
    yield _act(mapping, row, "ClaimRectification", claimant, finished, claim)


def _act(mapping: HazardMapping, row: HazardRow, name: str, by: str, at: str, data: Data) -> Command:
    given: Data = {"hazard": row.hazard, **data}
    late = {} if mapping.acts.late_approval is None else {"late_approval": mapping.acts.late_approval}
    line: Data = {"at": at, "by": by, "command": name, "data": given, **late}
    digest = content_digest({part: json.dumps(value, sort_keys=True) for part, value in line.items()})
    return command(f"{mapping.source}-{digest[:24]}", at, name, given, by, **late)
