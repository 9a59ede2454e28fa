"""`jiesuan import findings FILE --map MAP.toml`: a dry run first, then everything that is good."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bar

from api.bootstrap import open_ledger
from api.cli.options import Failed, Options, command
from api.importing import loading, summary
from api.importing.book import open_book
from api.importing.loading import Outcome, Recorder
from api.importing.mapping import Mapping, read_mapping
from api.importing.preparation import Prepared, Progress, prepare, silent
from api.importing.problems import ImportProblem
from api.importing.tables import Table, read_table
from ledger.calendars import moment
from ledger.log.store import Log

app = typer.Typer(
    name="import",
    help="Take over tables: findings, hazards, departments' lists, HR's files (导入).",
    no_args_is_help=True,
)


def register(parent: typer.Typer) -> None:
    parent.add_typer(app, name="import")


@command(app, "findings")
async def findings(
    options: Options,
    file: Annotated[Path, typer.Argument(help="CSV or XLSX: one finding a row, the first line names the columns")],
    mapping_file: Annotated[
        Path, typer.Option("--map", metavar="MAP.toml", help="TOML: what the columns mean, and the ledger to begin")
    ],
    apply: Annotated[
        bool, typer.Option("--apply/--dry-run", help="Record what is good, or only say what would be")
    ] = True,
    strict: Annotated[
        bool, typer.Option("--strict", help="Record nothing, and exit with 1, if any row is bad")
    ] = False,
) -> None:
    """Findings of an authority become hazards and compensation slips.

    First a dry run against the ledger: what would happen, and every bad row with line, column and reason.  Then all
    good rows are recorded.  Importing the same file again changes nothing; in an empty database the ledger of the
    mapping file is begun.
    """
    try:
        mapping = read_mapping(mapping_file)
        table = read_table(file, mapping.table, mapping.columns)
        async with open_ledger(options.settings, "import", allow_simulated=True) as ledger:
            with progress_bar() as progress:
                prepared = await prepare_now(table, mapping, ledger.log, progress)
                outcome = await _recorded(prepared, ledger, progress, apply=apply, strict=strict)
    except ImportProblem as problem:
        raise Failed(str(problem), 2) from problem
    _tell(prepared, outcome, as_json=options.json)
    if strict and prepared.bad:
        raise Failed(f"{len(prepared.bad)} complaints about {file}, so nothing was imported (--strict).")


async def prepare_now(table: Table, mapping: Mapping, log: Log, progress: Progress = silent) -> Prepared:
    """Against a ledger as it is now."""
    return await prepare(table, mapping, await open_book(log), moment(datetime.now(UTC)), progress)


async def _recorded(
    prepared: Prepared, recorder: Recorder, progress: Progress, *, apply: bool, strict: bool
) -> Outcome | None:
    if not apply or (strict and prepared.bad):
        return None
    return await loading.record(prepared, recorder, progress)


def _tell(prepared: Prepared, outcome: Outcome | None, *, as_json: bool) -> None:
    if as_json:
        recorded: dict[str, Any] | None = None
        if outcome is not None:
            recorded = {"commands": outcome.commands, "facts": outcome.facts, "position": outcome.position}
            recorded["refused"] = [row._asdict() for row in outcome.refused]
        values = {**summary.values_of(prepared), "recorded": recorded}
        typer.echo(json.dumps(values, ensure_ascii=False, indent=1))
        return
    console = Console()
    summary.show(prepared, console)
    if outcome is None:
        console.print("Nothing was recorded.")
    else:
        summary.show_outcome(outcome, console)


@contextmanager
def progress_bar() -> Iterator[Progress]:
    """A bar on a terminal, silence elsewhere."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield silent
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Bar(*columns, console=console, transient=True) as bar:
        tasks: dict[str, Any] = {}

        def show(what: str, done: int, total: int) -> None:
            if what not in tasks:
                tasks[what] = bar.add_task(what, total=total)
            bar.update(tasks[what], completed=done, total=total)

        yield show
