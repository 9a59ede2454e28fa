"""The tender board (招标看板): what is open for whom and until when, who bid, what is reserved, for which hazard."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import select

from ledger.calendars import midnight
from ledger.calendars import moment as moment_text
from ledger.errors import Invalid
from ledger.money import yuan
from ledger.state.hazards import Hazard
from ledger.state.organisation import Organisation
from ledger.state.tenders import Bid, Tender
from ledger.vocabulary import CentreId, Day, UnitId
from projections import read_models
from projections.queries.documents import OPEN
from projections.queries.folds import facts_of_documents, folded
from projections.queries.kernel import Reader, Result, page, query

states, log = read_models.states.c, read_models.events.c
OVER = ("settled", "cancelled", "refused")
LIVE = (*OPEN["tender"], "terminated")
"""States in which a tender still asks for something; a terminated one may be published again."""


@query("TenderBoard", "register")
async def tender_board(
    reader: Reader,
    unit: UnitId | None = None,
    centre: CentreId | None = None,
    state: str | None = None,
    business_date: Day | None = None,
    after: str | None = None,
    limit: int | None = None,
) -> Result:
    """Tenders by id: those that still ask for something, or those of one state.

    ``unit``: those that concern it, as payer, bidder or winner, or because it may bid; ``centre``: those that it
    settles.  With ``business_date`` the board as it was at the end of that date.  A page ends with ``next``.
    """
    if unit is not None and centre is not None:
        raise Invalid("unit or centre, not both")
    if state is not None and state not in (*LIVE, *OVER):
        raise Invalid(f"state: {state} is no state of a tender")
    organisation, day = await reader.organisation(), business_date or await reader.today()
    clock = midnight(day, 1) if business_date else await _now(reader)
    wanted = LIVE if state is None else (state,)
    found = await _past(reader, day) if business_date else await _present(reader, wanted)
    rows: list[dict[str, Any]] = []
    for tender in sorted(found, key=lambda tender: tender.tender):
        if tender.state not in wanted or (centre is not None and tender.centre != centre):
            continue
        open_to = _open_to(organisation, tender, day, clock)
        part = None if unit is None else _part(tender, unit, open_to)
        if (unit is None or part is not None) and tender.tender > (after or ""):
            rows.append({**_row(tender, open_to), "part": part})
    shown = rows[: page(limit)]
    await _with_hazards(reader, shown)
    following = shown[-1]["tender"] if len(shown) < len(rows) else None
    return {"business_date": day, "tenders": shown, "next": following}


async def _present(reader: Reader, wanted: Iterable[str]) -> list[Tender]:
    of_state = select(states.kind, states.body).where(states.kind == "tender", states.state.in_(tuple(wanted)))
    return await reader.states(of_state)


async def _past(reader: Reader, day: str) -> list[Tender]:
    """Tenders as they were at the end of a day: their facts of that business date and before, folded."""
    begun = select(states.id).where(states.kind == "tender", states.since <= day)
    names = [row.id for row in await reader.rows(begun)]
    known = await facts_of_documents(reader, "tender", names)
    earlier = {name: [each for each in facts if each.fact.business_date <= day] for name, facts in known.items()}
    return [state for name, facts in earlier.items() if (state := folded(f"tender:{name}", facts)) is not None]


async def _now(reader: Reader) -> str:
    """The moment of the last recorded fact: the ledger's own now."""
    at = await reader.connection.scalar(select(log.recorded_at).where(log.position == reader.position))
    return moment_text(at) if at is not None else ""


def _open_to(organisation: Organisation, tender: Tender, day: str, clock: str) -> list[str]:
    """Who may still bid: the centre's other paying units without a bid (contract §2.5)."""
    if tender.state != "published" or tender.bid_deadline is None or tender.bid_deadline < clock:
        return []
    taken = {tender.unit, *(bid.bidder for bid in tender.bids)}
    return [
        unit
        for unit in sorted(organisation.units)
        if unit not in taken
        and organisation.active(unit, day)
        and organisation.centre_above(unit, day) == tender.centre
    ]


def _part(tender: Tender, unit: str, open_to: Iterable[str]) -> str | None:
    if unit == tender.unit:
        return "payer"
    if unit == tender.winner:
        return "winner"
    if tender.bid_of(unit):
        return "bidder"
    return "may_bid" if unit in open_to else None


def _row(tender: Tender, open_to: list[str]) -> dict[str, Any]:
    priced = tender.winner is not None
    return {
        "tender": tender.tender,
        "number": tender.number,
        "payer": tender.unit,
        "centre": tender.centre,
        "state": tender.state,
        "reason": tender.reason,
        "critical": tender.critical,
        "requested_on": tender.requested_on,
        "item": tender.item,
        "est_qty": tender.est_qty,
        "funds": tender.pool,
        "bid_deadline": tender.bid_deadline,
        "open_to": open_to,
        "bids": [_bid(bid) for bid in tender.bids],
        "winner": tender.winner,
        "list_version": tender.list_version,
        "unit_price": yuan(tender.unit_price) if priced else None,
        "premium": tender.premium if priced else None,
        "reserve": yuan(tender.reserve),
        "claimed_qty": tender.claimed_qty,
        "accepted_qty": tender.accepted_qty,
        "attempts": tender.attempts,
        "total": yuan(tender.total) if tender.total else None,
        "hazard": tender.hazard,
    }


def _bid(bid: Bid) -> dict[str, Any]:
    return {
        "unit": bid.bidder,
        "days": bid.days,
        "staff": bid.staff,
        "plan": bid.plan,
        "qualified": bid.qualified,
    }


async def _with_hazards(reader: Reader, rows: list[dict[str, Any]]) -> None:
    """What is to be fixed, and where, as the hazard stands now."""
    named = [row["hazard"] for row in rows]
    wanted = select(states.kind, states.body).where(states.kind == "hazard", states.id.in_(named))
    hazards: Mapping[str, Hazard] = {hazard.hazard: hazard for hazard in await reader.states(wanted)}
    for row in rows:
        found = hazards[row["hazard"]]
        row |= {"place": found.place, "hazard_level": found.level, "deadline": found.deadline}
