"""Lists, tasks and inspections where an HTTP user looks for them; tasks of a day are generated here too."""

from __future__ import annotations

from typing import Annotated

import msgspec
from fastapi import APIRouter, Path, Request
from starlette.responses import Response

from api.duties.generate import NotPlanned, generate
from api.duties.inspect import inspected, record
from api.http.answers import ask
from api.http.commands import body_of
from api.http.deps import CurrentLedger
from api.http.openapi import ANSWERS, reading
from api.http.problems import Problem, refusal, status_of
from ledger.vocabulary import SYSTEM

router = APIRouter(tags=["duties"], responses=ANSWERS, default_response_class=Response)

Person = Annotated[str, Path(description="Person, such as P-A")]
Period = Annotated[str, Path(description="Month, such as 2026-03")]


class Day(msgspec.Struct, forbid_unknown_fields=True):
    """What tasks to generate: of which day, for whom, and who dispatches them."""

    date: str
    unit: str | None = None
    by: str = SYSTEM
    places: bool = True


DAY = {
    "type": "object",
    "required": ["date"],
    "properties": {
        "date": {"type": "string", "format": "date", "description": "The day whose tasks are dispatched"},
        "unit": {"type": "string", "description": "A unit with everything below it; without it, all"},
        "by": {"type": "string", "description": "Who dispatches them, SYSTEM if not said"},
        "places": {"type": "boolean", "description": "Also one task for each place of an inspection list and cycle"},
    },
    "additionalProperties": False,
}
DAY_BODY = {"requestBody": {"required": True, "content": {"application/json": {"schema": DAY}}}}
INSPECTION = {
    "type": "object",
    "description": "What RecordInspection takes, with the unit and tier of the problems",
    "required": ["inspection", "at", "by", "place", "items"],
    "properties": {
        "inspection": {"type": "string", "description": "Id of the inspection (现场检查)"},
        "at": {"type": "string", "format": "date-time", "description": "When it was; ISO 8601 with offset"},
        "by": {"type": "string", "description": "The inspector"},
        "place": {"type": "string"},
        "unit": {"type": "string", "description": "The unit that answers for the problems"},
        "tier": {"enum": ["T1", "T2", "T3"], "description": "Discovery tier of the problems"},
        "category": {"type": "string", "description": "Category of the problems, hazard if not said"},
        "items": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["item", "result"],
                "properties": {
                    "item": {"type": "string"},
                    "result": {"enum": ["ok", "problem"]},
                    "measure": {"type": "string", "description": "The counter-measure; a problem needs one"},
                    "hazard": {"type": "object", "description": "More of the hazard, as ReportHazard takes it"},
                },
            },
        },
        "quality": {"type": "string", "description": "0 to 100, at most 2 decimals"},
        "unannounced": {"type": "boolean"},
        "evidence": {"type": "array", "items": {"type": "string"}},
    },
}
INSPECTION_BODY = {
    "requestBody": {
        "required": True,
        "content": {"application/json": {"schema": INSPECTION}},
    }
}
_day = msgspec.json.Decoder(Day)


@router.post("/tasks/generate", openapi_extra=DAY_BODY)
async def generate_tasks(ledger: CurrentLedger, request: Request) -> Response:
    """Dispatch the tasks that the lists ask for on a day: once, however often it is asked for."""
    try:
        day = _day.decode(await body_of(request))
        made = await generate(ledger, day.date, day.unit, by=day.by, places=day.places)
    except msgspec.MsgspecError as error:
        raise Problem("INVALID", str(error)) from None
    except NotPlanned as problem:
        return refusal(problem.answer)
    return Response(msgspec.json.encode({"ok": True, "result": made.said()}), media_type="application/json")


@router.get("/tasks", openapi_extra=reading("Tasks"))
async def tasks(ledger: CurrentLedger, request: Request) -> Response:
    """Duty tasks by day of being due; `after` goes on after a task's id."""
    return await ask(ledger, request, "Tasks")


@router.get("/tasks/plan", openapi_extra=reading("TaskPlan"))
async def task_plan(ledger: CurrentLedger, request: Request) -> Response:
    """The tasks that the lists ask for on a day and that are not dispatched yet."""
    return await ask(ledger, request, "TaskPlan")


@router.get("/lists/adoption", openapi_extra=reading("ListAdoption"))
async def adoption(ledger: CurrentLedger, request: Request) -> Response:
    """Per unit: who has approved lists, whether they are in use, which places nobody inspects."""
    return await ask(ledger, request, "ListAdoption")


@router.get("/lists/copies", openapi_extra=reading("ListCopies"))
async def copies(ledger: CurrentLedger, request: Request) -> Response:
    """Persons whose lists are the same or nearly so: a warning."""
    return await ask(ledger, request, "ListCopies")


@router.get("/persons/{person}/lists", openapi_extra=reading("DutyLists", but=("person",)))
async def lists(ledger: CurrentLedger, request: Request, person: Person) -> Response:
    """Both lists of a person as they count on a day, and whose lists are like them."""
    return await ask(ledger, request, "DutyLists", person=person)


@router.post("/inspections", status_code=201, openapi_extra=INSPECTION_BODY)
async def record_inspection(ledger: CurrentLedger, request: Request) -> Response:
    """Record an inspection with its findings: each problem becomes a hazard, then the inspection names them.

    The ids follow from the inspection's, so the same body may be sent again. A refusal names what was refused; hazards
    that were reported before it stand.
    """
    outcome = await record(ledger, inspected(await body_of(request)))
    status = 201 if outcome.ok else status_of(outcome.answers[-1]["code"])
    return Response(msgspec.json.encode(outcome), status, media_type="application/json")


@router.get("/inspections", openapi_extra=reading("Inspections"))
async def inspections(ledger: CurrentLedger, request: Request) -> Response:
    """Inspections of a month with their problems; `after` goes on after a position."""
    return await ask(ledger, request, "Inspections")


@router.get(
    "/persons/{person}/inspections/{period}", openapi_extra=reading("InspectionScore", but=("person", "period"))
)
async def inspection_score(ledger: CurrentLedger, request: Request, person: Person, period: Period) -> Response:
    """Quality, coverage, attendance per shift and score of a person's month (F-1)."""
    return await ask(ledger, request, "InspectionScore", person=person, period=period)


@router.get("/doubts", openapi_extra=reading("Plausibility"))
async def doubts(ledger: CurrentLedger, request: Request) -> Response:
    """What about a month's tasks, inspections and evidence should be looked at."""
    return await ask(ledger, request, "Plausibility")
