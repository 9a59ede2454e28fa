"""The walks of appraisal: a sheet of each kind, days and their wages, a unit's year, deposits, points."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

from ledger.facts.assessment import AssessmentFinalized, AssessmentOpened
from ledger.facts.points import PointsAwarded
from ledger.facts.unit_year import BonusEligibilityRevoked, UnitAnnualScored, UnitHalfScored, UnitQuarterScored
from tests.docs.exploration import Look, Move, Walk, fields, in_days, move, reverse, take_back, together
from tests.spec import MemoryLedger

BOTH = ["P-G1", "P-G2"]
POOLS = move(
    "OpenBalances",
    as_of="2026-03-01",
    balances={"POOL_WAGE:T1": "900.00", "POOL_WAGE:U1": "90.00", "POOL_SAFETY:U1": "900.00", "FUND_SAFETY:U1": "90.00"},
)


def policy(key: str, value: Any) -> Move:
    return move("PublishPolicy", key=key, value=value, effective="2026-03-02", unit="HQ", legal_basis="办法")


def used(key: str) -> Look:
    """Is a natural key taken?"""

    def look(ledger: MemoryLedger) -> Hashable:
        return key in ledger.states and ledger.states[key].used

    return look


def written(key: str, *names: str) -> Look:
    """Look at these fields of a state, also where they are tables."""
    told = fields(key, *names)
    return lambda ledger: repr(told(ledger))


# -- sheets ---------------------------------------------------------------------------------------------------------


def sheet(command: str, by: str = "P-SO", **more: Any) -> Move:
    return move(command, by, assessment="AS-1", **more)


def sheet_of(kind: str, person: str, period: str, *parts: str | None) -> Walk:
    """Everything that can become of a sheet; a deputy's is scored in parts."""
    by_part: list[dict[str, Any]] = [{} if part is None else {"part": part} for part in parts]
    return Walk(
        (POOLS, move("SetEntitlement", "P-SO", person=person, period=period, base="100.00")),
        (
            sheet("OpenAssessment", kind=kind, person=person, period=period),
            *(sheet("SubmitSelfScore", person, self="95", **part) for part in by_part),
            *(
                sheet("AdjustScore", points="1", reason_code="key_work", evidence=["paper:通报"], **part)
                for part in by_part
            ),
            *(sheet("ScoreInspection", score="88", **_month(part)) for part in by_part[:1]),
            sheet("PublishAssessment"),
            sheet("ObjectAssessment", person, grounds="有误"),
            sheet("ReviseAssessment", reason="复核", duty="93"),
            sheet("AcceptAssessment", person),
            sheet("FinalizeAssessment"),
            sheet("AccrueSafetyWage", "P-C1", unit="U1", **({"grade": "一级"} if kind == "deputy_year" else {})),
            reverse(),
            take_back(AssessmentOpened),
            take_back(AssessmentFinalized),
        ),
        together(_sheet, used(f"safety-wage:{person}/{period}")),
    )


def _month(part: dict[str, Any]) -> dict[str, Any]:
    return {"part": "01"} if part else {}


def _sheet(ledger: MemoryLedger) -> Hashable:
    state = ledger.states.get("assessment:AS-1")
    if state is None:
        return None
    given = (tuple(state.self_scores), bool(state.adjustments), bool(state.inspections))
    return (state.state, state.objected, state.reopened, state.duty, *given)


SHARES = policy("deputy.share_table", {"一级": "1"})
MONTH = sheet_of("monthly", "P-A", "2026-02", None)
LEADER = sheet_of("team_leader", "P-T1L", "2026-02", None)
YEAR = sheet_of("deputy_year", "P-LD", "2025", "Q1", "Q2")
YEAR = YEAR._replace(start=(SHARES, *YEAR.start))

# -- days and the remainder -----------------------------------------------------------------------------------------

