"""`GET /v1/exports/{kind}`: journals, data sets and the record, streamed as they are read."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from typing import Annotated, Any

import structlog
from fastapi import APIRouter, Path, Query
from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from api.bootstrap import Ledgers
from api.exports import writer
from api.http.deps import CurrentLedger, CurrentLedgers
from api.http.problems import Problem
from api.http.schemas import PROBLEMS, problem_response
from api.ledger import Ledger
from api.papers.http import attachment
from ledger.log.errors import Busy
from projections.exports.catalogue import EXPORTS, Export, export_of, file_name
from projections.exports.source import Wanted

FORMS = sorted({export.media_type.partition(";")[0] for export in EXPORTS.values()})
FETCHED: dict[int | str, dict[str, Any]] = PROBLEMS | {
    200: {"description": "The file", "content": {form: {"schema": {"type": "string"}} for form in FORMS}},
    403: problem_response("This server does not give out the record (JIESUAN_RAW_LOG)"),
    429: problem_response("Other exports are under way; come again after Retry-After seconds"),
}
KINDS = ", ".join(EXPORTS)

LONGEST_SECONDS = 600.0
logger = structlog.get_logger("jiesuan.http")


class WithinTime(StreamingResponse):
    """Cut off when it takes too long: while an export is read, no rebuilt read model can be switched to."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            async with asyncio.timeout(LONGEST_SECONDS):
                await super().__call__(scope, receive, send)
        except TimeoutError:
            logger.warning("export_cut_off", seconds=LONGEST_SECONDS)
        finally:
            if isinstance(self.body_iterator, AsyncGenerator):
                await self.body_iterator.aclose()


router = APIRouter(tags=["exports"], default_response_class=StreamingResponse)


@router.get("/exports/{kind}", responses=FETCHED)
async def export(
    ledger: CurrentLedger,
    ledgers: CurrentLedgers,
    kind: Annotated[str, Path(description=f"One of {KINDS}")],
    period: Annotated[str | None, Query(description="Only this posting period, on what was before it")] = None,
    known_at: Annotated[str | None, Query(description="As known then: a date or moment")] = None,
    position: Annotated[int | None, Query(ge=0, le=2**53, description="As known at this position")] = None,
) -> StreamingResponse:
    """A whole export: `beancount` and `hledger` as text, `log` as JSON Lines, `audit` and `parquet` as ZIP.

    An export that takes longer than ten minutes, by its size or a slow reader, is cut off: ask for it as a job.
    """
    wanted = Wanted(period, known_at, position)
    asked = export_of(kind, wanted)
    if asked.is_record and not ledgers.raw_log:
        raise Problem("AUTHORITY", "The record holds names and sealed reporters: use `jiesuan export log`.")
    if ledgers.exporting.locked():
        raise Busy("Other exports are under way")
    blocks = streamed(ledgers, ledger, asked, wanted)
    name = (await anext(blocks)).decode()
    headers = {"Content-Disposition": attachment(name), "X-Content-Type-Options": "nosniff"}
    return WithinTime(blocks, 200, headers, asked.media_type)


async def streamed(ledgers: Ledgers, ledger: Ledger, asked: Export, wanted: Wanted) -> AsyncGenerator[bytes, None]:
    """First the file's name, when it is sure that the export can be read; then its blocks."""
    async with ledgers.exporting, writer.reading(ledger, asked, wanted) as source:
        yield file_name(asked, source).encode()
        async for block in writer.blocks(asked, source):
            yield block
