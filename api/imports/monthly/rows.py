"""Cells as the fields of a month's file; a cell that cannot be read names its line, its column and why."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import Any, NamedTuple

from api.imports.cells import amount_of, complaint, day_of, is_sum, text_of
from api.imports.identity import tidy
from api.imports.mapping import Rule
from api.imports.monthly.mapping import MonthlyMapping
from api.imports.pipeline import sorted_out
from api.imports.problems import BadRow, ImportProblem, Wrong
from api.imports.tables import Row
from ledger.money import plain, yuan
from ledger.state.organisation import Organisation

_QUANTITY = re.compile(r"[0-9]{1,12}(\.[0-9]+)?\Z")
_DOCUMENT = re.compile(r"[^\x00-\x1f\x7f]{1,64}\Z")
MOST_DECIMALS = 4
KINDS = ("slip", "notice", "penalty", "tender", "handover")
SOURCES = ("wage", "project", "bonus", "group")


class Known(NamedTuple):
    """The ledger against which cells are held: the day, units by id or name, registered persons."""

    today: str
    units: Mapping[str, str]
    persons: frozenset[str]


def units_of(organisation: Organisation, named_by: str) -> dict[str, str]:
    """Unit by what a file may call it; a name that several units have is nobody's."""
    if named_by == "id":
        return {unit: unit for unit in organisation.units}
    found: dict[str, str] = {}
    for unit, node in organisation.units.items():
        found[tidy(node.name)] = "" if tidy(node.name) in found else unit
    return found


Read = Callable[[str, Rule, Known], Any]


def document(text: str, rule: Rule, known: Known) -> str:
    if is_sum(text):
        raise Wrong("a row of sums, which is no document: delete it")
    if not _DOCUMENT.match(text):
        raise Wrong("not a document number (1 to 64 characters)")
    return text


def money(text: str, rule: Rule, known: Known) -> str:
    """Yuan with two digits."""
    return yuan(amount_of(text))


def quantity(text: str, rule: Rule, known: Known) -> str:
    if not _QUANTITY.match(text) or not Decimal(text):
        raise Wrong("not a quantity (more than 0)")
    if -int(Decimal(text).normalize().as_tuple().exponent) > MOST_DECIMALS:
        raise Wrong(f"a quantity with more than {MOST_DECIMALS} decimals")
    return plain(Decimal(text))


def day(text: str, rule: Rule, known: Known) -> str:
    return day_of(text, rule.date, known.today)


def year(text: str, rule: Rule, known: Known) -> str:
    if not re.match(r"(19|20|21)[0-9]{2}\Z", text):
        raise Wrong("not a year (as 2026)")
    return text


def unit(text: str, rule: Rule, known: Known) -> str:
    name = tidy(text)
    if name not in known.units:
        raise Wrong("an unknown unit")
    if not known.units[name]:
        raise Wrong("the name of several units; name them by id")
    return known.units[name]


def person(text: str, rule: Rule, known: Known) -> str:
    if text not in known.persons:
        raise Wrong("an unknown person")
    return text


def words(text: str, rule: Rule, known: Known) -> str:
    return tidy(text)


def one_of(*choices: str) -> Read:
    def read(text: str, rule: Rule, known: Known) -> str:
        if text not in choices:
            raise Wrong(f"none of {', '.join(choices)}; fields.….values of the mapping translates")
        return text

    return read


NAMES = (document, unit, person, words)


class Field(NamedTuple):
    """How a field is read, whether every mapping needs it, and whether its cells may be blank without being told so."""

    read: Read
    needed: bool = True
    sparse: bool = False


class Line(NamedTuple):
    """A good row: its line in the file, its fields as the contract writes them, and the row itself for complaints."""

    line: int
    values: dict[str, str]
    row: Row


def check_fields(mapping: MonthlyMapping, fields: Mapping[str, Field]) -> None:
    """Raises ImportProblem for a mapping that lacks a field, or has one that this kind of file does not know."""
    if strange := [name for name in mapping.fields if name not in fields]:
        raise ImportProblem(f"mapping: fields.{strange[0]} is not known here; there are {', '.join(fields)}")
    if missing := [name for name, field in fields.items() if field.needed and name not in mapping.fields]:
        raise ImportProblem(f"mapping: fields.{missing[0]} is needed")


def read_lines(
    rows: Iterable[Row], mapping: MonthlyMapping, fields: Mapping[str, Field], known: Known
) -> tuple[list[Line], list[BadRow]]:
    """The good rows, and every complaint about the others."""

    def read(row: Row) -> Line | list[BadRow]:
        values: dict[str, str] = {}
        complaints = []
        for name, rule in mapping.fields.items():
            field = fields[name]
            try:
                if text := text_of(rule, row, needed=not field.sparse, name=field.read in NAMES):
                    values[name] = field.read(text, rule, known)
            except Wrong as wrong:
                complaints.append(complaint(row, rule, str(wrong)))
        return complaints or Line(row.line, values, row)

    return sorted_out(rows, read)
