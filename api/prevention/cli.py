"""`jiesuan export hazards` and `jiesuan import hazards`: interchange with a double-prevention system (双重预防)."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from api.bootstrap import existing_ledger
from api.cli.options import Failed, Options, command
from api.cli.queries import result_of
from api.importing import loading
from api.importing.book import open_book
from api.importing.cli import app as importing
from api.importing.loading import Outcome
from api.importing.problems import ImportProblem
from api.ledger import Ledger
from api.prevention.exporting import cells_of, text_of
from api.prevention.mapping import read_hazard_mapping
from api.prevention.preparation import Prepared, prepare
from api.prevention.rows import read_file
from ledger.interchange import Query

exporting = typer.Typer(name="export", help="What other systems read (数据交换).", no_args_is_help=True)
STDOUT = Path("-")
PAGE = 1000

MapOption = Annotated[
    Path, typer.Option("--map", metavar="MAP.toml", help="TOML: their columns, our fields, the codes between them")
]


def register(parent: typer.Typer) -> None:
    parent.add_typer(exporting, name="export")


@exporting.callback()
def _exporting() -> None:
    """What other systems read (数据交换)."""


@command(exporting, "hazards")
async def export_hazards(
    options: Options,
    mapping_file: MapOption,
    output: Annotated[Path, typer.Option("-o", "--output", help="CSV or JSON; - is standard output")] = STDOUT,
    unit: Annotated[str | None, typer.Option(help="Only of this unit and all below it")] = None,
) -> None:
    """Hazards in the upload fields of a double-prevention system, by id."""
    try:
        mapping = read_hazard_mapping(mapping_file)
        async with existing_ledger(options.settings, "export") as ledger:
            rows = [cells_of(mapping, record) for record in await records(ledger, unit)]
        kind = mapping.table.kind(output)
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
        data = {"after": after, "limit": PAGE} | ({} if unit is None else {"unit": unit})
        result = result_of(await ledger.ask(Query("export", "HazardRecords", data)))
        found += result["hazards"]
        after = result["next"]
    return found


@command(importing, "hazards")
async def import_hazards(
    options: Options,
    file: Annotated[Path, typer.Argument(help="CSV, XLSX or JSON: one hazard a row")],
    mapping_file: MapOption,
    apply: Annotated[
        bool, typer.Option("--apply/--dry-run", help="Record what is good, or only say what would be")
    ] = True,
    strict: Annotated[
        bool, typer.Option("--strict", help="Record nothing, and exit with 1, if any row is bad")
    ] = False,
) -> None:
    """Hazards of a double-prevention system are reported, verified, assigned, and followed to their state.

    First a dry run against the ledger: every bad row with line, column and reason.  Then all good rows are recorded.
    Importing the same file again changes nothing; a row that has moved on adds what is new.  Units and persons have
    to be registered already.
    """
    try:
        mapping = read_hazard_mapping(mapping_file)
        table = read_file(file, mapping)
        async with existing_ledger(options.settings, "import") as ledger:
            prepared = await prepare(table, mapping, await open_book(ledger.log))
            outcome = None
            if apply and not (strict and prepared.bad):
                outcome = await loading.record(prepared, ledger)
    except ImportProblem as problem:
        raise Failed(str(problem), 2) from problem
    _tell(prepared, outcome, as_json=options.json)
    if strict and prepared.bad:
        raise Failed(f"{len(prepared.bad)} complaints about {file}, so nothing was imported (--strict).")


def _tell(prepared: Prepared, outcome: Outcome | None, *, as_json: bool) -> None:
    values: dict[str, Any] = {
        "file": prepared.file,
        "rows": prepared.rows,
        "new": len(prepared.new),
        "known": len(prepared.known),
        "commands": len(prepared.steps),
        "bad": [row._asdict() for row in prepared.bad],
        "recorded": None,
    }
    if outcome is not None:
        recorded = {"commands": outcome.commands, "facts": outcome.facts, "position": outcome.position}
        values["recorded"] = {**recorded, "refused": [row._asdict() for row in outcome.refused]}
    if as_json:
        typer.echo(json.dumps(values, ensure_ascii=False, indent=1))
        return
    typer.echo(f"{prepared.rows} rows: {len(prepared.new)} new or moved on, {len(prepared.known)} known already.")
    for row in (*prepared.bad, *(outcome.refused if outcome else ())):
        typer.echo(row.sentence(prepared.file))
    if outcome is None:
        typer.echo("Nothing was recorded.")
    else:
        typer.echo(f"Recorded {outcome.facts} facts of {outcome.commands} commands.")
