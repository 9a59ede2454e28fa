"""What was learned between two moments, and what devices without network have sent."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from api.http.answers import ask
from api.http.deps import CurrentLedger
from api.http.openapi import ANSWERS, reading

router = APIRouter(tags=["queries"], responses=ANSWERS, default_response_class=Response)


@router.get("/learned", openapi_extra=reading("Learned"))
async def learned(ledger: CurrentLedger, request: Request) -> Response:
    """What was learned between two moments (about a month, of a unit), and through which facts."""
    return await ask(ledger, request, "Learned")


@router.get("/devices", openapi_extra=reading("Devices"))
async def devices(ledger: CurrentLedger, request: Request) -> Response:
    """Devices that record offline: their counters, with gaps and repeated numbers."""
    return await ask(ledger, request, "Devices")
