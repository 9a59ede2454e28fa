"""Is it alive, is it ready, how is it doing; and which ledgers there are."""

from __future__ import annotations

import asyncio
from typing import Any

import msgspec
from fastapi import APIRouter, Request
from prometheus_client import CONTENT_TYPE_LATEST
from starlette.responses import PlainTextResponse, Response

from api.http.deps import CurrentLedgers
from api.ledger import Ledger
from api.metrics import Metrics
from ledger.log.errors import LogError
from migrations import newest_revision, revision_of
from migrations.postgres import DatabaseProblem
from migrations.postgres.connections import connected
from projections.progress import Status

LARGEST_LAG = 50_000
PATIENCE_SECONDS = 5.0
router = APIRouter(tags=["operations"])


@router.get("/livez", response_class=PlainTextResponse)
async def livez() -> str:
    """This process answers."""
    return "ok\n"


@router.get("/readyz", responses={503: {"description": "Something is missing; `problems` says what"}})
async def readyz(ledgers: CurrentLedgers) -> Response:
    """Database, migrations and read models of the server's open ledgers; 503 names what is not as it should be."""
    reports = await asyncio.gather(*map(readiness, ledgers.all_open()))
    ready = not any(report["problems"] for report in reports)
    body = {"ready": ready, "ledgers": {report.pop("ledger"): report for report in reports}}
    return Response(msgspec.json.encode(body), 200 if ready else 503, media_type="application/json")


@router.get("/metrics", response_class=PlainTextResponse)
async def metrics(ledgers: CurrentLedgers, request: Request) -> Response:
    """For Prometheus."""
    gathered: Metrics = request.app.state.metrics
    for ledger in ledgers.all_open():
        if isinstance(status := await status_of(ledger), Status):
            gathered.note(ledger.name, ledger.market.queued, status)
    return Response(gathered.text(), media_type=CONTENT_TYPE_LATEST)


@router.get("/ledgers")
async def list_ledgers(ledgers: CurrentLedgers) -> dict[str, Any]:
    """The ledgers of this server; each has its addresses below `/ledgers/{ledger}/v1`."""
    return {"main": ledgers.main, "ledgers": await ledgers.names()}


async def readiness(ledger: Ledger) -> dict[str, Any]:
    """Faults of one ledger, in sentences."""
    status = await status_of(ledger)
    if isinstance(status, str):
        return {"ledger": ledger.name, "problems": [status]}
    problems = [
        *await _schema_problems(ledger),
        *(f"projection {name} is parked at {place.position}: {place.reason}" for name, place in status.parked.items()),
        *(
            f"projection {name} lags by {lag} facts"
            for name, lag in status.lag.items()
            if lag > LARGEST_LAG and name not in status.parked
        ),
    ]
    return {
        "ledger": ledger.name,
        "problems": problems,
        "position": status.head,
        "projections": status.positions,
        "lag": status.lag,
        "parked": sorted(status.parked),
    }


async def status_of(ledger: Ledger) -> Status | str:
    """How far everything is, or why that cannot be told."""
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            return await ledger.reader.status()
    except LogError as trouble:
        return f"the database does not answer: {trouble}"
    except TimeoutError:
        return "the database does not answer in time"


async def _schema_problems(ledger: Ledger) -> list[str]:
    try:
        async with connected(ledger.dsn) as connection:
            revision = await revision_of(connection)
    except DatabaseProblem as problem:
        return [str(problem)]
    if revision == newest_revision():
        return []
    return [f"the schema is at revision {revision}, this program needs {newest_revision()}: run 'jiesuan migrate'"]
