"""The ledger as an import finds it: states to decide on in vain, and which commands it has seen."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any, TypeVar, cast

from ledger.calendars import moment, moment_of
from ledger.fact import Fact, topic_of
from ledger.facts import decode
from ledger.facts.slips import SlipIssued
from ledger.log.row import NO_FACTS, Head
from ledger.log.store import Log
from ledger.market.states import States
from ledger.state import table
from ledger.state.organisation import Organisation

F = TypeVar("F", bound=Fact)
STATES = 1_000_000
COMMANDS_AT_A_TIME = 5_000


class Book(ABC):
    """The part of a ledger that planning and rehearsing need."""

    @property
    @abstractmethod
    def head(self) -> Head: ...

    @abstractmethod
    def lookup(self, key: str) -> Any:
        """A state; raises Missing if it has to be loaded first."""

    @abstractmethod
    async def load(self, keys: Iterable[str]) -> None:
        """Bring these states into memory."""

    @abstractmethod
    async def recorded(self, commands: Sequence[str]) -> frozenset[str]:
        """Which of these command ids the ledger has accepted before."""

    @abstractmethod
    async def facts(self, stream: str, *kinds: type[F]) -> list[F]:
        """The facts of these kinds on a stream, in order."""

    @abstractmethod
    async def slips(self, source: str) -> list[SlipIssued]:
        """The slips that imports of a source have issued: their commands begin with its name and a hyphen."""

    @property
    def organisation(self) -> Organisation:
        found = self.lookup("org")
        assert isinstance(found, Organisation)
        return found

    @property
    def recorded_at(self) -> str:
        """The moment of the last fact: nothing is recorded before it any more."""
        return moment_of(self.head.recorded_at)

    @property
    def now(self) -> str:
        """The moment of an act at the terminal; a simulated clock stands where its last fact has left it."""
        return self.recorded_at if self.organisation.simulated else moment(datetime.now(UTC))

    def policy(self, key: str, day: str) -> Any:
        """The value for the root on a day."""
        return self.lookup("policy").value(key, (self.organisation.root,), day)


class EmptyBook(Book):
    """A ledger without any fact."""

    @property
    def head(self) -> Head:
        return NO_FACTS

    def lookup(self, key: str) -> Any:
        return table.begin(key)

    async def load(self, keys: Iterable[str]) -> None:
        return None

    async def recorded(self, commands: Sequence[str]) -> frozenset[str]:
        return frozenset()

    async def facts(self, stream: str, *kinds: type[F]) -> list[F]:
        return []

    async def slips(self, source: str) -> list[SlipIssued]:
        return []


class LogBook(Book):
    """A ledger as its log has it at one position."""

    def __init__(self, log: Log, head: Head) -> None:
        self._log = log
        self._states = States(log, STATES)
        self._head = head

    @property
    def head(self) -> Head:
        return self._head

    def lookup(self, key: str) -> Any:
        return self._states.lookup(key)

    async def load(self, keys: Iterable[str]) -> None:
        await self._states.load(keys, self._head.position)

    async def recorded(self, commands: Sequence[str]) -> frozenset[str]:
        found: set[str] = set()
        for start in range(0, len(commands), COMMANDS_AT_A_TIME):
            rows = await self._log.commands(commands[start : start + COMMANDS_AT_A_TIME])
            found.update(row.command_id for row in rows)
        return frozenset(found)

    async def facts(self, stream: str, *kinds: type[F]) -> list[F]:
        topics = {topic_of(kind) for kind in kinds}
        rows = await self._log.stream(stream)
        return [cast("F", decode(row.body)) for row in rows if row.topic in topics]

    async def slips(self, source: str) -> list[SlipIssued]:
        topic = str(SlipIssued.__struct_config__.tag)
        rows = await self._log.between_commands(f"{source}-", f"{source}.", topic)  # a point comes after a hyphen
        return [cast("SlipIssued", decode(row.body)) for row in rows]


PINNED = ("org", "policy", "periods", "agenda")


async def open_book(log: Log, first: Iterable[str] = PINNED) -> Book:
    """The book of a log as it is now; ``first`` are the states that are surely needed."""
    head = await log.head()
    if not head.position:
        return EmptyBook()
    book = LogBook(log, head)
    await book.load(first)
    return book
