"""Lists published, tasks dispatched and inspections recorded from the command line (DUTY-01 … DUTY-12)."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from api.bootstrap import existing_ledger
from api.cli.groups import group
from api.cli.options import Failed, Options, command
from api.cli.tables import show
from api.duties.generate import NotPlanned, generate
from api.duties.inspect import inspected, record
from api.duties.publish import publish
from ledger.forms import parse_moment
from ledger.vocabulary import SYSTEM

Unit = Annotated[str | None, typer.Option(help="Unit with everything below it, such as W1 [default: all]")]
Date = Annotated[str, typer.Option(help="Day, such as 2026-03-02")]


# -- lists ------------------------------------------------------------------------------------------------------------


@command(group("lists"), "publish")
async def publish_lists(
    options: Options,
    file: Annotated[Path, typer.Argument(help="JSON Lines: the fields of a duty or inspection list each")],
    by: Annotated[str, typer.Option(help="Person who approves them")],
    at: Annotated[str | None, typer.Option(help="When, with offset [default: now]")] = None,
) -> None:
    """Approve the lists of a file, and say whose lists they are (nearly) copies of: a warning, not a refusal.

    Exit status 1 if one was refused.  A file that was published before records nothing.
    """
    when = None if at is None else _moment(at)
    async with existing_ledger(options.settings, "publish lists") as ledger:
        published = await publish(ledger, file.read_bytes(), by, when)
    warnings = [
        {"person": one.person, "kind": one.kind, "is like that of": like["person"], "share": like["share"]}
        for one in published
        for like in one.alike
    ]
    rows = [{name: value for name, value in one._asdict().items() if name != "alike"} for one in published]
    show(options, {"lists": rows, "warnings": warnings})
    if refused := sum(not one.outcome.startswith("published") for one in published):
        raise Failed(f"{refused} of {len(published)} lists were refused.")


def _moment(text: str) -> str:
    try:
        return parse_moment(text)
    except ValueError as error:
        raise Failed(f"--at: {error}", 2) from None


# -- tasks ------------------------------------------------------------------------------------------------------------


@command(group("tasks"), "generate")
async def generate_tasks(
    options: Options,
    date: Date,
    unit: Unit = None,
    by: Annotated[str, typer.Option(help="Person who dispatches them")] = SYSTEM,
    places: Annotated[bool, typer.Option(help="Also one task for each place of an inspection list and cycle")] = True,
) -> None:
    """Dispatch the tasks that the lists ask for on a day: once, however often it is asked for.

    Suspended persons get none; exit status 1 if the ledger has refused one.
    """
    async with existing_ledger(options.settings, "generate tasks") as ledger:
        try:
            made = await generate(ledger, date, unit, by=by, places=places)
        except NotPlanned as problem:
            raise Failed(str(problem)) from None
    show(options, made.said())
    if made.refused:
        raise Failed(f"{len(made.refused)} tasks were refused.")


# -- inspections ------------------------------------------------------------------------------------------------------


@command(group("inspections"), "record")
async def record_inspections(
    options: Options,
    file: Annotated[Path, typer.Argument(help="JSON Lines: an inspection each, with its items")],
) -> None:
    """Record inspections with their findings: each problem becomes a hazard, then the inspection names them.

    Exit status 1 if one was refused.  The same file again records nothing twice.
    """
    lines = [inspected(line) for line in file.read_bytes().splitlines() if line.strip()]
    rows = []
    async with existing_ledger(options.settings, "record inspections") as ledger:
        for given in lines:
            outcome = await record(ledger, given)
            last = outcome.answers[-1]
            refused = {} if outcome.ok else {"refused": last["code"], "detail": last["detail"]}
            rows.append({"inspection": given.inspection, "hazards": " ".join(outcome.hazards), **refused})
    show(options, {"inspections": rows})
    if refused_count := sum("refused" in row for row in rows):
        raise Failed(f"{refused_count} of {len(rows)} inspections were refused.")
