"""`jiesuan import lists|control-figures|gross-wages|payroll-actuals FILE --map MAP.toml`: a month's files."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from api.cli.commands import At, By, canonical
from api.cli.options import Options, command
from api.imports.cli import app, import_file
from api.imports.mapping import mapping_of
from api.imports.monthly.kinds import CONTROL_FIGURES, GROSS_WAGES, LISTS, PAYROLL_ACTUALS, Kind
from api.imports.monthly.mapping import MonthlyMapping
from api.imports.monthly.reader import MonthlyReader

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
    await _import(options, LISTS, file, mapping, (centre, period), (by, at), apply=apply, strict=strict)


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
    await _import(options, CONTROL_FIGURES, file, mapping, ("", ""), (by, at), apply=apply, strict=strict)


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
    await _import(options, GROSS_WAGES, file, mapping, ("", period), (by, at), apply=apply, strict=strict)


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
    """Payments and deductions that payroll really made, by person; once per centre and month (R8)."""
    await _import(options, PAYROLL_ACTUALS, file, mapping, (centre, period), (by, at), apply=apply, strict=strict)


async def _import(
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

    def reader() -> MonthlyReader:
        return MonthlyReader(kind, mapping_of(mapping, MonthlyMapping), month, by, canonical(at) if at else None)

    advice = "; correct the file, or take the good rows with --partial"
    await import_file(options, file, reader, apply=apply, strict=strict, advice=advice)
