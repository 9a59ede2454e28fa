"""The doors of a ledger for tests: in process, over HTTP, and as another program on the command line."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx2
import uvicorn
from typer.testing import CliRunner, Result

from api.bootstrap import Ledgers, open_ledger, open_server
from api.cli.app import app
from api.cli.serve import listening, served
from api.histories.history import History
from api.http.app import create_app
from api.metrics import Metrics
from api.settings import Settings
from ledger.interchange import Answer
from tests.spec import fixture_lines

ROOT = Path(__file__).parents[2]
TODAY = "2026-02-05T09:10:00+08:00"


def hazard(name: str, *, id: str | None = None, **other: Any) -> dict[str, Any]:  # noqa: A002
    """A command that the group of contract §1.7 accepts."""
    data = {"hazard": name, "unit": "T1", "place": f"皮带机头 {name}", "category": "site_quality", "item": "HO-01"}
    data |= {"tier": "T3", "description": "浮煤未清"}
    return {"id": id or f"c-{name}", "at": TODAY, "by": "P-T1L", "command": "ReportHazard", "data": data | other}


def query(name: str, /, **data: Any) -> dict[str, Any]:
    return {"id": f"q-{name}", "query": name, "data": data}


def jsonl(lines: Iterable[dict[str, Any] | str | bytes]) -> bytes:
    """JSON Lines; texts and bytes stand as they are."""
    return b"".join(_bytes(line) + b"\n" for line in lines)


def _bytes(line: dict[str, Any] | str | bytes) -> bytes:
    if isinstance(line, bytes):
        return line
    return (line if isinstance(line, str) else json.dumps(line, ensure_ascii=False)).encode()


def group() -> bytes:
    """The 106 commands that found the group."""
    return jsonl(fixture_lines())


# -- in process ---------------------------------------------------------------------------------------------------


def settings_of(dsn: str, **other: Any) -> Settings:
    return Settings(database_url=dsn, port=0, **other)


async def in_blocks(text: bytes, size: int = 65_536) -> AsyncIterator[bytes]:
    for start in range(0, len(text), size):
        yield text[start : start + size]


async def run_history(dsn: str, text: bytes, *, allow_simulated: bool = True) -> list[dict[str, Any]]:
    """The answers to a history, each as its line says it."""
    async with open_ledger(settings_of(dsn), "tests", allow_simulated=allow_simulated) as ledger:
        answers: list[Answer] = []
        async for some in History(ledger).answers(in_blocks(text)):
            answers += some
    return [answer.line() for answer in answers]


async def found_group(dsn: str, *lines: dict[str, Any]) -> None:
    """The group, and then these commands, which need no ids."""
    named = jsonl({"id": f"n-{number}", **line} for number, line in enumerate(lines))
    answers = await run_history(dsn, group() + named)
    assert all(answer["ok"] for answer in answers), [answer for answer in answers if not answer["ok"]]


# -- HTTP ---------------------------------------------------------------------------------------------------------


@asynccontextmanager
async def serving(
    dsn: str, *, projecting: bool = True, allow_simulated: bool = True
) -> AsyncIterator[tuple[httpx2.AsyncClient, Ledgers]]:
    """A server on a free port in this process, and a client for it."""
    settings, metrics = settings_of(dsn), Metrics()
    opening = open_server(settings, metrics, projecting=projecting, allow_simulated=allow_simulated)
    with listening(settings.host, settings.port) as listener:
        async with opening as ledgers:
            config = uvicorn.Config(create_app(ledgers, metrics), log_config=None, timeout_graceful_shutdown=2)
            server = uvicorn.Server(config)
            server.install_signal_handlers = lambda: None  # type: ignore[attr-defined]
            task = asyncio.create_task(served(server, listener, ledgers.closing))
            address = f"http://127.0.0.1:{listener.getsockname()[1]}"
            try:
                async with httpx2.AsyncClient(base_url=address, timeout=30, trust_env=False) as client:
                    yield client, ledgers
            finally:
                server.should_exit = True
                await task


# -- the command line ---------------------------------------------------------------------------------------------


def jiesuan(*arguments: str, text: bytes = b"", timeout: float = 60) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "api", *arguments],
        input=text,
        capture_output=True,
        timeout=timeout,
        cwd=ROOT,
        env=environment(),
        check=False,
    )


async def invoked(dsn: str, *arguments: str) -> Result:
    """The same in this process, which is quicker: in a thread, as the command runs a loop of its own."""
    return await asyncio.to_thread(CliRunner().invoke, app, ["--database-url", dsn, *arguments])


async def printed(dsn: str, *arguments: str) -> dict[str, Any]:
    """The JSON that a subcommand prints."""
    result = await invoked(dsn, *arguments, "--json")
    assert result.exit_code == 0, result.output
    answer: dict[str, Any] = json.loads(result.stdout)
    return answer


def environment() -> dict[str, str]:
    """Nobody's settings; and the servers of tests are not durable, which need not be said each time."""
    others = {name: value for name, value in os.environ.items() if not name.startswith("JIESUAN_")}
    return others | {"JIESUAN_LOG_LEVEL": "error"}


def answers_of(done: subprocess.CompletedProcess[bytes]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in done.stdout.splitlines()]


def codes(answers: Sequence[dict[str, Any]]) -> list[str]:
    """The code of each refused answer; "ok" for each accepted one."""
    return [answer.get("code", "ok") for answer in answers]
