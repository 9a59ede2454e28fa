"""Statements, personal lists, day sheets and the payroll file: on the screen, or as files."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Annotated, Any, TypeVar

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from api.bootstrap import existing_ledger
from api.cli.options import BusinessDate, Failed, KnownAt, KnownPosition, Options, command
from api.papers.bundles import export_all
from api.papers.selection import answered, format_of, reading
from ledger.errors import Invalid
from projections.exports.fonts import MissingFont
from projections.exports.formats import (
    DAY_SHEET,
    PERSONAL,
    STATEMENT,
    SUFFIXES,
    Format,
    Kind,
    bundle_suffix,
    written,
)
from projections.exports.pdf_files import CannotPrint

Period = Annotated[str, typer.Argument(help="Month, such as 2026-02")]
FormatOption = Annotated[
    str | None,
    typer.Option("--format", metavar="FORMAT", help="text, json, xlsx, pdf or csv [default: as the file is called]"),
]
Out = Annotated[Path | None, typer.Option("--output", "-o", metavar="FILE", help="Write this file [default: print]")]
Made = TypeVar("Made")
BINARY = frozenset({Format.XLSX, Format.PDF})


def register(app: typer.Typer) -> None:
    command(app)(statement)
    command(app, "personal-list")(personal_list)
    command(app, "day-sheet")(day_sheet)


async def statement(
    options: Options,
    unit: Annotated[str, typer.Argument(help="Unit, such as W1; with --all the centre, such as U1")],
    period: Period,
    issue: Annotated[int | None, typer.Option(help="Which issue; 0 is a draft as of now [default: the latest]")] = None,
    everything: Annotated[bool, typer.Option("--all", help="Of all units that the centre settles")] = False,
    business_date: BusinessDate = None,
    known_at: KnownAt = None,
    position: KnownPosition = None,
    form: FormatOption = None,
    output: Out = None,
) -> None:
    """The settlement statement (结算单) of a unit for a month, or of all units of a centre (--all).

    With --all an XLSX has a sheet for each unit and a summary; PDF becomes a ZIP with a file for each unit.
    """
    chosen = {"issue": issue, "business_date": business_date, "known_at": known_at, "known_position": position}
    given = {name: value for name, value in chosen.items() if value is not None}
    if everything and given:
        raise Invalid(f"{min(given)}: not together with --all")
    data = {"unit": unit, "period": period} | given
    await put_out(options, STATEMENT, data, form, output, whose=unit if everything else None)


async def personal_list(
    options: Options,
    person: Annotated[str, typer.Argument(help="Person, such as P-A; with --all a unit, such as W1")],
    period: Period,
    everything: Annotated[
        bool, typer.Option("--all", help="Of everybody whose home is at the unit or below it")
    ] = False,
    known_at: KnownAt = None,
    position: KnownPosition = None,
    form: FormatOption = None,
    output: Out = None,
) -> None:
    """A person's own list (个人清单) of a month: wage, score, payout, dues at its end, deductions, carry."""
    chosen = {"known_at": known_at, "known_position": position}
    given = {name: value for name, value in chosen.items() if value is not None}
    if everything and given:
        raise Invalid(f"{min(given)}: not together with --all")
    data = {"person": person, "period": period} | given
    await put_out(options, PERSONAL, data, form, output, whose=person if everything else None)


async def day_sheet(
    options: Options,
    unit: Annotated[str, typer.Argument(help="Team, such as T1")],
    day: Annotated[str, typer.Argument(help="Business date, such as 2026-02-05")],
    form: FormatOption = None,
    output: Out = None,
) -> None:
    """The day sheet (日清) of a team: scores, daily wages, what moved in its pool, who sealed it."""
    await put_out(options, DAY_SHEET, {"unit": unit, "day": day}, form, output)


async def put_out(
    options: Options,
    kind: Kind,
    data: Mapping[str, Any],
    form: str | None,
    output: Path | None,
    *,
    whose: str | None = None,
) -> None:
    """One paper, or all of a month's, on the screen or into a file."""
    wanted = wanted_format(options, form, output)
    if (whose is not None or wanted in BINARY) and output is None:
        raise Invalid("output: name a file with -o")
    async with existing_ledger(options.settings, "export") as ledger:
        if whose is None:
            async with reading(ledger) as reader:
                found = await answered(reader, kind, data)
            await to_file_or_screen(output, lambda: written(kind, found, wanted))
            return
        assert output is not None
        place = _with_suffix(output, wanted)
        with Bar() as bar:
            count = await into(
                place, lambda path: export_all(ledger, kind, whose, data["period"], wanted, path, bar.progress)
            )
    typer.echo(f"jiesuan: {count} in {place}", err=True)


def wanted_format(options: Options, form: str | None, output: Path | None) -> Format:
    """The format of --format, else --json, else the file's name, else text."""
    if form is not None:
        return format_of(form)
    if options.json:
        return Format.JSON
    if output is None:
        return Format.TEXT
    named = {suffix: each for each, suffix in SUFFIXES.items()} | {".zip": Format.PDF}
    if (found := named.get(output.suffix.lower())) is None:
        raise Invalid(f"format: {output.name} does not tell; name it with --format")
    return found


def _with_suffix(output: Path, form: Format) -> Path:
    """PDFs of many go into a ZIP, which is called one."""
    suffix = bundle_suffix(form)
    if suffix == ".zip" and output.suffix.lower() != suffix:
        return output.with_suffix(suffix)
    return output


async def to_file_or_screen(output: Path | None, make: Callable[[], bytes]) -> None:
    """Writes the paper to the file, or to standard output.  Raises Failed."""
    with printing_trouble():
        made = await asyncio.to_thread(make)
    if output is None:
        sys.stdout.buffer.write(made)
        sys.stdout.buffer.flush()
        return

    async def write(path: Path) -> None:
        await asyncio.to_thread(path.write_bytes, made)

    await into(output, write)


async def into(output: Path, make: Callable[[Path], Awaitable[Made]]) -> Made:
    """A file that is there when it is whole, and not before: made beside its place and moved there."""
    with NamedTemporaryFile(dir=output.parent, prefix=f".{output.name}.", delete=False) as temporary:
        path = Path(temporary.name)
    try:
        with printing_trouble():
            made = await make(path)
        os.chmod(path, 0o666 & ~_umask())
        os.replace(path, output)
    finally:
        path.unlink(missing_ok=True)
    return made


def _umask() -> int:
    """Temporary files are nobody else's; what they become is as readable as any file of the user."""
    mask = os.umask(0)
    os.umask(mask)
    return mask


@contextmanager
def printing_trouble() -> Iterator[None]:
    """Fonts that are missing and pages that cannot be laid out, as sentences."""
    try:
        yield
    except (MissingFont, CannotPrint) as trouble:
        raise Failed(str(trouble), 2) from trouble


class Bar:
    """How far a bundle is, on a terminal."""

    def __init__(self) -> None:
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        console = Console(stderr=True)
        self._bar = Progress(*columns, console=console, transient=True) if console.is_terminal else None
        self._task: TaskID | None = None

    def __enter__(self) -> Bar:
        if self._bar:
            self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._bar:
            self._bar.stop()

    async def progress(self, done: int, total: int | None = None, step: str | None = None) -> None:
        if self._bar is None:
            return
        if self._task is None:
            self._task = self._bar.add_task("", total=total)
        self._bar.update(self._task, completed=done, total=total)