DAY: dict[str, Any] = {"person": "P-T1L", "unit": "T1", "day": "2026-03-02"}
REMAINDER: dict[str, Any] = {"unit": "U1", "year": "2025", "amount": "10.00", "reason": "年末"}
DAYS = Walk(
    (POOLS,),
    (
        move("RecordDailyScore", "P-W1D", 0.4, score="88", **DAY),
        move("AccrueDailyWage", "P-C1", 0.4, quota_wage="100.00", **DAY),
        *(
            move(
                "DecideSafetyWageRemainder",
                "P-G1",
                decision=decision,
                **REMAINDER,
                approvals=BOTH,
            )
            for decision in ("stay", "to_fund", "return")
        ),
        reverse(),
    ),
    together(used("daily-wage:P-T1L/2026-03-02"), fields("daily-score:P-T1L/2026-03-02", "score")),
)

# -- a unit's year ----------------------------------------------------------------------------------------------------

TABLE = policy("bonus.table", {"base": "100.00", "rates": {"一级": "1"}})
VETO: dict[str, Any] = {"unit": "U1", "year": "2025", "indicator": "成本超支", "reason": "x"}
QUOTA: dict[str, Any] = {"unit": "U1", "indicator": "轻伤"}
SCORED_YEAR = tuple(
    move("ScoreUnitYear", "P-G1", unit="U1", year="2025", annual=annual, approvals=BOTH) for annual in ("96", "50")
)
UNIT_YEAR = Walk(
    (POOLS, TABLE),
    (
        move("ScoreUnitQuarter", "P-SO", unit="U1", quarter="2025-Q1", score="96"),
        move("ScoreUnitHalf", "P-G1", unit="U1", half="2025-H1", score="96"),
        *SCORED_YEAR,
        move("TriggerVeto", "P-G1", **VETO),
        move("LiftVeto", "P-G1", approvals=BOTH, **VETO),
        move("SetControlQuota", "P-SO", year="2025", quota=0, **QUOTA),
        move("CountIncident", "P-SO", count=1, doc="E-1", occurred="2025-12-30", **QUOTA),
        move("RevokeBonusEligibility", "P-G1", unit="U1", year="2025", reason="x", approvals=BOTH),
        move("AwardBonus", "P-G1", unit="U1", kind="annual", period="2025"),
        move("ConfirmEqualForcePenalty", "P-G1", unit="U1", year="2025"),
        reverse("P-C0", "P-H0"),
        take_back(UnitAnnualScored),
        take_back(UnitQuarterScored, UnitHalfScored, BonusEligibilityRevoked),
    ),
    together(
        written("year:U1/2025", "quarters", "halves", "score", "grade", "vetoes", "quotas", "revoked"),
        used("bonus:U1/annual/2025/"),
        used("equal-force:U1/2025"),
    ),
    longest=5,
)

# -- deposits -------------------------------------------------------------------------------------------------------

DEPOSIT: dict[str, Any] = {"person": "P-U1H", "unit": "U1", "year": "2025"}
DEPOSITS = Walk(
    (policy("deposit.mode", "cash"), move("ScoreUnitQuarter", "P-SO", unit="U1", quarter="2025-Q1", score="96")),
    (
        move("CollectDeposit", "P-OFF", post="head", basis="协议", **DEPOSIT),
        *SCORED_YEAR,
        move("ReturnDeposit", "P-OFF", reason="通过", **DEPOSIT),
        move("ForfeitDeposit", "P-G1", approvals=BOTH, **DEPOSIT),
        reverse("P-C1", "P-G1"),
        reverse("P-C0", "P-H0"),
    ),
    together(written("person-P-U1H", "deposits"), fields("year:U1/2025", "grade")),
)

# -- points and rewards ---------------------------------------------------------------------------------------------

POINTS = Walk(
    (POOLS,),
    (
        move("AwardPoints", "P-SO", person="P-A", points=5, reason="上报", doc="J-1"),
        *(move("RedeemPoints", "P-A", person="P-A", points=points) for points in (2, 5)),
        move("GrantReward", "P-C1", person="P-A", amount="3.00", reason="抢险", doc="R-1", approved_by="P-H1"),
        reverse(),
        take_back(PointsAwarded),
        move("AdvanceClock", days=400),
    ),
    together(written("person-P-A", "points"), used("reward:R-1")),
)

