"""The roles that count for a person on a day: his own, and what others lend him (contract §5.10, rules 2 and 54)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from ledger.state.organisation import Organisation
from ledger.state.person import Person
from ledger.state.policies import Delegation, Policies
from ledger.vocabulary import Day, Role

DEPARTMENT = "department"
DEPARTMENTAL = frozenset({Role.OFFICE, Role.SAFETY_OFFICE, Role.INSPECTOR, Role.HR})
"""Roles that count at the parent too where a department holds them (rule 2)."""

POST_LEVEL = 5
"""A worker leads the post of this level that he is assigned to (rule 4)."""


class Holding(NamedTuple):
    """A role held at a unit by assignment, or lent there by somebody who holds it."""

    role: str
    unit: str
    lent: bool = False


class Holdings(NamedTuple):
    """Roles held on a business date, for something recorded on ``today``."""

    person: Callable[[str], Person]
    policies: Policies
    day: Day
    today: Day

    def of(self, person: str) -> Iterable[Holding]:
        """Nothing for who has left, whatever the business date."""
        return () if self.has_left(person) else self._held(person, frozenset({person}))

    def has_left(self, person: str) -> bool:
        """Has he left the group before today, and not been assigned again?"""
        left = self.person(person).left
        return left is not None and left < self.today

    def _held(self, person: str, borrowers: frozenset[str]) -> list[Holding]:
        """His own roles, and those lent by who holds them himself or by another delegation that counts."""
        held = [Holding(role, unit) for role, unit in self.person(person).roles(self.day)]
        for delegation in self.policies.delegated(person, self.day):
            held += self._lent(delegation, borrowers)
        return held

    def _lent(self, delegation: Delegation, borrowers: frozenset[str]) -> Iterator[Holding]:
        grantor = delegation.grantor
        if grantor not in borrowers and not self.has_left(grantor):
            own = {(held.role, held.unit) for held in self._held(grantor, borrowers | {grantor})}
            lent = ((role, delegation.unit) for role in delegation.roles if (role, delegation.unit) in own)
            yield from (Holding(role, unit, lent=True) for role, unit in lent)

    def lent_by(self, person: str, grantor: str) -> Iterator[Holding]:
        """Of the roles that one has lent the other, those that count."""
        given = (each for each in self.policies.delegated(person, self.day) if each.grantor == grantor)
        if not self.has_left(person):
            yield from (held for each in given for held in self._lent(each, frozenset({person})))


def places_of(organisation: Organisation, role: str, unit: str, day: Day) -> tuple[str, ...]:
    """The units at which a role counts that is held at a unit: of a department's, its parent as well (rule 2)."""
    if role in DEPARTMENTAL and organisation.units[unit].kind == DEPARTMENT:
        return organisation.path(unit, day)[:2]
    return (unit,)
