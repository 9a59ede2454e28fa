"""Policies (制度参数) as they bind a unit on a business date: value, where it comes from, and on what legal basis."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from ledger.errors import Invalid
from ledger.fact import StoredFact
from ledger.facts.policies import PolicyPublished
from ledger.policy import KEYS
from ledger.state.policies import Policies, Published
from ledger.vocabulary import Day, UnitId
from projections.queries.answers import boards as answers
from projections.queries.folds import facts_of_stream, folded
from projections.queries.kernel import Reader, Result, query

Row = dict[str, Any]


@query("Policies", "register", at="/units/{unit}/policies", cli="policy show", answer=answers.Policies)
async def policies(reader: Reader, unit: UnitId, date: Day | None = None, key: str | None = None) -> Result:
    """Every key, or one: the value of the nearest scope at or above the unit, else the default.

    ``origin`` is published, default, or missing: a required table without default that nobody has published.
    """
    if key is not None and key not in KEYS:
        raise Invalid(f"key: {key} is no policy")
    day, organisation = date or await reader.today(), await reader.organisation()
    facts = await facts_of_stream(reader, "policy")
    state: Policies = folded("policy", facts)
    path = organisation.path(unit, day)
    wanted = sorted(KEYS) if key is None else [key]
    return {"unit": unit, "date": day, "policies": [policy_row(state, facts, name, path, day) for name in wanted]}


def policy_row(state: Policies, facts: Sequence[StoredFact], key: str, path: Sequence[str], day: str) -> Row:
    for scope in path:
        if found := state.published(key, scope, day):
            return _published(key, scope, found, _locked_by(state, key, path, day), _basis(facts, key, scope, found))
    default = KEYS[key].default
    return {
        "key": key,
        "value": default,
        "origin": "missing" if default is None else "default",
        "scope": None,
        "effective": None,
        "locked_by": None,
        "legal_basis": None,
        "consultation": None,
    }


def _published(key: str, scope: str, found: Published, locked_by: str | None, fact: PolicyPublished) -> Row:
    return {
        "key": key,
        "value": msgspec.json.decode(found.value),
        "origin": "published",
        "scope": scope,
        "effective": found.effective,
        "locked_by": locked_by,
        "legal_basis": fact.legal_basis,
        "consultation": fact.consultation,
    }


def _locked_by(state: Policies, key: str, path: Sequence[str], day: str) -> str | None:
    """The nearest scope at or above the unit that has locked the key."""
    return next((scope for scope in path if (found := state.published(key, scope, day)) and found.locked), None)


def _basis(facts: Sequence[StoredFact], key: str, scope: str, found: Published) -> PolicyPublished:
    """The fact that the value in force was published by: the last one of that key, scope and date."""
    return next(
        fact
        for _, _, fact in reversed(facts)
        if isinstance(fact, PolicyPublished)
        and (fact.key, fact.unit, fact.effective, fact.value) == (key, scope, found.effective, found.value)
    )
