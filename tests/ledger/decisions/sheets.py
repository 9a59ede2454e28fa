"""One sheet, step by step, for the specifications of assessments and wages."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from tests.spec import Line, do


def at(day: str, clock: str = "10:00") -> str:
    """A moment of 2026 in Shanghai."""
    return f"2026-{day}T{clock}:00+08:00"


MONTH_END = at("02-27")
"""A Friday: with three working days the window is over at 00:00 of Thursday, 5 March."""

Step = Callable[..., Line]


def step(command: str, usually_by: str, usually_at: str, **usual: Any) -> Step:
    """A command whose actor, moment and fields are the usual ones unless said otherwise."""

    def say(by: str = usually_by, at: str = usually_at, **fields: Any) -> Line:
        return do(command, by, at, **(usual | fields))

    return say


open_any = step("OpenAssessment", "P-SO", MONTH_END, assessment="AS-1", person="P-A")
open_month = partial(open_any, kind="monthly", period="2026-02")
open_leader = partial(open_any, kind="team_leader", person="P-T1L", period="2026-02")
open_year = partial(open_any, kind="deputy_year", person="P-LD", period="2025")
self_score = step("SubmitSelfScore", "P-A", MONTH_END, assessment="AS-1")
adjust = step(
    "AdjustScore", "P-SO", MONTH_END, assessment="AS-1", points="1.5", reason_code="key_work", evidence=["paper:通报"]
)
inspect = step("ScoreInspection", "P-SO", MONTH_END, assessment="AS-1")
publish = step("PublishAssessment", "P-SO", MONTH_END, assessment="AS-1")
object_ = step("ObjectAssessment", "P-A", at("03-02"), assessment="AS-1", grounds="检查分有误")
accept = step("AcceptAssessment", "P-A", at("03-03"), assessment="AS-1")
revise = step("ReviseAssessment", "P-SO", at("03-03"), assessment="AS-1", reason="复核")
finalize = step("FinalizeAssessment", "P-SO", at("03-03", "11:00"), assessment="AS-1")
entitle = step("SetEntitlement", "P-SO", at("03-03"), person="P-A", period="2026-02", base="800.00")
accrue = step("AccrueSafetyWage", "P-C1", at("03-04"), assessment="AS-1")
fill = step("AllocateBudget", "P-C1", at("02-02"), unit="U1", pool="safety", source="wage", year="2026", doc="B-1")


def scored(own: str = "92", found: str = "90", **fields: Any) -> list[Line]:
    """P-A's month is opened and scored."""
    return [open_month(**fields), self_score(self=own), inspect(score=found)]


def published(own: str = "92", found: str = "90", **fields: Any) -> list[Line]:
    return [*scored(own, found, **fields), publish()]


def final(own: str = "92", found: str = "90", **fields: Any) -> list[Line]:
    """It is final: the person has accepted the scores."""
    return [*published(own, found, **fields), accept(), finalize()]


def year_scored() -> list[Line]:
    """P-LD's year: two quarters and three months."""
    return [
        open_year(),
        *(self_score("P-LD", part=part, self=own) for part, own in (("Q1", "91"), ("Q3", "94"))),
        *(inspect(part=part, score=score) for part, score in (("01", "90"), ("02", "95"), ("12", "90.01"))),
    ]
