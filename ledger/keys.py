"""Keys of states: declared once, beside the fact that first gives them; facts are tagged with them, decisions ask by
them, and what a command will ask for is read from the log ahead by them.
"""

from __future__ import annotations

import hashlib

LONGEST = 200
"""Characters; a longer key is its word and the hash of the whole: an index takes some two thousand bytes of it."""


def bounded(key: str) -> str:
    """The key as it is stored and asked for: ``quota-wage:W1/<a whole page>`` → ``quota-wage:#<SHA-256>``."""
    if len(key) <= LONGEST:
        return key
    return f"{key.partition(':')[0]}:#{hashlib.sha256(key.encode()).hexdigest()}"


class Key:
    """``Key("spot", "place", "item")`` makes ``spot:<place>/<item>``; the fields are those of facts and commands."""

    __slots__ = ("fields", "prefix", "word")

    def __init__(self, word: str, *fields: str) -> None:
        self.word = word
        self.prefix = f"{word}:"
        self.fields = fields

    def __call__(self, *values: str) -> str:
        """The key of these values, in the order of the fields."""
        return self.prefix + "/".join(values)

    def of(self, named: object) -> str:
        """The key that a fact gives by its fields."""
        return self(*[getattr(named, field) for field in self.fields])

    def __repr__(self) -> str:
        return f"{self.prefix}{'/'.join(f'<{field}>' for field in self.fields)}"


UNIQUE: list[UniqueKey] = []
"""Every key that is taken once; complete when ``ledger.facts`` is imported."""


class UniqueKey(Key):
    """A key that is taken once, and may be taken again when the fact that took it is reversed (contract §5.27)."""

    __slots__ = ()

    def __init__(self, word: str, *fields: str) -> None:
        super().__init__(word, *fields)
        UNIQUE.append(self)
