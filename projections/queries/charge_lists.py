"""Charges that an auditor looks at first: amounts set by hand, and what may have been charged twice (rules 10, 51)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from ledger.facts.penalties import PenaltyProposed
from ledger.facts.slips import AuthorityDocument, SlipIssued
from ledger.money import yuan
from ledger.state.liability import Liability
from ledger.vocabulary import CentreId, Day
from projections import read_models
from projections.queries.answers import oversight as answers
from projections.queries.kernel import Reader, Result, query, read_state
from projections.reconciliation.books_as_of import books_at
from projections.reconciliation.bulk_reader import facts_about
from projections.reconciliation.doubles import DoubleCharge, double_charges

states = read_models.states.c


@query(
    "FreeCharges",
    "register",
    at="/oversight/free-charges",
    cli="oversight free-charges",
    answer=answers.FreeCharges,
)
async def free_charges(reader: Reader, since: Day, until: Day, centre: CentreId | None = None) -> Result:
    """Slips and penalties by lines instead of a standard, whatever their tier, with who approved and the authority.

    Cancelled and waived ones are left out; by the date of issue, with the amount as it stands now.
    """
    wanted = select(states.kind, states.body).where(
        states.kind.in_(("slip", "penalty")),
        states.since.between(since, until),
        states.state.not_in(("cancelled", "waived")),
        states.body["matrix"].astext.is_(None),
    )
    rows = await reader.rows(wanted)
    found: list[Liability] = [read_state(row.kind, row.body) for row in rows]
    issued = await facts_about(reader, [document.document for document in found], SlipIssued, PenaltyProposed)
    listed = [
        _free(document, issued[document.document][0].fact)
        for document in sorted(found, key=lambda document: (document.issued_on, document.name, document.kind))
        if await is_of_centre(reader, centre, document.unit, document.issued_on)
    ]
    return {"charges": listed}


async def is_of_centre(reader: Reader, centre: str | None, unit: str, day: Day) -> bool:
    """Is the centre, if one is asked for, that of the unit on the day?"""
    return centre is None or (await reader.organisation()).centre(unit, day) == centre


def _free(document: Liability, issued: Any) -> dict[str, Any]:
    authority: AuthorityDocument | None = getattr(issued, "authority", None)
    return {
        "document": document.name,
        "kind": document.kind,
        "unit": document.unit,
        "business_date": document.issued_on,
        "amount": yuan(sum(entry.stands for entry in document.lines)),
        "by": issued.by,
        "approved_by": issued.approved_by,
        "authority": authority and {"name": authority.name, "doc": authority.doc, "date": authority.date},
    }


@query(
    "DoubleCharges",
    "register",
    at="/oversight/double-charges",
    cli="oversight double-charges",
    answer=answers.DoubleCharges,
)
async def double_charges_of(reader: Reader, since: Day, until: Day, centre: CentreId | None = None) -> Result:
    """Parties that a document of these business dates charges for what an earlier one charges them for (R15)."""
    found = await double_charges(await books_at(reader), since, until)
    return {"charges": [_double(one) for one in found if await is_of_centre(reader, centre, one.unit, one.day)]}


def _double(charge: DoubleCharge) -> dict[str, Any]:
    return {
        "document": charge.document,
        "kind": charge.kind,
        "unit": charge.unit,
        "business_date": charge.day,
        "party": charge.party,
        "occurred": charge.occurred,
        "item": charge.item,
        "matrix": charge.matrix,
        "amount": yuan(charge.amount),
        "other": charge.other,
    }
