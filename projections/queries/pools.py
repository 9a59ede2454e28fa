"""Wage pools and safety funds: what they hold, what is reserved or owed, what may be spent."""

from __future__ import annotations

from typing import Literal

from sqlalchemy import select

from ledger.accounts import POOLS, Kind, code
from ledger.money import yuan
from ledger.state.unit import UnitBook
from ledger.vocabulary import CentreId, UnitId
from projections import read_models
from projections.queries.kernel import Reader, Result, query

states = read_models.states.c


@query("Pool", "register")
async def pool(reader: Reader, unit: UnitId, pool: Literal["wage", "safety", "project"] = "wage") -> Result:
    """A unit's pool: balance, reserved, available (可用额), and what the unit still owes."""
    kind, book = POOLS[pool], await book_of(reader, unit)
    return {
        "account": code(kind, unit),
        "balance": yuan(book.balance(kind)),
        "reserved": yuan(book.reserved.get(kind, 0)),
        "available": yuan(book.available(kind)),
        "due": yuan(book.due),
    }


@query("Fund", "register")
async def fund(reader: Reader, centre: CentreId) -> Result:
    """A centre's safety fund, and the part of it that may be spent: what has been collected."""
    book = await book_of(reader, centre)
    return {
        "account": code(Kind.FUND_SAFETY, centre),
        "balance": yuan(book.balance(Kind.FUND_SAFETY)),
        "uncollected": yuan(book.uncollected),
        "spendable": yuan(book.spendable),
    }


async def book_of(reader: Reader, unit: str) -> UnitBook:
    """A unit's book; an empty one where nothing has happened yet."""
    return await reader.state("unit", unit) or UnitBook(unit)


async def subtree_pool(reader: Reader, unit: str, pool: str = "wage") -> Result:
    """The pools of a unit and of everything below it, together."""
    kind, units = POOLS[pool], await reader.unit_and_below(unit)
    wanted = select(states.kind, states.body).where(states.kind == "unit", states.id.in_(units))
    books: list[UnitBook] = await reader.states(wanted)
    return {
        "unit": unit,
        "units": len(units),
        "balance": yuan(sum(book.balance(kind) for book in books)),
        "reserved": yuan(sum(book.reserved.get(kind, 0) for book in books)),
        "available": yuan(sum(book.available(kind) for book in books)),
        "due": yuan(sum(book.due for book in books)),
    }
