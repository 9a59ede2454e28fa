"""`jiesuan`: the command line."""

from __future__ import annotations

from typing import Any

import typer

from api import demo
from api.commands import (
    appraisals,
    boards,
    duties,
    evidence,
    export,
    files,
    indicators,
    jobs,
    learning,
    payroll,
    queries,
    reconciling,
    report,
    run,
    serve,
    upkeep,
)
from api.commands.options import DataOption, JsonOption, LedgerOption, UrlOption
from api.importing import cli as importing
from api.importing.monthly import cli as monthly
from api.prevention import cli as prevention

app = typer.Typer(
    name="jiesuan",
    help="Internal-market settlement (结算): every settlement a fact, every balance and statement recomputable.",
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_show_locals=False,
)


@app.callback()
def shared(
    ctx: typer.Context,
    data: DataOption = None,
    database_url: UrlOption = None,
    ledger: LedgerOption = None,
    json: JsonOption = None,
) -> None:
    given: dict[str, Any] = {"data": data, "database_url": database_url, "ledger": ledger, "json": json}
    ctx.obj = {name: value for name, value in given.items() if value is not None}


for group in (
    serve,
    demo,
    run,
    queries,
    files,
    payroll,
    jobs,
    boards,
    appraisals,
    importing,
    monthly,
    prevention,
    export,
    report,
    duties,
    indicators,
    evidence,
    upkeep,
    learning,
    reconciling,
):
    group.register(app)


def main() -> None:
    app()
