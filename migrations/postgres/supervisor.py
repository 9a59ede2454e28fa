"""Keeps one PostgreSQL server running on a data directory."""

import asyncio
import contextlib
import os
import shutil
import time
from asyncio.subprocess import Process
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote

import asyncpg
import structlog

from migrations.postgres import program
from migrations.postgres.account import Account
from migrations.postgres.binaries import Binaries, copy_for_everyone
from migrations.postgres.directory import Directory, cannot_use
from migrations.postgres.problems import DatabaseProblem, LeftBehind, OutOfReach

LOGIN = "jiesuan"
LEFT_BEHIND_SECONDS = 15
LONGEST_PAUSE_SECONDS = 10.0

SETTINGS = {
    "listen_addresses": "",           # no TCP: the socket's directory is ours alone
    "port": "5432",                   # only part of the socket's name
    "unix_socket_permissions": "0700",
    "fsync": "on",
    "synchronous_commit": "on",       # acknowledged means durable
    "full_page_writes": "on",
    "shared_buffers": "256MB",        # a month of statements without asking the disk; taken only as it is used
    "wal_buffers": "16MB",            # a whole group commit without a write in between
    "wal_compression": "on",
    "max_wal_size": "2GB",
    "min_wal_size": "160MB",
    "checkpoint_timeout": "15min",
    "max_connections": "100",
    "jit": "off",                     # queries here are short
    "timezone": "UTC",
    "log_timezone": "UTC",
    "lc_messages": "C",               # we read them
    "log_checkpoints": "off",
    "log_line_prefix": "%m [%p] ",
    "log_error_verbosity": "terse",   # no values of rows, and
    "log_min_error_statement": "panic",  # no statements: nothing personal in the log
}  # fmt: skip


def dsn(sockets: Path, database: str) -> str:
    return f"postgresql://{LOGIN}@/{quote(database, safe='')}?host={quote(str(sockets), safe='')}&port=5432"


