"""Every answer that a test gets from a query is held to the type that the query declares."""

from __future__ import annotations

from functools import wraps
from typing import Any

import msgspec

from projections.queries import TABLE, Query

_sorted = msgspec.json.Encoder(order="sorted").encode


def hold_all() -> None:
    """From now on an answer with a member missing, surplus or of another type fails the test that asked."""
    for name, query in TABLE.items():
        if not hasattr(query.function, "__wrapped__"):
            TABLE[name] = query._replace(function=held(query))


def held(query: Query) -> Any:
    @wraps(query.function)
    async def function(*reader: Any, **arguments: Any) -> dict[str, Any]:
        result: dict[str, Any] = await query.function(*reader, **arguments)
        check(query, result)
        return result

    return function


def check(query: Query, result: dict[str, Any]) -> None:
    """To the type and back gives the same bytes (the order of members apart: an issued statement keeps its own)."""
    plain = msgspec.json.decode(msgspec.json.encode(result))
    assert _sorted(msgspec.convert(plain, query.answer)) == _sorted(plain), query.name