# -- follow-up ------------------------------------------------------------------------------------------------------


def waiting(ledger: MemoryLedger) -> Hashable:
    """Everything on the agenda."""
    return tuple(sorted(ledger.states["agenda"].due)) if "agenda" in ledger.states else ()


FOLLOW_UP = Walk(
    (),
    (
        move("PushAdvice", "P-SO", advice="AD-1", person="P-A", text="补挂牌板", due=in_days(5)),
        move("CloseAdvice", "P-A", advice="AD-1", evidence=["paper:照片"]),
        move("PushTraining", "P-SO", training="TR-1", person="P-A", course="顶板管理", reason="严重三违"),
        move("SuspendPost", "P-SO", person="P-A", reason="严重三违", training="TR-1"),
        move("PassTraining", "P-SO", training="TR-1", score="85"),
        move("ReinstatePost", "P-SO", person="P-A"),
        move("SubmitFeedback", "P-A", feedback="FB-1", topic="价格表", text="建议调整", anonymous=True),
        move("UnsealReporter", "P-G1", feedback="FB-1", reason="核查", approvals=BOTH),
        move("AdvanceClock", days=10),
    ),
    together(
        fields("advice:AD-1", "state"),
        fields("training:TR-1", "state"),
        fields("feedback:FB-1", "state", "unsealed"),
        fields("person-P-A", "suspended"),
        waiting,
    ),
    longest=6,
)

# -- what policies push -----------------------------------------------------------------------------------------------

PUSHED_BY_SCORE = Walk(
    (policy("advice.below", "99"), policy("points.rules", [{"min": "60", "points": 5}])),
    (
        sheet("OpenAssessment", kind="team_leader", person="P-T1L", period="2026-02"),
        sheet("SubmitSelfScore", "P-T1L", self="95"),
        sheet("PublishAssessment"),
        sheet("FinalizeAssessment", days=10.0),
    ),
    _sheet,
)

SERIOUS: dict[str, Any] = {"unit": "W1", "tier": "T2", "basis": "§12", "description": "违章", "grounds": "violation"}
PUSHED_BY_SLIP = Walk(
    (policy("training.on_serious", {"course": "严重三违学习班", "suspend": True}),),
    (
        move("IssueSlip", "P-OFF", slip="SL-1", matrix="TW-S", person="P-A", **SERIOUS),
        move("ServeSlip", "P-OFF", slip="SL-1"),
        move("ConfirmSlip", "P-OFF", 6.0, slip="SL-1"),
        move("AdvanceClock", days=6.0),
    ),
    together(fields("slip:SL-1", "state"), fields("training:SL-1", "state")),
)


def corrective(command: str, by: str, **more: Any) -> Move:
    return move(command, by, corrective="ZG-1", **more)


CORRECTIVES = Walk(
    (),
    (
        corrective("IssueCorrective", "P-SO", unit="W1", text="指标偏离", basis="考核办法 §9", due=in_days(3)),
        corrective("AnswerCorrective", "P-W1D", measures="班前讲评", person="P-T1L"),
        corrective("CompleteCorrective", "P-T1L", evidence=["paper:讲评记录"]),
        *(corrective("VerifyCorrective", "P-SO", result=result, due=in_days(3)) for result in ("pass", "fail")),
        move("AdvanceClock", days=10),
    ),
    together(fields("corrective:ZG-1", "state", "overdue"), waiting),
    longest=8,
)

APPRAISALS = (
    *(MONTH, LEADER, YEAR, DAYS, UNIT_YEAR, DEPOSITS, POINTS, FOLLOW_UP),
    *(PUSHED_BY_SCORE, PUSHED_BY_SLIP, CORRECTIVES),
)
