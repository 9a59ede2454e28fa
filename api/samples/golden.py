"""The golden month (黄金月): March 2026 of mine U1, whose statements are known to the fen, settled and closed.

Workshop W1 closes with 12,377.05.  A handover of 30 March reaches the ledger in April, after the close: the month stays
as it is, and April shows it as an adjustment (上期调整).
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from api.samples.journal import Journal

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
PERIOD = "2026-03"
OPENED = {
    "POOL_WAGE:W1": "10000.00",
    "POOL_WAGE:W2": "6000.00",
    "POOL_WAGE:T2": "12340.00",
    "POOL_WAGE:T3": "9870.50",
    "POOL_SAFETY:U1": "5000.00",
    "DUE_PERSON:P-A": "-440.00",
    "SRC_QUOTA:W1": "-10000.00",
    "SRC_QUOTA:W2": "-6000.00",
    "SRC_WAGE:U1": "-5000.00",
}
CREDITED = (
    ("W1", "85000.00", "P-C1"),
    ("W2", "64000.00", "P-C1"),
    ("U1", "9000.00", "P-C1"),
    ("HQ", "1500.00", "P-C0"),
)
DISTRIBUTED: tuple[tuple[str, str, dict[str, str]], ...] = (
    ("W1", "P-C1", {"P-A": "3200.00", "P-T1L": "749.42", "P-WX": "74550.58"}),
    ("W2", "P-C1", {"P-WY": "60000.00"}),
    ("U1", "P-C1", {"P-U1H": "2000.00"}),
    ("HQ", "P-C0", {"P-SI": "1500.00"}),
)
SCORED = (("P-S1", "92", "88"), ("P-S2", "90.00", "89.98"), ("P-S3", "90.01", "89.98"))
DEDUCTIONS = (("safety_performance", "3"), ("shift_evaluation", "2"), ("dynamic_inspection", "2.5"))
GROSS = (("P-A", "5000.00"), ("P-T1L", "6200.00"), ("P-U1H", "9000.00"), ("P-SI", "7000.00"))
SIGNED = {
    "T1": "P-T1L",
    "T2": "P-T2L",
    "T3": "P-T3L",
    "T4": "P-T4L",
    "U1": "P-U1H",
    "W1": "P-W1D",
    "W2": "P-W2D",
    "HQ": "P-CH",
}
CENTRES = (("U1", "P-C1", "P-H1"), ("HQ", "P-C0", "P-H0"))


def live_the_month(journal: Journal, first: datetime) -> None:
    """Everything that happens at mine U1, from the opening balances to the late handover."""

    def day(number: int, hour: float = 0) -> datetime:
        return first + timedelta(days=number - 1, hours=hour)

    journal.add(day(1, 1.5), "P-C0", "OpenBalances", as_of="2026-03-01", balances=OPENED)
    journal.add(day(1, 8.5), "P-C1", "OpenPeriod", centre="U1", period=PERIOD)
    for unit, amount, clerk in CREDITED:
        journal.add(day(5, 10), clerk, "CreditQuotaWage", unit=unit, amount=amount, source_doc="CL-2026-03")
    tender_out(journal, 1, day(2), "RQ-11", est_qty="60", accepted="58.5", fault="护栏缺失")
    tender_out(journal, 2, day(3), "RQ-12", est_qty="12", accepted="12", fault="托辊损坏")
    charge(journal, day(9))
    adjusted = {"payer": "W2", "payee": "W1", "amount": "75.00", "adjusts_period": "2026-02"}
    journal.add(day(20, 9.2), "P-C1", "AdjustTransfer", **adjusted, reason="二月漏记交接", approved_by="P-H1")
    for unit, clerk, shares in DISTRIBUTED:
        lines = [{"person": person, "amount": amount} for person, amount in shares.items()]
        journal.add(day(25, 10), clerk, "DistributeWage", unit=unit, lines=lines)
    appraise(journal, day(30, 15))
    deduct(journal, day(31, 9))
    settle(journal, day(32, 8))
    arrive_late(journal, day(31), day(38, 8))


def tender_out(
    journal: Journal, number: int, day: datetime, item: str, *, est_qty: str, accepted: str, fault: str
) -> None:
    """W1 cannot fix it; W2 does, and is paid the quota price for what is accepted."""
    hazard, tender = {"hazard": f"H-30{number}"}, {"tender": f"TD-{number}"}
    found = {"unit": "W1", "place": f"采区 {number} 号皮带", "category": "hazard", "description": fault, "tier": "T2"}
    request = {"unit": "W1", "reason": "capacity", "item": item, "est_qty": est_qty}
    awarded, done = day.replace(day=5, hour=11), day.replace(day=18, hour=9)
    journal.add(day + 8 * HOUR, "P-OFF", "ReportHazard", **hazard, **found, item=item)
    journal.add(day + 8.3 * HOUR, "P-SI", "VerifyHazard", **hazard, level="C")
    assigned = {"manage": "term", "deadline": "2026-03-31", "person": "P-W1D"}
    journal.add(day + 8.5 * HOUR, "P-W1D", "AssignHazard", **hazard, **assigned)
    journal.add(day + 9 * HOUR, "P-W1D", "RequestTender", **tender, **hazard, **request)
    journal.add(day + 9.5 * HOUR, "P-U1D", "ApproveTender", **tender)
    journal.add(day + 10 * HOUR, "P-C1", "PublishTender", **tender, bid_deadline="2026-03-04T18:00:00+08:00")
    journal.add(day + 11 * HOUR, "P-W2D", "SubmitBid", **tender, unit="W2")
    journal.add(awarded, "P-U1D", "Award", **tender, winner="W2")
    journal.add(awarded + HOUR, "P-W2D", "AcceptAward", **tender)
    journal.add(done, "P-W2D", "ClaimCompletion", **tender, qty=est_qty)
    accepted_by = {"result": "pass", "qty": accepted, "acceptors": ["P-SI", "P-W1D"]}
    journal.add(done + HOUR, "P-C1", "AcceptTender", **tender, **accepted_by)
    journal.add(done + 2 * HOUR, "P-SI", "AcceptHazard", **hazard, result="pass")


def charge(journal: Journal, day: datetime) -> None:
    """A serious 三违 of which nobody says anything, so that it binds by itself, and a notice for four untidy places."""
    slip, notice = {"slip": "SL-1"}, {"notice": "NT-1"}
    violation = {"grounds": "violation", "tier": "T2", "matrix": "TW-S", "person": "P-A"}
    told = {"basis": "安全考核办法 §12", "description": "带电作业未验电"}
    journal.add(day + 10 * HOUR, "P-OFF", "IssueSlip", **slip, unit="W1", **violation, **told)
    journal.add(day + 10.2 * HOUR, "P-OFF", "ServeSlip", **slip)
    untidy = {"unit": "W1", "item": "GP-05", "qty": "4", "description": "文明生产不达标"}
    journal.add(day + 34 * HOUR, "P-OFF", "IssueNotice", **notice, **untidy)
    journal.add(day + 35 * HOUR, "P-W1D", "ConfirmNotice", **notice)


def appraise(journal: Journal, at: datetime) -> None:
    """Three monthly sheets around the threshold of 90, and the team leader's, which goes by deductions."""
    for number, (person, own, inspected) in enumerate(SCORED, 1):
        sheet = {"assessment": f"AS-{number}"}
        journal.add(at, "P-SO", "OpenAssessment", **sheet, kind="monthly", person=person, period=PERIOD)
        journal.add(at, person, "SubmitSelfScore", **sheet, self=own)
        journal.add(at, "P-SO", "ScoreInspection", **sheet, score=inspected)
        pay_out(journal, at, sheet, person, "800.00")
    sheet, person = {"assessment": "AS-4"}, "P-T1L"
    journal.add(at, "P-SO", "OpenAssessment", **sheet, kind="team_leader", person=person, period=PERIOD)
    journal.add(at, person, "SubmitSelfScore", **sheet, self="97")
    for reason, points in DEDUCTIONS:
        told = {"points": points, "reason_code": reason, "evidence": [f"paper:扣分单 {reason}"]}
        journal.add(at, "P-SO", "AdjustScore", **sheet, **told)
    pay_out(journal, at, sheet, person, "600.00")


