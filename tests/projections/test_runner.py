"""One elected process carries facts, each exactly once; what it cannot digest parks one projection by name."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Sequence
from contextlib import suppress

import asyncpg
import pytest

from ledger.log.errors import DRIVER_ERRORS
from projections import workers
from projections.batch import Connection, Posted, read
from projections.batch_writer import BatchWriter
from projections.builds import Build, Superseded, builds
from projections.catalogue import PROJECTIONS
from projections.journal import JOURNAL, JournalFeed
from projections.progress import Behind, status, wait_for
from projections.projection import Feed
from projections.rebuild import REBUILD_LOCK, rebuild
from projections.runner import NotElected, Runner, following
from tests.projections.company import Company
from tests.projections.conftest import Books
from tests.projections.history import Writer


async def same_as_rebuilt(books: Books) -> bool:
    return all(report["differences"] == 0 for report in await rebuild(books.dsn))


async def test_everything_recorded_is_carried_and_the_status_says_so(books: Books) -> None:
    await books.load(Company().facts(1500))
    async with books.projector() as connection:
        now = await status(connection)
    assert now.head == 1500
    assert now.positions == {"journal": 1500, "register": 1500, "hazards": 1500, "duties": 1500, "mentions": 1500}
    assert now.lag == {"journal": 0, "register": 0, "hazards": 0, "duties": 0, "mentions": 0}
    assert now.parked == {}


async def test_of_two_runners_one_is_elected_and_the_other_takes_over(books: Books) -> None:
    facts = Company().facts(1200)
    await books.record(facts[:600])
    other = Runner(books.dsn, poll=0.02)
    async with books.runner.elected() as elected:
        with pytest.raises(NotElected):
            async with other.elected():
                pass
        standing_by = asyncio.create_task(other.run())
        await asyncio.sleep(0.1)
        assert await elected.catch_up() == 600
    await books.record(facts[600:])
    async with books.projector() as connection:
        await wait_for(connection, 1200, 5)
    standing_by.cancel()
    with suppress(asyncio.CancelledError):
        await standing_by
    assert await same_as_rebuilt(books)


async def test_a_runner_that_is_woken_carries_at_once(books: Books) -> None:
    await books.runner.catch_up()
    runner = Runner(books.dsn, poll=60)
    running = asyncio.create_task(runner.run())
    await asyncio.sleep(0.3)
    await books.record(Company().facts(100))
    runner.wake()
    async with books.projector() as connection:
        await wait_for(connection, 100, 5)
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running


async def test_killed_anywhere_nothing_is_lost_and_nothing_doubled(books: Books) -> None:
    facts = Company().facts(3000)
    await books.record(facts)
    for delay in (0.1, 0.15, 0.2, 0.25, 0.3):
        carrying = asyncio.create_task(Runner(books.dsn, batch=100).catch_up())
        await asyncio.sleep(delay)
        await kill_sessions(books)
        with suppress(*DRIVER_ERRORS):
            await carrying
    assert await books.runner.catch_up() == 3000
    assert await same_as_rebuilt(books)


async def kill_sessions(books: Books) -> None:
    connection = await asyncpg.connect(books.dsn)
    await connection.execute(
        "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'jiesuan projector'"
        " and datname = current_database()"
    )
    await connection.close()


async def test_one_that_lost_the_election_without_noticing_writes_nothing(books: Books) -> None:
    facts = Company().facts(600)
    await books.load(facts[:300])
    await books.record(facts[300:])
    async with books.projector() as one, books.projector() as other:
        (build,) = [build for build in await builds(one) if build.name == "journal"]
        batch = await read(one, 300, 300)
        await BatchWriter(JOURNAL, build).take(one, batch)
        with pytest.raises(Superseded):
            await BatchWriter(JOURNAL, build).take(other, batch)
    assert await books.runner.catch_up() == 600
    assert await same_as_rebuilt(books)


class Squeamish(JournalFeed):
    """A journal that cannot digest one position, as long as it is told so."""

    bad: int | None = 0

    async def write(self, connection: Connection, facts: Sequence[Posted]) -> None:
        await super().write(connection, facts)
        if any(posted.stored.position == self.bad for posted in facts):
            raise ValueError("I cannot digest this")


def squeamish(schema: str) -> Feed:
    return Squeamish(schema)


async def test_a_poison_fact_parks_its_projection_by_name_and_the_others_go_on(books: Books) -> None:
    projections = (JOURNAL._replace(feed=squeamish), *PROJECTIONS[1:])
    runner = Runner(books.dsn, projections, batch=400)
    Squeamish.bad = 777
    await books.record(Company().facts(1500))
    async with runner.elected() as elected:
        assert await elected.catch_up() == 776
        async with books.projector() as connection:
            now = await status(connection)
            assert now.positions == {
                "journal": 776,
                "register": 1500,
                "hazards": 1500,
                "duties": 1500,
                "mentions": 1500,
            }
            assert now.parked["journal"] == (777, "ValueError: I cannot digest this")
            with pytest.raises(Behind, match="journal is at 776, not yet at 1500: ValueError"):
                await wait_for(connection, 1500, 5)
            await wait_for(connection, 1500, 1, ["register"])
    Squeamish.bad = None
    assert await runner.catch_up() == 1500
    async with books.projector() as connection:
        assert (await status(connection)).parked == {}
    assert await same_as_rebuilt(books)


async def test_a_fact_that_cannot_be_read_parks_all_that_need_it(books: Books) -> None:
    writer = Writer()
    connection = await asyncpg.connect(books.dsn)
    await writer.write(connection, Company().facts(20))
    row = writer.row(Company().facts(1)[0], "2026-02-01T00:00:00.000000Z")
    stranger = row._replace(command_id="c-21", body=json.dumps({"topic": "from.the-future.v9"}).encode())
    await connection.copy_records_to_table("events", schema_name="log", records=[stranger])
    await connection.close()
    assert await books.runner.catch_up() == 20
    async with books.projector() as connection:
        parked = (await status(connection)).parked
    assert set(parked) == {"journal", "register", "hazards", "duties", "mentions"}
    assert {each.position for each in parked.values()} == {21}
    assert "from.the-future.v9" in parked["journal"].reason


async def test_tables_of_another_shape_are_not_fed(books: Books) -> None:
    await books.load(Company().facts(100))
    newer = Runner(books.dsn, (JOURNAL._replace(shape=9), *PROJECTIONS[1:]))
    await books.record([])
    await newer.catch_up()
    async with books.projector() as connection:
        now = await status(connection)
        assert {build.state for build in await builds(connection)} == {"serving"}
    assert "rebuild journal" in now.parked["journal"].reason


async def test_following_reaches_a_position_with_and_without_being_elected(books: Books) -> None:
    facts = Company().facts(900)
    await books.record(facts[:300])
    async with following(books.dsn) as reach:
        await reach(300)
        async with following(books.dsn) as other:
            await other(300)
            await books.record(facts[300:600])
            with pytest.raises(Behind):
                await other(600, timeout=0.05)
            await asyncio.gather(other(600), reach(600))


async def test_the_service_reads_and_cannot_write(books: Books) -> None:
    await books.load(Company().facts(100))
    connection = await asyncpg.connect(books.dsn, server_settings={"role": "jiesuan_service"})
    assert await connection.fetchval("select count(*) from read.entries") > 0
    for statement in (
        "delete from read.entries",
        "update projections.builds set position = 0",
        "drop view read.entries",
    ):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute(statement)
    await connection.close()


@pytest.fixture
def near(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three hundred facts are a long way here, which is usually much longer."""
    monkeypatch.setattr(workers, "FAR", 300)


