"""The tender board (招标看板): what is open for whom and until when, who bid, what is reserved, for which hazard."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import select

from ledger.calendars import local_day, midnight
from ledger.calendars import moment as moment_text
from ledger.errors import Invalid
from ledger.money import yuan
from ledger.state.hazards import Hazard
from ledger.state.organisation import Organisation
from ledger.state.tenders import Bid, Tender
from ledger.vocabulary import CentreId, Day, UnitId
from projections import read_models
from projections.queries.answers import boards as answers
from projections.queries.axes import Axes, axes
from projections.queries.documents import OPEN
from projections.queries.documents_as_of import documents, in_states, papers
from projections.queries.kernel import Reader, Result, page, query

log = read_models.events.c
OVER = ("settled", "cancelled", "refused")
LIVE = (*OPEN["tender"], "terminated")
"""States in which a tender still asks for something; a terminated one may be published again."""


@query("TenderBoard", "register", at="/tenders", cli="tenders", answer=answers.TenderBoard)
async def tender_board(
    reader: Reader,
    unit: UnitId | None = None,
    centre: CentreId | None = None,
    state: str | None = None,
    business_date: Day | None = None,
    known_at: str | None = None,
    known_position: int | None = None,
    after: str | None = None,
    limit: int | None = None,
) -> Result:
    """Tenders by id: those that still ask for something, or those of one state.

    ``unit``: those that concern it, as payer, bidder or winner, or because it may bid; ``centre``: those that it
    settles.  With ``business_date`` the board as it was at the end of that date, with ``known_at`` or
    ``known_position`` as it was known then.  A page ends with ``next``.
    """
    if unit is not None and centre is not None:
        raise Invalid("unit or centre, not both")
    if state is not None and state not in (*LIVE, *OVER):
        raise Invalid(f"state: {state} is no state of a tender")
    when = await axes(reader, business_date, known_at, known_position)
    clock = await _clock(reader, when)
    organisation, day = await reader.organisation(), business_date or (local_day(clock) if clock else "")
    wanted = in_states({"tender": LIVE if state is None else (state,)})
    rows: list[dict[str, Any]] = []
    for paper in await papers(reader, when, wanted, bodies=True):
        tender: Tender = paper.state
        if centre is not None and tender.centre != centre:
            continue
        open_to = _open_to(organisation, tender, day, clock)
        part = None if unit is None else _part(tender, unit, open_to)
        if (unit is None or part is not None) and tender.tender > (after or ""):
            rows.append({**_row(tender, open_to), "part": part})
    shown = rows[: page(limit)]
    await _with_hazards(reader, when, shown)
    following = shown[-1]["tender"] if len(shown) < len(rows) else None
    return {"business_date": day, **when.said, "tenders": shown, "next": following}


async def _clock(reader: Reader, when: Axes) -> str:
    """The end of the business date, else the moment of the last fact that was known: the ledger's own now."""
    if when.day is not None:
        return midnight(when.day, 1)
    at = await reader.connection.scalar(select(log.recorded_at).where(log.position == when.position))
    return moment_text(at) if at is not None else ""


def _open_to(organisation: Organisation, tender: Tender, day: str, clock: str) -> list[str]:
    """Units that may still bid: the centre's other paying units without a bid (contract §2.5)."""
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


async def _with_hazards(reader: Reader, when: Axes, rows: list[dict[str, Any]]) -> None:
    """The hazard to be fixed and its place, as it stood."""
    hazards: Mapping[str, Hazard] = await documents(reader, when, "hazard", [row["hazard"] for row in rows])
    for row in rows:
        hazard = hazards.get(row["hazard"])
        place, level, deadline = (hazard.place, hazard.level, hazard.deadline) if hazard else (None, None, None)
        row |= {"place": place, "hazard_level": level, "deadline": deadline}
