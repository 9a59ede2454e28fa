"""`jiesuan setup company.xlsx`: a company from one workbook (建账)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from api.bootstrap import open_ledger
from api.cli.options import Failed, Options, command
from api.imports.problems import ImportProblem
from api.setup.run import Setup, set_up
from api.setup.template import write_template

SHOWN = 40


def register(parent: typer.Typer) -> None:
    command(parent, "setup")(setup)


async def setup(
    options: Options,
    file: Annotated[Path, typer.Argument(metavar="COMPANY.xlsx", help="The workbook")],
    template: Annotated[bool, typer.Option("--template", help="Write an empty workbook with a small example")] = False,
    apply: Annotated[bool, typer.Option("--apply/--dry-run", help="Record it, or only say what would happen")] = True,
) -> None:
    """Found a ledger, or add to one, from a workbook: units, persons, roles, calendars, prices, balances and more.

    Whole or nothing: a single wrong cell, named by sheet, row and column, leaves the ledger as it is.  Rows that were
    taken over before are known again, so the same workbook may grow and be set up once more.
    """
    if template:
        _write(file)
        return
    try:
        async with open_ledger(options.settings, "setup", allow_simulated=True) as ledger:
            done = await set_up(ledger, file, apply=apply)
    except ImportProblem as problem:
        raise Failed(str(problem), 2) from problem
    if options.json:
        typer.echo(json.dumps(done.values, ensure_ascii=False, indent=1))
    else:
        _show(done, Console())
    if done.bad:
        raise Failed(f"{len(done.bad)} complaints about {file}, so nothing was recorded.")


def _write(file: Path) -> None:
    if file.exists():
        raise Failed(f"{file} is there already", 2)
    write_template(file)
    typer.echo(f"{file} shows a small company; fill in your own, then: jiesuan setup {file} --dry-run")


def _show(done: Setup, console: Console) -> None:
    table = Table("sheet", title=done.file)
    for heading in ("rows", "new commands", "recorded before", "wrong"):
        table.add_column(heading, justify="right")
    for each in done.counts:
        table.add_row(each.sheet, *(f"{count:,}" if count else "" for count in each[1:]))
    console.print(table)
    for complaint in done.bad[:SHOWN]:
        console.print(complaint.sentence(done.file), markup=False, highlight=False)
    if len(done.bad) > SHOWN:
        console.print(f"… and {len(done.bad) - SHOWN} more (all of them with --json)")
    if done.position is not None:
        console.print(
            f"Recorded {done.facts:,} facts of {len(done.commands):,} commands, up to position {done.position:,}."
        )
    elif not done.bad:
        new = len(done.commands)
        console.print(f"{new:,} commands would be recorded." if new else "Everything is recorded already.")
