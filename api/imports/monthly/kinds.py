"""The kinds of a month's files: their fields, what may stand in them once, and the commands that record them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from api.imports.commands import command
from api.imports.monthly import rows
from api.imports.monthly.rows import Field, Line
from api.imports.pipeline import Entry

ROWS_OF_A_LIST = 5_000
PERSONS_AT_A_TIME = 1_000
"""Longer files are handed in as several commands: one stays below a megabyte, as every door takes it."""


class Frame(NamedTuple):
    """The part that is the same for all rows: source of the ids, centre and month, and who hands the file in, when."""

    source: str
    centre: str
    period: str
    by: str
    at: str


Values = Mapping[str, str]


class Kind(NamedTuple):
    """A kind of file.

    ``key`` stands on one line only; ``amount`` is added up where a document repeats and in the dry run; ``entries``
    makes entries of good rows, each of one command.
    """

    name: str
    title: str
    fields: dict[str, Field]
    key: tuple[str, ...]
    amount: str
    entries: Callable[[Frame, Sequence[Line]], Iterator[Entry[Line]]]
    needs_period: bool = True


def identity(frame: Frame, name: str, content: Any) -> str:
    """The same in every run: of the source, and of what is said."""
    said = json.dumps([frame.centre, frame.period, content], ensure_ascii=False, sort_keys=True)
    return f"{frame.source}-{name}-{hashlib.sha256(said.encode()).hexdigest()[:16]}"


def _entry(frame: Frame, identity_: str, name: str, data: dict[str, Any], lines: Sequence[Line]) -> Entry[Line]:
    return Entry(lines[0].line, lines, [command(identity_, frame.at, name, data, frame.by)])


def _without(values: Values, *names: str) -> dict[str, str]:
    return {name: value for name, value in values.items() if name not in names}


def _lists(frame: Frame, lines: Sequence[Line]) -> Iterator[Entry[Line]]:
    by_department: dict[str, list[Line]] = {}
    for line in lines:
        by_department.setdefault(line.values["department"], []).append(line)
    for department, own in by_department.items():
        for start in range(0, len(own), ROWS_OF_A_LIST):
            part = own[start : start + ROWS_OF_A_LIST]
            told = [_without(line.values, "department") for line in part]
            name = identity(frame, "list", [department, told])
            data = {"list": name, "centre": frame.centre, "period": frame.period, "department": department}
            yield _entry(frame, name, "ImportDepartmentList", {**data, "rows": told}, part)


def _figures(frame: Frame, lines: Sequence[Line]) -> Iterator[Entry[Line]]:
    for line in lines:
        data = dict(line.values)
        yield _entry(frame, identity(frame, "figure", data), "SetWageIndicator", data, [line])


def _gross(frame: Frame, lines: Sequence[Line]) -> Iterator[Entry[Line]]:
    for start in range(0, len(lines), PERSONS_AT_A_TIME):
        part = lines[start : start + PERSONS_AT_A_TIME]
        told = [dict(line.values) for line in part]
        name = identity(frame, "gross", told)
        yield _entry(frame, name, "ImportGrossWage", {"period": frame.period, "lines": told}, part)


def _actuals(frame: Frame, lines: Sequence[Line]) -> Iterator[Entry[Line]]:
    told = [dict(line.values) for line in lines]
    data = {"centre": frame.centre, "period": frame.period, "lines": told}
    yield _entry(frame, identity(frame, "actuals", told), "ImportPayrollActuals", data, lines)


LISTS = Kind(
    "lists",
    "Departments' lists 买卖明细",
    {
        "department": Field(rows.words),
        "doc": Field(rows.document),
        "kind": Field(rows.one_of(*rows.KINDS)),
        "amount": Field(rows.money),
        "date": Field(rows.day, needed=False),
        "unit": Field(rows.unit, needed=False),
        "item": Field(rows.words, needed=False, sparse=True),
        "qty": Field(rows.quantity, needed=False, sparse=True),
    },
    ("department", "kind", "doc"),
    "amount",
    _lists,
)
CONTROL_FIGURES = Kind(
    "control-figures",
    "Control figures 工资总额控制数",
    {
        "unit": Field(rows.unit),
        "year": Field(rows.year),
        "source": Field(rows.one_of(*rows.SOURCES)),
        "amount": Field(rows.money),
        "doc": Field(rows.document),
    },
    ("unit", "year", "source"),
    "amount",
    _figures,
    needs_period=False,
)
GROSS_WAGES = Kind(
    "gross-wages",
    "Gross wages 应发工资",
    {
        "person": Field(rows.person),
        "gross": Field(rows.money),
        "min_wage": Field(rows.money, needed=False, sparse=True),
    },
    ("person",),
    "gross",
    _gross,
)
PAYROLL_ACTUALS = Kind(
    "payroll-actuals",
    "Payroll actuals 工资实发",
    {"person": Field(rows.person), "paid": Field(rows.money), "deducted": Field(rows.money)},
    ("person",),
    "paid",
    _actuals,
)
KINDS = {kind.name: kind for kind in (LISTS, CONTROL_FIGURES, GROSS_WAGES, PAYROLL_ACTUALS)}
