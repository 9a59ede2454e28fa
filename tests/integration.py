"""Which tests need more than their own process, and what becomes of them where that is missing.

A test is marked ``integration`` by itself where a fixture starts a server, and by hand where it starts a server or
another process on its own.  Every other test may do neither: it fails if it tries.
"""

from __future__ import annotations

import os
import sys
import threading
from collections import Counter
from collections.abc import Generator
from typing import Any, NoReturn

import pytest

SERVER = "cluster"
"""The fixture that starts a PostgreSQL server; whatever depends on it needs one."""

OUTSIDE = ("socket.connect", "subprocess.Popen", "os.posix_spawn", "os.exec", "os.fork")
"""Python's audit events of reaching beyond this process."""


class NotMarked(AssertionError):
    """A test that is not marked ``integration`` connects to a server or starts a process."""


_confined = False


def _refuse_outside(event: str, _arguments: tuple[Any, ...]) -> None:
    if _confined and event in OUTSIDE and threading.current_thread() is threading.main_thread():
        raise NotMarked(f"{event} in a test that is not marked integration")


sys.addaudithook(_refuse_outside)


def _confine(item: pytest.Item) -> Generator[None, object, object]:
    """Let the test reach outside of its process only if it is marked."""
    global _confined
    _confined = item.get_closest_marker("integration") is None
    try:
        return (yield)
    finally:
        _confined = False


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup(item: pytest.Item) -> Generator[None, object, object]:
    return (yield from _confine(item))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, object, object]:
    return (yield from _confine(item))


def pytest_itemcollected(item: pytest.Item) -> None:
    if SERVER in getattr(item, "fixturenames", ()):
        item.add_marker(pytest.mark.integration)


def missing(program: str, package: str) -> NoReturn:
    """Leave the test out, because a program is not installed; in CI fail it, so that nothing is left out unseen."""
    said = f"{program} is missing: apt-get install {package}"
    if os.environ.get("CI"):
        pytest.fail(said, pytrace=False)
    pytest.skip(said)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """One line for each program that tests were left out for."""
    skipped = terminalreporter.getreports("skipped")
    reasons = Counter(report.longrepr[2].removeprefix("Skipped: ") for report in skipped)
    for reason, number in reasons.items():
        terminalreporter.write_line(f"{number} tests were left out: {reason}")
