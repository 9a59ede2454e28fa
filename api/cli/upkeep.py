"""Upkeep: migrate, rebuild read models, check every invariant, look at the surroundings."""

from __future__ import annotations

import platform
import shutil
from pathlib import Path
from typing import Annotated, Any

import typer

from api.bootstrap import existing_ledger
from api.cli.options import Failed, Options, command
from api.cli.tables import show
from api.evidence import cli as evidence
from api.ledger import Ledger, NotYet
from ledger.log.errors import database_trouble
from migrations import durability_warnings, newest_revision, prepare, revision_of
from migrations.postgres import DatabaseProblem
from migrations.postgres.connections import closing, connected
from migrations.postgres.databases import Databases, open_databases
from projections.catalogue import BY_NAME
from projections.exports.fonts import MissingFont, font_files
from projections.integrity import Finding
from projections.integrity import check as check_ledger
from projections.progress import status
from projections.queries import reader_of
from projections.queries.statement import changed
from projections.rebuild import CannotRebuild, Differences
from projections.rebuild import rebuild as rebuild_projections
from projections.sessions import connect as connect_projector

LITTLE_SPACE = 1_000_000_000


def register(app: typer.Typer) -> None:
    for function in (rebuild, check, migrate, doctor):
        command(app)(function)


async def rebuild(
    options: Options,
    name: Annotated[str | None, typer.Argument(help=f"One of {', '.join(BY_NAME)} [default: all]")] = None,
    accept_differences: Annotated[
        bool, typer.Option("--accept-differences", help="Switch even if the new build has other rows")
    ] = False,
) -> None:
    """Rebuild read models beside the ones that serve, compare them row by row, and switch."""
    if name is not None and name not in BY_NAME:
        raise Failed(f"There is no projection '{name}': there are {', '.join(BY_NAME)}.", 2)
    async with existing_ledger(options.settings, "rebuild") as ledger:
        await ledger.reader.reach((await ledger.log.head()).position)
        try:
            with database_trouble():
                reports = await rebuild_projections(
                    ledger.dsn, [name] if name else [], accept_differences=accept_differences
                )
        except Differences as differences:
            show(options, {"reports": [differences.report]})
            raise Failed(
                f"{differences}; the old build serves on. --accept-differences switches all the same."
            ) from None
        except CannotRebuild as problem:
            raise Failed(f"{problem}; the old build serves on.", 2) from problem
    show(options, {"reports": reports})


async def check(options: Options) -> None:
    """Check every invariant: the chain of facts from its stored bytes, sums, clearing, read models, files of evidence.

    Exit status 1 and a list when one is broken.
    """
    async with existing_ledger(options.settings, "check") as ledger:
        position = (await ledger.log.head()).position
        findings = await _not_served(ledger, position) or await _changed_statements(ledger, position)
        with database_trouble():
            async with closing(await connect_projector(ledger.dsn, "jiesuan check")) as connection:
                findings += await check_ledger(connection)
        files = await evidence.verified(ledger)
    findings += evidence.findings(files)
    if findings or options.json:
        found = {"findings": [finding._asdict() for finding in findings]}
        show(options, {"position": position, **found, "missing_evidence": files.missing_count})
    else:
        typer.echo(f"Everything that must hold does, up to position {position}.")
        if sentence := evidence.missing_sentence(files):
            typer.echo(sentence)
    if findings:
        raise Failed(f"{len(findings)} findings: something that must hold does not.")


async def _not_served(ledger: Ledger, position: int) -> list[Finding]:
    """Read models that do not get there are a finding themselves."""
    try:
        await ledger.reader.reach(position)
    except NotYet as late:
        return [Finding("served", "read models", str(late))]
    return []


async def _changed_statements(ledger: Ledger, position: int) -> list[Finding]:
    """Issued statements, made again from facts and journal, have the digests under which they were issued."""
    async with ledger.reader.reached(position) as connection:
        issues = await changed(await reader_of(connection, "journal"))
    return [
        Finding("statements", f"{issued.unit} {issued.period}", f"issue {issued.issue} has another digest")
        for issued in issues
    ]


async def migrate(options: Options) -> None:
    """Make the ledger's database if it is missing, and bring its schema to the newest revision."""
    settings = options.settings
    async with open_databases(settings.database_url, settings.data, "migrate") as databases:
        async with connected(await prepare(databases, settings.ledger)) as connection:
            revision = await revision_of(connection)
        database = databases.database(settings.ledger)
    show(options, {"ledger": settings.ledger, "database": database, "revision": revision})


async def doctor(options: Options) -> None:
    """Look at what jiesuan stands on: programs, fonts, disk, database, durability, schema, read models."""
    settings = options.settings
    found: dict[str, Any] = {"python": platform.python_version(), "system": platform.platform()}
    problems: list[str] = []
    try:
        found["fonts"] = ", ".join(path.stem for path in font_files())
    except MissingFont as missing:
        problems.append(str(missing))
    if settings.database_url is None:
        found["data"] = str(settings.data.absolute())
        free = shutil.disk_usage(_nearest(settings.data)).free
        found["free_gb"] = round(free / 1e9, 1)
        if free < LITTLE_SPACE:
            problems.append(f"less than a gigabyte is free at {settings.data}")
    try:
        async with open_databases(settings.database_url, settings.data, "doctor") as databases:
            found["ledgers"] = await databases.ledgers()
            if settings.ledger in found["ledgers"]:
                found |= await _ledger(databases, settings.ledger, problems)
    except DatabaseProblem as problem:
        problems.append(str(problem))
    found["problems"] = problems or "none"
    show(options, found)
    if problems:
        raise Failed(problems[0])


async def _ledger(databases: Databases, name: str, problems: list[str]) -> dict[str, Any]:
    async with connected(databases.dsn(name)) as connection:
        problems += await durability_warnings(connection)
        version, revision = await connection.fetchval("show server_version"), await revision_of(connection)
        if revision != newest_revision():
            problems.append(f"the schema is at revision {revision}, not {newest_revision()}: run 'jiesuan migrate'")
            return {"postgresql": version, "revision": revision}
        if await connection.fetchval("select to_regclass('read.positions')") is None:
            return {"postgresql": version, "revision": revision}
        standing = await status(connection)
    problems += [f"projection {each} is parked at {at.position}: {at.reason}" for each, at in standing.parked.items()]
    return {"postgresql": version, "revision": revision, "position": standing.head, "read models": standing.positions}


def _nearest(path: Path) -> Path:
    """The path, or what of it exists already."""
    return next(place for place in (path.absolute(), *path.absolute().parents) if place.exists())
