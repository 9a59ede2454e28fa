"""Documents and hazards that were withdrawn before they charged or were mended (rule 61)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from ledger.facts.hazards import HazardMerged, HazardRejected
from ledger.facts.notices import TradeNoticeCancelled, TradeNoticeReviewed
from ledger.facts.penalties import PenaltyWaived
from ledger.facts.slips import SlipCancelled, SlipReviewDecided
from ledger.money import yuan
from ledger.state.hazards import Hazard
from ledger.state.liability import Liability
from ledger.vocabulary import CentreId, Day
from projections import read_models
from projections.presentation import state_is_sealed
from projections.queries.answers import oversight as answers
from projections.queries.charge_lists import is_of_centre
from projections.queries.discretion import told_between
from projections.queries.kernel import Reader, Result, query, read_state
from projections.reconciliation.bulk_reader import keyed

WITHDRAWN = SlipCancelled, TradeNoticeCancelled, PenaltyWaived, HazardRejected, HazardMerged
REVIEWED = SlipReviewDecided, TradeNoticeReviewed
"""A document that its review revokes as a whole is cancelled too, but nobody has withdrawn it."""


@query(
    "Withdrawn", "register", "mentions", at="/oversight/withdrawn", cli="oversight withdrawn", answer=answers.Withdrawn
)
async def withdrawn(reader: Reader, since: Day, until: Day, centre: CentreId | None = None) -> Result:
    """Slips and notices that were cancelled, penalties waived, hazards rejected or merged; by whom and why.

    The issuer of a hazard is its reporter, unless he is sealed.
    """
    told = [one.fact for one in await told_between(reader, since, until, *WITHDRAWN, *REVIEWED)]
    reviewed = {fact.command for fact in told if isinstance(fact, REVIEWED)}
    found = {_document(fact): fact for fact in told if isinstance(fact, WITHDRAWN) and fact.command not in reviewed}
    rows = await reader.rows(select(read_models.states).where(keyed(found)))
    listed = [
        _withdrawn(row, found[f"{row.kind}:{row.id}"])
        for row in rows
        if await is_of_centre(reader, centre, row.unit, found[f"{row.kind}:{row.id}"].business_date)
    ]
    return {"withdrawn": sorted(listed, key=lambda row: (row["business_date"], row["kind"], row["document"]))}


def _document(fact: Any) -> str:
    match fact:
        case SlipCancelled():
            return f"slip:{fact.slip}"
        case TradeNoticeCancelled():
            return f"notice:{fact.notice}"
        case PenaltyWaived():
            return f"penalty:{fact.penalty}"
        case _:
            return f"hazard:{fact.hazard}"


def _withdrawn(row: Any, fact: Any) -> dict[str, Any]:
    return {
        "document": row.id,
        "kind": row.kind,
        "unit": row.unit,
        "business_date": fact.business_date,
        "amount": None if row.total is None else yuan(row.total),
        "issuer": _issuer(read_state(row.kind, row.body)),
        "by": fact.by,
        "reason": fact.reason,
    }


def _issuer(state: Hazard | Liability) -> str | None:
    if isinstance(state, Hazard):
        return None if state_is_sealed(state) else state.reporter
    return state.issuer
