"""Queries on the command line: any by its name, and the subcommand that each declares, made from its form."""

from __future__ import annotations

import re
from collections.abc import Callable, Coroutine, Mapping
from decimal import Decimal
from inspect import Parameter, Signature
from typing import Annotated, Any, NamedTuple

import typer

from api.bootstrap import existing_ledger
from api.cli.groups import group
from api.cli.options import Failed, Options, command
from api.cli.tables import show
from api.cli.views import VIEWS, without_end
from api.http.descriptions import meant
from api.ledger import Ledger
from ledger import interchange
from ledger.errors import Invalid
from ledger.forms import without_null
from ledger.interchange import Answer
from projections.queries import TABLE, Query, data_from_text
from projections.queries.kernel import DEFAULT_LIMIT, page

BY_HAND = frozenset(
    {"Balances", "BalancesAt", "Statement", "PersonalStatement", "DaySheet", "Payroll", "Reconciliation"}
    | {"IndicatorPacks", "Analysis", "Learned", "Deposits"}
)
"""Queries whose subcommand does more than ask them."""

OPTIONS = {"known_position": "--position"}
"""Options that are not called like their field."""

METAVARS = {"known_at": "MOMENT"}


class Door(NamedTuple):
    """The subcommand that a query declares: its words, the fields without an option, switches, defaults of its own."""

    words: list[str]
    arguments: list[str]
    switches: dict[str, str]
    defaults: dict[str, str]


def register(app: typer.Typer) -> None:
    command(app)(query)
    for each in TABLE.values():
        if each.cli is not None and each.name not in BY_HAND:
            *groups, name = door_of(each).words
            command(group(groups[0]) if groups else app, name)(subcommand(each))


def door_of(query: Query) -> Door:
    """Of ``hazards --overdue/--in-time``, ``periods CENTRE PERIOD``, ``entries ACCOUNT --limit=1000``."""
    words = (query.cli or "").split()
    named = [word for word in words if not word.startswith("--")]
    options = [word for word in words if word.startswith("--")]
    return Door(
        [word for word in named if not word.isupper()],
        [word.lower() for word in named if word.isupper()],
        {option[2:].partition("/")[0]: option for option in options if "/" in option},
        dict(option[2:].split("=") for option in options if "=" in option),
    )


def subcommand(query: Query) -> Callable[..., Coroutine[Any, Any, None]]:
    """A function that asks a query and shows the answer; its parameters are the query's fields."""

    async def ask_it(options: Options, **given: Any) -> None:
        result = await asked(options, query.name, **given)
        show(options, result if options.json else without_end(VIEWS.get(query.name, dict)(result)))
        if not options.json and (after := more_after(query, result, given)) is not None:
            print(f"This is one page; more may follow: --after {after}")

    door, required, told = door_of(query), query.hints.keys() - query.defaults.keys(), meant(query.hints)
    optional = [field for field in query.hints if field not in door.arguments]
    fields = [*door.arguments, *sorted(optional, key=lambda field: field not in required)]
    first = Parameter("options", Parameter.POSITIONAL_OR_KEYWORD, annotation=Options)
    parameters = [first, *(parameter(query, door, field, told[field]) for field in fields)]
    ask_it.__name__ = query.function.__name__
    ask_it.__doc__ = help_of(query, door)
    ask_it.__signature__ = Signature(parameters)  # type: ignore[attr-defined]
    ask_it.__annotations__ = {each.name: each.annotation for each in parameters}
    return ask_it


def more_after(query: Query, result: Mapping[str, Any], given: Mapping[str, Any]) -> int | str | None:
    """The position or id after which the next page begins, of a full page that does not say whether more follows."""
    if "after" not in query.hints or "next" in result:
        return None
    [rows] = (value for value in result.values() if isinstance(value, list))
    is_full = len(rows) >= page(given.get("limit") or default_of(query, door_of(query), "limit"))
    found: int | str | None = rows[-1].get("position", rows[-1].get("id")) if is_full else None
    return found


def option_of(query: Query, door: Door, field: str) -> str:
    """``--business-date``; a switch by both of its names."""
    usual = field.replace("_", "-")
    usual = f"--{usual}/--no-{usual}" if without_null(query.hints[field]) is bool else f"--{usual}"
    return door.switches.get(field) or OPTIONS.get(field) or usual


def help_of(query: Query, door: Door) -> str:
    """The query's docstring, with the fields by the names that they have here; a terminal breaks the lines itself."""

    def said(quoted: re.Match[str]) -> str:
        field = quoted[1]
        return option_of(query, door, field) if field in {*query.hints} - {*door.arguments} else field.upper()

    fields = "|".join(query.hints) or "-"
    text = re.sub(f"``({fields})``", said, query.rule).replace("``", "'")
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in text.split("\n\n"))


def parameter(query: Query, door: Door, field: str, told: str) -> Parameter:
    """A field as an argument or option: typer reads numbers and switches, the form everything else."""
    hint = without_null(query.hints[field])
    kind = hint if hint in (int, bool) else str
    default = default_of(query, door, field)
    annotation = kind if default is not None else kind | None
    if field in door.arguments:
        default = typer.Argument(default, help=told)
    else:
        default = typer.Option(default, option_of(query, door, field), help=told, metavar=METAVARS.get(field))
    return Parameter(field, Parameter.KEYWORD_ONLY, default=default, annotation=annotation)


def default_of(query: Query, door: Door, field: str) -> Any:
    """The value where none is given, as the help shows it; None where the query itself decides."""
    if field in door.defaults:
        return int(door.defaults[field])
    if field not in query.defaults:
        return ...
    default = DEFAULT_LIMIT if field == "limit" else query.defaults[field]
    return str(default) if isinstance(default, Decimal) else None if default == () else default


async def query(
    options: Options,
    name: Annotated[str, typer.Argument(help="Name of the query: Balances, Statement, Document …")],
    fields: Annotated[list[str] | None, typer.Argument(metavar="KEY=VALUE…", help="Lists comma-separated")] = None,
) -> None:
    """Ask any query of the contract, such as: query Balances accounts=POOL_WAGE:W1,POOL_WAGE:W2"""
    if name not in TABLE:
        raise Invalid(f"query: there is no {name}")
    show(options, await asked(options, name, **dict(map(_pair, fields or []))))


async def asked(options: Options, name: str, /, **given: Any) -> dict[str, Any]:
    """The result of a query, of the fields that were given, on the ledger that the options name."""
    async with existing_ledger(options.settings, "query") as ledger:
        return await ask(ledger, name, **given)


async def ask(ledger: Ledger, name: str, /, **given: Any) -> dict[str, Any]:
    """The result of a query, of the fields that were given.  Raises Failed with the code of a refusal."""
    texts = {field: value for field, value in given.items() if isinstance(value, str)}
    data = {field: value for field, value in given.items() if value is not None} | data_from_text(name, texts)
    return result_of(await ledger.ask(interchange.Query("query", name, data)))


def result_of(answer: Answer) -> dict[str, Any]:
    if not answer.ok:
        raise Failed(f"{answer.code}: {answer.detail}")
    result: dict[str, Any] = answer.result
    return result


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals:
        raise Invalid(f"{text}: give fields as key=value")
    return name, value
