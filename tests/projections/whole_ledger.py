"""A whole ledger in this process, on a database of its own: the market with its computed states, and the queries."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from itertools import count
from typing import Any

from api.bootstrap import query_engine
from api.ledger import Ledger, Reader
from ledger.decisions import Command
from ledger.fact import StoredFact
from ledger.interchange import Bundle, Query, read_line
from ledger.log.store import Log
from ledger.market import Market
from ledger.market.states import stored_fact
from migrations import SERVICE
from migrations.postgres.connections import create_pool
from projections.builds import prepare
from projections.catalogue import PROJECTIONS
from projections.computed_states import loaders
from projections.runner import Runner
from projections.sessions import connect
from tests.spec import fixture_lines

Line = dict[str, Any]

_ids = count(1)


def named(line: Line) -> Line:
    """The command under an id that no other has."""
    return {**line, "id": f"s-{next(_ids)}"}


def do(command: str, by: str, at: str, **data: Any) -> Line:
    return named({"at": f"{at}+08:00", "by": by, "command": command, "data": data})


class Client:
    """Commands and queries, asked one after the other or many commands at once."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger

    async def send(self, line: Line) -> Line:
        """One line of a history and its answer."""
        read = read_line(json.dumps(line, ensure_ascii=False).encode())
        if isinstance(read, Query):
            return (await self.ledger.ask(read)).line()
        assert isinstance(read, Command)
        [answer] = await self.ledger.submit([read])
        return answer.line()

    async def accept(self, *lines: Line) -> None:
        """All of them in one batch; every one is accepted."""
        answers = await self.batch(*lines)
        refused = [(line, answer) for line, answer in zip(lines, answers, strict=True) if not answer["ok"]]
        assert not refused, refused[0]

    async def batch(self, *lines: Line) -> list[Line]:
        commands = [_sent(read_line(json.dumps(line, ensure_ascii=False).encode())) for line in lines]
        return [answer.line() for answer in await self.ledger.submit(commands)]

    async def ask(self, name: str, **data: Any) -> Any:
        answer = await self.send({"id": "q", "query": name, "data": data})
        assert answer["ok"], answer
        return answer["result"]

    async def facts(self) -> list[StoredFact]:
        return [stored_fact(record) for record in await self.ledger.log.after(0, 10**9)]


def _sent(read: Command | Bundle | Query) -> Command | Bundle:
    assert not isinstance(read, Query)
    return read


@asynccontextmanager
async def open_client(dsn: str) -> AsyncIterator[Client]:
    """The group of contract §1.7 on a migrated database."""
    async with reopened(dsn) as client:
        await client.accept(*map(json.loads, fixture_lines()))
        yield client


@asynccontextmanager
async def reopened(dsn: str) -> AsyncIterator[Client]:
    """The ledger that a database holds, whatever it is."""
    async with AsyncExitStack() as stack:
        connection = await connect(dsn)
        await prepare(connection, PROJECTIONS)
        await connection.close()
        log = await Log.open(dsn)
        stack.push_async_callback(log.close)
        pool = await stack.enter_async_context(create_pool(dsn, SERVICE, min_size=0, max_size=2))
        reader = Reader(query_engine(dsn, 4), pool, Runner(dsn))
        stack.push_async_callback(reader.close)
        market = Market(log, allow_simulated=True, computed=loaders(reader.reached))
        yield Client(Ledger("main", dsn, log, await stack.enter_async_context(market), reader))
