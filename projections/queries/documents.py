"""Documents as they stand, what is open, and what is issued but not yet confirmed."""

from __future__ import annotations

from typing import Any

from sqlalchemy import or_, select

from ledger.errors import Invalid, Unknown
from ledger.money import yuan
from ledger.state import kinds
from ledger.subjects import DOCUMENTS
from ledger.vocabulary import CentreId, UnitId
from projections import read_models
from projections.printing import is_sealed
from projections.queries.facts import recorded, unsealed
from projections.queries.kernel import Reader, Result, query, read_state

states, log, subjects = read_models.states.c, read_models.events.c, read_models.subjects.c

EXPOSED = {
    "slip": ("issued", "served"),
    "notice": ("issued",),
    "penalty": ("proposed", "notified"),
}
"""States of documents that are issued or proposed and not confirmed (未确认敞口)."""

OPEN = {
    **EXPOSED,
    "hazard": ("reported", "verified", "assigned", "rectifying", "claimed"),
    "handover": ("open", "refused", "suspended"),
    "tender": (
        "requested",
        "approved",
        "published",
        "failed",
        "awarded",
        "claimed",
        "acceptance_failed",
        "accepted",
        "accepted_unsettled",
    ),
}
"""States of documents that still ask for something."""

HOLDING = {"reservation": "reserved", "dispute": "disputed", "escrow": "in_escrow"}
"""Open items that are money held back by a document, and the column that says how much."""


@query("Document", "register")
async def document(reader: Reader, kind: str, id: str) -> Result:  # noqa: A002
    """A document with its state, lines and facts; ``kind`` is the name of its field (``slip``, ``hazard`` …)."""
    if kind not in DOCUMENTS or f"{kind}:" not in kinds.KINDS:
        raise Invalid(f"kind: {kind} is no kind of document")
    wanted = select(read_models.states).where(states.kind == kind, states.id == id)
    row = next(iter(await reader.rows(wanted)), None)
    if row is None:
        raise Unknown(kind, id)
    state = read_state(kind, row.body)
    return {
        "kind": kind,
        "id": id,
        "number": row.number,
        "unit": row.unit,
        "state": row.state,
        "total": None if row.total is None else yuan(row.total),
        "lines": [_line(entry) for entry in getattr(state, "lines", ())],
        "dropped": [_dropped(line) for line in getattr(state, "dropped", ())],
        "window_until": getattr(state, "window_until", None),
        "facts": await _facts(reader, f"{kind}:{id}"),
    }


def _line(entry: Any) -> dict[str, Any]:
    line = entry.line
    return {"party": line.party, "role": line.role, "amount": yuan(line.amount), "state": entry.state}


def _dropped(line: Any) -> dict[str, Any]:
    return {"role": line.role, "party": line.party, "reason": line.reason}


async def _facts(reader: Reader, subject: str) -> list[dict[str, Any]]:
    listed = select(subjects.position).where(subjects.subject == subject)
    found = await recorded(reader, [log.position.in_(listed), log.position <= reader.position], log.position)
    opened = await unsealed(reader, found)
    return [
        {
            "position": position,
            "fact": type(fact).__name__,
            "at": fact.at,
            "by": None if is_sealed(fact, opened) else fact.by,
        }
        for position, _, fact in found
    ]


@query("Exposure", "register")
async def exposure(reader: Reader, unit: UnitId | None = None, centre: CentreId | None = None) -> Result:
    """What is issued or proposed and not confirmed, with the end of its window (未确认敞口)."""
    rows = await _in_state(reader, EXPOSED, await reader.scope(unit, centre))
    documents = [
        {
            "document": row.id,
            "kind": row.kind,
            "unit": row.unit,
            "amount": yuan(row.total),
            "window_until": row.until,
        }
        for row in rows
    ]
    return {"total": yuan(sum(row.total for row in rows)), "documents": documents}


@query("OpenItems", "register")
async def open_items(reader: Reader, unit: UnitId | None = None, centre: CentreId | None = None) -> Result:
    """What is known and not yet settled: documents in their window, hazards and handovers that are open."""
    return {"items": await items_of(reader, await reader.scope(unit, centre))}


async def items_of(reader: Reader, units: list[str] | None) -> list[dict[str, Any]]:
    """Open items by kind and document."""
    rows = await _in_state(reader, OPEN, units)
    items = [_item(row, row.kind, row.total, row.until) for row in rows]
    for row in await _holding(reader, units):
        items += [_item(row, name, getattr(row, column)) for name, column in HOLDING.items() if getattr(row, column)]
    return sorted(items, key=lambda item: (item["kind"], item["document"]))


def _item(row: Any, kind: str, amount: int | None, until: str | None = None) -> dict[str, Any]:
    return {
        "kind": kind,
        "document": row.id,
        "unit": row.unit,
        "amount": None if amount is None else yuan(amount),
        "since": row.since,
        "until": until,
        "state": row.state,
    }


async def _holding(reader: Reader, units: list[str] | None) -> list[Any]:
    """Documents that hold money back: reserved, disputed or in escrow."""
    held = [getattr(states, column) > 0 for column in HOLDING.values()]
    statement = select(read_models.states).where(or_(*held))
    return await reader.rows(statement if units is None else statement.where(states.unit.in_(units)))


async def _in_state(reader: Reader, wanted: dict[str, tuple[str, ...]], units: list[str] | None) -> list[Any]:
    """Rows of documents in these states, by kind and id."""
    matching = [(states.kind == kind) & states.state.in_(names) for kind, names in wanted.items()]
    statement = select(read_models.states).where(or_(*matching)).order_by(states.kind, states.id)
    return await reader.rows(statement if units is None else statement.where(states.unit.in_(units)))
