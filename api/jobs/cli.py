"""`jiesuan jobs`: long work that was asked for over HTTP, as any process sees it; and its results."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer

from api.bootstrap import existing_ledger
from api.cli.options import Failed, Options, command
from api.cli.tables import show
from api.jobs.store import Standing
from api.ledger import Ledger
from api.papers.cli import Out, into


def register(app: typer.Typer) -> None:
    command(app)(jobs)


async def jobs(
    options: Options,
    identifier: Annotated[str | None, typer.Argument(metavar="ID", help="Only this job [default: the latest]")] = None,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="At most so many")] = 20,
    output: Out = None,
) -> None:
    """Long work that was asked for: how far each job is, and what came of it; -o writes the result of one."""
    if output is not None and identifier is None:
        raise Failed("INVALID: output: name the job whose result it is")
    async with existing_ledger(options.settings, "jobs") as ledger:
        if identifier is None:
            row = _row if options.json else _line
            show(options, {"jobs": [row(found) for found in await ledger.jobs.latest(limit=limit)]})
            return
        found = await ledger.jobs.get(identifier)
        if output is None:
            show(options, _row(found))
        else:
            await _fetch(ledger, found, output)


def _row(found: Standing) -> dict[str, Any]:
    shown: dict[str, Any] = msgspec.to_builtins(found)
    return shown


def _line(found: Standing) -> dict[str, Any]:
    """One line of the list, for a person."""
    how_far = "" if found.total is None else f"{found.done} / {found.total}"
    why = f"{found.code}: {found.detail}" if found.code else found.detail
    made = found.file["name"] if found.file and not found.is_expired else None
    told = {"id": found.id, "job": found.job, "state": found.state, "how far": how_far, "asked at": found.asked_at}
    return {**told, "file": made, "why": why}


async def _fetch(ledger: Ledger, found: Standing, output: Path) -> None:
    """The file, or the answer as JSON.  Raises Failed where there is none."""
    if found.state != "done" or found.is_expired:
        why = "the file had to make room for later ones" if found.is_expired else found.detail or found.state
        raise Failed(f"{found.code or 'NOT_READY'}: {found.id}: {why}")

    async def write(path: Path) -> None:
        if found.file is None:
            path.write_bytes(msgspec.json.encode(await ledger.jobs.answer(found.id)) + b"\n")
            return
        with path.open("wb") as made:
            async for piece in await ledger.jobs.file(found.id):
                made.write(piece)

    await into(output, write)
