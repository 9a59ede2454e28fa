"""A ledger in memory as an import sees it: a book to plan on, a recorder, and the facts that came of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, TypeVar

from api.importing.book import Book
from api.importing.loading import Outcome, record
from api.importing.mapping import Mapping, read_mapping
from api.importing.preparation import Prepared, prepare
from api.importing.tables import read_table
from ledger.calendars import microseconds
from ledger.decisions import Command
from ledger.fact import Fact
from ledger.interchange import Answer
from ledger.log.row import NO_FACTS, Head
from tests.spec import MemoryLedger

SAMPLES = Path(__file__).parents[3] / "api" / "samples"
F = TypeVar("F", bound=Fact)
NOW = "2026-11-20T04:00:00.000000Z"


class MemoryBook(Book):
    """Book and recorder of one ledger in memory."""

    def __init__(self) -> None:
        self.ledger = MemoryLedger()

    @property
    def head(self) -> Head:
        facts = self.ledger.facts
        return Head(facts[-1].position, microseconds(facts[-1].recorded_at)) if facts else NO_FACTS

    def lookup(self, key: str) -> Any:
        return self.ledger.lookup(key)

    async def load(self, keys: Iterable[str]) -> None:
        """Everything is in memory."""

    async def recorded(self, commands: Sequence[str]) -> frozenset[str]:
        return frozenset(self.ledger.receipts) & frozenset(commands)

    async def submit(self, commands: Sequence[Command]) -> list[Answer]:
        return [self.ledger.take(command) for command in commands]

    async def imports(self, file: Path, mapping: Path | Mapping) -> tuple[Prepared, Outcome]:
        rules = mapping if isinstance(mapping, Mapping) else read_mapping(mapping)
        prepared = await prepare(read_table(file, rules.table, rules.columns), rules, self, NOW)
        return prepared, await record(prepared, self)

    def facts(self, kind: type[F]) -> list[F]:
        return [entry.fact for entry in self.ledger.facts if isinstance(entry.fact, kind)]
