"""`jiesuan export …`, `jiesuan verify` and `jiesuan root`: books and record for accountants and auditors."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer

from api.bootstrap import existing_ledger
from api.cli.options import Failed, Options, command
from api.exports import writer
from api.prevention.cli import exporting
from projections.exports.catalogue import EXPORTS, Export
from projections.exports.source import Progress, Wanted, unseen
from projections.verifier import command as verifier

STDOUT = Path("-")

FileOption = Annotated[Path, typer.Option("-o", "--output", metavar="FILE", help="The file; - is standard output")]
DirectoryOption = Annotated[
    Path, typer.Option("-o", "--output", metavar="DIR", help="A new or empty directory, or a file that ends in .zip")
]
Period = Annotated[str | None, typer.Option(help="Only this posting period, such as 2026-02, on what was before it")]
KnownAt = Annotated[str | None, typer.Option(metavar="MOMENT", help="As known then: a date or moment")]
Position = Annotated[int | None, typer.Option(help="As known at this position")]


def register(app: typer.Typer) -> None:
    """The exports are in the group of `jiesuan export hazards`, which registers itself."""
    command(app)(verify)
    command(app)(root)


@command(exporting, "beancount")
async def export_beancount(
    options: Options, output: FileOption, period: Period = None, known_at: KnownAt = None, position: Position = None
) -> None:
    """The journal for beancount: `bean-check` finds every balance to the fen."""
    await to_file(options, "beancount", output, Wanted(period, known_at, position))


@command(exporting, "hledger")
async def export_hledger(
    options: Options, output: FileOption, period: Period = None, known_at: KnownAt = None, position: Position = None
) -> None:
    """The journal for hledger: `hledger check` finds every balance to the fen."""
    await to_file(options, "hledger", output, Wanted(period, known_at, position))


@command(exporting, "log")
async def export_log(options: Options, output: FileOption, known_at: KnownAt = None, position: Position = None) -> None:
    """The record itself, byte for byte, for `jiesuan verify` and for auditors' own programs.

    Nothing is masked in it: it holds names of persons and of anonymous reporters. Give it to auditors only.
    """
    await to_file(options, "log", output, Wanted(None, known_at, position))


@command(exporting, "audit")
async def export_audit(
    options: Options,
    output: DirectoryOption,
    period: Period = None,
    known_at: KnownAt = None,
    position: Position = None,
) -> None:
    """The audit data set after ISO 21378 and the AICPA standard: CSV files and a manifest with totals and hashes."""
    await to_directory(options, "audit", output, Wanted(period, known_at, position))


@command(exporting, "parquet")
async def export_parquet(
    options: Options, output: DirectoryOption, known_at: KnownAt = None, position: Position = None
) -> None:
    """Facts and entries as Parquet, with a manifest."""
    await to_directory(options, "parquet", output, Wanted(None, known_at, position))


def verify(
    options: Options,
    file: Annotated[Path, typer.Argument(help="What `jiesuan export log` has written")],
    known: Annotated[
        list[str] | None, typer.Option(metavar="SIZE:ROOT", help="A root that you have kept; may be given again")
    ] = None,
    balances: Annotated[bool, typer.Option("--balances", help="Print the balance of every account")] = False,
) -> None:
    """Check an exported log offline: hashes, tree, chain, entries, carried balances. Needs no database.

    Exit status 0: sound, 1: not sound, 2: cannot be decided. `python -m projections.verifier` does the same.
    """
    try:
        kept = [verifier.known_root(text) for text in known or []]
    except ValueError as error:
        raise Failed(str(error), 2) from None
    raise typer.Exit(verifier.run(str(file), kept, as_json=options.json, balances=balances))


async def root(options: Options, known_at: KnownAt = None, position: Position = None) -> None:
    """The root of the tree over all facts, as SIZE:ROOT: keep it where nobody who writes to the database can reach it.

    `jiesuan verify --known SIZE:ROOT` proves later that these facts are still what they were.
    """
    async with (
        existing_ledger(options.settings, "root") as ledger,
        writer.reading(ledger, EXPORTS["log"], Wanted(None, known_at, position)) as source,
    ):
        found = await source.root()
        if options.json:
            typer.echo(json.dumps({"size": source.position, "root": found}))
        else:
            typer.echo(f"{source.position}:{found}")


async def to_file(options: Options, name: str, output: Path, wanted: Wanted) -> None:
    """Into a file that appears when it is whole, or to standard output as it comes."""
    export = EXPORTS[name]
    if output == STDOUT:
        async with (
            existing_ledger(options.settings, "export") as ledger,
            writer.reading(ledger, export, wanted) as source,
        ):
            async for block in writer.blocks(export, source):
                sys.stdout.buffer.write(block)
        return
    await written(options, export, output, wanted)


async def to_directory(options: Options, name: str, output: Path, wanted: Wanted) -> None:
    """Into an empty directory, so that nothing stands beside what the manifest lists; or into an archive."""
    export = EXPORTS[name]
    if output.suffix == ".zip":
        await written(options, export, output, wanted)
        return
    if output.exists() and (not output.is_dir() or any(output.iterdir())):
        raise Failed(f"{output} is there already: name a new or an empty directory.", 2)
    async with existing_ledger(options.settings, "export") as ledger:
        with shown() as progress:
            async with writer.reading(ledger, export, wanted, progress) as source:
                output.mkdir(parents=True, exist_ok=True)
                await writer.fill(export, source, output)
                done(options, export, output, source.position)


async def written(options: Options, export: Export, output: Path, wanted: Wanted) -> None:
    part = output.with_name(output.name + ".part")
    try:
        async with existing_ledger(options.settings, "export") as ledger:
            with shown() as progress:
                async with writer.reading(ledger, export, wanted, progress) as source:
                    await writer.write(export, source, part)
        part.replace(output)
    finally:
        part.unlink(missing_ok=True)
    done(options, export, output, source.position)


def done(options: Options, export: Export, output: Path, position: int) -> None:
    """One line on standard error; with --json an object on standard output."""
    if options.json:
        typer.echo(json.dumps({"export": export.name, "output": str(output), "position": position}))
    else:
        typer.echo(f"{output}: {export.name} as known at position {position}", err=True)


@contextmanager
def shown() -> Iterator[Progress]:
    """A progress bar where a person looks on."""
    if not sys.stderr.isatty():
        yield unseen
        return
    from rich.console import Console
    from rich.progress import Progress as Bar

    with Bar(console=Console(stderr=True), transient=True) as bar:
        task: Any = bar.add_task("facts", total=None)

        async def advance(done: int, total: int) -> None:
            bar.update(task, completed=done, total=total)

        yield advance
