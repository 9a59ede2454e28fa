"""Documents as they stand, what is open, and what is issued but not yet confirmed."""

from __future__ import annotations

from typing import Any

from sqlalchemy import or_, select

from ledger.errors import Invalid, Unknown
from ledger.money import yuan
from ledger.state import table
from ledger.state.liability import Liability, LiabilityLine
from ledger.tags import all_tags
from ledger.vocabulary import DOCUMENTS, CentreId, Day, UnitId
from projections import read_models
from projections.presentation import data, is_sealed
from projections.queries.answers import books as answers
from projections.queries.axes import Axes, axes, now
from projections.queries.documents_as_of import Paper, Sought, documents, documents_named, in_states, papers
from projections.queries.facts import stored_facts, unsealed
from projections.queries.kernel import Reader, Result, query, read_state

states, log, subjects = read_models.states.c, read_models.events.c, read_models.subjects.c

EXPOSED = {
    "slip": ("issued", "served"),
    "notice": ("issued", "disputed"),
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
        "terminated",
    ),
}
"""States of documents that still ask for something."""

CHARGING = ("slip", "penalty", "notice")
"""Kinds of documents whose open item has their total for its amount; the others have none (rule 44)."""

HOLDING = {"reservation": "reserved", "dispute": "disputed", "escrow": "in_escrow"}
"""Open items that are money held back by a document, and the column that says how much."""


@query("Document", "register", at="/documents/{kind}/{id}", cli="document KIND ID", answer=answers.Document)
async def document(reader: Reader, kind: str, id: str) -> Result:  # noqa: A002
    """A document with its state, lines and facts; ``kind`` is the name of its field (``slip``, ``hazard`` …)."""
    check_kind(kind)
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
        "lines": [_line(state, entry) for entry in getattr(state, "lines", ())],
        "dropped": [_dropped(line) for line in getattr(state, "dropped", ())],
        "window_until": getattr(state, "window_until", None),
        "facts": await _facts(reader, f"{kind}:{id}"),
    }


def check_kind(kind: str) -> None:
    """Documents of this kind are kept; INVALID if not."""
    if kind not in DOCUMENTS or f"{kind}:" not in table.KINDS:
        raise Invalid(f"kind: {kind} is no kind of document")


def _line(document: Liability, entry: LiabilityLine) -> dict[str, Any]:
    line = entry.line
    return {"party": line.party, "role": line.role, "amount": yuan(line.amount), "state": document.stage(entry)}


def _dropped(line: Any) -> dict[str, Any]:
    return {"role": line.role, "party": line.party, "reason": line.reason}


async def _facts(reader: Reader, subject: str) -> list[dict[str, Any]]:
    listed = select(subjects.position).where(subjects.subject == subject)
    found = await stored_facts(reader, [log.position.in_(listed), log.position <= reader.position], log.position)
    opened = await unsealed(reader, found)
    return [
        {
            "position": position,
            "fact": type(fact).__name__,
            "at": fact.at,
            "by": None if is_sealed(fact, opened) else fact.by,
            "documents": documents_named(all_tags(fact)),
            "data": data(fact, closed=is_sealed(fact, opened)),
        }
        for position, _, fact in found
    ]


@query("Exposure", "register", at="/exposure", cli="exposure", answer=answers.Exposure)
async def exposure(
    reader: Reader,
    unit: UnitId | None = None,
    centre: CentreId | None = None,
    business_date: Day | None = None,
    known_at: str | None = None,
    known_position: int | None = None,
) -> Result:
    """Documents that are issued or proposed and not confirmed, with the end of their window (未确认敞口).

    Now, or as of the end of a business date, as known at a moment or position.
    """
    when = await axes(reader, business_date, known_at, known_position)
    found = await papers(reader, when, in_states(EXPOSED), await reader.scope(unit, centre, business_date))
    documents = [
        {
            "document": paper.id,
            "kind": paper.kind,
            "unit": paper.columns.unit,
            "amount": yuan(paper.columns.total or 0),
            "window_until": paper.columns.until,
        }
        for paper in sorted(found, key=lambda paper: (paper.id, paper.kind))
    ]
    total = sum(paper.columns.total or 0 for paper in found)
    return {**when.said, "total": yuan(total), "documents": documents}


@query("OpenItems", "register", at="/open-items", cli="open-items", answer=answers.OpenItems)
async def open_items(
    reader: Reader,
    unit: UnitId | None = None,
    centre: CentreId | None = None,
    business_date: Day | None = None,
    known_at: str | None = None,
    known_position: int | None = None,
) -> Result:
    """Items that are known and not yet concluded: documents in their window, hazards and handovers that are open.

    Now, or as of the end of a business date, as known at a moment or position.
    """
    when = await axes(reader, business_date, known_at, known_position)
    return {**when.said, "items": await items_of(reader, await reader.scope(unit, centre, business_date), when)}


async def items_of(reader: Reader, units: list[str] | None, when: Axes | None = None) -> list[dict[str, Any]]:
    """Open items by kind and document."""
    when = when or now(reader)
    found = await papers(reader, when, OPEN_OR_HOLDING, units)
    since = await _held_since(reader, when, found)
    items = []
    for paper in found:
        columns = paper.columns
        if columns.state in OPEN.get(paper.kind, ()):
            amount = columns.total if paper.kind in CHARGING else None
            items.append(_item(paper, paper.kind, amount, columns.since, columns.until))
        begun = since.get((paper.kind, paper.id)) or columns.since
        items += [_item(paper, name, amount, begun) for name, amount in held_by(paper).items() if amount]
    return sorted(items, key=lambda item: (item["kind"], item["document"]))


async def _held_since(reader: Reader, when: Axes, found: list[Paper]) -> dict[tuple[str, str], str | None]:
    """Since when each document holds money back: the award, the first open dispute or appeal (rule 44)."""
    names: dict[str, list[str]] = {}
    for paper in found:
        if any(held_by(paper).values()):
            names.setdefault(paper.kind, []).append(paper.id)
    return {
        (kind, name): state.held_since
        for kind, listed in names.items()
        for name, state in (await documents(reader, when, kind, listed)).items()
    }


def _item(paper: Paper, kind: str, amount: int | None, since: str | None, until: str | None = None) -> dict[str, Any]:
    return {
        "kind": kind,
        "document": paper.id,
        "unit": paper.columns.unit,
        "amount": None if amount is None else yuan(amount),
        "since": since,
        "until": until,
        "state": paper.columns.state,
    }


def held_by(paper: Paper) -> dict[str, int | None]:
    """The amount that a document holds back: reserved, disputed or in escrow."""
    return {name: getattr(paper.columns, column) for name, column in HOLDING.items()}


STILL_OPEN = in_states(OPEN)
OPEN_OR_HOLDING = Sought(
    STILL_OPEN.kinds | {"case", "due"},
    or_(STILL_OPEN.rows, *(getattr(states, column) > 0 for column in HOLDING.values())),
    lambda paper: STILL_OPEN.holds(paper) or any(held_by(paper).values()),
)
"""Documents that still ask for something, or hold money back."""
