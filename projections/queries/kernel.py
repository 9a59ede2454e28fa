"""A query is an async function over one snapshot; its parameters are its form, its name its row in a table."""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable, Iterable
from functools import cache
from typing import Any, NamedTuple, get_args, get_origin, get_type_hints

import msgspec
from sqlalchemy import Executable, Select, select
from sqlalchemy.ext.asyncio import AsyncConnection

from ledger.calendars import local_day, moment
from ledger.errors import Invalid, Unknown
from ledger.forms import CommandForm, Reference, command_form, without_null
from ledger.state import table
from ledger.state.organisation import Organisation
from projections.queries.answers.kernel import Answer
from projections.read_models import events, positions, states

Result = dict[str, Any]
Function = Callable[..., Awaitable[Result]]
DEFAULT_LIMIT, LARGEST_LIMIT = 100, 1000
LONGEST_NUMBER = 20
"""Digits that can still be a number; a longer one is refused by its field."""


class Query(NamedTuple):
    """One query of the contract: its form and answer, the projections that it reads, the doors at which it is asked."""

    name: str
    function: Function
    uses: frozenset[str]
    form: CommandForm
    hints: dict[str, Any]
    defaults: dict[str, Any]
    """The fields that may be left out, and what they are then."""
    answer: type[Answer]
    """The type of the result: the members of an answer."""
    at: str | None
    """Its address below ``/v1``, fields in braces; every query is asked at ``/queries/{Query}`` too."""
    cli: str | None
    """Its subcommand: words, then in capitals the fields that stand without an option, then switches by both names."""
    why: str
    """Why it has no address of its own."""

    @property
    def rule(self) -> str:
        """The docstring: what is answered, in domain words."""
        return inspect.getdoc(self.function) or ""


TABLE: dict[str, Query] = {}
"""Every query by name, built from the functions themselves."""


def query(
    name: str, *uses: str, answer: type[Answer], at: str | None, cli: str | None = None, why: str = ""
) -> Callable[[Function], Function]:
    """Enter a query in the table; ``uses`` are the projections that it reads, ``at`` and ``cli`` its doors."""
    assert (at is None) == bool(why), f"{name}: say where it is asked, or why it has no address of its own"

    def enter(function: Function) -> Function:
        parameters = list(inspect.signature(function).parameters.values())[1:]
        found = get_type_hints(function, include_extras=True)
        hints = {parameter.name: found[parameter.name] for parameter in parameters}
        defaults = {each.name: each.default for each in parameters if each.default is not each.empty}
        form = command_form(name, hints, frozenset(hints.keys() - defaults.keys()))
        TABLE[name] = Query(name, function, frozenset(uses), form, hints, defaults, answer, at, cli, why)
        return function

    return enter


class Reader:
    """One snapshot of the read models: what queries ask it for, each asked once."""

    def __init__(self, connection: AsyncConnection, position: int) -> None:
        self.connection = connection
        self.position = position
        """How far the read models of this query are; nothing later is looked at."""
        self._organisation: Organisation | None = None
        self._today: str | None = None
        self.kept: dict[object, Any] = {}
        """Answers that parts of a query have asked for already, under a key of their own."""

    async def rows(self, statement: Executable) -> list[Any]:
        return list(await self.connection.execute(statement))

    async def organisation(self) -> Organisation:
        """The unit tree, calendars and clock."""
        if self._organisation is None:
            self._organisation = await self.state("org", "") or Organisation()
        return self._organisation

    async def state(self, kind: str, name: str) -> Any:
        """A state of the register, None where there is none."""
        found = await self.states(
            select(states.c.kind, states.c.body).where(states.c.kind == kind, states.c.id == name)
        )
        return found[0] if found else None

    async def states(self, statement: Select[Any]) -> list[Any]:
        """The states in the columns ``kind`` and ``body`` of a selection."""
        return [read_state(row.kind, row.body) for row in await self.rows(statement)]

    async def today(self) -> str:
        """The day of the last recorded fact: the ledger's own today."""
        if self._today is None:
            at = events.c.recorded_at
            last = await self.connection.scalar(select(at).where(events.c.position == self.position))
            self._today = local_day(moment(last)) if last else "9999-12-31"
        return self._today

    async def unit_and_below(self, unit: str) -> list[str]:
        """The unit and everything below it today."""
        organisation, today = await self.organisation(), await self.today()
        return [other for other in organisation.units if organisation.within(other, unit, today)]

    async def units_of_centre(self, centre: str, day: str | None = None) -> list[str]:
        """Every unit whose nearest centre at or above it is this one, today or on a day."""
        organisation, on = await self.organisation(), day or await self.today()
        return [unit for unit in organisation.units if organisation.centre(unit, on) == centre]

    async def scope(self, unit: str | None, centre: str | None, day: str | None = None) -> list[str] | None:
        """The units that ``unit`` or ``centre`` of a query asks for; None for all."""
        if unit is not None and centre is not None:
            raise Invalid("unit or centre, not both")
        return [unit] if unit is not None else None if centre is None else await self.units_of_centre(centre, day)


PREFIXES = {prefix.rstrip("-:"): prefix for prefix in table.KINDS}


@cache
def _type_of(kind: str) -> Any:
    return table.KINDS[PREFIXES[kind]].type


def read_state(kind: str, body: Any) -> Any:
    """The frozen struct of a stored body."""
    return msgspec.convert(body, _type_of(kind), dec_hook=table.decode_hook)


async def served(connection: AsyncConnection, names: Iterable[str]) -> int:
    """The position up to which all of these projections are served."""
    reached = select(positions.c.position).where(positions.c.name.in_(list(names)))
    return min((row.position for row in await connection.execute(reached)), default=0)


async def check_references(reader: Reader, form: CommandForm, arguments: dict[str, Any]) -> None:
    """Units, centres and persons that a query names are known (contract §3, §5.3)."""
    for field in form.references:
        given = arguments.get(field.name)
        if given is not None and field.kind in ("unit", "centre", "person"):
            for name in given if field.many else (given,):
                await _check_reference(reader, field, name)


async def _check_reference(reader: Reader, field: Reference, name: str) -> None:
    if field.kind == "person":
        person = await reader.state("person", name)
        if person is None or not person.registered:
            raise Unknown("person", name)
        return
    organisation = await reader.organisation()
    if name not in organisation.units:
        raise Unknown("unit" if field.kind == "unit" else "centre", name)
    if field.kind == "centre" and not organisation.units[name].centre and name != organisation.root:
        raise Invalid(f"{field.name}: {name} is no settlement centre")


def page(limit: int | None) -> int:
    """How many rows a page has (contract §3: at most 1000, 100 if not said)."""
    if limit is None:
        return DEFAULT_LIMIT
    if not 1 <= limit <= LARGEST_LIMIT:
        raise Invalid(f"limit: {limit} is not within 1 and {LARGEST_LIMIT}")
    return limit


def from_text(hint: Any, text: str) -> Any:
    """A field as it comes in a URL or on a command line; lists are comma-separated.

    A text that cannot be read stays text, so that the form refuses it by name.
    """
    inner = without_null(hint)
    if get_origin(inner) in (list, tuple):
        return [from_text(get_args(inner)[0], part) for part in text.split(",") if part]
    if inner is bool:
        return {"true": True, "false": False}.get(text, text)
    if inner is int and len(text) <= LONGEST_NUMBER and text.removeprefix("-").isdecimal():
        return int(text)
    return text
