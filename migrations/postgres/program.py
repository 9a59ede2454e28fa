"""Running PostgreSQL's programs: as the right user, ended with us, and their complaints turned into sentences."""

import asyncio
import json
import os
import signal
import sys
from asyncio.subprocess import DEVNULL, Process
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO

from migrations.postgres import launch
from migrations.postgres.account import Account
from migrations.postgres.problems import DatabaseProblem, DidNotStart, DiskFull, OutOfReach

FAST_SHUTDOWN_SECONDS = 60


async def start(
    program: Path, arguments: Sequence[str], *, account: Account, reach: Sequence[Path], output: IO[bytes]
) -> Process:
    """Start a program as the account's user, in the background, ended when we end."""
    order = {
        "user": None if account.user is None else (account.uid, account.gid),
        "reach": [os.fspath(path) for path in reach],
        "stop_with_parent": True,
        "parent": os.getpid(),
    }
    command = [sys.executable, "-I", "-S", launch.__file__, json.dumps(order), os.fspath(program), *arguments]
    return await asyncio.create_subprocess_exec(
        *command, stdin=DEVNULL, stdout=output, stderr=output, cwd="/", env=environment()
    )


def environment() -> Mapping[str, str]:
    """Nothing of ours that PostgreSQL would take as a setting."""
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC", "HOME": "/"}


async def stop(process: Process) -> None:
    """Fast shutdown: running transactions are rolled back, everything committed is on disk."""
    if process.returncode is not None:
        return
    process.send_signal(signal.SIGINT)
    try:
        async with asyncio.timeout(FAST_SHUTDOWN_SECONDS):
            await process.wait()
    except TimeoutError:
        process.send_signal(signal.SIGQUIT)  # immediate; the next start recovers from the WAL
        await process.wait()


def complaint(code: int, said: str, *, data: Path, log: Path, account: Account) -> DatabaseProblem:
    """Why a program ended, as a sentence that says what to do."""
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    if code == launch.UNREACHABLE and lines:
        return OutOfReach(user=account.user, path=lines[-1])
    if "No space left on device" in said or "Disk quota exceeded" in said:
        return DiskFull(data=data)
    errors = [line for line in lines if "FATAL:" in line or "PANIC:" in line or "error:" in line]
    reason = (errors or lines or [f"it ended with status {code}"])[-1]
    for mark in ("FATAL:", "PANIC:", "error:"):
        reason = reason.rpartition(mark)[2].strip()
    return DidNotStart(data=data, reason=reason, log=log)
