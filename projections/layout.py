"""The layout of the states that the register keeps, as a number: rows of another layout have to be rebuilt."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from hashlib import sha256
from importlib import import_module
from pkgutil import iter_modules

import msgspec

import ledger.state
from ledger.state import table

COLUMNS = "with parties"
"""A word that changes when the columns of the register's table do."""


def _structs() -> Iterator[type[msgspec.Struct]]:
    """All structs of the package, whatever has been imported so far: every process finds the same."""
    for name in sorted(found.name for found in iter_modules(ledger.state.__path__, "ledger.state.")):
        for value in vars(import_module(name)).values():
            if isinstance(value, type) and issubclass(value, msgspec.Struct) and value.__module__ == name:
                yield value


@cache
def layout_of_states() -> int:
    """A number that changes when a state gains, loses or retypes a field, with a new kind, or with ``COLUMNS``."""
    described = [sorted(table.KINDS), [COLUMNS]]
    for struct in _structs():
        fields = [f"{field.name}: {struct.__annotations__.get(field.name)}" for field in msgspec.structs.fields(struct)]
        described.append([f"{struct.__module__}.{struct.__qualname__}", *fields])
    return int.from_bytes(sha256(repr(described).encode()).digest()[:4]) >> 1
