"""`POST /v1/imports/{kind}`: a month's file, as `jiesuan import` takes it."""

from __future__ import annotations

import asyncio
from base64 import b64decode
from binascii import Error as NotBase64
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Request
from fastapi import Path as PathField
from msgspec import Meta
from starlette.responses import Response

from api.cli.commands import canonical
from api.cli.options import Failed
from api.http.deps import CurrentLedger
from api.http.problems import Problem
from api.http.schemas import PROBLEMS, problem_response, struct_body
from api.imports.mapping import mapping_of
from api.imports.monthly.kinds import KINDS
from api.imports.monthly.mapping import MonthlyMapping
from api.imports.monthly.reader import MonthlyReader
from api.imports.problems import ImportProblem
from api.imports.run import run_import, table_of

LARGEST = 48 * 2**20
"""Of a body: a file of 36 MB, in base64."""

router = APIRouter(tags=["settlement"], default_response_class=Response)
_encode = msgspec.json.Encoder().encode


class Handed(msgspec.Struct, forbid_unknown_fields=True):
    """A file and its mapping, for which centre and month, by whom and when."""

    name: Annotated[str, Meta(description="Of the file; ends with .csv or .xlsx")]
    content: Annotated[str, Meta(description="The file in base64")]
    mapping: Annotated[str, Meta(description="The mapping file (TOML) as text")]
    by: Annotated[str, Meta(description="Person who hands it in: a registered one, or SYSTEM")]
    period: Annotated[str, Meta(description="Month, such as 2026-03; not for control figures")] = ""
    centre: Annotated[str, Meta(description="Settlement centre, for lists and payroll actuals")] = ""
    at: Annotated[str, Meta(description="When; now, if it is not said")] | None = None
    dry_run: Annotated[bool, Meta(description="Only say what would be recorded")] = False
    partial: Annotated[bool, Meta(description="Leave bad rows out and take the others")] = False


ANSWERS: dict[int | str, dict[str, Any]] = PROBLEMS | {
    200: {
        "description": "Rows, what is new and known, every bad row, what was recorded (null: nothing)",
        "content": {"application/json": {"schema": {"type": "object"}}},
    },
    413: problem_response("Larger than a file may be"),
}


@router.post("/imports/{kind}", responses=ANSWERS, openapi_extra=struct_body(Handed))
async def take_file(
    ledger: CurrentLedger,
    request: Request,
    kind: Annotated[str, PathField(description=f"Any of {', '.join(KINDS)}")],
) -> Response:
    """Take a month's file: whole or not at all, unless `partial`; the same file again changes nothing.

    With bad rows nothing is recorded (`recorded` is null) and `bad` names each with line, column and reason.
    """
    if kind not in KINDS:
        raise Problem("NOT_FOUND", f"There is no import of {kind}; there are {', '.join(KINDS)}.")
    given = _handed(await _body(request))
    if Path(given.name).name != given.name or Path(given.name).suffix.lower() not in (".csv", ".xlsx"):
        raise Problem("INVALID", "name: a file name that ends with .csv or .xlsx")
    directory = ""
    try:
        at = canonical(given.at) if given.at else None
        with TemporaryDirectory() as directory:
            file, mapping = Path(directory) / given.name, Path(directory) / "mapping.toml"
            await asyncio.to_thread(file.write_bytes, b64decode(given.content, validate=True))
            await asyncio.to_thread(mapping.write_text, given.mapping, encoding="utf-8")
            rules = await asyncio.to_thread(mapping_of, mapping, MonthlyMapping)
            reader = MonthlyReader(KINDS[kind], rules, (given.centre, given.period), given.by, at)
            table = await table_of(file, reader)
        done = await run_import(ledger, table, reader, apply=not given.dry_run, strict=not given.partial)
    except NotBase64 as error:
        raise Problem("INVALID", f"content: not base64: {error}") from error
    except (ImportProblem, Failed) as problem:
        raise Problem("INVALID", str(problem).replace(f"{directory}/", "")) from problem
    return Response(_encode(done.values), 200, None, "application/json")


def _handed(body: bytes) -> Handed:
    try:
        return msgspec.json.decode(body, type=Handed)
    except msgspec.MsgspecError as error:
        raise Problem("INVALID", str(error)) from error


async def _body(request: Request) -> bytes:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST:
            raise Problem("TOO_LARGE", f"A file has at most {LARGEST // 2**20 * 3 // 4} MB.")
    return bytes(body)
