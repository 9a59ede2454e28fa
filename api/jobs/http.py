"""`/v1/jobs`: long work is asked for, watched, and its result fetched; from any process of the ledger."""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import quote

import msgspec
from fastapi import APIRouter, Path, Query, Request
from starlette.responses import Response, StreamingResponse

from api.http.commands import body_of
from api.http.deps import CurrentLedger
from api.http.problems import Problem
from api.http.schemas import PROBLEMS, job_body, problem_response, ref
from api.jobs.catalogue import TABLE
from api.jobs.store import LOST, Standing
from api.papers.http import attachment
from ledger.errors import Invalid
from ledger.interchange import read_json

Id = Annotated[str, Path(description="Id of a job")]
After = Annotated[str | None, Query(description="Id of the job after which to go on, towards older ones")]
Limit = Annotated[int, Query(ge=1, le=1000, description="At most so many")]

STANDING: dict[str, Any] = {"content": {"application/json": {"schema": ref("Job")}}}
TAKEN: dict[int | str, dict[str, Any]] = PROBLEMS | {
    200: {"description": "Asked for before under this id", **STANDING},
    202: {"description": "Taken in; `Location` says where it can be watched", **STANDING},
    429: problem_response("Too many jobs are waiting; come again after Retry-After seconds"),
}
LISTED: dict[int | str, dict[str, Any]] = PROBLEMS | {
    200: {"description": "Jobs", "content": {"application/json": {"schema": {"type": "object"}}}}
}
SHOWN: dict[int | str, dict[str, Any]] = PROBLEMS | {200: {"description": "How it stands", **STANDING}}
FETCHED: dict[int | str, dict[str, Any]] = PROBLEMS | {
    200: {"description": "The file, or the answer as JSON", "content": {"application/octet-stream": {}}},
    409: problem_response("It is not done yet (NOT_READY), was lost (STATE), or failed (its own code)"),
}

router = APIRouter(tags=["jobs"], default_response_class=Response)
_encode = msgspec.json.Encoder().encode


@router.post("/jobs", status_code=202, openapi_extra=job_body(TABLE), responses=TAKEN)
async def ask_for_job(ledger: CurrentLedger, request: Request) -> Response:
    """Ask for long work: a job's name and its fields.  The same id again is the same job, done once."""
    identifier, name, data = asked_for(await body_of(request))
    found, is_new = await ledger.jobs.ask(name, data, identifier)
    where = {"Location": f"{request.url.path}/{quote(found.id)}"}
    return Response(_encode(found), 202 if is_new else 200, where, "application/json")


@router.get("/jobs", responses=LISTED)
async def jobs(ledger: CurrentLedger, after: After = None, limit: Limit = 100) -> Response:
    """The latest jobs first, of all processes of this ledger."""
    return Response(_encode({"jobs": await ledger.jobs.latest(after, limit)}), 200, None, "application/json")


@router.get("/jobs/{id}", responses=SHOWN)
async def job(ledger: CurrentLedger, id: Id) -> Response:  # noqa: A002
    """How far a job is."""
    return Response(_encode(await ledger.jobs.get(id)), 200, None, "application/json")


@router.get("/jobs/{id}/result", responses=FETCHED)
async def result(ledger: CurrentLedger, id: Id) -> Response:  # noqa: A002
    """The result of a job: a file, or an answer as JSON."""
    found = await ledger.jobs.get(id)
    if found.state != "done":
        raise not_done(found)
    if found.file is None:
        return Response(_encode(await ledger.jobs.answer(id)), 200, None, "application/json")
    if found.is_expired:
        raise Problem("NOT_FOUND", "The file had to make room for later ones; ask for it again.")
    headers = {"Content-Disposition": attachment(found.file["name"]), "Content-Length": str(found.file["size"])}
    return StreamingResponse(await ledger.jobs.file(id), 200, headers, found.file["media_type"])


def not_done(found: Standing) -> Problem:
    """Why there is no result."""
    match found.state:
        case "failed":
            return Problem(found.code or "DEFECT", found.detail or "")
        case "lost":
            return Problem("STATE", found.detail or LOST)
    return Problem("NOT_READY", f"{found.done} of {found.total or 'an unknown number'} are done", retry_after=1)


def asked_for(body: bytes) -> tuple[str | None, str, dict[str, Any]]:
    """Id, name and fields of a job."""
    given = read_json(body)
    if surplus := given.keys() - {"id", "job", "data"}:
        raise Invalid(f"{min(surplus)}: not a member of a job")
    identifier, name, data = given.get("id"), given.get("job"), given.get("data", {})
    if not (identifier is None or (isinstance(identifier, str) and 0 < len(identifier) <= 64 and identifier.isascii())):
        raise Invalid("id: 1 to 64 characters")
    if not isinstance(name, str) or not isinstance(data, dict):
        raise Invalid("job: a name is needed" if not isinstance(name, str) else "data: an object is needed")
    return identifier, name, data
