"""`GET /v1/queries/{Query}`, and every query again at the address that it declares: doors made from the table."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from hashlib import sha256
from typing import Any
from urllib.parse import urlencode

import msgspec
from fastapi import APIRouter, Request
from starlette.responses import Response

from api.http import schemas
from api.http.deps import ledger_of
from api.http.parameters import parameters, unknown, waiting
from api.http.problems import refusal
from api.ledger import Ledger
from api.papers import http as papers
from ledger import interchange
from ledger.interchange import Answer
from projections.exports.formats import Format
from projections.queries import TABLE, Query, data_from_text, find, subject_of

Door = Callable[[Request], Awaitable[Response]]
_encode = msgspec.json.Encoder().encode


def router() -> APIRouter:
    """A door for every query at its own address, and one for all of them by name."""
    made = APIRouter(default_response_class=Response)
    made.add_api_route(
        "/queries/{query}", by_name, tags=["queries"], responses=schemas.ANSWERS, openapi_extra=schemas.by_name()
    )
    for address, queries in addresses().items():
        first = queries[0]
        made.add_api_route(
            address,
            door(queries),
            name=first.function.__name__,
            description=first.rule,
            tags=[subject_of(first)],
            responses=schemas.answers(queries, files=first.name in papers.KINDS),
            openapi_extra=schemas.reading(address, queries, files=first.name in papers.KINDS),
        )
    return made


def addresses() -> dict[str, list[Query]]:
    """The queries that are asked at each address."""
    found: dict[str, list[Query]] = {}
    for query in TABLE.values():
        if query.at is not None:
            found.setdefault(query.at, []).append(query)
    return found


def door(queries: Sequence[Query]) -> Door:
    """Ask the query that the given fields are for, or print it where the caller wants its paper."""

    async def answer_door(request: Request) -> Response:
        ledger, given = await ledger_of(request), fields_of(request)
        query = chosen(queries, given)
        if query.name in papers.KINDS and (form := papers.taken_out(request, given)) is not Format.JSON:
            kind = papers.KINDS[query.name]
            found = await asked(ledger, find(kind.query), given)
            return await papers.printed(kind, found.result, form) if found.ok else refusal(found)
        return response(request, query, await asked(ledger, query, given))

    return answer_door


async def by_name(request: Request, query: str) -> Response:
    """Any query by its name; its fields are the parameters, lists comma-separated."""
    named = find(query)
    return response(request, named, await asked(await ledger_of(request), named, parameters(request)))


def chosen(queries: Sequence[Query], given: Mapping[str, str]) -> Query:
    """Of queries at one address, the one that needs most of what is given: Balances, BalancesAt with a date."""

    def fit(query: Query) -> tuple[bool, int]:
        needed = query.hints.keys() - query.defaults.keys()
        return needed <= given.keys(), len(needed)

    return max(queries, key=fit) if len(queries) > 1 else queries[0]


def fields_of(request: Request) -> dict[str, str]:
    """The parameters of the URL with those of its path."""
    given = parameters(request)
    path = {name: value for name, value in request.path_params.items() if name != "ledger"}
    if twice := given.keys() & path.keys():
        raise unknown(min(twice))
    return given | path


async def asked(ledger: Ledger, query: Query, given: dict[str, str]) -> Answer:
    position, timeout = waiting(query.hints, given)
    data = data_from_text(query.name, given)
    return await ledger.ask_at(interchange.Query(query.name, query.name, data), position, timeout)


def response(request: Request, query: Query, found: Answer) -> Response:
    """The answer, which a caller who has it already need not fetch again."""
    if not found.ok:
        return refusal(found)
    body = _encode({"ok": True, "result": found.result, "position": found.position})
    tag = f'"{sha256(body).hexdigest()[:32]}"'
    headers = {"ETag": tag, "Jiesuan-Position": str(found.position), **next_page(request, query, found.result)}
    if tag in [each.strip().removeprefix("W/") for each in request.headers.get("if-none-match", "").split(",")]:
        return Response(None, 304, headers)
    return Response(body, 200, headers, "application/json")


def next_page(request: Request, query: Query, result: Mapping[str, Any]) -> dict[str, str]:
    """The header that leads to what follows a page."""
    if "after" not in query.hints or (after := _end(result)) is None:
        return {}
    given = {**parameters(request), "after": str(after)}
    return {"Link": f'<{request.url.path}?{urlencode(given)}>; rel="next"'}


def _end(result: Mapping[str, Any]) -> str | int | None:
    """Where the page says that the next one begins, else the position of its last row: more may be recorded by then."""
    if "next" in result:
        return result["next"]  # type: ignore[no-any-return]
    [rows] = (value for value in result.values() if isinstance(value, list))
    return rows[-1]["position"] if rows else None
