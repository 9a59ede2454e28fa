"""From the parameters of a URL to a query, and from its answer to a response."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

import msgspec
from fastapi import Request
from starlette.responses import Response

from api.http.deps import LONGEST_WAIT_SECONDS
from api.http.problems import Problem, refusal
from api.ledger import WAIT_SECONDS, Ledger
from ledger.interchange import Answer, Query
from projections.queries import data_from_text, find

OUR_OWN = ("wait_for", "timeout")
_encode = msgspec.json.Encoder().encode


async def ask(ledger: Ledger, request: Request, name: str, but: tuple[str, ...] = (), **path: str | None) -> Response:
    """Answer a query whose fields come from the path and the URL's parameters, ``but`` those that are not its own."""
    given = {field: text for field, text in parameters(request).items() if field not in but}
    position, timeout = waiting(name, given)
    given |= {field: value for field, value in path.items() if value is not None}
    return response(await answer(ledger, name, data_from_text(name, given), position, timeout))


async def answer(ledger: Ledger, name: str, data: dict[str, Any], position: int = 0, timeout: float = 0.0) -> Answer:
    return await ledger.ask_at(Query(name, name, data), position, timeout)


def response(found: Answer, links: Mapping[str, str] | None = None) -> Response:
    if not found.ok:
        return refusal(found)
    body = {"ok": True, "result": found.result, "position": found.position}
    return Response(_encode(body), 200, links, "application/json")


def parameters(request: Request) -> dict[str, str]:
    """The URL's parameters; a field that is given twice is a mistake of the caller."""
    given: dict[str, str] = {}
    for name, value in request.query_params.multi_items():
        if name in given:
            raise Problem("INVALID", f"{name}: given twice; lists are comma-separated")
        given[name] = value
    return given


def waiting(name: str, given: dict[str, str]) -> tuple[int, float]:
    """Take out what is said about waiting: `wait_for`, or `after` where that is not a field of the query."""
    if "after" in given and "after" not in find(name).hints:
        given.setdefault("wait_for", given.pop("after"))
    position, timeout = (given.pop(field, None) for field in OUR_OWN)
    return _position(position), _timeout(timeout)


def _position(text: str | None) -> int:
    if text is None:
        return 0
    if not text.isascii() or not text.isdecimal() or len(text) > 16:
        raise Problem("INVALID", "wait_for: a position is needed")
    return int(text)


def _timeout(text: str | None) -> float:
    try:
        seconds = WAIT_SECONDS if text is None else float(text)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds <= LONGEST_WAIT_SECONDS:
        raise Problem("INVALID", f"timeout: seconds, at most {LONGEST_WAIT_SECONDS:g}")
    return seconds


def next_page(request: Request, after: int) -> dict[str, str]:
    """The header that leads to what follows a position."""
    given = {**parameters(request), "after": str(after)}
    return {"Link": f'<{request.url.path}?{urlencode(given)}>; rel="next"'}
