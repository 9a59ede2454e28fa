"""The commands that a company's workbook asks for, in the order in which they can be given."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

from api.imports.commands import command, digest
from api.imports.problems import Wrong
from api.setup import sheets, values
from api.setup.national_calendars import national_calendars
from api.setup.sheets import Values
from api.setup.workbook import Complaint, Filled, Workbook
from ledger.accounts import account_of
from ledger.calendars import moment
from ledger.decisions import Command
from ledger.errors import Invalid
from ledger.forms import parse_moment

PREFIX = "setup"


class Asked(NamedTuple):
    """A command that rows of a sheet ask for; the first of them answers for it."""

    row: Filled
    name: str
    data: Values


class Given(NamedTuple):
    """A command as it is sent, and the row that answers for it."""

    row: Filled
    command: Command


def given(book: Workbook, now: str | None) -> tuple[list[Given], list[Complaint]]:
    """Commands with ids of their content, and the rows of which none can be made.

    ``now`` is the moment of a ledger that exists; a new one begins as its sheet says.
    """
    made: list[Given] = []
    bad: list[Complaint] = []
    at = now or _beginning(book)
    for asked in _asked(book, bad):
        identity = f"{PREFIX}:{digest(asked.name, json.dumps(asked.data, sort_keys=True))}"
        try:
            made.append(Given(asked.row, command(identity, at, asked.name, asked.data)))
        except Invalid as invalid:
            bad.append(asked.row.complaint(f"{asked.name}: {invalid.detail}"))
    return made, bad


def _beginning(book: Workbook) -> str:
    """The moment of a new ledger: of a simulated clock the morning of its first day, in whose shift all is in force."""
    for row in book.of(sheets.LEDGER):
        if "opened" in row.values:
            return parse_moment(f"{row.values['opened']}T08:00:00+08:00")
    return moment(datetime.now(UTC))


def _asked(book: Workbook, bad: list[Complaint]) -> Iterator[Asked]:
    for group in GROUPS:
        try:
            yield from group(book)
        except _Unfit as unfit:
            bad.append(unfit.complaint)


class _Unfit(Exception):
    """A row does not fit to others."""

    def __init__(self, row: Filled, reason: str) -> None:
        super().__init__(reason)
        self.complaint = row.complaint(reason)


def _ledgers(book: Workbook) -> Iterator[Asked]:
    for row in book.of(sheets.LEDGER):
        yield Asked(row, "CreateLedger", {name: row.values[name] for name in ("ledger", "clock")})


def _units(book: Workbook) -> Iterator[Asked]:
    """Superiors first."""
    for row in sorted(book.of(sheets.UNITS), key=lambda row: int(row.values["level"])):
        yield Asked(row, "RegisterUnit", row.values)


def _persons(book: Workbook) -> Iterator[Asked]:
    for row in book.of(sheets.PERSONS):
        person: Values = {name: row.values[name] for name in ("person", "name", "family") if name in row.values}
        yield Asked(row, "RegisterPerson", person)
        post = {name: row.values[name] for name in ("person", "unit", "role", "since")}
        yield Asked(row, "AssignPerson", {**post, "home": True})


def _posts(book: Workbook) -> Iterator[Asked]:
    for row in book.of(sheets.POSTS):
        yield Asked(row, "AssignPerson", {**row.values, "home": False})


def _shifts(book: Workbook) -> Iterator[Asked]:
    for rows in _groups(book.of(sheets.SHIFTS), "unit", "effective"):
        shifts = [{name: row.values[name] for name in ("shift", "start", "end")} for row in rows]
        unit, effective = rows[0].values["unit"], rows[0].values["effective"]
        yield Asked(rows[0], "PublishShiftCalendar", {"unit": unit, "effective": effective, "shifts": shifts})


def _calendars(book: Workbook) -> Iterator[Asked]:
    """A year alone takes the calendar that the State Council's office has published."""
    for row in book.of(sheets.CALENDARS):
        year, own = row.values["year"], row.values.keys() - {"year"}
        if not own and year in national_calendars():
            holidays, workdays, source = national_calendars()[year]
        elif "source" in own:
            holidays, workdays = (tuple(row.values.get(name, ())) for name in ("holidays", "workdays"))
            source = row.values["source"]
        else:
            known = ", ".join(national_calendars())
            raise _Unfit(row, f"来源 is blank; the published calendars of {known} are known by their year alone")
        days = {"holidays": list(holidays), "workdays": list(workdays)}
        yield Asked(row, "PublishWorkCalendar", {"year": year, **days, "source": source})


