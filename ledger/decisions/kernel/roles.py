"""Which roles a person holds on a day, by assignment or delegation (ORG-15)."""

from __future__ import annotations

from collections.abc import Iterable

from ledger.view import View
from ledger.vocabulary import LEADS, SYSTEM, Day


def roles_of(view: View, person: str, day: Day) -> frozenset[tuple[str, str]]:
    """Every (role, unit) that counts for a person on a day: assignments and delegations (ORG-15)."""
    if person == SYSTEM:
        return frozenset()
    return frozenset((*view.person(person).roles(day), *view.policies.delegated(person, day)))


def holds_at(roles: frozenset[tuple[str, str]], wanted: Iterable[str], units: Iterable[str]) -> bool:
    places = tuple(units)
    return any((role, unit) in roles for role in wanted for unit in places)


def is_lead(view: View, person: str, unit: str, day: Day) -> bool:
    return holds_at(roles_of(view, person, day), LEADS, (unit,))
