"""`/v1/evidence`: files that prove something go in, and come out under the hash of their content (DUTY-12)."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Path, Query, Request
from starlette.responses import FileResponse, Response

from api.evidence import EvidenceStore, NotStored, Stored, TooLarge
from api.evidence.store import name_of
from api.http.deps import CurrentLedger
from api.http.problems import Problem
from api.http.schemas import PROBLEMS, problem_response
from api.ledger import Ledger

router = APIRouter(tags=["evidence"], responses=PROBLEMS)
FILE = {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}
FILE_BODY = {"requestBody": {"required": True, "description": "The file as it is", "content": FILE}}
STORED: dict[int | str, dict[str, Any]] = {
    200: {"description": "It is in the store already"},
    201: {"description": "Whole and on the disk; the answer is what AttachEvidence has to be told"},
    413: problem_response("Larger than a file of evidence may be"),
}
HARMLESS = {"X-Content-Type-Options": "nosniff", "Content-Security-Policy": "sandbox; default-src 'none'"}
"""Whatever somebody uploads, a browser never runs it."""


@router.post("/evidence", status_code=201, openapi_extra=FILE_BODY, responses=STORED, response_class=Response)
async def put_evidence(
    request: Request,
    ledger: CurrentLedger,
    sha256: Annotated[
        str | None, Query(description="Hash that the file has to have, where the sender knows it")
    ] = None,
) -> Response:
    """Store a file under the SHA-256 of its content; the same file again changes nothing."""
    stored = await _received(request, store_of(ledger), None if sha256 is None else name_of(sha256))
    return Response(msgspec.json.encode(stored.said()), 201 if stored.new else 200, media_type="application/json")


@router.get(
    "/evidence/{sha256}",
    response_class=Response,
    responses={200: {"description": "The file", "content": FILE}, 404: PROBLEMS[404]},
)
async def get_evidence(
    ledger: CurrentLedger, sha256: Annotated[str, Path(description="sha256: and 64 hexadecimal digits, or these alone")]
) -> Response:
    """The file of a hash, whole and unchanged; a damaged one is not given out."""
    store, name = store_of(ledger), name_of(sha256)
    try:
        media, sound = store.media(name), await asyncio.to_thread(store.sound, name)
    except NotStored:
        raise Problem("NOT_FOUND", f"This store has no file sha256:{name}.") from None
    if not sound:
        raise Problem("DEFECT", f"The file sha256:{name} is damaged; 'jiesuan check' names all that are.")
    disposition = "attachment" if media.kind == "document" else "inline"
    headers = HARMLESS | {
        "ETag": f'"{name}"',
        "Cache-Control": "private, max-age=31536000, immutable",
        "Content-Disposition": f'{disposition}; filename="{name[:16]}"',
    }
    return FileResponse(store.path(name), headers=headers, media_type=media.media_type)


def store_of(ledger: Ledger) -> EvidenceStore:
    if ledger.evidence is None:
        raise Problem("NOT_FOUND", "This server has no evidence store.")
    return ledger.evidence


async def _received(request: Request, store: EvidenceStore, expected: str | None) -> Stored:
    declared = request.headers.get("content-length", "0")
    try:
        if declared.isdecimal() and int(declared) > store.limit:
            raise TooLarge(f"A file of evidence has at most {store.limit} bytes.")
        with store.incoming() as incoming:
            async for piece in request.stream():
                await asyncio.to_thread(incoming.write, piece)
            if expected not in (None, incoming.sha256):
                raise Problem("INVALID", f"sha256: the file that arrived has {incoming.sha256}")
            return await asyncio.to_thread(incoming.keep)
    except TooLarge as too_large:
        raise Problem("TOO_LARGE", str(too_large)) from None
    except OSError as error:
        raise Problem("UNAVAILABLE", f"The file could not be stored: {error.strerror}.", retry_after=60) from error
