"""The `eventsourcing` library's `Application[str]` reads our facts and replays a unit to an earlier version."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Any, ClassVar, NoReturn

import msgspec
from eventsourcing.application import Application
from eventsourcing.domain import DomainEventProtocol
from eventsourcing.persistence import ApplicationRecorder, Mapper, StoredEvent

from ledger.fact import Fact, StoredFact
from ledger.facts import decode
from ledger.log.store import Log
from ledger.market import Market
from ledger.posting import entries
from ledger.state.unit import UnitBook, evolve
from tests.conftest import Database
from tests.ledger.log.recorder import BackgroundLog, LogApplicationRecorder, whole_body
from tests.ledger.market.histories import command, line, reads
from tests.spec import fixture_lines


class FactMapper(Mapper[str]):
    """What is stored is a fact already; writing goes through the market alone."""

    def to_domain_event(self, stored_event: StoredEvent) -> DomainEventProtocol[str]:
        return decode(stored_event.state)

    def to_stored_event(self, domain_event: DomainEventProtocol[str]) -> NoReturn:
        raise PermissionError(f"{domain_event} was not decided by the market")


class Book(msgspec.Struct, frozen=True):
    """A unit's book as an aggregate of the library: with an id and a version."""

    id: str
    version: int
    unit: UnitBook


def fold(book: Book | None, facts: Iterable[Fact]) -> Book | None:
    for fact in facts:
        unit = book.unit if book else UnitBook(fact.stream.removeprefix("unit-"))
        recorded = StoredFact(fact.version, fact.at, fact)
        book = Book(fact.originator_id, fact.originator_version, evolve(unit, recorded, entries(fact)))
    return book


class Books(Application[str]):
    """Our log as the library's application sees it."""

    env: ClassVar[dict[str, str]] = {"PERSISTENCE_MODULE": "eventsourcing.popo"}  # for what it does not keep in the log

    def __init__(self, background: BackgroundLog) -> None:
        self._background = background
        super().__init__()

    def construct_recorder(self) -> ApplicationRecorder:
        return LogApplicationRecorder(self._background, state_of=whole_body)

    def construct_mapper(self) -> Mapper[str]:
        return FactMapper(self.construct_transcoder())

    def book(self, unit: str, version: int | None = None) -> Book:
        found: Book = self.repository.get(unit, version=version, projector_func=fold)
        return found


def replay(dsn: str) -> tuple[Book, list[int], list[Any]]:
    with BackgroundLog(dsn) as background:
        books = Books(background)
        latest = books.book("unit-T1")
        balances = [
            books.book("unit-T1", version).unit.balances.get("POOL_WAGE", 0) for version in range(1, latest.version + 1)
        ]
        return latest, balances, list(books.notification_log.select(start=1, limit=10))


async def test_an_application_replays_a_unit_to_an_earlier_version(database: Database, log: Log) -> None:
    credited = [
        command("CreditQuotaWage", "P-C1", f"k-{fen}", unit="T1", amount=f"{fen}.00", source_doc=f"D-{fen}")
        for fen in (10, 25)
    ]
    opening = line("OpenBalances", "SYSTEM", "o-1", as_of="2026-02-05", balances={"POOL_WAGE:T1": "200.00"})
    async with Market(log, allow_simulated=True) as market:
        answers = await market.submit([*(reads(each) for each in (*fixture_lines(), opening)), *credited])
    assert all(answer.ok for answer in answers)

    latest, balances, notifications = await asyncio.to_thread(replay, database.dsn)

    assert latest.unit.balances["POOL_WAGE"] == 235_00
    changes = [after - before for before, after in zip([0, *balances], balances, strict=False) if after != before]
    assert changes == [200_00, 10_00, 25_00]
    assert [each.state for each in notifications] == [row.body for row in await log.after(0, 10)]