class Supervisor:
    """Makes the cluster if there is none, starts the server, starts it again when it dies, stops it."""

    def __init__(
        self, data: Path, binaries: Binaries, account: Account, settings: Mapping[str, str], sockets_left: str = ""
    ) -> None:
        self.directory = Directory(data)
        self.sockets = data
        self._binaries = binaries
        self._account = account
        self._sockets_left = sockets_left
        self._settings = {**SETTINGS, **settings}
        self._process: Process | None = None
        self._keeper: asyncio.Task[None] | None = None
        self._log_from = 0
        self._temporary: list[Path] = []
        self._logger = structlog.get_logger("jiesuan.embedded")

    async def start(self) -> None:
        try:
            self.directory.remove_sockets(self._sockets_left)
            self.directory.rotate_log()
            self.directory.write_access(self._account)
            self.sockets = self.directory.make_sockets(self._account)
            if self.sockets.parent != self.directory.data:
                self._temporary.append(self.sockets)
            await self._with_binaries_in_reach()
            self._keeper = asyncio.create_task(self._keep_running(), name="embedded PostgreSQL")
        except OSError as error:
            await self.stop()
            raise cannot_use(self.directory.data, error) from error
        except BaseException:
            await self.stop()
            raise

    async def stop(self) -> None:
        if self._keeper is not None:
            self._keeper.cancel()
            await asyncio.wait([self._keeper])
        if self._process is not None:
            await program.stop(self._process)
        for directory in self._temporary:
            shutil.rmtree(directory, ignore_errors=True)

    async def _with_binaries_in_reach(self) -> None:
        try:
            await self._make_and_launch()
        except OutOfReach as problem:
            if problem.facts["path"] != str(self._binaries.postgres):
                raise
            self._binaries, copy = await asyncio.to_thread(copy_for_everyone, self._binaries)
            self._temporary.append(copy)
            await self._make_and_launch()

    async def _make_and_launch(self) -> None:
        if not self.directory.cluster.exists():
            await self._make_cluster()
        await self._launch()

    async def _make_cluster(self) -> None:
        """Made under another name first, so that a crash halfway leaves nothing that looks like a cluster."""
        new = self.directory.new_cluster
        if new.exists():
            shutil.rmtree(new)
        new.mkdir(mode=0o700)
        self._account.owns(new)
        try:
            await self._run_initdb(new)
        except BaseException:
            shutil.rmtree(new, ignore_errors=True)
            raise
        new.rename(self.directory.cluster)

    async def _run_initdb(self, target: Path) -> None:
        # Sorting by code point, the same on every machine: the C library's locales change with its version.
        builtin = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"] if self._binaries.major >= 17 else []
        options = [
            *("--username", LOGIN, "--encoding=UTF8", "--locale=C", *builtin),
            *("--data-checksums", "--auth-local=peer", "--auth-host=reject"),
            *(["--no-sync"] if self._settings["fsync"] == "off" else []),
        ]
        process = await self._run(self._binaries.initdb, ["--pgdata", str(target), *options], [target])
        try:
            code = await process.wait()
        except BaseException:
            await program.stop(process)
            raise
        if code != 0:
            raise self._complaint(code)

    async def _launch(self) -> None:
        """Start the server and wait until it answers, however long its recovery takes."""
        await self._no_server_left_behind()
        files = {"hba_file": self.directory.hba, "ident_file": self.directory.ident}
        settings = {**self._settings, **files, "unix_socket_directories": f'"{self.sockets}"'}
        arguments = ["-D", str(self.directory.cluster)]
        for name, value in settings.items():
            arguments += ["-c", f"{name}={value}"]
        reach = [self.directory.cluster, self.sockets]
        self._process = await self._run(self._binaries.postgres, arguments, reach)
        while not await answers(dsn(self.sockets, "postgres")):
            if self._process.returncode is not None:
                raise self._complaint(self._process.returncode)
            await asyncio.sleep(0.02)

    async def _run(self, name: Path, arguments: list[str], reach: list[Path]) -> Process:
        with open(self.directory.log, "ab", opener=private) as log:
            self._log_from = log.tell()
            reach = [self._binaries.postgres, self.directory.hba, *reach]
            return await program.start(name, arguments, account=self._account, reach=reach, output=log)

    async def _no_server_left_behind(self) -> None:
        """We hold the lock, so a server on this directory is one that lost its supervisor and is shutting down."""
        noted = self.directory.cluster / "postmaster.pid"
        patience = time.monotonic() + LEFT_BEHIND_SECONDS
        while (pid := server_of(self.directory.cluster)) is not None:
            if time.monotonic() > patience:
                raise LeftBehind(data=self.directory.data, pid=pid)
            await asyncio.sleep(0.05)
        # PostgreSQL would take any process of our user that now has the noted number for the old server.
        noted.unlink(missing_ok=True)

    async def _keep_running(self) -> None:
        while True:
            assert self._process is not None
            code = await self._process.wait()
            self._logger.error("postgres_died", code=code, data=str(self.directory.data))
            pause = 0.1
            while not await self._started_again():
                await asyncio.sleep(pause)
                pause = min(2 * pause, LONGEST_PAUSE_SECONDS)
            self._logger.warning("postgres_started_again", data=str(self.directory.data))

    async def _started_again(self) -> bool:
        try:
            await self._launch()
        except (DatabaseProblem, OSError) as problem:
            self._logger.error("postgres_does_not_start", problem=str(problem))
            return False
        return True

    def _said_last(self) -> str:
        with self.directory.log.open("rb") as log:
            log.seek(self._log_from)
            return log.read(100_000).decode(errors="replace")

    def _complaint(self, code: int) -> DatabaseProblem:
        where = self.directory
        return program.complaint(code, self._said_last(), data=where.data, log=where.log, account=self._account)


async def answers(address: str) -> bool:
    """Whether the server takes connections; no only while it starts, recovers or is gone."""
    try:
        connection = await asyncpg.connect(address, timeout=10)
    except asyncpg.TooManyConnectionsError:
        return True
    except (OSError, asyncpg.CannotConnectNowError, asyncpg.ConnectionDoesNotExistError):
        return False
    await connection.close()
    return True


def server_of(cluster: Path) -> int | None:
    """The process of a server that runs on the cluster, by its own note and by what the process really is."""
    try:
        pid = int((cluster / "postmaster.pid").read_text(encoding="ascii").split("\n", 1)[0])
        os.kill(pid, 0)
    except (FileNotFoundError, ValueError, ProcessLookupError, PermissionError):
        return None
    if not Path("/proc/self/cwd").exists():
        return pid
    with contextlib.suppress(FileNotFoundError, PermissionError, ProcessLookupError):
        return pid if Path(f"/proc/{pid}/cwd").samefile(cluster) else None
    return None


def private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
