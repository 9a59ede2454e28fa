"""By what facts are found: kind, day, hand, period, the names that they or their commands give, what reversed them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

import msgspec

from ledger.accounts import PERSONAL
from ledger.fact import Fact, StoredFact
from ledger.facts.anonymity import SEALED_REPORT, anonymous_report
from ledger.facts.dues import CompensationDeducted, DeductionCarried, DueCancelled, DueRaised
from ledger.facts.duties import InspectionRecorded
from ledger.facts.evidence import EvidenceAttached
from ledger.facts.hazards import ReminderSent
from ledger.facts.payroll import PayrollExported
from ledger.facts.penalties import PenaltyConfirmed, PenaltyProposed, PenaltyReviewDecided
from ledger.facts.policies import DelegationGranted
from ledger.facts.pools import EntryReversed
from ledger.facts.proposals import CommandProposed
from ledger.facts.risks import MeasureChecked
from ledger.facts.slips import SlipConfirmed, SlipIssued, SlipReviewDecided
from ledger.facts.statements import StatementIssued
from ledger.facts.tenders import (
    AwardTerminated,
    TenderAcceptancePassed,
    TenderCancelled,
    TenderRefused,
    TenderSettledIn,
    TenderSettledOut,
)
from ledger.posting import Entries
from ledger.vocabulary import DOCUMENTS, Ref, person_stream
from projections.batch import Connection, Posted
from projections.details import details_of
from projections.projection import Projection

TABLES = {"fact_index": ("position",), "mentions": ("name", "position", "how"), "reversals": ("original", "position")}
DATA, SEALED, MONEY, FACT = "data", "sealed", "money", "fact"

DERIVED: dict[type[Fact], tuple[str, ...]] = {
    AwardTerminated: ("hazard",),
    CompensationDeducted: ("person",),
    DeductionCarried: ("person",),
    DelegationGranted: ("grantor",),
    EntryReversed: ("points",),
    MeasureChecked: ("responsible",),
    PayrollExported: ("lines",),
    PenaltyConfirmed: ("lines",),
    PenaltyProposed: ("dropped",),
    PenaltyReviewDecided: ("dropped",),
    SlipConfirmed: ("lines",),
    SlipIssued: ("dropped",),
    SlipReviewDecided: ("dropped",),
    StatementIssued: ("persons",),
    TenderAcceptancePassed: ("hazard", "claimant"),
    TenderCancelled: ("hazard",),
    TenderRefused: ("hazard",),
    TenderSettledIn: ("hazard",),
    TenderSettledOut: ("hazard",),
}
"""Fields that a decision fills in: the command's data does not name what they name."""

NAMING_IN_TEXTS = (
    *(SlipIssued, PenaltyProposed, InspectionRecorded, EvidenceAttached, EntryReversed),
    *(ReminderSent, DueRaised, DueCancelled, CommandProposed),
)
"""Facts with names in fields that say nothing of it by their type."""

Row = tuple[object, ...]
Names = Callable[[Any], Iterator[str]]


def mentions_of(fact: Fact, posted: Entries) -> set[tuple[str, str]]:
    """Everybody and everything that a fact names, and how; of a mirror only that it does."""
    found = set[tuple[str, str]]()
    for field, names in _fields(type(fact)):
        if value := getattr(fact, field):
            how = _how(fact, field)
            found.update([(name, how) for name in names(value)])
    if isinstance(fact, NAMING_IN_TEXTS):
        found.update((name, FACT if fact.mirror else DATA) for name in _named_otherwise(fact))
    found.update((name, MONEY) for name in _moved(fact, posted))
    return found


def _how(fact: Fact, field: str) -> str:
    """Is a field as the command's data said it, or has a decision filled it in?"""
    if fact.mirror or field in DERIVED.get(type(fact), ()) or (field == "lines" and _by_standard(fact)):
        return FACT
    return SEALED if field in SEALED_REPORT.get(type(fact), ()) and anonymous_report(fact) else DATA


def _by_standard(fact: Fact) -> bool:
    """Are the lines those of a chain, and none that somebody wrote?"""
    match fact:
        case SlipIssued(matrix=matrix) | PenaltyProposed(matrix=matrix):
            return matrix is not None
        case SlipReviewDecided() | PenaltyReviewDecided():
            return fact.party is not None or fact.decision != "amend" or fact.list_version is not None
        case _:
            return False


