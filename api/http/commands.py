"""`POST /v1/commands` and `/v1/bundles`: one command or bundle in, its receipt or a problem out."""

from __future__ import annotations

from typing import Literal, get_args

import msgspec
from fastapi import APIRouter, Request
from starlette.responses import Response

from api.histories.history import Recorder
from api.http.deps import ledger_of
from api.http.parameters import parameters, unknown
from api.http.problems import Problem, refusal
from api.http.schemas import BUNDLED, RECEIPTS, json_body, ref
from api.ledger import Ledger
from api.logs import bind, shown_id
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
from ledger.market.rehearsal import Rehearsed

router = APIRouter(tags=["commands"])
DryRun = Literal["true", "false"]
_encode = msgspec.json.Encoder().encode


@router.post(
    "/commands", status_code=201, openapi_extra=json_body(ref("Command")), responses=RECEIPTS, response_class=Response
)
async def send_command(request: Request, dry_run: DryRun = "false") -> Response:
    """Record one command, once.

    201 with its receipt when it is durable; 200 and `Idempotency-Replayed: true` when the same id with the same content
    was recorded before; a problem with the refusal's `code` otherwise.  The header `Idempotency-Key` may carry the id.
    `dry_run=true`: the same answer with its `entries`, status 200, and nothing is recorded.
    """
    return await answer_command(await ledger_of(request), request, dry_run)


@router.post(
    "/bundles", status_code=201, openapi_extra=json_body(ref("Bundle")), responses=BUNDLED, response_class=Response
)
async def send_bundle(request: Request, dry_run: DryRun = "false") -> Response:
    """Record 2 to 100 commands together, in their order, or none of them.

    201 with their receipts when all are durable; 200 and `Idempotency-Replayed: true` when the same bundle was recorded
    before; otherwise a problem, in which `failed` names the first command that was refused.  `dry_run=true` as for one.
    """
    ledger = await ledger_of(request)
    try:
        bundle = bundle_in(await body_of(request))
    except Unreadable as unreadable:
        return refusal(unreadable.answer)
    [answer] = await door(ledger, dry_run).submit([unproven_bundle(bundle)])
    return receipt(answer) if answer.ok else refusal(answer)


def bundle_in(body: bytes) -> Bundle:
    """The bundle of a body.  Raises Unreadable."""
    line = read_line(body)
    if not isinstance(line, Bundle):
        raise Unreadable(refused_bundle(None, refused(None, Invalid("bundle: a command goes to /v1/commands"))))
    return line


async def answer_command(ledger: Ledger, request: Request, dry_run: str = "false") -> Response:
    """Read, decide, answer; raises what problems can tell."""
    try:
        command = command_in(await body_of(request), request.headers.get("idempotency-key"))
    except Unreadable as unreadable:
        return refusal(unreadable.answer)
    identifier = shown_id(command)
    request.scope["command"] = identifier, command.decision.name
    with bind(command_id=identifier):
        [answer] = await door(ledger, dry_run).submit([unproven(command)])
    request.scope["outcome"] = answer.code or ("repeated" if answer.repeat else "recorded")
    return receipt(answer) if answer.ok else refusal(answer)


def unproven(command: Command) -> Command:
    """As there is no login, nothing proves who sends it: an anonymous report is not answered again (rule 38)."""
    return msgspec.structs.replace(command, believed=False)


def unproven_bundle(bundle: Bundle) -> Bundle:
    """The same for every command of a bundle."""
    each = (unproven(item) if isinstance(item, Command) else item for item in bundle.commands)
    return msgspec.structs.replace(bundle, commands=tuple(each))


def door(ledger: Ledger, dry_run: str) -> Recorder:
    """The ledger, or the same of which nothing is recorded (rule 42)."""
    return ledger.rehearsal() if dry_run == "true" else ledger


def dry_run_of(request: Request) -> str:
    """The one parameter of the address, where the framework does not read it."""
    given = parameters(request)
    if strange := given.keys() - {"dry_run"}:
        raise unknown(min(strange))
    if (value := given.get("dry_run", "false")) not in get_args(DryRun):
        raise Problem("INVALID", "dry_run: true or false")
    return value


def receipt(answer: Answer) -> Response:
    headers = {"Idempotency-Replayed": "true"} if answer.repeat else None
    made = not answer.repeat and not isinstance(answer, Rehearsed)
    return Response(_encode(answer.line()), 201 if made else 200, headers, "application/json")


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
