"""Processes of a benchmark: started and warm before the clock runs, told when to go, asked what they have done."""

from __future__ import annotations

import asyncio
import os
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
STOP_SECONDS = 20
LONGEST_LINE = 16_000_000


class Workers:
    """Some processes that do the same at the same time: each line ``go`` is one round, answered by one line."""

    def __init__(self, processes: list[Process]) -> None:
        self._processes = processes

    async def go(self, word: str = "go") -> list[str]:
        for process in self._processes:
            assert process.stdin
            process.stdin.write(f"{word}\n".encode())
        return [await answer_of(process) for process in self._processes]

    async def counts(self) -> float:
        """One round: what all of them have done together."""
        return sum(map(float, await self.go()))


async def answer_of(process: Process) -> str:
    assert process.stdout
    line = await process.stdout.readline()
    if not line:
        raise RuntimeError("a process of the benchmark has died")
    return line.decode().strip()


@asynccontextmanager
async def workers(count: int, module: str, *arguments: object) -> AsyncIterator[Workers]:
    """``python -m tests.benchmarks.MODULE ARGUMENTS``, so many of them, ready."""
    processes = [await python(f"tests.benchmarks.{module}", *arguments) for _ in range(count)]
    try:
        for process in processes:
            assert await answer_of(process) == "ready"
        yield Workers(processes)
    finally:
        for process in processes:
            await end(process)


async def python(module: str, *arguments: object) -> Process:
    words = [sys.executable, "-m", module, *map(str, arguments)]
    return await asyncio.create_subprocess_exec(*words, stdin=PIPE, stdout=PIPE, cwd=ROOT, limit=LONGEST_LINE)


async def end(process: Process) -> None:
    """Our own processes end when their input does."""
    with suppress(BrokenPipeError, ConnectionResetError):
        if process.stdin:
            process.stdin.close()
    with suppress(ProcessLookupError):
        try:
            await asyncio.wait_for(process.wait(), STOP_SECONDS)
        except TimeoutError:
            process.kill()
            await process.wait()


async def rounds_of(one_round: Callable[[], Awaitable[str]]) -> None:
    """In the process itself: a round for each line of input."""
    print("ready", flush=True)
    while await asyncio.to_thread(sys.stdin.readline):
        print(await one_round(), flush=True)


# -- the service --------------------------------------------------------------------------------------------------


class Service:
    """A running `jiesuan serve`."""

    def __init__(self, process: Process, port: int) -> None:
        self.process = process
        self.port = port

    @property
    def memory(self) -> float:
        """Resident megabytes now."""
        return resident(self.process.pid)


@asynccontextmanager
async def service(dsn: str) -> AsyncIterator[Service]:
    """One worker, API and projector in one process, as `jiesuan serve` without options."""
    words = ["serve", "--database-url", dsn, "--port", "0", "--simulated-clock"]
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "api", *words, stdout=DEVNULL, stderr=PIPE, cwd=ROOT
    )
    assert process.stderr
    drain: asyncio.Task[None] | None = None
    try:
        port = await _port(process.stderr)
        drain = asyncio.create_task(_read_away(process.stderr))
        yield Service(process, port)
    finally:
        with suppress(ProcessLookupError):
            process.terminate()
        await process.wait()
        if drain is not None:
            await drain


async def _port(stream: asyncio.StreamReader) -> int:
    said = b""
    while line := await stream.readline():
        said += line
        if b"serving ledger" in line:
            address = line.decode().split(" at ")[1].split()[0]
            return int(address.rpartition(":")[2])
    raise RuntimeError(f"jiesuan serve did not start: {said.decode(errors='replace')}")


async def _read_away(stream: asyncio.StreamReader) -> None:
    while await stream.read(65_536):
        pass


def resident(pid: int) -> float:
    """Megabytes that a process has in memory."""
    for line in Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return 0.0


def cpu_seconds(pid: int) -> float:
    """Processor time that a process and all that it has started, living or waited for, have taken."""
    try:
        said = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    except OSError:
        return 0.0  # it has ended meanwhile
    own = sum(map(int, said[11:15])) / os.sysconf("SC_CLK_TCK")  # utime, stime, cutime, cstime
    return own + sum(cpu_seconds(int(child)) for child in children)


class Watch:
    """The memory of a process now and then, while something goes on."""

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self.samples: list[float] = []

    async def __aenter__(self) -> Watch:
        self._task = asyncio.create_task(self._look())
        return self

    async def __aexit__(self, *_: object) -> None:
        self._task.cancel()
        await asyncio.wait([self._task])

    async def _look(self) -> None:
        with suppress(FileNotFoundError, ProcessLookupError):
            while True:
                self.samples.append(resident(self._pid))
                await asyncio.sleep(0.2)

    @property
    def highest(self) -> float:
        return max(self.samples)

    @property
    def growth(self) -> float:
        """Between the first third and the end: what goes on for ever would show here."""
        third = max(1, len(self.samples) // 3)
        return max(self.samples[-third:]) - max(self.samples[:third])

    @property
    def thirds(self) -> tuple[float, float, float]:
        """The highest of the first, second and last third."""
        first, second = max(1, len(self.samples) // 3), max(2, 2 * len(self.samples) // 3)
        parts = self.samples[:first], self.samples[first:second], self.samples[second:]
        begin, middle, end = (max(part, default=self.highest) for part in parts)
        return begin, middle, end
