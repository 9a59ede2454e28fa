"""`jiesuan import lists|control-figures|gross-wages|payroll-actuals FILE --map MAP.toml`: a month's files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table as Shown

from api.bootstrap import open_ledger
from api.cli.commands import At, By, canonical, now_of
from api.cli.options import Failed, Options, command
from api.importing import summary
from api.importing.cli import app, progress_bar
from api.importing.monthly.kinds import CONTROL_FIGURES, GROSS_WAGES, LISTS, PAYROLL_ACTUALS, Kind
from api.importing.monthly.taking import Asked, Taken, take
from api.importing.problems import ImportProblem

File = Annotated[Path, typer.Argument(help="CSV or XLSX; the first line names the columns")]
Map = Annotated[Path, typer.Option("--map", metavar="MAP.toml", help="TOML: what the columns mean")]
Period = Annotated[str, typer.Option("--period", metavar="MONTH", help="Month, such as 2026-03")]
Centre = Annotated[str, typer.Option("--centre", help="Settlement centre, such as U1")]
Apply = Annotated[bool, typer.Option("--apply/--dry-run", help="Record it, or only say what would be")]
Strict = Annotated[
    bool, typer.Option("--strict/--partial", help="Take the file whole or not at all, or leave its bad rows out")
]


def register(parent: typer.Typer) -> None:
    """The subcommands stand in `jiesuan import`, which the findings have entered."""


@command(app, "lists")
async def lists(
    options: Options,
    file: File,
    mapping: Map,
    period: Period,
    centre: Centre,
    by: By = "SYSTEM",
    at: At = None,
    apply: Apply = True,
    strict: Strict = True,
) -> None:
    """Departments' lists (买卖明细) of a month, for the reconciliation (R5).

    First a dry run: every bad row with line, column and reason.  A file is taken whole or not at all (--partial leaves
    bad rows out).  The same file again changes nothing, a longer one adds what is new in it.
    """
    await _taken(options, LISTS, file, mapping, (centre, period), (by, at), apply=apply, strict=strict)


@command(app, "control-figures")
async def control_figures(
    options: Options,
    file: File,
    mapping: Map,
    by: By = "SYSTEM",
    at: At = None,
    apply: Apply = True,
    strict: Strict = True,
) -> None:
    """HR's control figures (工资总额): how much of a source a unit may use in a year (R7)."""
    await _taken(options, CONTROL_FIGURES, file, mapping, ("", ""), (by, at), apply=apply, strict=strict)


@command(app, "gross-wages")
async def gross_wages(
    options: Options,
    file: File,
    mapping: Map,
    period: Period,
    by: By = "SYSTEM",
    at: At = None,
    apply: Apply = True,
    strict: Strict = True,
) -> None:
    """Gross wages of a month by person, with the minimum wage where it differs; deductions are reckoned from them."""
    await _taken(options, GROSS_WAGES, file, mapping, ("", period), (by, at), apply=apply, strict=strict)


@command(app, "payroll-actuals")
async def payroll_actuals(
    options: Options,
    file: File,
    mapping: Map,
    period: Period,
    centre: Centre,
    by: By = "SYSTEM",
    at: At = None,
    apply: Apply = True,
    strict: Strict = True,
) -> None:
    """What payroll really paid and kept back, by person; once per centre and month (R8)."""
    await _taken(options, PAYROLL_ACTUALS, file, mapping, (centre, period), (by, at), apply=apply, strict=strict)


async def _taken(
    options: Options,
    kind: Kind,
    file: Path,
    mapping: Path,
    month: tuple[str, str],
    stamp: tuple[str, str | None],
    *,
    apply: bool,
    strict: bool,
) -> None:
    by, at = stamp
    try:
        async with open_ledger(options.settings, "import", allow_simulated=True, create=False) as ledger:
            when = canonical(at) if at else await now_of(ledger)
            with progress_bar() as progress:
                asked = Asked(*month, by, when, apply=apply, strict=strict)
                taken = await take(ledger, kind, file, mapping, asked, progress)
    except ImportProblem as problem:
        raise Failed(str(problem), 2) from problem
    _tell(taken, as_json=options.json)
    if strict and taken.prepared.bad:
        raise Failed(
            f"{len(taken.prepared.bad)} complaints about {file}, so nothing was imported; "
            "correct the file, or take the good rows with --partial."
        )


def _tell(taken: Taken, *, as_json: bool) -> None:
    values, prepared = taken.values, taken.prepared
    if as_json:
        typer.echo(json.dumps(values, ensure_ascii=False, indent=1))
        return
    console = Console()
    console.print(_totals(values, prepared.kind.title))
    if values["groups"] and len(values["groups"][0]) > 2:
        groups = Shown(*values["groups"][0], title="What is new")
        for group in values["groups"]:
            groups.add_row(*(str(value) for value in group.values()))
        console.print(groups)
    if prepared.bad:
        console.print(summary.bad_rows(prepared.bad))
    if taken.outcome is None:
        console.print("Nothing was recorded.")
    else:
        summary.show_outcome(taken.outcome, console)


def _totals(values: dict[str, Any], title: str) -> Shown:
    table = Shown(title=f"{title}: {values['file']}", show_header=False)
    table.add_column()
    table.add_column(justify="right")
    table.add_row("rows", f"{values['rows']:,}")
    table.add_row("… that are new", f"{values['new']:,}")
    table.add_row("… in the ledger already", f"{values['known']:,}")
    table.add_row("… that cannot be imported", f"{len({row['line'] for row in values['bad']}):,}")
    table.add_row("sum of what is new, yuan", values["sum"])
    return table
