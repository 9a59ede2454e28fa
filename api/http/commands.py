"""`POST /v1/commands` and `/v1/bundles`: one command or bundle in, its receipt or a problem out."""

from __future__ import annotations

import msgspec
from fastapi import APIRouter, Request
from starlette.responses import Response

from api.http.deps import ledger_of
from api.http.problems import Problem, refusal
from api.http.schemas import BUNDLED, RECEIPTS, json_body, ref
from api.ledger import Ledger
from api.logs import bind
from ledger.decisions import Command
from ledger.errors import Invalid, Refusal
from ledger.interchange import (
    MAX_LINE,
    Answer,
    Bundle,
    Query,
    Unreadable,
    read,
    read_json,
    read_line,
    refused,
    refused_bundle,
)

router = APIRouter(tags=["commands"])
_encode = msgspec.json.Encoder().encode


@router.post(
    "/commands", status_code=201, openapi_extra=json_body(ref("Command")), responses=RECEIPTS, response_class=Response
)
async def send_command(request: Request) -> Response:
    """Record one command, once.

    201 with its receipt when it is durable; 200 and `Idempotency-Replayed: true` when the same id with the same content
    was recorded before; a problem with the refusal's `code` otherwise.  The header `Idempotency-Key` may carry the id.
    """
    return await answer_command(await ledger_of(request), request)


@router.post(
    "/bundles", status_code=201, openapi_extra=json_body(ref("Bundle")), responses=BUNDLED, response_class=Response
)
async def send_bundle(request: Request) -> Response:
    """Record 2 to 100 commands together, in their order, or none of them.

    201 with their receipts when all are durable; 200 and `Idempotency-Replayed: true` when the same bundle was recorded
    before; otherwise a problem, in which `failed` names the first command that was refused.
    """
    ledger = await ledger_of(request)
    try:
        bundle = bundle_in(await body_of(request))
    except Unreadable as unreadable:
        return refusal(unreadable.answer)
    [answer] = await ledger.submit([bundle])
    return receipt(answer) if answer.ok else refusal(answer)


def bundle_in(body: bytes) -> Bundle:
    """The bundle of a body.  Raises Unreadable."""
    line = read_line(body)
    if not isinstance(line, Bundle):
        raise Unreadable(refused_bundle(None, refused(None, Invalid("bundle: a command goes to /v1/commands"))))
    return line


async def answer_command(ledger: Ledger, request: Request) -> Response:
    """Read, decide, answer; raises what problems can tell."""
    try:
        command = command_in(await body_of(request), request.headers.get("idempotency-key"))
    except Unreadable as unreadable:
        return refusal(unreadable.answer)
    request.scope["command"] = command.id, command.decision.name
    with bind(command_id=command.id):
        [answer] = await ledger.submit([command])
    request.scope["outcome"] = answer.code or ("repeated" if answer.repeat else "recorded")
    return receipt(answer) if answer.ok else refusal(answer)


def receipt(answer: Answer) -> Response:
    headers = {"Idempotency-Replayed": "true"} if answer.repeat else None
    return Response(_encode(answer.line()), 200 if answer.repeat else 201, headers, "application/json")


async def body_of(request: Request) -> bytes:
    """The whole body, unless it is larger than a command may be."""
    if int(request.headers.get("content-length", "0")) > MAX_LINE:
        raise too_large()
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_LINE:
            raise too_large()
    return bytes(body)


def too_large() -> Problem:
    return Problem("TOO_LARGE", f"A command has at most {MAX_LINE} bytes; many of them go to /v1/bulk.")


def command_in(body: bytes, key: str | None) -> Command:
    """The command of a body, its id from the header where it has none.  Raises Unreadable."""
    line = read_line(body) if key is None else _with_key(body, key.strip('"'))
    match line:
        case Query():
            raise Unreadable(refused(line.id, Invalid("command: a query is asked at GET /v1/queries/{Query}")))
        case Bundle():
            raise Unreadable(refused(None, Invalid("command: a bundle goes to /v1/bundles")))
    return line


def _with_key(body: bytes, key: str) -> Command | Query:
    try:
        given = read_json(body)
        if given.setdefault("id", key) != key:
            raise Invalid("Idempotency-Key: another one than the id")
        return read(given)
    except Refusal as refused_for:
        raise Unreadable(refused(key, refused_for)) from None
