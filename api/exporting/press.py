"""Printing in processes of its own: laying pages out takes much memory, and the service keeps to its little."""

from __future__ import annotations

import multiprocessing
import os
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing import connection

from projections.exports import pdf_files
from projections.exports.formats import Print
from projections.exports.model import Paper

PROCESSES = 2
PAPERS_AT_ONCE = 5
TASKS_OF_A_PROCESS = 200
"""After so many a process makes room for a fresh one; until then it keeps to some 150 MB."""


def _end_with_parent() -> None:
    """A process that prints for nobody ends: killing the service leaves none behind."""
    parent = multiprocessing.parent_process()
    assert parent is not None

    def watch() -> None:
        connection.wait([parent.sentinel])
        os._exit(1)

    threading.Thread(target=watch, name="watching the parent", daemon=True).start()


@contextmanager
def press(processes: int = PROCESSES) -> Iterator[Print]:
    """Prints papers, each as a PDF, as long as the block lasts; the processes end with it."""
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(processes, context, _end_with_parent, max_tasks_per_child=TASKS_OF_A_PROCESS)

    def printing(papers: Sequence[Paper]) -> list[bytes]:
        parts = [papers[first : first + PAPERS_AT_ONCE] for first in range(0, len(papers), PAPERS_AT_ONCE)]
        try:
            return [made for some in pool.map(pdf_files.each, parts) for made in some]
        except BrokenProcessPool as broken:
            raise pdf_files.CannotPrint("The process that prints has ended; is there enough memory?") from broken

    try:
        yield printing
    finally:
        pool.shutdown(cancel_futures=True)
