"""`jiesuan report slips`: how many slips were confirmed, and how much they come to."""

from __future__ import annotations

from typing import Annotated, Any

import typer
from sqlalchemy import ColumnElement, func, select

from api.bootstrap import existing_ledger
from api.commands.options import Failed, Options, command
from api.commands.tables import show
from ledger.money import yuan
from projections.read_models import states

app = typer.Typer(name="report", help="Sums over documents.", no_args_is_help=True)

GROUPS: dict[str, ColumnElement[Any]] = {
    "unit": states.c.unit,
    "centre": states.c.centre,
    "year": func.substr(states.c.since, 1, 4),
    "month": func.substr(states.c.since, 1, 7),
}


def register(parent: typer.Typer) -> None:
    parent.add_typer(app)


@app.callback()
def report() -> None:
    """Sums over documents."""


@command(app)
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
