"""Which roles a person holds on a day, by assignment or delegation (ORG-15), and what counts as one."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from ledger.calendars import local_day
from ledger.decisions.kernel.stamp import Stamp
from ledger.state.holdings import DEPARTMENTAL, POST_LEVEL, Holdings, places_of
from ledger.state.organisation import Organisation
from ledger.view import View
from ledger.vocabulary import HEADS, LEADS, SYSTEM, Day, Role

Held = tuple[str, str]
"""(role, unit)"""


def roles_of(view: View, stamp: Stamp, person: str) -> frozenset[Held]:
    """Every (role, unit) that counts for a person in what is recorded under this stamp.

    Assignments and what others lend him while they hold it themselves (rule 54), a department's roles at its parent
    as well (rule 2); nothing for who has left before the day of recording, whatever the business date.
    """
    if person == SYSTEM:
        return frozenset()
    alone = view.person(person)
    if alone.left is None and person not in view.policies.lent:
        return _at_their_places(view, stamp, alone.roles(stamp.business_date))
    return _at_their_places(view, stamp, [held[:2] for held in holdings(view, stamp).of(person)])


def lent_by(view: View, stamp: Stamp, person: str, grantor: str) -> frozenset[Held]:
    """Every (role, unit) that counts of what one person has lent the other (rule 54)."""
    return _at_their_places(view, stamp, [held[:2] for held in holdings(view, stamp).lent_by(person, grantor)])


def holdings(view: View, stamp: Stamp) -> Holdings:
    return Holdings(view.person, view.policies, stamp.business_date, local_day(stamp.now))


def _at_their_places(view: View, stamp: Stamp, held: Sequence[Held]) -> frozenset[Held]:
    organisation, day = view.organisation, stamp.business_date
    departmental = [(role, unit) for role, unit in held if role in DEPARTMENTAL]
    places = ((role, place) for role, unit in departmental for place in places_of(organisation, role, unit, day))
    return frozenset((*held, *places)) if departmental else frozenset(held)


def holds_at(roles: frozenset[Held], wanted: Collection[str], units: Iterable[str]) -> bool:
    places = tuple(units)
    return any(role in wanted and unit in places for role, unit in roles)


def leads_at(organisation: Organisation, roles: frozenset[Held], units: Collection[str]) -> bool:
    """Does he lead one of the units?  A worker at a post of level 5 leads that post (rule 4)."""
    return any(unit in units and _leads(organisation, role, unit) for role, unit in roles)


def _leads(organisation: Organisation, role: str, unit: str) -> bool:
    return role in LEADS or (role == Role.WORKER and organisation.units[unit].level == POST_LEVEL)


def is_lead(view: View, stamp: Stamp, person: str, unit: str) -> bool:
    return leads_at(view.organisation, roles_of(view, stamp, person), (unit,))


def headed_by(view: View, person: str, day: Day) -> tuple[str, ...]:
    """The units that the person heads on a day."""
    return tuple(unit for role, unit in view.person(person).roles(day) if role in HEADS)
