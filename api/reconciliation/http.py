"""A centre's month over HTTP: reconcile it, resolve an exception."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Request
from starlette.responses import Response

from api.http.commands import body_of, receipt
from api.http.deps import CurrentLedger
from api.http.problems import Problem, refusal
from api.http.schemas import RECEIPTS, envelope_body
from api.ledger import Ledger
from api.logs import bind
from ledger.decisions import Command
from ledger.errors import Refusal
from ledger.interchange import read, read_json, refused

router = APIRouter(tags=["settlement"], prefix="/centres/{centre}/periods/{period}", default_response_class=Response)

Centre = Annotated[str, Path(description="Settlement centre, such as U1")]
Period = Annotated[str, Path(description="Month, such as 2026-03")]
MONTH = ("centre", "period")


@router.post(
    "/reconcile", status_code=201, responses=RECEIPTS, openapi_extra=envelope_body("RunReconciliation", but=MONTH)
)
async def reconcile(ledger: CurrentLedger, request: Request, centre: Centre, period: Period) -> Response:
    """Compare the books (RunReconciliation).  A month of many documents takes seconds; as a job: `Reconcile`."""
    return await _sent(ledger, request, "RunReconciliation", {"centre": centre, "period": period})


@router.post(
    "/resolve", status_code=201, responses=RECEIPTS, openapi_extra=envelope_body("ResolveException", but=MONTH)
)
async def resolve(ledger: CurrentLedger, request: Request, centre: Centre, period: Period) -> Response:
    """Resolve an exception by a fact (ResolveException)."""
    return await _sent(ledger, request, "ResolveException", {"centre": centre, "period": period})


async def _sent(ledger: Ledger, request: Request, name: str, path: dict[str, Any]) -> Response:
    """The command of a body that has an envelope and the fields that the address does not say."""
    given = read_json(await body_of(request))
    data = given.get("data", {})
    if "command" in given or not isinstance(data, dict) or data.keys() & path.keys():
        raise Problem("INVALID", "command, centre and period are said by the address; data is an object with the rest")
    try:
        command = read({**given, "command": name, "data": {**data, **path}})
    except Refusal as wrong:
        return refusal(refused(given.get("id") if isinstance(given.get("id"), str) else None, wrong))
    assert isinstance(command, Command)
    with bind(command_id=command.id):
        [answer] = await ledger.submit([command])
    return receipt(answer) if answer.ok else refusal(answer)
