"""Charges that were lowered or left out: reviews and appeals, dropped lines (rule 51)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import func, select

from ledger.facts.appeals import AppealDecided
from ledger.facts.notices import TradeNoticeReviewed
from ledger.facts.penalties import PenaltyProposed, PenaltyReviewDecided
from ledger.facts.slips import Line, SlipIssued, SlipReviewDecided
from ledger.money import yuan
from ledger.state.liability import Liability
from ledger.vocabulary import CentreId, Day
from projections import read_models
from projections.queries.answers import oversight as answers
from projections.queries.charge_lists import is_of_centre
from projections.queries.discretion import reversed_positions, told_between
from projections.queries.kernel import Reader, Result, query, read_state
from projections.reconciliation.bulk_reader import facts_about, keyed

states = read_models.states.c
LOWERED = ("amend", "revoke")
OF_LINES = SlipReviewDecided, PenaltyReviewDecided
"""Reviews that say which lines remain."""
OF_THE_WHOLE = TradeNoticeReviewed, AppealDecided
"""Decisions that say themselves how much there was before."""


@query("Reviews", "register", "mentions", at="/oversight/reviews", cli="oversight reviews", answer=answers.Reviews)
async def reviews(reader: Reader, since: Day, until: Day, centre: CentreId | None = None) -> Result:
    """Lines and documents that a review (复核) or an appeal (申诉) amended or revoked, before and after.

    The decision of an appeal that was taken back is left out.
    """
    told = await told_between(reader, since, until, *OF_LINES, *OF_THE_WHOLE)
    gone = await reversed_positions(reader, [one.position for one in told if isinstance(one.fact, AppealDecided)])
    lowered = (one for one in told if getattr(one.fact, "decision", None) in LOWERED)
    decided = [one.fact for one in lowered if one.position not in gone]
    before = await _before(reader, {_document(fact) for fact in decided if isinstance(fact, OF_LINES)})
    units = await _units(reader, {_document(fact) for fact in decided})
    rows = [
        _lowered(fact, units[_document(fact)], before)
        for fact in decided
        if await is_of_centre(reader, centre, units[_document(fact)], fact.business_date)
    ]
    return {"reviews": sorted(rows, key=_by_day_document_party)}


def _by_day_document_party(row: dict[str, Any]) -> tuple[str, str, str, str]:
    return row["business_date"], row["document"], row["kind"], row["party"] or ""


def _document(fact: Any) -> str:
    """The key of the document, as ``slip:SL-1``."""
    if isinstance(fact, AppealDecided):
        return fact.document
    if isinstance(fact, TradeNoticeReviewed):
        return f"notice:{fact.notice}"
    return f"slip:{fact.slip}" if isinstance(fact, SlipIssued | SlipReviewDecided) else f"penalty:{fact.penalty}"


async def _before(reader: Reader, documents: set[str]) -> dict[tuple[str, int], tuple[Line, ...]]:
    """The lines that each review of these documents found, by stream and version of its fact."""
    found: dict[tuple[str, int], tuple[Line, ...]] = {}
    types = SlipIssued, PenaltyProposed, *OF_LINES
    for told in (await facts_about(reader, sorted(documents), *types)).values():
        lines: tuple[Line, ...] = ()
        for _, _, fact in told:
            assert isinstance(fact, types)
            found[fact.stream, fact.version], lines = lines, fact.lines
    return found


async def _units(reader: Reader, documents: set[str]) -> dict[str, str]:
    rows = await reader.rows(select(states.kind, states.id, states.unit).where(keyed(documents)))
    return {f"{row.kind}:{row.id}": row.unit for row in rows}


def _lowered(fact: Any, unit: str, before: dict[tuple[str, int], tuple[Line, ...]]) -> dict[str, Any]:
    kind, _, name = _document(fact).partition(":")
    amounts = _amounts(fact, before)
    return {
        "document": name,
        "kind": kind,
        "unit": unit,
        "business_date": fact.business_date,
        "party": None if isinstance(fact, TradeNoticeReviewed) else fact.party,
        "decision": fact.decision,
        "before": yuan(amounts[0]),
        "after": yuan(amounts[1]),
        "by": fact.by,
        "reason": fact.reason,
        "appeal": isinstance(fact, AppealDecided),
    }


def _amounts(fact: Any, before: dict[tuple[str, int], tuple[Line, ...]]) -> tuple[int, int]:
    """The amount before the decision and after it."""
    match fact:
        case AppealDecided():
            return fact.amount, fact.remains
        case TradeNoticeReviewed():
            return fact.before, fact.amount
        case _:
            left = () if fact.decision == "revoke" and fact.party is None else fact.lines
            return _amount(before[fact.stream, fact.version], fact.party), _amount(left, fact.party)


def _amount(lines: tuple[Line, ...], party: str | None) -> int:
    """The sum of a party's lines, or of all."""
    return sum(line.amount for line in lines if party in (None, line.party))


@query(
    "DroppedLines",
    "register",
    at="/oversight/dropped-lines",
    cli="oversight dropped-lines",
    answer=answers.DroppedLines,
)
async def dropped_lines(reader: Reader, since: Day, until: Day, centre: CentreId | None = None) -> Result:
    """Lines that the liability chain of a slip or penalty left out, and why; by the date of issue.

    Cancelled and waived documents are left out.
    """
    wanted = select(states.kind, states.body).where(
        states.kind.in_(("slip", "penalty")),
        states.since.between(since, until),
        states.state.not_in(("cancelled", "waived")),
        func.jsonb_array_length(states.body["dropped"]) > 0,
    )
    rows = [
        row
        for stored in await reader.rows(wanted)
        for row in _dropped(read_state(stored.kind, stored.body))
        if await is_of_centre(reader, centre, row["unit"], row["business_date"])
    ]
    return {"lines": sorted(rows, key=lambda row: (*_by_day_document_party(row)[:3], row["role"], row["party"] or ""))}


def _dropped(document: Liability) -> Iterator[dict[str, Any]]:
    for line in document.dropped:
        yield {
            "document": document.name,
            "kind": document.kind,
            "unit": document.unit,
            "business_date": document.issued_on,
            "role": line.role,
            "party": line.party,
            "reason": line.reason,
            "by": document.issuer,
        }
