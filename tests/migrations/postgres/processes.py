"""Starting and watching other processes on a data directory."""

import asyncio
import os
import signal
import sys
import time
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from migrations.postgres.supervisor import server_of

ROOT = Path(__file__).parents[3]


@asynccontextmanager
async def other_process(
    data: Path, purpose: str, *arguments: str, through: Sequence[str] = ()
) -> AsyncIterator[tuple[Process, str]]:
    """Another process on the directory, and the line that it prints once it is ready or refused."""
    command = [*through, sys.executable, "-m", "tests.migrations.postgres.holder", str(data), purpose, *arguments]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"}
    process = await asyncio.create_subprocess_exec(*command, stdout=PIPE, env=environment)
    assert process.stdout is not None
    line = ""
    try:
        line = (await process.stdout.readline()).decode().strip()
        yield process, line
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGKILL)
        await process.communicate()
        if line.startswith("ready"):
            await until_nothing_runs(data)


async def until_nothing_runs(data: Path, patience: float = 20) -> None:
    """Wait for the server on the directory to be gone."""
    end = time.monotonic() + patience
    while server_of(data / "postgres") is not None:
        assert time.monotonic() < end, "a server was left behind"
        await asyncio.sleep(0.02)
