"""The database dies under load and comes back: nothing acknowledged is lost, and writing goes on by itself."""

from __future__ import annotations

import asyncio
import os
import signal
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from ledger.log.errors import LogError
from ledger.log.store import Log
from migrations import postgres, upgrade
from tests.ledger.log.appender import Appender
from tests.ledger.log.notes import Note
from tests.ledger.log.test_writer import append, check_chain

pytestmark = pytest.mark.integration

CLIENTS, COMMANDS = 8, 60


async def insist(appender: Appender, command: str) -> int:
    """Ask with the same id until there is an answer, as every caller may."""
    async with asyncio.timeout(20):
        while True:
            try:
                return (await append(appender, command, Note("unit-W1")))[0]
            except LogError:
                await asyncio.sleep(0.05)


async def test_a_killed_database_loses_nothing_that_was_acknowledged() -> None:
    with TemporaryDirectory(prefix="jiesuan-test-") as directory:
        data = Path(directory) / "data"
        async with postgres.server(data, "tests") as server:
            dsn = server.dsn("postgres")
            await upgrade(dsn)
            log = await Log.open(dsn)
            answers: dict[str, int] = {}

            async def client(number: int) -> None:
                for n in range(COMMANDS):
                    command = f"c-{number}-{n}"
                    answers[command] = await insist(appender, command)

            async def kill_when_half_is_done() -> None:
                while len(answers) < CLIENTS * COMMANDS / 2:
                    await asyncio.sleep(0.001)
                postmaster = int((data / "postgres" / "postmaster.pid").read_text().split()[0])
                os.kill(postmaster, signal.SIGKILL)

            async with Appender(log) as appender:
                await asyncio.gather(kill_when_half_is_done(), *map(client, range(CLIENTS)))
            rows = await log.after(0, 10_000)
            check_chain(rows)
            assert {row.command_id: row.position for row in rows} == answers
            assert len(rows) == CLIENTS * COMMANDS
            await log.close()
