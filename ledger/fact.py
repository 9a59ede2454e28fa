"""The base of all facts: past tense, frozen, complete in itself, one on one stream.

A fact is a frozen ``msgspec.Struct`` whose canonical JSON bytes are what the log stores and hashes
(docs/decisions/0001-facts-are-msgspec-structs.md).  Its ``topic`` is the stored name and outlives
the class name.  Dates and moments are the sortable texts of ``ledger.vocabulary``; money is whole fen, decimals are
plain text.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import NamedTuple

import msgspec

from ledger.consequences import Counts, DueChanges, Tags, Timers
from ledger.vocabulary import Day, Moment, Month


class Source(msgspec.Struct, frozen=True, omit_defaults=True):
    """Where a command came from (contract §1.1): device, its counter, offline or not, how it was entered."""

    device: str | None = None
    seq: int | None = None
    offline: bool = False
    input_mode: str = "api"


class Fact(msgspec.Struct, frozen=True, kw_only=True, tag_field="topic", omit_defaults=True):
    """The envelope that every fact carries; a decision gives stream and payload, recording fills in the rest.

    ``transfer`` joins the two legs of a transfer, ``mirror`` marks a moneyless copy on another stream, ``prev`` is
    the leaf of the previous version on the same stream (hex, empty for the first).

    A class says what its facts hold and what follows from them: changes of dues, tags, timers, counts.
    """

    stream: str
    version: int = 0
    prev: str = ""
    at: Moment = ""
    by: str = ""
    command: str = ""
    business_date: Day = ""
    shift: str | None = None
    posting_period: Month | None = None
    adjusts_period: Month | None = None
    transfer: str | None = None
    number: str | None = None
    mirror: bool = False
    source: Source | None = None

    @property
    def topic(self) -> str:
        """The stored name with its version, as ``slip.confirmed.v1``."""
        return str(self.__struct_config__.tag)

    # Consequences of the fact beside its entries (``ledger.posting``).  Most facts have none.  A mirror is not asked.

    def due_changes(self) -> DueChanges:
        """Dues that it raises or pays; they sum to the change of each party's DUE account, negated."""
        return ()

    def tags(self) -> Tags:
        """Registers and unique keys that it changes, beside what ``ledger.tags`` finds by its fields and entries."""
        return ()

    def timers(self) -> Timers:
        """Entries that it puts on the agenda, or takes off it."""
        return ()

    def counts(self) -> Counts:
        """Figures of units and persons that it adds to."""
        return ()

    # The `eventsourcing` library's DomainEventProtocol, so that its applications can replay our streams.

    @property
    def originator_id(self) -> str:
        return self.stream

    @property
    def originator_version(self) -> int:
        return self.version

    @property
    def timestamp(self) -> datetime:
        return datetime.fromisoformat(self.at).astimezone(UTC)


ENVELOPE = frozenset(Fact.__struct_fields__)
"""Names of the fields that are not payload."""


class StoredFact(NamedTuple):
    """A fact at its place in the log: what positions, projections and states are built from."""

    position: int
    recorded_at: Moment
    fact: Fact


def payload(fact: Fact) -> dict[str, object]:
    """Everything that the fact says beside its envelope (the ``data`` of query Facts)."""
    return {name: getattr(fact, name) for name in fact.__struct_fields__ if name not in ENVELOPE}


def topic_of(fact_type: type[Fact]) -> str:
    """The stored name of facts of this type."""
    return str(fact_type.__struct_config__.tag)
