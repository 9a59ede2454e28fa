"""The states that a command will ask for, as far as its own fields say: they are loaded before the lock is taken.

A wrong guess costs one empty state; a missing one costs its caller a second batch.
"""

from __future__ import annotations

from collections.abc import Iterator

from ledger.decisions import Command
from ledger.decisions.kernel.request import Arguments
from ledger.keys import Key
from ledger.vocabulary import DOCUMENTS


def named_keys(command: Command) -> Iterator[str]:
    """The state keys that a command's own fields name."""
    yield f"person-{command.by}"
    for key in command.decision.asks:
        yield from _filled(key, command.arguments)
    for field in command.decision.form.references:
        value = command.arguments.get(field.top)
        if value is None:
            continue
        for item in value if field.many else (value,):
            if (named := getattr(item, field.nested) if field.nested else item) is not None:
                yield from _keys_of(field.kind, named)


def _filled(key: Key, arguments: Arguments) -> Iterator[str]:
    """The key of the command's fields, where it lacks one of each of its lines; nothing if one is left out."""
    for line in arguments.get("lines") or (None,):
        values = [arguments.get(field) or getattr(line, field, None) for field in key.fields]
        if all(values):
            yield key(*map(str, values))


def _keys_of(kind: str, name: str) -> Iterator[str]:
    if kind in DOCUMENTS:
        yield f"{kind}:{name}"
    if kind in ("unit", "centre"):
        yield f"unit-{name}"
        yield f"pricelist-{name}"  # of every unit upwards until one is found; few units have one, all are asked
    if kind in ("person", "party"):
        yield f"person-{name}"