def pay_out(journal: Journal, at: datetime, sheet: dict[str, str], person: str, base: str) -> None:
    """Published, accepted, final, and the part of the safety wage that the score earns."""
    journal.add(at + 10 * MINUTE, "P-SO", "PublishAssessment", **sheet)
    journal.add(at + 15 * MINUTE, person, "AcceptAssessment", **sheet)
    journal.add(at + 20 * MINUTE, "P-SO", "FinalizeAssessment", **sheet)
    journal.add(at + 30 * MINUTE, "P-SO", "SetEntitlement", person=person, period=PERIOD, base=base)
    journal.add(at + HOUR, "P-C1", "AccrueSafetyWage", **sheet)


def deduct(journal: Journal, at: datetime) -> None:
    """Dues are kept back within cap and floor of the gross wage."""
    lines = [{"person": person, "gross": gross} for person, gross in GROSS]
    journal.add(at, "P-HR", "ImportGrossWage", period=PERIOD, lines=lines)
    for person, _ in GROSS:
        clerk = "P-C0" if person == "P-SI" else "P-C1"
        journal.add(at + HOUR, clerk, "DeductCompensation", period=PERIOD, person=person)


def settle(journal: Journal, first: datetime) -> None:
    """Cut off, reconciled and issued on the first working day, signed and paid on the second, closed on the third."""

    def at(days: int, minutes: int) -> datetime:
        return first + timedelta(days=days, minutes=minutes)

    for centre, clerk, head in CENTRES:
        month: dict[str, Any] = {"centre": centre, "period": PERIOD}
        journal.add(at(0, 10), clerk, "CutOffPeriod", **month)
        journal.add(at(0, 30), clerk, "RunReconciliation", **month)
        journal.add(at(0, 60), clerk, "IssueStatements", **month)
        journal.add(at(1, 120), head, "ExportPayroll", **month)
        journal.add(at(2, 120), head, "ClosePeriod", **month)
    for unit, lead in SIGNED.items():
        journal.add(at(1, 60), lead, "ConfirmStatement", unit=unit, period=PERIOD)


