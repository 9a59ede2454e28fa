"""网格责任: exactly one responsible person per place, specialty and date (ORG-20; contract §2.16)."""

from __future__ import annotations

from typing import cast

from ledger.decisions.kernel.authority import SYS, above, home_of, role
from ledger.decisions.kernel.stamp import Stamp
from ledger.decisions.kernel.table import Facts, decision
from ledger.errors import Already, Invalid, State
from ledger.facts.responsibility import ResponsibilityAssigned, ResponsibilityEnded, grid_key
from ledger.state.responsibility import Grid
from ledger.view import View
from ledger.vocabulary import Day, PersonId, Role

HOME = home_of("person")
ASSIGNERS = above(HOME, Role.SAFETY_OFFICE, Role.UNIT_DEPUTY) | role(Role.ADMIN) | SYS
"""At the home of the person or above (contract §5.37)."""


def grid(view: View, place: str, specialty: str) -> Grid:
    return cast("Grid", view.state(grid_key(place, specialty)))


@decision("AssignResponsibility", who=ASSIGNERS, unit=HOME)
def assign_responsibility(
    view: View, stamp: Stamp, place: str, specialty: str, person: PersonId, since: Day, until: Day | None = None
) -> Facts:
    """A person answers from day to day, inclusive; ALREADY if another one does on any of them."""
    if until is not None and until < since:
        raise Invalid(f"until {until} is before since {since}")
    for holding in grid(view, place, specialty).holdings:
        if holding.person != person and holding.meets(since, until):
            raise Already(f"{holding.person} since {holding.since}")
    yield ResponsibilityAssigned(
        stream="org", place=place, specialty=specialty, person=person, since=since, until=until
    )


@decision("EndResponsibility", who=ASSIGNERS, unit=HOME)
def end_responsibility(view: View, stamp: Stamp, place: str, specialty: str, person: PersonId, last_day: Day) -> Facts:
    """A responsibility that still runs on its new last day ends with it; STATE if the person has none."""
    held = (holding for holding in grid(view, place, specialty).holdings if holding.person == person)
    if not any(holding.covers(last_day) and not holding.ended for holding in held):
        raise State(f"{person} does not answer for it on {last_day}")
    yield ResponsibilityEnded(stream="org", place=place, specialty=specialty, person=person, last_day=last_day)
