"""Papers over HTTP: the answers of some queries are also given as files, where their caller asks for one."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from urllib.parse import quote

from fastapi import Request
from starlette.responses import Response

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

KINDS = {"Statement": STATEMENT} | {kind.query: kind for kind in (PERSONAL, DAY_SHEET, PAYROLL)}
"""The paper that an answer can be had as, by the query that is asked."""


def taken_out(request: Request, given: dict[str, str]) -> Format:
    """The format that `format` asks for, else the header `Accept`."""
    named = given.pop("format", None)
    return wanted_by(request.headers.get("accept", "")) if named is None else format_of(named)


async def printed(kind: Kind, found: Found, form: Format) -> Response:
    """The paper as a file."""
    headers = {"Content-Disposition": attachment(file_name(kind.paper(found), form))}
    return Response(await made(kind, found, form), 200, headers, MEDIA_TYPES[form])


def attachment(name: str) -> str:
    """A download of this name (RFC 6266), also where it is Chinese."""
    return f"attachment; filename*=UTF-8''{quote(name)}"


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
