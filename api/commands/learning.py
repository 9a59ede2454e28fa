"""What was learned between two moments, and what devices without network have sent."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from api.bootstrap import existing_ledger
from api.cli.options import Failed, Options, command
from api.cli.queries import result_of
from api.cli.tables import show
from ledger.calendars import local
from ledger.interchange import Query

Row = dict[str, Any]
KnownAt = Annotated[
    list[str] | None, typer.Option(metavar="MOMENT", help="Given twice: a date (its end) or a moment; once: until now")
]
Position = Annotated[list[int] | None, typer.Option(help="The same by positions")]


def register(app: typer.Typer) -> None:
    command(app)(diff)
    command(app)(devices)


async def diff(
    options: Options,
    known_at: KnownAt = None,
    position: Position = None,
    period: Annotated[str | None, typer.Option(help="About this month, such as 2026-03")] = None,
    unit: Annotated[str | None, typer.Option(help="On the book of this unit, such as W1")] = None,
    after: Annotated[int | None, typer.Option(help="Position after which to go on")] = None,
    limit: Annotated[int, typer.Option(help="At most so many facts, up to 1000")] = 1000,
) -> None:
    """What was learned between two moments (about a month, of a unit), and through which facts.

    jiesuan diff --known-at 2026-04-05 --known-at 2026-04-07 --period 2026-03
    """
    given = {**between(known_at or [], position or []), "period": period, "unit": unit, "after": after, "limit": limit}
    result = await _asked(options, "Learned", given)
    if not options.json:
        result = {name: value for name, value in result.items() if value is not None}
        result["through"] = [fact_line(fact) for fact in result.pop("facts")]
    show(options, result)


def between(moments: list[str], positions: list[int]) -> Row:
    """The fields of the query that say from when to when.  Raises Failed."""
    told: list[tuple[str, Any]] = [*(("known_at", one) for one in moments), *(("position", one) for one in positions)]
    if not 1 <= len(told) <= 2 or (moments and positions):
        raise Failed("Say between what: --known-at A --known-at B, or --position A --position B.", 2)
    (word, since), *until = told
    fields = {f"since_{word}": since}
    return fields | {"known_position" if word == "position" else word: value for word, value in until}


async def devices(
    options: Options, device: Annotated[str | None, typer.Argument(help="Only this device, such as pad-7")] = None
) -> None:
    """Devices that record offline: their counters, with gaps and repeated numbers."""
    result = await _asked(options, "Devices", {"device": device})
    if not options.json:
        result = {"devices": [row | {"gaps": gap_text(row["gaps"])} for row in result["devices"]]}
    show(options, result)


async def _asked(options: Options, name: str, given: Row) -> Row:
    data = {field: value for field, value in given.items() if value is not None}
    async with existing_ledger(options.settings, "query") as ledger:
        return result_of(await ledger.ask(Query("query", name, data)))


# -- for a person ---------------------------------------------------------------------------------------------------


def fact_line(fact: Row) -> Row:
    """One line: what, when it was and when we learned it, what it did."""
    device = f"{fact['device']}#{fact['seq']}" if fact["device"] else None
    return {
        "position": fact["position"],
        "recorded": local(fact["recorded_at"]).isoformat(" ", "minutes"),
        "happened": fact["business_date"],
        "days late": fact["days_late"] or None,
        "fact": fact["fact"],
        "documents": " ".join(fact["documents"]),
        "posted to": fact["posting_period"],
        "adjusts": fact["adjusts_period"],
        "by": fact["by"],
        "device": device,
        "entries": " ".join(f"{entry['account']} {entry['amount']}" for entry in fact["entries"]),
    }


def gap_text(gaps: list[Row]) -> str:
    return ", ".join(str(gap["from"]) if gap["from"] == gap["to"] else f"{gap['from']}–{gap['to']}" for gap in gaps)
