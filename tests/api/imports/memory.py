"""A ledger in memory as an import sees it: a book to plan on, a recorder, and the facts that came of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, TypeVar

from api.imports.book import Book
from api.imports.findings.mapping import FindingsMapping
from api.imports.findings.reader import FindingsReader
from api.imports.findings.rows import Finding
from api.imports.mapping import mapping_of
from api.imports.pipeline import Item, Prepared, Reader, prepare
from api.imports.recorder import Outcome, record
from api.imports.run import table_of
from ledger.calendars import microseconds
from ledger.decisions import Command
from ledger.fact import Fact
from ledger.facts.slips import SlipIssued
from ledger.interchange import Answer, Bundle
from ledger.log.row import NO_FACTS, Head
from ledger.market.submission import commands_of
from tests.spec import MemoryLedger

SAMPLES = Path(__file__).parents[3] / "api" / "samples"
F = TypeVar("F", bound=Fact)
NOW = "2026-11-20T04:00:00.000000Z"


class MemoryBook(Book):
    """Book and recorder of one ledger in memory."""

    def __init__(self, ledger: MemoryLedger | None = None) -> None:
        self.ledger = ledger or MemoryLedger()

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

    async def facts(self, stream: str, *kinds: type[F]) -> list[F]:
        stored = (entry.fact for entry in self.ledger.facts if entry.fact.originator_id == stream)
        return [fact for fact in stored if isinstance(fact, kinds)]

    async def slips(self, source: str) -> list[SlipIssued]:
        return [fact for fact in self.of_kind(SlipIssued) if fact.slip.startswith(f"{source}-")]

    async def submit(self, commands: Sequence[Command | Bundle]) -> list[Answer]:
        return [self.ledger.take(command) for command in commands_of(commands)]

    async def imports(self, file: Path, mapping: Path | FindingsMapping) -> tuple[Prepared[Finding], Outcome]:
        rules = mapping if isinstance(mapping, FindingsMapping) else mapping_of(mapping, FindingsMapping)
        return await self.takes(file, FindingsReader(rules, NOW))

    async def takes(self, file: Path, reader: Reader[Item]) -> tuple[Prepared[Item], Outcome]:
        prepared = await prepare(await table_of(file, reader), reader, self)
        return prepared, await record(prepared, self)

    def of_kind(self, kind: type[F]) -> list[F]:
        return [entry.fact for entry in self.ledger.facts if isinstance(entry.fact, kind)]
