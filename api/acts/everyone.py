"""`jiesuan month deduct CENTRE PERIOD`: what nobody has deducted yet, from everybody at once (F-12)."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Annotated, Any, NamedTuple

import typer
from rich.console import Console
from rich.table import Table

from api.acts.cli import AtOption, ByOption, DryOption, Envelope, YesOption, made_of
from api.bootstrap import existing_ledger
from api.cli.groups import group
from api.cli.options import Failed, Options, command
from api.cli.queries import ask
from api.cli.tables import show
from ledger.accounts import AccountCode
from ledger.decisions import TABLE
from ledger.interchange import Answer

DEDUCT = TABLE["DeductCompensation"]
DUE = f"{AccountCode.DUE_PERSON}:"


class Row(NamedTuple):
    """A person's dues and gross wage, and how much is deducted, or why not."""

    person: str
    due: str
    gross: str
    deducted: str | None
    refused: str | None


def register(app: typer.Typer) -> None:
    command(group("month"), "deduct")(deduct)


async def deduct(
    options: Options,
    centre: Annotated[str, typer.Argument(help="Settlement centre (结算中心)")],
    period: Annotated[str, typer.Argument(help="Month, such as 2026-01")],
    by: ByOption,
    at: AtOption = None,
    yes: YesOption = False,
    dry_run: DryOption = False,
) -> None:
    """Deduct from everybody at home there who has dues and a gross wage, and from whom nobody has deducted yet.

    Each within a fifth of his gross wage and above the floor (F-12); the preview says how much. One whom the ledger
    refuses is named and left out.
    """
    envelope = Envelope(by, at)
    async with existing_ledger(options.settings, "act") as ledger:
        found = (await ask(ledger, "Undeducted", centre=centre, period=period))["undeducted"]
        commands = [
            await made_of(ledger, DEDUCT, {"person": each["person"], "period": period}, envelope) for each in found
        ]
        rows = _rows(found, await ledger.rehearsal().submit(commands))
        good = [made for made, row in zip(commands, rows, strict=True) if row.refused is None]
        recorded = 0
        if good and not dry_run and _agreed(options, rows, yes=yes):
            recorded = sum(answer.ok for answer in await ledger.submit(good))
    _tell(options, rows, None if dry_run else recorded)
    if any(row.refused for row in rows):
        raise Failed(f"{len(rows) - len(good)} of {len(rows)} persons are refused.")


def _rows(found: Sequence[dict[str, str]], answers: Sequence[Answer]) -> list[Row]:
    return [
        Row(each["person"], each["due"], each["gross"], *_outcome(answer))
        for each, answer in zip(found, answers, strict=True)
    ]


def _outcome(answer: Answer) -> tuple[str | None, str | None]:
    told = answer.line()
    if not answer.ok:
        return None, f"{told['code']}: {told['detail']}"
    paid = [entry["credit"] for entry in told["entries"] if entry["account"].startswith(DUE)]
    return (paid[0] if paid else "0.00"), None


def _agreed(options: Options, rows: Sequence[Row], *, yes: bool) -> bool:
    if yes or options.json or not sys.stdin.isatty():
        return True
    _table(rows)
    return typer.confirm("Record it?")


def _table(rows: Sequence[Row]) -> None:
    table = Table("person")
    for heading in ("due", "gross", "deducted"):
        table.add_column(heading, justify="right")
    table.add_column("refused")
    for row in rows:
        table.add_row(*(cell or "" for cell in row))
    Console().print(table)


def _tell(options: Options, rows: Sequence[Row], recorded: int | None) -> None:
    if options.json:
        result: dict[str, Any] = {"deducted": [row._asdict() for row in rows], "recorded": recorded}
        show(options, result)
        return
    if not rows:
        typer.echo("Nobody is left to deduct from.")
        return
    _table(rows)
    typer.echo("Nothing is recorded." if not recorded else f"Recorded for {recorded} persons.")
