"""`jiesuan`: the command line."""

from __future__ import annotations

from typing import Any

import typer

from api import demo
from api.acts import cli as acts
from api.acts import everyone
from api.cli import groups, queries, questions, report, serve, upkeep
from api.cli.options import DataOption, JsonOption, LedgerOption, UrlOption
from api.duties import cli as duties
from api.evidence import cli as evidence
from api.exports import cli as exports
from api.histories import cli as histories
from api.imports import cli as imports
from api.imports.monthly import cli as monthly
from api.jobs import cli as jobs
from api.papers import cli as papers
from api.papers import payroll
from api.prevention import cli as prevention
from api.reconciliation import cli as reconciliation
from api.setup import cli as setup

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


for each in (
    *(serve, demo, setup, histories, questions, queries, papers, payroll, jobs),
    *(acts, everyone, imports, monthly, prevention, exports, evidence, upkeep, reconciliation, groups),
):
    each.register(app)

__all__ = ["app", "duties", "report"]
