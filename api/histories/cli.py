"""`jiesuan run`: a history from a file or a pipe, one answer a line."""

from __future__ import annotations

import asyncio
import os
import sys
import threading
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

from api.bootstrap import open_ledger
from api.cli.options import Failed, Options, command
from api.histories.history import History, written

BLOCK_BYTES = 262_144
STDIN = Path("-")


def register(app: typer.Typer) -> None:
    command(app)(run)


async def run(
    options: Options,
    file: Annotated[Path, typer.Argument(help="A file of JSON Lines; - is standard input", allow_dash=True)],
    simulated_clock: Annotated[
        bool, typer.Option("--simulated-clock", help="Let CreateLedger ask for a simulated clock")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be answered; record nothing")] = False,
    strict: Annotated[bool, typer.Option("--strict", help="Exit with status 1 if any line is refused")] = False,
    stop_at_first: Annotated[
        bool, typer.Option("--stop-at-first", help="Send nothing after the first line that is refused; exit with 1")
    ] = False,
) -> None:
    """Run a history of commands and queries: one answer line for each line, in the same order.

    Lines that cannot be read are answered INVALID and the rest goes on.  Sending the same history again records
    nothing twice.  With --dry-run each line is decided on what those before it would leave, and nothing is recorded.
    How many lines were taken and refused, and the first refusal, is said on standard error at the end.
    """
    source = sys.stdin.buffer.fileno() if file == STDIN else os.open(file, os.O_RDONLY)
    try:
        async with open_ledger(options.settings, "run", allow_simulated=simulated_clock) as ledger:
            history = History(ledger.rehearsal() if dry_run else ledger, stop=stop_at_first)
            with Bar(source) as bar:
                async for answers in history.answers(blocks(source)):
                    await asyncio.to_thread(write, written(answers))
                    bar.show(history.lines)
            if not dry_run and history.trouble is None:
                await ledger.carry()
    finally:
        if file != STDIN:
            os.close(source)
    _conclude(history, file, strict or stop_at_first)


def _conclude(history: History, file: Path, strict: bool) -> None:
    if not history.lines:
        typer.echo(f"jiesuan: {'standard input' if file == STDIN else file} is empty; nothing was done.", err=True)
    if history.trouble is not None:
        raise Failed("Not everything was recorded; run the same history again, nothing is recorded twice. "
                     f"{history.trouble}", 2)  # fmt: skip
    if strict and history.refused:
        raise Failed(summary(history))
    if history.lines:
        typer.echo(f"jiesuan: {summary(history)}", err=True)


def summary(history: History) -> str:
    """Lines taken and refused, and the first refusal with its line."""
    taken = f"{history.lines - history.refused:,} of {history.lines:,} lines taken, {history.refused:,} refused"
    if history.first is None:
        return f"{taken}."
    line, answer = history.first
    return f"{taken}; the first in line {line:,}: {answer.code} {answer.detail}."


def write(text: bytes) -> None:
    """All of it, now: whoever waits for an answer before sending the next line gets it."""
    sys.stdout.buffer.write(text)
    sys.stdout.buffer.flush()


async def blocks(source: int) -> AsyncIterator[bytes]:
    """Blocks of input, each as soon as it can be read; a thread of its own waits, which nothing has to wait for."""
    loop = asyncio.get_running_loop()
    waiting: asyncio.Queue[bytes | OSError] = asyncio.Queue(maxsize=1)

    def read_all() -> None:
        block: bytes | OSError = b" "
        while block and not isinstance(block, OSError):
            try:
                block = os.read(source, BLOCK_BYTES)
            except OSError as error:
                block = error
            try:
                asyncio.run_coroutine_threadsafe(waiting.put(block), loop).result()
            except (RuntimeError, asyncio.CancelledError):  # the loop has ended before the input
                return

    threading.Thread(target=read_all, name="reading input", daemon=True).start()
    while block := await waiting.get():
        if isinstance(block, OSError):
            raise block
        yield block


class Bar:
    """How far a file has been read, on a terminal whose standard output goes elsewhere."""

    def __init__(self, source: int) -> None:
        self._source = source
        self._size = os.fstat(source).st_size
        wanted = sys.stderr.isatty() and not sys.stdout.isatty() and self._size > 0
        columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
        self._progress = Progress(*columns, console=Console(stderr=True), transient=True) if wanted else None

    def __enter__(self) -> Bar:
        if self._progress:
            self._progress.start()
            self._task = self._progress.add_task("", total=self._size)
        return self

    def __exit__(self, *_: object) -> None:
        if self._progress:
            self._progress.stop()

    def show(self, lines: int) -> None:
        if self._progress:
            read = os.lseek(self._source, 0, os.SEEK_CUR)
            self._progress.update(self._task, completed=read, description=f"{lines:,} lines")
