"""Lines of a statement that the first edition issued, made again word for word as they were sealed.

It named the paper of a bonus or of an imported leg by a word of the fact (``annual``), and printed the number of a
document of that name.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select, tuple_

from ledger.fact import payload
from ledger.facts import BY_TOPIC
from projections import read_models
from projections.details import PAPERS
from projections.queries.entries import line
from projections.queries.facts import stored_facts
from projections.queries.kernel import Reader

log, states = read_models.events.c, read_models.states.c

Named = tuple[object, str | None]
"""The word that stood for the kind, and the id beside it."""

WORDED = frozenset(
    fact_type.__name__
    for fact_type in BY_TOPIC.values()
    if "kind" in fact_type.__struct_fields__ and set(PAPERS).intersection(fact_type.__struct_fields__)
)
"""Facts with a paper from outside the ledger, and a word for it."""


async def lines_then(reader: Reader, rows: Sequence[Any]) -> list[dict[str, Any]]:
    """Section B as the first edition printed it."""
    named = await _named(reader, rows)
    numbers = await _numbers(reader, set(named.values()))
    return [line(row) | _then(row, named.get(row.position), numbers) for row in rows]


def _then(row: Any, named: Named | None, numbers: dict[Named, str]) -> dict[str, Any]:
    return {} if named is None else {"kind": named[0], "number": row.number or numbers.get(named)}


async def _named(reader: Reader, rows: Sequence[Any]) -> dict[int, Named]:
    """By position: the word and the paper of lines that are of no document of the ledger."""
    papers = {row.position: row.document for row in rows if row.kind is None and row.fact in WORDED}
    facts = await stored_facts(reader, [log.position.in_(papers)], log.position) if papers else []
    return {position: (payload(fact)["kind"], papers[position]) for position, _, fact in facts}


async def _numbers(reader: Reader, named: set[Named]) -> dict[Named, str]:
    if not named:
        return {}
    wanted = select(states.kind, states.id, states.number).where(tuple_(states.kind, states.id).in_(named))
    return {(row.kind, row.id): row.number for row in await reader.rows(wanted) if row.number}
