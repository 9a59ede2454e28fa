"""Stories of appraisals that several tests and pages tell: a team leader's March, a deputy's year 2025."""

from __future__ import annotations

from functools import partial
from typing import Any

from tests.ledger.decisions.sheets import step
from tests.projections.conftest import Books
from tests.spec import Line, MemoryLedger, do, group


async def told(books: Books, *lines: Line) -> MemoryLedger:
    """A ledger to which all this has happened, and its read models."""
    ledger = group()
    for number, line in enumerate(lines):
        answer = ledger.send({"id": f"c-{number}", **line})
        assert answer.ok, (line, answer)
    await books.load(ledger.facts)
    return ledger


def policy(key: str, value: Any, at: str, effective: str, by: str = "SYSTEM") -> Line:
    return do("PublishPolicy", by, at, key=key, value=value, effective=effective, legal_basis="办法")


# -- a team leader's March ------------------------------------------------------------------------------------------

DAYS = {"2026-03-02": "96", "2026-03-03": "90", "2026-03-04": "89.5"}
"""P-T1L's daily scores; each day's quota wage is 210.00, 215.00 and 205.33."""

WAGES = {"2026-03-02": "210.00", "2026-03-03": "215.00", "2026-03-04": "205.33"}
END, NEXT = "2026-03-31T17:00:00+08:00", "2026-04-03T10:00:00+08:00"
of_leader = partial(do, assessment="AS-L")


def days_of_leader() -> list[Line]:
    scored = [
        do("RecordDailyScore", "P-W1D", f"{day}T15:00:00+08:00", person="P-T1L", unit="T1", day=day, score=score)
        for day, score in DAYS.items()
    ]
    paid = [
        do("AccrueDailyWage", "P-C1", "2026-03-05T09:00:00+08:00", person="P-T1L", unit="T1", day=day, quota_wage=wage)
        for day, wage in WAGES.items()
    ]
    return [*scored, *paid]


def duty_list() -> Line:
    """One duty of P-T1L's, with all of the weight."""
    item = {"item": "D-1", "text": "班前讲评", "metric": "次", "target": "20", "period": "month", "weight": 100}
    items = [{**item, "basis": "责任制 §3"}]
    when = "2026-03-02T08:00:00+08:00"
    return do("ApproveDutyList", "P-W1D", when, person="P-T1L", version="1", effective="2026-03-02", items=items)


def month_of_leader() -> list[Line]:
    """Three scored days, and a month's duty score of 96 − 4 − 3.5 = 88.5 that pays 88.5 % of 600.00."""
    credit = step("CreditQuotaWage", "P-C1", "2026-03-02T08:00:00+08:00", unit="T1", amount="1000.00", source_doc="JS")
    fill = do(
        "AllocateBudget",
        "P-C1",
        "2026-03-02T08:00:00+08:00",
        unit="U1",
        pool="safety",
        source="wage",
        year="2026",
        amount="1000.00",
        doc="B-1",
    )
    off = partial(of_leader, "AdjustScore", "P-W1D", END)
    return [
        credit(),
        fill,
        duty_list(),
        *days_of_leader(),
        of_leader("OpenAssessment", "P-W1D", END, kind="team_leader", person="P-T1L", period="2026-03"),
        of_leader("SubmitSelfScore", "P-T1L", END, self="96", items=[{"item": "D-1", "score": "96"}]),
        off(points="4", reason_code="shift_evaluation", evidence=["paper:班评估表-3"]),
        off(points="3.5", reason_code="dynamic_inspection", evidence=["paper:检查单-17"]),
        of_leader("PublishAssessment", "P-W1D", END),
        of_leader("AcceptAssessment", "P-T1L", NEXT),
        of_leader("FinalizeAssessment", "P-SO", NEXT),
        do("SetEntitlement", "P-SO", NEXT, person="P-T1L", period="2026-03", base="600.00"),
        of_leader("AccrueSafetyWage", "P-C1", NEXT),
    ]


# -- a deputy's 2025 ------------------------------------------------------------------------------------------------

JANUARY = "2026-01-20T10:00:00+08:00"
QUARTERS = {"Q1": "91", "Q2": "93", "Q3": "94", "Q4": "92.5"}
MONTHS = {"01": "90", "04": "95", "07": "93.2", "10": "90.01"}
of_deputy = partial(do, assessment="AS-D")


def year_of_deputy() -> list[Line]:
    """Four quarters (one point off in Q3), four inspected months, 二级 pays 90 % of 12,000.00 by the score."""
    table = policy("deputy.share_table", {"一级": "1.00", "二级": "0.90"}, "2025-01-02T09:00:00+08:00", "2025-01-02")
    return [
        table,
        do(
            "AllocateBudget",
            "P-C0",
            "2025-12-01T09:00:00+08:00",
            unit="HQ",
            pool="safety",
            source="wage",
            year="2025",
            amount="20000.00",
            doc="B-0",
        ),
        of_deputy("OpenAssessment", "P-SO", JANUARY, kind="deputy_year", person="P-LD", period="2025"),
        *(of_deputy("SubmitSelfScore", "P-LD", JANUARY, part=part, self=own) for part, own in QUARTERS.items()),
        of_deputy(
            "AdjustScore",
            "P-SO",
            JANUARY,
            part="Q3",
            points="1",
            reason_code="superior_bulletin",
            evidence=["paper:集团通报-9"],
        ),
        *(of_deputy("ScoreInspection", "P-SO", JANUARY, part=part, score=score) for part, score in MONTHS.items()),
        of_deputy("PublishAssessment", "P-SO", JANUARY),
        of_deputy("FinalizeAssessment", "P-SO", "2026-01-27T10:00:00+08:00"),
        do("SetEntitlement", "P-G1", "2026-01-27T10:00:00+08:00", person="P-LD", period="2025", base="12000.00"),
        of_deputy("AccrueSafetyWage", "P-C0", "2026-01-28T10:00:00+08:00", grade="二级"),
    ]
