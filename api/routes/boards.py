"""The market's boards where an HTTP user looks for them: tenders, hazards, a unit's prices and policies."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Request
from starlette.responses import Response

from api.http.answers import ask
from api.http.deps import CurrentLedger
from api.http.openapi import ANSWERS, reading

router = APIRouter(tags=["boards"], responses=ANSWERS, default_response_class=Response)

Unit = Annotated[str, Path(description="Unit, such as W1")]


@router.get("/tenders", openapi_extra=reading("TenderBoard"))
async def tenders(ledger: CurrentLedger, request: Request) -> Response:
    """The tender board (招标看板): what is open for whom and until when; `after` goes on after a tender's id."""
    return await ask(ledger, request, "TenderBoard")


@router.get("/hazards", openapi_extra=reading("HazardRegister"))
async def hazards(ledger: CurrentLedger, request: Request) -> Response:
    """The hazard register (隐患台账) with its rates; `after` goes on after a hazard's id."""
    return await ask(ledger, request, "HazardRegister")


@router.get("/units/{unit}/prices", openapi_extra=reading("PriceBook", but=("unit",)))
async def prices(ledger: CurrentLedger, request: Request, unit: Unit) -> Response:
    """Every price item and liability matrix in force for a unit on a date."""
    return await ask(ledger, request, "PriceBook", unit=unit)


@router.get("/units/{unit}/policies", openapi_extra=reading("Policies", but=("unit",)))
async def policies(ledger: CurrentLedger, request: Request, unit: Unit) -> Response:
    """Every policy as it binds a unit on a date: value, scope, legal basis."""
    return await ask(ledger, request, "Policies", unit=unit)
