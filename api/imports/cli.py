"""`jiesuan import findings FILE --map MAP.toml`, and how every import runs from the command line."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bar

from api.bootstrap import existing_ledger, open_ledger
from api.cli.options import Failed, Options, command
from api.imports.findings.mapping import FindingsMapping
from api.imports.findings.reader import FindingsReader
from api.imports.mapping import mapping_of
from api.imports.pipeline import Progress, Reader, silent
from api.imports.problems import ImportProblem
from api.imports.run import run_import, table_of
from api.imports.summary import show_outcome
from ledger.calendars import moment

Apply = Annotated[bool, typer.Option("--apply/--dry-run", help="Record what is good, or only say what would be")]
Strict = Annotated[bool, typer.Option("--strict", help="Record nothing, and exit with 1, if any row is bad")]

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
    mapping: Annotated[
        Path, typer.Option("--map", metavar="MAP.toml", help="TOML: what the columns mean, and the ledger to begin")
    ],
    apply: Apply = True,
    strict: Strict = False,
) -> None:
    """Findings of an authority become hazards and compensation slips.

    First a dry run against the ledger: what would happen, and every bad row with line, column and reason.  Then all
    good rows are recorded.  Importing the same file again changes nothing; in an empty database the ledger of the
    mapping file is begun.
    """

    def reader() -> FindingsReader:
        return FindingsReader(mapping_of(mapping, FindingsMapping), moment(datetime.now(UTC)))

    await import_file(options, file, reader, apply=apply, strict=strict, create=True)


async def import_file(
    options: Options,
    file: Path,
    reader_of: Callable[[], Reader[Any]],
    *,
    apply: bool,
    strict: bool,
    create: bool = False,
    advice: str = " (--strict)",
) -> None:
    """Run an import and tell of it; ``create`` makes the ledger if there is none.

    Raises Failed for a file that cannot be imported at all, and with ``strict`` for one with bad rows.
    """
    try:
        reader = reader_of()
        table = await table_of(file, reader)
        opened = open_ledger(options.settings, "import", allow_simulated=True) if create else None
        async with opened or existing_ledger(options.settings, "import") as ledger:
            with progress_bar() as progress:
                done = await run_import(ledger, table, reader, apply=apply, strict=strict, progress=progress)
    except ImportProblem as problem:
        raise Failed(str(problem), 2) from problem
    if options.json:
        typer.echo(json.dumps(done.values, ensure_ascii=False, indent=1))
    else:
        console = Console()
        reader.show(done.prepared, done.values, console)
        show_outcome(done.outcome, console)
    if strict and done.prepared.bad:
        raise Failed(f"{len(done.prepared.bad)} complaints about {file}, so nothing was imported{advice}.")


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

        def show(step: str, done: int, total: int) -> None:
            if step not in tasks:
                tasks[step] = bar.add_task(step, total=total)
            bar.update(tasks[step], completed=done, total=total)

        yield show
