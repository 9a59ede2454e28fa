"""The market's boards on the command line: tenders, hazards, prices and policies, as tables that can be read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

import typer

from api.bootstrap import existing_ledger
from api.cli.options import BusinessDate, KnownAt, KnownPosition, Options, command
from api.cli.queries import result_of
from api.cli.tables import show
from ledger.calendars import local
from ledger.interchange import Query

policy = typer.Typer(name="policy", help="Policies (制度参数) in force.", no_args_is_help=True)
prices = typer.Typer(name="prices", help="Price lists (价格体系) in force.", no_args_is_help=True)

Unit = Annotated[str, typer.Option(help="Unit, such as W1")]
AnyUnit = Annotated[str | None, typer.Option(help="Unit, such as W1")]
Date = Annotated[str | None, typer.Option(help="Business date [default: the ledger's today]", show_default=False)]
After = Annotated[str | None, typer.Option(help="Id after which to go on")]
Limit = Annotated[int, typer.Option(help="At most so many, up to 1000")]
Row = dict[str, Any]


def register(app: typer.Typer) -> None:
    command(app)(tenders)
    command(app)(hazards)
    app.add_typer(policy)
    app.add_typer(prices)


@policy.callback()
def _policies() -> None:
    """Policies (制度参数) in force."""


@prices.callback()
def _prices() -> None:
    """Price lists (价格体系) in force."""


async def tenders(
    options: Options,
    unit: AnyUnit = None,
    centre: Annotated[str | None, typer.Option(help="Settlement centre, such as U1")] = None,
    state: Annotated[
        str | None, typer.Option(help="Only this state: published, awarded … [default: live ones]")
    ] = None,
    business_date: BusinessDate = None,
    known_at: KnownAt = None,
    position: KnownPosition = None,
    after: After = None,
    limit: Limit = 100,
) -> None:
    """The tender board (招标看板): what is open for whom and until when, who bid, what is reserved."""
    given = {"unit": unit, "centre": centre, "state": state}
    when = {"business_date": business_date, "known_at": known_at, "known_position": position}
    result = await asked(options, "TenderBoard", **given, **when, after=after, limit=limit)
    if not options.json:
        result = without_end({**result, "tenders": [tender_line(row) for row in result["tenders"]]})
    show(options, result)


async def hazards(
    options: Options,
    unit: AnyUnit = None,
    subtree: Annotated[bool, typer.Option("--subtree/--only", help="With everything below the unit")] = True,
    state: Annotated[str | None, typer.Option(help="Only this state: reported, verified, assigned …")] = None,
    period: Annotated[str | None, typer.Option(help="Reported or due in this month, such as 2026-02")] = None,
    overdue: Annotated[bool | None, typer.Option("--overdue/--in-time", help="Open past its deadline, or not")] = None,
    place: Annotated[str | None, typer.Option(help="Only this place")] = None,
    business_date: BusinessDate = None,
    known_at: KnownAt = None,
    position: KnownPosition = None,
    after: After = None,
    limit: Limit = 100,
) -> None:
    """The hazard register (隐患台账) with its on-time, closure and repeat rates."""
    given = {"unit": unit, "subtree": subtree, "state": state, "period": period, "overdue": overdue, "place": place}
    when = {"business_date": business_date, "known_at": known_at, "known_position": position}
    result = await asked(options, "HazardRegister", **given, **when, after=after, limit=limit)
    if not options.json:
        rates = result.pop("rates")
        rows = [hazard_line(row) for row in result["hazards"]]
        result = without_end({**result, "hazards": rows, f"rates of {rates.pop('period')}": rate_lines(rates)})
    show(options, result)


@command(policy, "show")
async def policy_show(
    options: Options,
    unit: Unit,
    date: Date = None,
    key: Annotated[str | None, typer.Option(help="Only this key, such as dispute.window")] = None,
) -> None:
    """Every policy as it binds a unit on a date: value, scope it comes from, legal basis."""
    show(options, await asked(options, "Policies", unit=unit, date=date, key=key))


@command(prices, "show")
async def prices_show(options: Options, unit: Unit, date: Date = None) -> None:
    """Every price item and liability matrix in force for a unit on a date, with owner and version."""
    result = await asked(options, "PriceBook", unit=unit, date=date)
    if not options.json:
        result["matrices"] = [line for row in result["matrices"] for line in matrix_lines(row)]
    show(options, result)


async def asked(options: Options, name: str, **fields: Any) -> Row:
    """The result of a query, of the fields that were given."""
    data = {field: value for field, value in fields.items() if value is not None}
    async with existing_ledger(options.settings, "query") as ledger:
        return result_of(await ledger.ask(Query("query", name, data)))


# -- for a person ---------------------------------------------------------------------------------------------------


def without_end(result: Row) -> Row:
    """``next`` is said where there is a next page."""
    return {name: value for name, value in result.items() if name != "next" or value is not None}


def tender_line(row: Mapping[str, Any]) -> Row:
    """One line of the board: what a wall would show of the tender."""
    return {
        "tender": row["tender"],
        "payer": row["payer"],
        "state": row["state"],
        "bid until": moment(row["bid_deadline"]),
        "open to": " ".join(row["open_to"]),
        "bids": ", ".join(bid_text(bid) for bid in row["bids"]),
        "winner": row["winner"],
        "item": row["item"],
        "qty": row["accepted_qty"] or row["est_qty"],
        "unit price": row["unit_price"],
        "reserve": row["reserve"],
        "total": row["total"],
        "hazard": row["hazard"],
        "place": row["place"],
        "level": row["hazard_level"],
        "part": row["part"],
    }


def bid_text(bid: Mapping[str, Any]) -> str:
    days = "" if bid["days"] is None else f" {bid['days']} d"
    return f"{bid['unit']}{days}{'' if bid['qualified'] else ' (not qualified)'}"


def hazard_line(row: Mapping[str, Any]) -> Row:
    """One line of the register."""
    late = row["days_overdue"]
    return {
        "hazard": row["hazard"],
        "unit": row["unit"],
        "state": row["state"],
        "level": row["level"],
        "place": row["place"],
        "item": row["item"],
        "reported": row["reported_on"],
        "deadline": row["deadline"],
        "overdue": None if late is None else f"{late} d",
        "person": row["person"] or row["executor"],
        "finished": moment(row["finished_at"]),
        "repeat": row["repeat"],
        "tender": row["tender"],
    }


def rate_lines(rates: Mapping[str, Mapping[str, Any]]) -> list[Row]:
    """Each rate with the hazards to look at: those that are missing in it, or that were found again."""
    lines = []
    for name, rate in rates.items():
        found = set(rate["num_hazards"])
        asked_for = found if name == "repeat_rate" else set(rate["den_hazards"]) - found
        figures = {"rate": name.replace("_", " "), "%": rate["value"], "num": rate["num"], "den": rate["den"]}
        lines.append({**figures, "look at": " ".join(sorted(asked_for))})
    return lines


def matrix_lines(row: Mapping[str, Any]) -> list[Row]:
    """A matrix as one line a charge."""
    head = {name: value for name, value in row.items() if name not in ("tiers", "locked")}
    return [{**head, "tier": tier, **charge} for tier, charges in row["tiers"].items() for charge in charges]


def moment(text: str | None) -> str | None:
    """A moment as the clock on the wall shows it."""
    return None if text is None else local(text).isoformat(" ", "minutes")
