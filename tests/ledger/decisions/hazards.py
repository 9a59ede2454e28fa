"""Usual commands for the specifications of hazards, handovers, tenders and deadlines, step by step."""

from __future__ import annotations

from typing import Any

from ledger.state.hazards import Hazard
from tests.ledger.decisions.sheets import at, step
from tests.spec import Line, Story, do

DAY = "02-05"
"""A Thursday; hazards are found, handed over and fixed in its morning shift (早, 06:00 to 14:00)."""

report = step(
    "ReportHazard",
    "P-T1L",
    at(DAY, "09:10"),
    hazard="H-1",
    unit="T1",
    place="皮带机头",
    category="site_quality",
    item="HO-01",
    tier="T2",
    description="浮煤未清",
)
verify = step("VerifyHazard", "P-SI", at(DAY, "09:30"), hazard="H-1", level="C")
verify_major = step("VerifyHazard", "P-SI", at(DAY, "09:30"), hazard="H-1", level="MAJOR", clause="判定标准 §5")
reject = step("RejectHazard", "P-SI", at(DAY, "09:30"), hazard="H-1", reason="不是隐患")
merge = step("MergeHazard", "P-SI", at(DAY, "09:30"), hazard="H-1", into="H-2", reason="同一处")
assign = step("AssignHazard", "P-W1D", at(DAY), hazard="H-1", manage="immediate", deadline="2026-02-10", person="P-T1L")
extend = step(
    "ExtendDeadline",
    "P-W1D",
    at(DAY, "11:00"),
    hazard="H-1",
    deadline="2026-02-20",
    reason="等备件",
    approved_by="P-U1D",
)
start = step("StartRectification", "P-W1D", at(DAY, "11:10"), hazard="H-1", executor="P-A")
claim = step("ClaimRectification", "P-T1L", at(DAY, "11:30"), hazard="H-1", evidence=["paper:照片"])
accept = step("AcceptHazard", "P-SI", at(DAY, "12:00"), hazard="H-1", result="pass")
tell_authority = step(
    "ReportMajorHazard", "P-SO", at(DAY, "11:00"), hazard="H-1", authority="矿山安监局", report_no="R-1"
)
FIXED_ON_SPOT = report(tier="T3", fixed_on_spot=True)

VERIFIED = [report(), verify()]
ASSIGNED = [*VERIFIED, assign()]
RECTIFYING = [*ASSIGNED, start()]
CLAIMED = [*RECTIFYING, claim()]
CLOSED = [*CLAIMED, accept()]
REJECTED = [report(), reject()]
MERGED = [report(), report(hazard="H-2"), merge()]

request = step(
    "RequestTender",
    "P-W1D",
    at(DAY, "12:10"),
    tender="TD-1",
    unit="W1",
    hazard="H-1",
    reason="capacity",
    item="RQ-11",
    est_qty="60",
)


def credited(unit: str, amount: str) -> Line:
    """Credit the wage pool of a unit of the first mine with something to spend."""
    return do("CreditQuotaWage", "P-C1", at("02-02"), unit=unit, amount=amount, source_doc=f"C-{unit}")


def policy(key: str, value: Any, effective: str = "2026-02-02") -> Line:
    return do("PublishPolicy", "P-SO", key=key, value=value, effective=effective, legal_basis="办法")


def hazard(story: Story, name: str = "H-1") -> Hazard:
    found = story.ledger.lookup(f"hazard:{name}")
    assert isinstance(found, Hazard)
    return found
