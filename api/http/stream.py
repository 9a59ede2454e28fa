"""`GET /v1/facts/stream`: facts as server-sent events, as they are recorded."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Header, Query
from starlette.responses import StreamingResponse

from api.bootstrap import Ledgers
from api.http.deps import CurrentLedger, CurrentLedgers
from api.ledger import Ledger
from ledger import interchange
from ledger.log.errors import LogError

PAGE = 500
LOOK_SECONDS = 0.25
KEEP_ALIVE_SECONDS = 15.0
_encode = msgspec.json.Encoder().encode

router = APIRouter(tags=["facts"])


@router.get(
    "/facts/stream",
    response_class=StreamingResponse,
    responses={200: {"description": "Events", "content": {"text/event-stream": {"schema": {"type": "string"}}}}},
)
async def stream(
    ledger: CurrentLedger,
    ledgers: CurrentLedgers,
    after: Annotated[int, Query(ge=0, le=2**53, description="Begin after this position")] = 0,
    stream: Annotated[str | None, Query(description="Only this stream, such as unit-W1")] = None,
    last_event_id: Annotated[str | None, Header(description="Resume after this position")] = None,
) -> StreamingResponse:
    """Every fact once and in order: `id` is its position, `event` its name, `data` as in query Facts.

    A client that was cut off sends the last `id` as `Last-Event-ID` (browsers do so by themselves) and misses nothing.
    """
    if last_event_id and last_event_id.isascii() and last_event_id.isdecimal():
        after = min(int(last_event_id[:16]), 2**53)
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(events(ledger, ledgers, after, stream), headers=headers, media_type="text/event-stream")


async def events(ledger: Ledger, ledgers: Ledgers, after: int, only: str | None) -> AsyncIterator[bytes]:
    """Until the client goes or the server stops.  While the database is away, we wait for it."""
    yield b"retry: 1000\n\n"
    silent = 0.0
    while not ledgers.closing.is_set():
        found = await _page(ledger, after, only)
        for fact in found:
            yield event(fact)
            after = fact["position"]
        silent = 0.0 if found else silent + LOOK_SECONDS
        if silent >= KEEP_ALIVE_SECONDS:
            silent = 0.0
            yield b": still here\n\n"
        if len(found) < PAGE:
            await _rest(ledgers)


async def _page(ledger: Ledger, after: int, only: str | None) -> list[dict[str, Any]]:
    fields = {"after": after, "limit": PAGE} | ({} if only is None else {"stream": only})
    with suppress(LogError):  # the database is away: we look again
        found = await ledger.ask_at(interchange.Query("stream", "Facts", fields), 0)
        facts: list[dict[str, Any]] = found.result["facts"]
        return facts
    return []


async def _rest(ledgers: Ledgers) -> None:
    with suppress(TimeoutError):
        await asyncio.wait_for(ledgers.closing.wait(), LOOK_SECONDS)


def event(fact: dict[str, Any]) -> bytes:
    return b"id: %d\nevent: %b\ndata: %b\n\n" % (fact["position"], fact["fact"].encode(), _encode(fact))
