"""The HTTP application: routers, errors, request ids."""

from __future__ import annotations

import re
import secrets
import time
from urllib.parse import urlsplit

import structlog
from fastapi import APIRouter, Depends, FastAPI
from fastapi_offline import FastAPIOffline
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import ClientDisconnect, Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.bootstrap import Ledgers
from api.duties import http as duties
from api.evidence import http as evidence
from api.exports import http as exports
from api.histories import http as histories
from api.http import commands, health, openapi, problems, queries, stream
from api.http.parameters import only_known
from api.imports import http as imports
from api.jobs import http as jobs
from api.logs import bind
from api.metrics import Metrics
from api.reconciliation import http as reconciliation

REQUEST_ID = re.compile(r"[A-Za-z0-9._:\-]{1,64}\Z")
COMMANDS = "/v1/commands"
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
logger = structlog.get_logger("jiesuan.http")


def create_app(ledgers: Ledgers, metrics: Metrics) -> ASGIApp:
    """The application over open ledgers; who opens them closes them (api.bootstrap)."""
    return Requests(FastLane(ledgers, create_api(ledgers, metrics)))


def create_api(ledgers: Ledgers, metrics: Metrics) -> FastAPI:
    app = FastAPIOffline(title="Jiesuan 结算", version="1", strict_content_type=False)
    app.state.ledgers, app.state.metrics = ledgers, metrics
    problems.install(app)
    openapi.install(app)
    app.include_router(health.router, dependencies=[Depends(only_known)])
    app.include_router(about_a_ledger(), prefix="/v1")
    app.include_router(about_a_ledger(), prefix="/ledgers/{ledger}/v1", include_in_schema=False)
    return app


def about_a_ledger() -> APIRouter:
    router = APIRouter()
    router.include_router(queries.router())
    for module in (commands, histories, stream, jobs, evidence, duties, imports, reconciliation, exports):
        router.include_router(module.router, dependencies=[Depends(only_known)])
    return router


class FastLane:
    """`POST /v1/commands` past the framework, whose routing takes as long as the ledger does."""

    def __init__(self, ledgers: Ledgers, app: ASGIApp) -> None:
        self._ledgers = ledgers
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] != COMMANDS or scope["method"] != "POST":
            await self._app(scope, receive, send)
            return
        scope["route"] = COMMANDS
        try:
            request = Request(scope, receive)
            dry_run = commands.dry_run_of(request)
            answer = await commands.answer_command(await self._ledgers.get(self._ledgers.main), request, dry_run)
        except ClientDisconnect:
            return
        except Exception as error:
            answer = problems.of(error)
        await answer(scope, receive, send)


class Requests:
    """Gives every request an id, logs it by the shape of its address, and keeps other sites' pages from writing."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        request_id = headers.get("x-request-id", "")
        if not REQUEST_ID.match(request_id):
            request_id = secrets.token_hex(8)
        began, status = time.perf_counter(), 0

        async def send_with_id(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)["X-Request-ID"] = request_id
            await send(message)

        with bind(request_id=request_id):
            if holds_nul(scope):
                refused = problems.problem("INVALID", "The address holds the sign NUL.")
                await refused(scope, receive, send_with_id)
            elif scope["method"] not in SAFE and from_another_site(headers):
                refused = problems.problem("AUTHORITY", "Pages of other sites may not write here.")
                await refused(scope, receive, send_with_id)
            else:
                await self._app(scope, receive, send_with_id)
            milliseconds = round((time.perf_counter() - began) * 1000, 1)
            logger.info(
                "request",
                method=scope["method"],
                route=route_of(scope),
                status=status,
                ms=milliseconds,
                **command_of(scope),
            )


def holds_nul(scope: Scope) -> bool:
    """No text that the database can hold has this sign."""
    return "\x00" in scope["path"] or b"%00" in scope["query_string"]


def from_another_site(headers: Headers) -> bool:
    """A browser says which page sends; as there is no login yet, that page has to be one of ours."""
    origin = headers.get("origin")
    return origin is not None and urlsplit(origin).netloc != headers.get("host")


def command_of(scope: Scope) -> dict[str, str]:
    """Which command the request brought, by id and name, and what became of it; nothing of what it says."""
    if "command" not in scope:
        return {}
    identifier, name = scope["command"]
    return {"command_id": identifier, "name_of_command": name, "outcome": scope.get("outcome", "unknown")}


def route_of(scope: Scope) -> str:
    """The pattern of the address: the address itself may name a person."""
    route = scope.get("route", "(none)")
    return str(getattr(route, "path", route))
