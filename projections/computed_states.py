"""States that decisions of the settlement month have the read models compute, outside the lock.

The market gives these loaders a position; each answers from one snapshot that holds at least everything up to it, and
names the states whose change makes the answer stale (docs/decisions/0005-computed-states.md).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from ledger.accounts import AccountCode
from ledger.facts.payroll import PayrollLine
from ledger.facts.statements import OpenItem, PersonFigures, StatementIssued, StatementTotals
from ledger.money import fen
from ledger.state.computed import Computed, Drafted, Loader, Payable, Reconciled
from ledger.vocabulary import DOCUMENTS, assessment_stream, month_key, period_stream, person_stream, unit_stream
from projections import read_models
from projections.queries import reader_of
from projections.queries.facts import topics
from projections.queries.kernel import Reader
from projections.queries.statement import digest, draft
from projections.reconciliation.books_as_of import books_at
from projections.reconciliation.checks import run
from projections.reconciliation.loader import material, persons_of
from projections.reconciliation.material import Material

Snapshot = Callable[[int], AbstractAsyncContextManager[AsyncConnection]]
"""Opens one snapshot of read models that have reached a position."""

log = read_models.events.c


def loaders(snapshot: Snapshot) -> dict[str, Loader]:
    """By the word before the colon of a computed state's key."""

    def of(load: Callable[[Reader, Sequence[str]], Any]) -> Loader:
        async def loaded(names: Sequence[str], position: int) -> dict[str, Computed]:
            async with snapshot(position) as connection:
                found: dict[str, Computed] = await load(await reader_of(connection, "journal"), names)
                return found

        return loaded

    return {"statement": of(statements), "reconciliation": of(reconciliations), "payroll": of(payrolls)}


# -- statements ----------------------------------------------------------------------------------------------------


async def statements(reader: Reader, names: Sequence[str]) -> dict[str, Computed]:
    """The next issue of each unit's statement (``<unit>/<month>``)."""
    pairs = {name: (name.rpartition("/")[0], name.rpartition("/")[2]) for name in names}
    issued = await _issued(reader, {month for _, month in pairs.values()})
    return {
        name: await _statement(reader, unit, month, issued.get((unit, month), 0) + 1)
        for name, (unit, month) in pairs.items()
    }


class _Number(msgspec.Struct):
    unit: str
    period: str
    issue: int


_number = msgspec.json.Decoder(_Number).decode


async def _issued(reader: Reader, months: Iterable[str]) -> dict[tuple[str, str], int]:
    """The last issue of every unit in these months."""
    organisation = await reader.organisation()
    centres = [unit for unit, node in organisation.units.items() if node.centre or unit == organisation.root]
    streams = [period_stream(centre, month) for centre in centres for month in months]
    wanted = (
        read_models.events.select()
        .with_only_columns(log.body)
        .where(log.stream.in_(streams), topics(StatementIssued), log.position <= reader.position)
        .order_by(log.position)
    )
    numbers = [_number(bytes(row.body)) for row in await reader.rows(wanted)]
    return {(number.unit, number.period): number.issue for number in numbers}


async def _statement(reader: Reader, unit: str, month: str, issue: int) -> Computed:
    made = await draft(reader, unit, month, issue)
    drafted = Drafted(
        known=reader.position,
        issue=issue,
        totals=StatementTotals(**{name: fen(made[name]) for name in StatementTotals.__struct_fields__}),
        digest=digest(made),
        first_position=made["first_position"],
        last_position=made["last_position"],
        price_lists=tuple(made["price_lists"]),
        persons=tuple(PersonFigures(**_in_fen(person, PERSON_TEXTS)) for person in made["persons"]),
        open_items=tuple(OpenItem(**_in_fen(item, ITEM_TEXTS)) for item in made["open_items"]),
    )
    return Computed(reader.position, frozenset(_read_by_statement(unit, month, drafted)), drafted)


PERSON_TEXTS = frozenset({"person", "D", "I", "S", "payout"})
ITEM_TEXTS = frozenset(OpenItem.__struct_fields__) - {"amount"}


def _in_fen(shown: dict[str, Any], texts: frozenset[str]) -> dict[str, Any]:
    """Fields that are shown as money, in fen again."""
    return {name: value if name in texts or value is None else fen(value) for name, value in shown.items()}


def _read_by_statement(unit: str, month: str, drafted: Drafted) -> Iterable[str]:
    yield from ("org", unit_stream(unit), month_key(unit, month))
    for figures in drafted.persons:
        yield from (person_stream(figures.person), assessment_stream(figures.person, month))
    for item in drafted.open_items:
        yield from (f"{kind}:{item.document}" for kind in DOCUMENTS)


# -- reconciliation ------------------------------------------------------------------------------------------------


async def reconciliations(reader: Reader, names: Sequence[str]) -> dict[str, Computed]:
    """Everything that the checks find in a centre's month (``<centre>/<month>``)."""
    return {name: await _reconciliation(reader, *name.rsplit("/", 1)) for name in names}


async def _reconciliation(reader: Reader, centre: str, month: str) -> Computed:
    asked = await books_at(reader)
    books = await material(asked, centre, month)
    stream = period_stream(centre, month)
    people = [person.person for person, _ in await persons_of(asked, stream, month)]
    reads = frozenset(_read_by_reconciliation(books, stream, people))
    found = await asyncio.to_thread(run, books)
    return Computed(reader.position, reads, Reconciled(reader.position, found))


def _read_by_reconciliation(books: Material, stream: str, people: Iterable[str]) -> Iterable[str]:
    yield from ("org", stream, *(f"pricelist-{owner}" for owner in books.books))
    yield from map(unit_stream, books.units)
    yield from map(person_stream, people)
    yield from (f"tender:{name}" for name in books.awards)
    yield from (f"hazard:{hazard.hazard}" for hazard in books.hazards)
    yield from books.papers.liabilities


# -- payroll -------------------------------------------------------------------------------------------------------


async def payrolls(reader: Reader, names: Sequence[str]) -> dict[str, Computed]:
    """Amounts payable to the persons of a centre, posted up to a month (``<centre>/<month>/<up to>``; rule 70)."""
    return {name: await _payroll(reader, *name.rsplit("/", 2)) for name in names}


async def _payroll(reader: Reader, centre: str, month: str, up_to: str) -> Computed:
    people = await persons_of(await books_at(reader), period_stream(centre, month), month)
    lines = []
    for person, _ in sorted(people, key=lambda pair: pair[0].person):
        perf, safety, bonus = (
            person.payable(code, up_to)
            for code in (AccountCode.PAY_PERF, AccountCode.PAY_SAFETY, AccountCode.PAY_BONUS)
        )
        if perf or safety or bonus:
            lines.append(PayrollLine(person.person, perf, safety, bonus))
    organisation = await reader.organisation()
    reads = {"org", *map(unit_stream, organisation.units), *(person_stream(person.person) for person, _ in people)}
    return Computed(reader.position, frozenset(reads), Payable(tuple(lines)))
