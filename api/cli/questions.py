"""Questions that are more than the fields of one query: `balances` of a pattern, `deposits` with streaks, `diff`."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import Annotated, Any

import typer

from api.bootstrap import use_packs
from api.cli.groups import group
from api.cli.options import BusinessDate, Failed, KnownAt, KnownPosition, Options, command
from api.cli.queries import asked
from api.cli.tables import show
from ledger.calendars import local
from projections import packs

EVER = "2999-12-31"
WILD = "*?["

Row = dict[str, Any]
Moments = Annotated[
    list[str] | None, typer.Option(metavar="MOMENT", help="Given twice: a date (its end) or a moment; once: until now")
]
Positions = Annotated[list[int] | None, typer.Option(help="The same by positions")]


def register(app: typer.Typer) -> None:
    for function in (balances, deposits, diff):
        command(app)(function)


async def balances(
    options: Options,
    pattern: Annotated[str, typer.Argument(help="Accounts, such as POOL_WAGE:* or *:W1")] = "*",
    business_date: BusinessDate = None,
    known_at: KnownAt = None,
    position: KnownPosition = None,
) -> None:
    """Balances of accounts (credits less debits), now or on two time axes."""
    data: dict[str, Any] = {"prefix": _before_wildcard(pattern)}
    name = "Balances"
    if business_date or known_at or position is not None:
        name, data = "BalancesAt", {**data, "business_date": business_date or EVER}
        if known_at:
            data["known_at"] = known_at
        if position is not None or not known_at:
            data["known_position"] = 2**53 - 1 if position is None else position
    result = await asked(options, name, **data)
    if pattern != "*":
        result["balances"] = {name: yuan for name, yuan in result["balances"].items() if fnmatchcase(name, pattern)}
    show(options, result)


def _before_wildcard(pattern: str) -> str:
    """The beginning of every match, so that the database does not read all accounts."""
    first = min((pattern.find(sign) for sign in WILD if sign in pattern), default=len(pattern))
    return pattern[:first]


async def deposits(
    options: Options,
    unit: Annotated[str | None, typer.Option(help="Only of this unit's leaders")] = None,
    person: Annotated[str | None, typer.Option(help="Only of this person")] = None,
    year: Annotated[str | None, typer.Option(help="Only of this year")] = None,
) -> None:
    """Risk deposits (风险抵押金) and yellow cards (黄牌), and who has a streak of them."""
    found = await asked(options, "Deposits", unit=unit, person=person, year=year)
    streaks = (await asked(options, "Streaks", unit=unit))["streaks"]
    show(options, {**found, "streaks": [row for row in streaks if person in (None, row["person"])]})


async def diff(
    options: Options,
    known_at: Moments = None,
    position: Positions = None,
    period: Annotated[str | None, typer.Option(help="About this month, such as 2026-03")] = None,
    unit: Annotated[str | None, typer.Option(help="On the book of this unit, such as W1")] = None,
    after: Annotated[int | None, typer.Option(help="Position after which to go on")] = None,
    limit: Annotated[int, typer.Option(help="At most so many facts, up to 1000")] = 1000,
) -> None:
    """Facts learned between two moments (about a month, of a unit), and the balances that they changed.

    jiesuan diff --known-at 2026-04-05 --known-at 2026-04-07 --period 2026-03
    """
    since = between(known_at or [], position or [])
    result = await asked(options, "Learned", **since, period=period, unit=unit, after=after, limit=limit)
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


@command(group("indicators"), "packs")
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
