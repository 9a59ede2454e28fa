"""The `eventsourcing` library's application over our facts: it replays what is asked for to any version."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, ClassVar, NoReturn

import msgspec
from eventsourcing.application import Application
from eventsourcing.domain import DomainEventProtocol
from eventsourcing.persistence import ApplicationRecorder, Mapper, StoredEvent

from ledger.fact import StoredFact
from ledger.facts import decode
from ledger.posting import entries
from ledger.state import table
from projections.replay.history import History, ReadOnly, Row


class Step(msgspec.Struct, frozen=True):
    """A fact as an event in the history of a key."""

    originator_id: str
    originator_version: int
    stored: StoredFact

    @property
    def timestamp(self) -> datetime:
        return self.stored.fact.timestamp


class Replayed(msgspec.Struct, frozen=True):
    """A state as an aggregate of the library: so many facts are folded, ``last`` is the last of them."""

    id: str
    version: int
    state: Any
    last: StoredFact


class FactMapper(Mapper[str]):
    """A stored fact is its own event."""

    def to_domain_event(self, stored_event: StoredEvent) -> DomainEventProtocol[str]:
        assert isinstance(stored_event, Row)
        stored = StoredFact(stored_event.position, stored_event.recorded_at, decode(stored_event.state))
        return Step(str(stored_event.originator_id), stored_event.originator_version, stored)

    def to_stored_event(self, domain_event: DomainEventProtocol[str]) -> NoReturn:
        raise ReadOnly(f"{domain_event} was not decided by the market")


def fold(replayed: Replayed | None, steps: Iterable[Step]) -> Replayed | None:
    """Believe one fact after the other."""
    for step in steps:
        key, stored = step.originator_id, step.stored
        kind = table.KINDS[table.split(key)[0]]
        state = replayed.state if replayed else table.begin(key)
        posted = entries(stored.fact)
        replayed = Replayed(key, step.originator_version, kind.evolve(state, stored, posted), stored)
    return replayed


class Replays(Application[str]):
    """Replays from a history, which it cannot add to."""

    env: ClassVar[dict[str, str]] = {"PERSISTENCE_MODULE": "eventsourcing.popo"}  # it keeps nothing of its own

    def __init__(self, history: History) -> None:
        self._history = history
        super().__init__()

    def construct_recorder(self) -> ApplicationRecorder:
        return self._history

    def construct_mapper(self) -> Mapper[str]:
        return FactMapper(self.construct_transcoder())

    def replay(self, key: str, version: int | None = None) -> Replayed:
        """The state after so many of its facts, or after all.  Raises AggregateNotFoundError without any."""
        found: Replayed = self.repository.get(key, version=version, projector_func=fold)
        return found
