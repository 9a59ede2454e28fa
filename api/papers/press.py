"""Printing in processes of its own: laying pages out takes memory, and the service keeps to its little."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from queue import SimpleQueue

from projections.exports import pdf_files
from projections.exports.fonts import MissingFont
from projections.exports.formats import Print
from projections.exports.model import Paper
from projections.exports.pdf_files import CannotPrint
from projections.exports.printer import DONE, NO_FONT, PRINT, receive, send

PROCESSES = 2
PRINTER = (sys.executable, "-m", "projections.exports.printer")


@contextmanager
def press(processes: int = PROCESSES) -> Iterator[Print]:
    """Prints papers, each as a PDF, as long as the block lasts; the processes start with the first and end with it."""
    with ExitStack() as stack, ThreadPoolExecutor(processes, "press") as threads:
        free: SimpleQueue[Printer] = SimpleQueue()
        for _ in range(processes):
            free.put(stack.enter_context(Printer()))

        def one(paper: Paper) -> bytes:
            printer = free.get()
            try:
                return printer.printed(paper)
            finally:
                free.put(printer)

        def printing(papers: Sequence[Paper]) -> list[bytes]:
            return list(threads.map(one, papers))

        yield printing


class Printer:
    """A process that prints; it ends when we do, because nothing comes in any more."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Printer:
        return self

    def __exit__(self, *_: object) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.communicate()

    def printed(self, paper: Paper) -> bytes:
        """Raises MissingFont, CannotPrint."""
        order = pdf_files.order(paper)
        if self._process is None:
            self._process = subprocess.Popen(PRINTER, stdin=subprocess.PIPE, stdout=subprocess.PIPE)  # noqa: S603 - our own program
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        try:
            send(self._process.stdin, PRINT, order)
            answer = receive(self._process.stdout)
        except OSError:
            answer = None
        if answer is None:
            raise CannotPrint("The process that prints has ended; is there enough memory?")
        kind, body = answer
        if kind == DONE:
            return body
        raise MissingFont(body.decode()) if kind == NO_FONT else CannotPrint(body.decode())
