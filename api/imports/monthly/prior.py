"""Rows of a month's file that the ledger was told before, to be held against what the file says now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from api.imports.book import Book
from api.imports.monthly.kinds import CONTROL_FIGURES, GROSS_WAGES, LISTS, PAYROLL_ACTUALS, Frame, Kind
from api.imports.monthly.rows import Line
from ledger.fact import Fact
from ledger.facts.payroll import PayrollActualsImported
from ledger.facts.reconciliation import DepartmentListImported, ListRow
from ledger.money import yuan
from ledger.vocabulary import period_stream, person_stream

Key = tuple[str, ...]


class Told(NamedTuple):
    """The fields that were told about a key before, and where."""

    values: Mapping[str, str]
    where: str


async def told_before(book: Book, kind: Kind, frame: Frame, lines: Sequence[Line]) -> dict[Key, Told]:
    """By key, as far as the file repeats it."""
    if kind == GROSS_WAGES:
        return await _gross(book, frame.period, [line.values["person"] for line in lines])
    if kind in (LISTS, PAYROLL_ACTUALS):
        imported = DepartmentListImported if kind == LISTS else PayrollActualsImported
        return dict(_of_month(await book.facts(period_stream(frame.centre, frame.period), imported)))
    return {}


def _of_month(facts: Iterable[Fact]) -> Iterable[tuple[Key, Told]]:
    for fact in facts:
        if isinstance(fact, DepartmentListImported):
            for row in fact.rows:
                yield (fact.department, row.kind, row.doc), Told(_of_row(fact.department, row), f"list {fact.list}")
        elif isinstance(fact, PayrollActualsImported):
            for line in fact.lines:
                values = {"person": line.person, "paid": yuan(line.paid), "deducted": yuan(line.deducted)}
                yield (line.person,), Told(values, f"the actuals of {fact.centre} {fact.period}")


def _of_row(department: str, row: ListRow) -> dict[str, str]:
    given = {"date": row.date, "unit": row.unit, "item": row.item, "qty": row.qty}
    said = {"department": department, "doc": row.doc, "kind": row.kind, "amount": yuan(row.amount)}
    return said | {name: value for name, value in given.items() if value is not None}


async def _gross(book: Book, period: str, people: Sequence[str]) -> dict[Key, Told]:
    await book.load(map(person_stream, people))
    found: dict[Key, Told] = {}
    for person in people:
        if wage := book.lookup(person_stream(person)).gross.get(period):
            values = {"person": person, "gross": yuan(wage.gross)}
            values |= {} if wage.min_wage is None else {"min_wage": yuan(wage.min_wage)}
            found[(person,)] = Told(values, f"the gross wages of {period}")
    return found


ADVICE = {
    LISTS.name: "a list is never changed: resolve the difference as an exception",
    GROSS_WAGES.name: "a month's gross wage is imported once",
    PAYROLL_ACTUALS.name: "a month's actuals are imported once",
    CONTROL_FIGURES.name: "",
}
