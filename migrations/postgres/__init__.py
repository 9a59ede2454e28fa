"""PostgreSQL without a database administrator: our own server on a data directory, as long as we live.

    async with postgres.server(Path("data"), purpose="serve") as server:
        server.dsn("jiesuan_main")

The owner starts the server and keeps it running.  Short commands attach to the server of a running `jiesuan serve`.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from migrations.postgres import account, supervisor
from migrations.postgres.binaries import Binaries, bundled
from migrations.postgres.directory import Directory, cannot_use
from migrations.postgres.lock import Holder, Lock, holder_of
from migrations.postgres.problems import DatabaseProblem, InUse

__all__ = ["SERVE", "Binaries", "DatabaseProblem", "Server", "bundled", "server"]

SERVE = "serve"  # the purpose that lets short commands attach
ATTACH_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Server:
    """A running server; `owned` when this process supervises it."""

    sockets: Path
    owned: bool

    def dsn(self, database: str) -> str:
        return supervisor.dsn(self.sockets, database)


@asynccontextmanager
async def server(
    data: Path,
    purpose: str = SERVE,
    *,
    binaries: Binaries | None = None,
    settings: Mapping[str, str] | None = None,
) -> AsyncIterator[Server]:
    """The server of a data directory: ours until the block ends, or that of a running `jiesuan serve`."""
    data = data.expanduser().absolute()
    directory = Directory(data)
    directory.make()
    try:
        mine = await _take_or_find(data, purpose)
    except OSError as error:
        raise cannot_use(data, error) from error
    if isinstance(mine, Holder):
        yield Server(Path(mine.sockets), owned=False)
        return
    try:
        programs = binaries or bundled()
        directory.check_version(programs.major)
        running = supervisor.Supervisor(data, programs, account.current(), settings or {}, mine.sockets_left)
        await running.start()
        try:
            mine.announce(running.sockets, serving=True)
            yield Server(running.sockets, owned=True)
        finally:
            mine.announce(running.sockets, serving=False)
            await running.stop()
    finally:
        mine.release()


async def _take_or_find(data: Path, purpose: str) -> Lock | Holder:
    """Our lock, or the serving process to attach to.  A server that is starting or stopping is waited for."""
    patience = time.monotonic() + ATTACH_SECONDS
    while (lock := Lock.take(data, purpose)) is None:
        holder = holder_of(data)
        if holder is not None:
            late = time.monotonic() > patience
            if purpose == SERVE or holder.purpose != SERVE or late:
                raise InUse(data=data, pid=holder.pid, command=holder.command, started=holder.started)
            if holder.serving and await supervisor.answers(supervisor.dsn(Path(holder.sockets), "postgres")):
                return holder
        await asyncio.sleep(0.05)
    return lock
