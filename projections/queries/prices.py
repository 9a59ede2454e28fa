"""The price book (价格总览): every item and liability matrix in force for a unit on a business date (PRICE-01)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from ledger.facts.prices import Matrix
from ledger.money import plain, yuan
from ledger.state.organisation import Organisation
from ledger.state.prices import Price, PriceBook, Version
from ledger.vocabulary import Day, UnitId
from projections.queries.answers import boards as answers
from projections.queries.folds import facts_of_stream, folded
from projections.queries.kernel import Reader, Result, query

Row = dict[str, Any]


@query("PriceBook", "register", at="/units/{unit}/prices", cli="prices show", answer=answers.PriceBook)
async def price_book(reader: Reader, unit: UnitId, date: Day | None = None) -> Result:
    """Items and matrices in force, each from the nearest owner at or above the unit whose list holds it.

    ``unit_price`` is what a settlement of that day uses: price × linkage, rounded once; ``list_version`` is its
    ``owner@version``.
    """
    day, organisation = date or await reader.today(), await reader.organisation()
    items: dict[str, Row] = {}
    matrices: dict[str, Row] = {}
    lists: list[Row] = []
    for owner in organisation.path(unit, day):
        book = await book_of(reader, owner)
        version, origin = book.in_force(day), _origin(organisation, owner)
        for name in items_of(book, version):
            if name not in items and (price := book.price(name, day)):
                items[name] = {**_item(price, version), **origin}
        if version is not None:
            lists.append({**origin, **_list(version)})
            for name, matrix in version.matrices.items():
                matrices.setdefault(name, {**_matrix(matrix), "list_version": f"{owner}@{version.version}", **origin})
    return {
        "unit": unit,
        "date": day,
        "lists": lists,
        "items": [items[name] for name in sorted(items)],
        "matrices": [matrices[name] for name in sorted(matrices)],
    }


async def book_of(reader: Reader, owner: str) -> PriceBook:
    """All versions of an owner's list."""
    key = f"pricelist-{owner}"
    book: PriceBook = folded(key, await facts_of_stream(reader, key))
    return book


def items_of(book: PriceBook, version: Version | None) -> set[str]:
    """Items that an owner may have a price of: those of the version in force, and urgent ones."""
    return {*(version.items if version else ()), *book.urgent}


def _origin(organisation: Organisation, owner: str) -> Row:
    return {"owner": owner, "level": organisation.units[owner].level}


def _list(version: Version) -> Row:
    return {"version": version.version, "effective": version.effective, "linkage": _factor(version.linkage)}


def _item(price: Price, version: Version | None) -> Row:
    item, urgent = price.item, "@urgent-" in price.list_version
    return {
        "item": item.item,
        "kind": item.kind,
        "name": item.name,
        "uom": item.uom,
        "matrix": item.matrix,
        "price": yuan(item.price),
        "linkage": "1" if urgent or version is None else _factor(version.linkage),
        "unit_price": yuan(price.unit_price),
        "list_version": price.list_version,
        "locked": item.locked,
        "urgent": urgent,
    }


def _matrix(matrix: Matrix) -> Row:
    return {
        "matrix": matrix.matrix,
        "kind": matrix.kind,
        "for": matrix.severity or matrix.level,
        "locked": matrix.locked,
        "tiers": {
            tier: [{"role": charge.role, "amount": yuan(charge.amount)} for charge in charges]
            for tier, charges in sorted(matrix.tiers.items())
        },
    }


def _factor(text: str) -> str:
    return plain(Decimal(text))
