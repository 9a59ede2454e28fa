"""Processes of their own, so that a test can have several writers and kill them."""

from __future__ import annotations

import asyncio
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


@asynccontextmanager
async def running(module: str, *arguments: object) -> AsyncIterator[Process]:
    """`python -m tests.faults.<module> …`, killed when the block ends if it still runs then."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", f"tests.faults.{module}", *map(str, arguments), stdin=PIPE, stdout=PIPE
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


async def line(process: Process) -> str:
    """The next line that it prints; an empty one when it ends."""
    assert process.stdout is not None
    return (await process.stdout.readline()).decode().rstrip("\n")
