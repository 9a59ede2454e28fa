"""Reconciliation (对账) on the command line: `jiesuan reconcile`, `jiesuan resolve`."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any

import typer

from api.bootstrap import existing_ledger, open_ledger
from api.cli.commands import At, By, Id, send
from api.cli.options import Failed, Options, command
from api.cli.queries import ask
from api.cli.tables import show

Period = Annotated[str, typer.Argument(help="Month, such as 2026-03")]
Centre = Annotated[str, typer.Option("--centre", help="Settlement centre, such as U1")]


class How(StrEnum):
    """How people resolve an exception."""

    reversed = "reversed"
    corrected = "corrected"
    adjusted = "adjusted"
    accepted = "accepted"


def register(app: typer.Typer) -> None:
    command(app)(reconcile)
    command(app)(resolve)


async def reconcile(
    options: Options,
    period: Period,
    centre: Centre,
    by: By = "SYSTEM",
    at: At = None,
    identity: Id = None,
    repeat: Annotated[
        int | None,
        typer.Option(
            "--known-position",
            metavar="POSITION",
            help="Record nothing: compare the books as of this position, for example an earlier run's, and say whether "
            "the same is found",
        ),
    ] = None,
) -> None:
    """Compare the books of a centre's month (R12 … R14): what differs is raised, what is gone is resolved.

    Every run is pinned to the position that it has seen and can be repeated there with --known-position.
    """
    month = {"centre": centre, "period": period}
    if repeat is not None:
        await _repeat(options, {**month, "known_position": repeat})
        return
    async with open_ledger(options.settings, "reconcile", allow_simulated=True, create=False) as ledger:
        answer = await send(ledger, "RunReconciliation", month, by, at, identity)
        made = (await ask(ledger, "ReconciliationRuns", **month))["runs"]
        checks = await ask(ledger, "Facts", after=made[-1]["position"] - 1, limit=1)
        found = await ask(ledger, "Exceptions", **month, open=True)
    counted = checks["facts"][0]["data"]["checks"]
    raised = {"facts": len(answer.facts or ()), "position": answer.position}
    show(options, {**made[-1], **raised, "checks": counted, "exceptions": found["exceptions"]})


async def _repeat(options: Options, month: dict[str, Any]) -> None:
    async with existing_ledger(options.settings, "reconcile") as ledger:
        result = await ask(ledger, "Reconciliation", **month)
    run = result["run"]
    show(options, result if options.json or run is None else {**result, "run": run["position"]})
    if result["same"] is False:
        raise Failed(f"The run at position {run['position']} had found something else: {run['digest']}.")


async def resolve(
    options: Options,
    period: Period,
    exception: Annotated[str, typer.Argument(help="Id of the exception, such as AMOUNT_MISMATCH:SL-1")],
    centre: Centre,
    how: Annotated[How, typer.Option("--how", help="By which kind of fact it is resolved")],
    reason: Annotated[str, typer.Option("--reason", help="Why, for whoever audits it")],
    by: By,
    of: Annotated[
        str | None, typer.Option("--of", metavar="COMMAND", help="Id of the command that resolved it")
    ] = None,
    approved_by: Annotated[
        str | None, typer.Option("--approved-by", metavar="PERSON", help="Head of the centre, for `accepted`")
    ] = None,
    at: At = None,
    identity: Id = None,
) -> None:
    """Resolve an exception by a fact: reversed, corrected, adjusted, or the difference accepted with approval.

    Broken chains, sums that do not add up and clearing that is not empty cannot be accepted: they have to disappear.
    """
    data = {"centre": centre, "period": period, "exception": exception, "how": str(how), "reason": reason}
    async with open_ledger(options.settings, "resolve", allow_simulated=True, create=False) as ledger:
        answer = await send(
            ledger, "ResolveException", {**data, "of": of, "approved_by": approved_by}, by, at, identity
        )
    show(options, {"exception": exception, "how": str(how), "position": answer.position})