def arrive_late(journal: Journal, night: datetime, synced: datetime) -> None:
    """A handover that was kept on a tablet without network since 30 March's night shift."""
    hazard, handover = {"hazard": "H-9"}, {"handover": "HV-9"}
    found = {"unit": "T2", "place": "皮带机头", "category": "site_quality", "description": "浮煤未清", "tier": "T3"}
    parties = {"sender": "T2", "receiver": "T3"}
    told: tuple[tuple[timedelta, str, str, dict[str, Any]], ...] = (
        (3 * HOUR, "P-T2L", "ReportHazard", {**hazard, **found, "item": "HO-01"}),
        (5.75 * HOUR, "P-T2L", "OpenHandover", {**handover, **parties, "items": ["H-9"]}),
        (5.8 * HOUR, "P-C1", "TransferHandoverItem", {**handover, **hazard, "accepted_by": "P-T3L"}),
        (5.9 * HOUR, "P-T3L", "SignHandover", {**handover, "out_leader": "P-T2L", "in_leader": "P-T3L"}),
    )
    for number, (after, by, command, data) in enumerate(told):
        device = {"device": "pad-7", "seq": 14 + number, "offline": True, "input_mode": "voice"}
        entry = journal.add(night + after, by, command, **data)
        entry.recorded_at, entry.source = synced + number * MINUTE, device