def _moved(fact: Fact, posted: Entries) -> Iterator[str]:
    """The persons whose accounts the fact moves, the document of its money, and of the dues that it changes."""
    for account, _, _ in posted:
        code, _, owner = account.partition(":")
        if code in PERSONAL:
            yield person_stream(owner)
    if posted:
        kind, document, *_ = details_of(type(fact))(fact)
        if kind in DOCUMENTS and document:
            yield f"{kind}:{document}"
    for change in () if fact.mirror else fact.due_changes():
        yield change.document


def _named_otherwise(fact: Fact) -> Iterator[str]:
    """Names in texts that are of no kind by their type."""
    match fact:
        case SlipIssued(cites=cites) | PenaltyProposed(cites=cites):
            for cited in cites:
                yield from (f"act:{cited}", f"hazard:{cited}")
        case InspectionRecorded(hazards=hazards):
            yield from (f"hazard:{hazard}" for hazard in hazards)
        case EvidenceAttached(document_kind=kind, document=document):
            yield f"{kind}:{document}"
        case EntryReversed(named=named) if named is not None:
            yield f"{named.kind}:{named.id}"
        case ReminderSent(kind=kind, document=document):
            yield f"{kind}:{document}"
        case DueRaised(document=document) | DueCancelled(document=document):
            yield document
        case CommandProposed(data=data):
            proposed = msgspec.json.decode(data)
            yield from (f"{kind}:{name}" for kind, name in proposed.items() if kind in DOCUMENTS)
            if isinstance(person := proposed.get("person"), str):
                yield person_stream(person)


@cache
def _fields(fact_type: type[Fact]) -> tuple[tuple[str, Names], ...]:
    """The fields that name persons or documents, and how to read the names."""
    hints = get_type_hints(fact_type, include_extras=True)
    own = [name for name in fact_type.__struct_fields__ if name not in Fact.__struct_fields__]
    found = ((name, _reader(hints[name])) for name in own)
    return tuple((name, names) for name, names in found if names)


def _reader(annotation: Any) -> Names | None:
    """Reads the names out of values of this type; None where they hold none."""
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin in (Union, UnionType):
        inner = _reader(next(part for part in arguments if part is not NoneType))
        return inner and (lambda value: iter(()) if value is None else inner(value))
    if origin is Annotated:
        kinds = [mark.kind for mark in arguments[1:] if isinstance(mark, Ref)]
        return next(filter(None, map(_name, kinds)), None) or _reader(arguments[0])
    if origin is tuple:
        item = _reader(arguments[0])
        return item and (lambda values: (name for value in values for name in item(value)))
    if isinstance(annotation, type) and issubclass(annotation, msgspec.Struct):
        return _struct(annotation)
    return None


def _name(kind: str) -> Names | None:
    """A person's stream, the key of a document; other things are not looked for by name."""
    if kind in ("person", "party"):
        return lambda value: iter((person_stream(value),))
    return (lambda value: iter((f"{kind}:{value}",))) if kind in DOCUMENTS else None


def _struct(kind: type[msgspec.Struct]) -> Names | None:
    hints = get_type_hints(kind, include_extras=True)
    parts = [(name, reader) for name in kind.__struct_fields__ if (reader := _reader(hints[name]))]
    if not parts:
        return None

    def names(struct: Any) -> Iterator[str]:
        if getattr(struct, "unit", False) is not True:  # a line of a unit's pool names no person
            for field, reader in parts:
                yield from reader(getattr(struct, field))

    return names


def _index_row(stored: StoredFact) -> Row:
    position, _, fact = stored
    report = anonymous_report(fact)
    return position, fact.topic, fact.business_date, fact.by, fact.posting_period, report


class MentionFeed:
    """Writes rows of single facts; it remembers nothing."""

    def __init__(self, schema: str) -> None:
        self._schema = schema

    def forget(self) -> None:
        """There is nothing to forget."""

    async def write(self, connection: Connection, facts: Sequence[Posted]) -> None:
        await self._copy(connection, "fact_index", (_index_row(posted.stored) for posted in facts))
        mentions = (
            (name, stored.position, how)
            for stored, posted in facts
            for name, how in sorted(mentions_of(stored.fact, posted))
        )
        await self._copy(connection, "mentions", mentions)
        reversals = (
            (original, stored.position)
            for stored, _ in facts
            if isinstance(stored.fact, EntryReversed) and not stored.fact.mirror
            for original in (stored.fact.original, *stored.fact.others)
        )
        await self._copy(connection, "reversals", reversals)

    async def _copy(self, connection: Connection, table: str, rows: Iterable[Row]) -> None:
        await connection.copy_records_to_table(table, schema_name=self._schema, records=list(rows))


MENTIONS = Projection("mentions", 1, TABLES, MentionFeed)
"""Facts by kind, day, hand and period, the names that they or their commands give, and what reversed them."""
