"""Reconciliation (对账) on the command line: `jiesuan reconcile`, `jiesuan exceptions`, `jiesuan resolve`."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any

import typer

from api.bootstrap import existing_ledger, open_ledger
from api.cli.commands import At, By, Id, send
from api.cli.options import Failed, Options, command
from api.cli.queries import result_of
from api.cli.tables import show
from api.ledger import Ledger
from ledger.interchange import Query

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
    command(app)(exceptions)
    command(app)(resolve)
    command(app)(dashboard)


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
        made = (await asked(ledger, "ReconciliationRuns", month))["runs"]
        checks = await asked(ledger, "Facts", {"after": (made[-1]["position"] - 1), "limit": 1})
        found = await asked(ledger, "Exceptions", {**month, "open": True})
    counted = checks["facts"][0]["data"]["checks"]
    raised = {"facts": len(answer.facts or ()), "position": answer.position}
    show(options, {**made[-1], **raised, "checks": counted, "exceptions": found["exceptions"]})


async def _repeat(options: Options, month: dict[str, Any]) -> None:
    async with existing_ledger(options.settings, "reconcile") as ledger:
        result = await asked(ledger, "Reconciliation", month)
    run = result["run"]
    show(options, result if options.json or run is None else {**result, "run": run["position"]})
    if result["same"] is False:
        raise Failed(f"The run at position {run['position']} had found something else: {run['digest']}.")


async def exceptions(
    options: Options,
    period: Period,
    centre: Centre,
    open: Annotated[  # noqa: A002 - the contract's name
        bool | None, typer.Option("--open/--resolved", help="Only those that are open, or only those that are not")
    ] = None,
) -> None:
    """Exceptions (对账差异) of a centre's month: kind, what it is about, amount, whether it blocks the close."""
    data: dict[str, Any] = {"centre": centre, "period": period} | ({} if open is None else {"open": open})
    async with existing_ledger(options.settings, "exceptions") as ledger:
        show(options, await asked(ledger, "Exceptions", data))


async def resolve(
    options: Options,
    period: Period,
    exception: Annotated[str, typer.Argument(help="Id of the exception, such as AMOUNT_MISMATCH:SL-1")],
    centre: Centre,
    how: Annotated[How, typer.Option("--how", help="By which kind of fact it is settled")],
    reason: Annotated[str, typer.Option("--reason", help="Why, for whoever audits it")],
    by: By,
    of: Annotated[str | None, typer.Option("--of", metavar="COMMAND", help="Id of the command that settled it")] = None,
    approved_by: Annotated[
        str | None, typer.Option("--approved-by", metavar="PERSON", help="Head of the centre, for `accepted`")
    ] = None,
    at: At = None,
    identity: Id = None,
) -> None:
    """Settle an exception by a fact: reversed, corrected, adjusted, or the difference accepted with approval.

    Broken chains, sums that do not add up and clearing that is not empty cannot be accepted: they have to disappear.
    """
    data = {"centre": centre, "period": period, "exception": exception, "how": str(how), "reason": reason}
    async with open_ledger(options.settings, "resolve", allow_simulated=True, create=False) as ledger:
        answer = await send(
            ledger, "ResolveException", {**data, "of": of, "approved_by": approved_by}, by, at, identity
        )
    show(options, {"exception": exception, "how": str(how), "position": answer.position})


async def dashboard(options: Options, period: Period, centre: Centre) -> None:
    """Where a centre's month stands: what blocks the close, who has not confirmed, what is open."""
    async with existing_ledger(options.settings, "dashboard") as ledger:
        result = await asked(ledger, "PeriodDashboard", {"centre": centre, "period": period})
    show(options, result if options.json else {**result, "last_run": (result["last_run"] or {}).get("recorded_at")})


async def asked(ledger: Ledger, name: str, data: dict[str, Any]) -> dict[str, Any]:
    result: dict[str, Any] = result_of(await ledger.ask(Query("ask", name, data)))
    return result
