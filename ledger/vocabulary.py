"""The types and codes of the market's terms; ``ledger.words`` has their Chinese and English names (docs/glossary.md).

Values have one canonical form inside the ledger: money is whole fen (分), a day is ``2026-02-05``, a month
``2026-02`` and a moment ``2026-02-05T05:55:00.000000Z``.  These texts sort as the times they name, so facts
and states compare them directly and only calendars do arithmetic.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Literal


@dataclass(frozen=True)
class Ref:
    """Marks a text that names something of this kind: the key under which its state is folded."""

    kind: str


@dataclass(frozen=True)
class Form:
    """Marks how a value is written at the edge (``ledger.forms`` reads it)."""

    name: str


@dataclass(frozen=True)
class Mark:
    """Marks what is asked of a field before a decision sees it."""

    name: str


NEW = Mark("new")  # the id must not be in use yet, else DUPLICATE
PAST = Mark("past")  # says when something happened: later than now is FUTURE

# -- values ---------------------------------------------------------------------------------------------------

Fen = Annotated[int, Form("money")]  # whole fen, not negative at the edge
Amount = Annotated[int, Form("amount")]  # whole fen, more than 0 at the edge
SignedFen = Annotated[int, Form("signed_money")]
Quantity = Annotated[Decimal, Form("quantity")]  # more than 0, at most 4 decimals
Score = Annotated[Decimal, Form("score")]  # 0 to 100, at most 2 decimals
Rate = Annotated[Decimal, Form("rate")]  # not negative, at most 6 decimals
ScorePoints = Annotated[Decimal, Form("points")]  # more than 0, at most 2 decimals
Count = Annotated[int, Form("count")]  # not negative
Positive = Annotated[int, Form("positive")]  # at least 1
Day = Annotated[str, Form("day")]
Month = Annotated[str, Form("month")]
Year = Annotated[str, Form("year")]
Quarter = Annotated[str, Form("quarter")]
Half = Annotated[str, Form("half")]  # 2026-H1, 2026-H2
MonthOrYear = Annotated[str, Form("month_or_year")]
Span = Annotated[str, Form("span")]  # a month, quarter or year
YearOrQuarter = Annotated[str, Form("year_or_quarter")]
ReportPeriod = Annotated[str, Form("report_period")]  # a month, quarter, half or year
ContentHash = Annotated[str, Form("content_hash")]  # of a file that proves something
Moment = Annotated[str, Form("moment")]
ClockTime = Annotated[str, Form("clock_time")]
AccountId = Annotated[str, Form("account")]

# -- who and what -----------------------------------------------------------------------------------------------

UnitId = Annotated[str, Ref("unit")]
PersonId = Annotated[str, Ref("person")]
ApproverId = Annotated[str, Form("approver"), Ref("person")]  # empty counts as absent (AUTHORITY, not INVALID)
CentreId = Annotated[str, Ref("centre")]
PartyId = Annotated[str, Ref("party")]  # a person, or a unit whose wage pool is charged
People = Annotated[dict[str, tuple[str, ...]], Form("people"), Ref("person")]  # {role: person or [persons]}
HazardId = Annotated[str, Ref("hazard")]
HandoverId = Annotated[str, Ref("handover")]
TenderId = Annotated[str, Ref("tender")]
SlipId = Annotated[str, Ref("slip")]
NoticeId = Annotated[str, Ref("notice")]
CaseId = Annotated[str, Ref("case")]
CiteId = Annotated[str, Ref("cite")]  # a protected act or a hazard that a document cites
AccidentId = Annotated[str, Ref("accident")]
PenaltyId = Annotated[str, Ref("penalty")]
DueId = Annotated[str, Ref("due")]
ActId = Annotated[str, Ref("act")]
DelegationId = Annotated[str, Ref("delegation")]
TaskId = Annotated[str, Ref("task")]
InspectionId = Annotated[str, Ref("inspection")]
AssessmentId = Annotated[str, Ref("assessment")]
AdviceId = Annotated[str, Ref("advice")]
TrainingId = Annotated[str, Ref("training")]
FeedbackId = Annotated[str, Ref("feedback")]
ListId = Annotated[str, Ref("list")]
CorrectiveId = Annotated[str, Ref("corrective")]
RiskId = Annotated[str, Ref("risk")]
CheckId = Annotated[str, Ref("check")]  # of a measure
ProposalId = Annotated[str, Ref("proposal")]
ItemCode = Annotated[str, Form("code")]
CommandId = Annotated[str, Form("command_id")]

DOCUMENTS = frozenset(
    {
        *("hazard", "handover", "tender", "slip", "notice", "case", "accident", "penalty", "act", "delegation"),
        "due",
        *("task", "inspection", "assessment", "list", "advice", "training", "feedback"),
        *("proposal", "risk", "check", "corrective"),
    }
)
"""Types of documents with a state of their own under ``<type>:<id>``."""

SYSTEM = "SYSTEM"
"""The actor of imports and of time itself; not a person."""


class Level(StrEnum):
    """隐患等级: C, B, A are general (一般) hazards, MAJOR (重大) is reported to the authority."""

    C = "C"
    B = "B"
    A = "A"
    MAJOR = "MAJOR"


class Tier(StrEnum):
    """查出层级 (PRICE-07): T1 a superior authority, T2 the company, T3 the unit itself."""

    T1 = "T1"
    T2 = "T2"
    T3 = "T3"


RiskLevel = Literal["red", "orange", "yellow", "blue"]
"""风险等级: 重大, 较大, 一般, 低 (rule 39)."""


class Role(StrEnum):
    """Roles of an assignment (``AssignPerson.role``)."""

    ADMIN = "admin"
    HR = "hr"
    CLERK = "clerk"
    CENTRE_HEAD = "centre_head"
    OFFICE = "office"
    SAFETY_OFFICE = "safety_office"
    INSPECTOR = "inspector"
    LEADING_GROUP = "leading_group"
    COMPANY_HEAD = "company_head"
    COMPANY_DEPUTY = "company_deputy"
    UNIT_HEAD = "unit_head"
    UNIT_DEPUTY = "unit_deputy"
    MEMBER = "member"
    WORKSHOP_HEAD = "workshop_head"
    DUTY_DIRECTOR = "duty_director"
    TEAM_LEADER = "team_leader"
    RECORDER = "recorder"
    WORKERS_REP = "workers_rep"
    WORKER = "worker"
    AUDITOR = "auditor"
    TECHNICIAN = "technician"  # 技术员


LEADS = frozenset(
    {
        Role.COMPANY_HEAD,
        Role.UNIT_HEAD,
        Role.UNIT_DEPUTY,
        Role.WORKSHOP_HEAD,
        Role.DUTY_DIRECTOR,
        Role.TEAM_LEADER,
    }
)
"""``lead@U``: who speaks for a unit."""

HEADS = (Role.COMPANY_HEAD, Role.UNIT_HEAD, Role.WORKSHOP_HEAD, Role.TEAM_LEADER)
"""Heads of units (rule 3)."""


class Category(StrEnum):
    """Seven categories of findings (TR-08)."""

    DUTY_NOT_DONE = "duty_not_done"
    SITE_QUALITY = "site_quality"
    CONDUCT = "conduct"
    DUAL_DUTY = "dual_duty"
    VIOLATION = "violation"
    HAZARD = "hazard"
    RULE_NOT_IMPLEMENTED = "rule_not_implemented"


class Family(StrEnum):
    """岗位族: operating, managing, technical posts (ORG-22)."""

    OPERATION = "operation"
    MANAGEMENT = "management"
    TECHNICAL = "technical"


class ItemKind(StrEnum):
    """Kinds of price items (PRICE-05)."""

    HANDOVER = "handover"
    QUOTA = "quota"
    VIOLATION = "violation"
    HAZARD = "hazard"
    STOPPAGE = "stoppage"
    SHIFT_EVALUATION = "shift_evaluation"
    GENERAL = "general"
    QUALITY = "quality"
    REWARD = "reward"


class MatrixKind(StrEnum):
    """Kinds of liability matrices (追责标准)."""

    VIOLATION = "violation"
    HAZARD = "hazard"
    STOPPAGE = "stoppage"
    SHIFT_EVALUATION = "shift_evaluation"
    QUALITY = "quality"


class Severity(StrEnum):
    SERIOUS = "serious"
    GENERAL = "general"


class Clock(StrEnum):
    """A ledger's clock: its own (real), or the history's (simulated: tests, demos, imports of the past)."""

    REAL = "real"
    SIMULATED = "simulated"


PROTECTED_KINDS = frozenset({"stop_work", "refuse_order", "evacuate", "report", "criticise"})
"""Acts that the law protects from pay cuts (L6)."""


def unit_stream(unit: str) -> str:
    return f"unit-{unit}"


def person_stream(person: str) -> str:
    return f"person-{person}"


def period_stream(centre: str, month: str) -> str:
    return f"period-{centre}-{month.replace('-', '')}"


def assessment_stream(subject: str, period: str) -> str:
    """The sheet of a person's month (or of a year): ``assessment-P-A-202602``."""
    return f"assessment-{subject}-{period.replace('-', '')}"


def month_key(unit: str, month: str) -> str:
    """The state of a unit's month: its statement, and what was posted: ``month:W1/2026-03``."""
    return f"month:{unit}/{month}"
