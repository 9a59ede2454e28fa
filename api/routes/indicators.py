"""Indicators where an HTTP user looks for them: the packs, a pack's figures, one figure with all that is behind it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Request
from starlette.responses import Response

from api.http.answers import ask
from api.http.deps import CurrentLedger
from api.http.openapi import ANSWERS, reading

router = APIRouter(tags=["indicators"], responses=ANSWERS, default_response_class=Response)

Pack = Annotated[str, Path(description="Id of a pack, such as coal_mine")]
Name = Annotated[str, Path(description="Indicator, such as on_time or coal_mine.roof_support")]


@router.get("/indicators", openapi_extra=reading("IndicatorPacks"))
async def indicator_packs(ledger: CurrentLedger, request: Request) -> Response:
    """The indicator packs that there are, and what each of their indicators counts."""
    return await ask(ledger, request, "IndicatorPacks")


@router.get("/indicator-packs/{pack}", openapi_extra=reading("IndicatorPack", but=("pack",)))
async def indicator_pack(ledger: CurrentLedger, request: Request, pack: Pack) -> Response:
    """Every indicator of a pack for a unit or person and a period, weights re-normalised, with the scores."""
    return await ask(ledger, request, "IndicatorPack", pack=pack)


@router.get("/indicators/{indicator}", openapi_extra=reading("Indicator", but=("indicator",)))
async def indicator(ledger: CurrentLedger, request: Request, indicator: Name) -> Response:
    """One indicator with the lists behind numerator and denominator."""
    return await ask(ledger, request, "Indicator", indicator=indicator)
