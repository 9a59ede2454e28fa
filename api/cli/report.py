"""`jiesuan report`: analysis of a person, a unit or the company; the number and sum of confirmed slips."""

from __future__ import annotations

from typing import Annotated, Any

import typer
from sqlalchemy import ColumnElement, func, select

from api.bootstrap import existing_ledger
from api.cli.groups import group
from api.cli.options import Failed, Options, command
from api.cli.queries import asked
from api.cli.tables import show
from ledger.money import yuan
from projections.read_models import states

GROUPS: dict[str, ColumnElement[Any]] = {
    "unit": states.c.unit,
    "centre": states.c.centre,
    "year": func.substr(states.c.since, 1, 4),
    "month": func.substr(states.c.since, 1, 7),
}


@command(group("report"))
async def analysis(
    options: Options,
    period: Annotated[str, typer.Option(help="Month, quarter or year: 2026-03, 2026-Q1, 2026")],
    person: Annotated[str | None, typer.Option(help="Of this person")] = None,
    unit: Annotated[str | None, typer.Option(help="Of this unit with all below it")] = None,
    company: Annotated[bool, typer.Option("--company", help="Of the whole company")] = False,
    lang: Annotated[str, typer.Option(help="zh or en")] = "zh",
) -> None:
    """The analysis report (分析报告): weakest duties, deductions, trend and comparison, in words and as data."""
    if sum((person is not None, unit is not None, company)) != 1:
        raise Failed("Give one of --person, --unit and --company.", 2)
    result = await asked(options, "Analysis", period=period, person=person, unit=unit, lang=lang)
    if options.json:
        show(options, result)
        return
    for sentence in result["text"]:
        typer.echo(sentence)
    typer.echo(f"digest {result['digest']}{' (sealed)' if result['digest'] == result['sealed'] else ''}")


@command(group("report"))
async def slips(
    options: Options,
    by: Annotated[str, typer.Option(help=f"Any of {', '.join(GROUPS)}, comma-separated")] = "unit,year",
) -> None:
    """Number and sum of confirmed compensation slips (赔付单), by unit and by the year of issue."""
    groups = [group.strip() for group in by.split(",") if group.strip()]
    if strange := [group for group in groups if group not in GROUPS]:
        raise Failed(f"--by {strange[0]}: there are {', '.join(GROUPS)}.", 2)
    columns = [GROUPS[group].label(group) for group in groups]
    wanted = (
        select(*columns, func.count().label("slips"), func.sum(states.c.total).label("total"))
        .where(states.c.kind == "slip", states.c.state == "confirmed")
        .group_by(*columns)
        .order_by(*columns)
    )
    async with existing_ledger(options.settings, "report") as ledger:
        await ledger.reader.reach((await ledger.log.head()).position)
        rows = [dict(row._mapping) for row in await ledger.reader.rows(wanted)]
    show(options, {"slips": [row | {"total": yuan(int(row["total"] or 0))} for row in rows]})
