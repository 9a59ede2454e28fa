"""A unit's safety pool (安全工资池) over a year: where it came from, what was paid, what was not, what is left."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ledger.accounts import AccountCode
from ledger.fact import Fact, StoredFact, topic_of
from ledger.facts.pools import BudgetAllocated, EntryReversed, SafetyGoalAchieved
from ledger.facts.safety_wages import SafetyWageAccrued, SafetyWageRemainderDecided
from ledger.money import yuan
from ledger.state.policies import Policies
from ledger.state.safety_wages import Entitlement
from ledger.vocabulary import UnitId, Year, unit_stream
from projections import read_models
from projections.queries.answers import pools as answers
from projections.queries.facts import stored_facts
from projections.queries.folds import facts_of_stream, folded
from projections.queries.kernel import Reader, Result, query
from projections.queries.pools import book_of

log = read_models.events.c
ABOUT = (BudgetAllocated, SafetyWageAccrued, SafetyWageRemainderDecided, SafetyGoalAchieved, EntryReversed)


@query(
    "SafetyPool",
    "register",
    at="/units/{unit}/safety-pool/{year}",
    cli="safety-pool UNIT YEAR",
    answer=answers.SafetyPool,
)
async def safety_pool(reader: Reader, unit: UnitId, year: Year) -> Result:
    """Both sources, entitled and paid of those that were paid, the unpaid share, decisions on it, and what is left.

    ``unpaid`` is what full scores would have earned over what the scores paid; it stays in the pool until it is
    decided.  ``rule`` is ``safety_wage.unpaid`` for the unit today: what is usual.
    """
    topics = [topic_of(fact_type) for fact_type in ABOUT]
    wanted = [log.stream == unit_stream(unit), log.topic.in_(topics), log.position <= reader.position]
    facts = _standing(await stored_facts(reader, wanted, log.version))
    budgets = [
        fact for fact in facts if isinstance(fact, BudgetAllocated) and (fact.pool, fact.year) == ("safety", year)
    ]
    wages = [fact for fact in facts if isinstance(fact, SafetyWageAccrued) and fact.period[:4] == year]
    entitled = sum(Entitlement(fact.base, fact.factor).full or 0 for fact in wages)
    paid = sum(fact.amount for fact in wages)
    today, path = await reader.today(), (await reader.organisation()).path
    policies: Policies = folded("policy", await facts_of_stream(reader, "policy"))
    return {
        "unit": unit,
        "year": year,
        "goal": any(isinstance(fact, SafetyGoalAchieved) and fact.year == year for fact in facts),
        "sources": {
            source: yuan(sum(fact.amount for fact in budgets if fact.source_kind == source))
            for source in ("wage", "group")
        },
        "wages": len(wages),
        "entitled": yuan(entitled),
        "paid": yuan(paid),
        "unpaid": yuan(entitled - paid),
        "decided": [
            _decided(fact) for fact in facts if isinstance(fact, SafetyWageRemainderDecided) and fact.year == year
        ],
        "rule": policies.value("safety_wage.unpaid", path(unit, today), today),
        "left": yuan((await book_of(reader, unit)).available(AccountCode.POOL_SAFETY)),
    }


def _standing(facts: Iterable[StoredFact]) -> list[Fact]:
    """Without those that were reversed."""
    told = list(facts)
    gone = {each.fact.original for each in told if isinstance(each.fact, EntryReversed)}
    return [each.fact for each in told if each.position not in gone and not each.fact.mirror]


def _decided(fact: SafetyWageRemainderDecided) -> dict[str, Any]:
    return {
        "date": fact.business_date,
        "decision": fact.decision,
        "amount": yuan(fact.amount),
        "reason": fact.reason,
        "approvals": list(fact.approvals),
    }
