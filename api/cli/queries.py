"""Questions to a ledger: every query of the contract, and the everyday ones by their own names."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import Annotated, Any

import typer

from api.bootstrap import existing_ledger
from api.cli.options import BusinessDate, Failed, KnownAt, KnownPosition, Options, command
from api.cli.tables import show
from ledger.errors import Invalid
from ledger.interchange import Answer, Query
from projections.queries import data_from_text

EVER = "2999-12-31"
WILD = "*?["

Limit = Annotated[int, typer.Option(help="At most so many, up to 1000")]


def register(app: typer.Typer) -> None:
    command(app)(query)
    command(app)(balances)
    command(app)(entries)
    command(app)(exposure)
    command(app, "open-items")(open_items)
    command(app)(facts)
    command(app)(periods)


async def query(
    options: Options,
    name: Annotated[str, typer.Argument(help="Name of the query: Balances, Statement, Document …")],
    fields: Annotated[list[str] | None, typer.Argument(metavar="KEY=VALUE…", help="Lists comma-separated")] = None,
) -> None:
    """Ask any query of the contract, such as: query Balances accounts=POOL_WAGE:W1,POOL_WAGE:W2"""
    await ask(options, name, data_from_text(name, dict(map(_pair, fields or []))))


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
    await ask(options, name, data, matching=pattern)


async def entries(
    options: Options,
    account: Annotated[str, typer.Argument(help="Account, such as POOL_WAGE:W1")],
    period: Annotated[str | None, typer.Option(help="Posting period, such as 2026-02")] = None,
    since: Annotated[str | None, typer.Option(help="First business date")] = None,
    until: Annotated[str | None, typer.Option(help="Last business date")] = None,
    after: Annotated[int | None, typer.Option(help="Position after which to go on")] = None,
    limit: Limit = 1000,
    business_date: BusinessDate = None,
    known_at: KnownAt = None,
    position: KnownPosition = None,
) -> None:
    """The register of an account: every posting line with the running balance, now or on two time axes."""
    given = _given(account=account, period=period, since=since, until=until, after=after, limit=limit)
    when = _given(business_date=business_date, known_at=known_at, known_position=position)
    await ask(options, "Entries", given | when)


async def exposure(
    options: Options,
    unit: Annotated[str | None, typer.Option(help="Unit, such as W1")] = None,
    centre: Annotated[str | None, typer.Option(help="Settlement centre, such as U1")] = None,
    business_date: BusinessDate = None,
    known_at: KnownAt = None,
    position: KnownPosition = None,
) -> None:
    """What is issued and not confirmed (未确认敞口), now or on two time axes."""
    when = _given(business_date=business_date, known_at=known_at, known_position=position)
    await ask(options, "Exposure", _given(unit=unit, centre=centre) | when)


async def open_items(
    options: Options,
    unit: Annotated[str | None, typer.Option(help="Unit, such as W1")] = None,
    centre: Annotated[str | None, typer.Option(help="Settlement centre, such as U1")] = None,
    business_date: BusinessDate = None,
    known_at: KnownAt = None,
    position: KnownPosition = None,
) -> None:
    """What is known and not yet settled (未了事项), now or on two time axes."""
    when = _given(business_date=business_date, known_at=known_at, known_position=position)
    await ask(options, "OpenItems", _given(unit=unit, centre=centre) | when)


async def facts(
    options: Options,
    stream: Annotated[str | None, typer.Option(help="Only this stream, such as unit-W1")] = None,
    after: Annotated[int | None, typer.Option(help="Position after which to begin")] = None,
    limit: Limit = 100,
) -> None:
    """The facts of the ledger in their one order."""
    await ask(options, "Facts", _given(stream=stream, after=after, limit=limit))


async def periods(
    options: Options,
    centre: Annotated[str, typer.Argument(help="Settlement centre, such as U1")],
    period: Annotated[str | None, typer.Argument(help="Month, such as 2026-03 [default: all opened ones]")] = None,
) -> None:
    """A centre's months: how far each is, and on which days of the work calendar its steps are due."""
    await ask(options, "Periods", _given(centre=centre, period=period))


async def ask(options: Options, name: str, data: dict[str, Any], *, matching: str = "*") -> None:
    """Ask and show."""
    async with existing_ledger(options.settings, "query") as ledger:
        result = result_of(await ledger.ask(Query("query", name, data)))
    if matching != "*":
        result["balances"] = {name: yuan for name, yuan in result["balances"].items() if fnmatchcase(name, matching)}
    show(options, result)


def result_of(answer: Answer) -> dict[str, Any]:
    if not answer.ok:
        raise Failed(f"{answer.code}: {answer.detail}")
    result: dict[str, Any] = answer.result
    return result


def _given(**fields: Any) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value is not None}


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals:
        raise Invalid(f"{text}: give fields as key=value")
    return name, value


def _before_wildcard(pattern: str) -> str:
    """What every match begins with, so that the database does not read all accounts."""
    first = min((pattern.find(sign) for sign in WILD if sign in pattern), default=len(pattern))
    return pattern[:first]
