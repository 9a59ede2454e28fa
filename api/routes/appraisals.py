"""Scores, pay and what follows from them where an HTTP user looks for them."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Request
from starlette.responses import Response

from api.http.answers import ask
from api.http.deps import CurrentLedger
from api.http.openapi import ANSWERS, reading

router = APIRouter(tags=["appraisal"], responses=ANSWERS, default_response_class=Response)

Person = Annotated[str, Path(description="Person, such as P-T1L")]
Unit = Annotated[str, Path(description="Unit, such as U1")]
Period = Annotated[str, Path(description="Month, such as 2026-03; a deputy's year, such as 2025")]


@router.get("/persons/{person}/scores/{period}", openapi_extra=reading("ScoreSheet", but=("person", "period")))
async def scores(ledger: CurrentLedger, request: Request, person: Person, period: Period) -> Response:
    """The score sheet (考核成绩单): self-scores, every deduction with its reason, inspections, days."""
    return await ask(ledger, request, "ScoreSheet", person=person, period=period)


@router.get("/persons/{person}/wages/{period}", openapi_extra=reading("Wage", but=("person", "period")))
async def wages(ledger: CurrentLedger, request: Request, person: Person, period: Period) -> Response:
    """How a person's pay was reckoned, line by line: each formula step with its inputs and where they come from."""
    return await ask(ledger, request, "Wage", person=person, period=period)


@router.get("/persons/{person}/points", openapi_extra=reading("Points", but=("person",)))
async def points(ledger: CurrentLedger, request: Request, person: Person) -> Response:
    """Points (积分): held by award and expiry, what may be redeemed, every movement."""
    return await ask(ledger, request, "Points", person=person)


@router.get("/units/{unit}/safety-pool/{year}", openapi_extra=reading("SafetyPool", but=("unit", "year")))
async def safety_pool(ledger: CurrentLedger, request: Request, unit: Unit, year: str) -> Response:
    """A year of a unit's safety pool (安全工资池): sources, paid, unpaid, decided, left."""
    return await ask(ledger, request, "SafetyPool", unit=unit, year=year)


@router.get("/deposits", openapi_extra=reading("Deposits"))
async def deposits(ledger: CurrentLedger, request: Request) -> Response:
    """Risk deposits (风险抵押金) and what became of them, with the yellow cards beside."""
    return await ask(ledger, request, "Deposits")


@router.get("/streaks", openapi_extra=reading("Streaks"))
async def streaks(ledger: CurrentLedger, request: Request) -> Response:
    """Who has yellow cards (黄牌) that count now, and how many in a row."""
    return await ask(ledger, request, "Streaks")


@router.get("/followups", openapi_extra=reading("FollowUps"))
async def followups(ledger: CurrentLedger, request: Request) -> Response:
    """Advice with its deadline, training, and who is suspended until it is passed (整改推送与培训)."""
    return await ask(ledger, request, "FollowUps")


@router.get("/appraisals/{period}", openapi_extra=reading("AppraisalProgress", but=("period",)))
async def progress(ledger: CurrentLedger, request: Request, period: Period) -> Response:
    """How far the appraisal of a month or year is, unit by unit (考核进度)."""
    return await ask(ledger, request, "AppraisalProgress", period=period)


@router.get("/analysis/{period}", openapi_extra=reading("Analysis", but=("period",)))
async def analysis(ledger: CurrentLedger, request: Request, period: Period) -> Response:
    """The analysis report of a person, a unit or the whole company, as data and as text in `zh` or `en`."""
    return await ask(ledger, request, "Analysis", period=period)
