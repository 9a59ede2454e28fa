"""A proxy before PostgreSQL that cuts the line at the INSERT, before the server hears of it or before it is answered.

The statement is its own transaction, so its answer is the commit's.
"""

from __future__ import annotations

import asyncio
from asyncio import StreamReader, StreamWriter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from enum import Enum
from pathlib import Path
from urllib.parse import parse_qs, quote, urlsplit

INSERT = b"insert into log.events"


class Cut(Enum):
    NEVER = 0
    BEFORE_COMMIT = 1
    BEFORE_ITS_ANSWER = 2


class Proxy:
    """`cut` says what happens to the next INSERT; after one cut it is NEVER again."""

    def __init__(self, server: str, dsn: str) -> None:
        self.dsn = dsn
        self.cut = Cut.NEVER
        self._server = server
        self._carrying: list[asyncio.Task[None]] = []

    def take(self, client: StreamReader, to_client: StreamWriter) -> None:
        self._carrying.append(asyncio.create_task(self._carry(client, to_client)))

    async def close(self) -> None:
        for task in self._carrying:
            task.cancel()
        await asyncio.gather(*self._carrying, return_exceptions=True)

    async def _carry(self, client: StreamReader, to_client: StreamWriter) -> None:
        server, to_server = await asyncio.open_unix_connection(self._server)
        answers = asyncio.create_task(_pour(server, to_client))
        prepared = b""
        try:
            while data := await client.read(65536):
                if INSERT in data:
                    prepared = data[5 : data.index(b"\x00", 5)]  # Parse: type, length, the name of the statement
                elif prepared and data[:1] == b"B" and prepared in data and self.cut is not Cut.NEVER:
                    answers.cancel()
                    await asyncio.wait([answers])
                    await self._cut_the_line(data, server, to_server)
                    break
                to_server.write(data)
        except ConnectionError:
            return  # the client threw its connection away
        finally:
            answers.cancel()
            await asyncio.wait([answers])
            await _hang_up(to_server, to_client)

    async def _cut_the_line(self, insert: bytes, server: StreamReader, to_server: StreamWriter) -> None:
        cut, self.cut = self.cut, Cut.NEVER
        if cut is Cut.BEFORE_ITS_ANSWER:
            to_server.write(insert)
            await server.read(1)  # it has committed: nothing is sent before the end of the statement


async def _pour(source: StreamReader, target: StreamWriter) -> None:
    with suppress(ConnectionError):
        while data := await source.read(65536):
            target.write(data)
    target.close()


async def _hang_up(*ends: StreamWriter) -> None:
    for end in ends:
        end.close()
        with suppress(ConnectionError):
            await end.wait_closed()


@asynccontextmanager
async def proxy_before(dsn: str, directory: Path) -> AsyncIterator[Proxy]:
    parts = urlsplit(dsn)
    (sockets,) = parse_qs(parts.query)["host"]
    name = ".s.PGSQL.5432"
    proxied = parts._replace(query=f"host={quote(str(directory), safe='')}&port=5432").geturl()
    proxy = Proxy(f"{sockets}/{name}", proxied)
    async with await asyncio.start_unix_server(proxy.take, directory / name):
        try:
            yield proxy
        finally:
            await proxy.close()
