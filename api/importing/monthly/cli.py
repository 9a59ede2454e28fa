"""`jiesuan import lists|control-figures|gross-wages|payroll-actuals FILE --map MAP.toml`: a month's files."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table as Shown

from api.bootstrap import open_ledger
from api.commands.options import Failed, Options, command
from api.commands.sending import At, By, canonical, now_of
from api.importing import loading, summary
from api.importing.book import open_book
from api.importing.cli import app, progress_bar
from api.importing.loading import Outcome
from api.importing.mapping import mapping_of
from api.importing.monthly.kinds import CONTROL_FIGURES, GROSS_WAGES, LISTS, PAYROLL_ACTUALS, Frame, Kind
from api.importing.monthly.mapping import MonthlyMapping
from api.importing.monthly.preparation import Prepared, prepare
from api.importing.problems import ImportProblem
from api.importing.tables import read_table
from ledger.money import fen, yuan

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
    mapping_file: Path,
    month: tuple[str, str],
    stamp: tuple[str, str | None],
    *,
    apply: bool,
    strict: bool,
) -> None:
    try:
        mapping = mapping_of(mapping_file, MonthlyMapping)
        table = read_table(file, mapping.table, mapping.columns)
        async with open_ledger(options.settings, "import", allow_simulated=True, create=False) as ledger:
            by, at = stamp
            frame = Frame(mapping.source, *month, by, canonical(at) if at else await now_of(ledger))
            with progress_bar() as progress:
                prepared = await prepare(table, mapping, kind, frame, ledger.log, await open_book(ledger.log), progress)
                is_taken = apply and not (strict and prepared.bad)
                outcome = await loading.record(prepared, ledger, progress) if is_taken else None
    except ImportProblem as problem:
        raise Failed(str(problem), 2) from problem
    _tell(prepared, outcome, as_json=options.json)
    if strict and prepared.bad:
        raise Failed(
            f"{len(prepared.bad)} complaints about {file}, so nothing was imported; "
            "correct the file, or take the good rows with --partial."
        )


def values_of(prepared: Prepared, outcome: Outcome | None) -> dict[str, Any]:
    """The dry run and what came of it, as plain values."""
    amount = prepared.kind.amount
    recorded: dict[str, Any] | None = None
    if outcome is not None:
        recorded = {"commands": outcome.commands, "facts": outcome.facts, "position": outcome.position}
        recorded["refused"] = [row._asdict() for row in outcome.refused]
    return {
        "file": prepared.file,
        "kind": prepared.kind.name,
        "rows": prepared.rows,
        "new": len(prepared.new),
        "known": len(prepared.known),
        "bad": [row._asdict() for row in prepared.bad],
        "sum": yuan(sum(fen(line.values[amount]) for line in prepared.new)),
        "commands": len(prepared.steps),
        "groups": _groups(prepared),
        "recorded": recorded,
    }


def _groups(prepared: Prepared) -> list[dict[str, Any]]:
    """New rows and their sum by what a person would look at first: department and kind of document, source and year."""
    names = [name for name in ("department", "kind", "source", "year") if name in prepared.kind.fields]
    rows: Counter[tuple[str, ...]] = Counter()
    sums: Counter[tuple[str, ...]] = Counter()
    for line in prepared.new:
        group = tuple(line.values[name] for name in names)
        rows[group] += 1
        sums[group] += fen(line.values[prepared.kind.amount])
    return [
        {**dict(zip(names, group, strict=True)), "rows": number, "sum": yuan(sums[group])}
        for group, number in sorted(rows.items())
    ]


def _tell(prepared: Prepared, outcome: Outcome | None, *, as_json: bool) -> None:
    values = values_of(prepared, outcome)
    if as_json:
        typer.echo(json.dumps(values, ensure_ascii=False, indent=1))
        return
    console = Console()
    table = Shown(title=f"{prepared.kind.title}: {prepared.file}", show_header=False)
    table.add_column()
    table.add_column(justify="right")
    table.add_row("rows", f"{values['rows']:,}")
    table.add_row("… that are new", f"{values['new']:,}")
    table.add_row("… in the ledger already", f"{values['known']:,}")
    table.add_row("… that cannot be imported", f"{len({row.line for row in prepared.bad}):,}")
    table.add_row("sum of what is new, yuan", values["sum"])
    console.print(table)
    if values["groups"] and len(values["groups"][0]) > 2:
        groups = Shown(*values["groups"][0], title="What is new")
        for group in values["groups"]:
            groups.add_row(*(str(value) for value in group.values()))
        console.print(groups)
    if prepared.bad:
        console.print(summary.bad_rows(prepared.bad))
    if outcome is None:
        console.print("Nothing was recorded.")
    else:
        summary.show_outcome(outcome, console)
