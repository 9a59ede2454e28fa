"""A command of the contract from the command line: who sends it, when it happened, under which id."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Annotated, Any

import typer

from api.cli.options import Failed
from api.imports.book import open_book
from api.ledger import Ledger
from ledger.calendars import moment
from ledger.decisions import Command
from ledger.interchange import Answer, read

By = Annotated[str, typer.Option("--by", metavar="PERSON", help="Person who does this, such as P-C1")]
At = Annotated[
    str | None,
    typer.Option(
        "--at",
        metavar="MOMENT",
        help="When it happened [default: now; in a ledger with a simulated clock the moment of its last fact]",
        show_default=False,
    ),
]
Id = Annotated[
    str | None,
    typer.Option("--id", help="Id of the command: the same id again changes nothing [default: a new one]"),
]


async def now_of(ledger: Ledger) -> str:
    """The moment of an act at the terminal; a simulated clock stands where its last fact has left it."""
    return (await open_book(ledger.log, ("org",))).now


def canonical(at: str) -> str:
    """A moment as the ledger writes it.  Raises Failed for one without an offset."""
    try:
        given = datetime.fromisoformat(at)
    except ValueError:
        raise Failed(f"--at {at}: not a moment, such as 2026-03-31T18:00:00+08:00.", 2) from None
    if given.tzinfo is None:
        raise Failed(f"--at {at}: without an offset, such as +08:00.", 2)
    return moment(given)


async def send(
    ledger: Ledger, name: str, data: dict[str, Any], by: str, at: str | None, identity: str | None
) -> Answer:
    """The receipt.  Raises Failed with the code of a refusal."""
    envelope = {"id": identity or f"cli-{uuid.uuid4().hex}", "at": at or await now_of(ledger), "by": by}
    command = read(
        {**envelope, "command": name, "data": {key: value for key, value in data.items() if value is not None}}
    )
    assert isinstance(command, Command)
    [answer] = await ledger.submit([command])
    if not answer.ok:
        raise Failed(f"{answer.code}: {answer.detail}")
    return answer
