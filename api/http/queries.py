"""`GET /v1/queries/{Query}`: every query of the contract, and the same answers where an HTTP user looks for them."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Request
from starlette.responses import Response

from api.http.answers import answer, ask, next_page, parameters, response, waiting
from api.http.deps import CurrentLedger
from api.http.openapi import ANSWERS, reading
from projections.queries import data_from_text

router = APIRouter(tags=["queries"], responses=ANSWERS, default_response_class=Response)

Unit = Annotated[str, Path(description="Unit, such as W1")]
Centre = Annotated[str, Path(description="Settlement centre, such as U1")]
Account = Annotated[str, Path(description="Account, such as POOL_WAGE:W1")]


@router.get("/queries/{query}", openapi_extra=reading())
async def ask_query(ledger: CurrentLedger, request: Request, query: str) -> Response:
    """Any query by its name; its fields are the parameters, lists comma-separated."""
    return await ask(ledger, request, query)


@router.get("/balances", openapi_extra=reading("Balances", "BalancesAt"))
async def balances(ledger: CurrentLedger, request: Request) -> Response:
    """Balances now; with `business_date` as of that date, as known at `known_at` or `known_position`."""
    return await ask(ledger, request, "BalancesAt" if "business_date" in request.query_params else "Balances")


@router.get("/centres/{centre}/periods", openapi_extra=reading("Periods", but=("centre",)))
async def periods(ledger: CurrentLedger, request: Request, centre: Centre) -> Response:
    """A centre's months: state, and the days of the work calendar on which the steps are due."""
    return await ask(ledger, request, "Periods", centre=centre)


@router.get("/units/{unit}/pool", openapi_extra=reading("Pool", but=("unit",)))
async def pool(ledger: CurrentLedger, request: Request, unit: Unit) -> Response:
    """What a unit's wage pool holds, reserves and has available."""
    return await ask(ledger, request, "Pool", unit=unit)


@router.get("/accounts/{account}/entries", openapi_extra=reading("Entries", but=("account",)))
async def entries(ledger: CurrentLedger, request: Request, account: Account) -> Response:
    """The register of an account with its running balance; `Link` leads to the next page."""
    return await page(ledger, request, "Entries", "entries", account=account)


@router.get("/facts", openapi_extra=reading("Facts"))
async def facts(ledger: CurrentLedger, request: Request) -> Response:
    """The facts in their one order; `Link` leads to the next page, where there are any more at the time."""
    return await page(ledger, request, "Facts", "facts")


@router.get("/documents/{kind}/{id}", openapi_extra=reading("Document", but=("kind", "id")))
async def document(ledger: CurrentLedger, request: Request, kind: str, id: str) -> Response:  # noqa: A002
    """A document: `hazard`, `handover`, `slip` …, its lines and its facts."""
    return await ask(ledger, request, "Document", kind=kind, id=id)


async def page(ledger: CurrentLedger, request: Request, query: str, rows: str, **path: str) -> Response:
    """A page of rows with a position, and where the next one is."""
    given = parameters(request)
    position, timeout = waiting(query, given)
    data = data_from_text(query, given | path)
    found = await answer(ledger, query, data, position, timeout)
    listed = found.result[rows] if found.ok else []
    more = next_page(request, listed[-1]["position"]) if listed else None
    return response(found, more)