async def test_a_long_way_is_carried_by_workers_to_the_same_rows(books: Books, near: None) -> None:
    facts = Company().facts(3000)
    await books.load(facts[:1000])
    await books.load(facts[1000:1100])
    await books.load(facts[1100:])
    assert await same_as_rebuilt(books)


async def test_what_serves_nothing_yet_is_filled_beside_and_switched_to(books: Books, near: None) -> None:
    facts = Company().facts(1000)
    await books.runner.catch_up()
    await books.load(facts)
    async with books.projector() as connection:
        serving = {build.name: (build.build, build.position) for build in await builds(connection) if is_serving(build)}
    assert set(serving.values()) == {(2, 1000)}
    assert await same_as_rebuilt(books)


async def test_while_somebody_rebuilds_a_long_way_is_carried_as_it_is(books: Books, near: None) -> None:
    await books.runner.catch_up()
    async with books.projector() as rebuilding:
        await rebuilding.execute("select pg_advisory_lock($1)", REBUILD_LOCK)
        await books.load(Company().facts(1000))
        serving = {(build.build, build.position) for build in await builds(rebuilding) if is_serving(build)}
    assert serving == {(1, 1000)}
    assert await same_as_rebuilt(books)


def is_serving(build: Build) -> bool:
    return build.state == "serving"


async def test_workers_may_be_killed_anywhere(books: Books, near: None) -> None:
    await books.record(Company().facts(3000))
    for delay in (0.6, 0.7, 0.8):
        carrying = asyncio.create_task(books.runner.catch_up())
        await asyncio.sleep(delay)
        await kill_sessions(books)
        with suppress(*DRIVER_ERRORS):
            await carrying
    assert await books.runner.catch_up() == 3000
    assert await same_as_rebuilt(books)


async def test_a_worker_that_fails_says_why(books: Books, near: None, monkeypatch: pytest.MonkeyPatch) -> None:
    await books.record(Company().facts(1000))
    async with books.runner.elected() as elected:
        monkeypatch.setattr(sys, "executable", "/bin/false")
        with pytest.raises(workers.WorkerFailed, match="status 1"):
            await elected.catch_up()
    monkeypatch.undo()
    assert await books.runner.catch_up() == 1000


async def test_a_worker_parks_what_it_cannot_read(books: Books, near: None) -> None:
    writer = Writer()
    connection = await asyncpg.connect(books.dsn)
    await writer.write(connection, Company().facts(600))
    row = writer.row(Company().facts(1)[0], "2026-03-01T00:00:00.000000Z")
    topic = "from.the-future.v9"
    stranger = row._replace(command_id="c-x", topic=topic, body=json.dumps({"topic": topic}).encode())
    await connection.copy_records_to_table("events", schema_name="log", records=[stranger])
    await connection.close()
    assert await books.runner.catch_up() == 600
    async with books.projector() as connection:
        parked = (await status(connection)).parked
    assert {each.position for each in parked.values()} == {601}
    assert set(parked) == {"journal", "register", "hazards", "duties", "mentions"}
