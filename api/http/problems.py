"""Problem details (RFC 9457) with the refusal code: the one place that chooses an HTTP status."""

from __future__ import annotations

import math
from typing import Any

import msgspec
import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from api.ledger import NotYet
from ledger import errors
from ledger.interchange import Answer, BundleAnswer
from ledger.log.errors import Busy, CommitInDoubt, LogError
from ledger.market.rehearsal import Rehearsed
from migrations.postgres import DatabaseProblem
from projections.exports.fonts import MissingFont
from projections.exports.pdf_files import CannotPrint

MEDIA_TYPE = "application/problem+json"
STATUS = {
    "INVALID": 422,
    "IDEMPOTENCY_CONFLICT": 422,
    "FUTURE": 422,
    "EVIDENCE": 422,
    "WRONG_CENTRE": 403,
    "AUTHORITY": 403,
    "SOD": 403,
    "BUSY": 429,
    "UNAVAILABLE": 503,
    "UNKNOWN_OUTCOME": 503,
    "NOT_YET": 503,
    "NOT_FOUND": 404,
    "TOO_LARGE": 413,
    "DEFECT": 500,
}
"""Every other refusal is a conflict with the state of the ledger: 409 (contract §4)."""

TITLES = {code: " ".join((kind.__doc__ or "").split()) for kind, code in errors.CODES.items()} | {
    "BUSY": "More commands are waiting than the queue holds; nothing was recorded.",
    "UNAVAILABLE": "The database is away or busy; nothing was recorded.",
    "UNKNOWN_OUTCOME": "The connection was lost during the commit: send the same command with the same id again.",
    "NOT_YET": "The read model has not reached the position that was waited for.",
    "NOT_FOUND": "There is nothing under this address.",
    "TOO_LARGE": "The body is larger than one command may be.",
    "DEFECT": "An error of the ledger itself; it is logged.",
}
_NAMED = frozenset({"id", "bundle", "failed"})
_encode = msgspec.json.Encoder().encode
logger = structlog.get_logger("jiesuan.http")


class Problem(Exception):
    """An answer that is a problem of HTTP, not a refusal of the ledger."""

    def __init__(self, code: str, detail: str, retry_after: float | None = None, **members: Any) -> None:
        super().__init__(detail)
        self.code, self.detail, self.retry_after, self.members = code, detail, retry_after, members


def status_of(code: str) -> int:
    if code.startswith("UNKNOWN_") and code != "UNKNOWN_OUTCOME":
        return 404
    return STATUS.get(code, 409)


def problem(
    code: str, detail: str | None, *, status: int = 0, retry_after: float | None = None, **members: Any
) -> Response:
    """A problem as a response."""
    status = status or status_of(code)
    title = TITLES.get(code) or ("Something that is referred to is not known." if status == 404 else code)
    body = {
        "type": f"urn:jiesuan:refusal:{code}",
        "title": title,
        "status": status,
        "code": code,
        "detail": detail or title,
    }
    headers = {} if retry_after is None else {"Retry-After": str(math.ceil(retry_after))}
    return Response(_encode(body | members), status, headers, MEDIA_TYPE)


def refusal(answer: Answer) -> Response:
    """The answer that refuses a command, query or bundle, as a problem; ``id`` is that of the line."""
    code = answer.code or "DEFECT"
    if isinstance(answer, Rehearsed) and answer.answer is not None:
        told = answer.answer.line()
        return problem(code, answer.answer.detail, **{name: told[name] for name in _NAMED & told.keys()}, dry_run=True)
    if isinstance(answer, BundleAnswer):
        return problem(code, answer.detail, bundle=answer.id, failed=answer.failed)
    return problem(code, answer.detail, id=answer.id) if answer.id else problem(code, answer.detail)


def trouble(error: LogError) -> Response:
    """The log did not do it: what the caller may believe, and when to come again."""
    match error:
        case Busy():
            return problem("BUSY", str(error), retry_after=1)
        case CommitInDoubt():
            detail = (
                "The connection to the database was lost during the commit; send the same command with the same id "
            )
            return problem("UNKNOWN_OUTCOME", detail + "again: it is recorded once at most.", retry_after=1)
        case NotYet():
            return problem("NOT_YET", str(error), retry_after=1)
    return problem("UNAVAILABLE", str(error), retry_after=2)


def of(error: Exception) -> Response:
    """The answer to a caller for any error."""
    match error:
        case Problem():
            return problem(error.code, error.detail, retry_after=error.retry_after, **error.members)
        case errors.Refusal():
            return problem(error.code, error.detail)
        case LogError():
            return trouble(error)
        case DatabaseProblem():
            return problem("UNAVAILABLE", str(error), retry_after=5)
        case MissingFont() | CannotPrint():
            logger.error("cannot_print", problem=str(error))
            return problem("DEFECT", str(error))
        case HTTPException():
            code = "NOT_FOUND" if error.status_code == 404 else "INVALID"
            answer = problem(code, str(error.detail), status=error.status_code)
            answer.headers.update(error.headers or {})
            return answer
        case RequestValidationError():
            where = error.errors()[0]
            return problem("INVALID", f"{where['loc'][-1]}: {where['msg']}")
    logger.error("defect", exc_info=error)
    return problem("DEFECT", TITLES["DEFECT"])


def install(app: FastAPI) -> None:
    """Every error of every route leaves as a problem."""

    async def handle(request: Request, error: Exception) -> Response:
        return of(error)

    ours = (Problem, errors.Refusal, LogError, DatabaseProblem, MissingFont, CannotPrint)
    for kind in (*ours, HTTPException, RequestValidationError, Exception):
        app.add_exception_handler(kind, handle)
