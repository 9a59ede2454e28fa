"""Papers over HTTP: statements, personal lists, day sheets, the payroll file; as answers, or as files."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Path, Request
from starlette.responses import Response

from api.http.answers import answer, ask, parameters, waiting
from api.http.deps import CurrentLedger
from api.http.openapi import FILES, paper
from api.http.problems import refusal
from api.jobs.http import attachment
from api.ledger import Ledger
from api.papers.press import press
from api.papers.selection import format_of
from projections.exports.formats import (
    DAY_SHEET,
    MEDIA_TYPES,
    PAYROLL,
    PERSONAL,
    STATEMENT,
    Format,
    Found,
    Kind,
    file_name,
    written,
)
from projections.queries import data_from_text

router = APIRouter(tags=["files"], responses=FILES, default_response_class=Response)

Unit = Annotated[str, Path(description="Unit, such as W1")]
Centre = Annotated[str, Path(description="Settlement centre, such as U1")]
Person = Annotated[str, Path(description="Person, such as P-A")]
Period = Annotated[str, Path(description="Month, such as 2026-02")]
Day = Annotated[str, Path(description="Business date, such as 2026-02-05")]


@router.get("/units/{unit}/statements/{period}", openapi_extra=paper("Statement", but=("unit", "period")))
async def statement(ledger: CurrentLedger, request: Request, unit: Unit, period: Period) -> Response:
    """The settlement statement (结算单) of a unit for a month: the latest issue, or a draft; also as a file."""
    return await give(ledger, request, STATEMENT, "Statement", unit=unit, period=period)


@router.get("/persons/{person}/statements/{period}", openapi_extra=paper("PersonalStatement", but=("person", "period")))
async def personal_list(ledger: CurrentLedger, request: Request, person: Person, period: Period) -> Response:
    """A person's own list (个人清单) of a month: wage, score, payout, dues, deductions, carry; also as a file."""
    return await give(ledger, request, PERSONAL, PERSONAL.query, person=person, period=period)


@router.get("/units/{unit}/day-sheets/{day}", openapi_extra=paper("DaySheet", but=("unit", "day")))
async def day_sheet(ledger: CurrentLedger, request: Request, unit: Unit, day: Day) -> Response:
    """The day sheet (日清) of a team; also as a file."""
    return await give(ledger, request, DAY_SHEET, DAY_SHEET.query, unit=unit, day=day)


@router.get("/centres/{centre}/payroll/{period}", openapi_extra=paper("Payroll", but=("centre", "period")))
async def payroll(ledger: CurrentLedger, request: Request, centre: Centre, period: Period) -> Response:
    """The payroll file (工资发放表) that ExportPayroll handed over; the same as often as it is asked for."""
    return await give(ledger, request, PAYROLL, PAYROLL.query, centre=centre, period=period)


async def give(ledger: Ledger, request: Request, kind: Kind, query: str, **path: str) -> Response:
    """The answer of the query, or the paper as the file that the caller asks for."""
    given = parameters(request)
    named = given.pop("format", None)
    form = wanted_by(request.headers.get("accept", "")) if named is None else format_of(named)
    if form is Format.JSON:
        return await ask(ledger, request, query, but=("format",), **path)
    position, timeout = waiting(kind.query, given)
    found = await answer(ledger, kind.query, data_from_text(kind.query, given | path), position, timeout)
    if not found.ok:
        return refusal(found)
    headers = {"Content-Disposition": attachment(file_name(kind.paper(found.result), form))}
    return Response(await made(kind, found.result, form), 200, headers, MEDIA_TYPES[form])


async def made(kind: Kind, found: Found, form: Format) -> bytes:
    """The file; printing has a process of its own."""
    if form is not Format.PDF:
        return await asyncio.to_thread(written, kind, found, form)

    def printed() -> bytes:
        with press(processes=1) as printing:
            return printing([kind.paper(found)])[0]

    return await asyncio.to_thread(printed)


def wanted_by(accept: str) -> Format:
    """The best of our formats that the header names, JSON if it names none."""
    ours = {media_type.partition(";")[0]: form for form, media_type in MEDIA_TYPES.items()}
    named = [_weighed(part) for part in accept.split(",")]
    wanted = [(weight, ours[media_type]) for media_type, weight in named if media_type in ours and weight > 0]
    return max(wanted, key=lambda pair: pair[0])[1] if wanted else Format.JSON


def _weighed(part: str) -> tuple[str, float]:
    media_type, *rest = (piece.strip().lower() for piece in part.split(";"))
    weights: Mapping[str, str] = dict(piece.partition("=")[::2] for piece in rest)
    try:
        return media_type, float(weights.get("q", "1"))
    except ValueError:
        return media_type, 0.0
