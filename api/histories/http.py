"""`POST /v1/bulk`: a history as JSON Lines in, an answer a line out, while it is still coming in."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from tempfile import SpooledTemporaryFile

from fastapi import APIRouter, Request
from starlette.requests import ClientDisconnect
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from api.histories.history import History, written
from api.http.deps import CurrentLedger
from api.http.schemas import HISTORY_BODY, HISTORY_RESPONSES
from api.ledger import Ledger

MEDIA_TYPE = "application/x-ndjson"
IN_MEMORY = 1_000_000
PIECE = 65_536

router = APIRouter(tags=["commands"])


@router.post("/bulk", openapi_extra=HISTORY_BODY, responses=HISTORY_RESPONSES, response_class=Response)
async def send_history(ledger: CurrentLedger, request: Request) -> Response:
    """Run a history of commands and queries: one answer line for each line, in the same order.

    Status 200 says only that the history was taken; each line has its own answer.  Empty lines are skipped, a line that
    cannot be read is answered INVALID, and sending the same history again records nothing twice.
    """
    return HistoryResponse(ledger, request)


class HistoryResponse(Response):
    """Answers while the request is still being read (StreamingResponse would swallow the request's body)."""

    def __init__(self, ledger: Ledger, request: Request) -> None:
        super().__init__(media_type=MEDIA_TYPE)
        del self.headers["content-length"]
        self._history = History(ledger)
        self._request = request

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
        answers = Spool()
        answering = asyncio.create_task(self._answer(answers), name="answering a history")
        try:
            async for piece in answers.pieces():
                await send({"type": "http.response.body", "body": piece, "more_body": True})
            await answering
        except ClientDisconnect:
            return  # nobody is there to hear the rest; what was answered is recorded
        finally:
            answering.cancel()
            await asyncio.wait([answering])
            answers.close()
        await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _answer(self, spool: Spool) -> None:
        try:
            async for answers in self._history.answers(self._request.stream()):
                spool.write(written(answers))
        finally:
            spool.finish()


class Spool:
    """Answers that the caller has not fetched yet: in memory, and when there are many of them in a temporary file.

    Simple clients send everything before they read anything.  If we waited for them to read, they and we would wait
    for each other.
    """

    def __init__(self) -> None:
        self._file = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - closed by close()
        self._written = self._read = 0
        self._finished = False
        self._more = asyncio.Event()

    def write(self, text: bytes) -> None:
        self._file.seek(self._written)
        self._written += self._file.write(text)
        self._more.set()

    def finish(self) -> None:
        self._finished = True
        self._more.set()

    def close(self) -> None:
        self._file.close()

    async def pieces(self) -> AsyncIterator[bytes]:
        while True:
            while self._read < self._written:
                self._file.seek(self._read)
                piece = self._file.read(PIECE)
                self._read += len(piece)
                self._start_anew_when_empty()
                yield piece
            if self._finished:
                return
            self._more.clear()
            await self._more.wait()

    def _start_anew_when_empty(self) -> None:
        if self._read == self._written:
            self._read = self._written = 0
            self._file.seek(0)
            self._file.truncate()
