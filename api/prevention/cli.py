"""`jiesuan export hazards` and `jiesuan import hazards`: interchange with a double-prevention system (双重预防)."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from api.bootstrap import existing_ledger
from api.cli.options import Failed, Options, command
from api.cli.queries import ask
from api.imports.cli import Apply, Strict, import_file
from api.imports.cli import app as imports
from api.imports.mapping import mapping_of
from api.imports.problems import ImportProblem
from api.ledger import Ledger
from api.prevention.mapping import HazardMapping
from api.prevention.reader import HazardReader
from api.prevention.writer import cells_of, text_of

exporting = typer.Typer(name="export", help="Files that other systems read (数据交换).", no_args_is_help=True)
STDOUT = Path("-")
PAGE = 1000

MapOption = Annotated[
    Path, typer.Option("--map", metavar="MAP.toml", help="TOML: their columns, our fields, the codes between them")
]


def register(parent: typer.Typer) -> None:
    parent.add_typer(exporting, name="export")


@exporting.callback()
def _exporting() -> None:
    """Files for other systems (数据交换)."""


@command(exporting, "hazards")
async def export_hazards(
    options: Options,
    mapping_file: MapOption,
    output: Annotated[Path, typer.Option("-o", "--output", help="CSV or JSON; - is standard output")] = STDOUT,
    unit: Annotated[str | None, typer.Option(help="Only of this unit and all below it")] = None,
) -> None:
    """Hazards in the upload fields of a double-prevention system, by id."""
    try:
        mapping = mapping_of(mapping_file, HazardMapping)
        async with existing_ledger(options.settings, "export") as ledger:
            rows = [cells_of(mapping, record) for record in await records(ledger, unit)]
        kind = mapping.table.of(output)
        if kind == "xlsx":
            raise ImportProblem("hazards are exported as CSV or JSON, not as a workbook")
        text = text_of(mapping, kind, rows)
    except ImportProblem as problem:
        raise Failed(str(problem), 2) from problem
    if output == STDOUT:
        sys.stdout.buffer.write(text)
    else:
        output.write_bytes(text)
        typer.echo(f"{len(rows)} hazards written to {output}.", err=True)


async def records(ledger: Ledger, unit: str | None) -> list[dict[str, Any]]:
    """Every hazard, page by page."""
    found: list[dict[str, Any]] = []
    after: str | None = ""
    while after is not None:
        result = await ask(ledger, "HazardRecords", after=after, limit=PAGE, unit=unit)
        found += result["hazards"]
        after = result["next"]
    return found


@command(imports, "hazards")
async def import_hazards(
    options: Options,
    file: Annotated[Path, typer.Argument(help="CSV, XLSX or JSON: one hazard a row")],
    mapping: MapOption,
    apply: Apply = True,
    strict: Strict = False,
) -> None:
    """Hazards of a double-prevention system are reported, verified, assigned, and followed to their state.

    First a dry run against the ledger: every bad row with line, column and reason.  Then all good rows are recorded.
    Importing the same file again changes nothing; a row that has moved on adds what is new.  Units and persons have
    to be registered already.
    """
    await import_file(
        options, file, lambda: HazardReader(mapping_of(mapping, HazardMapping)), apply=apply, strict=strict
    )