def _policies(book: Workbook) -> Iterator[Asked]:
    for row in book.of(sheets.POLICIES):
        try:
            value = values.policy_value(row.values["key"], row.values["value"])
        except Wrong as wrong:
            raise _Unfit(row, str(wrong)) from wrong
        yield Asked(row, "PublishPolicy", {**row.values, "value": value})


def _price_lists(book: Workbook) -> Iterator[Asked]:
    """A version with its items and matrices; an owner above comes first, as it may lock what is below."""
    levels = {row.values["unit"]: int(row.values["level"]) for row in book.of(sheets.UNITS)}
    for row in sorted(book.of(sheets.LISTS), key=lambda row: levels.get(row.values["owner"], 0)):
        version = (row.values["owner"], row.values["version"])
        items = [_without_version(item) for item in book.of(sheets.ITEMS) if _version(item) == version]
        matrices = [each for each in book.of(sheets.MATRICES) if _version(each) == version]
        made = [_matrix(rows) for rows in _groups(matrices, "matrix")]
        yield Asked(row, "PublishPriceList", {**row.values, "items": items, **({"matrices": made} if made else {})})
    lists = {_version(row) for row in book.of(sheets.LISTS)}
    if lost := [
        row for sheet in (sheets.ITEMS, sheets.MATRICES) for row in book.of(sheet) if _version(row) not in lists
    ]:
        raise _Unfit(lost[0], f"the sheet {sheets.LISTS.name} has no such version of this unit")


def _version(row: Filled) -> tuple[str, str]:
    return row.values["owner"], row.values["version"]


def _without_version(row: Filled) -> Values:
    return {name: value for name, value in row.values.items() if name not in ("owner", "version")}


def _matrix(rows: Sequence[Filled]) -> Values:
    """Its rows say one amount each; what they say of the whole has to be the same."""
    whole = _of_the_whole(rows[0])
    tiers: dict[str, list[Values]] = {}
    for row in rows:
        if _of_the_whole(row) != whole:
            raise _Unfit(row, "another kind, severity, level or lock than in the first row of this 追责标准")
        tiers.setdefault(row.values["tier"], []).append({name: row.values[name] for name in ("role", "amount")})
    return {**whole, "tiers": tiers}


def _of_the_whole(row: Filled) -> Values:
    return {name: value for name, value in _without_version(row).items() if name not in ("tier", "role", "amount")}


def _openings(book: Workbook) -> Iterator[Asked]:
    """One account a command, so that a further one can be added later."""
    for row in book.of(sheets.OPENINGS):
        account = account_of(row.values["account"], row.values["owner"])
        data: dict[str, Any] = {"as_of": row.values["as_of"], "balances": {account: row.values["amount"]}}
        yield Asked(row, "OpenBalances", data)


def _indicators(book: Workbook) -> Iterator[Asked]:
    for row in book.of(sheets.INDICATORS):
        yield Asked(row, "SetWageIndicator", row.values)


def _periods(book: Workbook) -> Iterator[Asked]:
    for row in book.of(sheets.PERIODS):
        yield Asked(row, "OpenPeriod", row.values)


def _groups(rows: Sequence[Filled], *fields: str) -> Iterator[list[Filled]]:
    """Rows that have these fields alike, in the order of the first of each."""
    found: dict[tuple[Any, ...], list[Filled]] = {}
    for row in rows:
        found.setdefault(tuple(row.values[field] for field in fields), []).append(row)
    return iter(found.values())


GROUPS: tuple[Callable[[Workbook], Iterator[Asked]], ...] = (
    *(_ledgers, _units, _shifts, _calendars, _persons, _posts),
    *(_policies, _price_lists, _openings, _indicators, _periods),
)
"""Units before those who work in them, prices before what is charged, openings before periods."""
