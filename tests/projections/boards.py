"""Commands that fill the boards: a hazard on its way, and the tender that it is put out to."""

from __future__ import annotations

from typing import Any

from tests.spec import Line, do


def report(hazard: str, unit: str = "W1", at: str = "2026-02-02T09:00:00+08:00", **other: Any) -> Line:
    data = {"place": f"巷道 {hazard}", "category": "hazard", "tier": "T2", "description": "支护缺失", "item": "RQ-11"}
    return do("ReportHazard", "P-SI", at, hazard=hazard, unit=unit, **data | other)


def verify(hazard: str, at: str = "2026-02-02T10:00:00+08:00", level: str = "C") -> Line:
    return do("VerifyHazard", "P-SO", at, hazard=hazard, level=level)


def assign(hazard: str, deadline: str, at: str = "2026-02-02T11:00:00+08:00", **other: Any) -> Line:
    data = {"manage": "term", "deadline": deadline, "person": "P-S1", "measures": "补打锚杆"}
    return do("AssignHazard", "P-U1D", at, hazard=hazard, **data | other)


def claim(hazard: str, at: str) -> Line:
    return do("ClaimRectification", "P-W1D", at, hazard=hazard, evidence=["paper:照片"])


def accept(hazard: str, at: str) -> Line:
    return do("AcceptHazard", "P-SO", at, hazard=hazard, result="pass")


def request(tender: str, hazard: str, at: str = "2026-02-02T09:30:00+08:00") -> Line:
    data = {"unit": "W1", "reason": "capacity", "item": "RQ-11", "est_qty": "60"}
    return do("RequestTender", "P-W1D", at, tender=tender, hazard=hazard, **data)


def approve(tender: str, at: str = "2026-02-02T10:00:00+08:00") -> Line:
    return do("ApproveTender", "P-U1D", at, tender=tender)


def publish(tender: str, until: str, at: str = "2026-02-02T11:00:00+08:00") -> Line:
    return do("PublishTender", "P-C1", at, tender=tender, bid_deadline=until)


def bid(tender: str, at: str = "2026-02-03T09:00:00+08:00") -> Line:
    return do("SubmitBid", "P-W2D", at, tender=tender, unit="W2", days=5, qualified=True)


def award(tender: str, at: str = "2026-02-04T10:00:00+08:00") -> Line:
    return do("Award", "P-U1D", at, tender=tender, winner="W2")


def open_pool(amount: str = "85000.00") -> Line:
    return do("OpenBalances", "SYSTEM", as_of="2026-02-01", balances={"POOL_WAGE:W1": amount})
