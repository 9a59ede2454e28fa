"""Duty lists, tasks, inspections and what is doubtful of them, on the command line (DUTY-01 … DUTY-12)."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from api.bootstrap import existing_ledger
from api.cli.options import Failed, Options, command
from api.cli.queries import ask, result_of
from api.cli.tables import show
from api.commands.boards import moment
from api.duties.generate import NotPlanned, generate
from api.duties.inspect import inspected, record
from api.duties.publish import publish
from ledger.forms import parse_moment
from ledger.interchange import Query
from ledger.vocabulary import SYSTEM

lists = typer.Typer(name="lists", help="Duty and inspection lists (履职清单, 检查要素清单).", no_args_is_help=True)
tasks = typer.Typer(name="tasks", help="Duty tasks (履职任务).", no_args_is_help=True)
inspections = typer.Typer(name="inspections", help="Inspections (现场检查).", no_args_is_help=True)

Unit = Annotated[str | None, typer.Option(help="Unit with everything below it, such as W1 [default: all]")]
AnyDate = Annotated[str | None, typer.Option(help="As of this day [default: the ledger's today]")]
Date = Annotated[str, typer.Option(help="Day, such as 2026-03-02")]
Person = Annotated[str, typer.Argument(help="Person, such as P-A")]
Period = Annotated[str, typer.Option(help="Month, such as 2026-03")]
Limit = Annotated[int, typer.Option(help="At most so many, up to 1000")]


def register(app: typer.Typer) -> None:
    for group in (lists, tasks, inspections):
        app.add_typer(group)


# -- lists ------------------------------------------------------------------------------------------------------------


@command(lists, "publish")
async def publish_lists(
    options: Options,
    file: Annotated[Path, typer.Argument(help="JSON Lines: the fields of a duty or inspection list each")],
    by: Annotated[str, typer.Option(help="Who approves them")],
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


@command(lists, "show")
async def show_lists(options: Options, person: Person, date: AnyDate = None) -> None:
    """Both lists of a person as they count on a day, all versions, and whose lists are like them."""
    await ask(options, "DutyLists", _given(person=person, date=date))


@command(lists)
async def copies(
    options: Options,
    unit: Unit = None,
    date: AnyDate = None,
    share: Annotated[str, typer.Option(help="From this share of common items on")] = "0.80",
    limit: Limit = 100,
) -> None:
    """Persons whose lists are the same, and pairs of lists that are nearly so (DUTY-03)."""
    await ask(options, "ListCopies", _given(unit=unit, date=date, share=share, limit=limit))


@command(lists)
async def adoption(options: Options, unit: Unit = None, date: AnyDate = None) -> None:
    """Per unit: who has lists, in which version, whether they are in use, and which places nobody inspects."""
    result = await _result(options, "ListAdoption", unit=unit, date=date)
    if not options.json:
        result = {**result, "total": _flat(result["total"]), "units": [_flat(row) for row in result["units"]]}
        result["total"] = [result["total"]]
    show(options, result)


def _flat(row: dict[str, Any]) -> dict[str, Any]:
    """A line of the report as cells: the missing by name."""
    missing = row.get("missing")
    kept = {name: value for name, value in row.items() if name not in ("missing", "not_taken_up", "versions")}
    if missing is None:
        return kept
    versions = " ".join(f"{person}@{version}" for person, version in row["versions"].items())
    return {**kept, "versions": versions, "without": " ".join(missing["duty"])}


# -- tasks ------------------------------------------------------------------------------------------------------------


@command(tasks, "generate")
async def generate_tasks(
    options: Options,
    date: Date,
    unit: Unit = None,
    by: Annotated[str, typer.Option(help="Who dispatches them")] = SYSTEM,
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


@command(tasks)
async def plan(options: Options, date: Date, unit: Unit = None, places: bool = True) -> None:
    """What 'tasks generate' would dispatch for a day, and what it would skip and why."""
    result = await _result(options, "TaskPlan", date=date, unit=unit, places=places)
    show(options, result if options.json else {**result, "tasks": [_on_the_wall(row) for row in result["tasks"]]})


def _on_the_wall(row: dict[str, Any]) -> dict[str, Any]:
    """A task with its moments as the clock on the wall shows them."""
    return {name: moment(value) if name in ("due", "done_at") else value for name, value in row.items()}


@command(tasks, "list")
async def list_tasks(
    options: Options,
    unit: Unit = None,
    person: Annotated[str | None, typer.Option(help="Only of this person")] = None,
    state: Annotated[str | None, typer.Option(help="dispatched, completed or missed")] = None,
    since: Annotated[str | None, typer.Option(help="Due on this day or later")] = None,
    until: Annotated[str | None, typer.Option(help="Due on this day or earlier")] = None,
    after: Annotated[str | None, typer.Option(help="Go on after this task")] = None,
    limit: Limit = 100,
) -> None:
    """Tasks by day of being due: dispatched, completed or missed."""
    fields = _given(unit=unit, person=person, state=state, since=since, until=until, after=after, limit=limit)
    result = await _result(options, "Tasks", **fields)
    show(options, result if options.json else {**result, "tasks": [_on_the_wall(row) for row in result["tasks"]]})


# -- inspections ------------------------------------------------------------------------------------------------------


@command(inspections, "record")
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


@command(inspections)
async def score(options: Options, person: Person, period: Period) -> None:
    """Quality, coverage, attendance per shift and score of a person's month, with the inspections behind it (F-1)."""
    result = await _result(options, "InspectionScore", person=person, period=period)
    if not options.json:
        result = {name: value for name, value in result.items() if name != "score_inspection"}
        result |= {f"places {name}": value for name, value in result.pop("places").items()}
        result |= {f"shifts {name}": " ".join(map(_each, of.items())) for name, of in result.pop("freq").items()}
    show(options, result)


def _each(pair: tuple[str, int]) -> str:
    return f"{pair[0]} {pair[1]}"


@command(inspections, "list")
async def list_inspections(
    options: Options,
    period: Period,
    unit: Unit = None,
    person: Annotated[str | None, typer.Option(help="Only of this person")] = None,
    after: Annotated[int | None, typer.Option(help="Position after which to go on")] = None,
    limit: Limit = 100,
) -> None:
    """Inspections of a month, their problems, and the problems of which no hazard came."""
    await ask(options, "Inspections", _given(period=period, unit=unit, person=person, after=after, limit=limit))


@command(inspections)
async def doubts(options: Options, period: Period, unit: Unit = None, limit: Limit = 100) -> None:
    """What about a month's tasks, inspections and their evidence should be looked at."""
    await ask(options, "Plausibility", _given(period=period, unit=unit, limit=limit))


async def _result(options: Options, name: str, **fields: Any) -> dict[str, Any]:
    async with existing_ledger(options.settings, "query") as ledger:
        return result_of(await ledger.ask(Query("query", name, _given(**fields))))


def _given(**fields: Any) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value is not None}
