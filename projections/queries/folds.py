"""States that the register does not keep, folded for one question: price lists, policies, tenders of a past day.

The functions are those by which decisions fold them, so that what is shown is what is decided by.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import reduce
from typing import Any

from sqlalchemy import and_, select

from ledger.calendars import moment
from ledger.fact import StoredFact
from ledger.facts import decode
from ledger.posting import entries
from ledger.state import table
from projections import read_models
from projections.queries.facts import stored_facts
from projections.queries.kernel import Reader

log, subjects = read_models.events.c, read_models.subjects.c


def folded(key: str, facts: Iterable[StoredFact]) -> Any:
    """The state of a key after these facts."""
    kind = table.kind_of(key)
    assert kind is not None, key
    return reduce(lambda state, fact: kind.evolve(state, fact, entries(fact.fact)), facts, table.begin(key))


async def facts_of_stream(reader: Reader, stream: str) -> list[StoredFact]:
    """Everything on one stream."""
    return await stored_facts(reader, [log.stream == stream, log.position <= reader.position], log.version)


async def facts_of_documents(reader: Reader, kind: str, names: Iterable[str]) -> dict[str, list[StoredFact]]:
    """The facts that each of these documents is folded from, in their order; a stream of its own included."""
    prefix = f"{kind}:"
    keys = [prefix + name for name in names]
    found: dict[str, list[StoredFact]] = {key.removeprefix(prefix): [] for key in keys}
    statement = (
        select(subjects.subject, log.position, log.recorded_at, log.body)
        .select_from(read_models.subjects.join(read_models.events, subjects.position == log.position))
        .where(and_(subjects.subject.in_(keys), log.position <= reader.position))
        .order_by(log.position)
    )
    for subject, position, at, body in await reader.rows(statement):
        found[subject.removeprefix(prefix)].append(StoredFact(position, moment(at), decode(bytes(body))))
    return found
