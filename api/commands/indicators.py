"""`jiesuan indicators`: the packs, a pack's figures of a unit or person, one figure with all that is behind it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

import typer

from api.bootstrap import existing_ledger, use_packs
from api.cli.options import Options, command
from api.cli.queries import ask, result_of
from api.cli.tables import show
from ledger.interchange import Query
from projections import packs

app = typer.Typer(name="indicators", help="Ratio indicators (指标) from the facts.", no_args_is_help=True)

Unit = Annotated[str | None, typer.Option(help="Unit with everything below it [default: the company]")]
Person = Annotated[str | None, typer.Option(help="A person instead of a unit")]
Period = Annotated[str, typer.Option(help="Month, quarter or year, such as 2026-03")]


def register(parent: typer.Typer) -> None:
    parent.add_typer(app)


@app.callback()
def indicators() -> None:
    """Ratio indicators (指标) from the facts."""


@command(app, "packs")
def list_packs(options: Options) -> None:
    """The packs that there are, and what each of their indicators counts."""
    use_packs(options.settings)
    rows = [
        {"indicator": pack.full_id(one), "name": one.name, "title": one.title, "weight": one.weight}
        | {"counts": f"{one.where} of {one.source}", "of": " ".join((*one.specialties, *one.items, *one.levels))}
        for pack in packs.all_packs().values()
        for one in pack.indicators
    ]
    show(options, {"indicators": rows})


@command(app, "pack")
async def show_pack(
    options: Options,
    pack: Annotated[str, typer.Argument(help="Id of a pack, such as coal_mine")],
    period: Period,
    unit: Unit = None,
    person: Person = None,
    family: Annotated[str | None, typer.Option(help="Only of this post family")] = None,
) -> None:
    """Every indicator of a pack; what is not applicable leaves its weight to the others."""
    fields = _given(pack=pack, period=period, unit=unit, person=person, family=family)
    async with existing_ledger(options.settings, "query") as ledger:
        result = result_of(await ledger.ask(Query("query", "IndicatorPack", fields)))
    if not options.json:
        result = {**result, "indicators": [_line(row) for row in result["indicators"]]}
    show(options, result)


def _line(row: Mapping[str, Any]) -> dict[str, Any]:
    names = ("indicator", "name", "value", "num", "den", "applied_weight", "minimum", "pass", "from")
    return {name: row[name] for name in names}


@command(app, "open")
async def open_indicator(
    options: Options,
    indicator: Annotated[str, typer.Argument(help="Indicator, such as on_time or coal_mine.roof_support")],
    period: Period,
    unit: Unit = None,
    person: Person = None,
) -> None:
    """One indicator with everything that is behind its numerator and denominator, and the positions of the facts."""
    await ask(options, "Indicator", _given(indicator=indicator, period=period, unit=unit, person=person))


def _given(**fields: Any) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value is not None}
