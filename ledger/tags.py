"""Tags: the keys of all states that a fact changes, its stream apart.

A fact says some of them itself (``Fact.tags``); here is what is the same for all: the documents that its fields name,
the owners of the accounts that it posts to, the parties of dues, the bookkeeping by month, series, year and time.

The log stores the tags beside the facts (``log.subjects``), so that the state of one hazard or slip is folded from
its own few facts and not from its unit's whole stream.  They are derived from the fact alone: `check` derives them
again.
"""

from __future__ import annotations

from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

from ledger.accounts import owner_stream
from ledger.fact import Fact
from ledger.keys import bounded
from ledger.posting import Entries, entries
from ledger.vocabulary import DOCUMENTS, Ref, month_key


def all_tags(fact: Fact, posted: Entries | None = None) -> tuple[str, ...]:
    """Every state key beside its own stream that this fact changes, sorted; a mirror changes only its stream."""
    if fact.mirror:
        return ()
    posted = entries(fact) if posted is None else posted
    tags = named_tags(fact, posted)
    if fact.posting_period:
        for account, _, _ in posted:
            owner = owner_stream(account)
            if owner and owner.startswith("unit-"):
                tags.add(month_key(owner[5:], fact.posting_period))
    if fact.number:
        tags.add("series:" + fact.number.rpartition("-")[0])
    if fact.timers():
        tags.add("agenda")
    for counted in fact.counts():
        tags.add(f"tally:{counted.stream}/{counted.in_month(fact.business_date)[:4]}")
    tags.discard(fact.stream)
    return tuple(sorted(tags))


def named_tags(fact: Fact, posted: Entries) -> set[str]:
    """The stream and those of its tags that name something: not its months, series, tallies and agenda.

    The projections' register keeps states of these alone, and asks this of every fact there is.
    """
    tags = {fact.stream}
    if fact.mirror:
        return tags
    for field, prefix in document_fields(type(fact)):
        if name := getattr(fact, field):
            tags.add(prefix + name)
    for account, _, _ in posted:
        if owner := owner_stream(account):
            tags.add(owner)
    for change in fact.due_changes():
        tags.update(change.tags)
    if own := fact.tags():
        tags.update(map(bounded, own))
    return tags


@cache
def document_fields(fact_type: type[Fact]) -> tuple[tuple[str, str], ...]:
    """(field, prefix) of every field of this type of fact that names one document."""
    hints = get_type_hints(fact_type, include_extras=True)
    found = ((name, _document_type(hints[name])) for name in fact_type.__struct_fields__)
    return tuple((name, f"{document_type}:") for name, document_type in found if document_type)


def _document_type(annotation: Any) -> str | None:
    """The type of document that a field with this annotation names (optional fields included)."""
    if get_origin(annotation) in (Union, UnionType):
        annotation = next(part for part in get_args(annotation) if part is not NoneType)
    if get_origin(annotation) is Annotated:
        for mark in get_args(annotation)[1:]:
            if isinstance(mark, Ref) and mark.kind in DOCUMENTS:
                return mark.kind
    return None
