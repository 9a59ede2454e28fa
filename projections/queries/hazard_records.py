"""Everything that another system may be told of a hazard, folded from its facts (L13, PLAT-03)."""

from __future__ import annotations

from collections.abc import Sequence
from functools import singledispatch
from typing import Any

from sqlalchemy import select

from ledger.fact import Fact, StoredFact
from ledger.facts import hazards as facts
from ledger.facts.tenders import TenderAcceptancePassed
from ledger.money import yuan
from ledger.state.hazards import Hazard
from ledger.vocabulary import SYSTEM, UnitId
from projections import read_models
from projections.queries.answers import boards as answers
from projections.queries.folds import facts_of_documents
from projections.queries.kernel import Reader, Result, page, query

states = read_models.states.c
Record = dict[str, Any]


@query("HazardRecords", "register", at="/hazards/records", cli="hazard-records", answer=answers.HazardRecords)
async def hazard_records(
    reader: Reader,
    unit: UnitId | None = None,
    after: str | None = None,
    limit: int | None = None,
) -> Result:
    """Hazards by id with texts, measures, cost and acceptance; of a unit and all below it.  A page ends with ``next``.

    An anonymous reporter stays sealed.
    """
    wanted = select(states.kind, states.body).where(states.kind == "hazard").order_by(states.id)
    if unit is not None:
        wanted = wanted.where(states.unit.in_(await reader.unit_and_below(unit)))
    if after is not None:
        wanted = wanted.where(states.id > after)
    found: list[Hazard] = await reader.states(wanted.limit(page(limit) + 1))
    shown = found[: page(limit)]
    told = await facts_of_documents(reader, "hazard", (hazard.hazard for hazard in shown))
    return {
        "hazards": [record_of(hazard, told[hazard.hazard]) for hazard in shown],
        "next": shown[-1].hazard if len(found) > len(shown) else None,
    }


def record_of(hazard: Hazard, told: Sequence[StoredFact]) -> Record:
    """The hazard as it stands, with what only its facts say."""
    sealed = hazard.anonymous or hazard.reporter == SYSTEM
    record: Record = {
        "hazard": hazard.hazard,
        "unit": hazard.unit,
        "state": hazard.state,
        "place": hazard.place,
        "category": hazard.category,
        "tier": hazard.tier,
        "item": hazard.item,
        "reporter": None if sealed else hazard.reporter,
        "reported_at": hazard.reported_at,
        "level": hazard.level,
        "clause": hazard.clause,
        "manage": hazard.manage,
        "deadline": hazard.deadline,
        "liable": hazard.repairer,
        "finished_at": hazard.finished_at,
        **dict.fromkeys(TOLD),
    }
    for _, _, fact in told:
        record |= _told(fact)
    return record


TOLD = (
    *("description", "cause", "measures", "budget", "claimant", "cost"),
    *("acceptor", "accepted_at", "comment", "report_no", "merged_into"),
)
"""Fields that the state does not keep, as no decision asks for them."""


@singledispatch
def _told(fact: Fact) -> Record:
    return {}


@_told.register
def _(fact: facts.HazardReported) -> Record:
    return {"description": fact.description, "cause": fact.cause}


@_told.register
def _(fact: facts.HazardAssigned) -> Record:
    return {"measures": fact.measures, "budget": _yuan(fact.budget)}


@_told.register
def _(fact: facts.HazardVerified) -> Record:
    """The assignment falls where an earlier verification is put right (rule 78)."""
    return {} if fact.before is None else {"measures": None, "budget": None}


@_told.register
def _(fact: facts.RectificationClaimed) -> Record:
    return {"claimant": fact.by, "cost": _yuan(fact.cost)}


@_told.register
def _(fact: TenderAcceptancePassed) -> Record:
    """Out to tender, the winner's lead claims; what it costs is the settlement's."""
    return {"claimant": fact.claimant, "cost": None}


@_told.register
def _(fact: facts.HazardAcceptancePassed) -> Record:
    return {"acceptor": fact.acceptor, "accepted_at": fact.at, "comment": fact.comment}


@_told.register
def _(fact: facts.HazardAcceptanceFailed) -> Record:
    """A failed acceptance voids the claim."""
    return {"claimant": None, "cost": None}


@_told.register
def _(fact: facts.MajorHazardReported) -> Record:
    return {"report_no": fact.report_no}


@_told.register
def _(fact: facts.HazardMerged) -> Record:
    return {"merged_into": fact.into}


def _yuan(amount: int | None) -> str | None:
    return None if amount is None else yuan(amount)
