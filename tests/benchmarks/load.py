"""Clients of the HTTP interface: python -m tests.benchmarks.load PORT CONNECTIONS SECONDS WHAT.

A round sends commands on so many connections, each waiting for its answer, and prints what it saw as JSON.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import Iterator
from datetime import timedelta
from itertools import count
from time import perf_counter
from typing import NamedTuple

from api.cli.options import run_to_end
from tests.benchmarks.mine import Episode, Mine
from tests.benchmarks.processes import rounds_of
from tests.benchmarks.results import percentile

PATHS = {"commands": "/v1/commands", "library": "/commands"}


class Seen(NamedTuple):
    """A round as the clients saw it: answers a second, and how long they took, in milliseconds."""

    rate: float
    p50: float
    p99: float


class Connection:
    """One kept-alive connection that sends a request and reads its answer; nothing more."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, path: str) -> None:
        self._reader = reader
        self._writer = writer
        self._head = f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: "

    @classmethod
    async def open(cls, port: int, path: str) -> Connection:
        return cls(*await asyncio.open_connection("127.0.0.1", port), path)

    async def post(self, body: bytes) -> None:
        self._writer.write(f"{self._head}{len(body)}\r\n\r\n".encode() + body)
        head = await self._reader.readuntil(b"\r\n\r\n")
        length = int(head.lower().partition(b"content-length:")[2].split(b"\r\n", 1)[0])
        answer = await self._reader.readexactly(length)
        if not head.startswith(b"HTTP/1.1 201"):
            raise RuntimeError(f"{head!r} {answer!r}")

    def close(self) -> None:
        self._writer.close()


def lanes(what: str, connections: int) -> list[Iterator[Episode]]:
    """The work of the mine; the library is asked for as many inserts of two events."""
    if what == "commands":
        mine = Mine(f"h{os.getpid()}", step=timedelta(milliseconds=10))
        return [mine.episodes(lane) for lane in range(connections)]
    inserts: Iterator[Episode] = ([b'{"name":"%d-%d"}' % (os.getpid(), number)] for number in count(1))
    return [inserts] * connections


async def client(connection: Connection, work: Iterator[Episode], until: float, times: list[float]) -> None:
    for episode in work:
        for line in episode:
            began = perf_counter()
            await connection.post(line)
            times.append(perf_counter() - began)
        if perf_counter() > until:
            return


async def main(port: int, connections: int, seconds: float, what: str) -> None:
    work = lanes(what, connections)
    opened = [await Connection.open(port, PATHS[what]) for _ in range(connections)]

    async def one_round(seconds: float = seconds) -> str:
        times: list[float] = []
        began = perf_counter()
        await asyncio.gather(*(client(*pair, began + seconds, times) for pair in zip(opened, work, strict=True)))
        rate = len(times) / (perf_counter() - began)
        return json.dumps(Seen(rate, percentile(times, 0.5) * 1000, percentile(times, 0.99) * 1000))

    await one_round(0.3)
    await rounds_of(one_round)
    for connection in opened:
        connection.close()


if __name__ == "__main__":
    run_to_end(main(int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3]), sys.argv[4]))
