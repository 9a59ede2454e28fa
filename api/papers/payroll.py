"""`jiesuan payroll`: the file that leaves for payroll, once a month and centre; the same file whenever it is asked."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from typing import Annotated, Any

import msgspec
import typer

from api.bootstrap import existing_ledger
from api.cli.options import Failed, Options, command
from api.ledger import Ledger
from api.papers.cli import BINARY, FormatOption, Out, Period, to_file_or_screen, wanted_format
from api.papers.selection import answered, reading
from ledger.calendars import moment
from ledger.errors import Invalid
from ledger.interchange import Query, Unreadable, read_line
from projections.exports.formats import PAYROLL, written


def register(app: typer.Typer) -> None:
    command(app)(payroll)


async def payroll(
    options: Options,
    period: Period,
    centre: Annotated[str, typer.Option(help="Settlement centre, such as U1")],
    export: Annotated[
        bool, typer.Option("--export", help="Record ExportPayroll first, as --by; once per month and centre")
    ] = False,
    by: Annotated[str | None, typer.Option(metavar="PERSON", help="With --export: the head of the centre")] = None,
    at: Annotated[str | None, typer.Option(metavar="MOMENT", help="With --export: when [default: now]")] = None,
    identifier: Annotated[str | None, typer.Option("--id", help="With --export: id of the command")] = None,
    form: FormatOption = None,
    output: Out = None,
) -> None:
    """The payroll file (工资发放表) of a centre's month: what ExportPayroll handed over, person by person.

    CSV is one plain table for the HR system. Without --export nothing is recorded: the file that left is fetched again.
    """
    wanted = wanted_format(options, form, output)
    if wanted in BINARY and output is None:
        raise Invalid("output: name a file with -o")
    if export and by is None:
        raise Invalid("by: say with --by who exports")
    async with existing_ledger(options.settings, "payroll") as ledger:
        if export:
            await _record(ledger, {"centre": centre, "period": period}, by, at, identifier)
        async with reading(ledger) as reader:
            found = await answered(reader, PAYROLL, {"centre": centre, "period": period})
    await to_file_or_screen(output, lambda: written(PAYROLL, found, wanted))


async def _record(ledger: Ledger, data: dict[str, Any], by: str | None, at: str | None, identifier: str | None) -> None:
    """Send ExportPayroll.  Raises Failed with the refusal's code."""
    told = {"id": identifier or f"payroll-{secrets.token_hex(8)}", "at": at or moment(datetime.now(UTC)), "by": by}
    try:
        line = read_line(msgspec.json.encode(told | {"command": "ExportPayroll", "data": data}))
    except Unreadable as unreadable:
        raise Failed(f"{unreadable.answer.code}: {unreadable.answer.detail}") from None
    assert not isinstance(line, Query)
    [answer] = await ledger.submit([line])
    if not answer.ok:
        raise Failed(f"{answer.code}: {answer.detail}")
