"""A projection is a name, a shape of tables, and the way in which a batch of facts becomes rows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple, Protocol

from projections.batch import Connection, Posted

HERE = Path(__file__).parent
SUMS, INDEXES = "-- sums\n", "-- indexes\n"


class Feed(Protocol):
    """Writes facts into one build; its memory between batches is bounded and can be forgotten."""

    async def write(self, connection: Connection, facts: Sequence[Posted]) -> None:
        """Write the rows of these facts, within the transaction that also moves the position."""
        ...

    def forget(self) -> None:
        """Forget everything: the transaction did not commit, so the memory may be wrong."""
        ...


class Projection(NamedTuple):
    """A kind of read model.  ``shape`` counts up when its tables or their meaning change."""

    name: str
    shape: int
    tables: dict[str, tuple[str, ...]]
    """Tables with the columns that identify a row, served as views of the same names in schema ``read``."""
    feed: Callable[[str], Feed]
    """Makes the feed of the build in a schema."""
    topics: frozenset[str] | None = None
    """Topics of the facts that can make rows; others need not be read.  None: any fact can."""
    fill: Callable[[str], Feed] | None = None
    """Makes the feed of a new build that nobody reads yet: without the sums that are made of its rows at the end."""


def schema_of(name: str, build: int) -> str:
    """``journal_b1``"""
    return f"{name}_b{build}"


class Definition(NamedTuple):
    """Parts of a projection's SQL file; a build that was filled makes sums and indexes last."""

    tables: str
    sums: str
    indexes: str


def definition(name: str) -> Definition:
    """The parts of a projection's SQL file."""
    rows, _, indexes = (HERE / f"{name}.sql").read_text(encoding="utf-8").partition(INDEXES)
    tables, _, sums = rows.partition(SUMS)
    return Definition(tables, sums, indexes)
