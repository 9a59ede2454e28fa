"""When nobody knows whether a commit happened, the caller is told so, and asking again with the same id settles it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from ledger.log.errors import CommitInDoubt, LogUnavailable
from ledger.log.store import Log
from tests.conftest import Database
from tests.faults.processes import line, running
from tests.faults.proxy import Cut, Proxy, proxy_before
from tests.ledger.log.appender import Appender
from tests.ledger.log.notes import Note, digest
from tests.ledger.log.test_writer import append, check_chain


@pytest.fixture
async def proxy(database: Database) -> AsyncIterator[Proxy]:
    with TemporaryDirectory(prefix="jiesuan-proxy-") as directory:
        async with proxy_before(database.dsn, Path(directory)) as proxy:
            yield proxy


@pytest.mark.parametrize("cut", [Cut.BEFORE_COMMIT, Cut.BEFORE_ITS_ANSWER])
async def test_a_connection_lost_in_commit_is_in_doubt_until_asked_again(proxy: Proxy, cut: Cut) -> None:
    log = await Log.open(proxy.dsn)
    async with Appender(log) as appender:
        await append(appender, "c-1", Note("unit-W1"))
        proxy.cut = cut
        with pytest.raises(CommitInDoubt):
            await append(appender, "c-2", Note("unit-W1"))
        assert await append(appender, "c-2", Note("unit-W1")) == [2]
        assert await append(appender, "c-3", Note("unit-W1")) == [3]
    check_chain(await log.after(0, 10))
    await log.close()


async def test_a_cut_after_the_commit_was_recorded_and_one_before_was_not(proxy: Proxy) -> None:
    log = await Log.open(proxy.dsn)
    async with Appender(log) as appender:
        recorded = {}
        for cut in (Cut.BEFORE_COMMIT, Cut.BEFORE_ITS_ANSWER):
            proxy.cut = cut
            with pytest.raises(CommitInDoubt):
                await append(appender, cut.name, Note("unit-W1"))
            recorded[cut] = [row.command_id for row in await log.commands([cut.name])]
    assert recorded == {Cut.BEFORE_COMMIT: [], Cut.BEFORE_ITS_ANSWER: ["BEFORE_ITS_ANSWER"]}
    await log.close()


async def test_a_backend_that_is_ended_before_commit_has_recorded_nothing(database: Database) -> None:
    log = await Log.open(database.dsn)

    async def end_our_backend() -> None:
        async with database.owner(1) as pool:
            await pool.execute(
                """select pg_terminate_backend(pid) from pg_stat_activity
                   where application_name = 'jiesuan log' and datname = current_database()"""
            )

    async def write() -> None:
        async with log.exclusive() as session:
            await end_our_backend()
            await session.insert([], [])
            await session.head()

    with pytest.raises(LogUnavailable):
        await write()
    assert (await log.head()).position == 0
    await log.close()


async def test_a_process_killed_between_commit_and_answer_leaves_the_first_answer_to_the_retry(
    database: Database,
) -> None:
    async with running("killable", database.dsn, "c-1") as process:
        assert await line(process) == "committed"
        process.kill()
    log = await Log.open(database.dsn)
    async with Appender(log) as appender:
        retried, fresh = await asyncio.gather(
            appender.append("c-1", digest("c-1"), [Note("unit-W1"), Note("unit-W2")]),
            appender.append("c-2", digest("c-2"), [Note("unit-W1")]),
        )
    assert [row.position for row in retried] == [1, 2]
    assert [row.position for row in fresh] == [3]
    check_chain(await log.after(0, 10))
    await log.close()
