"""Which roles a person holds on a day, by assignment or delegation (ORG-15), and what counts as one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ledger.calendars import local_day
from ledger.decisions.kernel.stamp import Stamp
from ledger.state.organisation import Organisation
from ledger.view import View
from ledger.vocabulary import LEADS, SYSTEM, Day, Role

Held = tuple[str, str]
"""(role, unit)"""

HEADS = (Role.COMPANY_HEAD, Role.UNIT_HEAD, Role.WORKSHOP_HEAD, Role.TEAM_LEADER)
"""Heads of units (rule 3)."""

DEPARTMENT = "department"
DEPARTMENTAL = frozenset({Role.OFFICE, Role.SAFETY_OFFICE, Role.INSPECTOR, Role.HR})
"""Roles that count at the parent too where a department holds them (rule 2)."""

POST_LEVEL = 5


def roles_of(view: View, stamp: Stamp, person: str) -> frozenset[Held]:
    """Every (role, unit) that counts for a person in what is recorded under this stamp.

    Assignments and what others lend him while they hold it themselves (rule 54), a department's roles at its parent
    as well (rule 2); nothing for who has left before the day of recording, whatever the business date.
    """
    if person == SYSTEM or has_left(view, person, local_day(stamp.now)):
        return frozenset()
    day = stamp.business_date
    held = {*view.person(person).roles(day), *_lent(view, stamp, person, frozenset({person}))}
    return frozenset((*held, *_at_parents(view.organisation, held, day)))


def has_left(view: View, person: str, today: Day) -> bool:
    """Has he left the group before today, and not been assigned again?"""
    left = view.person(person).left
    return left is not None and left < today


def _lent(view: View, stamp: Stamp, person: str, borrowers: frozenset[str]) -> Iterator[Held]:
    """Roles lent to the person that day by somebody who holds them himself, or by another delegation that counts."""
    for delegation in view.policies.delegated(person, stamp.business_date):
        if delegation.grantor not in borrowers and not has_left(view, delegation.grantor, local_day(stamp.now)):
            grantor = view.person(delegation.grantor)
            own = {*grantor.roles(stamp.business_date)}
            own.update(_lent(view, stamp, delegation.grantor, borrowers | {delegation.grantor}))
            yield from ((role, delegation.unit) for role in delegation.roles if (role, delegation.unit) in own)


def _at_parents(organisation: Organisation, held: Iterable[Held], day: Day) -> Iterator[Held]:
    for role, unit in held:
        if role in DEPARTMENTAL and organisation.units[unit].kind == DEPARTMENT:
            path = organisation.path(unit, day)
            yield from ((role, parent) for parent in path[1:2])


def holds_at(roles: frozenset[Held], wanted: Iterable[str], units: Iterable[str]) -> bool:
    places = tuple(units)
    return any((role, unit) in roles for role in wanted for unit in places)


def leads_at(organisation: Organisation, roles: frozenset[Held], units: Iterable[str]) -> bool:
    """Does he lead one of the units?  A worker at a post of level 5 leads that post (rule 4)."""
    return any(
        (role, unit) in roles
        for unit in units
        for role in (*LEADS, *((Role.WORKER,) if organisation.units[unit].level == POST_LEVEL else ()))
    )


def is_lead(view: View, stamp: Stamp, person: str, unit: str) -> bool:
    return leads_at(view.organisation, roles_of(view, stamp, person), (unit,))


def headed_by(view: View, person: str, day: Day) -> tuple[str, ...]:
    """The units that the person heads on a day."""
    return tuple(unit for role, unit in view.person(person).roles(day) if role in HEADS)
