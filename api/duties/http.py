"""Acts of duty over HTTP that are more than one command: the tasks of a day, an inspection with its findings."""

from __future__ import annotations

import msgspec
from fastapi import APIRouter, Request
from starlette.responses import Response

from api.duties.generate import NotPlanned, generate
from api.duties.inspect import Inspected, inspected, record
from api.http.commands import body_of
from api.http.deps import CurrentLedger
from api.http.problems import refusal, status_of
from api.http.schemas import ANSWERS, form, json_body, struct_body
from api.jobs.catalogue import TABLE as JOBS
from ledger.interchange import read_json

router = APIRouter(tags=["duties"], responses=ANSWERS, default_response_class=Response)
GENERATE = JOBS["GenerateTasks"]
"""The job that does the same: one form for both."""


@router.post("/tasks/generate", openapi_extra=json_body(form(GENERATE.form, GENERATE.hints)))
async def generate_tasks(ledger: CurrentLedger, request: Request) -> Response:
    """Dispatch the tasks that the lists ask for on a day: once, however often it is asked for."""
    try:
        made = await generate(ledger, **GENERATE.form.read(read_json(await body_of(request))))
    except NotPlanned as problem:
        return refusal(problem.answer)
    return Response(msgspec.json.encode({"ok": True, "result": made.said()}), media_type="application/json")


@router.post("/inspections", status_code=201, openapi_extra=struct_body(Inspected))
async def record_inspection(ledger: CurrentLedger, request: Request) -> Response:
    """Record an inspection with its findings: each problem becomes a hazard, then the inspection names them.

    The ids follow from the inspection's, so the same body may be sent again. A refusal names what was refused; hazards
    that were reported before it stand.
    """
    outcome = await record(ledger, inspected(await body_of(request)))
    status = 201 if outcome.ok else status_of(outcome.answers[-1]["code"])
    return Response(msgspec.json.encode(outcome), status, media_type="application/json")
